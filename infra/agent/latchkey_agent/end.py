"""The end of sessions: of keys that their account is no longer to have."""
from latchkey_agent.leases import account_of
from latchkey_agent.processes import processes, started_at
from latchkey_agent.sessions import Sessions, session_id

MOST = 50  # of each list that is kept or told


class End:

    def __init__(self, server, store, sshd, leases, wanted, findings, revocations, survey, named=()):
        self.server, self.store, self.leases, self.wanted, self.findings = server, store, leases, wanted, findings
        self.revocations = revocations
        self.survey, self.named, self.changed = survey, set(named), False
        self.sessions = Sessions(server, store, leases, sshd.ports, self._explained)
        self.sessions.revoked |= wanted.revoked

    def look(self):
        """Finds the sessions that must not be."""
        self._learn(False)
        self._found(self.sessions.find(*self._keys()))

    def doomed(self):
        """Process → login of all that `end` would end."""
        self.sessions.find(*self._keys(), named=self.named)
        return self.sessions.victims

    def end(self):
        """Ends them, and finds what is still alive."""
        self._learn(True)
        ended, found = self.sessions.end(*self._keys(), named=self.named)
        for process, login in sorted(ended.items()):
            self.changed = True
            self._keep(process, login)
            self.revocations.ended(process, login)
        for login in {login for process, login in ended.items() if login.process and process.pid == login.pid}:
            self.store.note("session %d from %s ended" % (login.pid, login.address), login.user)
        self._found(found)

    def _learn(self, keep):
        with self.sessions.logins.asking("the journal"):
            self.sessions.logins.learn(keep)

    def _keys(self):
        """What is gone and what is wanted, each as account → fingerprint → ranges."""
        users = self.wanted.accounts
        gone = {user: self.wanted.gone(user) for user in users}
        return ({user: keys for user, keys in gone.items() if keys},
                {user: self.wanted.ranges(user) for user in users})

    def _explained(self, user, key):
        """Whether a line that still stands lets the key in as this account, which was there before every lease of the key,
        or is that of a grant that is wanted. `copies` tells it; it is not the vendor's by what is being ended."""
        begun = [self.leases.baseline(lease) for lease in self.leases.held.values() if key in lease["keys"]]
        before = all(known and "%s %s" % (user, key) in known["keys"] for known in begun)
        wanted = [text for one in self.wanted.users() for text in self.wanted.lines(one)]
        return any(line.holds(key) and (before or any(map(line.reads, wanted)))
                   for _, lines in self.survey.lines(user, self.server.account(user)) for line in lines)

    def _keep(self, process, login):
        """For the statement, until the lease is forgotten."""
        head = login.process and process.pid == login.pid
        for name, note in self.sessions.logins.notes.items():
            lease = self.leases.held[name]
            if account_of(name) in self.sessions.theirs[login.user] and (login.key in lease["keys"] or login.key is None):
                if head:
                    lease["sessions"] = lease["sessions"][1 - MOST:] + [
                        {"pid": process.pid, "from": login.address, "since": login.since}]
                elif not process.name.startswith("sshd"):
                    told = {"pid": process.pid, "name": process.name, "since": started_at(process)}
                    note["more"] += len(note["ended"]) == MOST
                    note["ended"] = note["ended"][1 - MOST:] + [told]

    def _found(self, found):
        self.findings.alive = {(user, key) for account, key in found.alive for user in self.sessions.theirs[account] or {account}}
        for question in self.sessions.logins.questions if self._keys()[0] or self.sessions.revoked else ():
            self.findings.ask(None, question)
        for user in self._keys()[0]:
            dropped = sum(note["dropped"] for name, note in self.sessions.logins.notes.items() if account_of(name) == user)
            if dropped:
                self.findings.ask(user, "%d logins are not known any more; the last 200 of a lease are" % dropped)
        table = processes() if found.unattributed or found.anybodys else {}
        for login in found.unattributed:
            for user in self.sessions.theirs[login.user] or {login.user}:
                self._beside(user, "unattributed", as_told(login, table))
        self.revocations.unattributed = [as_told(login, table) for login in found.anybodys]
        for process, user, unit, why in found.left:
            told = {"pid": process.pid, "name": process.name, "user": self.sessions.belongings.name_of(process.uid),
                    "since": started_at(process), "why": why}
            for one in self.sessions.theirs[user] or {user}:
                self._beside(one, "left", dict(told, unit=unit) if unit else told)
        for user, lists in self.findings.beside.items():
            if lists.get("unattributed"):
                users = sorted({one["user"] for one in lists["unattributed"]})
                self.findings.ask(user, "%d sessions of %s cannot be attributed to a key" % (len(lists["unattributed"]), ", ".join(users)))

    def _beside(self, user, name, told):
        self.findings.beside.setdefault(user, {}).setdefault(name, []).append(told)


def as_told(login, table):
    return {"id": session_id(login, table), "user": login.user, "from": login.address, "since": login.since,
            "terminal": login.terminal}
