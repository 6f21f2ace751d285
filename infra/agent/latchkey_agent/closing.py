"""Taking lines out of a file whatever its account, or root, has made of it."""
import functools
import os
import re

from latchkey_agent.accounts import as_account
from latchkey_agent.attributes import loosen
from latchkey_agent.errors import Problem
from latchkey_agent.hostile import ASIDE, take_out
from latchkey_agent.keylines import blanked, taken_out
from latchkey_agent.orders import matches


class Closing:

    def __init__(self, server, store, survey, findings):
        self.server, self.store, self.survey, self.findings = server, store, survey, findings

    def take_out(self, user, account, file, drop):
        """Whether something was taken out. As the account; else as root, where nothing can lead root astray; else what
        stands there is put aside."""
        if not self._left(account, file, drop):
            return False
        edit = functools.partial(file.forgiving().edit, functools.partial(taken_out, drop=drop), functools.partial(blanked, drop=drop))
        ways = [functools.partial(as_account, account, self.server.live, edit)] if file.private else []
        ways.append(functools.partial(self._as_root, user, file, edit))
        if file.private and account and account.pw_uid != 0:
            ways.append(functools.partial(self._put_aside, user, account, file, drop))
        problems = []
        for way in ways:
            try:
                way()
            except Exception as problem:
                problems.append(str(problem))
            if not self._left(account, file, drop):
                self.store.note("lines of %s put right" % file.shown, user)
                return True
        seen = self.survey.seen(account, file)
        if self.survey.revoked and account and account.pw_uid == 0 and not seen.plain:
            self.survey.revoked.add(user, [line for line in seen.lines if drop(line)])
            return True
        raise Problem(problems[0] if problems else "%s: the key came back at once, three times" % file.shown)

    def _left(self, account, file, drop):
        return any(drop(line) for line in self.survey.seen(account, file).lines)

    def _as_root(self, user, file, edit):
        """Reached without a link, and owned by root or the account: so root can write there as well."""
        with file.forgiving().opened() as (directory, old):
            for descriptor, path in ((old, file.shown), (directory, os.path.dirname(file.shown))):
                if file.private and descriptor is not None and loosen(descriptor):
                    self._say(user, "%s was immutable or append-only (chattr); that was ended" % path)
        edit()

    def _put_aside(self, user, account, file, drop):
        if not self.server.inside(file.path):
            raise Problem("%s leads out of the folder that is the server" % file.shown)
        work = functools.partial(take_out, file, drop)
        for depth, name in as_account(account, self.server.live, work, seconds=60):
            if matches("%s%s[0-9TZ-]+" % (re.escape(file.below[depth]), re.escape(ASIDE)), name):
                path = self.server.shown(os.path.join(file.base, *(file.below[:depth] + [name])))
                self.findings.put_aside.setdefault(user, []).append(path)
                self._say(user, "%s was put aside as %s" % (path.rpartition(ASIDE)[0], path))

    def _say(self, user, what):
        self.findings.done.append((user, what))
        self.store.note(what, user)
