"""hosts.allow and hosts.deny: what the agent reads in them, beside what libwrap itself says."""
import ctypes
import ctypes.util
import ipaddress
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

from latchkey_agent import libwrap, listening, programs
from latchkey_agent.server import Server

LIBRARY = ctypes.util.find_library("wrap")
# libwrap carries out spawn and ends at twist, so it is asked in a process of its own.
JUDGE = """
import ctypes, sys
library, paths = ctypes.CDLL(sys.argv[1]), [path.encode() for path in sys.argv[2:4]]
for name, path in zip(("hosts_allow_table", "hosts_deny_table"), paths):
    ctypes.c_char_p.in_dll(library, name).value = path
for address in sys.argv[4:]:
    print(library.hosts_ctl(b"sshd", b"", address.encode(), b""), flush=True)
"""
ADDRESSES = ["198.51.100.7", "198.51.100.0", "198.51.100.255", "203.0.113.9", "2001:db8::7", "::1"]
DAEMONS = ["sshd", "ALL", "SSHD", "in.ftpd", "ALL EXCEPT sshd", "ALL EXCEPT in.ftpd", "sshd, in.ftpd", "ss*"]
CLIENTS = ["ALL", "198.51.100.7", "198.51.100.", "198.51.100.0/24", "198.51.100.0/255.255.255.0", "[2001:db8::]/32",
           "198.51.100.0/29", "203.0.113.9", "ALL EXCEPT 198.51.100.7", "198.51.100. EXCEPT 198.51.100.0/28 EXCEPT 198.51.100.7",
           "198.51.10?.*", "203.0.113.9 198.51.100.255", "198.51.100.7, [2001:db8::7]", "[::1]", "203.0.113.9/255.255.255.254"]
OPTIONS = ["", "", "", "", " : ALLOW", " : DENY", " : allow # a remark", " : nonsense", " : nice 1", " : setenv A b : deny"]


