"""The rules of nftables, as `nft -j list ruleset` tells them."""
import contextlib
import json
import re
import time

from latchkey_agent import programs
from latchkey_agent.doors.packets import Chains, number, opposite, span, within
from latchkey_agent.errors import Problem

MINUS, PLUS = float("-inf"), float("inf")
HARMLESS = {"counter", "log", "comment", "set", "meter", "secmark", "last", "snat", "masquerade", "dup", "ct helper",
            "ct timeout", "flow", "add", "update", "delete", "map"}


# Each bit's name, from the lowest.
BITS = {"payload flags": "fin syn rst psh ack urg ecn cwr".split(), "ct state": "invalid established related new - - untracked".split(),
        "ct status": "expected seen-reply assured confirmed snat dnat".split()}


class Nftables(Chains):

    def __init__(self, spared):
        """`spared`: chains that iptables reads better itself; others of its tables are nft's."""
        super().__init__()
        self.sets, self.constants, self.known = {}, [], {}
        code, out, error = programs.run(["nft", "-j", "list", "ruleset"])
        try:
            items = [pair for item in json.loads(out)["nftables"] for pair in item.items()]
        except (ValueError, KeyError):
            raise Problem("nft: " + programs.complaint(error, out))
        asleep = {(one["family"], one["name"]) for kind, one in items if kind == "table" and one.get("flags") and dormant(one)}
        for kind, one in items:
            key = one.get("family"), one.get("table"), one.get("name")
            if kind not in ("set", "map", "chain", "rule") or kind == "chain" and (key in spared or key[:2] in asleep):
                continue
            if kind == "rule":
                self.chains.setdefault(key[:2] + (one["chain"],), []).append(one["expr"])
                self._collect(one["expr"])
            elif kind == "chain" and "hook" in one:
                self.bases.append((one["hook"], one["prio"], key, one.get("policy", "accept"), one["type"],
                                   self._devices(key, one) if one["hook"] in ("ingress", "egress") else ()))
            elif kind != "chain":
                self.sets[key] = one
                self._collect(one.get("elem", []))

    @staticmethod
    def _devices(key, chain):
        """Those of a chain at ingress or egress; not every version has them in its JSON."""
        names = chain.get("dev")
        if names is None:
            text = programs.run(["nft", "list", "chain"] + list(key))[1]
            found = re.search(r"hook \w+ devices? =? ?(.*?) priority", text)
            names = re.findall(r'[^\s",{}=]+', found.group(1)) if found else None
        return [names] if isinstance(names, str) else names

    def _collect(self, value):
        """Every address that is named: where what becomes of a packet may change."""
        if isinstance(value, list):
            for one in value:
                self._collect(one)
        elif isinstance(value, dict):
            with contextlib.suppress(ValueError, KeyError, TypeError, IndexError):
                self.constants.append(address_span(value))
                return
            for one in value.values():
                self._collect(one)
        elif isinstance(value, str):
            with contextlib.suppress(ValueError):
                self.constants.append(span(value))

    def applies(self, base, version):
        return base[2][0] in ("inet", "netdev", "ip" if version == 4 else "ip6")

    def verdicts(self, name, rule, packet, certain):
        sure, doubt = True, None
        for kind, value in (pair for expression in rule for pair in expression.items()):
            holds = True
            if kind in ("match", "vmap"):
                try:
                    holds = (self._match if kind == "match" else self._vmap)(name, value, packet)
                except (ValueError, KeyError, TypeError, AttributeError, IndexError):
                    holds = None
                if isinstance(holds, list):
                    for one, verdict in holds:
                        packet.doubt = packet.doubt or doubt or (None if one else named(kind, value))
                        for answer in self._verdict(name, verdict, sure and one):
                            yield answer
                    return
            elif kind in ("limit", "ct count"):
                holds = not value.get("inv") if isinstance(value, dict) else None
            elif kind in ("set", "meter"):
                limit = value.get("stmt", [])
                limits = [one["limit"] for one in (limit if isinstance(limit, list) else [limit]) if "limit" in one]
                holds = not any(one.get("inv") for one in limits)
            elif kind == "mangle":
                self._mangle(value, packet, certain and sure)
            elif kind == "notrack":
                packet.change("state", "untracked", certain and sure)
            elif kind in ("accept", "drop", "reject", "return", "jump", "goto", "continue"):
                packet.doubt = packet.doubt or doubt
                for answer in self._verdict(name, {kind: value}, sure):
                    yield answer
                return
            elif kind in ("queue", "synproxy", "tproxy", "fwd", "dnat", "redirect"):
                packet.doubt = packet.doubt or kind
                yield sure, "unsure", None
                return
            elif kind not in HARMLESS:
                holds = None
            if holds is False:
                return
            if holds is None:
                sure, doubt = None, doubt or named(kind, value)

    @staticmethod
    def _verdict(name, verdict, sure):
        (kind, value), = verdict.items()
        if kind == "continue":
            return
        target = name[:2] + (value["target"],) if kind in ("jump", "goto") else None
        yield sure or None, "drop" if kind == "reject" else kind, target

    @staticmethod
    def _mangle(value, packet, sure):
        where, field = next(iter(value["key"].items()))
        if field.get("key") == "mark":
            new = value["value"]
            packet.change("mark" if where == "meta" else "ct mark", new if isinstance(new, int) else None, sure)

    def _vmap(self, name, value, packet):
        """Every verdict that the map may give."""
        pairs = self._elements(name, value["data"])
        found = []
        for key, verdict in pairs:
            holds = self._holds(name, value["key"], "==", key, packet)
            if holds is not False:
                found.append((holds, verdict))
            if holds:
                break
        return found

    def _match(self, name, match, packet):
        return self._holds(name, match["left"], match["op"], match["right"], packet)

    def _elements(self, name, data):
        if isinstance(data, str) and data[:1] == "@":
            return self.sets[name[:2] + (data[1:],)].get("elem", [])
        return data["set"] if isinstance(data, dict) and "set" in data else data if isinstance(data, list) else [data]

    def _holds(self, name, left, op, right, packet):
        elements = self._elements(name, right)
        if "concat" in left:
            found = False
            for element in elements:
                value, expires = plain(element)
                parts = [self._holds(name, one, "==", wanted, packet) for one, wanted in zip(left["concat"], value["concat"])]
                one = False if False in parts else None if None in parts else True
                found = one if one else None if None in (found, one) else found
                if found:
                    packet.until = expires and int(time.time()) + expires
                    break
            return opposite(found) if op == "!=" else found
        (kind, field), = left.items()
        mask = None
        if kind == "exthdr":
            return right is False  # a login's packets have no such header
        if kind == "&":
            (kind, field), = field[0].items()
            mask = left["&"][1]
        if kind == "payload" and self._other(field, packet):
            return False
        key = "%s %s" % (kind, field.get("field") or field.get("key"))
        if key in BITS:
            return self._flags(key, op, mask, right, elements, packet)
        possible = self._possible(kind, field, packet)
        if possible is None:
            return None
        if mask is not None:
            if any(low != high or isinstance(low, tuple) and packet.way.many for low, high in possible):
                return None  # what holds for the addresses that are looked at need not hold for those between
            possible = [(masked(low, mask),) * 2 for low, high in possible]
        spans = self._spans(elements, kind, field)
        if op in ("<", ">", "<=", ">="):
            (low, high, _), = spans
            spans = [{"<": (MINUS, low - 1, None), "<=": (MINUS, high, None), ">": (high + 1, PLUS, None),
                      ">=": (low, PLUS, None)}[op]]
        if len(possible) == 1 and possible[0][0] == possible[0][1]:
            value = possible[0][0]
            one = next((one for one in spans if one[0] <= value <= one[1]), None)
            found = one is not None
            if found:
                packet.until = one[2] and int(time.time()) + one[2]
        else:
            found = within(possible, [one[:2] for one in spans])
        return opposite(found) if op in ("!=", "!") else found

    def _spans(self, elements, kind, field):
        """First, last and seconds left of each element; a set may be long, so once alone."""
        key = id(elements), kind, field.get("field") or field.get("key")
        if key not in self.known:
            self.known[key] = elements, [spanned(value, kind, field) + (expires,) for value, expires in map(plain, elements)]
        return self.known[key][1]

    @staticmethod
    def _other(field, packet):
        """Whether the packet is of another protocol than the field, which then never matches."""
        protocol = field.get("protocol")
        if protocol in ("ip", "ip6"):
            return packet.version != (4 if protocol == "ip" else 6)
        return protocol in ("udp", "udplite", "icmp", "icmpv6", "sctp", "dccp", "esp", "ah", "comp", "igmp", "arp", "gre")

    @staticmethod
    def _possible(kind, field, packet):
        fields = packet.fields
        key = field.get("field") or field.get("key")
        if kind == "payload":
            if field.get("protocol") in ("ip", "ip6") and key in ("protocol", "nexthdr"):
                return fields["protocol"]
            if field.get("protocol") == "ip" and key == "frag-off":
                return [(0, 0), (0x4000, 0x4000)]
            if field.get("protocol") == "ip" and key == "version":
                return [(packet.version,) * 2]
            return fields.get(key) if field.get("protocol") in ("ip", "ip6", "tcp", "th") else None
        if kind == "meta":
            return {"l4proto": fields["protocol"], "nfproto": [("ipv%d" % packet.version,) * 2],
                    "protocol": [("ip" if packet.version == 4 else "ip6",) * 2], "iif": fields["iifname"],
                    "oif": fields["oifname"]}.get(key, fields.get(key))
        if kind == "ct":
            if field.get("dir"):
                return None
            return {"mark": fields["ct mark"], "direction": fields["direction"]}.get(key)
        if kind == "fib":
            return packet.way.fib(field["result"], field["flags"], packet.reply)
        return None

    @staticmethod
    def _flags(key, op, mask, right, elements, packet):
        """Values that are bits: `==` means exactly these, `in` any of them, `!` none of them."""
        several = isinstance(right, str) or isinstance(right, dict) and "set" in right
        wanted = [flag_set(plain(one)[0], BITS[key]) for one in (elements if several else [right])]
        have = {"payload flags": packet.flags, "ct status": set()}.get(key, {one for one, _ in packet.fields["state"] or ()})
        if (key == "ct state" and not have) or (key == "ct status" and set().union(*wanted) - {"snat", "dnat"}):
            return None
        have = have if mask is None else have & flag_set(mask, BITS[key])
        if op in ("in", "!"):
            return any(have & one for one in wanted) == (op == "in")
        return (have in wanted) == (op == "==")


