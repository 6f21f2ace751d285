"""The survey: what is read of the server."""
import contextlib
import glob
import hashlib

from latchkey_agent.accounts import may_log_in
from latchkey_agent.errors import Problem
from latchkey_agent.keyfile import MAX_KEY_FILE
from latchkey_agent.keylines import lines_of


class Survey:
    """Reads only. What cannot be read is a finding."""

    def __init__(self, server, sshd, leases, wanted, findings):
        self.server, self.sshd, self.leases, self.wanted, self.findings = server, sshd, leases, wanted, findings

    def files(self, account):
        """The files in which sshd reads the account's keys."""
        wanted, name = self.wanted, account and account.pw_name
        files = self.sshd.key_files(account, wanted.sources.get(name, ()), wanted.used.get(name)) if account else []
        for file in files:
            self.leases.sharing[file.shown].add(account.pw_name)
        return files

    def lines(self, account):
        """The account's files with their lines, as far as they can be read."""
        found = []
        try:
            for file in self.files(account):
                with self._told(account, file):  # one file never hides another
                    found.append((file, lines_of(file.read())))
        except Problem as problem:
            self.findings.unread[account.pw_name, None] = (account, str(problem))
            self.findings.problems.setdefault(account.pw_name, str(problem))
        return found

    @contextlib.contextmanager
    def _told(self, account, file):
        try:
            yield
        except (Problem, OSError) as problem:
            self.findings.unread[account.pw_name, file.shown] = (account, str(problem))
            self.findings.problems.setdefault(account.pw_name, str(problem))

    def lines_of_leases(self):
        """Account → its files with their lines, for each account that has a lease."""
        return {user: self.lines(account) for user, account in self.wanted.accounts.items()}

    def inventory(self):
        """All keys of accounts that may log in but ours, all accounts, all files of sudoers."""
        keys, names, sudoers = set(), set(), {}
        for account in self.server.accounts():
            names.add(account.pw_name)
            for file, lines in self.lines(account) if may_log_in(account) else ():
                keys.update((account.pw_name, file.shown, key) for line in lines
                            if not self.leases.is_ours(account.pw_name, line, file.shown) for key in line.keys())
        for path in [self.server.path("/etc/sudoers")] + sorted(glob.glob(self.server.path("/etc/sudoers.d/*"))):
            with contextlib.suppress(OSError):
                with open(path, "rb") as file:
                    sudoers[self.server.shown(path)] = hashlib.sha256(file.read(MAX_KEY_FILE)).hexdigest()
        return {"keys": sorted(keys), "users": sorted(names), "sudoers": sudoers}
