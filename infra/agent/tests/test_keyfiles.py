"""The verbs for root's key files: what is made, kept, deleted and refused, judged with the real ssh-keygen."""
import json
import os
import re
import stat
import subprocess
import time
import unittest
from unittest import mock

from latchkey_agent import programs, rootfiles
from latchkey_agent.errors import Problem
from latchkey_agent.keyformats import held_by
from latchkey_agent.keys import parse_public_key
from tests.support import Folder, field, grant, key, order, within

SSH = "/root/.ssh/"


class KeyFilesTest(Folder):
    counter = 0

    def ask(self, verb, file, grants=(), ending=(), request=None, send=None, **more):
        self.counter += 1
        more = dict({"not_after": within(), "verb": verb, "file": file}, **more)
        told = (send or self.send)(order(self.counter, grants, ending, action=more, request=request or "k-%d" % self.counter))
        self.assertNotIn("PRIVATE", json.dumps(told))
        return told["action"]

    def delete(self, file, leave=1, **more):
        return self.ask("delete_key", file, leave_authorized=leave, **more)

    def bring(self, public, file="TestKey.pub", **more):
        return self.ask("import_key", file, key=public, fingerprint=parse_public_key(public).fingerprint, **more)

    def make(self, file="id_ed25519", algorithm="ed25519", abort=1, **more):
        return self.ask("generate_key", file, algorithm=algorithm, abort=abort, **dict({"bits": 4096} if algorithm == "rsa" else {}, **more))

    def pair(self, name, *options):
        """Made by ssh-keygen; its fingerprint."""
        os.makedirs(self.path(SSH), 0o700, True)
        subprocess.check_call(["ssh-keygen", "-q", "-f", self.path(SSH + name)] + (list(options) or ["-t", "ed25519", "-N", ""]))
        return parse_public_key(self.get(SSH + name + ".pub").decode()).fingerprint

    def mode(self, path):
        return stat.S_IMODE(os.stat(self.path(path)).st_mode)

    def names(self):
        return sorted(os.listdir(self.path(SSH)))

    # import_key

    def test_a_public_key_gets_a_file_that_ssh_keygen_reads(self):
        told = self.bring(key(9) + " me@example")
        self.assertEqual({"verb": "import_key", "done": True, "file": "TestKey.pub", "notes": [],
                          "fingerprint": parse_public_key(key(9)).fingerprint}, told)
        self.assertEqual(key(9) + " me@example\n", self.get(SSH + "TestKey.pub").decode())
        self.assertEqual((0o644, 0o700, ["TestKey.pub"]), (self.mode(SSH + "TestKey.pub"), self.mode(SSH), self.names()))
        out = subprocess.check_output(["ssh-keygen", "-l", "-f", self.path(SSH + "TestKey.pub")]).decode()
        self.assertIn(told["fingerprint"], out)
        self.assertEqual(b"", self.get())  # nothing is authorized by it
        self.assertTrue(self.bring(key(9) + " me@example")["done"])  # the same again changes nothing
        self.assertEqual(["TestKey.pub"], self.names())

    def test_what_stood_under_the_name_is_kept(self):
        self.put(SSH + "TestKey.pub", "what somebody else wrote\n", 0o600)
        self.put(SSH + "TestKey.1795280000.pub", "kept before\n")
        with mock.patch("latchkey_agent.rootfiles.time.time", lambda: 1795280000):
            told = self.bring(key(9), send=self.inside)
        self.assertEqual(["TestKey.pub is kept as TestKey.1795280000-2.pub"], told["notes"])
        self.assertEqual(b"what somebody else wrote\n", self.get(SSH + "TestKey.1795280000-2.pub"))
        self.assertEqual(b"kept before\n", self.get(SSH + "TestKey.1795280000.pub"))

    def test_a_file_that_openssh_reads_as_something_else_is_not_written(self):
        for name in ("authorized_keys.pub", "authorized_keys", "known_hosts.pub", "config.pub", "rc.pub", "environment.pub", "identity.pub",
                     ".hidden.pub", "-x.pub", "a b.pub", "../x.pub", "a/b.pub", "TestKey", "x" * 70 + ".pub", "a\n.pub"):
            told = self.bring(key(9), name)
            self.assertEqual((False, True), (told["done"], "file: " in told["problem"]), name)
        self.put("etc/ssh/sshd_config", "AuthorizedKeysFile .ssh/keys.pub .ssh/authorized_keys\n")
        self.assertIn("OpenSSH uses it for something else", self.bring(key(9), "keys.pub")["problem"])
        self.assertFalse(os.path.exists(self.path(SSH + "keys.pub")))

    def test_links_and_folders_are_neither_followed_nor_replaced(self):
        self.put("/root/elsewhere", "x")
        os.makedirs(self.path(SSH + "folder.pub"), 0o700)
        os.symlink("../elsewhere", self.path(SSH + "link.pub"))
        for name in ("link.pub", "folder.pub"):
            for told in (self.bring(key(9), name), self.delete(name, 0)):
                self.assertFalse(told["done"])
                self.assertRegex(told["problem"], "symbolic link|not a regular file")
        self.assertEqual((b"x", ["folder.pub", "link.pub"]), (self.get("/root/elsewhere"), self.names()))
        os.rename(self.path(SSH), self.path("/root/real"))
        os.symlink("real", self.path("/root/.ssh"))
        self.assertIn("link", self.bring(key(9))["problem"])

    def test_root_s_folder_has_a_bound(self):
        for number in range(rootfiles.MOST_FILES):
            self.put(SSH + "k%d.pub" % number, "x")
        self.assertIn("deletesshkey removes some", self.bring(key(9))["problem"])
        self.assertIn("deletesshkey removes some", self.make()["problem"])

    def test_the_same_request_is_carried_out_once(self):
        first = self.bring(key(9), request="once")
        os.unlink(self.path(SSH + "TestKey.pub"))
        self.assertEqual(first, self.bring(key(9), request="once"))
        self.assertEqual([], self.names())

    def test_a_write_that_was_cut_off_leaves_the_old_file_and_is_not_done_twice(self):
        self.put(SSH + "TestKey.pub", "old\n")
        child = os.fork()
        if child == 0:  # killed before the new file has its name
            with mock.patch("latchkey_agent.rootfiles.os.link", side_effect=lambda *_, **__: os._exit(9)):
                self.bring(key(9), send=self.inside, request="cut")
        self.assertEqual(9 << 8, os.waitpid(child, 0)[1])
        self.assertIn(rootfiles.TEMPORARY, self.names())
        os.unlink(self.path(SSH + rootfiles.TEMPORARY))
        self.assertEqual(["old\n"], [self.get(SSH + name).decode() for name in self.names()])
        self.assertIn("interrupted", self.bring(key(9), request="cut")["problem"])
        self.put(SSH + rootfiles.TEMPORARY, "half")  # what a killed run leaves
        self.assertTrue(self.bring(key(9))["done"])
        self.assertNotIn(rootfiles.TEMPORARY, self.names())

    def test_nothing_is_made_that_cannot_be_written_down(self):
        with mock.patch("latchkey_agent.state.Store.keep_answer", side_effect=OSError(28, "No space left on device")):
            self.assertFalse(self.bring(key(9), send=self.inside)["done"])
        self.assertFalse(os.path.exists(self.path(SSH)))

    # generate_key

    def test_a_pair_is_made_on_the_server_and_fits_together(self):
        for algorithm, name in (("ed25519", "id_ed25519"), ("rsa", "id_rsa")):
            told = self.make(name, algorithm, comment="web01 to web02")
            self.assertEqual((True, name), (told["done"], told["file"]), told)
            self.assertEqual((0o600, 0o644), (self.mode(SSH + name), self.mode(SSH + name + ".pub")))
            derived = subprocess.check_output(["ssh-keygen", "-y", "-f", self.path(SSH + name)]).decode().split()
            public = self.get(SSH + name + ".pub").decode()
            self.assertEqual(derived[:2], public.split()[:2])
            self.assertEqual(told["key"], " ".join(derived[:2]))
            self.assertTrue(public.endswith(" web01 to web02\n"))
            self.assertEqual(parse_public_key(public).fingerprint, told["fingerprint"])
        self.assertEqual(4096, parse_public_key(public).rsa_bits)
        self.assertEqual([], [name for name in os.listdir(self.path("/run/latchkey")) if name.startswith("new-key")])
        self.assertEqual(b"", self.get())

    def test_the_same_request_makes_one_pair(self):
        first = self.make(request="once")
        self.assertEqual(first, self.make(request="once"))
        self.assertEqual(["id_ed25519", "id_ed25519.pub"], self.names())

    def test_a_key_that_exists_is_kept_or_stops_it(self):
        self.make()
        old = self.get(SSH + "id_ed25519")
        for there in ("id_ed25519", "id_ed25519.pub"):
            told = self.make()
            self.assertFalse(told["done"])
            self.assertIn("exists already; nothing was made. abort_on_existing_key=0 keeps it as id_ed25519.TIME", told["problem"])
            if there == "id_ed25519":
                os.rename(self.path(SSH + there), self.path(SSH + "moved"))
        os.rename(self.path(SSH + "moved"), self.path(SSH + "id_ed25519"))
        told = self.make(abort=0)
        self.assertTrue(told["done"], told)
        kept = [one for one in self.names() if re.match(r"id_ed25519\.\d+$", one)]
        self.assertEqual(old, self.get(SSH + kept[0]))
        self.assertIn(kept[0] + ".pub", self.names())
        self.assertNotEqual(old, self.get(SSH + "id_ed25519"))

    def test_no_key_is_made_where_none_is_wanted(self):
        self.put(SSH + "id_rsa", "x")
        with mock.patch("latchkey_agent.ahead.work_folder", side_effect=AssertionError):
            self.assertIn("id_rsa exists already", self.make("id_rsa", "rsa", send=self.inside)["problem"])

    def test_no_lock_is_held_while_the_key_is_made(self):
        def run(*args, **more):
            if args[0][0] == "ssh-keygen" and "-t" in args[0]:
                other = self.send(order(1, []))  # as a revoke would
                self.assertEqual("DONE", other["outcome"])
            return programs_run(*args, **more)
        programs_run = programs.run
        self.counter = 1
        with mock.patch("latchkey_agent.programs.run", run):
            self.assertTrue(self.make(send=self.inside)["done"])

    def test_what_ssh_keygen_says_is_told_and_stops_nothing_else(self):
        one = grant()
        with mock.patch("latchkey_agent.programs.run", return_value=(1, "", "no entropy\n")):
            told = self.make(send=self.inside, grants=[one])
        self.assertEqual((False, "ssh-keygen made no key: no entropy"), (told["done"], told["problem"]))
        self.assertIn(key(1).encode(), self.get())
        self.assertEqual(["authorized_keys"], self.names())

    def test_what_is_not_made_is_refused_by_name(self):
        for wrong in ({"algorithm": "dsa"}, {"algorithm": "rsa", "bits": 2048}, {"bits": 4096}, {"comment": "a\nb"}, {"comment": "latchkey-ticket-7"},
                      {"file": "config"}, {"file": "identity"}, {"abort": 2}):
            told = self.make(**dict({"file": "id_x"}, **wrong))
            self.assertFalse(told["done"], wrong)
        self.assertFalse(os.path.exists(self.path(SSH + "id_x")))

    # delete_key

    def test_exactly_the_named_file_is_deleted_and_its_key_stays_authorized(self):
        fingerprint = self.pair("id")
        self.put(self.keys, self.get(SSH + "id.pub"))
        told = self.delete("id.pub")
        self.assertEqual((True, [], ["authorized_keys", "id"]), (told["done"], told["gone"], self.names()))
        self.assertIn(fingerprint + " is still authorized", told["notes"][0])
        self.assertIn(b"ssh-ed25519", self.get())
        self.assertIn("/root/.ssh/id.pub does not exist", self.delete("id.pub")["problem"])
        self.assertIn("does not exist; id.pub does", self.delete("id.pub" if self.put(SSH + "id.pub", key(9)) else "nothing" if os.rename(
            self.path(SSH + "id"), self.path(SSH + "gone")) else "id")["problem"])

    def test_the_lines_of_a_private_or_a_public_half_go_too(self):
        for name, options in (("plain", ()), ("pem", ("-t", "rsa", "-m", "PEM", "-N", "")), ("locked", ("-t", "ed25519", "-N", "secret"))):
            for half in ("", ".pub"):
                fingerprint = self.pair(name + half.replace(".", "-"), *options)
                file = name + half.replace(".", "-")
                self.put(self.keys, "# mine\nno-pty %s\n%s\n" % (self.get(SSH + file + ".pub").decode().strip(), key(8)))
                told = self.delete(file + half, 0)
                self.assertEqual((True, [fingerprint], []), (told["done"], told["gone"], told["notes"]), file)
                self.assertEqual("# mine\n%s\n" % key(8), self.get().decode())
                self.assertFalse(os.path.exists(self.path(SSH + file + half)))

    def test_of_a_private_half_that_only_its_passphrase_opens_the_line_that_stays_is_named(self):
        fingerprint = self.pair("locked", "-t", "rsa", "-b", "3072", "-m", "PEM", "-N", "secret")
        self.put(self.keys, self.get(SSH + "locked.pub"))
        told = self.delete("locked", 0)
        self.assertEqual((True, []), (told["done"], told["gone"]))
        self.assertIn("public half cannot be read without its passphrase", told["notes"][0])
        self.assertIn("locked.pub beside it has %s, whose line stays" % fingerprint, told["notes"][0])
        self.assertIn(b"ssh-rsa", self.get())

    def test_a_key_that_a_standing_grant_uses_is_not_deleted(self):
        fingerprint = self.pair("vendor")
        public = " ".join(self.get(SSH + "vendor.pub").decode().split()[:2])
        for file in ("vendor", "vendor.pub"):
            told = self.delete(file, 0, grants=[grant(public=public)])
            self.assertFalse(told["done"])
            self.assertIn("the grant of ticket 7 uses " + fingerprint, told["problem"])
            told = self.delete(file, held=[{"ticket": 12, "fingerprint": fingerprint}])
            self.assertIn("the grant of ticket 12 uses " + fingerprint, told["problem"])
        self.assertLess({"vendor", "vendor.pub"}, set(self.names()))
        self.assertTrue(self.delete("vendor.pub", ending=[grant(public=public)])["done"])
        self.assertTrue(self.delete("vendor", grants=[grant(public=public, lasts=-5)])["done"])

    def test_what_cannot_be_told_is_not_taken_for_no(self):
        self.pair("locked", "-t", "rsa", "-b", "3072", "-m", "PEM", "-N", "secret")
        told = self.delete("locked", grants=[grant()])
        self.assertFalse(told["done"])
        self.assertIn("whether a standing grant (ticket 7) uses the key of /root/.ssh/locked cannot be told", told["problem"])
        self.assertIn("locked", self.names())
        self.assertTrue(self.delete("locked")["done"])

    def test_only_key_files_are_deleted(self):
        self.put(SSH + "notes", "nothing\n")
        self.put(SSH + "rc", "echo\n")
        self.put(self.keys, key(9) + "\n")
        self.put("etc/ssh/sshd_config", "AuthorizedKeysFile .ssh/authorized_keys .ssh/mine.pub\n")
        self.put(SSH + "mine.pub", key(9) + "\n")
        for name in ("notes", "rc", "config", "known_hosts", "authorized_keys", "mine.pub"):
            for leave in (1, 0):
                self.assertFalse(self.delete(name, leave)["done"], name)
        self.assertEqual(2 * [key(9) + "\n"], [self.get(path).decode() for path in (SSH + "mine.pub", self.keys)])
        self.assertEqual(["authorized_keys", "mine.pub", "notes", "rc"], self.names())
        self.put(SSH + "broken.pub", "ssh-ed25519 AAAA\n")
        told = self.delete("broken.pub", 0)
        self.assertTrue(told["done"])
        self.assertIn("a line of its key in root's authorized keys stays if there is one", told["notes"][0])

    def test_where_sshd_does_not_say_which_files_it_reads_none_is_touched(self):
        self.put(SSH + "a.pub", key(9) + "\n")
        for ask in (lambda: self.delete("a.pub", send=self.inside), lambda: self.bring(key(8), "a.pub", send=self.inside)):
            with mock.patch("latchkey_agent.settings.Settings._asked", side_effect=Problem("sshd -T failed")):
                told = ask()
            self.assertFalse(told["done"])
            self.assertIn("sshd did not say in which files it reads keys", told["problem"])
            self.setUp()
            self.put(SSH + "a.pub", key(9) + "\n")
        self.assertEqual(["a.pub"], self.names())

    def test_every_key_of_a_file_counts(self):
        self.put(SSH + "two.pub", "%s a\nno-pty %s b\n" % (key(8), key(9)))
        self.assertIn("ticket 7 uses", self.delete("two.pub", grants=[grant(public=key(9))])["problem"])
        self.delete("none.pub")  # the grant ends, and takes what has its key with it
        self.put(self.keys, "%s\n%s\n%s\n" % (key(8), key(9), key(7)))
        self.assertEqual(2, len(self.delete("two.pub", 0)["gone"]))
        self.assertEqual(key(7) + "\n", self.get().decode())

    def test_one_file_of_authorized_keys_never_stops_another(self):
        first, second = self.pair("first"), self.pair("second")
        self.put(self.keys, key(8) + "\n")
        os.link(self.path(self.keys), self.path("/root/backup"))
        self.put(self.keys + "2", self.get(SSH + "first.pub") + self.get(SSH + "second.pub"))
        told = self.delete("first", 0)
        self.assertEqual((True, [first]), (told["done"], told["gone"]))
        self.put("/etc/pve/keys", self.get(SSH + "second.pub"))
        os.unlink(self.path(self.keys))
        os.symlink("../../etc/pve/keys", self.path(self.keys))
        told = self.delete("second", 0)
        self.assertEqual((False, []), (told["done"], told["gone"]))
        self.assertIn("second was not deleted: %s line 1 still has %s" % (self.keys, second), told["problem"])
        self.assertEqual(b"", self.get(self.keys + "2"))
        self.assertIn("second", self.names())

    def test_a_line_that_cannot_be_taken_out_keeps_the_file(self):
        self.pair("id")
        self.put(self.keys, self.get(SSH + "id.pub"))
        with mock.patch("latchkey_agent.keyfile.KeyFile.edit", side_effect=OSError(30, "Read-only file system")):
            told = self.delete("id", 0, send=self.inside)
        self.assertFalse(told["done"])
        self.assertIn("id", self.names())

    def test_a_file_that_cannot_be_unlinked_is_told_with_what_was_taken_out(self):
        fingerprint = self.pair("id")
        self.put(self.keys, self.get(SSH + "id.pub"))
        with mock.patch("latchkey_agent.rootfiles.RootFiles._unlink", side_effect=Problem("Read-only file system")):
            told = self.delete("id", 0, send=self.inside)
        self.assertEqual((False, [fingerprint]), (told["done"], told["gone"]))
        self.assertIn("Read-only file system; the lines of its key were taken out", told["problem"])

    def test_the_public_half_of_putty_s_file_is_in_clear_text(self):
        blob = key(9).split()[1]
        data = ("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: aes256-cbc\nComment: c\nPublic-Lines: 2\n%s\n%s\n"
                "Key-Derivation: Argon2id\nPrivate-Lines: 1\nAAAA\n" % (blob[:64], blob[64:])).encode()
        self.assertEqual(({parse_public_key(key(9)).fingerprint}, None), held_by(data))

    def test_what_is_not_whole_tells_no_key(self):
        for data in (b"-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n", b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
                     b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END", b"PuTTY-User-Key-File-2: x\nPublic-Lines: 9\nAAAA\n", b"PuTTY-User-Key-File-2: \xff"):
            self.assertEqual(set(), held_by(data)[0])
            self.assertIn("without its passphrase", held_by(data)[1])


if __name__ == "__main__":
    unittest.main()
