"""Whether an answer is true. An answer may know less than is so where its row allows it, never more."""
import json
import pathlib
import re

RECORDS = pathlib.Path(__file__).resolve().parents[2] / "resources" / "golden"
# Fields that say what was left behind, by name.
TOLD = ("left", "appeared", "copies", "unattributed", "questions", "put_aside", "problem", "sessions_ended", "processes_ended", "account")


class Verdict:
    """Facts for the reader, and faults; a row passes without any fault."""

    def __init__(self):
        self.facts, self.faults, self.statements = [], [], []

    def note(self, text):
        self.facts.append(text)

    def fault(self, text):
        self.faults.append(text)

    def grant(self, row, statement, entered):
        """AUTHED against a login that was tried."""
        self.statements.append(statement)
        grant = (statement.get("grants") or [{}])[0]
        said = would_admit(grant)
        self.note("says %s%s; the login %s" % (said, _reason(grant), "succeeds" if entered else "is refused or diverted"))
        if row.login in ("yes", "no") and (row.login == "yes") != entered:
            self.fault("the row is wrong: the login should %s" % ("succeed" if row.login == "yes" else "be refused"))
        allowed = row.grant.split() or [row.login]
        if said not in allowed:
            self.fault("says %s, is to say %s" % (said, " or ".join(allowed)))
        elif said in ("yes", "no") and (said == "yes") != entered:
            self.fault("says %s and it is not so" % said)
        self._doors(row, statement)
        self._because(row, json.dumps(statement))

    def door(self, row, statement, arrived):
        """What is said of the firewall against a packet that was sent."""
        self.statements.append(statement)
        chain = statement.get("doors", {}).get("chain", {})
        said = chain.get("state", "nothing")
        if said == "WHOLE" and chain.get("notes"):
            said = "note"  # it is not sure, and must be where the row has to be quiet
        self.note("says %s%s; the packet %s" % (said, _reason(chain), "arrives" if arrived else "does not arrive"))
        if row.arrives in ("yes", "no") and (row.arrives == "yes") != arrived:
            self.fault("the row is wrong: the packet should%s arrive" % ("" if row.arrives == "yes" else " not"))
        allowed = row.door.split() or (["WHOLE"] if arrived else ["PARTIAL"])
        if said not in allowed:
            self.fault("says %s, is to say %s" % (said, " or ".join(allowed)))
        elif said == "WHOLE" and not arrived:
            self.fault("says WHOLE, and the packet does not arrive")
        self._doors(row, statement)
        self._because(row, json.dumps(statement.get("doors", {})))

    def _doors(self, row, statement):
        """The states of other doors that a row asks for, as `csf:WHOLE hulk:GONE`, or all of them as they were recorded."""
        if row.recorded and statement.get("doors") != json.loads((RECORDS / row.recorded).read_text()):
            self.fault("the doors are not as %s has them: %s" % (row.recorded, json.dumps(statement.get("doors"))))
        for name, _, state in (one.partition(":") for one in row.doors.split()):
            door = statement.get("doors", {}).get(name, {})
            if door.get("state") != state:
                self.fault("the door %s is %s, is to be %s%s" % (name, door.get("state"), state, _reason(door)))

    def gone(self, row, what, expected, statement, keys, living, lost, later):
        """`gone` against logins that were tried and processes that were looked for."""
        self.statements.append(statement)
        ended = (statement.get("ended") or [{}])[0]
        said = said_of(statement)
        text = json.dumps({name: ended[name] for name in TOLD if name in ended})
        told = {entry.get("pid") for entry in ended.get("left", []) if isinstance(entry, dict)}
        untold = [process for process in living if process.pid not in told]
        self.note("%s: says gone=%s%s; %s; %s" % (
            what, said, _reason(ended) or _reason(statement), "the key lets in: " + ", ".join(keys) if keys else "the key lets in nowhere",
            "alive: " + ", ".join(map(str, living)) if living else "nothing of it is alive"))
        claims = said == "true" or (said, row.verb) == ("DONE", "remove")
        if claims and keys:
            self.fault("%s: says that it is gone, and the key logs in" % what)
        if claims and untold and row.untold != "allowed":
            self.fault("%s: says that it is gone, and processes of it live that it does not name" % what)
        if lost:
            self.fault("%s: the session of somebody else was ended" % what)
        if said not in expected.split():
            self.fault("%s: says gone=%s, is to say %s" % (what, said, " or ".join(expected.split())))
        if said in ("false", "unknown") and not _explained(ended, statement):
            self.fault("%s: says gone=%s without a reason" % (what, said))
        if later and keys:
            self.fault("%s: the key still logs in" % what)
        if not later:
            self._row_holds(row, keys, living)
            self._doors(row, statement)
            if row.named and not re.search(row.named, text):
                self.fault("%s: the receipt does not name %s" % (what, row.named))
            self._because(row, json.dumps(statement))

    def stays_true(self, lines, keys):
        """What was said to be gone is gone when a fault has passed, and no other order has come yet."""
        if keys:
            self.fault("said gone=true, and the key lets in (%s) after: %s" % (", ".join(keys), lines))

    def _row_holds(self, row, keys, living):
        if row.access != "any" and (row.access == "yes") != bool(keys):
            self.fault("the key %s after the revoke" % ("logs in" if keys else "does not log in, as the row has it,"))
        if row.lives not in ("any", "yes" if living else "no"):
            self.fault("%s after the revoke" % ("processes live" if living else "nothing lives, as the row has it,"))

    def _because(self, row, text):
        if row.because and not re.search(row.because, text):
            self.fault("its reason does not say %s" % row.because)


def said_of(statement):
    """true, false or unknown; the outcome where nothing was ended."""
    gone = (statement.get("ended") or [{}])[0].get("gone", statement.get("outcome", "nothing"))
    return {True: "true", False: "false"}.get(gone, gone)


def would_admit(grant):
    """yes, no or unknown; an agent that does not say it claims that the line is enough."""
    if grant.get("state") != "PRESENT":
        return "no" if grant.get("state") else "nothing"
    return grant.get("would_admit", "yes")


def state(statement):
    """The outcome and the grants' states in a few words."""
    return " ".join([statement.get("outcome", "nothing")] + [grant.get("state", "?") for grant in statement.get("grants", [])])


def _reason(part):
    for name in ("because", "problem", "blocked_by", "notes"):
        if part.get(name):
            return " (%s)" % str(part[name])[:160]
    questions = part.get("questions")
    return " (%s)" % str(questions[0])[:160] if questions else ""


def _explained(ended, statement):
    return any(ended.get(name) for name in ("problem", "questions", "unattributed", "copies")) or bool(statement.get("problem"))
