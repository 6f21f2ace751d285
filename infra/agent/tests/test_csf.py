"""CSF, by a stand-in."""
import os
import shutil
import tempfile
import unittest
from unittest import mock

from latchkey_agent.doors import csf
from latchkey_agent.doors.csf import Csf
from tests.standin import END, RANGES, StandIn


class CsfTest(StandIn):
    """From the facts of CSF 15.10: exit code 0 also when it failed; a second entry is refused; -x makes each command exit 1."""

    PROGRAMS = ("csf", "iptables", "ip6tables")

    def setUp(self):
        super().setUp()
        self.root = tempfile.mkdtemp(prefix="latchkey-test-")
        self.addCleanup(shutil.rmtree, self.root, True)
        self.allow = self.root + "/csf.allow"
        self.rules, self.refuses, self.answer, self.fails = [], False, None, None
        for name, text in (("csf.allow", "# the owner's\n192.0.2.1 # office - Sat\n"), ("csf.deny", ""),
                           ("csf.conf", 'TESTING = "0"\nIPV6 = "1"\n')):
            self.write(name, text)
        for name, value in (("ALLOW", self.root + "/csf.allow"), ("DENY", self.root + "/csf.deny"), ("PASSING", [self.root + "/csf.tempallow"])):
            patch = mock.patch.object(csf, name, value)
            patch.start()
            self.addCleanup(patch.stop)
        original, exists = open, os.path.exists
        for target, value in (("latchkey_agent.doors.csf.open", lambda path, *args, **more: original(self.moved(path), *args, **more)),
                              ("latchkey_agent.doors.csf.os.path.exists", lambda path: exists(self.moved(path)))):
            patch = mock.patch(target, value, create=True)
            patch.start()
            self.addCleanup(patch.stop)

    def moved(self, path):
        return path.replace("/etc/csf", self.root)

    def write(self, name, text):
        with open(os.path.join(self.root, name), "w") as file:
            file.write(text)

    def read(self):
        with open(self.allow) as file:
            return file.read()

    def command(self, program, *args):
        if program in ("iptables", "ip6tables"):
            if program == self.fails and args[-1] == "ALLOWIN":
                return 1, "", "%s: chain `ALLOWIN' in table `filter' is incompatible, use 'nft' tool." % program
            if program == self.fails:
                return self.listed
            return self.answer or (0, "".join("-A ALLOWIN -s %s ! -i lo -p tcp -m tcp --dport %s -j ACCEPT\n" % (
                one if isinstance(one, tuple) else (one, 22)) for one in self.rules), "")
        if os.path.exists(self.root + "/csf.disable"):
            return 1, "csf and lfd have been disabled, use 'csf -e' to enable\n", ""
        lines, entry = self.read().splitlines(True), args[1]
        source = entry.rpartition("=")[2]
        if args[0] == "-a":
            if any(line.split()[:1] == [entry] for line in lines):
                return 0, "add failed: %s is in already in the allow file /etc/csf/csf.allow\n" % entry, ""
            self.write("csf.allow", "".join(lines) + "%s # %s - Sat Nov 28 20:00:00 2026\n" % (entry, args[2]))
            if not self.refuses:
                self.rules.append(source)
        else:
            self.write("csf.allow", "".join(line for line in lines if line.split()[:1] != [entry]))
            self.rules = [one for one in self.rules if one != source]
        return 0, "", ""

    def make(self, ranges, change=True):
        return Csf([22], set(RANGES)).make(ranges, change)

    def test_an_entry_for_each_range_that_goes_again(self):
        before = self.read()
        self.assertEqual("PARTIAL", self.make(RANGES, False)["state"])
        self.assertEqual({"state": "WHOLE"}, self.make(RANGES))
        self.assertIn("tcp|in|d=22|s=198.51.100.0/28 # latchkey - ", self.read())
        self.assertEqual({"state": "WHOLE"}, self.make(RANGES, False))
        self.assertEqual({"state": "WHOLE"}, self.make({"203.0.113.9/32": END}))
        self.assertEqual(["203.0.113.9/32"], self.rules)
        self.assertEqual({"state": "GONE"}, self.make({}))
        self.assertEqual(before, self.read())

    def test_a_rule_that_no_line_makes_is_not_gone(self):
        self.make(RANGES)
        self.write("csf.allow", "# the owner's\n")  # by hand, without csf -r
        told = self.make({})
        self.assertEqual(("PARTIAL", "csf: ALLOWIN lets 198.51.100.0/28 in by a rule that no line of csf.allow makes; csf -r takes it out"),
                         (told["state"], told.get("problem")))
        self.assertEqual("PARTIAL", self.make({}, False)["state"])
        self.rules = [("192.0.2.7/32", 22), ("198.51.100.0/28", 443)]  # nobody's grant; another port
        self.assertEqual({"state": "GONE"}, self.make({}))

    def test_a_rule_of_the_owners_lists_is_his(self):
        self.rules = ["198.51.100.0/28"]
        for name, text in (("csf.allow", "tcp:in:d=22:s=198.51.100.0/28 # mine\n"), ("csf.allow", "Include /etc/csf/mine.allow\n"),
                           ("csf.tempallow", "1796020000|198.51.100.0/28|22|in|3600|mine\n")):
            self.write("mine.allow", "d=22:s=198.51.100.0/28\n")
            self.write("csf.tempallow", "")
            self.write("csf.allow", "")
            self.assertEqual("PARTIAL", self.make({})["state"])
            self.write(name, text)
            self.assertEqual({"state": "GONE"}, self.make({}), text)

    def test_the_owners_rule_for_another_port_is_not_ours(self):
        self.make(RANGES)
        self.rules[self.rules.index("198.51.100.0/28")] = "198.51.100.0/28", 443
        self.assertEqual("PARTIAL", self.make(RANGES, False)["state"])
        self.assertEqual({"state": "WHOLE"}, self.make(RANGES))
        self.assertIn("198.51.100.0/28", self.rules)

    def test_a_chain_that_cannot_be_read_is_unknown_and_what_is_ours_goes_all_the_same(self):
        self.make(RANGES)
        self.answer = 124, "", "iptables did not end within 15 seconds"
        for ranges in (RANGES, {}):
            told = self.make(ranges)
            self.assertEqual(("UNKNOWN", "iptables: iptables did not end within 15 seconds"), (told["state"], told["problem"]))
        self.assertNotIn("latchkey", self.read())
        self.answer = 1, "", "iptables: No chain/target/match by that name."
        self.assertEqual({"state": "GONE"}, self.make({}))

    def test_a_family_of_which_it_has_no_rule_of_ours_is_not_asked(self):
        self.write("csf.conf", 'TESTING = "0"\nIPV6 = "0"\n')
        self.fails, self.listed = "ip6tables", (1, "", "ip6tables: table `filter' is incompatible, use 'nft' tool.")
        ranges = {one: until for one, until in RANGES.items() if ":" not in one}
        self.assertEqual("WHOLE", Csf([22], set(ranges)).make(ranges, True)["state"])
        self.assertEqual("UNKNOWN", Csf([22], set(RANGES)).make(ranges, True)["state"])
        self.listed = 0, "-P INPUT ACCEPT\n-A INPUT -s 198.51.100.0/28 -p tcp -m tcp --dport 22 -j ACCEPT\n", ""
        self.assertEqual("GONE", Csf([22], set(RANGES)).make({}, True)["state"])

    def test_exit_code_0_is_no_proof(self):
        self.refuses = True
        told = self.make(RANGES)
        self.assertEqual("PARTIAL", told["state"])
        self.refuses = False
        self.assertEqual({"state": "WHOLE"}, self.make(RANGES))  # an entry without its rule is entered again

    def test_an_entry_of_the_owner_counts_and_stays(self):
        self.write("csf.allow", "tcp|in|d=22|s=203.0.113.9/32 # my own\n")
        self.rules = ["203.0.113.9/32"]
        wanted = {"203.0.113.9/32": END}
        self.assertEqual([{"state": "WHOLE"}, {"state": "GONE"}], [self.make(wanted), self.make({})])
        self.assertEqual("tcp|in|d=22|s=203.0.113.9/32 # my own\n", self.read())

    def test_the_owners_denial_is_named_and_stays(self):
        self.write("csf.deny", "# x\n198.51.100.7 # do not delete\n")
        told = self.make(RANGES)
        self.assertEqual(("PARTIAL", "csf.deny has 198.51.100.7"), (told["state"], told["blocked_by"]))
        self.assertFalse([call for call in self.calls if call[1] == "-dr"])

    def test_disabled_the_file_is_edited_so_that_nothing_comes_back(self):
        self.make(RANGES)
        self.write("csf.disable", "")
        self.assertEqual({"state": "GONE"}, self.make({}))
        self.assertNotIn("latchkey", self.read())
        told = self.make(RANGES)
        self.assertEqual(("WHOLE", 1), (told["state"], len(told["notes"])))

    def test_testing_and_no_ipv6(self):
        self.write("csf.conf", 'TESTING = "1"\nIPV6 = "0"\n')
        self.refuses = True
        told = self.make(RANGES)
        self.assertEqual("WHOLE", told["state"])
        self.assertIn("TESTING", told["notes"][0])
        self.assertNotIn("2001", self.read())


if __name__ == "__main__":
    unittest.main()
