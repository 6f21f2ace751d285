"""The rich rules of firewalld."""
import collections
import contextlib
import ipaddress
import re
import time

from latchkey_agent import programs
from latchkey_agent.errors import Problem

NOT_RUNNING = (252, 127)
LEFT = 0  # the end of a rule of ours that could not be taken out


class Firewalld:
    """Rich rules with a timeout. They bear no mark: `owned` holds ours, and their ends.

    Each call of firewall-cmd takes most of a second, so all zones are read by one, which also tells whether it runs.
    """

    name = "firewalld"

    def __init__(self, ports, owned, remember):
        self.ports, self.owned, self.remember = ports, owned, remember
        self.zones, self.standing = set(), set()
        self.running = self._read()

    @staticmethod
    def _command(*args):
        code, out, error = programs.run(["firewall-cmd"] + list(args), timeout=30)
        if code != 0 and code not in NOT_RUNNING:
            raise Problem("firewall-cmd: " + programs.complaint(error, out))
        return out if code == 0 else None

    def _read(self):
        """The zones in force, and the rich rules of every zone."""
        try:
            out = self._command("--list-all-zones")
        except Problem as problem:
            self.broken = problem
            return True
        self.broken = None
        if out is None:
            return False
        zones, rules = listed(out)
        self.standing = set(rules)
        # The last is that of each interface which is in none.
        self.zones = {zone for zone, marks in zones.items() if "active" in marks} | {self._default()}
        return True

    def _default(self):
        with contextlib.suppress(OSError), open("/etc/firewalld/firewalld.conf") as file:
            found = re.search(r"^DefaultZone=(\S+)", file.read(), re.MULTILINE)
            if found:
                return found.group(1)
        return (self._command("--get-default-zone") or "public").strip()

    def _look(self, wanted):
        if self.broken:
            raise self.broken
        rules = {(zone, 'rule family="ipv%d" source address="%s" port port="%d" protocol="tcp" accept'
                  % (ipaddress.ip_network(network).version, network, port)): until
                 for zone in self.zones for network, until in wanted.items() for port in self.ports}
        mine = {(zone, rule): until for zone, rule, until in self.owned if (zone, rule) in self.standing or until == LEFT}
        return rules, mine

    def problem(self, wanted):
        rules, mine = self._look(wanted)
        if set(rules) - self.standing or any(rules.get(one) != until for one, until in mine.items()):
            return "firewalld: the rich rules are not as wanted"
        return None

    def make(self, wanted):
        rules, mine = self._look(wanted)
        stale = {one for one, until in mine.items() if rules.get(one) != until}
        left, failed = self._take(stale) if stale else (set(), [])
        missing = set(rules) - (self.standing - stale)
        self.owned[:] = [[zone, rule, LEFT if (zone, rule) in left else rules[zone, rule]]
                         for zone, rule in sorted(set(mine) - stale | missing | left)]
        if missing:
            self.remember()  # first, so that a crash leaves none that is not known
        for (zone, until), texts in grouped(missing, lambda one: (one[0], rules[one])):
            self._command(*["--zone=" + zone] + ["--add-rich-rule=" + one for one in texts]
                          + ["--timeout=%d" % max(1, until - int(time.time()))])
        self._read()
        return str(failed[0]) if left and failed else None

    def _take(self, stale):
        """Takes rules out; which of them may still stand, and why. firewall-cmd exits 0 where one of several went: what counts is read."""
        failed = []

        def take(entries, *where):
            for (zone,), texts in grouped(entries, lambda one: one[:1]):
                try:
                    self._command(*where, "--zone=" + zone, *["--remove-rich-rule=" + one for one in texts])
                except Problem as problem:
                    failed.append(problem)

        take(stale & self.standing)
        if self._read() and self.broken:
            return stale, failed + [self.broken]
        left = stale & self.standing
        try:  # somebody may have made all that stands permanent
            permanent = stale & self._permanent()
            if permanent:
                take(permanent, "--permanent")
                left |= permanent & self._permanent()
        except Problem as problem:
            return stale, failed + [problem]
        return left, failed

    def _permanent(self):
        out = self._command("--permanent", "--list-all-zones")
        if out is None:
            raise Problem("firewall-cmd: firewalld does not run any more")
        return set(listed(out)[1])


def listed(out):
    """Each zone and what is said of it, and the rich rules, each with its zone."""
    zones, rules, zone = {}, [], ""
    for line in out.splitlines():
        if line[:1].strip():
            zone, _, zones[zone] = line.partition(" ")
        elif line.strip().startswith("rule "):
            rules.append((zone, line.strip()))
    return zones, rules


def grouped(rules, by):
    """The rules of each call."""
    found = collections.defaultdict(list)
    for one in sorted(rules):
        found[by(one)].append(one[1])
    return sorted(found.items())
