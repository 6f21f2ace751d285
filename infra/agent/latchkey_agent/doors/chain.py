"""The door `chain`: the firewall in force on this server, opened for the ranges of live grants."""
from latchkey_agent import programs
from latchkey_agent.doors.firewalld import Firewalld
from latchkey_agent.doors.iptables import NONE, Iptables
from latchkey_agent.doors.nftables import Nftables
from latchkey_agent.doors.path import Path
from latchkey_agent.errors import Problem


class Chain:
    """Ours is whole or not; and, whatever is ours, whether the vendor's packets pass."""

    def __init__(self, server, ports, owned, remember):
        self.ports, self.changed, self.live = ports, False, server.live
        # What is in force comes first; where it is another than before, ours goes out of the others.
        self.firewalls = []
        if server.live and programs.installed("firewall-cmd"):
            self.firewalls = [one for one in [Firewalld(ports, owned, remember)] if one.running]
        if server.live and programs.installed("iptables"):
            self.firewalls.append(Iptables(ports))
        elif server.live and programs.installed("nft"):
            self.firewalls.append(Nftables(ports))

    def make(self, wanted, change, judge=True):
        told = {"state": "ABSENT"}
        for at, firewall in enumerate(self.firewalls):
            told = dict(told, state="WHOLE" if wanted else "GONE", by=firewall.name) if at == 0 else told
            ranges = {} if at else wanted
            try:
                problem = firewall.problem(ranges)
                if problem and change:
                    self.changed = True
                    problem = firewall.make(ranges) or firewall.problem(ranges)
                if problem:
                    told.update(state="PARTIAL", problem=problem)
            except Problem as problem:
                if at == 0 or told["state"] == "GONE" and not NONE.search(str(problem)):
                    told.update(state="UNKNOWN", problem=str(problem))
        if wanted and judge and self.live:
            path = Path(wanted, self.ports)
            if path.blocked:
                told.update(state="PARTIAL", blocked_by=path.by)
                told["problem"] = "; ".join(filter(None, (told.get("problem"), path.blocked)))
            if path.notes:
                told["notes"] = path.notes
        return told
