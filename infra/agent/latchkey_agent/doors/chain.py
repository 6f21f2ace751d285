"""The door `chain`: the firewall in force on this server, opened for the ranges of live grants."""
from latchkey_agent import programs
from latchkey_agent.doors.firewalld import Firewalld
from latchkey_agent.doors.iptables import Iptables
from latchkey_agent.doors.path import Path
from latchkey_agent.errors import Problem


class Chain:
    """Ours is whole or not; and, whatever is ours, whether the vendor's packets pass."""

    name = "chain"

    def __init__(self, server, ports, owned, remember):
        self.firewall, self.ports, self.changed, self.live = None, ports, False, server.live
        if server.live and programs.run(["firewall-cmd", "--state"])[0] == 0:
            self.firewall = Firewalld(ports, owned, remember)
        elif server.live and programs.installed("iptables"):
            self.firewall = Iptables(ports)

    def make(self, wanted, change, judge=True):
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
        if wanted and judge and self.live:
            path = Path(wanted, self.ports)
            if path.blocked:
                told.update(state="PARTIAL", by=told.get("by", "nftables"), blocked_by=path.by)
                told["problem"] = "; ".join(filter(None, (told.get("problem"), path.blocked)))
            if path.notes:
                told["notes"] = path.notes
        return told
