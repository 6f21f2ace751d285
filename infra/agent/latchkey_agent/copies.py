"""Copies: where a key still is that is to be gone, in the files that sshd reads for any account."""

from latchkey_agent.accounts import may_log_in


class Copies:
    """Looks once, for all keys that are to be gone."""

    def __init__(self, server, wanted, survey, findings, leases, ways):
        self.leases, self.ways = leases, ways
        self.server, self.wanted, self.survey, self.findings = server, wanted, survey, findings
        self.found = None

    def _places(self):
        if self.found is None:
            self.found = self._search()
        return self.found

    def _search(self):
        """Every account and file in which one of the keys is: (account, path, line)."""
        keys, found = {key for one in self.wanted.ending for key in self.wanted.ended_keys(one)}, []
        accounts = {account.pw_name: account for account in self.server.accounts()} if keys else {}
        for user in sorted(set(accounts) | set(self.wanted.accounts)) if keys else ():
            for file, lines in self.survey.lines(user, accounts.get(user)):
                found += [(user, file.shown, line) for line in lines if any(map(line.holds, keys))]
                for line in lines if user in accounts and may_log_in(accounts[user]) else ():
                    if b"cert-authority" in line.raw.lower() and self._came(user, line):
                        self.findings.ask(None, "%s line %d: whether this authority, which came since the lease began, "
                                          "signed the key cannot be told" % (file.shown, line.number))
        return found

    def of(self, grant):
        """All of the ending's keys, but the lines of grants that are wanted; a file that accounts share once.

        One of a former key tells which; where that key was before the lease, it is nothing of the ticket's.
        """
        found, seen = [], set()
        keys = [grant.fingerprint] + sorted(self.wanted.ended_keys(grant) - {grant.fingerprint})
        for user, path, line in sorted(self._places(), key=lambda place: place[0] != grant.user):
            wanted = any(map(line.reads, self.wanted.lines(user))) if user in self.wanted.accounts else False
            key = next((one for one in keys if line.holds(one) and (
                one == grant.fingerprint or self.leases.brought(grant, user, one))), None)
            if key and (path, line.number) not in seen and not wanted:
                seen.add((path, line.number))
                found.append(self._told(grant, key, {"file": path, "line": line.number}, user))
        for key in keys:
            users = {user for user, _, line in self._places() if line.holds(key)}
            of_key = grant if key == grant.fingerprint else grant._replace(fingerprint=key, key=None)
            found += [self._told(grant, key, one) for one in self.ways.copies(of_key, users)]
        return found

    @staticmethod
    def _told(grant, key, place, user=None):
        more = {"user": user} if user not in (None, grant.user) else {}
        return dict(place, **dict(more, **({} if key == grant.fingerprint else {"fingerprint": key})))

    def _came(self, user, line):
        """Whether the line's key was not there when one of the ending leases began."""
        begun = [self.leases.baseline(self.leases.of(one)) for one in self.wanted.ending]
        return any(not any("%s %s" % (user, key) in known["keys"] for key in line.keys()) if known else True for known in begun)
