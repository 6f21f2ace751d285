"""The doors beside the firewall: hosts.allow by its files; CSF, cPHulk, fail2ban and Imunify360 by stand-ins.

The stand-ins are made from what those programs were seen or are documented to do; the programs themselves are not here.
"""
import contextlib
import ipaddress
import json
import os
import shutil
import stat
import tempfile
import unittest
from unittest import mock

from latchkey_agent import libwrap, programs
from latchkey_agent.doors import csf
from latchkey_agent.doors.csf import Csf
from latchkey_agent.doors.doors import Doors
from latchkey_agent.doors.hosts import HostsAllow
from latchkey_agent.doors.hulk import CpHulk, Fail2ban, Imunify, hulk
from latchkey_agent.doors.path import Path
from latchkey_agent.server import Server

END = 1999999999
RANGES = {"198.51.100.0/28": END, "203.0.113.9/32": END, "2001:db8::/32": END}
BLOCK = """# latchkey
sshd : 198.51.100.0/255.255.255.240
# latchkey
sshd : [2001:db8::]/32
# latchkey
sshd : 203.0.113.9
"""


class HostsAllowTest(unittest.TestCase):

    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="latchkey-test-")
        self.addCleanup(shutil.rmtree, self.root, True)
        os.makedirs(self.root + "/etc")
        self.path = self.root + "/etc/hosts.allow"
        patch = mock.patch.object(libwrap, "linked", return_value=True)
        self.linked = patch.start()
        self.addCleanup(patch.stop)

    def make(self, ranges, change=True):
        return HostsAllow(Server(self.root)).make(ranges, change)

    def write(self, data, path=None):
        with open(path or self.path, "wb") as file:
            file.write(data)

    def read(self):
        with open(self.path, "rb") as file:
            return file.read()

    def test_lines_of_ours_stand_first_and_the_rest_stays(self):
        others = b"\xff\r\n# latchkey is ours\nsshd : 192.0.2.1 : ALLOW\nALL : ALL : DENY\nlast"
        self.write(others)
        os.chmod(self.path, 0o640)
        self.assertEqual({"state": "PARTIAL", "problem": "hosts.allow: the lines are not as wanted",
                          "blocked_by": "/etc/hosts.allow line 4"},
                         {name: text.split(";")[0] for name, text in self.make(RANGES, change=False).items()})
        self.assertEqual({"state": "WHOLE"}, self.make(RANGES))
        self.assertEqual(BLOCK.encode() + others, self.read())
        self.assertEqual(0o640, stat.S_IMODE(os.stat(self.path).st_mode))
        self.assertTrue(all(libwrap.admits(Server(self.root), ipaddress.ip_network(one)[-1])[0] for one in RANGES))
        self.assertEqual({"state": "WHOLE"}, self.make(RANGES, change=False))
        self.assertEqual({"state": "GONE"}, self.make({}))
        self.assertEqual(others, self.read())

    def test_lines_that_were_moved_or_mixed_are_put_right(self):
        self.write(b"ALL : ALL : DENY\n" + BLOCK.encode())
        self.assertEqual("PARTIAL", self.make(RANGES, change=False)["state"])
        self.assertEqual("WHOLE", self.make({"203.0.113.9/32": END})["state"])
        self.assertEqual(b"# latchkey\nsshd : 203.0.113.9\nALL : ALL : DENY\n", self.read())
        # A mark alone, or before a line that is not ours, is a comment of somebody's.
        self.write(b"# latchkey\nsshd : host.example.com\n# latchkey\n")
        self.make({})
        self.assertEqual(b"# latchkey\nsshd : host.example.com\n# latchkey\n", self.read())

    def test_a_file_of_ours_goes_and_one_that_was_empty_stays(self):
        self.assertEqual({"state": "GONE"}, self.make({}))
        self.assertEqual({"state": "WHOLE"}, self.make(RANGES))
        self.assertEqual({"state": "WHOLE"}, self.make({"203.0.113.9/32": END}))
        self.assertEqual({"state": "GONE"}, self.make({}))
        self.assertFalse(os.path.exists(self.path))
        self.write(b"")
        self.make(RANGES)
        self.make({})
        self.assertEqual(b"", self.read())

    def test_a_link_is_followed(self):
        self.write(b"ALL : 192.0.2.1\n", self.root + "/etc/shared")
        os.symlink("shared", self.path)
        self.make(RANGES)
        self.assertTrue(os.path.islink(self.path))
        self.assertIn(b"203.0.113.9", self.read())

    def test_without_libwrap_nothing_is_opened_and_ours_goes(self):
        self.make(RANGES)
        self.linked.return_value = False
        self.assertEqual({"state": "ABSENT"}, self.make(RANGES))
        self.assertFalse(os.path.exists(self.path))
        self.linked.return_value = None
        with mock.patch.object(Server, "live", True, create=True):
            self.assertIn("notes", HostsAllow(Server("/")).make(RANGES, False))

    def test_what_cannot_be_written_is_told(self):
        self.write(b"ALL : ALL : DENY\n")
        with mock.patch.object(os, "rename", side_effect=OSError(1, "Operation not permitted")):
            told = self.make(RANGES)
        self.assertEqual("PARTIAL", told["state"])
        self.assertIn("Operation not permitted", told["problem"])
        self.assertEqual("/etc/hosts.allow line 1", told["blocked_by"])


