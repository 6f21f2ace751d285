"""The door `csf`: advanced entries of csf.allow for sshd's ports."""
import fcntl
import ipaddress
import os
import re

from latchkey_agent import programs
from latchkey_agent.doors.door import Door, normal, overlapping
from latchkey_agent.doors.iptables import NONE
from latchkey_agent.errors import Problem

ALLOW, DENY = "/etc/csf/csf.allow", "/etc/csf/csf.deny"
PASSING = ("/var/lib/csf/csf.tempallow", "/etc/csf/csf.tempallow")  # TIME|SOURCE|PORTS|…
OURS = re.compile(r"(\S+) # latchkey( |$)")


class Csf(Door):
    """csf exits 0 whatever happened, so what it did is read in its file and in its chain."""

    name = "csf"

    def __init__(self, ports, granted=()):
        """`granted`: ranges that a grant had, whose rules are looked for when they are not wanted any more."""
        super().__init__()
        self.ports, self.granted, self.rules, self.unread = ports, granted, set(), None
        self.disabled = os.path.exists("/etc/csf/csf.disable")
        settings = dict(re.findall(r'^(\w+)\s*=\s*"(.*?)"', "\n".join(lines("/etc/csf/csf.conf")), re.MULTILINE))
        self.testing, self.versions = settings.get("TESTING") == "1", {4, 6} if settings.get("IPV6") == "1" else {4}
        self.inward = settings.get("LF_BLOCKINONLY") == "1"

    def wanted(self, ranges):
        return {"tcp|in|d=%s|s=%s" % (self._ports(), one): until for one, until in ranges.items()
                if ipaddress.ip_network(one).version in self.versions}

    def make(self, ranges, change, judge=True):
        told = super().make(ranges, change, judge)
        if told["state"] not in ("WHOLE", "GONE") or self.disabled or self.testing:
            return told
        strays = sorted({(one, self._ports()) for one in self.granted if one not in ranges} & self.rules - self._accounted())
        if self.unread:
            told.update(state="UNKNOWN", problem=self.unread)
        elif strays:
            told.update(state="PARTIAL", problem="csf: ALLOWIN lets %s in by a rule that no line of csf.allow makes; csf -r takes it out"
                        % strays[0][0])
        return told

    def look(self):
        self._read()
        ours, standing = set(), set()
        for line in lines(ALLOW):
            entry = (line.split() or [""])[0]
            if OURS.match(line):
                ours.add(entry)
            # csf writes also what it makes no rule of.
            if self.disabled or self.testing or self.unread or made(entry) in self.rules:
                standing.add(entry)
        return ours, standing

    def _ports(self):
        return ",".join(map(str, self.ports))

    def _read(self):
        """Source and ports of each rule in ALLOWIN. What could not be read stops no closing."""
        self.rules, self.unread = set(), None
        versions = self.versions | {ipaddress.ip_network(one).version for one in self.granted}  # of the others it has no rule of ours
        for tool in ("iptables",) * (4 in versions) + ("ip6tables",) * (6 in versions):
            code, out, error = programs.run([tool, "-w", "-S", "ALLOWIN"])
            if "chain `ALLOWIN' in table" in error:  # nft's variant says so of a chain that is not there, too
                code, out, error = programs.run([tool, "-w", "-S"])
            if code != 0 and programs.installed(tool) and not NONE.search(error) and "No chain" not in error:
                self.unread = self.unread or "%s: %s" % (tool, programs.complaint(error, out))
            for line in out.splitlines():
                found = re.search(r"^-A ALLOWIN -s (\S+) (?:.* )?-p tcp (?:.* )?--dports? (\S+) (?:.* )?-j ACCEPT$", line)
                self.rules.update([(normal(found.group(1)), found.group(2))] if found else [])

    def _accounted(self):
        """Source and ports of which the owner's lists make a rule."""
        texts = lines(ALLOW)
        for line in list(texts):
            texts += lines(line.split()[1]) if re.match(r"Include\s+/\S", line) else []
        passing = {normal(one[1]) for path in PASSING for one in (line.split("|") for line in lines(path)) if len(one) > 1}
        return {made(line.split()[0]) for line in texts if line.strip()} | {one for one in self.rules if one[0] in passing}

    def put(self, entry, until):
        if self.disabled:
            self._edit(lambda data: data + b"%s # latchkey\n" % entry.encode())
            return
        if any(line.split()[:1] == [entry] and OURS.match(line) for line in lines(ALLOW)):
            self.take(entry, None)
        self._run("-a", entry, "latchkey")

    def take(self, entry, until):
        if self.disabled:
            self._edit(lambda data: b"".join(line for line in data.splitlines(True)
                                             if not line.startswith(entry.encode() + b" # latchkey")))
        else:
            self._run("-ar", entry)

    def why(self, networks):
        notes = ["CSF is disabled: its entry takes effect when it is enabled"] * self.disabled
        notes += ["CSF is in TESTING mode: it enters no rule for its entry"] * (self.testing and not self.disabled)
        denied = [line.split()[0] for line in lines(DENY) if line.strip() and overlapping(line.split()[0], networks)]
        return "csf.deny has " + denied[0] if denied and not self.disabled and not self.inward else None, notes

    @staticmethod
    def _run(*args):
        code, out, error = programs.run(["csf"] + list(args), timeout=60)
        failed = re.search(".*failed: .*", out)
        if code != 0 or failed:
            raise Problem("csf: " + (failed.group(0)[:200] if failed else programs.complaint(error, out)))

    @staticmethod
    def _edit(change):
        with open(ALLOW, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # as csf itself does
            data = change(file.read())
            file.seek(0)
            file.write(data)
            file.truncate()


def made(entry):
    """Source and ports of the rule that csf makes of an entry for one direction; older ones have colons."""
    found = re.match(r"(?:tcp[|:])?(?:in[|:])?d=([0-9,_]+)[|:]s=(\S+)$", entry)
    return found and (normal(found.group(2)), found.group(1).replace("_", ":"))


def lines(path):
    try:
        with open(path, errors="replace") as file:
            return file.read().splitlines()
    except FileNotFoundError:
        return []
