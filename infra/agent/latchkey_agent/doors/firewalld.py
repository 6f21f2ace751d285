"""The rich rules of firewalld."""
import ipaddress
import time

from latchkey_agent import programs
from latchkey_agent.errors import Problem


class Firewalld:
    """Rich rules with a timeout. They bear no mark: `owned` holds ours, and their ends."""

    name = "firewalld"

    def __init__(self, ports, owned, remember):
        self.ports, self.owned, self.remember = ports, owned, remember

    def _command(self, *args):
        code, out, error = programs.run(["firewall-cmd"] + list(args))
        if code != 0:
            raise Problem("firewall-cmd: " + programs.complaint(error, out))
        return out

    def _look(self, wanted):
        zones = {line.split()[0] for line in self._command("--get-active-zones").splitlines() if line[:1].strip()}
        zones.add(self._command("--get-default-zone").strip())
        rules = {(zone, 'rule family="ipv%d" source address="%s" port port="%d" protocol="tcp" accept'
                  % (ipaddress.ip_network(network).version, network, port)): until
                 for zone in zones for network, until in wanted.items() for port in self.ports}
        mine = {(zone, rule): until for zone, rule, until in self.owned}
        standing = {(zone, line.strip()) for zone in zones | {zone for zone, _ in mine}
                    for line in self._command("--zone=" + zone, "--list-rich-rules").splitlines()}
        return rules, {one: until for one, until in mine.items() if one in standing}, standing

    def problem(self, wanted):
        rules, mine, standing = self._look(wanted)
        if set(rules) - standing or any(rules.get(one) != until for one, until in mine.items()):
            return "firewalld: the rich rules are not as wanted"
        return None

    def make(self, wanted):
        rules, mine, standing = self._look(wanted)
        stale = {one for one, until in mine.items() if rules.get(one) != until}
        for zone, rule in sorted(stale):
            self._command("--zone=" + zone, "--remove-rich-rule=" + rule)
        missing = set(rules) - (standing - stale)
        self.owned[:] = [[zone, rule, rules[zone, rule]] for zone, rule in sorted(set(mine) - stale | missing)]
        self.remember()  # first, so that a crash leaves none that is not known
        for zone, rule in sorted(missing):
            seconds = max(1, rules[zone, rule] - int(time.time()))
            self._command("--zone=" + zone, "--add-rich-rule=" + rule, "--timeout=%d" % seconds)
        return None
