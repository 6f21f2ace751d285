"""The rules of iptables, as iptables-save prints them."""
import calendar
import contextlib
import ipaddress
import os
import re
import shlex
import time

from latchkey_agent import programs
from latchkey_agent.doors.packets import Chains, number, opposite, span, within

PLACES = {"raw": -300, "mangle": -150, "nat": -100, "filter": 0, "security": 50}
DROPS = {"DROP", "REJECT", "TARPIT", "STEAL", "CHAOS", "DELUDE"}
UNSURE = {"NFQUEUE", "QUEUE", "DNAT", "REDIRECT", "NETMAP", "SYNPROXY", "TPROXY"}
HARMLESS = {"LOG", "NFLOG", "ULOG", "SET", "AUDIT", "CLASSIFY", "CHECKSUM", "DSCP", "TOS", "ECN", "TCPMSS", "TCPOPTSTRIP",
            "TRACE", "SECMARK", "CONNSECMARK", "TTL", "HL", "TEE", "IDLETIMER", "RATEEST", "LED", "MASQUERADE", "SNAT",
            "MARK", "CONNMARK", "CT", "NOTRACK"}
MODULES = {"", "tcp", "udp", "comment", "conntrack", "state", "multiport", "iprange", "addrtype", "mark", "connmark", "set",
           "limit", "hashlimit", "connlimit", "recent", "time", "pkttype", "rpfilter", "tcpmss", "standard"}
TEXTS = ("--comment", "--log-prefix", "--string", "--nflog-prefix")


class Iptables(Chains):
    """One family's rules in one of the two back ends."""

    def __init__(self, text, label, version, sets):
        super().__init__()
        self.version, self.sets, self.constants = version, sets, []
        table = None
        for line in text.splitlines():
            if line[:1] == "*":
                table = line[1:]
            elif line[:1] == ":":
                chain, policy = line[1:].split()[:2]
                self.chains.setdefault((label, table, chain), [])
                if policy != "-":
                    self.bases.append((chain.lower(), PLACES.get(table, 0) + 200 * (table == "nat" and chain in (
                        "INPUT", "POSTROUTING")), (label, table, chain), policy.lower(), table, ()))
            elif line[:3] == "-A ":
                words = shlex.split(line) if '"' in line or "\\" in line else line.split()
                self.chains.setdefault((label, table, words[1]), []).append(self._parsed(words[2:]))
        self.rules = sum(map(len, self.chains.values()))

    def applies(self, base, version):
        return version == self.version

    def _parsed(self, words):
        """Conditions, each with its module, whether it is turned round, and its words; then target and its options."""
        conditions, target, module, turned, at = [], (None, None, ()), "", False, 0
        while at < len(words):
            word, at = words[at], at + 1
            if word == "!":
                turned = True
                continue
            begin = at
            at += word in TEXTS
            while at < len(words) and words[at] != "!" and not words[at].startswith("-"):
                at += 1
            values = words[begin:at]
            if word in ("-j", "-g"):
                return conditions, (word, values[0], words[at:])
            if word == "-m":
                module = values[0]
                if module not in MODULES:
                    conditions.append((module, False, "-m", values))
            else:
                conditions.append((module, turned, word, values))
                if word in ("-s", "-d", "--src-range", "--dst-range"):
                    self.constants.append(span(values[0]))
                elif word == "--match-set":
                    self.constants.extend(self.sets.addresses(values[0]))
            turned = False
        return conditions, target

    def verdicts(self, name, rule, packet, certain):
        conditions, (how, target, options) = rule
        sure, doubt = True, None
        for module, turned, word, values in conditions:
            try:
                holds = self._holds(conditions, module, word, values, packet)
            except (ValueError, KeyError, TypeError, IndexError):
                holds = None
            holds = opposite(holds) if turned else holds
            if holds is False:
                return
            if holds is None:
                sure, doubt = None, doubt or "-m " + module if module else word
        if how is None:
            return
        if target not in HARMLESS:
            packet.doubt = packet.doubt or doubt
        if name[:2] + (target,) in self.chains:
            yield sure, "jump" if how == "-j" else "goto", name[:2] + (target,)
        elif target in DROPS or target in ("ACCEPT", "RETURN"):
            yield sure, "drop" if target in DROPS else target.lower(), None
        elif target == "NOTRACK" or target == "CT" and "--notrack" in options:
            packet.change("state", "untracked", certain and sure)
        elif target in ("MARK", "CONNMARK"):
            field = "mark" if target == "MARK" or "--restore-mark" in options else "ct mark"
            value, _, mask = options[1].partition("/") if options[:1] == ["--set-xmark"] else ("", "", "")
            whole = value and int(mask or "0xffffffff", 0) == 0xffffffff
            packet.change(field, int(value, 0) if whole else None, certain and sure)
        elif target not in HARMLESS:
            packet.doubt = packet.doubt or target
            yield sure, "unsure", None

    def _holds(self, conditions, module, word, values, packet):
        fields, reply = packet.fields, packet.reply
        if module not in MODULES:
            return None
        if word in ("-s", "-d", "--src-range", "--dst-range"):
            return within(fields["saddr" if word[1:3] in ("s", "-s") else "daddr"], [span(values[0])])
        if word in ("-i", "-o"):
            device = values[0]
            last = device[:-1] + "\uffff" if device[-1] == "+" else device
            return within(fields["iifname" if word == "-i" else "oifname"], [(device.rstrip("+"), last)])
        if word == "-p":
            return values[0] in ("tcp", "6", "all", "0")
        if word in ("--sport", "--dport", "--sports", "--dports", "--ports"):
            spans = [tuple(map(int, (one.split(":") * 2)[:2])) for one in values[0].split(",")]
            found = [within(fields[name], spans) for name in ("sport", "dport") if word[2] in ("p", name[0])]
            return True if True in found else None if None in found else False
        if word in ("--ctstate", "--state"):
            return within(fields["state"], [(one.lower(),) * 2 for one in values[0].split(",")])
        if word == "--ctdir":
            return values[0] == ("REPLY" if reply else "ORIGINAL")
        if word == "--tcp-flags":
            mask, wanted = (set(one.lower().split(",")) - {"none"} for one in values)
            return packet.flags & mask == wanted
        if word in ("--src-type", "--dst-type"):
            kind = packet.way.fib("type", [word[2] + "addr"], reply)
            return within(kind, [(one.lower(),) * 2 for one in values[0].split(",")])
        if word == "--mark":
            value, _, mask = values[0].partition("/")
            possible = fields["ct mark" if module == "connmark" else "mark"]
            return possible and possible[0][0] & int(mask or "0xffffffff", 0) == int(value, 0)
        if word == "--match-set":
            return self.sets.holds(values[0], values[1].split(","), packet)
        if word == "--pkt-type":
            return within(fields["pkttype"], [("host" if values[0] == "unicast" else values[0],) * 2])
        if word == "-f":
            return False  # a login's packets are no fragments
        if word == "--mss":  # no system has a smaller one
            return within([(536, 65495)] if "syn" in packet.flags else None, [tuple(map(int, (values[0].split(":") * 2)[:2]))])
        if module == "rpfilter":
            return word != "--invert"  # the device is that of the answer's route
        if module == "recent":
            return self._recent(conditions, word, packet)
        if module == "time":
            return self._time(word, values, packet)
        if module in ("limit", "hashlimit", "connlimit"):
            return not word.endswith("-above")  # a single login stays below any such rate
        return True if word == "--comment" else None

    @staticmethod
    def _recent(conditions, word, packet):
        options = {one[2]: one[3] for one in conditions if one[0] == "recent"}
        if word not in ("--rcheck", "--update", "--remove"):
            return True
        if "--hitcount" in options:
            return False
        path = "/proc/net/xt_recent/" + options["--name"][0]
        if packet.way.many or "--seconds" in options or not os.path.exists(path):
            return None
        with open(path) as file:
            peer = ipaddress.ip_address(packet.way.text)
            return any(ipaddress.ip_address(line.split()[0][4:]) == peer for line in file)

    @staticmethod
    def _time(word, values, packet):
        if word in ("--datestart", "--datestop"):
            moment = calendar.timegm(time.strptime(values[0], "%Y-%m-%dT%H:%M:%S"))
            if word == "--datestart":
                return moment <= time.time()
            packet.until = moment
            return moment >= time.time()
        return True if word in ("--utc", "--contiguous") else None


