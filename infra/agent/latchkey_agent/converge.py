"""Converging: survey, close, open, survey again, report."""
from latchkey_agent.doors.chain import Chain
from latchkey_agent.edit import Edit
from latchkey_agent.end import End
from latchkey_agent.findings import Findings
from latchkey_agent.leases import Leases
from latchkey_agent.report import Report
from latchkey_agent.survey import Survey
from latchkey_agent.wanted import Wanted


class Converge:
    """One look at the server; with `change` it is made as wanted first, and what closes comes before what opens."""

    def __init__(self, server, store, sshd, entries, change, retry):
        self.server, self.store, self.sshd, self.change = server, store, sshd, change
        self.leases, self.findings = Leases(store.state), Findings()
        self.entries, grants, ending = entries, entries.grants, entries.ending
        self.new = self.leases.take_up(grants + ending)
        self.leases.close([one.named for one in entries.faults if one.named])
        self.wanted = Wanted(server, sshd, self.leases, grants, ending, retry)
        self.survey = Survey(server, sshd, self.leases, self.wanted, self.findings)
        self.edit = Edit(server, store, self.leases, self.wanted, self.survey, self.findings)
        self.end = End(server, store, sshd, self.leases, self.wanted, self.findings)
        self.report = Report(store, sshd, self.leases, self.wanted, self.findings, change)
        self.changed = False

    def prepare(self):
        """What new leases begin with, noted before anything is done."""
        if self.new:
            self.leases.begin(self.new, self.survey.inventory())
        ended = {one.lease for one in self.wanted.ending}
        for one in self.wanted.live:
            self.leases.expect(one, self.sshd.line(one), again=one.lease not in ended)

    def carry_out(self, action=None):
        """The outcome, and what the statement says; `action` is done once the rest is as wanted."""
        told = {"ssh": self.sshd.as_json(), "unmanaged": self.report.unmanaged(self.survey.lines_of_leases())}
        self.findings.problems.clear()  # the survey's own; what counts is whether the edits succeed
        self._close()
        doors = self._open()
        if action:
            told["action"] = action()
        files = self.survey.lines_of_leases()
        inventory = self.survey.inventory() if self.wanted.ending else None
        told.update(grants=self.report.grants(files) + self.entries.told("grants"), doors=doors,
                    ended=self.report.ended(files, inventory) + self.entries.told("ending"))
        if self.entries.nameless():
            told["faulty"] = self.entries.nameless()
        return "DONE" if self.report.whole(told) else "PARTIAL", told

    def _close(self):
        """No line and no session of a key that is not wanted any more."""
        if self.change:
            self.edit.close()
            self.end.end()
        else:
            self.end.look()

    def _open(self):
        """The doors are as wanted, then the lines; what the statement says of the doors."""
        chain = Chain(self.server, self.sshd.ports, self.store.state["firewalld"], self.store.save_state)
        told = {"chain": chain.make(self.wanted.open_until(), self.change)}
        if self.change:
            self.edit.open()
        if chain.changed:
            self.store.note("firewall put right")
        self.changed = self.edit.changed or self.end.changed or chain.changed
        return told

    def forget(self):
        self.leases.forget(self.wanted.grants + self.wanted.ending, self.findings)
