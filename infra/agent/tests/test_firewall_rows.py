"""States of a firewall, each tried by a vendor over a cable: the door says what happens to his packets."""
import json
import shutil
import subprocess
import sys
import unittest

from tests.support import FOLDER
from tests.test_firewall import REASON, TOOLS, UNSHARE

BASE = "add table inet fw; add chain inet fw in { type filter hook input priority 10; policy %s; };"
ESTABLISHED = BASE % "drop" + "add rule inet fw in ct state established accept;"
HOOK = "add table %s r; add chain %s r c { type filter hook %s priority %d; }; add rule %s r c "
# Name, the vendor's address, whether he comes in, what the door says (a cause, "quiet" or "note"), commands of a shell, of nft.
ROWS = [
    ("nothing", "198.51.100.7", True, "quiet", "", ""),
    ("iptables drops everything else", "198.51.100.7", True, "quiet", "iptables -A INPUT -j DROP; iptables -P INPUT DROP", ""),
    ("ufw's order of chains", "198.51.100.7", True, "quiet", """iptables -N ufw-before; iptables -A INPUT -j ufw-before
        iptables -A ufw-before -i lo -j ACCEPT; iptables -A ufw-before -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        iptables -A ufw-before -m conntrack --ctstate INVALID -j DROP; iptables -P INPUT DROP
        iptables -A OUTPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT""", ""),
    ("iptables ban behind ours", "198.51.100.7", True, "quiet", "iptables -A INPUT -s 198.51.100.7 -j REJECT", ""),
    ("policy of another table", "198.51.100.7", False, "inet fw in", "", BASE % "drop"),
    ("drop of the whole range", "198.51.100.7", False, "inet fw in", "", BASE % "accept" + "add rule inet fw in ip saddr 198.51.100.0/24 drop"),
    ("drop of a part", "198.51.100.7", False, "inet fw in", "", BASE % "accept" + "add rule inet fw in ip saddr 198.51.100.6/31 drop"),
    ("drop of a part without him", "198.51.100.3", True, "inet fw in", "", BASE % "accept" + "add rule inet fw in ip saddr 198.51.100.6/31 drop"),
    ("fail2ban with nftables-multiport", "198.51.100.7", False, "inet f2b-table f2b-chain", "", """add table inet f2b-table
        add chain inet f2b-table f2b-chain { type filter hook input priority -1; policy accept; }
        add set inet f2b-table addr-set-sshd { type ipv4_addr; elements = { 198.51.100.7 }; }
        add rule inet f2b-table f2b-chain tcp dport 22 ip saddr @addr-set-sshd reject with icmp type port-unreachable"""),
    ("a set whose elements end", "198.51.100.7", False, "until 20", "", BASE % "accept" + """
        add set inet fw s { type ipv4_addr; flags timeout; elements = { 198.51.100.7 timeout 1h }; }
        add rule inet fw in ip saddr @s drop"""),
    ("raw hook of nft", "198.51.100.7", False, "ip r c", "", HOOK % ("ip", "ip", "prerouting", -300, "ip") + "ip saddr 198.51.100.7 drop"),
    ("device hook of nft", "198.51.100.7", False, "netdev r c", "", HOOK % ("netdev", "netdev", "ingress device eth0", 0, "netdev") + "ip saddr 198.51.100.7 drop"),
    ("device hook of another device", "198.51.100.7", True, "quiet", "", HOOK % ("netdev", "netdev", "ingress device lo", 0, "netdev") + "ip saddr 198.51.100.7 drop"),
    ("output hook of nft", "198.51.100.7", False, "ip r c blocks the answer", "", HOOK % ("ip", "ip", "output", 0, "ip") + "ip daddr 198.51.100.7 drop"),
    ("postrouting hook of nft", "198.51.100.7", False, "ip r c blocks the answer", "", HOOK % ("ip", "ip", "postrouting", 0, "ip") + "tcp sport 22 drop"),
    ("iptables raw", "198.51.100.7", False, "iptables raw PREROUTING", "iptables -t raw -A PREROUTING -s 198.51.100.7 -j DROP", ""),
    ("iptables mangle", "198.51.100.7", False, "iptables mangle INPUT", "iptables -t mangle -A INPUT -p tcp --dport 22 -j DROP", ""),
    ("iptables OUTPUT, as csf -d has it", "198.51.100.7", False, "iptables filter DENYOUT",
     "iptables -N DENYOUT; iptables -A OUTPUT ! -o lo -j DENYOUT; iptables -A DENYOUT ! -o lo -d 198.51.100.7 -j DROP", ""),
    ("csf -td for the port", "198.51.100.7", True, "quiet", "iptables -N DENYIN; iptables -A INPUT ! -i lo -j DENYIN; iptables -A DENYIN ! -i lo -s 198.51.100.7 -p tcp --dport 22 -j DROP", ""),
    ("the other back end", "198.51.100.7", False, "iptables-legacy filter INPUT", "iptables-legacy -A INPUT -s 198.51.100.7 -j DROP", ""),
    ("the other back end, empty of drops", "198.51.100.7", True, "note", "iptables-legacy -A INPUT -s 192.0.2.7 -j DROP", ""),
    ("only new logins", "198.51.100.7", False, "inet fw in", "", BASE % "drop" + "add rule inet fw in tcp dport 22 ct state new accept"),
    ("a blackhole", "198.51.100.7", False, "route to 198.51.100.7", "ip route add blackhole 198.51.100.7", ""),
    ("an unreachable part", "198.51.100.7", False, "route to 198.51.100.6", "ip route add unreachable 198.51.100.6/31", ""),
    ("a rule of routing", "198.51.100.7", False, "route to 198.51.100.7", "ip rule add to 198.51.100.7 prohibit", ""),
    ("no route", "198.51.100.7", False, "note", "ip route del default", ""),
    ("a set that accepts", "198.51.100.7", True, "quiet", "", ESTABLISHED + """
        add set inet fw s { type ipv4_addr; flags interval; elements = { 198.51.100.0/24 }; }; add rule inet fw in ip saddr @s accept"""),
    ("a set that accepts a part", "198.51.100.7", False, "inet fw in by its policy", "", ESTABLISHED + """
        add set inet fw s { type ipv4_addr; flags interval; elements = { 198.51.100.0/30 }; }; add rule inet fw in ip saddr @s accept"""),
    ("a verdict map", "198.51.100.7", True, "quiet", "", BASE % "drop" + """
        add rule inet fw in ct state vmap { established : accept, related : accept, invalid : drop }
        add chain inet fw ssh; add rule inet fw ssh accept; add rule inet fw in tcp dport vmap { 22 : jump ssh, 80 : drop }"""),
    ("a verdict map that drops", "198.51.100.7", False, "inet fw in blocks 198.51.100.7", "", BASE % "accept" + "add rule inet fw in ip saddr vmap { 198.51.100.7 : drop }"),
    ("a named map", "198.51.100.7", True, "quiet", "", ESTABLISHED + """
        add map inet fw m { type ipv4_addr . inet_service : verdict; flags interval; elements = { 198.51.100.0/24 . 22 : accept }; }
        add rule inet fw in ip saddr . tcp dport vmap @m"""),
    ("a limit", "198.51.100.7", True, "quiet", "", ESTABLISHED + "add rule inet fw in tcp dport 22 limit rate 100/minute accept"),
    ("a limit that drops", "198.51.100.7", True, "quiet", "", BASE % "accept" + "add rule inet fw in tcp dport 22 ct state new limit rate over 100/minute drop"),
    ("its interface", "198.51.100.7", True, "quiet", "", ESTABLISHED + 'add rule inet fw in iifname "eth*" tcp dport 22 accept'),
    ("another interface", "198.51.100.7", False, "inet fw in", "", ESTABLISHED + 'add rule inet fw in iifname "eth1" tcp dport 22 accept'),
    ("a reverse path check", "198.51.100.7", True, "quiet", "", HOOK % ("inet", "inet", "prerouting", -300, "inet") + "fib saddr . iif oif missing drop"),
    ("negations", "198.51.100.7", True, "quiet", "", BASE % "accept" + "add rule inet fw in ip saddr != 198.51.100.0/24 drop; add rule inet fw in tcp dport != { 22, 80 } drop"),
    ("a chain that is gone to", "198.51.100.7", False, "inet fw in by its policy", "", ESTABLISHED + """
        add chain inet fw one; add rule inet fw one tcp dport 80 accept; add rule inet fw in tcp dport 22 goto one
        add rule inet fw in tcp dport 22 accept"""),
    ("a chain that is jumped to", "198.51.100.7", True, "quiet", "", ESTABLISHED + """
        add chain inet fw one; add rule inet fw one tcp dport 80 accept; add rule inet fw in tcp dport 22 jump one
        add rule inet fw in tcp dport 22 accept"""),
    ("a negation of two", "198.51.100.7", True, "quiet", "", BASE % "accept" + "add rule inet fw in ip saddr . tcp dport != { 198.51.100.0/24 . 22 } drop"),
    ("a time of day", "198.51.100.7", True, "note", "", ESTABLISHED + 'add rule inet fw in meta hour "00:00"-"23:59" tcp dport 22 accept'),
    ("an option of TCP", "198.51.100.7", True, "note", "", BASE % "accept" + "add rule inet fw in tcp option maxseg size 1-100 drop"),
    ("another port", "198.51.100.7", False, "note", "iptables -t nat -A PREROUTING -p tcp --dport 22 -j REDIRECT --to-ports 99", ""),
    ("an interface group", "198.51.100.7", True, "note", "", BASE % "accept" + "add rule inet fw in meta iifgroup 7 drop"),
    ("untracked logins", "198.51.100.7", False, "note", "iptables -t raw -A PREROUTING -p tcp --dport 22 -j NOTRACK", ESTABLISHED.replace("hook input", "hook output")),
    ("cPHulk's chain", "198.51.100.7", True, "quiet", "iptables -N cphulk; iptables -A INPUT -j cphulk; iptables -A cphulk -s 198.51.100.7 -m state --state NEW -m time --datestop 2037-01-01T00:00:00 -j DROP", ""),
    ("flags of scans", "198.51.100.7", True, "quiet", "", BASE % "accept" + """add rule inet fw in tcp flags & (fin|syn) == (fin|syn) drop
        add rule inet fw in tcp flags & (fin|syn|rst|psh|ack|urg) == 0x0 drop; add rule inet fw in tcp flags ! syn ct state new drop"""),
    ("a login that is new", "198.51.100.7", False, "inet fw in blocks", "", BASE % "accept" + "add rule inet fw in tcp dport 22 ct state ! established drop"),
    ("a table that is dormant", "198.51.100.7", True, "quiet", "", "add table inet fw { flags dormant; };" + (BASE % "drop").split(";", 1)[1]),
    ("a chain of nft in a table of iptables", "198.51.100.7", False, "ip filter c blocks", "iptables -A INPUT -s 192.0.2.7 -j DROP",
     "add table ip filter; add chain ip filter c { type filter hook input priority 5; }; add rule ip filter c ip saddr 198.51.100.7 drop"),
    ("fragments and small segments", "198.51.100.7", True, "quiet", """iptables -t mangle -A PREROUTING -f -j DROP
        iptables -t mangle -A PREROUTING -p tcp -m conntrack --ctstate NEW -m tcpmss ! --mss 536:65535 -j DROP""",
     BASE % "accept" + "add rule inet fw in ip frag-off & 0x1fff != 0 drop; add rule inet fw in exthdr frag exists drop"),
    ("segments of a size", "198.51.100.7", False, "note", "iptables -t mangle -A PREROUTING -p tcp --syn -m tcpmss --mss 1400:1500 -j DROP", ""),
    ("a reverse path check of iptables", "198.51.100.7", True, "quiet", "iptables -t raw -A PREROUTING -m rpfilter --invert -j DROP", ""),
    ("a rule of routing for the port", "198.51.100.7", False, "a rule of routing refuses", "ip rule add ipproto tcp sport 22 to 198.51.100.0/24 unreachable", ""),
    ("a rule of routing for another port", "198.51.100.7", True, "quiet", "ip rule add ipproto tcp sport 80 to 198.51.100.0/24 unreachable", ""),
    ("a rule of routing for its address", "198.51.100.7", False, "is closed: blackhole", "ip rule add from 10.9.9.1 to 198.51.100.7 blackhole", ""),
    ("a route by the loopback", "198.51.100.7", False, "it leads to lo", "ip route add 198.51.100.7 dev lo", ""),
    ("IPv6", "2001:db8::7", True, "quiet", "ip6tables -A INPUT -p tcp -j DROP", ""),
    ("IPv6 in raw", "2001:db8::7", False, "ip6tables raw PREROUTING", "ip6tables -t raw -A PREROUTING -s 2001:db8::7 -j DROP", ""),
    ("IPv4 alone", "2001:db8::7", True, "quiet", "", BASE % "accept" + "add rule inet fw in meta nfproto ipv4 drop"),
]
SETS = """ipset flush; ipset destroy; ipset create bad hash:net timeout 3600; ipset add bad 198.51.100.7; ipset create good hash:net,port
    ipset add good 198.51.100.0/24,tcp:22; ipset create all list:set; ipset add all bad; """
