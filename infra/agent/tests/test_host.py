"""What the server says that it is."""
import os
import platform
import socket
import unittest
from unittest import mock

from latchkey_agent.host import MOST, Host, assignments, cleaned
from latchkey_agent.server import Server
from tests.support import Folder, grant, observe, order


class HostTest(Folder):

    def put(self, path, text):
        os.makedirs(os.path.dirname(self.path(path)), exist_ok=True)
        with open(self.path(path), "w") as file:
            file.write(text)

    def told(self):
        return Host(Server(self.root)).as_json()

    def test_a_folder_says_what_its_files_say_and_has_no_address(self):
        self.put("/etc/hostname", "web01.example.com\n")
        self.put("/etc/os-release", 'NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\n')
        self.assertEqual({"name": "web01.example.com", "ip": None, "arch": platform.machine(), "distro": "debian 12"},
                         self.told())

    def test_what_is_not_there_is_null(self):
        for path in ("/etc/hostname", "/etc/os-release"):
            if os.path.lexists(self.path(path)):
                os.unlink(self.path(path))
        self.assertEqual({"name": None, "ip": None, "arch": platform.machine(), "distro": None}, self.told())

    def test_a_statement_has_it_whether_it_was_asked_to_look_or_to_do(self):
        self.put("/etc/os-release", "ID=debian\n")
        for told in (self.send(observe()), self.send(order(1, [grant()]))):
            self.assertEqual("debian", told["host"]["distro"])

    def test_every_distribution_is_named_by_its_id_and_version(self):
        for path, text, distro in (
                ("/usr/lib/os-release", "ID=fedora\nVERSION_ID=41\n", "fedora 41"),
                ("/etc/os-release", "ID=arch\n", "arch"),
                ("/etc/os-release", "ID='almalinux' # here\nVERSION_ID=\"9.4\"\n", "almalinux 9.4"),
                ("/etc/os-release", "VERSION_ID=9\n", None),
                ("/etc/redhat-release", "CentOS release 6.10 (Final)\n", "centos 6.10"),
                ("/etc/redhat-release", "CentOS Linux release 7.9.2009 (Core)\n", "centos 7.9.2009"),
                ("/etc/redhat-release", "Red Hat Enterprise Linux Server release 6.8 (Santiago)\n", "rhel 6.8"),
                ("/etc/redhat-release", "CloudLinux Server release 6.10\n", "cloudlinux 6.10"),
                ("/etc/redhat-release", "anything\n", None)):
            with self.subTest(text):
                self.put(path, text)
                self.assertEqual(distro, self.told()["distro"])
                os.unlink(self.path(path))

    def test_hostile_files_are_cut_and_cleaned_and_hold_nothing_up(self):
        self.put("/etc/hostname", "a\x1b[31mb\n" + "c" * 900)
        self.put("/etc/os-release", "ID=" + "x" * 70000 + "\n")
        told = self.told()
        self.assertEqual("a [31mb " + "c" * (MOST - 8), told["name"])
        self.assertEqual(MOST, len(told["distro"]))
        os.unlink(self.path("/etc/os-release"))
        os.mkfifo(self.path("/etc/os-release"))
        os.unlink(self.path("/etc/hostname"))
        os.symlink("/etc/passwd", self.path("/etc/hostname"))
        self.assertEqual((None, None), (self.told()["distro"], self.told()["name"]))

    def test_lines_that_no_shell_would_read_are_passed_over(self):
        self.assertEqual({"ID": "a b"}, assignments('# ID=x\nID="a b"\nVERSION_ID="1\nNAME=a b\nlower=1\n=2\n'))

    def test_nothing_is_left_of_what_cannot_be_printed(self):
        self.assertEqual(None, cleaned("\0\x07\n"))
        self.assertEqual(None, cleaned(None))


class LiveTest(unittest.TestCase):

    def address(self, sent):
        """Of a machine whose kernel has these source addresses, by family."""
        class Socket:
            def __init__(self, family, kind):
                self.family = family
                assert kind == socket.SOCK_DGRAM  # whose connect sends nothing

            def __enter__(self):
                return self

            def __exit__(self, *_):
                return None

            def connect(self, _):
                if self.family not in sent:
                    raise OSError("Network is unreachable")

            def getsockname(self):
                return (sent[self.family], 4711)

        with mock.patch("latchkey_agent.host.socket.socket", Socket):
            return Host(Server("/")).as_json()["ip"]

    def test_the_address_is_that_of_the_kernels_route(self):
        self.assertEqual("192.0.2.7", self.address({socket.AF_INET: "192.0.2.7", socket.AF_INET6: "2001:db8::7"}))
        self.assertEqual("2001:db8::7", self.address({socket.AF_INET6: "2001:db8::7"}))
        self.assertEqual(None, self.address({}))

    def test_the_name_is_the_kernels(self):
        self.assertEqual(socket.gethostname(), Host(Server("/")).as_json()["name"])
