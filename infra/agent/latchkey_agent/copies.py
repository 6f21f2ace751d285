"""Copies: where a key still is that is to be gone, in the files that sshd reads for any account."""
import functools

from latchkey_agent.accounts import may_log_in


class Copies:
    """Looks once, for all keys that are to be gone."""

    def __init__(self, server, wanted, survey, findings, leases, ways):
        self.leases, self.ways = leases, ways
        self.server, self.wanted, self.survey, self.findings = server, wanted, survey, findings
        self.found, self.keys = None, []  # keys: each with its ending
        self.taken = []  # account, path and line of all that this run took out

    def take_out(self, closing):
        """What came since the lease began goes, in whichever account's file it is; what was there before is the server's own."""
        for user, account, file, lines in self.doomed():
            try:
                if closing.take_out(user, account, file, functools.partial(self._came_with, user, file)):
                    self.taken += [(user, file.shown, line) for line in lines]
            except Exception as problem:  # one file never stops another; its line is one of the copies
                for one in self.wanted.ending:
                    if any(map(self._any_of(one), lines)):
                        self.findings.done.append((one.user, str(problem)))

    def appeared(self, ending):
        """What of it was a key of this ending's, as the statement tells it."""
        return [{"user": user, "file": path, "fingerprint": line.fingerprint or ending.fingerprint}
                for user, path, line in self.taken if self._any_of(ending)(line)]

    def _any_of(self, ending):
        keys = self.wanted.ended_keys(ending)
        return lambda line: any(map(line.holds, keys))

    def doomed(self):
        """Account, file and lines of all that `take_out` would take out."""
        self.keys = [(one, key) for one in self.wanted.ending for key in self.wanted.ended_keys(one)]
        for user, account, file, lines in self._files():
            lines = [line for line in lines if self._came_with(user, file, line)]
            if lines:
                yield user, account, file, lines

    def _came_with(self, user, file, line):
        """Whether its key is to be gone and came with the lease, and the line is not that of another grant."""
        return any(line.only_of([key]) and self.leases.brought(one, user, key, known=True)
                   for one, key in self.keys) and not self.leases.has(user, line, file.shown)

    def _files(self):
        """Every account with its files and their lines."""
        for user, account in self.wanted.everybody() if self.wanted.ending else ():
            for file, lines in self.survey.lines(user, account):
                yield user, account, file, lines

    def _places(self):
        if self.found is None:
            self.found = self._search()
        return self.found

    def _search(self):
        """Every account and file in which one of the keys is: (account, path, line)."""
        keys, found = {key for one in self.wanted.ending for key in self.wanted.ended_keys(one)}, []
        for user, account, file, lines in self._files():
            found += [(user, file.shown, line) for line in lines if any(map(line.holds, keys))]
            for line in lines if account and may_log_in(account) else ():
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