class Ipset:
    """The sets of ipset, read at the first question."""

    def __init__(self):
        self.known = None

    def _read(self):
        if self.known is None:
            self.known = {}
            for words in (line.split() for line in programs.run(["ipset", "save"])[1].splitlines()):
                if words[0] == "create":
                    self.known[words[1]] = words[2], []
                elif words[0] == "add":
                    self.known[words[1]][1].append(words[2:])
        return self.known

    def addresses(self, name):
        kind, elements = self._read().get(name, ("", []))
        for element in elements:
            with contextlib.suppress(ValueError):
                if kind == "list:set":
                    for one in self.addresses(element[0]):
                        yield one
                else:
                    yield span(element[0].split(",")[0])

    def holds(self, name, ways, packet):
        if name not in self._read():
            return None
        kind, elements = self.known[name]
        parts = kind.partition(":")[2].split(",")
        if kind == "list:set":
            found = [self.holds(element[0], ways, packet) for element in elements]
            return True if True in found else None if None in found else False
        if set(parts) - {"ip", "net", "port"} or len(parts) > len(ways):
            return None
        answer = False
        for element in elements:
            found = [self._part(part, way, value, packet) for part, way, value in zip(parts, ways, element[0].split(","))]
            one = False if False in found else None if None in found else True
            if one and "nomatch" in element:
                return False
            if one:
                answer = True
                if "timeout" in element and element[element.index("timeout") + 1] != "0":
                    packet.until = int(time.time()) + int(element[element.index("timeout") + 1])
            answer = None if answer is False and one is None else answer
        return answer

    @staticmethod
    def _part(part, way, value, packet):
        if part == "port":
            protocol, _, port = value.rpartition(":")
            if protocol not in ("", "tcp"):
                return False
            low, _, high = port.partition("-")
            return within(packet.fields["sport" if way == "src" else "dport"], [(int(low), int(high or low))])
        return within(packet.fields["saddr" if way == "src" else "daddr"], [span(value)])
