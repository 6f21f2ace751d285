"""The door `csf`: advanced entries of csf.allow for sshd's ports."""
import fcntl
import ipaddress
import os
import re

from latchkey_agent import programs
from latchkey_agent.doors.door import Door, normal, overlapping
from latchkey_agent.errors import Problem

ALLOW, DENY = "/etc/csf/csf.allow", "/etc/csf/csf.deny"
OURS = re.compile(r"(\S+) # latchkey( |$)")


class Csf(Door):
    """csf exits 0 whatever happened, so what it did is read in its file and in its chain."""

    name = "csf"

    def __init__(self, ports):
        super().__init__()
        self.ports = ports
        self.disabled = os.path.exists("/etc/csf/csf.disable")
        settings = dict(re.findall(r'^(\w+)\s*=\s*"(.*?)"', "\n".join(lines("/etc/csf/csf.conf")), re.MULTILINE))
        self.testing, self.versions = settings.get("TESTING") == "1", {4, 6} if settings.get("IPV6") == "1" else {4}
        self.inward = settings.get("LF_BLOCKINONLY") == "1"

    def wanted(self, ranges):
        return {"tcp|in|d=%s|s=%s" % (",".join(map(str, self.ports)), one): until for one, until in ranges.items()
                if ipaddress.ip_network(one).version in self.versions}

    def look(self):
        rules = "".join(programs.run([tool, "-w", "-S", "ALLOWIN"])[1] for tool in ("iptables", "ip6tables"))
        ours, standing = set(), set()
        for line in lines(ALLOW):
            entry = (line.split() or [""])[0]
            source = normal(entry.rpartition("|s=")[2])
            if OURS.match(line):
                ours.add(entry)
            # csf writes also what it makes no rule of.
            if self.disabled or self.testing or " -s %s " % source in rules:
                standing.add(entry)
        return ours, standing

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


def lines(path):
    try:
        with open(path, errors="replace") as file:
            return file.read().splitlines()
    except FileNotFoundError:
        return []
