"""Copies: where a key still is that is to be gone, in the files that sshd reads for any account."""
import errno
import os
import stat

from latchkey_agent.accounts import as_account
from latchkey_agent.errors import Problem
from latchkey_agent.keylines import Line, lines_of

MOST_READ = 64 * 1024 * 1024


class Copies:
    """Looks once, for all keys that are to be gone."""

    def __init__(self, server, wanted, survey, findings):
        self.server, self.wanted, self.survey, self.findings = server, wanted, survey, findings
        self.found = None

    def _places(self):
        if self.found is None:
            self.found = self._search()
        return self.found

    def _search(self):
        """Every account and file in which one of the keys is: (account, path, line)."""
        keys, found = {one.fingerprint for one in self.wanted.ending}, []
        self.findings.unread.clear()
        for account in self.server.accounts() if keys else ():
            for file, lines in self.survey.lines(account):
                found += [(account.pw_name, file.shown, line) for line in lines if any(map(line.holds, keys))]
        for (user, path), (account, problem) in sorted(self.findings.unread.items(), key=str):
            try:
                for key in sorted(keys) if path else ():
                    if self._followed(account, path, key):
                        found.append((user, path, Line(None, b"", key, None, frozenset())))
            except (Problem, OSError) as error:
                problem = "%s; read as sshd reads it: %s" % (problem, error)
            else:
                if path:
                    continue
            self.findings.ask(None, problem)
        return found

    def of(self, grant):
        """All of the grant's key, but the lines of grants that are wanted; a file that accounts share once."""
        found, seen = [], set()
        for user, path, line in sorted(self._places(), key=lambda place: place[0] != grant.user):
            wanted = any(map(line.reads, self.wanted.lines(user))) if user in self.wanted.accounts else False
            if line.holds(grant.fingerprint) and (path, line.number) not in seen and not wanted:
                seen.add((path, line.number))
                told = {"file": path, "line": line.number}
                found.append(told if user == grant.user else dict(told, user=user))
        return found

    def _followed(self, account, path, key):
        """Whether the key is in what sshd would read there: as the account, links followed."""
        path = self.server.path(path)
        return as_account(account, self.server.live, lambda: holds(path, key))


def holds(path, key):
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.ELOOP):
            return False  # nor can sshd
        raise
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return False  # nor does sshd read it
        if status.st_size > MOST_READ:
            raise Problem("longer than 64 MiB")
        return any(line.holds(key) for raw in file for line in lines_of(raw[:MOST_READ]))
