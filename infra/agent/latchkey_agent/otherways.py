"""Other ways by which sshd takes a key than the files of keys: a command that prints it, and authorities that sign it."""
import os

from latchkey_agent.errors import Problem
from latchkey_agent.keycommand import MOST_ACCOUNTS, KeyCommand
from latchkey_agent.keylines import lines_of
from latchkey_agent.krl import DROP_IN as REVOKED
from latchkey_agent.managed import DROP_IN

MOST_READ = 1024 * 1024


class OtherWays:
    """Copies and questions of an ending. Commands are run for an order, never by a sweep."""

    def __init__(self, server, store, sshd, wanted, findings):
        self.server, self.store, self.sshd, self.wanted, self.findings = server, store, sshd, wanted, findings
        self.command = KeyCommand(server, sshd)
        self.silent = set()  # commands that gave no answer: the others who are asked for would wait as long
        self.skipped = False  # whether a command was not run, so that nothing is proven

    def copies(self, grant, seen):
        """`seen`: the accounts in whose place the key was seen."""
        if not self.server.live:
            return []
        users = [grant.user, "root"] + sorted(set(seen) | {
            name.partition(" ")[2] for name, lease in self.store.state["leases"].items() if grant.fingerprint in lease["keys"]})
        accounts = list(filter(None, map(self.server.account, dict.fromkeys(users))))
        # Whoever has the key comes from where it was given to, whatever account he names.
        ranges = list(dict.fromkeys([one for user in users for one in self.wanted.sources.get(user, ())] + list(grant.ranges)))
        found, values = [], []
        for account in accounts[:MOST_ACCOUNTS]:
            answers, questions = self.sshd.asked.answers(account.pw_name, ranges)
            for question in questions:
                self.findings.ask(None, question)
            found += self._commands(account, grant, ranges, len(accounts) > MOST_ACCOUNTS)
            values += [value for _, settings in answers for value in settings.get("trustedusercakeys", [])]
        return found + self._authorities(grant, values)

    def _commands(self, account, grant, ranges, more):
        found = []
        for (command, user), address in self.command.of(account, ranges):
            if self.store.request == "sweep":
                self.skipped = True
                continue
            if command in self.silent:
                continue
            if more:
                self.findings.ask(None, "AuthorizedKeysCommand is run for %d accounts at most" % MOST_ACCOUNTS)
            try:
                path, lines = self.command.lines(account, grant, command, user, address)
            except Problem as problem:
                self.silent.add(command)
                self.findings.ask(None, str(problem))
                continue
            if self._changed(grant, path):  # it may answer sshd and not us
                self.findings.ask(None, "AuthorizedKeysCommand %s: %s was changed since the lease began, and whether sshd is "
                                  "answered alike cannot be told" % (path, self._changed(grant, path)))
            for number in lines:
                told = {"file": "AuthorizedKeysCommand %s" % path, "line": number}
                found.append(told if account.pw_name == grant.user else dict(told, user=account.pw_name))
        return found

    def _authorities(self, grant, values):
        """The key as an authority; one that came since the lease began may have signed it."""
        if not grant.lease:  # of every account
            values += [value for text in self.sshd.asked.texts for value in text.values("trustedusercakeys")]
        paths = {value for value in values if value.startswith("/")}
        found = []
        for path in sorted(paths):
            try:
                with open(path, "rb") as file:
                    lines = lines_of(file.read(MOST_READ))
                found += [{"file": path, "line": line.number} for line in lines if line.holds(grant.fingerprint)]
            except OSError as error:
                self.findings.ask(None, "TrustedUserCAKeys %s: %s" % (path, error.strerror))
                continue
            changed = self._changed(grant, path)
            if not grant.lease:
                self.findings.ask(None, "TrustedUserCAKeys %s: whether its authorities signed the key cannot be told" % path)
            elif changed:
                self.findings.ask(None, "TrustedUserCAKeys %s: %s was changed since the lease began, and whether its "
                                  "authorities signed the key cannot be told" % (path, changed))
        return found

    def _changed(self, grant, path):
        """Of this file and those of sshd's configuration the first that was changed since the lease began, or is not there."""
        state = self.store.state
        begun = (state["logins"].get(grant.lease) or state["revoked"].get(grant.fingerprint) or {}).get("begun", 0)
        for one in [path] + [one for text in self.sshd.asked.texts for one in text.paths if one not in (DROP_IN, REVOKED)]:
            try:
                if os.stat(one).st_ctime >= begun:
                    return one
            except OSError:
                return one
        return None
