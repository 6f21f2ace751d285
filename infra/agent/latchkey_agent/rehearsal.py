"""The verb rehearse: what an order would change is told, and nothing is changed.

It is a verb of its own, so that an agent which does not know it refuses the order.
"""
import contextlib
import os
import time

from latchkey_agent.converge import Converge
from latchkey_agent.doors.doors import Doors
from latchkey_agent.dryactions import rehearse
from latchkey_agent.errors import Problem
from latchkey_agent.files import lock_file
from latchkey_agent.krl import PATH as KRL
from latchkey_agent.managed import DROP_IN
from latchkey_agent.orders import NOTHING_WANTED, Entries, need
from latchkey_agent.sshd import Sshd
from latchkey_agent.state import Store
from latchkey_agent.statement import MAX_OBSERVATION, dumped
from latchkey_agent.uninstall import known

OF = ("converge", "observe", "remove", "act")
MOST = 100


def rehearsed(order):
    """The order that is to be carried out or rehearsed, and which of the two."""
    if order.get("verb") != "rehearse":
        return order, False
    need(order.get("of") in OF, "of: %s is expected" % ", ".join(OF))
    return dict(order, verb=order["of"]), True


class DryStore(Store):
    """What is kept, read alone: whatever a run would leave to the next is forgotten with it."""

    def locked(self, wait):
        self.held = self._lock()
        return lock_file(self.held, wait)

    def _lock(self):
        path = os.path.join(self.server.state, "lock")
        while True:
            with contextlib.suppress(OSError):
                return os.open(path, os.O_RDONLY)
            path = os.path.dirname(path)

    def load_state(self, put_aside=False):
        super().load_state(put_aside=False)

    def keep(self):
        return True

    def kept_answer(self, request):
        return None

    def keep_answer(self, answer):
        pass

    def note(self, what, user=None, ticket=None):
        pass


