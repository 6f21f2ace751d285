"""The verb list_keys: the key files of root's .ssh, and whether their keys are authorized."""
import base64
import os
import shutil
import stat
import subprocess
import time
import unittest

from tests.support import Folder, key, observe, within

RFC4716 = """---- BEGIN SSH2 PUBLIC KEY ----
Comment: "rsa-key-2026 of \\
putty"
x-header: value
%s
%s
---- END SSH2 PUBLIC KEY ----
"""


class ListTest(Folder):

    def list(self, cursor="", request="list"):
        action = {"verb": "list_keys", "not_after": within(), "cursor": cursor}
        told = self.send(observe(request=request, action=action))
        self.assertEqual("DONE", told["outcome"])
        return told["action"]

    def test_key_files_are_told_by_header_and_authorisation(self):
        ssh = "/root/.ssh/"
        self.put(ssh + "id", "-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n")
        self.put(ssh + "id.pub", key(9) + " me@example\n")
        self.put(ssh + "other.pub", key(8) + "\n")
        self.put(ssh + "known_hosts", "host %s\n" % key(7))
        self.put(ssh + "config", "Host *\n")
        self.put(self.keys, "no-pty %s x\n" % key(9))
        os.symlink("id.pub", self.path(ssh + "link.pub"))
        os.mkfifo(self.path(ssh + "fifo"))
        listed = self.list()
        self.assertEqual([("id", 1, None, ""), ("id.pub", 0, 1, "me@example"), ("other.pub", 0, 0, "")],
                         [(one["file"], one["private"], one["authorized"], one["comment"]) for one in listed["keys"]])
        self.assertEqual((key(9) + " me@example", False), (listed["keys"][1]["text"], "text" in listed["keys"][0]))
        self.assertNotIn("next", listed)
        self.assertEqual(int(os.stat(self.path(ssh + "id")).st_mtime), listed["keys"][0]["mtime"])

    @unittest.skipUnless(shutil.which("ssh-keygen"), "ssh-keygen is not installed")
    def test_a_private_key_is_authorized_by_its_public_half_and_not_known_without_it(self):
        ssh = self.path("/root/.ssh/")
        os.makedirs(ssh)
        lines = []
        for name, passphrase, form in (("plain", "", []), ("hidden", "secret", []), ("old", "secret", ["-m", "PEM", "-t", "rsa"])):
            subprocess.run(["ssh-keygen", "-q", "-N", passphrase, "-C", "", "-f", ssh + name] + form, check=True)
            with open(ssh + name + ".pub") as public:
                lines.append(public.read())
            os.unlink(ssh + name + ".pub")

        def authorized(request):
            return {one["file"]: one["authorized"] for one in self.list(request=request)["keys"]}

        self.assertEqual({"plain": 0, "hidden": 0, "old": None}, authorized("before"))
        self.put(self.keys, "".join(lines))
        self.assertEqual({"plain": 1, "hidden": 1, "old": None}, authorized("with-lines"))
        # Of two files one cannot be read: what it has is not known.
        self.put("etc/ssh/sshd_config", "AuthorizedKeysFile .ssh/authorized_keys .ssh/more\n")
        os.symlink("authorized_keys", self.path("/root/.ssh/more"))
        self.put(self.keys, lines[0])
        self.assertEqual({"plain": 1, "hidden": None, "old": None}, authorized("half-read"))

    def test_a_line_that_sshd_passes_over_for_good_authorizes_nothing(self):
        cases = (("", 1), ("cert-authority", 0), ('expiry-time="20200101"', 0), ('expiry-time="20991231"', 1), ("pty x,", 0), ("no-tea", 0),
                 ('from="192.0.2.9/24"', 0), ('from="192.0.2.0/24"', 1), ('command="id"', 1), ('principals="root"', 0), (None, 0))
        for number, (options, _) in enumerate(cases):
            self.put("/root/.ssh/%d.pub" % number, key(number))
        self.put("/root/.ssh/revoked.pub", key(20))
        self.put("etc/ssh/sshd_config", "RevokedKeys /etc/ssh/revoked\n")
        self.put("/etc/ssh/revoked", "# gone\n%s x\n" % key(20))
        self.put(self.keys, "".join("%s %s\n" % (options, key(number)) for number, (options, _) in enumerate(cases)
                                    if options is not None) + key(20) + "\n")
        self.assertEqual({"%d.pub" % number: wanted for number, (_, wanted) in enumerate(cases)},
                         {one["file"]: one["authorized"] for one in self.list()["keys"] if one["file"] != "revoked.pub"})
        self.assertEqual([0], [one["authorized"] for one in self.list()["keys"] if one["file"] == "revoked.pub"])
        self.put("/etc/ssh/revoked", "no key\n")  # sshd refuses every key then
        self.assertEqual({0}, {one["authorized"] for one in self.list(request="again")["keys"]})

    def test_what_ssh_keygen_reads_is_listed_and_what_not_is_told(self):
        ssh, rsa = "/root/.ssh/", key(9, "ssh-rsa")
        blob = rsa.split()[1]
        self.put(ssh + "bom.pub", b"\xef\xbb\xbf" + key(7).encode() + b" bom\n")
        self.put(ssh + "latin.pub", key(8).encode() + b" J\xfcrgen\r\n")
        self.put(ssh + "my key.pub", key(8) + " with a blank\n")
        self.put(ssh + "putty.pub", (RFC4716 % (blob[:64], blob[64:])).replace("\n", "\r\n"))
        self.put(ssh + "two.pub", "# both\n%s one\nssh-dss AAAA\n%s two\n" % (key(5), key(6)))
        self.put(ssh + "cut.pub", key(4)[:-3])
        self.put(ssh + "empty.pub", "")
        self.put(ssh + "utf16.pub", key(4).encode("utf-16"))
        self.put(ssh + "bad\nname.pub", key(4))
        self.put(ssh + "known_hosts", "host %s\n" % key(7))
        os.symlink("bom.pub", self.path(ssh + "link.pub"))
        self.put(self.keys, "%s\n%s\n" % (key(8), rsa))
        listed = self.list()
        self.assertEqual([
            ("bom.pub", 0, "bom", None, None), ("latin.pub", 1, "J\ufffdrgen", None, None),
            ("my key.pub", 1, "with a blank", None, None), ("putty.pub", 1, "rsa-key-2026 of putty", None, "RFC4716"),
            ("two.pub", 0, "one", 2, None), ("two.pub", 0, "two", 4, None)],
            [(one["file"], one["authorized"], one["comment"], one.get("line"), one.get("format")) for one in listed["keys"]])
        self.assertEqual(rsa + " rsa-key-2026 of putty", listed["keys"][3]["text"])
        why = {one["file"]: one["why"] for one in listed["unread"]}
        self.assertEqual(["bad\ufffdname.pub", "cut.pub", "empty.pub", "link.pub", "two.pub", "utf16.pub"], sorted(why))
        for name, part in (("cut.pub", "base64"), ("empty.pub", "no public key"), ("link.pub", "symbolic link"),
                           ("two.pub", "line 3 has a type of key"), ("utf16.pub", "UTF-16"), ("bad\ufffdname.pub", "name")):
            self.assertIn(part, why[name])

    @unittest.skipUnless(shutil.which("ssh-keygen"), "ssh-keygen is not installed")
    def test_keys_of_openssl(self):
        ssh = self.path("/root/.ssh/")
        os.makedirs(ssh)
        subprocess.check_call(["ssh-keygen", "-q", "-t", "rsa", "-b", "3072", "-N", "", "-f", ssh + "id"])
        for form in ("PEM", "PKCS8", "RFC4716"):
            with open(ssh + form + ".pub", "wb") as file:
                file.write(subprocess.check_output(["ssh-keygen", "-e", "-m", form, "-f", ssh + "id.pub"]))
        listed = {one["file"]: one for one in self.list()["keys"]}
        self.assertEqual({"PEM", "PKCS8", "RFC4716"}, {one["format"] for one in listed.values() if "format" in one})
        self.assertEqual(1, len({" ".join(one["text"].split()[:2]) for one in listed.values() if "text" in one}))

    def test_many_keys_are_paged(self):
        for number in range(90):
            self.put("/root/.ssh/k%02d.pub" % number, "%s %s\n" % (key(number), "c" * 200))
        self.put("/root/.ssh/k50.pub", "%s %s\n" % (key(9, "ssh-rsa"), "c" * 255))
        found, cursor = [], ""
        for page in range(20):
            listed = self.list(cursor, "list-%d" % page)
            found += [one["file"] for one in listed["keys"]]
            cursor = listed.get("next")
            if cursor is None:
                break
        self.assertEqual(["k%02d.pub" % number for number in range(90)], found)
        self.assertGreater(page, 1)

    def test_a_folder_without_keys_has_an_empty_list(self):
        self.assertEqual([], self.list()["keys"])