class StandIn(unittest.TestCase):
    """`self.command` takes the place of every program."""

    def setUp(self):
        self.calls = []

        def run(args, given=None, timeout=15):
            self.calls.append(args)
            return self.command(*args)

        for name, value in (("run", run), ("installed", lambda name: name in self.PROGRAMS or None)):
            patch = mock.patch.object(programs, name, value)
            patch.start()
            self.addCleanup(patch.stop)


class CsfTest(StandIn):
    """From the facts of CSF 15.10: exit code 0 also when it failed; a second entry is refused; -x makes each command exit 1."""

    PROGRAMS = ("csf", "iptables", "ip6tables")

    def setUp(self):
        super().setUp()
        self.root = tempfile.mkdtemp(prefix="latchkey-test-")
        self.addCleanup(shutil.rmtree, self.root, True)
        self.allow = self.root + "/csf.allow"
        self.rules, self.refuses = [], False
        for name, text in (("csf.allow", "# the owner's\n192.0.2.1 # office - Sat\n"), ("csf.deny", ""),
                           ("csf.conf", 'TESTING = "0"\nIPV6 = "1"\n')):
            self.write(name, text)
        for name in ("ALLOW", "DENY"):
            patch = mock.patch.object(csf, name, self.root + "/csf." + name.lower())
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
            return 0, "".join("-A ALLOWIN -s %s ! -i lo -p tcp -m tcp --dport 22 -j ACCEPT\n" % one for one in self.rules), ""
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
        return Csf([22]).make(ranges, change)

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


class CpHulkTest(StandIn):
    """From the public documentation of WHM API 1."""

    PROGRAMS = ("whmapi1",)

    def setUp(self):
        super().setUp()
        self.lists, self.restart, self.broken = {"white": {"192.0.2.1": "office"}, "black": {}}, 0, False

    def command(self, program, output, function, which, *args):
        if self.broken:
            return 0, json.dumps({"metadata": {"result": 0, "reason": "cPHulk is disabled on the server"}}), ""
        given, data = dict(one.split("=", 1) for one in args), {}
        which = which.partition("=")[2]
        if function == "read_cphulk_records":
            data = {"ips_in_list": self.lists[which], "list_name": which}
        elif function == "create_cphulk_record":
            self.lists[which][given["ip"]] = given["comment"]
            data = {"restart_ssh": self.restart}
        else:
            del self.lists[which][given["ip"]]
        return 0, json.dumps({"metadata": {"result": 1, "reason": "OK"}, "data": data}), ""

    def test_records_of_ours_come_and_go(self):
        server = mock.Mock(live=True)
        self.assertEqual({"state": "WHOLE", "by": "cphulk"}, hulk(server, [], None).make(RANGES, True))
        self.assertEqual({"latchkey", "office"}, set(self.lists["white"].values()))
        self.lists["white"]["203.0.113.9"] = self.lists["white"].pop("203.0.113.9/32")
        self.assertEqual({"state": "WHOLE", "by": "cphulk"}, CpHulk().make(RANGES, False))
        self.assertEqual({"state": "GONE", "by": "cphulk"}, CpHulk().make({}, True))
        self.assertEqual({"192.0.2.1": "office"}, self.lists["white"])

    def test_a_restart_and_the_black_list_are_told(self):
        self.restart, self.lists["black"] = 1, {"198.51.100.0/24": "bad", "10.0.0.1-10.0.0.9": ""}
        told = CpHulk().make(RANGES, True)
        self.assertEqual(("PARTIAL", "cPHulk's black list has 198.51.100.0/24"), (told["state"], told["blocked_by"]))
        self.assertIn("restarted", told["notes"][0])

    def test_a_refusal_is_unknown(self):
        self.broken = True
        told = CpHulk().make(RANGES, True)
        self.assertEqual("UNKNOWN", told["state"])
        self.assertIn("disabled", told["problem"])


