"""The chain, in a network namespace of its own: the machine's firewall is never touched."""
import json
import os
import shutil
import subprocess
import sys
import unittest

from tests.support import FOLDER

UNSHARE = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-Urn"]
TOOLS = os.environ["PATH"] + ":/usr/sbin:/sbin"
PRELUDE = """
import json, subprocess, sys, time
sys.path.insert(0, %r)
from latchkey_agent import programs
from latchkey_agent.doors.chain import Chain
from latchkey_agent.doors.iptables import Iptables

class Live:
    live = True

END = int(time.time()) + 600
RANGE = {"203.0.113.0/24": END}
TOLD = []

def make(wanted, change=True, ports=[22]):
    TOLD.append(Chain(Live, ports, [], None).make(wanted, change))

def sh(text):
    return subprocess.run(["sh", "-ec", text], check=True, stdout=subprocess.PIPE).stdout.decode()
""" % FOLDER

FIREWALLD = """
RULES, PERMANENT = {"public": {'rule family="ipv4" source address="192.0.2.0/24" accept'}, "internal": set()}, {"public": set()}
CALLS, OWNED, FAILS = [], [], {}  # FAILS: "remove", "list", with "permanent " before it or not -> the answer in its place

def command(args, given=None, timeout=15):
    if args[0] != "firewall-cmd":
        return 127, "", ""
    CALLS.append(args[1:])
    kept = "permanent " * (args[1] == "--permanent")
    words, rules = (args[2:], PERMANENT) if kept else (args[1:], RULES)
    if words[0] == "--list-all-zones":
        return FAILS.get(kept + "list") or (0, "".join("%s%s\\n  target: default\\n  rich rules: \\n%s\\n" % (
            zone, " (active)" if zone == "public" else "", "".join("\\t%s\\n" % one for one in sorted(found)))
            for zone, found in rules.items()), "")
    if words[0] == "--get-default-zone":
        return 0, "public\\n", ""
    zone = words[0].partition("=")[2]
    for name, _, rule in (one.partition("=") for one in words[1:]):
        if name == "--add-rich-rule":
            rules[zone].add(rule)
        if name == "--remove-rich-rule":
            if kept + "remove" in FAILS:
                return FAILS[kept + "remove"]
            rules[zone].discard(rule)
    return 0, "", ""

programs.run = command
programs.installed = lambda name: name == "firewall-cmd"

def ask(wanted, change=True):
    TOLD.append(Chain(Live, [22, 2222], OWNED, lambda: None).make(wanted, change))
    return len([one for one in RULES["public"] if "203" in one]), len([one for one in PERMANENT["public"] if "203" in one]), len(OWNED)
"""


