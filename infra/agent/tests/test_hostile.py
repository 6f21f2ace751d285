"""Hostile files of keys: what stands in their place, and that none of it keeps anybody in."""
import fcntl
import os
import socket
import subprocess
import tempfile
import unittest
from unittest import mock

from latchkey_agent import hostile, keyfile
from tests.machine import Machine
from tests.support import Folder, grant, key, order


class HostileFileTest(Folder):

    def failed(self, reason, user="root"):
        told = self.send(order(1, [grant(user=user)]))
        self.assertEqual(("PARTIAL", "FAILED"), (told["outcome"], told["grants"][0]["state"]))
        self.assertIn(reason, told["grants"][0]["problem"])
        # The key is not in it, which was read: so it is gone, and what is unusual is named.
        told = self.send(order(2, [], [grant(user=user)]))
        self.assertEqual((True, "DONE"), (told["ended"][0]["gone"], told["outcome"]), told)
        return told["ended"][0].get("problem", "")

    def test_a_symbolic_link(self):
        self.put("/etc/shadow", "secret\n")
        os.makedirs(self.path("/root/.ssh"))
        os.symlink("../../etc/shadow", self.path(self.keys))
        self.failed("%s: is a symbolic link" % self.keys)
        self.assertEqual(b"secret\n", self.get("/etc/shadow"))

    def test_a_directory_that_is_a_link(self):
        self.put("/elsewhere/authorized_keys", "")
        os.symlink("../elsewhere", self.path("/root/.ssh"))
        self.failed("is a link or no directory")
        self.assertEqual(b"", self.get("/elsewhere/authorized_keys"))

    def test_a_fifo_does_not_hold_the_agent(self):
        os.makedirs(self.path("/root/.ssh"))
        os.mkfifo(self.path(self.keys))
        self.failed("is not a regular file")

    def test_a_directory_in_place_of_the_file(self):
        os.makedirs(self.path(self.keys))
        self.failed("is not a regular file")

    def test_a_hard_link(self):
        self.put("/etc/shadow", "secret\n")
        os.makedirs(self.path("/root/.ssh"))
        os.link(self.path("/etc/shadow"), self.path(self.keys))
        self.failed("hard link")

    def test_a_file_longer_than_1_mib(self):
        self.put(self.keys, "#" * 1024 * 1025)
        self.failed("longer than 1 MiB")

    def test_a_link_in_place_of_the_temporary_file_is_not_followed(self):
        self.put("/etc/shadow", "secret\n")
        os.makedirs(self.path("/root/.ssh"))
        os.symlink("../../etc/shadow", self.path("/root/.ssh/.authorized_keys.latchkey"))
        self.give()
        self.assertEqual(b"secret\n", self.get("/etc/shadow"))
        self.assertEqual(["authorized_keys"], os.listdir(self.path("/root/.ssh")))

    @unittest.skipUnless(os.geteuid() == 0, "root alone can make files of another account")
    def test_a_file_of_another_account(self):
        self.put("/home/bob/.ssh/authorized_keys", "")
        os.chown(self.path("/home/bob/.ssh"), 1001, 1001)
        self.failed("belongs to another account", "bob")

    @unittest.skipUnless(os.geteuid() == 0, "root alone can act as another account")
    def test_an_accounts_file_is_written_with_its_own_rights_alone(self):
        self.put("/home/bob/.ssh/x", "")  # a directory of root, not bob's to write
        os.chmod(self.path("/home/bob/.ssh"), 0o755)
        self.assertIn("Permission denied", self.send(order(1, [grant(user="bob")]))["grants"][0]["problem"])

    @unittest.skipUnless(os.geteuid() == 0, "root alone can act as another account")
    def test_what_root_owns_root_writes(self):
        self.put("/home/bob/.ssh/authorized_keys", "# mine\n", 0o644)
        for owner in (0, 1000):
            os.chown(self.path("/home/bob/.ssh"), owner, owner)
            self.send(order(3 * owner + 1, [], []))
            told = self.send(order(3 * owner + 2, [grant(user="bob")]))
            self.assertEqual("PRESENT", told["grants"][0]["state"], told)
            status = os.stat(self.path("/home/bob/.ssh/authorized_keys"))
            self.assertEqual((0, 0o100644), (status.st_uid, status.st_mode))
            self.assertTrue(self.send(order(3 * owner + 3, [], [grant(user="bob")]))["ended"][0]["gone"] is True)
            self.assertEqual(b"# mine\n", self.get("/home/bob/.ssh/authorized_keys"))

    def test_who_locks_the_file_cannot_keep_us_from_it(self):
        self.put(self.keys, "# mine\n")
        with open(self.path(self.keys)) as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            self.give()

    def test_a_home_outside_of_the_folder(self):
        os.rmdir(self.path("/root"))
        os.symlink("/tmp", self.path("/root"))
        self.assertIn("outside", self.send(order(1, [grant()]))["grants"][0]["problem"])


