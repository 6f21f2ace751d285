"""The survey: what is read of the server."""
import contextlib
import functools
import glob
import hashlib
import os
import time

from latchkey_agent.accounts import as_account, may_log_in
from latchkey_agent.errors import Problem
from latchkey_agent.hostile import Seen, look
from latchkey_agent.keyfile import MAX_KEY_FILE
from latchkey_agent.keylines import lines_of, with_keys
from latchkey_agent.sudoers import path_of


class Survey:
    """Reads only. What cannot be read is a finding."""

    def __init__(self, server, sshd, leases, findings, own=None):
        self.server, self.sshd, self.leases, self.findings, self.own = server, sshd, leases, findings, own
        self.sources, self.used = {}, {}  # as Wanted has them, once it is known
        self.revoked = None  # RevokedKeys, likewise
        self.anywhere = ()  # ranges that are asked for beside those of leases: a key may be revoked wherever it comes from
        self._known = {}  # path → what was read in a long file, and the file's state before it was

    def files(self, user, account):
        """The files in which sshd reads the account's keys, and those into which a line of ours was ever put for it."""
        # A key that is to be gone may be in a file of any account, read only from where its vendor comes.
        ranges = self.sources.get(user) or sorted({one for known in self.sources.values() for one in known})
        ranges = list(ranges) + [one for one in self.anywhere if one not in ranges]
        files = self.sshd.key_files(account, ranges, self.used.get(user)) if account else []
        known = {file.shown for file in files}
        files += [self.sshd.file_at(account, path) for path in self.leases.files(user) if path not in known]
        for file in files:
            self.leases.sharing[file.shown].add(user)
        return files

    def lines(self, user, account):
        """These files with their lines, as far as they can be read."""
        try:
            files = self.files(user, account)
        except Problem as problem:
            self.findings.problems.setdefault(user, str(problem))
            self.findings.ask(None, str(problem))
            return []
        return [(file, self.lines_in(user, account, file)) for file in files]  # one file never hides another

    def lines_in(self, user, account, file):
        seen = self.seen(account, file)
        lines, note, question = seen.lines, seen.note, seen.question
        if self.revoked and not seen.plain and account is not None and account.pw_uid == 0:
            lines, note, question = self.revoked.judged(user, file, seen)
        self.findings.saw(user, file.shown, note, question or self._away(user, file))
        return lines

    def _away(self, user, file):
        """A file that is not there because its file system is not: what is in it will be read when that is back."""
        device = self.leases.unproven_files(user).get(file.shown)
        if device is None or os.path.lexists(self.server.path(file.shown)) or device == self.server.device(file.shown):
            return None
        return ("%s, into which a line was put, is not there, nor is the file system on which it was: mount it, or put an "
                "empty file there if it is gone for good" % file.shown)

    def seen(self, account, file):
        """A plain file is read as it is; anything else is seen as sshd sees it, with the rights of the account."""
        try:
            return Seen(lines_of(file.read()))
        except (Problem, OSError):
            pass
        try:
            return self._long(file.forgiving())
        except (Problem, OSError) as problem:
            unusual = str(problem) if isinstance(problem, Problem) else "%s: %s" % (file.shown, problem.strerror)
        if not self.server.inside(file.path):
            return Seen(question="%s leads out of the folder that is the server" % file.shown)
        try:
            told = as_account(account, self.server.live, functools.partial(look, file.path), seconds=60)
        except Problem as problem:
            return Seen(question="it is not known which keys sshd reads in %s: %s" % (file.shown, problem))
        return Seen.of(told, file.shown, unusual)

    def _long(self, file):
        """A file that has not changed for a second, nor since it was read, is not read again."""
        with file.opened() as (_, descriptor):
            status = os.fstat(descriptor) if descriptor is not None else None
        mark = status and (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        if status and self._known.get(file.path, (None,))[0] == mark and abs(time.time() - status.st_ctime) > 1:
            return self._known[file.path][1]
        seen = Seen(with_keys(file.read()))
        self._known[file.path] = mark, seen
        return seen

    def tickets(self):
        """Ticket, account and key of each line with our comment, for when the state is lost that named them."""
        for account in filter(may_log_in, self.server.accounts()):
            for _, lines in self.lines(account.pw_name, account):
                for line in lines:
                    if line.ticket:
                        yield line.ticket, account.pw_name, line.fingerprint

    def lines_of_leases(self, accounts):
        """Account → its files with their lines, for each account that has a lease."""
        return {user: self.lines(user, account) for user, account in accounts.items()}

    def inventory(self):
        """All keys of accounts that may log in but ours, all accounts, all files of sudoers; but for accounts of our making."""
        keys, names, sudoers, ours = set(), set(), {}, self.own.ours()
        for account in (one for one in self.server.accounts() if one.pw_name not in ours):
            names.add(account.pw_name)
            for file, lines in self.lines(account.pw_name, account) if may_log_in(account) else ():
                keys.update((account.pw_name, file.shown, key) for line in lines
                            if not self.leases.is_known(account.pw_name, line, file.shown) for key in line.keys())
        for path in [self.server.path("/etc/sudoers")] + sorted(glob.glob(self.server.path("/etc/sudoers.d/*"))):
            with contextlib.suppress(OSError):
                if self.server.shown(path) in map(path_of, ours):
                    continue
                with open(path, "rb") as file:
                    sudoers[self.server.shown(path)] = hashlib.sha256(file.read(MAX_KEY_FILE)).hexdigest()
        return {"keys": sorted(keys), "users": sorted(names), "sudoers": sudoers}