IPSET_ROWS = [
    ("a set of ipset", "198.51.100.7", False, "iptables raw PREROUTING blocks 198.51.100.7 until 20", SETS + "iptables -t raw -A PREROUTING -m set --match-set bad src -j DROP", ""),
    ("a set of sets", "198.51.100.7", False, "iptables raw PREROUTING", SETS + "iptables -t raw -A PREROUTING -m set --match-set all src -j DROP", ""),
    ("a set that he is not in", "198.51.100.3", True, "blocks 198.51.100.7", SETS + "iptables -t raw -A PREROUTING -m set --match-set bad src -j DROP", ""),
    ("a set with ports", "198.51.100.7", True, "quiet", SETS + "iptables -t mangle -A INPUT -p tcp --dport 22 -m set ! --match-set good src,dst -j DROP", ""),
]
RUN = r"""
import json, subprocess, sys, time
sys.path.insert(0, %r)
from latchkey_agent.doors.chain import Chain
from tests.wire import Wire, reset, sh

class Live:
    live = True

wire, told = Wire(), []
for name, address, _, _, commands, rules in json.load(sys.stdin):
    reset()
    sh("ip rule flush; ip rule add priority 32766 lookup main; ip route replace default via 10.9.9.2; "
       "for kind in blackhole unreachable; do ip route flush type $kind; done; ip route flush to 198.51.100.0/24")
    sh(commands)
    subprocess.run(["nft", "-f", "-"], input=rules.encode(), check=True)
    wanted = {"2001:db8::/64" if ":" in address else "198.51.100.0/28": int(time.time()) + 600}
    told.append([Chain(Live, [22], [], None).make(wanted, True), wire.arrives(address)])
print(json.dumps(told))
""" % FOLDER


@unittest.skipIf(REASON, REASON)
class RowsTest(unittest.TestCase):

    def test_every_row_says_what_happens(self):
        self.play(ROWS)

    @unittest.skipUnless(shutil.which("ipset", path=TOOLS), "ipset is not installed")
    def test_sets_of_ipset(self):
        self.play(IPSET_ROWS)

    def play(self, rows):
        given = [list(row[:5]) + [row[5].replace("};", "}\n")] for row in rows]
        run = subprocess.run(UNSHARE + [sys.executable, "-c", RUN], input=json.dumps(given).encode(), stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, env={"PATH": TOOLS}, cwd=FOLDER)
        self.assertEqual((0, b""), (run.returncode, run.stderr))
        for row, (told, arrived) in zip(rows, json.loads(run.stdout.decode())):
            with self.subTest(row[0]):
                self.assertEqual(row[2], arrived, told)
                if row[3] in ("quiet", "note"):
                    self.assertEqual("WHOLE", told["state"], told)
                    self.assertEqual(row[3] == "note", bool(told.get("notes")), told)
                else:
                    self.assertEqual("PARTIAL", told["state"], told)
                    self.assertIn(row[3], told["problem"])


if __name__ == "__main__":
    unittest.main()
