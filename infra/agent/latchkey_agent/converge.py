"""Converging: close, keep the books, open, survey again, report."""
from latchkey_agent.admission.judge import Judge
from latchkey_agent.copies import Copies
from latchkey_agent.doors.doors import Doors
from latchkey_agent.edit import Edit
from latchkey_agent.end import End
from latchkey_agent.errors import stumbled
from latchkey_agent.findings import Findings
from latchkey_agent.host import Host
from latchkey_agent.inventory import Inventory
from latchkey_agent.krl import Krl
from latchkey_agent.leases import Leases
from latchkey_agent.ledger import PATH as LEDGER
from latchkey_agent.orders import MAX_TIME
from latchkey_agent.otherways import OtherWays
from latchkey_agent.ownaccounts import Own
from latchkey_agent.managed import Managed
from latchkey_agent.points import EVERYWHERE
from latchkey_agent.reached import reached
from latchkey_agent.report import Report
from latchkey_agent.revocations import Revocations
from latchkey_agent.revoked import RevokedKeys
from latchkey_agent.survey import Survey
from latchkey_agent.wanted import Wanted

# Stages that say nothing of who can log in: the statement tells what came of them in another place.
BESIDE = {"intent", "doors", "books", "open", "inventory", "action", "host", "reached"}


class Converge:
    """One look at the server; with `change` it is made as wanted first.

    Closing comes first and waits for nothing; opening comes last, and only when it can be written down.
    """

    def __init__(self, server, store, sshd, entries, change, retry):
        self.server, self.store, self.sshd, self.change = server, store, sshd, change
        self.leases, self.findings = Leases(store.state, store.inventories.load), Findings()
        self.entries, grants, ending = entries, entries.grants, entries.ending
        self.new = self.leases.take_up(grants + ending)
        self.leases.close([one.named for one in entries.faults if one.named])
        self.own = Own(server, store, change)
        self.survey = Survey(server, sshd, self.leases, self.findings, self.own)
        if store.state["lost"]:
            self._find_lost()
        self.managed = Managed(server, store, sshd)
        if entries.key_file == "managed":
            self._stage("key files", *[self.managed.prepare, self.leases.users(grants)] if change and grants else [self.managed.look])
        self.wanted = Wanted(server, sshd, self.leases, grants, ending, retry, self.own, entries.revoked)
        self.survey.sources, self.survey.used = self.wanted.sources, self.wanted.used
        self.survey.revoked = RevokedKeys(server, sshd, self.wanted, store)
        self.edit = Edit(server, store, self.leases, self.wanted, self.survey, self.findings)
        self.krl = Krl(server, store, sshd)
        self.revocations = Revocations(server, store, sshd, entries, self.survey, self.wanted, self.edit.closing, self.krl)
        self.end = End(server, store, sshd, self.leases, self.wanted, self.findings, self.revocations,
                       self.survey, entries.end_unattributed)
        self.copies = Copies(server, self.wanted, self.survey, self.findings, self.leases,
                             OtherWays(server, store, sshd, self.wanted, self.findings))
        self.report = Report(store, sshd, self.leases, self.wanted, self.findings, self.copies, Judge(server, sshd), change, self.own)
        self.doors = Doors(server, sshd.ports, store.state, store.must_keep, retry or not change)
        self.changed = False

    def _find_lost(self):
        """With the state the leases are lost of which this order does not speak: their lines name them."""
        self.survey.anywhere = EVERYWHERE
        for found in list(self.survey.tickets()):
            self.leases.find(*found)
        for problem in self.findings.problems.values():
            self.store.tell(problem)

    def carry_out(self, action=None):
        """The outcome, and what the statement says; `action` is done once the rest is as wanted."""
        recorded, doors = self.change, None
        if self.change:
            # A run that is killed after this line is finished by the sweep; if nothing can be written, no matter.
            self._stage("intent", self.store.keep)
        for one in self.wanted.live:
            self.leases.expect(one, self.sshd.line(one), again=one.lease not in {end.lease for end in self.wanted.ending})
        told = {"ssh": self.sshd.as_json(), **({} if self.server.live else {"simulated": 1}),
                "unmanaged": self._stage("look", lambda: self.report.unmanaged(self.survey.lines_of_leases(self.wanted.accounts))) or []}
        self.findings.problems.clear()  # the survey's own; what counts is whether the edits succeed
        if self.change:
            self._stage("lines", self.edit.close)
            self._stage("copies", self.copies.take_out, self.edit.closing)
            self._stage("revoked keys", self.revocations.close)
            self._stage("RevokedKeys", self._make_krl)
            self._stage("rights", self.own.disarm, self.wanted.kept())
            self._stage("sessions", self.end.end)
            self._stage("accounts", self._end_accounts)
            doors = self._stage("doors", self._close_doors)
            recorded = self._stage("books", self._keep_books)
            doors = self._stage("open", self._open) if recorded else doors or self._stage("doors", self._shut)
            self._stage("accounts", self._end_accounts)  # those that could not be made, or whose grant could not be carried
            self._stage("homes", self.own.clear)
            self.changed = bool(self.sshd.followed or self.copies.taken) or self.own.changed or (
                self.edit.changed or self.end.changed or self.revocations.changed or self.krl.changed or self.doors.changed)
        else:
            self._stage("sessions", self.end.look)
            self._stage("RevokedKeys", self.krl.look, self.entries.revoked)
            doors = self._stage("doors", self.doors.make, self.wanted.open_until(), False, self.entries.firewall == "closed")
        if action:
            told["action"] = self._stage("action", action, recorded)
        files = self.survey.lines_of_leases(self.wanted.accounts)
        inventory = self._stage("inventory", self._inventory) if self.wanted.ending else None
        told.update(grants=self.report.grants(files) + self.entries.told("grants"),
                    doors=doors or {"chain": {"state": "UNKNOWN", "problem": "; ".join(self.store.problems[-1:])}},
                    ended=self.report.ended(inventory) + self.entries.told("ending"))
        if self.entries.krl and not self.krl.in_force and (self.wanted.retry or not self.change):
            told["problem"] = "RevokedKeys: %s" % (self.store.state["krl"]["problem"] or "ours is not in force")
            if self.change:
                self.store.tell(told["problem"])
        if self.entries.revoked:
            found = self._stage("revoked keys", self.revocations.told, self.findings, self.wanted.retry, self.change)
            told["revoked"] = self.revocations.unknown(self.findings) if found is None else found
        told["host"] = self._stage("host", Host(self.server).as_json)
        way = self._stage("reached", reached, self.server, self.sshd)
        if way:
            told["reached"] = way
        if self.entries.nameless():
            told["faulty"] = self.entries.nameless()
        return "DONE" if self.report.whole(told) else "PARTIAL", told

    def _stage(self, name, work, *args):
        """Whatever goes wrong in one stage is told, and stops none of those after it. What it left undone is a question."""
        try:
            return work(*args)
        except Exception as error:
            told = stumbled(self.store.faults, name, error)
            self.store.tell(told)
            if name not in BESIDE:
                self.findings.ask(None, told)
            return None

    def _make_krl(self):
        if self.entries.krl:
            self.krl.make(self.entries.revoked, self.wanted.retry)
        elif self.store.request != "sweep":  # which knows nothing of a state that was lost
            self.krl.take_off()
        else:
            self.krl.mend()

    def _end_accounts(self):
        self.own.end(self.wanted.kept())
        for name in set(self.own.accounts) & set(self.wanted.accounts):
            if name not in self.wanted.kept():
                self.wanted.accounts[name] = self.server.account(name)

    def _make_accounts(self):
        for one in [one for carried in self.wanted.carried.values() for one in carried if one.own]:
            try:
                self.own.make(one)
            except Exception as problem:  # one account never stops another
                self.wanted.refuse(one, str(problem))
            self.wanted.accounts[one.user] = self.server.account(one.user)

    def _kept_doors(self):
        """What is open and stays so: the range and the second until which it was to be, or an earlier one."""
        opened = self.store.state["doors"]
        return {one: min(until, opened[one]) for one, until in self.wanted.open_until().items() if one in opened}

    def _close_doors(self):
        firewall = self.entries.firewall, self.store.state["firewall"]
        return self._shut() if self._kept_doors() != self.store.state["doors"] or firewall == ("closed", "open") else None

    def _shut(self):
        """Nothing is opened; what was open before stays as far as it is wanted."""
        return self.doors.make(self._kept_doors(), True, "closed" in (self.entries.firewall, self.store.state["firewall"]))

    def _keep_books(self):
        """Notes what new leases began with, and what is about to be opened."""
        state, kept, begun = self.store.state, self._kept_doors(), True
        was = state["firewall"]
        if self.new:
            begun = self.store.trying("inventory", lambda: self.leases.begin(
                self.new, self.store.inventories.keep(self._inventory())))
            self.findings.problems.clear()
        state.update(doors=self.wanted.open_until(), firewall=self.entries.firewall)
        if not self.store.keep() or not begun:
            state.update(doors=kept, firewall=was)
            self.findings.closed = "nothing is opened that cannot be written down: " + self.store.unkept
            return False
        return True

    def _inventory(self):
        return Inventory(self.server, self.sshd, self.store.state["salt"]).taken(self.survey.inventory(), self.own.ours())

    def _open(self):
        """The doors are as wanted, then the lines; what the statement says of the doors."""
        told = self.doors.make(self.wanted.open_until(), True, self.entries.firewall == "closed")
        self._stage("accounts", self._make_accounts)
        self.edit.open()
        self._stage("key files", self.managed.tidy, self.entries.key_file == "managed")
        for name in self.doors.changed:
            self.store.note("%s put right" % {"chain": "firewall"}.get(name, name))
        return told

    def settled(self, told):
        """Whether another look would only find the same, as long as nothing is changed."""
        return (not self.own.unfinished() and all(one["gone"] is True for one in told["ended"])
                and all(one["gone"] is not False for one in told.get("revoked", []))
                and all(one["state"] == "FAILED" or "problem" not in one for one in told["grants"]))

    def watched(self, told):
        """What this run looked at: files, accounts, the second in which the next lease ends, and tools of the firewall."""
        paths = {path for text in self.sshd.asked.texts for path in text.read} | set(self.leases.sharing) | {LEDGER}
        # Who logs in and out within a minute is to be noted too, while the log still tells of it.
        paths |= self.krl.watched()
        paths |= {"/run/systemd/sessions", "/var/log/wtmp"} if self.wanted.live else set()
        versions = {":" in network for network in self.wanted.open_until()}
        tools = [tool for six, tool in ((False, "iptables"), (True, "ip6tables")) if six in versions]
        chain = told["doors"]["chain"].get("by") == "iptables" and told["doors"]["chain"]["state"] == "WHOLE"
        return (paths, self.wanted.accounts, min([one.expires_at for one in self.wanted.live] or [MAX_TIME]),
                tools if chain else [])

    def forget(self):
        self.leases.forget(self.wanted.grants + self.wanted.ending, self.findings)
        if self.change:
            self.own.forget(self.leases.held)