class Fail2banTest(StandIn):
    """From fail2ban 1.0.2 as it was seen."""

    PROGRAMS = ("fail2ban-client",)

    def setUp(self):
        super().setUp()
        self.ignored, self.banned, self.owned, self.up, self.kept = ["127.0.0.0/8"], ["198.51.100.7", "192.0.2.9"], [], True, 0

    def command(self, program, *args):
        if not self.up:
            return 255, "", "ERROR  Failed to access socket path: /var/run/fail2ban/fail2ban.sock. Is fail2ban running?"
        if args == ("status",):
            return 0, "Status\n|- Number of jail:\t2\n`- Jail list:\tapache, sshd\n", ""
        if args[0] == "status":
            return 0, "   `- Banned IP list:\t%s\n" % " ".join(self.banned), ""
        if args[2] == "ignoreip":
            return 0, "These IP addresses/networks are ignored:\n" + "".join("|- %s\n" % one for one in self.ignored[:-1]) \
                + "`- %s\n" % self.ignored[-1], ""
        if args[2] == "unbanip":
            self.banned.remove(args[3])
        elif args[2] == "addignoreip":
            self.ignored.append(args[3])
        else:
            self.ignored.remove(args[3])
        return 0, "", ""

    def remember(self):
        self.kept += 1

    def make(self, ranges, change=True):
        return hulk(mock.Mock(live=True), self.owned, self.remember).make(ranges, change)

    def test_ranges_are_ignored_bans_end_and_a_reload_is_put_right(self):
        self.assertEqual({"state": "WHOLE", "by": "fail2ban"}, self.make(RANGES))
        self.assertEqual(["192.0.2.9"], self.banned)
        self.assertEqual(["127.0.0.0/8", "198.51.100.0/28", "2001:db8::/32", "203.0.113.9"], self.ignored)
        self.assertEqual((3, 3), (len(self.owned), self.kept))
        self.ignored = ["127.0.0.0/8"]
        self.assertEqual(["PARTIAL", "WHOLE"], [self.make(RANGES, change)["state"] for change in (False, True)])
        self.assertEqual({"state": "GONE", "by": "fail2ban"}, self.make({}))
        self.assertEqual((["127.0.0.0/8"], []), (self.ignored, self.owned))

    def test_what_the_owner_ignores_stays_and_what_he_bans_is_named(self):
        self.ignored.append("203.0.113.9")
        wanted = {"203.0.113.9/32": END}
        self.assertEqual(["WHOLE", "GONE"], [self.make(wanted)["state"], self.make({})["state"]])
        self.assertIn("203.0.113.9", self.ignored)
        self.banned.append("203.0.113.9")
        told = self.make(wanted)
        self.assertEqual(("PARTIAL", "fail2ban's jail sshd has banned 203.0.113.9"), (told["state"], told["blocked_by"]))

    def test_one_that_does_not_run_is_absent(self):
        self.up = False
        self.assertIsNone(hulk(mock.Mock(live=True), [], None))