class Rehearsal:

    def __init__(self, agent):
        self.agent, self.server, self.store = agent, agent.server, agent.store
        self.sshd = Sshd(self.server)
        self.would, self.unknown, self.refused = [], [], None

    def told(self, order, action):
        state = self.store.state
        if order["verb"] == "act":
            need(order["hash"] == (state["hash"] or NOTHING_WANTED), "another state is wanted than the one that is in force here")
            entries = Entries(state["order"])
        else:
            entries = self._entries(order)
            state["order"] = entries.as_json()
            self._stage(self._converge, entries)
        if action:
            self._stage(self._action, action, entries)
        if order["verb"] == "remove":
            self._add("agent", "The agent is taken off once nothing of any grant is left there.")
        return self._fitted()

    def _entries(self, order):
        if order["verb"] != "remove":
            return order["entries"]
        ending = [dict(one.as_json(), fingerprint=one.fingerprint) for one in order["entries"].ending]
        self.store.state["lost"] = True
        return Entries(dict(known(self.store.state, ending), key_file=order["key_file"]))

    def _stage(self, work, *args):
        """What cannot be told of one thing is said, and stops nothing else."""
        try:
            work(*args)
        except Exception as problem:
            self._ask(str(problem) if isinstance(problem, Problem) else "%s: %s" % (type(problem).__name__, problem))

    def _ask(self, question):
        if question not in self.unknown:
            self.unknown.append(question)

    def _add(self, what, change, **more):
        self.would.append(dict(more, what=what, change=change))

    def _fitted(self):
        told, more = {"would": self.would[:MOST], "unknown": [one[:300] for one in self.unknown[:20]]}, len(self.would[MOST:])
        if self.refused:
            told["refused"] = self.refused[:1000]
        while len(dumped(self.agent.told("DONE", rehearsal=dict(told, more=more)))) > MAX_OBSERVATION and told["would"]:
            told["would"].pop()
            more += 1
        return self.agent.told("DONE", rehearsal=dict(told, more=more) if more else told)

    def _converge(self, entries):
        work = Converge(self.server, self.store, self.sshd, entries, change=False, retry=True)
        for name in (self._refusals, self._accounts, self._lines, self._revoked, self._sessions, self._doors):
            self._stage(name, work)
        for questions in [list(work.wanted.doubts.values()), list(work.findings.problems.values())] + list(work.findings.questions.values()):
            for question in questions:
                self._ask(question)

    def _refusals(self, work):
        for one in work.entries.faults:
            self._add("line", "An entry of the order cannot be carried out: %s." % one.problem)
        for one in work.wanted.live:
            why = work.wanted.refusals.get(one.lease)
            if why:
                self._add("line", "Nothing is given for ticket %d: %s." % (one.ticket, why), user=one.user)
                self.refused = self.refused or (why if one.lease in work.new else None)

    def _accounts(self, work):
        for name in work.own.doomed(work.wanted.kept()):
            self._add("account", "It is deleted with all that runs as it, and its home is archived.", user=name)
        for one in (one for carried in work.wanted.carried.values() for one in carried if one.own):
            if not self.server.account(one.user):
                self._add("account", "It is made%s." % (", and becomes root by sudo" if one.sudo else ""), user=one.user)

    def _lines(self, work):
        if work.entries.key_file == "managed" and work.entries.grants and not os.path.lexists(self.server.path(DROP_IN)):
            self._add("line", "It is written first, so that sshd reads Latchkey's own files of keys.", file=DROP_IN)
            self._ask("in which file a line would stand is known only once %s is there" % DROP_IN)
        for user, file, out, put in work.edit.differences():
            for line in out:
                self._add("line", "The line of %s is taken out: %s." % (
                    "ticket %d" % line.ticket if line.ticket else "a grant", line.fingerprint or "of no key that can be read"), user=user, file=file.shown)
            for one in put:
                self._add("line", "The line of ticket %d is put in: %s from %s until %s." % (
                    one.ticket, one.fingerprint, ", ".join(one.ranges), moment(one.expires_at)), user=user, file=file.shown)

    def _revoked(self, work):
        told = {(one["user"], one["file"]) for one in self.would if one["what"] == "line" and "file" in one}
        for user, _, file, lines in work.copies.doomed():
            for line in lines if (user, file.shown) not in told else ():
                self._add("line", "The line of %s, which came with the grant, is taken out." % line.fingerprint, user=user, file=file.shown)
        told |= {(one["user"], one["file"]) for one in self.would if one["what"] == "line" and "file" in one}
        for user, file, lines in work.revocations.doomed():
            for line in lines:
                if line.ticket is None or (user, file.shown) not in told:
                    self._add("line", "The line of %s, which is revoked, is taken out." % line.fingerprint, user=user, file=file.shown)
        work.krl.look(work.entries.revoked)
        if work.entries.krl and not work.krl.in_force:
            self._add("key", "sshd refuses %d revoked keys by it, if it can be told of it." % len(work.entries.revoked), file=KRL)
        elif work.krl.stands() and not work.entries.krl:
            self._add("key", "It is taken away, and sshd no longer refuses keys by it.", file=KRL)

    def _sessions(self, work):
        work.end.look()
        for process, login in sorted(work.end.doomed().items()):
            self._add("session", "Process %d (%s) of the login from %s is ended." % (process.pid, process.name, login.address), user=login.user)

    def _doors(self, work):
        """As they stand, judged by what would be wanted of them."""
        ranges, closed = work.wanted.open_until(), work.entries.firewall == "closed"
        doors = Doors(self.server, self.sshd.ports, self.store.state, self.store.must_keep, False)
        for name, told in sorted(doors.make(ranges, False, closed).items()):
            wanted = {} if closed and name in Doors.FIREWALL else ranges
            by = " by %s" % told["by"] if told.get("by") else ""
            if told["state"] == "UNKNOWN":
                self._ask("the door %s: %s" % (name, told.get("problem", "it cannot be read")))
            elif told["state"] == "PARTIAL":
                self._add("door", "It is opened%s to %s." % (by, ", ".join("%s until %s" % (one, moment(until)) for one, until in sorted(wanted.items())))
                          if wanted else "It is closed%s." % by, door=name)

    def _action(self, action, entries):
        if "fault" in action:
            self.refused = action["fault"]
            return
        try:
            self.refused = rehearse(self.server, self.store, self.sshd, action, entries, self._add, self._ask)
        except Problem as problem:
            self.refused = str(problem)


def moment(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
