"""One row from its boot to its verdict: what the agent said beside what was so."""
import json
import re
import time

from . import judge, keys, kills, reality, revoked
from .agent import Agent, fingerprint
from .machine import ADMINISTRATOR, LabMistake, Machine
from .vendor import Person, Session, arrives

TICKET, OTHER_TICKET = 501718622, 501718623
LEASE_SECONDS = 3600


class Play:
    """A row that is being played."""

    def __init__(self, row, image, folder):
        self.row = row
        self.folder = folder
        self.image = image
        self.machine = Machine(image, folder)
        self.sessions, self.bystanders = [], []
        self.verdict = judge.Verdict()

    def run(self):
        """The verdict."""
        try:
            self._prepare()
            ask = {"gone": self._gone, "grant": self._grant, "door": self._door, "keys": lambda: keys.play(self),
                   "kills": lambda: kills.play(self), "revoked": lambda: revoked.Revoked(self, image=self.image).play()}
            ask[self.row.asks]()
        except LabMistake as mistake:
            self.verdict.fault("the row or the laboratory is wrong: %s" % mistake)
        finally:
            for session in self.sessions + self.bystanders:
                session.abandon()
            self.machine.stop()
        return self.verdict

    def _prepare(self):
        row = self.row
        kind, _, bits = row.key.partition(" ")
        address = row.ranges.split()[0].split("/")[0]
        self.machine.addresses([address])
        self.vendor = Person(self.folder, "vendor", address, kind, bits or None)
        self.second = Person(self.folder, "second", address)
        self.administrator = Person(self.folder, "administrator", ADMINISTRATOR)
        self.authority = self.vendor.certified()
        # Where an administrator is in the row, he was there before the vendor came.
        self._put("vendor.pub", self.vendor.public)
        self._put("second.pub", self.second.public)
        if row.administrator != "no":
            self.put_key(self.administrator, row.account)
        self.agent = Agent(self.machine)
        self.machine.stands_in(row.stands_in.split())
        self._root(row.setup)
        row.named = row.named.replace("@SECOND@", re.escape(fingerprint(self.second.public)))

    def _put(self, name, text):
        self.machine.call("mkdir -p /root/lab && cat > /root/lab/%s" % name, stdin=text + "\n")

    def put_key(self, person, account, line=None):
        """A key in the account's own file, as a line that is nobody's but the account's."""
        self.machine.call("home=$(getent passwd %s | cut -d: -f6); install -d -o %s -g %s -m 0700 $home/.ssh; "
                          "cat >> $home/.ssh/authorized_keys; chown %s: $home/.ssh/authorized_keys; "
                          "chmod 0600 $home/.ssh/authorized_keys" % (account, account, account, account),
                          stdin=(line or person.public) + "\n")

    def _root(self, lines):
        if lines:
            self.machine.call(lines, environment=self._names())

    def _names(self):
        """What the lines of a row may name as variables."""
        return {"ACCOUNT": self.row.account, "KEY": self.vendor.public, "SECOND_KEY": self.second.public,
                "CA_KEY": self.authority, "VENDOR": self.vendor.address, "TICKET": str(TICKET)}

    def lease(self, ticket=TICKET, person=None):
        """One of an order's `grants`."""
        return dict({"ticket": ticket, "user": self.row.account, "key": (person or self.vendor).public,
                     "from": self.row.ranges.split(), "expires_at": int(time.time()) + LEASE_SECONDS}, **self._own())

    def granted(self):
        """The statement of an order that lets the vendor in."""
        return self.agent.converge([self.lease()] + self._kept(), **self._key_file())

    def revoked(self, **others):
        """The statement of an order that ends it."""
        return self.agent.converge(self._kept(), [self._ending()], **self._key_file(), **others)

    def revoke_words(self):
        """The order that ends it, as the next generation."""
        self.agent.generation += 1
        return dict(verb="converge", generation=self.agent.generation, grants=self._kept(), ending=[self._ending()])

    def _ending(self):
        return dict({"ticket": TICKET, "user": self.row.account, "from": self.row.ranges.split(),
                     "fingerprint": fingerprint((self.second if self.row.rekeyed == "yes" else self.vendor).public)}, **self._own())

    def _own(self):
        """An account that is made with the grant, with sudo or without."""
        return {"no": {}, "yes": {"account": "own"}, "sudo": {"account": "own", "sudo": 1}}[self.row.own]

    def _key_file(self):
        return {"key_file": self.row.key_file} if self.row.key_file else {}

    def _kept(self):
        return [self.lease(OTHER_TICKET, self.second)] if self.row.second in ("yes", "open") else []

    def _grant(self):
        statement = self.granted()
        addresses = self.row.addresses.split() or [self.vendor.address]
        self.machine.addresses(addresses)
        entered = [self.vendor.logs_in(self.row.account, port=int(self.row.ports.split()[0]), address=address)
                   for address in addresses]
        self.verdict.grant(self.row, statement, all(entered))
        self._holds("grant")

    def _door(self):
        statement = self.granted()
        self._root(self.row.between)
        if self.row.then == "sweep":
            self.agent.sweep()
        if self.row.between:
            statement = self.agent.order(verb="observe")
        addresses = self.row.addresses.split() or [self.vendor.address]
        self.machine.addresses(addresses)
        port = int(self.row.ports.split()[0])
        self.verdict.door(self.row, statement, all(arrives(address, port) for address in addresses))
        self._holds("door")

    def _gone(self):
        row = self.row
        statement = self.granted()
        self.verdict.note("granted: %s" % judge.state(statement))
        if row.login != "no" and not self.vendor.logs_in(row.account):
            raise LabMistake("the vendor cannot log in, so there is nothing to revoke; the statement: %s"
                             % json.dumps(statement))
        self.before = {process.pid for process in reality.alive(set())}
        self._people()
        self._root(row.between)
        if row.rekeyed == "yes":  # the ticket gets another key; the vendor's is its former one
            self.agent.converge([self.lease(person=self.second)], **self._key_file())
        if row.verb == "remove":
            statement = self.agent.remove()
        else:
            statement = self.revoked()
        self._judge("revoke", row.gone, statement)
        if not (row.after or row.later or row.then != "order"):
            return
        self._root(row.after)
        if judge.said_of(statement) == "true":
            self.verdict.stays_true(row.after, reality.lets_in(self.vendor))
        if row.then == "sweep":
            self.agent.sweep()
        if row.then == "install":
            self.agent.install()
        if row.then == "epoch":
            self.agent.new_epoch()
        more = {"end_unattributed": self._his(statement)} if row.then == "end_unattributed" else {}
        statement = self.revoked(**more)
        self._judge("afterwards", row.later or "true", statement, later=True)

    def _his(self, statement):
        """Of the sessions that nobody could attribute, the ids of those that really are the vendor's."""
        audit_sessions = {session.audit_session for session in self.sessions}
        pids = {process.pid for process in reality.alive(audit_sessions)}
        listed = (statement.get("ended") or [{}])[0].get("unattributed", [])
        return [one["id"] for one in listed if int(one["id"].split("-")[1]) in pids]

    def _people(self):
        row = self.row
        if row.administrator != "no":
            self.bystanders.append(Session(self.administrator, row.account, ":"))
        if row.second == "open":
            self.bystanders.append(Session(self.second, row.account, ":"))
        if row.vendor or row.session == "closed":
            lines = "".join("export %s=%s\n" % (name, json.dumps(value)) for name, value in self._names().items())
            master = ["-o", "ControlMaster=yes", "-o", "ControlPath=%s/master" % self.folder]
            session = Session(self.vendor, row.account, lines + row.vendor, row.terminal == "yes", master)
            self.sessions.append(session)
            if row.session == "closed":
                session.close()
            if row.session == "doubled":
                again = ["-o", "ControlPath=%s/master" % self.folder]
                self.sessions.append(Session(self.vendor, row.account, "setsid -f lab-stay 900 < /dev/null > /dev/null 2>&1",
                                             options=again))
        if row.logs_in_as:
            self.sessions.append(Session(self.vendor, row.logs_in_as, "lab-stay 900 > /dev/null 2>&1 < /dev/null &"))
        if row.second == "added":
            self.sessions.append(Session(self.second, row.account, "lab-stay 900 > /dev/null 2>&1 < /dev/null &"))

    def _holds(self, what):
        """What the row and every row with an administrator asks of the machine itself."""
        if self.row.holds:
            done = self.machine.run(self.row.holds)
            if done.returncode:
                self.verdict.fault("%s: it does not hold: %s %s" % (what, self.row.holds, done.stdout[-300:]))
        if self.row.administrator != "no" and not self.administrator.logs_in(self.row.account):
            self.verdict.fault("%s: the administrator's own key does not log in any more" % what)

    def _judge(self, what, expected, statement, later=False):
        ports = [int(port) for port in self.row.ports.split()]
        addresses = self.row.addresses.split()
        self.machine.addresses(addresses)
        keys = reality.lets_in(self.vendor, reality.ACCOUNTS + ((self.row.account,) if self.row.own != "no" else ()), ports=ports, addresses=[None] + addresses)
        living = reality.alive({session.audit_session for session in self.sessions})
        living = [process for process in living if process.pid not in self.before]
        lost = [session for session in self.bystanders if not session.answers()]
        if not later:
            self._holds(what)
        self.verdict.gone(self.row, what, expected, statement, keys, living, len(lost), later)
