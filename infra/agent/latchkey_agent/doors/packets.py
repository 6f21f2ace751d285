"""A login's packets, and their way through the chains of the kernel: passed, dropped, or not sure."""
import ipaddress
import socket
import time

MOST_RULES = 200000  # looked at for one packet


def number(text):
    """An address as something that can be compared, and never with one of the other version."""
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    try:
        return 6 if family == socket.AF_INET6 else 4, int.from_bytes(socket.inet_pton(family, text), "big")
    except OSError:
        raise ValueError("%s is not an address" % text)


def span(text):
    """First and last of a network, an address, or a range with a dash."""
    if "-" in text:
        return tuple(map(number, text.split("-")))
    if "/" not in text:
        return (number(text),) * 2
    network = ipaddress.ip_network(text, False)
    return number(str(network[0])), number(str(network[-1]))


def within(possible, spans):
    """Whether the values are surely among the spans, or surely not; None where nothing is sure."""
    if possible is None:
        return None
    if all(any(low <= one[0] and one[1] <= high for low, high in spans) for one in possible):
        return True
    return None if any(low <= one[1] and one[0] <= high for one in possible for low, high in spans) else False


def opposite(answer):
    return None if answer is None else not answer


class Packet:
    """`fields`: the values that each may have; one that is missing can have any."""

    def __init__(self, way, port, reply, state, flags):
        peer, own = [(way.peer, way.peer)], [(one, one) for one in way.own] or None
        far, near, device = [(1024, 65535)], [(port, port)], [(way.device, way.device)] if way.device else None
        nothing = [("", "")]
        self.way, self.reply, self.flags = way, reply, set(flags.split())
        self.version = way.peer[0]
        self.until = self.doubt = None
        self.left = MOST_RULES
        self.fields = {
            "saddr": own if reply else peer, "daddr": peer if reply else own, "state": None if way.untracked else [(state, state)],
            "sport": near if reply else far, "dport": far if reply else near, "protocol": [(6, 6)],
            "iifname": nothing if reply else device, "oifname": device if reply else nothing,
            "direction": [("reply", "reply") if reply else ("original", "original")],
            "mark": [(0, 0)], "ct mark": [(0, 0)], "pkttype": None if reply else [("host", "host")],
            "time": [(int(time.time()),) * 2]}

    def change(self, name, value, sure):
        """A rule sets a field; where it is not sure to be reached, the field may have any value."""
        self.way.untracked = self.way.untracked or name == "state"
        self.fields[name] = [(value, value)] if sure and value is not None else None


class Chains:
    """Base chains at their hooks, and the chains that they jump to; `verdicts` of a subclass reads a rule."""

    def __init__(self):
        self.chains = {}  # name → its rules
        self.bases = []  # hook, priority, name, policy, kind, devices

    def pass_through(self, base, packet):
        """How the packet may end at this base chain: accept, drop, unsure → who says so."""
        hook, priority, name, policy, kind, devices = base
        state = packet.fields["state"]
        if priority < -200 and hook in ("prerouting", "output", "ingress"):
            packet.fields["state"] = [("invalid", "invalid")]  # it is not tracked yet
        ends = self._walk(name, packet, True, 0)
        if packet.fields["state"] == [("invalid", "invalid")]:
            packet.fields["state"] = state
        if ends.pop("return", None):
            ends.setdefault(policy, (" ".join(name), "by its policy", None))
        if devices is None and ends.get("drop"):
            ends.setdefault("accept", None)
            packet.doubt = packet.doubt or "its device"
        return ends

    def _walk(self, name, packet, certain, depth):
        ends = {}
        for rule in self.chains.get(name, ()) if depth < 17 else ():
            packet.left -= 1
            packet.until = None
            if packet.left < 0:
                packet.doubt = "more than %d rules" % MOST_RULES
                return {"unsure": (" ".join(name), "", None)}
            for sure, verdict, target in self.verdicts(name, rule, packet, certain):
                if verdict in ("jump", "goto"):
                    inner = self._walk(target, packet, certain and sure, depth + 1)
                    back = inner.pop("return", None)
                    for end in inner:
                        ends.setdefault(end, inner[end])
                    if back and verdict == "goto":
                        ends["return"] = True
                    if sure and (verdict == "goto" or not back):
                        return ends
                else:
                    ends.setdefault(verdict, (" ".join(name), "", packet.until))
                    if sure:
                        return ends
        ends["return"] = True
        return ends
