"""hosts.allow by its files, what stands before the firewall, and all doors together."""
import ipaddress
import os
import shutil
import stat
import tempfile
import unittest
from unittest import mock

from latchkey_agent import libwrap, programs
from latchkey_agent.doors.doors import Doors
from latchkey_agent.doors.hosts import HostsAllow
from latchkey_agent.doors.hulk import Fail2ban
from latchkey_agent.doors.path import Path
from latchkey_agent.server import Server
from tests.standin import END, RANGES, StandIn


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
        others = b"\xff\r\n# latchkey is ours\nsshd : 192.0.2.1 : ALLOW\nsshd : 192.0.2.2\nALL : ALL : DENY\nlast"
        self.write(others)
        os.chmod(self.path, 0o640)
        self.assertEqual({"state": "PARTIAL", "problem": "hosts.allow: the lines are not as wanted",
                          "blocked_by": "/etc/hosts.allow line 5"},
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