LINKED = r"""
echo 'UsePAM no' > /etc/ssh/sshd_config
ssh-keygen -q -t ed25519 -N '' -f /root/theirs
order() {
    one='{"ticket":7,"user":"vendor","key":"'$(cut -d' ' -f1,2 /root/theirs.pub)'","from":["203.0.113.0/29"],"expires_at":'$(($(date +%s) + 600))'}'
    case $2 in on) grants=$one ending=;; off) grants= ending=$one;; esac
    echo '{"latchkey":1,"verb":"converge","request":"r'$1'","node":"i-1","generation":'$1',"grants":['$grants'],"ending":['$ending']}' |
        "$python" "$agent" order || true
}
link() { cp /root/theirs.pub /home/vendor/k; chown vendor /home/vendor/k; rm .ssh/authorized_keys; ln -s "$1" .ssh/authorized_keys; }
cd /home/vendor
order 1 on
link /proc/self/cwd/home/vendor/k; order 2 off
echo "lines: $(wc -l < .ssh/authorized_keys)"
link /proc/self/fd/3; order 3 off
rm .ssh/authorized_keys; order 4 off
"""


class ProcTest(Machine):
    """What is below /proc is another for each process: sshd may find there what we do not."""

    def test_a_link_that_leads_there(self):
        marks, told = self.run_with(LINKED)
        self.assertEqual("0", marks["lines"], told)  # sshd works in /, and so do we
        self.assertEqual([True, "unknown", True], [one["ended"][0]["gone"] for one in told[1:]], told)
        self.assertEqual(["it is not known which keys sshd reads in /home/vendor/.ssh/authorized_keys: it leads through /proc, where each "
                          "process finds something else"], told[2]["ended"][0]["questions"])

    def test_it_is_seen_wherever_it_stands(self):
        for target, wanted in (("/proc/self/cwd/k", True), ("../" * 20 + "proc/1/root/k", True), ("/dev/fd/3", True), ("loop/k", False),
                               ("there/k", True), ("./k", False), ("/etc/passwd", False)):
            with tempfile.TemporaryDirectory() as folder:
                for name, leads in (("first", target), ("loop", "loop"), ("there", "/proc/self/root/"), ("second", folder + "/first")):
                    os.symlink(leads, os.path.join(folder, name))
                for name in ("first", "second"):
                    self.assertEqual(wanted, hostile.through_proc(os.path.join(folder, name)), (name, target))
                    self.assertEqual(wanted, hostile.look(os.path.join(folder, name))["asked"], (name, target))


