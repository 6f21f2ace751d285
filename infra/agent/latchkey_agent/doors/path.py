"""The way of the vendor's packets through this server: routes, hooks of nftables, rules of iptables."""
import ipaddress
import os
import re
import time

from latchkey_agent import programs
from latchkey_agent.doors.nftrules import Nftables
from latchkey_agent.doors.packets import Packet, number, span, within
from latchkey_agent.doors.iptrules import Ipset, Iptables
from latchkey_agent.doors.routing import NO_ROUTE, routed, ways
from latchkey_agent.errors import Problem

MOST = 64  # addresses of one range that are looked at
STEPS = (("ingress", "prerouting", "input"), ("output", "postrouting", "egress"))


class Path:
    """What stands in the way now: `blocked` names it, `notes` tell what is not sure."""

    def __init__(self, wanted, ports):
        self.blocked = self.by = None
        self.notes, self.noted = [], set()
        self.sources = []
        networks = [ipaddress.ip_network(one) for one in sorted(wanted)]
        self._read({one.version for one in networks})
        self._judge(networks, ports)

    def _read(self, versions):
        sets, spared, saved = Ipset(), set(), {}
        legacy = any(os.path.exists(one) and open(one).read().strip()
                     for one in ("/proc/net/ip_tables_names", "/proc/net/ip6_tables_names"))
        for version, tool in ((4, "iptables"), (6, "ip6tables")):
            for name in [tool + "-save"] + [tool + "-legacy-save"] * legacy + [tool + "-nft-save"]:
                code, out, error = programs.run([name]) if programs.installed(name) else (127, "", "")
                if programs.installed(name) and version in versions and unread(code, out, error):
                    self._note("not sure what %s does: %s" % (name[:-5], unread(code, out, error)))
                modern = "(nf_tables)" in out or name.endswith("nft-save")
                if "*" in out and (version, modern) not in saved:
                    label = tool if name == tool + "-save" else name[:-5]
                    saved[version, modern] = Iptables(out, label, version, sets)
        for (version, modern), one in saved.items():
            self.sources.append(one)
            if modern:
                spared.update(("ip" if version == 4 else "ip6", table, chain) for _, table, chain in one.chains)
        for version in (4, 6):
            if all((version, modern) in saved and saved[version, modern].rules for modern in (True, False)):
                self.notes.append("iptables has rules in both of its back ends, nft and legacy")
        if programs.installed("nft"):
            try:
                self.sources.insert(0, Nftables(spared))
            except Problem as problem:
                self.notes.append("not sure what nftables does: %s" % problem)

    def _judge(self, networks, ports):
        self.named = [one for source in self.sources for one in source.constants] + routed(networks)
        chosen = [(one, network.num_addresses > 1) for network in networks for one in self._addresses(network)]
        found = ways(chosen, ports)
        self._programs({way.device for way in found} - {None})
        denied, allowed = units()
        for way in found:
            if way.kind in ("broadcast", "multicast", "anycast"):
                continue  # nobody's address
            if way.refused:
                if way.refused == NO_ROUTE:
                    self._note("the server has no route to %s", way.text)
                else:
                    self._block("route", "the server's route to %s is closed: %s" % (way.text, way.refused))
            for unit, refused in denied:
                if within([(way.peer,) * 2], refused) and not within([(way.peer,) * 2], allowed):
                    self._note("not sure whether IPAddressDeny of %s lets %%s in" % unit, way.text)
            if way.device is None and not way.refused and programs.installed("ip"):
                self._note("not sure how the server reaches %s: ip does not say", way.text)
            for port in ports:
                for reply, state, flags in ((False, "new", "syn"), (True, "established", "syn ack"), (False, "established", "ack")):
                    if self.blocked is None:
                        self._pass(Packet(way, port, reply, state, flags))

    def _programs(self, devices):
        """Programs that drop packets at a device before any hook."""
        for device in sorted(devices):
            for name, args in (("XDP program", ["ip", "-o", "link", "show", "dev", device]),
                               ("filter of tc", ["tc", "filter", "show", "dev", device, "ingress"]),
                               ("filter of tc", ["tc", "filter", "show", "dev", device, "egress"])):
                code, out, error = programs.run(args) if programs.installed(args[0]) else (127, "", "")
                if code == 124:
                    self._note("not sure what the %s at %s drops: %s" % (name, device, error))
                if re.search("xdp[a-z]*/id|prog/xdp", out) if args[0] == "ip" else out.strip():
                    self._note("not sure what the %s at %s drops" % (name, device))

    def _addresses(self, network):
        """First, middle, last, and where anything that is named begins and ends."""
        first, last = number(str(network[0])), number(str(network[-1]))
        found = {first[1], last[1], (first[1] + last[1]) // 2}
        edges = set()
        for low, high in self.named:
            if low[0] == first[0] and low <= last and first <= high and (low, high) != (first, last):
                edges.update([low[1] - 1, low[1], high[1], high[1] + 1])
        edges = sorted(one for one in edges if first[1] <= one <= last[1] and one not in found)
        if len(edges) > MOST:
            self._note("%s: more is named inside of it than is looked at" % network)
        return [network[one - first[1]] for one in sorted(found | set(edges[:MOST]))]

    def _pass(self, packet):
        state = packet.fields["state"]
        for hook in STEPS[packet.reply]:
            bases = [(base[1], at, source, base) for at, source in enumerate(self.sources) for base in source.bases
                     if base[0] == hook and source.applies(base, packet.version)
                     and (base[4] != "nat" or state == [("new", "new")])]
            for _, _, source, base in sorted(bases, key=lambda one: one[:2]):
                if base[5] and packet.way.device not in base[5] and packet.way.device:
                    continue
                ends = source.pass_through(base, packet)
                if set(ends) == {"drop"}:
                    name, how, until = ends["drop"]
                    self._block(name, "%s%s blocks %s%s%s" % (
                        name, " " + how if how else "", "the answer to " if packet.reply else "", packet.way.text,
                        time.strftime(" until %Y-%m-%dT%H:%M:%SZ", time.gmtime(until)) if until else ""))
                    return
                unsure = ends.get("unsure") or ends.get("drop")
                if unsure:
                    self._note("not sure whether %s lets %%s in: %s" % (unsure[0], packet.doubt), packet.way.text)

    def _note(self, text, address=""):
        """Once for all addresses."""
        if text not in self.noted and len(self.notes) < 5:
            self.noted.add(text)
            self.notes.append(text % address if address else text)

    def _block(self, name, problem):
        if self.blocked is None:
            self.by, self.blocked = name, problem


def unread(code, out, error):
    """Why what iptables-save printed is not all that there is; a kernel without the whole of it has no rules of it."""
    if code != 0 and "not supported" not in error:
        return programs.complaint(error, out)
    found = re.search("^# (Table .* is incompatible.*)", out, re.MULTILINE)
    return found.group(1) if found and not programs.installed("nft") else None


def units():
    """systemd's own filter, where the kernel has it: units of sshd's, and what they deny."""
    found, allowed = [], []
    if os.path.isdir("/run/systemd/system"):
        out = programs.run(["systemctl", "show", "-p", "Id,ActiveState,IPAddressAllow,IPAddressDeny", "ssh.service",
                            "sshd.service", "ssh.socket", "sshd.socket", "system.slice"])[1]
        for unit in out.split("\n\n"):
            known = dict(line.partition("=")[::2] for line in unit.splitlines())
            if known.get("ActiveState") == "active":
                allowed += map(span, known.get("IPAddressAllow", "").split())
                found.append((known.get("Id", ""), [span(one) for one in known.get("IPAddressDeny", "").split()]))
    return [(unit, refused) for unit, refused in found if refused], allowed