def dormant(table):
    """Whether its chains are in no hook; the JSON of nft 1.0.6 has the table's name in place of its flags."""
    return bool(re.search(r"^\s+flags .*dormant", programs.run(["nft", "list", "table", table["family"], table["name"]])[1], re.M))


def named(kind, value):
    """What was not understood, in few words."""
    with contextlib.suppress(AttributeError, KeyError, TypeError, StopIteration):
        outer, inner = next(iter((value.get("left") or value["key"]).items()))
        inner = inner if isinstance(inner, dict) else {}
        return " ".join([str(inner.get("protocol", outer)), str(inner.get("field") or inner.get("key") or "")]).strip()
    return kind


def plain(element):
    """The value of an element of a set, and in how many seconds it ends."""
    if isinstance(element, dict) and "elem" in element:
        return element["elem"]["val"], element["elem"].get("expires")
    return element, None


def flag_set(value, names):
    if isinstance(value, dict):
        value = value["|"]
    if isinstance(value, int):
        return {one for at, one in enumerate(names) if one and value >> at & 1}
    return set().union(*[flag_set(one, names) for one in value]) if isinstance(value, list) else {value}


def masked(value, mask):
    if isinstance(value, tuple):
        return value[0], value[1] & number(mask)[1]
    return value & mask


