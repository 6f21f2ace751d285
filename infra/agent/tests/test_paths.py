"""Random rule sets of nftables and iptables, and real packets: what the door says is what happens to them."""
import json
import os
import subprocess
import sys
import unittest

from latchkey_agent.doors.path import Path
from tests.standin import END, StandIn
from tests.support import FOLDER
from tests.test_firewall import REASON, TOOLS, UNSHARE

RUN = r"""
import ipaddress, json, random, re, subprocess, sys, time
sys.path.insert(0, %r)
from latchkey_agent.doors.path import Path
from tests.wire import Wire, reset

NETWORK = ipaddress.ip_network("198.51.100.0/28")
ADDRESSES = ["198.51.100.7", "198.51.100.0", "198.51.100.15", "198.51.100.16", "203.0.113.9", "192.0.2.1"]
NETWORKS = ["198.51.100.0/28", "198.51.100.0/30", "198.51.100.4/30", "198.51.100.0/24", "203.0.113.0/24", "0.0.0.0/0"]
SETS = {"one": ("type ipv4_addr; flags timeout;", "%%s timeout 1h"), "two": ("type ipv4_addr; flags interval;", "%%s"),
        "pair": ("type ipv4_addr . inet_service; flags interval;", "%%s . 22")}
PORTS = ["22", "!= 22", "80", "{ 22, 80 }", "{ 10-30, 443 }", "!= { 80, 443 }", "20-25", "< 1024", "> 1024"]
chance = random.Random(int(sys.argv[1]))
pick = chance.choice


def address():
    return pick(ADDRESSES + NETWORKS + ["198.51.100.3-198.51.100.9"])


def side(ours):
    return ("saddr", "dport", "iifname", "sport") if ours else ("daddr", "sport", "oifname", "dport")


def nft_match(inbound):
    where, port, device, far = side(inbound)
    return pick([
        lambda: "ip %%s %%s%%s" %% (where, pick(["", "", "!= "]), address()),
        lambda: "ip %%s %%s{ %%s, 203.0.113.77 }" %% (where, pick(["", "!= "]), pick(ADDRESSES[:5])),
        lambda: "ip %%s @one" %% where, lambda: "ip %%s @two" %% where, lambda: "ip %%s . tcp %%s @pair" %% (where, port),
        lambda: "ip %%s . tcp %%s { %%s . %%s }" %% (where, port, pick(NETWORKS[:5]), pick(["22", "20-30", "80"])),
        lambda: "tcp %%s %%s" %% (port, pick(PORTS)), lambda: "tcp %%s %%s" %% (port, pick(PORTS)),
        lambda: "tcp %%s 1024-65535" %% far, lambda: "tcp %%s 1-1023" %% far, lambda: "udp dport 22", lambda: "icmp type echo-request",
        lambda: "%%s %%s" %% (device, pick(["eth0", '"eth*"', "eth1", "!= eth0", "{ eth0, lo }", "lo"])),
        lambda: "ct state %%s" %% pick(["new", "established", "new,established", "invalid", "!= new", "related"]),
        lambda: "meta l4proto %%s" %% pick(["tcp", "udp", "{ tcp, udp }", "!= tcp"]), lambda: "meta nfproto ipv4",
        lambda: "ip protocol tcp", lambda: "ip6 saddr fe80::/10", lambda: "ip version 4",
        lambda: "tcp flags %%s" %% pick(["syn", "& (fin|syn|rst|ack) == syn", "& (syn|ack) == ack", "!= syn", "rst"]),
        lambda: "limit rate %%s100000/second burst 1000 packets" %% pick(["", "over "]), lambda: "mark %%s" %% pick(["0", "7", "!= 7", "and 0xf == 0"]),
        lambda: "counter", lambda: "fib daddr type local" if inbound else "counter",
        lambda: "fib saddr . iif oif missing" if inbound else "counter", lambda: "ct direction original",
        lambda: "meta time > 1000", lambda: "meta time < 1000", lambda: "tcp option maxseg exists", lambda: "ct count over 50",
        lambda: "meta hour 00:00-12:00", lambda: "ip ttl > 5", lambda: "jhash ip saddr mod 2 == 0"][: 31 if chance.random() < 0.97 else 34])()


def nft_rule(inbound, chains):
    matches = [nft_match(inbound) for _ in range(pick([0, 1, 1, 2, 2, 3]))]
    where, port, _, _ = side(inbound)
    kinds = ["accept", "accept", "accept", "drop", "reject", "return", "meta mark set 7", "counter"] + [
        "%%s %%s" %% (pick(["jump", "goto"]), one) for one in chains]
    if chance.random() < 0.15:
        maps = ["ip %%s vmap { %%s : %%s, 203.0.113.0/24 : drop }" %% (where, pick(NETWORKS[:4]), pick(["accept", "drop", "continue"])),
                "tcp %%s vmap { 22 : %%s, 80 : drop }" %% (port, pick(kinds[:4] + ["return"] + kinds[8:])), "tcp %%s vmap @map" %% port,
                "ct state vmap { established : accept, related : accept, invalid : drop }"]
        return " ".join(matches + [pick(maps)])
    return " ".join(matches + [pick(kinds)])


def nft():
    family, table = pick(["inet", "ip"]), "t%%d" %% chance.randrange(3)
    hook = pick(["input", "input", "input", "prerouting", "output", "postrouting", "ingress"])
    lines = ["add table %%s %%s" %% (family, table)]
    if hook == "ingress":
        family = "netdev"
        lines = ["add table netdev %%s" %% table]
    base = "type filter hook %%s%%s priority %%d; policy %%s;" %% (hook, " device eth0" if hook == "ingress" else "",
                                                           pick([-300, -150, 0, 10]), pick(["accept", "accept", "accept", "drop"]))
    inbound = hook not in ("output", "postrouting")
    for name, (kind, form) in SETS.items():
        elements = chance.sample(NETWORKS[:4] if name != "one" else ADDRESSES, 1) + ["192.0.2.200"]
        lines.append("add set %%s %%s %%s { %%s elements = { %%s } ; }" %% (family, table, name, kind, ", ".join(form %% one for one in elements)))
    lines.append("add map %%s %%s map { type inet_service : verdict; elements = { 22 : %%s, 443 : drop } ; }" %% (family, table, pick(["accept", "drop", "return"])))
    lines += ["add chain %%s %%s base { %%s }" %% (family, table, base), "add chain %%s %%s sub" %% (family, table),
              "add chain %%s %%s low" %% (family, table)]
    if "policy drop" in base and chance.random() < 0.7:
        lines.append("add rule %%s %%s base ct state established accept" %% (family, table) if hook != "ingress" else lines[0])
    for chain, chains, most in (("low", [], 2), ("sub", ["low"], 3), ("base", ["sub", "low"], 5)):
        for _ in range(chance.randrange(most + 1)):
            lines.append("add rule %%s %%s %%s %%s" %% (family, table, chain, nft_rule(inbound, chains)))
    for line in lines:  # what this kernel does not know is left out
        subprocess.run(["nft", line], stderr=subprocess.DEVNULL)


def xt_match(inbound):
    where, port, device, far = ("-s", "--dport", "-i", "--sport") if inbound else ("-d", "--sport", "-o", "--dport")
    turn = pick(["", "", "! "])
    return pick([
        lambda: "%%s%%s %%s" %% (turn, where, pick(ADDRESSES + NETWORKS[:5])), lambda: "%%s%%s %%s" %% (turn, where, pick(NETWORKS[:4])),
        lambda: "-p tcp -m tcp %%s%%s %%s" %% (turn, port, pick(["22", "80", "20:30"])), lambda: "-p udp", lambda: "! -p udp",
        lambda: "-p tcp -m multiport %%s%%ss 22,80:90" %% (turn, port), lambda: "-p tcp -m tcp %%s 1024:65535" %% far,
        lambda: "%%s%%s %%s" %% (turn, device, pick(["eth0", "eth+", "eth1"])),
        lambda: "-m conntrack %%s--ctstate %%s" %% (turn, pick(["NEW", "ESTABLISHED", "NEW,ESTABLISHED", "INVALID"])),
        lambda: "-m state --state NEW", lambda: "-p tcp -m tcp --tcp-flags SYN,ACK,FIN,RST SYN",
        lambda: "-m iprange %%s--%%s-range 198.51.100.3-198.51.100.9" %% (turn, "src" if inbound else "dst"),
        lambda: "-m addrtype --%%s-type LOCAL" %% ("dst" if inbound else "src"), lambda: "-m mark %%s--mark %%s" %% (turn, pick(["0x0", "0x7"])),
        lambda: "-m limit --limit 10000/sec --limit-burst 5000", lambda: "-m hashlimit --hashlimit-above 1000/sec --hashlimit-burst 500 --hashlimit-mode srcip --hashlimit-name h",
        lambda: "-p tcp -m connlimit --connlimit-above 50", lambda: "-m recent --update --seconds 60 --hitcount 20 --name r",
        lambda: "-m time --datestop %%s" %% pick(["2037-01-01T00:00:00", "2001-01-01T00:00:00"]),
        lambda: "-m pkttype --pkt-type unicast" if inbound else "", lambda: '-m comment --comment "a -j DROP"',
        lambda: "-m string --string x --algo bm"][: 21 if chance.random() < 0.97 else 22])()


def xt():
    tool = pick(["iptables", "iptables", "iptables-legacy"])
    table, chain = pick([("raw", "PREROUTING"), ("mangle", "PREROUTING"), ("mangle", "INPUT"), ("filter", "INPUT"), ("filter", "INPUT"),
                         ("filter", "OUTPUT"), ("raw", "OUTPUT"), ("mangle", "POSTROUTING")])
    inbound = chain in ("PREROUTING", "INPUT")
    command = "%%s -w -t %%s " %% (tool, table)
    lines = [command + "-N sub", command + "-N low"]
    if chance.random() < 0.12:
        lines.append(command + "-P %%s DROP" %% chain)
        lines.append(command + "-A %%s -m conntrack --ctstate ESTABLISHED -j ACCEPT" %% chain)
    for name, targets, most in (("low", [], 2), ("sub", ["-j low", "-g low"], 3), (chain, ["-j sub", "-g sub", "-j low"], 5)):
        for _ in range(chance.randrange(most + 1)):
            target = pick(["-j ACCEPT", "-j ACCEPT", "-j ACCEPT", "-j DROP", "-j RETURN", "", "-j LOG", "-j MARK --set-mark 7"] + targets)
            lines.append(command + "-A %%s %%s %%s" %% (name, " ".join(xt_match(inbound) for _ in range(pick([0, 1, 1, 2]))), target))
    for line in lines:
        subprocess.run(line, shell=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


wire = Wire()
counts = {"open": 0, "blocked": 0, "unsure": 0, "wrong": []}
for number in range(int(sys.argv[2])):
    reset()
    for _ in range(pick([1, 1, 2, 3])):
        pick([nft, xt])()
    path = Path({str(NETWORK): int(time.time()) + 600}, [22])
    named = re.search(r"(\d+\.\d+\.\d+\.\d+)", path.blocked or "")
    notes = [one for one in path.notes if "back ends" not in one]
    if path.blocked:
        counts["blocked"] += 1
        wrong = wire.arrives(named.group(1))
    elif notes:
        counts["unsure"] += 1
        wrong = False
    else:
        counts["open"] += 1
        wrong = [one for one in ["198.51.100.0", "198.51.100.7", "198.51.100.15"]
                 + [str(chance.choice(list(NETWORK))) for _ in range(2)] if not wire.arrives(one)]
    if wrong:
        rules = [subprocess.run(one, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode() for one in (["nft", "list", "ruleset"], ["iptables-save"], ["iptables-legacy-save"])]
        counts["wrong"].append([number, path.blocked, path.notes, wrong, rules])
        if len(counts["wrong"]) > 2:
            break
print(json.dumps(counts))
""" % FOLDER


