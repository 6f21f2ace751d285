"""Putting back what a closing put aside."""
import contextlib
import functools
import os
import re

from latchkey_agent.accounts import as_account
from latchkey_agent.errors import Problem
from latchkey_agent.hostile import ASIDE, opened, put_aside


class Restore:

    def __init__(self, server, store, survey):
        self.server, self.store, self.survey = server, store, survey

    def restore(self, path):
        """Under which name that is now what stood there until now; None if nothing did."""
        named = re.fullmatch("(/.+)%s[0-9TZ-]+" % re.escape(ASIDE), path)
        if named is None or os.path.normpath(path) != path:
            raise Problem("%s is not the path of what was put aside: …/NAME%sTIME" % (path, ASIDE))
        account = self._account(path)
        file = self.survey.sshd.file_at(account, path)
        ended = {key for lease in self.store.state["leases"].values() if lease["removed_at"] for key in lease["keys"]}
        ended |= set(self.store.state["order"].get("revoked", []))
        inside = [file] + [self.survey.sshd.file_at(account, path + "/authorized_keys" + more) for more in ("", "2")]
        for one in inside:
            if any(line.holds(key) for line in self.survey.seen(account, one).lines for key in ended):
                raise Problem("%s holds a key whose access has ended, or that is revoked; take its line out first" % one.shown)
        moved = as_account(account, self.server.live, functools.partial(
            moved_back, file, os.path.basename(named.group(1))), seconds=60)
        self.store.note("%s was put back" % path, account.pw_name if account else None)
        return os.path.join(os.path.dirname(path), str(moved)) if moved else None

    def _account(self, path):
        """The one in whose home it is."""
        homes = [(len(one.pw_dir), one) for one in self.server.accounts()
                 if one.pw_dir != "/" and path.startswith(self.server.shown(os.path.realpath(self.server.path(one.pw_dir))) + "/")]
        return max(homes, key=lambda pair: pair[0])[1] if homes else None


def moved_back(file, name):
    with contextlib.ExitStack() as stack:
        at = opened(stack, file.base)
        for step in file.below[:-1]:
            at = opened(stack, step, at)
        try:
            os.stat(file.below[-1], dir_fd=at, follow_symlinks=False)
            aside = None
            with contextlib.suppress(FileNotFoundError):
                aside = put_aside(name, at)
            os.rename(file.below[-1], name, src_dir_fd=at, dst_dir_fd=at)
        except OSError as error:
            raise Problem("%s: %s" % (file.shown, error.strerror))
        os.fsync(at)
        return aside
