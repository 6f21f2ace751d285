"""The end of sessions: of keys that their account is no longer to have."""
from latchkey_agent.sessions import Sessions


class End:

    def __init__(self, server, store, sshd, leases, wanted, findings):
        self.store, self.leases, self.wanted, self.findings = store, leases, wanted, findings
        self.sessions, self.changed = Sessions(server, sshd.ports), False

    def look(self):
        """Finds the sessions that must not be."""
        self._found(self.sessions.find(*self._keys()))

    def end(self):
        """Ends them, and finds what is still alive."""
        ended, alive = self.sessions.end(*self._keys())
        for one in ended:
            self.changed = True
            self.store.note("session %d from %s ended" % (one.process.pid, one.peer), one.user)
            self._keep(one)
        self._found(alive)

    def _keys(self):
        """What is gone and what is wanted, each as account → fingerprint → ranges."""
        users = self.wanted.accounts
        gone = {user: self.wanted.gone(user) for user in users}
        return ({user: keys for user, keys in gone.items() if keys},
                {user: self.wanted.ranges(user) for user in users})

    def _keep(self, session):
        """For the statement, until the lease is forgotten: the last 20 sessions of each."""
        told = {"pid": session.process.pid, "from": session.peer, "since": session.since}
        for lease in self.leases.of_account(session.user):
            if session.fingerprint in lease["keys"]:
                lease["sessions"] = lease["sessions"][-19:] + [told]

    def _found(self, sessions):
        self.findings.alive = {(one.user, one.fingerprint) for one in sessions}
