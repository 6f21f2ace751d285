"""What lists of addresses have in common: look, take out, enter, look again, and say what else stands in the way."""
import contextlib
import ipaddress

from latchkey_agent.errors import Problem


class Door:
    """One kind of list in which the vendor's ranges stand while he may come in.

    A kind has `wanted` (range and end → its entries, each with its end), `look` (entries of ours, and all that take effect),
    `put` and `take` for one entry, and `why` (what of the owner's surely keeps the vendor out, and notes).
    """

    name, by = "hulk", None

    def __init__(self):
        self.changed = False

    def make(self, ranges, change, judge=True):
        told, failed = dict({"by": self.by} if self.by else {}, state="UNKNOWN"), []
        try:
            wanted = self.wanted(ranges)
            problem = self._differs(wanted)
            if problem and change:
                self.changed = True
                ours, standing = self.look()
                for work, entries in ((self.take, ours - set(wanted)), (self.put, set(wanted) - standing)):
                    for one in sorted(entries):
                        try:  # one that fails stops no other
                            work(one, wanted.get(one))
                        except (Problem, OSError) as error:
                            failed.append(str(error))
                problem = self._differs(wanted)
            told["state"] = "PARTIAL" if problem else "WHOLE" if ranges else "GONE"
            blocked, notes = self.why(sorted(map(ipaddress.ip_network, ranges), key=str)) if ranges and judge else (None, [])
            if blocked:
                told.update(state="PARTIAL", blocked_by=blocked)
            told.update({"notes": notes} if notes else {})
            problem = "; ".join(filter(None, (problem and (failed or [problem])[0], blocked)))
            told.update({"problem": problem} if problem else {})
        except (Problem, OSError) as error:
            told["problem"] = str(error)
        return told

    def _differs(self, wanted):
        ours, standing = self.look()
        for text, entries in (("is not entered", set(wanted) - standing), ("is still entered", ours - set(wanted))):
            if entries:
                return "%s: %s %s" % (self.by or self.name, sorted(entries)[0], text)
        return None


def overlapping(text, networks):
    """Whether a list's entry touches one of the networks; other things than addresses do not."""
    with contextlib.suppress(ValueError):
        other = ipaddress.ip_network(text, False)
        return any(one.version == other.version and one.overlaps(other) for one in networks)
    return False


def normal(text):
    """A network as orders write it; anything else as it is."""
    with contextlib.suppress(ValueError):
        return str(ipaddress.ip_network(text, False))
    return text


def short(network):
    """A network of one address as most programs write it."""
    network = ipaddress.ip_network(network)
    return str(network[0] if network.num_addresses == 1 else network)