@unittest.skipIf(REASON, REASON)
class PathTest(unittest.TestCase):

    def test_random_rules_and_real_packets(self):
        seed, runs = os.environ.get("LATCHKEY_SEED", "11"), int(os.environ.get("LATCHKEY_RUNS", "40"))
        run = subprocess.run(UNSHARE + [sys.executable, "-c", RUN, seed, str(runs)], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, env={"PATH": TOOLS}, cwd=FOLDER)
        self.assertEqual((0, b""), (run.returncode, run.stderr))
        counts = json.loads(run.stdout.decode())
        print("paths: seed %s, open %d, blocked %d, not sure %d" % (seed, counts["open"], counts["blocked"], counts["unsure"]))
        for number, blocked, notes, wrong, rules in counts["wrong"]:
            print("run %d: %s %s, but %s\n%s" % (number, blocked, notes, wrong, "\n".join(rules)))
        self.assertFalse(counts["wrong"], "seed %s" % seed)
        self.assertGreaterEqual(counts["open"], runs // 5)
        self.assertGreaterEqual(counts["blocked"], runs // 5)
        self.assertLessEqual(counts["unsure"], max(4, runs // 10))


class FailingTest(StandIn):
    """A tool that fails says nothing: then nobody knows what stands in the way."""

    PROGRAMS, RANGE = ("iptables-save",), {"198.51.100.0/28": END}
    WHOLE = "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -j ACCEPT\nCOMMIT\n"

    def setUp(self):
        super().setUp()
        self.answers = {}

    def command(self, *args):
        return self.answers.get(args[0], (127, "", ""))

    def notes(self, **answers):
        self.answers = {name.replace("_", "-"): answer for name, answer in answers.items()}
        path = Path(self.RANGE, [22])
        self.assertIsNone(path.blocked)
        return path.notes

    def test_rules_of_iptables_that_were_not_read_are_a_note(self):
        for answer, why in (((124, "", "iptables-save did not end within 15 seconds"), "iptables-save did not end within 15 seconds"),
                            ((1, "*filter\n:INPUT ACCEPT [0:0]\n", "out of memory"), "out of memory"),
                            ((4, "", ""), "failed"),
                            ((0, "# Table `filter' is incompatible, use 'nft' tool.\n", ""), "Table `filter' is incompatible, use 'nft' tool.")):
            self.assertEqual(["not sure what iptables does: " + why], self.notes(iptables_save=answer))

    def test_what_is_read_and_what_the_kernel_does_not_have_is_none(self):
        self.assertEqual([], self.notes(iptables_save=(0, self.WHOLE, "")))
        self.assertEqual([], self.notes(iptables_save=(1, "", "iptables-save: Failed to initialize nft: Protocol not supported")))
        self.PROGRAMS = ("iptables-save", "ip6tables-save")
        self.assertEqual([], self.notes(iptables_save=(0, self.WHOLE, ""), ip6tables_save=(124, "", "late")), "no range of IPv6")

    def test_a_way_that_was_not_told_is_a_note(self):
        self.PROGRAMS = ("iptables-save", "ip")
        told = self.notes(iptables_save=(0, self.WHOLE, ""), ip=(124, "", "ip did not end within 15 seconds"))
        self.assertEqual(["not sure how the server reaches 198.51.100.0: ip does not say"], told)


if __name__ == "__main__":
    unittest.main()
