"""The verb check_ssh: which addresses are never connected to, and what is told of those that answer."""
import contextlib
import ipaddress
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest
from unittest import mock

from latchkey_agent import remotessh
from latchkey_agent.errors import Problem
from tests.support import Folder, observe, within

HERE = "127.0.0.1"


class AddressTest(unittest.TestCase):

    def refused(self, address, trusted=0):
        return remotessh.refusal(ipaddress.ip_address(address), trusted) is not None

    def test_what_is_the_server_s_own_is_refused_in_every_form(self):
        for address in ("127.0.0.1", "127.255.255.254", "0.0.0.0", "169.254.169.254", "169.254.1.1", "224.0.0.1", "255.255.255.255", "240.0.0.1",
                        "100.100.100.200", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1",
                        "::", "::1", "fe80::1", "fec0::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "2001::1", "3fff::1", "4000::1", "::127.0.0.1",
                        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::169.254.169.254", "64:ff9b:1::7f00:1", "2002:7f00:1::1", "::ffff:0:127.0.0.1"):
            for trusted in (0, 1):
                self.assertTrue(self.refused(address, trusted), address)

    def test_private_networks_are_a_registered_server_s_alone(self):
        for address in ("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "100.127.255.255", "fc00::1", "fdab::1",
                        "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::a00:1", "2002:a00:1::1"):
            self.assertEqual((True, False), (self.refused(address), self.refused(address, 1)), address)

    def test_what_is_on_the_internet_is_not_refused(self):
        for address in ("8.8.8.8", "172.32.0.1", "100.128.0.1", "11.0.0.1", "223.255.255.255", "2606:4700::1", "2a00::1", "64:ff9b::8.8.8.8", "2002:808:808::1", "::ffff:8.8.8.8"):
            self.assertFalse(self.refused(address), address)


class GreetingTest(Folder):

    def listening(self, *said, close=True):
        """A port of this machine that says these bytes, one after the other, and what it got."""
        server = socket.socket()
        server.bind((HERE, 0))
        server.listen(5)
        self.addCleanup(server.close)
        self.got = []

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    one, _ = server.accept()
                    for part in said:
                        one.sendall(part)
                        time.sleep(0.01)
                    if close:
                        one.shutdown(socket.SHUT_WR)
                    one.settimeout(3)
                    with contextlib.suppress(OSError):
                        self.got.append(one.recv(100))
                    one.close()
        threading.Thread(target=serve, daemon=True).start()
        return server.getsockname()[1]

    def ask(self, port, host="ssh.example.com", addresses=("8.8.8.8",), trusted=0):
        """In this process, with a resolver and a way to this machine of the test's own; every address that was connected to."""
        self.connected, self.resolved = [], []

        def resolve(name, *_):
            self.resolved.append(name)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

        def connect(address, to, seconds):
            self.connected.append(address)
            self.assertLessEqual(seconds, 5)
            return real(HERE, to, seconds)
        real = remotessh.connected
        with mock.patch("socket.getaddrinfo", resolve), mock.patch("latchkey_agent.remotessh.connected", connect):
            return self.inside(observe(request="c-%d" % port, action={
                "verb": "check_ssh", "not_after": within(), "host": host, "port": port, "trusted": trusted}))["action"]

    def test_the_version_is_told_and_nothing_is_sent(self):
        told = self.ask(self.listening(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"))
        self.assertEqual({"verb": "check_ssh", "done": True, "received": "SSH-2.0-OpenSSH_9.2p1 Debian-2"}, told)
        self.assertEqual((["ssh.example.com"], ["8.8.8.8"]), (self.resolved, self.connected))
        for _ in range(100):
            if self.got:
                break
            time.sleep(0.01)
        self.assertEqual([b""], self.got)

    def test_lines_before_the_version_and_pieces_of_it_are_read(self):
        self.assertEqual("SSH-1.99-x", self.ask(self.listening(b"Welcome\r\nto SSH-land\r\nSS", b"H-1.99-x\n"))["received"])

    def test_control_characters_are_taken_out_and_the_line_is_bounded(self):
        self.assertEqual("SSH-2.0-a[2Jb", self.ask(self.listening(b"SSH-2.0-a\x1b[2J\x07\xffb\r\n"))["received"])
        told = self.ask_again(b"SSH-2.0-" + b"x" * 192, b"x" * 5000)
        self.assertEqual(255, len(told["received"]))

    def ask_again(self, *said, **more):
        self.setUp()
        return self.ask(self.listening(*said, **more))

    def test_no_byte_of_another_service_is_told(self):
        for said, why in (([b"220 mail.internal secret ESMTP\r\n"], "is not SSH"), ([b"secret " * 1000], "is not SSH"), ([b"secret\0"], "is not SSH"),
                          ([b"xSSH-2.0-secret\r\n"], "is not SSH"), ([], "closed without a greeting"), ([b"SSH-2.0-cut"], "is not SSH")):
            told = self.ask_again(*said)
            self.assertFalse(told["done"])
            self.assertIn(why, told["problem"])
            self.assertNotIn("secret", str(told))

    def test_who_says_nothing_is_waited_for_five_seconds(self):
        with mock.patch("latchkey_agent.remotessh.SECONDS", 1):
            told = self.ask(self.listening(close=False))
        self.assertIn("nothing that is SSH was said", told["problem"])

    def test_who_refuses_is_told(self):
        with socket.socket() as free:
            free.bind((HERE, 0))
            port = free.getsockname()[1]
        self.assertIn("8.8.8.8 port %d: Connection refused" % port, self.ask(port)["problem"])

    def test_one_address_that_is_refused_stops_all_and_no_connection_is_made(self):
        port = self.listening(b"SSH-2.0-x\r\n")
        told = self.ask(port, addresses=("8.8.8.8", "169.254.169.254"), trusted=1)
        self.assertEqual((False, []), (told["done"], self.connected))
        self.assertIn("169.254.169.254", told["problem"])
        self.setUp()
        told = self.ask(port, addresses=("10.0.0.7",))
        self.assertEqual((False, []), (told["done"], self.connected))
        self.setUp()
        self.assertTrue(self.ask(port, host="web02", addresses=("10.0.0.7",), trusted=1)["done"])
        self.setUp()
        told = self.ask(port, host="127.0.0.1")
        self.assertEqual((False, [], []), (told["done"], self.resolved, self.connected))

    def test_a_name_that_is_not_resolved_in_time(self):
        with mock.patch("socket.getaddrinfo", lambda *_: time.sleep(3)), mock.patch("latchkey_agent.remotessh.SECONDS", 0.2):
            with self.assertRaisesRegex(Problem, "was not resolved within"):
                remotessh.checked(None, {"host": "slow.example.com", "port": 22, "trusted": 0})
        with mock.patch("socket.getaddrinfo", side_effect=socket.gaierror(-2, "Name or service not known")):
            with self.assertRaisesRegex(Problem, "could not be resolved: Name or service not known"):
                remotessh.checked(None, {"host": "none.example.com", "port": 22, "trusted": 0})

    def test_what_is_no_host_is_refused(self):
        for wrong in ({"host": "a b"}, {"host": ""}, {"host": "x/y"}, {"port": 0}, {"port": 65536}, {"trusted": 2}):
            told = self.send(observe(action=dict({"verb": "check_ssh", "not_after": within(), "host": "a", "port": 22, "trusted": 0}, **wrong)))["action"]
            self.assertFalse(told["done"], wrong)

    @unittest.skipUnless(shutil.which("sshd", path="/usr/sbin"), "there is no sshd")
    def test_a_real_sshd_greets(self):
        folder = tempfile.mkdtemp(prefix="latchkey-test-")
        self.addCleanup(shutil.rmtree, folder, True)
        subprocess.check_call(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder + "/host"])
        with socket.socket() as free:
            free.bind((HERE, 0))
            port = free.getsockname()[1]
        os.makedirs("/run/sshd", exist_ok=True)
        daemon = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", "/dev/null", "-h", folder + "/host", "-p", str(port), "-o", "ListenAddress=" + HERE,
                                   "-o", "PidFile=none"], stderr=subprocess.DEVNULL)
        self.addCleanup(daemon.wait)
        self.addCleanup(daemon.terminate)
        for _ in range(200):
            with contextlib.suppress(OSError):
                socket.create_connection((HERE, port), 1).close()
                break
            time.sleep(0.05)
        told = self.ask(port)
        version = subprocess.run(["ssh", "-V"], stderr=subprocess.PIPE).stderr.decode().split(",")[0]
        self.assertTrue(told["received"].startswith("SSH-2.0-" + re.split(r"[ ]", version)[0]), (told, version))


if __name__ == "__main__":
    unittest.main()
