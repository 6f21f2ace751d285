"""All doors of this server."""
from latchkey_agent import programs
from latchkey_agent.doors.chain import Chain
from latchkey_agent.doors.csf import Csf
from latchkey_agent.doors.hosts import HostsAllow
from latchkey_agent.doors.hulk import hulk


class Doors:
    """One that fails, in whatever way, stops no other. Without `judge` what is not ours is not looked at."""

    FIREWALL = ("chain", "csf")

    def __init__(self, server, ports, state, remember, judge):
        kinds = {"hosts_allow": lambda: HostsAllow(server), "hulk": lambda: hulk(server, state["hulk"], remember)}
        if server.live and programs.installed("csf"):
            granted = set(state["doors"]).union(*(one for lease in state["leases"].values() for one in lease["keys"].values()))
            kinds["csf"] = lambda: Csf(ports, granted)
        # Last: it judges the way of a packet, which the others change.
        kinds["chain"] = lambda: Chain(server, ports, state["firewalld"], remember)
        self.kinds, self.found, self.judge = kinds, {}, judge

    @property
    def changed(self):
        return sorted(name for name, door in self.found.items() if door and door.changed)

    def make(self, ranges, change, closed=False):
        """With `closed` the firewall lets nobody in, whatever the ranges."""
        return {name: self._one(name, {} if closed and name in self.FIREWALL else ranges, change) for name in self.kinds}

    def _one(self, name, ranges, change):
        try:
            if name not in self.found:
                self.found[name] = self.kinds[name]()
            door = self.found[name]
            return door.make(ranges, change, self.judge) if door else {"state": "ABSENT"}
        except Exception as error:
            return {"state": "UNKNOWN", "problem": "%s: %s" % (type(error).__name__, error)}