def address_span(value):
    if "prefix" in value:
        return span("%s/%d" % (value["prefix"]["addr"], value["prefix"]["len"]))
    return span("%s-%s" % tuple(value["range"]))


def spanned(value, kind, field):
    """The value as first and last of a span."""
    key = field.get("field") or field.get("key")
    if isinstance(value, dict) and "range" in value:
        first, last = [spanned(one, kind, field) for one in value["range"]]
        return first[0], last[1]
    if isinstance(value, dict) and "prefix" in value:
        return address_span(value)
    if key in ("saddr", "daddr"):
        return (number(value),) * 2
    if key in ("protocol", "l4proto", "nexthdr") and (kind == "payload" or key == "l4proto"):
        return (value if isinstance(value, int) else 6 if value == "tcp" else -1,) * 2
    if key == "pkttype" and value == "unicast":
        return "host", "host"
    if key == "time":
        return (value if isinstance(value, int) else int(time.mktime(time.strptime(value, "%Y-%m-%d %H:%M:%S"))),) * 2
    if isinstance(value, str) and key in ("iifname", "oifname") and value.endswith("*"):
        return value[:-1], value[:-1] + "\uffff"
    if kind == "fib" and field["result"] != "type":
        return (bool(value) and value != "0",) * 2
    return value, value
