"""Where the kernel would send the answer to an address, and whether it takes what comes from there."""
import collections
import contextlib
import ipaddress
import re

from latchkey_agent import programs
from latchkey_agent.doors.packets import number, span

NO_ROUTE, REFUSED = "Network is unreachable", "a rule of routing refuses it"
KINDS = {"Invalid argument": "blackhole", "Permission denied": "prohibit", "No route to host": "unreachable"}


class Way:
    """Between an address of the vendor's and the server: device, own addresses, whether there is a route."""

    def __init__(self, address, many):
        self.peer, self.text, self.many, self.untracked = number(str(address)), str(address), many, False
        self.device, self.own, self.kind, self.refused = None, [], "unicast", None

    def led(self, line, refused):
        """What `ip route get` says of the answer."""
        words = line.split()
        self.refused = KINDS.get(refused, refused)
        if words:
            self.kind = words[0] if words[0] in ("local", "broadcast", "multicast", "anycast") else "unicast"
            known = dict(zip(words, words[1:]))
            self.device = "lo" if self.kind == "local" else known.get("dev")
            source = known.get("src") or known.get("from")
            self.own = [number(source)] if source else []
            if self.device == "lo" and self.kind == "unicast":
                self.refused = "it leads to lo"

    def named(self):
        """The server's addresses that it is known to answer from, as text."""
        return [str((ipaddress.IPv4Address if version == 4 else ipaddress.IPv6Address)(one)) for version, one in self.own]

    def fib(self, result, flags, reply):
        if result != "type":
            return None if self.device is None else [(not self.refused,) * 2]
        return [("local",) * 2] if ("daddr" in flags) != reply else [(self.kind,) * 2]


def ways(chosen, ports):
    """The way to each address: how the kernel would route the answer, and what comes from there."""
    found = [Way(address, many) for address, many in chosen]
    for version, option in ((4, "-4"), (6, "-6")):
        mine = [one for one in found if one.peer[0] == version]
        for way, answer in zip(mine, routes(option, ["route get " + one.text for one in mine])):
            way.led(*answer)
        # Rules of routing may ask for the server's own address and port; without a route it can be any of its own.
        own = addresses(option) if any(one.refused for one in mine) else []
        asked = [(way, "route get %s from %s ipproto tcp sport %d dport 50000" % (way.text, one, port))
                 for way in mine if way.kind == "unicast" for one in (way.named() or own)[:8] for port in ports]
        answers = collections.defaultdict(list)
        for (way, _), (line, refused) in zip(asked, routes(option, [one for _, one in asked])):
            if not (refused or "").startswith("Error"):  # an old `ip`, which knows no ports here
                answers[way].append((line, REFUSED if refused == NO_ROUTE and way.own else refused))
        for way, told in answers.items():
            way.led(*min(told, key=lambda one: (one[1] is None) == bool(way.own)))
        inbound = [one for one in mine if one.own and one.kind == "unicast"]
        asked = ["route get %s from %s iif %s" % (one.named()[0], one.text, one.device) for one in inbound]
        for way, (_, refused) in zip(inbound, routes(option, asked)):
            way.refused = way.refused or refused
    return found


def addresses(option):
    """The server's own."""
    found = [re.search(r"\binet6? ([0-9a-f:.]+)", line) for line in batch(option, ["address show scope global"])[0]]
    return [one.group(1) for one in found if one]


def routed(networks):
    """The networks inside of these that routes and rules of routing name."""
    found = []
    for version, option in ((4, "-4"), (6, "-6")):
        asked = ["route show table all root %s" % one for one in networks if one.version == version]
        for line in batch(option, asked + ["rule show"])[0] if asked else ():
            for word in re.findall(r"[0-9a-f:.]+(?:/\d+)?", line):
                with contextlib.suppress(ValueError):
                    found.append(span(word))
    return found


def routes(option, lines):
    """For each line what `ip` printed, and why it did not."""
    printed, failed = batch(option, lines) if lines and programs.installed("ip") else ([], {})
    printed = iter(printed)
    return [("", failed[at]) if at in failed else (next(printed, ""), None) for at in range(len(lines))]


def batch(option, lines):
    """The lines that `ip` printed; at which of those given it failed, and why."""
    _, out, error = programs.run(["ip", option, "-o", "-force", "-batch", "-"], given="\n".join(lines) + "\n")
    failed, reason = {}, "failed"
    for line in error.splitlines():
        at = re.match(r"Command failed -:(\d+)", line)
        if at:
            failed[int(at.group(1)) - 1] = reason
        else:
            reason = line.replace("RTNETLINK answers: ", "")
    return out.splitlines(), failed