@unittest.skipUnless(os.geteuid() == 0, "root alone can act as another account")
class KeptInTest(Folder):
    """After a grant the account, or somebody who was root, makes something of the file; then the grant ends."""
    BOBS = "/home/bob/.ssh/authorized_keys"

    def setUp(self):
        super().setUp()
        self.generation = 1
        self.give(user="bob")
        self.line = self.get(self.BOBS)

    def as_bob(self, script):
        self.shell("setpriv --reuid 1000 --regid 1000 --clear-groups -- sh -ec '%s'" % script)

    def shell(self, script):
        subprocess.check_call(["sh", "-ec", script], cwd=self.path("/home/bob"))

    def revoke(self):
        self.generation += 1
        told = self.send(order(self.generation, [], [grant(user="bob")]))
        path = self.path(self.BOBS)
        self.assertNotIn(b"latchkey-ticket-7", b"" if os.path.islink(path) or not os.path.isfile(path) else self.get(self.BOBS))
        return told, told["ended"][0]

    def ended(self, *aside):
        told, ended = self.revoke()
        self.assertEqual(("DONE", True), (told["outcome"], ended["gone"]), told)
        self.assertEqual([True] * len(aside), [path.startswith(one + ".latchkey-put-aside-")
                                               for path, one in zip(ended.get("put_aside", []), aside)], told)
        return ended

    def test_more_than_a_megabyte(self):
        for size in (1100, 60000):
            self.as_bob("yes \"# comment\" | head -c %d000 >> .ssh/authorized_keys; echo >> .ssh/authorized_keys; "
                        "echo \"%s other\" >> .ssh/authorized_keys" % (size, key(9)))
            self.ended()
            left = self.get(self.BOBS)
            self.assertEqual((True, True), (left.startswith(b"# comment"), left.endswith(b" other\n")))
            self.assertGreater(len(left), size * 1000)
            self.put(self.BOBS, self.line)

    def test_a_link_becomes_a_plain_file(self):
        for target in ("beside", "../../../elsewhere"):
            self.shell("rm -f .ssh/*; mkdir -p ../../x; install -d -o bob ../../x 2>/dev/null || chmod 1777 ../..")
            self.put(self.BOBS, self.line + key(9).encode() + b" other\n")
            os.chown(self.path(self.BOBS), 1000, 1000)
            self.as_bob("mv .ssh/authorized_keys %s; ln -s %s .ssh/authorized_keys"
                        % (os.path.join(".ssh", target), target))
            ended = self.ended(self.BOBS)
            self.assertEqual(key(9).encode() + b" other\n", self.get(self.BOBS))
            self.assertFalse(os.path.islink(self.path(self.BOBS)))
            self.assertEqual(target, os.readlink(self.path(ended["put_aside"][0])))
            self.assertIn(b"latchkey-ticket-7", self.get(os.path.join("/home/bob/.ssh", target)))

    def test_what_was_put_aside_can_be_put_back(self):
        self.as_bob("mv .ssh/authorized_keys .ssh/beside; ln -s beside .ssh/authorized_keys")
        aside = self.ended(self.BOBS)["put_aside"][0]
        told = self.finish(self.start("restore-file", "", path=aside))
        self.assertIn("whose access has ended", told["problem"])
        self.put("/home/bob/.ssh/beside", key(9) + "\n", 0o644)
        told = self.finish(self.start("restore-file", "", path=aside))
        self.assertEqual(("DONE", aside), (told["outcome"], told["restored"]), told)
        self.assertEqual(["beside"], [os.readlink(self.path(self.BOBS))])
        self.assertEqual(b"", self.get(told["put_aside"][0]))
        for wrong in ("/etc/passwd", aside + "/../x", aside, "/nowhere" + hostile.ASIDE + "1"):
            self.assertEqual("REFUSED", self.finish(self.start("restore-file", "", path=wrong))["outcome"], wrong)

    def test_a_file_of_roots_own_behind_a_link_is_never_renamed(self):
        """As on Proxmox; then the same where sshd has a file of revoked keys."""
        self.give(10, user="root")
        line = self.get(self.keys)
        self.put("/etc/pve/authorized_keys", line + key(9).encode() + b" other\n")
        os.unlink(self.path(self.keys))
        os.symlink("../../etc/pve/authorized_keys", self.path(self.keys))
        told = self.send(order(11, [], [grant()]))
        self.assertEqual(("PARTIAL", "unknown"), (told["outcome"], told["ended"][0]["gone"]), told)
        self.assertIn("%s line 1 has the key" % self.keys, told["ended"][0]["questions"][0])
        self.assertTrue(os.path.islink(self.path(self.keys)))
        self.assertIn(line, self.get("/etc/pve/authorized_keys"))
        self.put("/etc/ssh/revoked", "# ours\n", 0o644)
        self.put("/etc/ssh/binary", "")
        self.shell("ssh-keygen -q -k -f ../../etc/ssh/binary /dev/null")
        for number, name in ((12, "revoked"), (14, "binary")):
            self.put("/etc/ssh/sshd_config", "RevokedKeys /etc/ssh/%s\n" % name)
            told = self.send(order(number, [], [grant()]))
            self.assertEqual(("DONE", True), (told["outcome"], told["ended"][0]["gone"]), told)
            self.assertIn("which RevokedKeys refuses", told["ended"][0]["problem"])
            self.put("/key", key(1))
            query = subprocess.run(["ssh-keygen", "-Q", "-f", self.path("/etc/ssh/" + name), self.path("/key")])
            self.assertEqual((b"# ours\n%s latchkey-revoked\n" % key(1).encode(), 255) if number == 12 else (self.get("/etc/ssh/binary"), 1),
                             (self.get("/etc/ssh/" + name), query.returncode))
        os.unlink(self.path(self.keys))
        self.put("/etc/ssh/sshd_config", "RevokedKeys /etc/ssh/revoked\n")
        self.assertEqual("PRESENT", self.send(order(16, [grant()]))["grants"][0]["state"])
        self.assertEqual(b"# ours\n", self.get("/etc/ssh/revoked"))

    def test_a_link_to_nothing_and_to_what_the_account_cannot_read(self):
        self.put("/etc/secret", self.line)
        for target in ("nowhere", "../../../etc/secret"):
            self.as_bob("rm .ssh/authorized_keys; ln -s %s .ssh/authorized_keys" % target)
            self.assertIn("is a symbolic link; sshd reads no key there", self.ended()["problem"])
        self.assertEqual(self.line, self.get("/etc/secret"))

    def test_the_directory_a_link(self):
        self.as_bob("mv .ssh real; ln -s real .ssh")
        self.ended("/home/bob/.ssh")
        self.assertEqual((b"", 0o40700), (self.get(self.BOBS), os.stat(self.path("/home/bob/.ssh")).st_mode))
        self.assertEqual(self.line, self.get("/home/bob/real/authorized_keys"))

    def test_what_is_no_file_is_left_alone_and_named(self):
        for script in ("mkfifo .ssh/authorized_keys", "mkdir .ssh/authorized_keys"):
            self.as_bob("rm .ssh/authorized_keys; " + script)
            self.assertIn("is not a regular file", self.ended()["problem"])
            self.shell("rm -r .ssh/authorized_keys")
            self.put(self.BOBS, self.line)
            os.chown(self.path(self.BOBS), 1000, 1000)
        self.as_bob("rm .ssh/authorized_keys")
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(self.path(self.BOBS))
            self.assertIn(": No such device or address", self.ended()["problem"])

    def test_modes(self):
        for script in ("chmod 0 .ssh/authorized_keys", "chmod 500 .ssh", "chmod 0 .ssh", "chmod 0 .ssh/authorized_keys .ssh"):
            self.as_bob(script)
            before = os.stat(self.path("/home/bob/.ssh")).st_mode, os.stat(self.path(self.BOBS)).st_mode
            self.ended()
            self.assertEqual(before, (os.stat(self.path("/home/bob/.ssh")).st_mode, os.stat(self.path(self.BOBS)).st_mode))
            self.shell("chmod 700 .ssh; chmod 600 .ssh/authorized_keys")
            self.put(self.BOBS, self.line)

    def test_immutable_and_append_only(self):
        for flag, name in (("i", "authorized_keys"), ("a", "authorized_keys"), ("i", ".")):
            self.addCleanup(subprocess.call, ["chattr", "-R", "-ia", self.path("/home/bob")])
            if subprocess.call(["chattr", "+" + flag, os.path.join(self.path("/home/bob/.ssh"), name)]):
                self.skipTest("no such flags on this file system")
            ended = self.ended()
            if name != ".":  # there the account's own line was blanked in its place
                self.assertIn("was immutable or append-only", ended["problem"])
            self.put(self.BOBS, self.line)
            os.chown(self.path(self.BOBS), 1000, 1000)

    def test_immutable_stops_a_grant_with_that_word(self):
        self.addCleanup(subprocess.call, ["chattr", "-R", "-ia", self.path("/home/bob")])
        if subprocess.call(["chattr", "+i", self.path(self.BOBS)]):
            self.skipTest("no such flags on this file system")
        told = self.send(order(2, [grant(user="bob"), grant(8, "bob")]))
        self.assertIn("immutable or append-only (chattr)", told["grants"][1]["problem"])

    def test_of_another_owner(self):
        for owner, aside in ((0, []), (1001, [self.BOBS])):
            os.chown(self.path(self.BOBS), owner, owner)
            os.chmod(self.path(self.BOBS), 0o644)
            self.ended(*aside)
            self.assertEqual(1000 if aside else owner, os.stat(self.path(self.BOBS)).st_uid)
            self.put(self.BOBS, self.line)

    def test_a_hard_link(self):
        self.as_bob("ln .ssh/authorized_keys other")
        self.ended()
        self.assertEqual(self.line, self.get("/home/bob/other"))

    def test_a_mount(self):
        self.shell("cp -p .ssh/authorized_keys over")
        run = ["unshare", "-m", "sh", "-ec", "cd %s; mount --bind over .ssh/authorized_keys; exec \"$@\"" % self.path("/home/bob"), "sh"]
        with mock.patch.object(self, "wrapped", run):
            self.assertTrue(self.send(order(2, [], [grant(user="bob")]))["ended"][0]["gone"] is True)
        self.assertIn(b"####", self.get("/home/bob/over"))

    def test_a_home_that_is_missing(self):
        self.shell("mv ../bob ../elsewhere")
        self.assertEqual(("DONE", True), (lambda told: (told["outcome"], told["ended"][0]["gone"]))(
            self.send(order(2, [], [grant(user="bob")]))))

    def test_an_account_that_is_no_more(self):
        before = self.get("/etc/passwd")
        self.put("/etc/passwd", b"".join(line for line in before.splitlines(True) if not line.startswith(b"bob:")))
        told, ended = self.revoke()
        self.assertTrue(ended["gone"] is True, told)
        self.put("/etc/passwd", before)
        self.assertNotIn(b"latchkey-ticket-7", self.get(self.BOBS))

    def test_a_home_that_is_not_mounted(self):
        """The file comes back with its file system."""
        self.wrapped = ["unshare", "-m", "sh", "-ec", "mount -t tmpfs none %s; exec \"$@\"" % self.path("/home"), "sh"]
        for _ in range(2):
            self.generation += 1
            told = self.send(order(self.generation, [], [grant(user="bob")]))
            self.assertEqual(("PARTIAL", "unknown"), (told["outcome"], told["ended"][0]["gone"]), told)
            self.assertIn("%s, into which a line was put, is not there" % self.BOBS, told["ended"][0]["questions"][0])
        self.wrapped = ()
        self.assertTrue(self.sweep()["ended"][0]["gone"] is True)
        self.assertNotIn(b"latchkey-ticket-7", self.get(self.BOBS))

    def test_a_file_that_was_removed_is_gone(self):
        for script in ("rm .ssh/authorized_keys", "rm -r .ssh"):
            self.as_bob(script)
            self.ended()

    def test_an_acl(self):
        if subprocess.call(["setfacl", "-m", "u:2:r", self.path(self.BOBS)]):
            self.skipTest("no access control lists here")
        with open(self.path(self.BOBS), "ab") as file:
            file.write(b"# mine\n")
        self.ended()
        self.assertIn(b"user:2:r--\n", subprocess.check_output(["getfacl", "-pn", self.path(self.BOBS)]))

    def test_longer_than_all_bounds(self):
        self.shell("truncate -s 65M .ssh/authorized_keys")
        told, ended = self.revoke()
        self.assertEqual(("DONE", True), (told["outcome"], ended["gone"]), told)
        self.assertEqual(1, len(ended["put_aside"]))

    def test_a_file_that_changes_all_the_time(self):
        loop = subprocess.Popen(["setpriv", "--reuid", "1000", "--regid", "1000", "--clear-groups", "--", "sh", "-c",
                                 "while :; do cp kept .ssh/new; mv .ssh/new .ssh/authorized_keys; done"],
                                cwd=self.path("/home/bob"), stderr=subprocess.DEVNULL)
        self.addCleanup(loop.wait)
        self.addCleanup(loop.kill)
        self.shell("cp -p .ssh/authorized_keys kept")
        told = self.send(order(2, [], [grant(user="bob")]))
        self.assertTrue(told["ended"][0]["gone"] is True or told["outcome"] == "PARTIAL", told)
        loop.kill()
        loop.wait()
        self.sweep()
        self.assertNotIn(b"latchkey-ticket-7", self.get(self.BOBS))

    def test_what_cannot_be_read_is_a_question(self):
        broken = mock.Mock(side_effect=OSError(5, "Input/output error"))
        with mock.patch.object(keyfile, "contents", broken), mock.patch.object(hostile, "contents", broken):
            told = self.inside(order(2, [], [grant(user="bob")]))
        self.assertEqual(("PARTIAL", "unknown"), (told["outcome"], told.get("ended", [{}])[0].get("gone")), told)
        self.assertEqual(["it is not known which keys sshd reads in %s: Input/output error" % self.BOBS],
                         told["ended"][0]["questions"])

if __name__ == "__main__":
    unittest.main()
