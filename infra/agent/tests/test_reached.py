"""How a vendor comes to sshd and knows it: ports and host keys, public halves alone."""
import os
import shutil
import subprocess
import unittest
from types import SimpleNamespace

from latchkey_agent.reached import Reached
from tests.support import Folder, grant, key, observe, order


class FolderTest(Folder):

    def told(self):
        self.looks = getattr(self, "looks", 0) + 1
        return self.send(observe(request="look-%d" % self.looks)).get("reached")

    def test_the_public_halves_of_the_keys_that_the_configuration_names(self):
        self.put("/etc/ssh/sshd_config", "Port 2222\nPort 22\nHostKey /etc/ssh/one\nHostKey /etc/ssh/two\nHostKey /etc/ssh/three\n")
        self.put("/etc/ssh/one.pub", key(4) + " root@web01\n")
        self.put("/etc/ssh/two", "PRIVATE")
        self.put("/etc/ssh/three.pub", "nonsense\n")
        self.assertEqual({"ports": [22, 2222], "host_keys": [key(4)]}, self.told())

    def test_those_of_every_sshd_without_any_line(self):
        self.put("/etc/ssh/ssh_host_ed25519_key.pub", key(5) + "\n")
        self.assertEqual([key(5)], self.send(order(1, [grant()]))["reached"]["host_keys"])

    def test_a_key_of_a_type_that_is_not_offered(self):
        self.put("/etc/ssh/sshd_config", "HostKeyAlgorithms rsa-sha2-512\n")
        self.put("/etc/ssh/ssh_host_ed25519_key.pub", key(5) + "\n")
        self.assertEqual([], self.told()["host_keys"])

    def test_it_has_a_bound_and_stays_on_the_server(self):
        self.put("/etc/ssh/h.pub", "")
        os.symlink("/etc/hostname", self.path("/etc/ssh/out.pub"))
        lines = ["HostKey /etc/ssh/out"]
        for number in range(20):
            self.put("/etc/ssh/h%d.pub" % number, key(number + 1) + "\n")
            lines.append("HostKey /etc/ssh/h%d" % number)
        self.put("/etc/ssh/sshd_config", "\n".join(lines) + "\n")
        self.assertEqual([key(number + 1) for number in range(8)], self.told()["host_keys"])


@unittest.skipUnless(shutil.which("ssh-keygen"), "no ssh-keygen")
class MachineTest(Folder):
    """With private keys, as on a machine."""

    def of(self, *files, process=None, **settings):
        sshd = SimpleNamespace(asked=SimpleNamespace(listeners=[SimpleNamespace(process=process, ports=[22])]),
                               settings=lambda user: dict({"hostkey": list(files)}, **settings))
        return Reached(SimpleNamespace(live=True), sshd)._keys()

    def made(self, name, *options):
        path = self.path("/etc/ssh/" + name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-f", path] + list(options or ("-N", "")), check=True)
        with open(path + ".pub") as file:
            return path, " ".join(file.read().split()[:2])

    def test_the_public_half_is_that_of_the_private_key(self):
        one, public = self.made("one")
        self.put("/etc/ssh/one.pub", key(9) + "\n")
        self.assertEqual([public], self.of(one, one, self.path("/etc/ssh/none")))

    def test_what_sshd_would_not_load(self):
        locked, _ = self.made("locked", "-N", "secret")
        loose, _ = self.made("loose")
        os.chmod(loose, 0o644)
        self.put("/etc/ssh/text", "nonsense")
        self.assertEqual([], self.of(locked, loose, self.path("/etc/ssh/text")))
        os.chmod(loose, 0o600)
        self.assertEqual(1, len(self.of(loose)))

    def test_a_key_that_was_written_after_the_start_of_sshd(self):
        one, public = self.made("one")
        self.assertEqual([], self.of(one, process=SimpleNamespace(pid=1, started=0)))
        os.utime(one, (1, 1))
        self.assertEqual([public], self.of(one, process=SimpleNamespace(pid=1, started=0)))
