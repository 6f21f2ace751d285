"""The wanted state: which grants are to be in force on this server now, and which of them it can carry."""
import collections
import time

from latchkey_agent.errors import Problem


class Wanted:
    """What the order asks for. With `retry` a grant that failed before is tried again."""

    def __init__(self, server, sshd, leases, grants, ending, retry, own, revoked=()):
        self.server, self.sshd, self.leases, self.retry, self.own = server, sshd, leases, retry, own
        self.grants, self.ending, self.revoked = grants, ending, set(revoked)
        # A clock that somebody sets back brings nothing back that has ended; an order is believed.
        self.now = max(int(time.time()), 0 if retry else leases.state["clock"])
        leases.state["clock"] = max([one.expires_at for one in grants if one.expires_at <= self.now] or [0])
        self.live = [one for one in grants if one.expires_at > self.now]
        self.sources, self.used = leases.sources(), {}  # account → ranges: of all its leases, of its live grants
        for one in self.live:
            self.used.setdefault(one.user, []).extend(one.ranges)
        self.accounts = {user: server.account(user) for user in self.sources}
        self.doubts = {}  # lease → why it cannot be told whether what was given before is whole
        self.refusals = {one.lease: self._refusal(one) for one in self.live}
        self.carried = collections.defaultdict(list)  # account → grants whose line is to stand
        for one in self.live:
            if self.refusals[one.lease] is None:
                self.carried[one.user].append(one)

    def _refusal(self, grant):
        """Why this grant is not to be given here, or None."""
        if grant.fingerprint in self.revoked:
            return "%s is revoked on this server" % grant.fingerprint
        if grant.own:
            try:
                self.accounts[grant.user] = self.own.account(grant)
            except Problem as problem:
                return str(problem)
        elif grant.user in self.own.accounts:
            return "%s is the account of another grant's own" % grant.user
        account = self.accounts[grant.user]
        if account is None:
            return "there is no account %s" % grant.user
        try:
            own = self.sshd.own_file(account, self.sources[grant.user], self.used[grant.user])
            if self.retry or not self.leases.of(grant)["problem"]:
                self.leases.remember(grant, own.shown, self.server.device(own.shown))
        except Problem as problem:
            # What stands stays while sshd cannot be asked; nothing new is opened on a guess.
            if not (self.leases.of(grant)["placed"] and self.sshd.questions(grant.user, self.sources[grant.user])):
                return str(problem)
            self.doubts[grant.lease] = str(problem)
        # What failed is not completed behind the control plane's back: only an order tries again.
        return None if self.retry else self.leases.of(grant)["problem"]

    def kept(self):
        """Names of the accounts of a grant's own that are to be there."""
        return {one.user for carried in self.carried.values() for one in carried if one.own}

    def refuse(self, grant, why):
        """What was to be carried turns out not to be possible."""
        self.refusals[grant.lease] = why
        self.carried[grant.user].remove(grant)

    def users(self):
        return sorted(self.accounts)

    def everybody(self):
        """Name and row of each account that is there, and of each that has a lease; of two rows with one name both."""
        found = [(account.pw_name, account) for account in self.server.accounts()]
        found += [(user, self.accounts[user]) for user in set(self.accounts) - {user for user, _ in found}]
        return sorted(found, key=lambda one: one[0])

    def keys(self, user):
        return {one.fingerprint for one in self.carried[user]}

    def lines(self, user):
        return [self.sshd.line(one) for one in self.carried[user]]

    def ranges(self, user):
        """Fingerprint → ranges from which it may be used."""
        found = {}
        for one in self.carried[user]:
            found.setdefault(one.fingerprint, []).extend(one.ranges)
        return found

    def ended_keys(self, ending):
        """The key of an ending, and all that its ticket had for the account before and no grant of it has now."""
        return {ending.fingerprint} | (set(self.leases.of(ending)["keys"]) - self.keys(ending.user))

    def gone(self, user):
        """Fingerprint → ranges of the keys of this account's leases that are not wanted for it any more."""
        wanted, found = self.keys(user), {}
        for key, ranges in (pair for lease in self.leases.of_account(user) for pair in lease["keys"].items()):
            if key not in wanted:
                found.setdefault(key, []).extend(ranges)
        return found

    def open_until(self):
        """Range → the second in which the last live grant for it ends."""
        until = {}
        for one in self.live:
            for network in one.ranges:
                until[network] = max(one.expires_at, until.get(network, 0))
        return until