class ImunifyTest(StandIn):
    """From scripts that the public has of Imunify360."""

    PROGRAMS = ("imunify360-agent",)

    def setUp(self):
        super().setUp()
        self.items = [{"ip": "192.0.2.1/32", "comment": "office", "expiration": 0, "purpose": "white"}]

    def command(self, *args):
        purpose = args[args.index("--purpose") + 1]
        if args[3] == "list":
            return 0, json.dumps({"items": [one for one in self.items if one["purpose"] == purpose]}), ""
        if args[3] == "add":
            self.items.append({"ip": args[6], "comment": args[8], "expiration": int(args[10]), "purpose": purpose})
        else:
            self.items = [one for one in self.items if one["ip"] != args[6]]
        return 0, "", ""

    def test_entries_end_by_themselves_and_are_lengthened(self):
        for wanted in (RANGES, {one: END + 60 for one in RANGES}):
            self.assertEqual({"state": "WHOLE", "by": "imunify360"}, hulk(mock.Mock(live=True), [], None).make(wanted, True))
        self.assertEqual([0] + [END + 60] * 3, sorted(one["expiration"] for one in self.items))
        self.items.append({"ip": "198.51.100.7", "comment": "", "expiration": 0, "purpose": "drop"})
        self.assertIn("198.51.100.7", Imunify().make(wanted, True)["blocked_by"])
        self.assertEqual({"state": "GONE", "by": "imunify360"}, Imunify().make({}, True))
        self.assertEqual(2, len(self.items))


class BeforeTheHooksTest(StandIn):
    """What this machine cannot have: programs at a device, and systemd's own filter."""

    PROGRAMS = ("ip", "tc", "systemctl")

    def command(self, program, *args):
        if program == "systemctl":
            return 0, ("Id=ssh.service\nActiveState=active\nIPAddressDeny=0.0.0.0/0 ::/0\nIPAddressAllow=%s\n\n"
                       "Id=sshd.service\nActiveState=inactive\nIPAddressDeny=::/0\nIPAddressAllow=\n" % self.allowed), ""
        if program == "tc":
            return 0, "filter protocol all pref 1 matchall\n" if args[-1] == "ingress" else "", ""
        if "link" in args:
            return 0, "2: eth0: <UP> mtu 1500 xdpgeneric/id:7 qdisc noqueue\n", ""
        return 0, "198.51.100.7 via 10.0.0.2 dev eth0 src 10.0.0.1 uid 0 \\    cache\n" * 3, ""

    def test_they_make_notes(self):
        for self.allowed, expected in (("198.51.100.0/24", 2), ("192.0.2.0/24", 3)):
            with mock.patch("os.path.isdir", return_value=True):
                path = Path({"198.51.100.7/32": END}, [22])
            self.assertIsNone(path.blocked)
            self.assertEqual(expected, len(path.notes), path.notes)
        self.assertEqual("not sure whether IPAddressDeny of ssh.service lets 198.51.100.7 in", path.notes[-1])


class DoorsTest(unittest.TestCase):

    def test_one_that_fails_stops_no_other(self):
        root = tempfile.mkdtemp(prefix="latchkey-test-")
        self.addCleanup(shutil.rmtree, root, True)
        doors = Doors(Server(root), [22], {"firewalld": [], "hulk": []}, None, True)
        doors.kinds["chain"] = mock.Mock(side_effect=RuntimeError("boom"))
        self.assertEqual({"chain": {"state": "UNKNOWN", "problem": "RuntimeError: boom"}, "hosts_allow": {"state": "ABSENT"},
                          "hulk": {"state": "ABSENT"}}, doors.make(RANGES, True))

    def test_one_entry_that_fails_stops_no_other(self):
        door = Fail2ban(["sshd"], [], lambda: None)
        standing = set()
        with mock.patch.object(door, "look", lambda: (standing, standing)), mock.patch.object(door, "_banned", return_value=[]), \
                mock.patch.object(door, "put", lambda one, until: standing.add(one) if "203" in one else fail()):
            told = door.make(RANGES, True)
        self.assertEqual({"sshd 203.0.113.9/32"}, standing)
        self.assertEqual({"state": "PARTIAL", "by": "fail2ban", "problem": "full"}, told)


def fail():
    raise OSError("full")


if __name__ == "__main__":
    unittest.main()
