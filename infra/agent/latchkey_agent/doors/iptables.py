"""The chain of iptables and ip6tables."""
import contextlib
import ipaddress
import re
import shlex
import time

from latchkey_agent import programs
from latchkey_agent.errors import Problem

CHAIN = "LATCHKEY"
NONE = re.compile("not supported|does not exist")  # the kernel has no such tables, so there is nothing in them


class Iptables:
    """The chain LATCHKEY, first in INPUT. `wanted` is range → the second in which it ends."""

    name = "iptables"
    TOOLS = {4: "iptables", 6: "ip6tables"}
    JUMP = "-A INPUT -m comment --comment latchkey -j " + CHAIN

    def __init__(self, ports):
        self.ports = ports

    def _rules(self, version, wanted, timed=True):
        for network, until in sorted(wanted.items()):
            if ipaddress.ip_network(network).version == version:
                # The kernel ends it by itself, on a clock of 31 bits.
                stop = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(min(until, 2 ** 31 - 1)))
                for port in self.ports:
                    yield "-A %s -s %s -p tcp -m tcp --dport %d%s -m comment --comment latchkey -j ACCEPT" % (
                        CHAIN, network, port, " -m time --datestop " + stop if timed else "")

    def _read(self, version):
        """All jumps to the chain, whether it is one and first, and its rules (None: no chain)."""
        tool = self.TOOLS[version]
        code, out, error = programs.run([tool, "-w", "-S", "INPUT"])
        if code != 0:
            raise Problem("%s: %s" % (tool, programs.complaint(error)))
        rules = [line for line in out.splitlines() if line.startswith("-A ")]
        jumps = [line for line in rules if {"-j " + CHAIN, "-g " + CHAIN} & set(re.findall("-[jg] [^ ]+", line))]
        code, out, _ = programs.run([tool, "-w", "-S", CHAIN])
        chain = [line for line in out.splitlines() if line.startswith("-A ")] if code == 0 else None
        return jumps, jumps == [self.JUMP] and rules[0] == self.JUMP, chain

    def problem(self, wanted):
        for version, tool in sorted(self.TOOLS.items()):
            rules = [self._told(self._rules(version, wanted, timed)) for timed in (True, False)]
            if programs.installed(tool) is None and not rules[0]:
                continue
            try:
                jumps, first, chain = self._read(version)
            except Problem as problem:
                if rules[0] or version == 4 or not NONE.search(str(problem)):
                    raise
                continue
            if not rules[0] and (jumps or chain is not None):
                return "%s: the chain is still there" % tool
            if rules[0] and not first:
                return "%s: the chain is not once and first in INPUT" % tool
            if rules[0] and self._told(chain or []) not in rules:
                return "%s: the chain is not as wanted" % tool
        return None

    @staticmethod
    def _told(rules):
        """Rules as sets of options: versions of iptables differ in order and quotes."""
        words = [shlex.split(rule)[2:] for rule in rules]
        return sorted(sorted(set(zip(one[::2], one[1::2]))) for one in words)

    def make(self, wanted):
        """Why it could not be made so, or None. What fails for one version of IP stops nothing of the other."""
        failed = []
        for version, tool in self.TOOLS.items():
            with contextlib.suppress(Problem):
                jumps, _, chain = self._read(version)
                rules = [list(self._rules(version, wanted, timed)) for timed in (True, False)]
                if not rules[0] and not jumps and chain is None:
                    continue
                # One transaction, whose first line makes or empties the chain.
                lines = ["*filter", ":%s - [0:0]" % CHAIN] + ["-D" + jump[2:] for jump in jumps]
                if rules[0]:
                    lines.append(self.JUMP.replace("-A INPUT", "-I INPUT 1"))
                for body in rules if rules[0] else [["-X " + CHAIN]]:
                    text = "\n".join(lines + body + ["COMMIT", ""])
                    code, _, error = programs.run([tool + "-restore", "-w", "--noflush"], given=text)
                    if code == 0:
                        break  # else: perhaps this kernel has no match for time
                else:
                    failed.append("%s-restore: %s" % (tool, programs.complaint(error)))
        return "; ".join(failed) or None
