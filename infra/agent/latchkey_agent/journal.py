"""The journal's own record of logins. Its fields that begin with _ are journald's; the text of a line is anybody's."""
import collections
import json
import os
import re

from latchkey_agent import programs
from latchkey_agent.processes import number

MOST = 20000  # lines of one question
MADE, ENDED = "8d45620c1a4348dbb17410da57c60c66", "3354939424b4456d9802ca8333ed424a"
FIELDS = "MESSAGE,MESSAGE_ID,SESSION_ID,LEADER,_PID,_UID,_AUDIT_SESSION,_EXE,_SYSTEMD_UNIT,_BOOT_ID,__REALTIME_TIMESTAMP"
# Anchored: the name that a stranger tries to log in with may hold such a sentence.
ACCEPTED = re.compile(r"Accepted (\S+) for (\S+) from (\S+) port ([0-9]{1,5}) ssh2(?:: (.*))?$")

# keys: of the login, and of the authority that signed it; none for a login without a key. up: seconds since the boot, or fewer
Accepted = collections.namedtuple("Accepted", "pid at boot user address port keys audit up")
Made = collections.namedtuple("Made", "leader at boot session")


def accepted(text):
    found = ACCEPTED.match(text)
    return found and (found.group(2), found.group(3), int(found.group(4)),
                      tuple(re.findall(r"SHA256:[A-Za-z0-9+/]{43}", found.group(5) or "")))


class Journal:

    def __init__(self):
        self.there = os.path.isdir("/run/systemd/journal")
        self.questions = []

    def logins(self, since, pids=(), of_boot=None):
        """What sshd told of logins; with pids, only of these processes of this boot."""
        args = ["_COMM=sshd", "_COMM=sshd-session", "_UID=0"] + ["_PID=%d" % pid for pid in pids[:500]]
        args += ["_BOOT_ID=" + of_boot] if of_boot else []
        found, audits = [], {}
        for entry in self._entries(since, args + ["--grep=^Accepted |session opened for user "]):
            if entry.get("_UID") != "0" or not os.path.basename(entry.get("_EXE", "")).startswith("sshd"):
                continue
            told, pid, boot = accepted(entry["MESSAGE"]), int(entry["_PID"]), entry.get("_BOOT_ID")
            if told and re.match(r"sshd?(@.*)?\.(service|socket)$", entry.get("_SYSTEMD_UNIT", "")):
                found.append(Accepted(pid, moment(entry), boot, *told, audit=None, up=monotonic(entry)))
            elif not told and entry.get("_AUDIT_SESSION", "").isdigit() and entry["_AUDIT_SESSION"] != "4294967295":
                audits[boot, pid] = moment(entry), entry["_AUDIT_SESSION"]
        return [one._replace(audit=audits[one.boot, one.pid][1]) if (one.boot, one.pid) in audits
                and 0 <= audits[one.boot, one.pid][0] - one.at <= 300 else one for one in found]

    def sessions(self, since):
        """What logind told: the sessions that it made, and the end of those that are over."""
        made, ended = [], {}
        for entry in self._entries(since, ["MESSAGE_ID=" + MADE, "MESSAGE_ID=" + ENDED, "_UID=0"]):
            if entry.get("_SYSTEMD_UNIT") != "systemd-logind.service":
                continue
            leader = number(entry.get("LEADER"))
            if entry.get("MESSAGE_ID") == MADE and leader is not None:
                made.append(Made(leader, moment(entry), entry.get("_BOOT_ID"), entry.get("SESSION_ID", "")))
            else:
                ended[entry.get("SESSION_ID")] = moment(entry)
        return made, ended

    def reaches(self, moment_):
        """Whether the journal goes back as far as that."""
        return bool(programs.run(["journalctl", "-q", "-o", "cat", "-n", "1", "--until=@%d" % moment_], timeout=5)[1])

    def _entries(self, since, args):
        if not self.there:
            return
        base = ["journalctl", "-q", "--no-pager", "-o", "json", "-n", str(MOST), "--since=@%d" % since,
                "--output-fields=" + FIELDS]
        code, out, error = programs.run(base + args, timeout=5)
        if code != 0 and "option" in error:  # before systemd 237
            code, out, error = programs.run(base[:-1] + [one for one in args if not one.startswith("--")], timeout=5)
        lines = out.splitlines()
        if len(lines) >= MOST or code not in (0, 1) or (code and error):
            self._ask("the journal could not be read whole: %s" % (
                "more than %d lines" % MOST if code == 0 else programs.complaint(error)))
        for line in lines:
            try:
                # A field that is long, doubled or no text is null or a list.
                entry = {name: value for name, value in json.loads(line).items() if isinstance(value, str)}
            except (ValueError, AttributeError, RecursionError):
                self._ask("the journal could not be read whole: a line is cut off")
                continue
            if {"MESSAGE", "_PID", "__REALTIME_TIMESTAMP"} <= set(entry):
                yield entry

    def _ask(self, question):
        if question not in self.questions:
            self.questions.append(question)


def moment(entry):
    return int(entry["__REALTIME_TIMESTAMP"]) // 1000000


def monotonic(entry):
    """Seconds since the boot, less those for which the server slept."""
    return int(entry.get("__MONOTONIC_TIMESTAMP") or 0) // 1000000