class LibwrapTest(unittest.TestCase):

    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="latchkey-test-")
        self.addCleanup(shutil.rmtree, self.root, True)
        os.makedirs(self.root + "/etc")
        self.server = Server(self.root)

    def write(self, allow, deny):
        for name, text in (("allow", allow), ("deny", deny)):
            with open("%s/etc/hosts.%s" % (self.root, name), "w") as file:
                file.write(text)

    def asked(self, addresses=ADDRESSES):
        return [libwrap.admits(self.server, ipaddress.ip_address(one))[0] for one in addresses]

    def judged(self):
        run = subprocess.run([sys.executable, "-c", JUDGE, LIBRARY, self.root + "/etc/hosts.allow",
                              self.root + "/etc/hosts.deny"] + ADDRESSES, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return [one != b"0" for one in run.stdout.split()]

    @unittest.skipUnless(LIBRARY, "libwrap is not installed")
    def test_random_files_admit_as_libwrap_does(self):
        seed = int(os.environ.get("LATCHKEY_SEED", "11"))
        chance, admitted = random.Random(seed), 0
        for number in range(int(os.environ.get("LATCHKEY_RUNS", "50"))):
            texts = ["".join("%s : %s%s\n" % tuple(map(chance.choice, (DAEMONS, CLIENTS, OPTIONS)))
                             for _ in range(chance.randrange(4))) for _ in "ad"]
            if number % 10 == 0:
                texts[chance.randrange(2)] += "sshd : \\\n 198.51.100.0/25\n# ALL : ALL\n\n" + chance.choice(["sshd : ALL", "# x", ""])
            self.write(*texts)
            judged = self.judged()
            self.assertEqual(judged, self.asked(), "seed %d: %r" % (seed, texts))
            admitted += sum(judged)
        self.assertTrue(admitted)

    def test_what_it_cannot_know_is_not_guessed(self):
        for client in ("@trusted", ".example.com", "host.example.com", "/etc/some.file", "root@ALL", "KNOWN", "LOCAL"):
            self.write("", "sshd : %s\n" % client)
            self.assertEqual([None] * len(ADDRESSES), self.asked(), client)
            self.write("sshd : %s\n" % client, "")
            self.assertEqual([True] * len(ADDRESSES), self.asked(), client)
        self.write("sshd : 198.51.100.7\n", "sshd : 198.51.100.7 : aclexec /bin/false\nsshd@192.0.2.1 : ALL\n")
        self.assertEqual([True, None], self.asked(ADDRESSES[:2]))
        self.write("sshd : 198.51.100.7 : twist /bin/false\n", "")
        self.assertEqual([False, True], self.asked(ADDRESSES[:2]))
        self.assertEqual((False, "/etc/hosts.allow line 1"), libwrap.admits(self.server, ipaddress.ip_address("198.51.100.7")))

    @unittest.skipUnless(LIBRARY, "libwrap is not installed")
    def test_a_last_line_without_its_end_is_none_and_refuses_all_in_hosts_deny(self):
        for texts, expected in ((("", "in.ftpd : ALL"), False), (("", "# a remark"), False), (("sshd : ALL\n", "# a remark"), True),
                                (("in.ftpd : ALL", ""), True), (("sshd : ALL", "ALL : ALL\n"), False)):
            self.write(*texts)
            self.assertEqual([expected] * len(ADDRESSES), self.asked(), texts)
            self.assertEqual(self.judged(), self.asked())

    def test_the_networks_that_are_named(self):
        self.write("sshd : 198.51.100.0/28, [2001:db8::]/32 : ALLOW\n", "ALL : 203.0.113.9\n")
        self.assertEqual({"198.51.100.0/28", "2001:db8::/32", "203.0.113.9/32"}, set(map(str, libwrap.edges(self.server))))

    @unittest.skipUnless(shutil.which("ldd") and os.path.exists("/usr/sbin/sshd"), "ldd or sshd is not installed")
    def test_whether_sshd_is_linked_with_it_is_read_from_the_program(self):
        run = subprocess.run(["ldd", "/usr/sbin/sshd"], stdout=subprocess.PIPE).stdout.decode()
        self.assertEqual("libwrap.so" in run, libwrap.linked(Server("/")))
        self.assertIsNone(libwrap.linked(self.server))
        os.makedirs(self.root + "/usr/sbin")
        shutil.copy("/bin/true", self.root + "/usr/sbin/sshd")
        self.assertIs(False, libwrap.linked(self.server))
        with open(self.root + "/usr/sbin/sshd", "wb") as file:
            file.write(b"\x7fELF\x02\x01libwrap.so.0")
        self.assertIsNone(libwrap.linked(self.server))


class ListeningTest(unittest.TestCase):
    UNITS = """Listen=[::]:2222 (Stream)
BindIPv6Only=%s
ActiveState=%s

ActiveState=inactive
Listen=10.0.0.1:2223 (Stream)
"""

    def units(self, *values):
        with mock.patch.object(programs, "run", return_value=(0, self.UNITS % values, "")), \
                mock.patch.object(listening.os.path, "isdir", return_value=True):
            return listening._of_systemd()

    def test_sockets_of_systemd(self):
        self.assertEqual({("::", 2222), ("0.0.0.0", 2222)}, self.units("default", "active"))
        self.assertEqual({("::", 2222)}, self.units("ipv6-only", "active"))
        self.assertEqual(set(), self.units("default", "inactive"))

    def test_loopback_is_not_outside(self):
        self.assertEqual([("0.0.0.0", 22), ("::", 22)], listening.from_outside(
            [("127.0.0.1", 22), ("0.0.0.0", 22), ("::1", 22), ("::", 22)]))

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("unshare") and os.path.exists("/usr/sbin/sshd"), "root with sshd")
    def test_a_real_sshd(self):
        folder = tempfile.mkdtemp(prefix="latchkey-test-")
        self.addCleanup(shutil.rmtree, folder, True)
        run = subprocess.run(["unshare", "-mnpf", "--mount-proc", "--kill-child", "sh", "-ec", """
mount -t tmpfs none /run; mkdir -p /run/sshd; ip link set lo up
ssh-keygen -q -t ed25519 -N '' -f key
set +e
/usr/sbin/sshd -f /dev/null -h "$PWD/key" -o Port=2201 -o ListenAddress=127.0.0.1 -o ListenAddress=0.0.0.0:2202 -o ListenAddress=[::]:2203
for at in 1 2 3 4 5 6 7 8 9; do grep -q :089B /proc/net/tcp6 && break; sleep 0.1; done
PYTHONPATH="$1" "$2" -c 'from latchkey_agent import listening, server; print(listening.listening(server.Server("/")))'
""", "sh", os.path.dirname(os.path.dirname(os.path.abspath(libwrap.__file__))), sys.executable],
                             cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual("[('0.0.0.0', 2202), ('127.0.0.1', 2201), ('::', 2203)]\n", run.stdout.decode(), run.stderr)


if __name__ == "__main__":
    unittest.main()