def unable():
    if not all(shutil.which(tool, path=TOOLS) for tool in ("unshare", "iptables", "ip6tables")):
        return "unshare or iptables is not installed"
    run = subprocess.run(UNSHARE + ["iptables", "-S"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         env={"PATH": TOOLS})
    return None if run.returncode == 0 else "no network namespace with iptables here"


REASON = unable()


@unittest.skipIf(REASON, REASON)
class FirewallTest(unittest.TestCase):

    def inside(self, script):
        """What make() told in each call, and what the script put into OUT."""
        run = subprocess.run(UNSHARE + [sys.executable, "-c", PRELUDE + "OUT = None\n" + script
                                        + "\nprint(json.dumps([TOLD, OUT]))"],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"PATH": TOOLS})
        self.assertEqual("", run.stderr.decode())
        return json.loads(run.stdout.decode())

    def test_the_chain_is_once_and_first_and_ends_by_itself(self):
        told, rules = self.inside("""
sh("ip link set lo up; ip link add e type veth peer name f; ip link set e up; ip link set f up; ip address add 10.9.9.1/24 dev e; "
   "ip address add fd00::1/64 dev e nodad; ip route add default via 10.9.9.2; ip -6 route add default via fd00::2; iptables -A INPUT -j DROP")
make(dict(RANGE, **{"2001:db8::/32": END}), ports=[22, 2222])
make(dict(RANGE, **{"2001:db8::/32": END}), ports=[22, 2222])
OUT = [sh("iptables -S INPUT"), sh("iptables -S LATCHKEY"), sh("ip6tables -S")]
""")
        self.assertEqual([{"state": "WHOLE", "by": "iptables"}] * 2, told)
        self.assertEqual(["-P INPUT ACCEPT", "-A INPUT -m comment --comment latchkey -j LATCHKEY", "-A INPUT -j DROP"],
                         rules[0].splitlines())
        lines = rules[1].splitlines()[1:]
        self.assertEqual(["22", "2222"], [line.split("--dport ")[1].split()[0] for line in lines])
        self.assertTrue(all("-s 203.0.113.0/24" in line and "--datestop" in line and line.endswith("-j ACCEPT")
                            for line in lines))
        self.assertEqual(1, rules[2].count("-j LATCHKEY"))

    def test_nothing_wanted_leaves_nothing_of_ours(self):
        told, rules = self.inside("""
before = sh("iptables -S; ip6tables -S")
make({})
make(RANGE)
make({}, change=False)
make({})
OUT = sh("iptables -S; ip6tables -S") == before
""")
        self.assertEqual(["GONE", "WHOLE", "PARTIAL", "GONE"], [one["state"] for one in told])
        self.assertTrue(rules)

    def test_drift_is_seen_and_put_right(self):
        told, rules = self.inside("""
for drift in ("iptables -I INPUT -s 192.0.2.1 -j DROP", "iptables -A INPUT -j LATCHKEY", "iptables -F LATCHKEY",
              "iptables -F; iptables -X", "iptables -A LATCHKEY -s 192.0.2.1 -j ACCEPT", "iptables -D INPUT 1"):
    make(RANGE)
    sh(drift)
    make(RANGE, change=False)
make(RANGE)
OUT = sh("iptables -S INPUT").count("LATCHKEY")
""")
        self.assertEqual(["WHOLE", "PARTIAL"] * 6 + ["WHOLE"], [one["state"] for one in told])
        self.assertEqual(1, rules)

    def test_fewer_ranges_and_another_end_are_made_so(self):
        told, rules = self.inside("""
make({"203.0.113.0/24": END, "198.51.100.7/32": END})
make({"203.0.113.0/24": END + 60})
OUT = sh("iptables -S LATCHKEY")
""")
        self.assertEqual(["WHOLE", "WHOLE"], [one["state"] for one in told])
        self.assertEqual(2, len(rules.splitlines()))

    @unittest.skipUnless(shutil.which("nft", path=TOOLS), "nft is not installed")
    def test_another_hook_that_would_drop_the_vendor_is_named(self):
        drop = "nft add table inet fw; nft 'add chain inet fw in { type filter hook input priority 10; policy drop; }';"
        told, _ = self.inside("""
sh("%s nft add rule inet fw in ct state established accept; nft add rule inet fw in udp dport 22 accept")
make(RANGE)
sh("nft add rule inet fw in ip saddr 203.0.113.0/25 tcp dport 22 accept")
make(RANGE)
sh("nft add chain inet fw ssh; nft add rule inet fw ssh ip saddr 203.0.0.0/16 counter accept")
sh("nft add rule inet fw in tcp dport { 22, 80-90 } jump ssh")
make(RANGE)
make({"2001:db8::/32": END})
sh("nft insert rule inet fw in meta l4proto tcp tcp dport 22 ct state new reject")
make(RANGE)
""" % drop)
        self.assertEqual(["PARTIAL", "PARTIAL", "WHOLE", "PARTIAL", "PARTIAL"], [one["state"] for one in told])
        self.assertEqual("inet fw in", told[0]["blocked_by"])

    @unittest.skipUnless(shutil.which("iptables-legacy", path=TOOLS), "iptables-legacy is not installed")
    def test_the_legacy_back_end_reads_and_writes_the_same(self):
        told, rules = self.inside("""
Iptables.TOOLS = {4: "iptables-legacy", 6: "ip6tables-legacy"}
probe = programs.run(["iptables-legacy", "-S"])[0]
if probe == 0:
    make(RANGE)
    sh("iptables-legacy -I INPUT -j DROP")
    make(RANGE, change=False)
    make(RANGE)
    make({})
    OUT = sh("iptables-legacy -S")
""")
        if rules is None:
            self.skipTest("this kernel has no legacy tables")
        self.assertEqual(["WHOLE", "PARTIAL", "WHOLE", "GONE"], [one["state"] for one in told])
        self.assertNotIn("LATCHKEY", rules)

    def test_firewalld_gets_rich_rules_that_end_and_keeps_those_of_others(self):
        told, out = self.inside(FIREWALLD + """
ask(RANGE)
first = len(CALLS)
ask(RANGE)
RULES["public"] = {rule for rule in RULES["public"] if "203" not in rule}
ask(RANGE, False)
ask({"203.0.113.0/24": END + 60})
ask({})
OUT = [sorted(RULES["public"]), OWNED, [call[-1] for call in CALLS if "--timeout" in call[-1]], first, len(CALLS)]
""")
        self.assertEqual(["WHOLE", "WHOLE", "PARTIAL", "WHOLE", "GONE"], [one["state"] for one in told])
        self.assertEqual("firewalld", told[0]["by"])
        self.assertEqual([['rule family="ipv4" source address="192.0.2.0/24" accept'], []], out[:2])
        self.assertEqual(2, len(out[2]))
        self.assertLessEqual(out[3], 5)  # each takes most of a second
        self.assertLessEqual(out[4], 24)

    def test_a_rule_of_firewalld_that_could_not_be_taken_out_is_told_and_taken_out_later(self):
        told, out = self.inside(FIREWALLD + """
LATE = 124, "", "firewall-cmd did not end within 30 seconds"
OUT = []
for fails in (LATE, (254, "", "Error: UNKNOWN_ERROR"), (0, "", "")):  # it exits 0 where one of several went
    ask(RANGE)
    FAILS["remove"] = fails
    OUT += [ask({}), ask({})]
    FAILS.clear()
    OUT.append(ask({}))
""")
        self.assertEqual(["WHOLE", "PARTIAL", "PARTIAL", "GONE"] * 3, [one["state"] for one in told])
        self.assertEqual([[2, 0, 2], [2, 0, 2], [0, 0, 0]] * 3, out)
        self.assertEqual("firewall-cmd: firewall-cmd did not end within 30 seconds", told[1]["problem"])

    def test_a_rule_that_somebody_made_permanent_is_read_back_too(self):
        told, out = self.inside(FIREWALLD + """
OUT = []
for failing in ("remove", "list"):
    ask(RANGE)
    PERMANENT["public"] = {one for one in RULES["public"] if "203" in one}
    FAILS["permanent " + failing] = 124, "", "firewall-cmd did not end within 30 seconds"
    OUT.append(ask({}))
    RULES["public"] |= PERMANENT["public"]  # firewall-cmd --reload
    FAILS.clear()
    OUT.append(ask({}))
""")
        self.assertEqual(["WHOLE", "PARTIAL", "GONE"] * 2, [one["state"] for one in told])
        self.assertEqual([[0, 2, 2], [0, 0, 0]] * 2, out)

    def test_a_rule_that_is_wanted_again_gets_its_new_end(self):
        told, out = self.inside(FIREWALLD + """
ask(RANGE)
FAILS["remove"] = 124, "", "firewall-cmd did not end within 30 seconds"
ask({})
ask(RANGE)
FAILS.clear()
OUT = [ask(RANGE), [one[2] - END for one in OWNED], ask({})]
""")
        self.assertEqual(["WHOLE", "PARTIAL", "PARTIAL", "WHOLE", "GONE"], [one["state"] for one in told])
        self.assertEqual([[2, 0, 2], [0, 0], [0, 0, 0]], out)

    def test_what_fails_for_one_version_of_ip_stops_nothing_of_the_other(self):
        told, out = self.inside("""
BOTH = dict(RANGE, **{"2001:db8::/32": END})
real, fails = programs.run, set()
programs.run = lambda args, **more: (1, "", "line 4 failed") if args[0] in fails else real(args, **more)
make(BOTH)
fails.add("iptables-restore")
make({})
OUT = [sh("iptables -S").count("LATCHKEY") > 0, sh("ip6tables -S").count("LATCHKEY")]
make(BOTH)
OUT.append(sh("ip6tables -S").count("LATCHKEY") > 0)
fails.add("ip6tables-restore")
make({})
fails.clear()
make({})
programs.run = lambda args, **more: (124, "", "it did not end") if args[0] == "ip6tables" else real(args, **more)
make({})
""")
        self.assertEqual([True, 0, True], out)
        self.assertEqual(("PARTIAL", "iptables-restore: line 4 failed"), (told[1]["state"], told[1]["problem"]))
        self.assertEqual("iptables-restore: line 4 failed; ip6tables-restore: line 4 failed", told[3]["problem"])
        self.assertEqual("GONE", told[4]["state"])
        self.assertEqual(("UNKNOWN", "ip6tables: it did not end"), (told[5]["state"], told[5]["problem"]))

    def test_a_chain_from_before_firewalld_that_cannot_be_read_is_not_gone(self):
        told, _ = self.inside(FIREWALLD + """
programs.installed = lambda name: name in ("firewall-cmd", "iptables")
for code, error in ((124, "iptables did not end within 15 seconds"), (3, "iptables: Table does not exist")):
    programs.run = lambda args, **more: (code, "", error) if args[0] == "iptables" else command(args)
    ask({})
    ask(RANGE)
    ask({}, False)
    OWNED.clear()
    RULES["public"].clear()
""")
        self.assertEqual(["UNKNOWN", "WHOLE", "PARTIAL"] + ["GONE", "WHOLE", "PARTIAL"], [one["state"] for one in told])

    @unittest.skipUnless(shutil.which("nft", path=TOOLS), "nft is not installed")
    def test_where_nft_alone_is_there_each_base_chain_gets_a_rule(self):
        told, out = self.inside("""
real = programs.installed
programs.installed = lambda name: real(name) if name == "nft" else None
sh("nft add table inet fw; nft 'add chain inet fw in { type filter hook input priority 10; policy drop; }'")
sh("nft add rule inet fw in udp dport 22 accept")
before = sh("nft list ruleset")
make(dict(RANGE, **{"2001:db8::/32": END}))
listed = sh("nft list ruleset")
make(RANGE, change=False)
make({"203.0.113.0/24": END + 60}, ports=[22, 2222])
count = sh("nft list ruleset").count("latchkey")
make({})
OUT = [listed.count("latchkey"), "meta time" in listed, count, before == sh("nft list ruleset")]
""")
        self.assertEqual([(one, "nftables") for one in ("WHOLE", "PARTIAL", "WHOLE", "GONE")], [(one["state"], one["by"]) for one in told])
        self.assertEqual([2, True, 1, True], out)


if __name__ == "__main__":
    unittest.main()
