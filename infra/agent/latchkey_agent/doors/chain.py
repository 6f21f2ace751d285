"""The door `chain`: the firewall in force on this server, opened for the ranges of live grants."""
from latchkey_agent import programs
from latchkey_agent.doors.firewalld import Firewalld
from latchkey_agent.doors.iptables import Iptables
from latchkey_agent.doors.nftables import InputHooks
from latchkey_agent.errors import Problem


class Chain:
    """The firewall in force on this server, as the observation tells it."""

    def __init__(self, server, ports, owned, remember):
        self.firewall, self.ports, self.changed = None, ports, False
        if server.live and programs.run(["firewall-cmd", "--state"])[0] == 0:
            self.firewall = Firewalld(ports, owned, remember)
        elif server.live and programs.installed("iptables"):
            self.firewall = Iptables(ports)
        self.filters = server.live and programs.installed("nft")

    def make(self, wanted, change):
        told = {"state": "ABSENT"}
        if self.firewall:
            told = {"state": "WHOLE" if wanted else "GONE", "by": self.firewall.name}
            try:
                problem = self.firewall.problem(wanted)
                if problem and change:
                    self.changed = True
                    problem = self.firewall.make(wanted) or self.firewall.problem(wanted)
                if problem:
                    told.update(state="PARTIAL", problem=problem)
            except Problem as problem:
                told.update(state="UNKNOWN", problem=str(problem))
        blocked = InputHooks(self._spared).blocking(wanted, self.ports) if wanted and self.filters else None
        if blocked:
            told.update(state="PARTIAL", by=told.get("by", "nftables"), blocked_by=blocked)
            told.setdefault("problem", "%s of nftables would still drop the vendor" % blocked)
        return told

    def _spared(self, chain):
        if isinstance(self.firewall, Iptables):
            return chain in (("ip", "filter", "INPUT"), ("ip6", "filter", "INPUT"))
        return bool(self.firewall) and chain[1] == "firewalld"
