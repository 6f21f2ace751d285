"""Rules of nftables, where nothing else administers it: one in each base chain of its input hook."""
import ipaddress
import json

from latchkey_agent import programs
from latchkey_agent.errors import Problem


class Nftables:
    """A rule's comment says what it is, and the kernel ends it by itself."""

    name = "nftables"

    def __init__(self, ports):
        self.ports = ports
        self.chains, self.ours = set(), {}
        self._read()

    def _read(self):
        code, out, error = programs.run(["nft", "-j", "list", "ruleset"])
        self.chains, self.ours = set(), {}
        try:
            items = [pair for item in json.loads(out)["nftables"] for pair in item.items()]
        except (ValueError, KeyError):
            raise Problem("nft: " + programs.complaint(error, out))
        for kind, one in items:
            if kind == "chain" and one.get("hook") == "input" and one["family"] in ("ip", "ip6", "inet"):
                self.chains.add((one["family"], one["table"], one["name"]))
            elif kind == "rule" and one.get("comment", "").startswith("latchkey "):
                self.ours[one["family"], one["table"], one["chain"], one["comment"]] = one["handle"]

    def _rules(self, wanted):
        for chain in self.chains:
            for network, until in wanted.items():
                family = "ip" if ipaddress.ip_network(network).version == 4 else "ip6"
                if chain[0] in (family, "inet"):
                    ports = ",".join(map(str, self.ports))
                    yield chain + ("latchkey %s %s %d" % (network, ports, until),), (
                        "%s saddr %s tcp dport { %s }" % (family, network, ports), until)

    def problem(self, wanted):
        self._read()
        return None if set(self.ours) == set(dict(self._rules(wanted))) else "nftables: the rules are not as wanted"

    def make(self, wanted):
        self._read()
        rules = dict(self._rules(wanted))
        lines = ["delete rule %s %s %s handle %d" % (one[:3] + (handle,)) for one, handle in self.ours.items() if one not in rules]
        for form in ("insert rule %s %s %s %s meta time < %d accept comment \"%s\"", "insert rule %s %s %s %s accept comment \"%s\""):
            added = [form % (one[:3] + ((text, until) if "time" in form else (text,)) + one[3:])
                     for one, (text, until) in rules.items() if one not in self.ours]
            code, _, error = programs.run(["nft", "-f", "-"], given="\n".join(lines + added) + "\n")
            if code == 0:
                return None  # else: perhaps this kernel does not know the time
        return "nft: " + programs.complaint(error)
