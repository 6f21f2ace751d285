"""The rich rules of firewalld."""
import collections
import contextlib
import ipaddress
import re
import time

from latchkey_agent import programs
from latchkey_agent.errors import Problem

NOT_RUNNING = (252, 127)


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
        self.zones, self.standing, zone = set(), set(), ""
        for line in out.splitlines():
            if line[:1].strip():
                zone, _, marks = line.partition(" ")
                self.zones.update([zone] if "active" in marks else [])
            elif line.strip().startswith("rule "):
                self.standing.add((zone, line.strip()))
        self.zones.add(self._default())  # that of each interface which is in none
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
        mine = {(zone, rule): until for zone, rule, until in self.owned if (zone, rule) in self.standing}
        return rules, mine

    def problem(self, wanted):
        rules, mine = self._look(wanted)
        if set(rules) - self.standing or any(rules.get(one) != until for one, until in mine.items()):
            return "firewalld: the rich rules are not as wanted"
        return None

    def make(self, wanted):
        rules, mine = self._look(wanted)
        stale = {one for one, until in mine.items() if rules.get(one) != until}
        for (zone,), texts in grouped(stale, lambda one: one[:1]):
            # Somebody may have made all that stands permanent.
            for where in (["--zone=" + zone], ["--permanent", "--zone=" + zone]):
                with contextlib.suppress(Problem):
                    self._command(*where + ["--remove-rich-rule=" + one for one in texts])
        missing = set(rules) - (self.standing - stale)
        self.owned[:] = [[zone, rule, rules[zone, rule]] for zone, rule in sorted(set(mine) - stale | missing)]
        if missing:
            self.remember()  # first, so that a crash leaves none that is not known
        for (zone, until), texts in grouped(missing, lambda one: (one[0], rules[one])):
            self._command(*["--zone=" + zone] + ["--add-rich-rule=" + one for one in texts]
                          + ["--timeout=%d" % max(1, until - int(time.time()))])
        self._read()
        return None


def grouped(rules, by):
    """The rules of each call."""
    found = collections.defaultdict(list)
    for one in sorted(rules):
        found[by(one)].append(one[1])
    return sorted(found.items())
