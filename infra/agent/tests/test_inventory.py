"""The inventory, and what appeared since: by every way to stay that a file or the process table tells."""
import json
import os
import socket
import types
import unittest
from unittest import mock

from latchkey_agent import inventory
from latchkey_agent.appeared import MOST, appeared
from latchkey_agent.inventories import Inventories
from latchkey_agent.inventory import Inventory
from latchkey_agent.server import Server
from latchkey_agent.statement import dumped, fitted
from tests.support import Folder, grant, key, order

HASH = "$6$salt$" + "x" * 40
SURVEY = {"keys": [], "users": [], "sudoers": {}}


class FilesTest(Folder):

    def ended(self):
        return self.send(order(2, [], [grant()]))["ended"][0]

    def test_each_file_by_which_one_can_stay_is_named(self):
        changed = ("/etc/ssh/sshd_config", "/etc/pam.d/sshd", "/etc/crontab", "/etc/hosts.allow", "/root/.bashrc")
        new = ("/etc/ssh/sshd_config.d/x.conf", "/var/spool/cron/crontabs/bob", "/var/spool/cron/root", "/etc/cron.d/x",
               "/etc/cron.daily/x", "/var/spool/cron/atjobs/a1", "/var/spool/at/a2", "/var/lib/systemd/linger/bob",
               "/etc/systemd/system/x.service", "/etc/systemd/system/x.timer", "/etc/systemd/system/timers.target.wants/x.timer",
               "/run/systemd/system/run-1.service", "/root/.config/systemd/user/x.service", "/etc/ld.so.preload",
               "/etc/ssh/shosts.equiv", "/home/bob/.shosts", "/home/bob/.rhosts", "/root/.ssh/rc", "/root/.ssh/environment",
               "/etc/profile.d/x.sh", "/etc/hosts.deny", "/etc/rc.local", "/usr/local/lib/latchkey/latchkey_agent.pyz")
        for path in changed + ("/etc/sudoers.d/old", "/etc/at.allow", "/etc/cron.d/gone", "/etc/group"):
            self.put(path, "sudo:x:27:\n")
        self.give()
        for path in changed + new:
            self.put(path, "more\n")
        os.unlink(self.path("/etc/cron.d/gone"))
        os.unlink(self.path("/etc/sudoers.d/old"))
        self.put("/etc/passwd", self.get("/etc/passwd").replace(b"/usr/sbin/nologin", b"/bin/sh") + b"eve:x:0:0::/root:/bin/sh\n")
        self.put("/etc/group", "sudo:x:27:bob,eve\nnew:x:99:\n")
        told = self.ended()["appeared"]
        wanted = {path: "new" for path in new}
        wanted.update({path: "changed" for path in changed}, **{"/etc/cron.d/gone": "gone"})
        self.assertEqual(wanted, {one["path"]: one["what"] for one in told["files"]})
        self.assertEqual((["eve"], ["/etc/sudoers.d/old"]), (told["users"], told["sudoers"]))
        self.assertEqual(["new: new", "sudo: bob joined", "sudo: eve joined"], told["groups"])
        self.assertEqual(["daemon: uid 2, shell /bin/sh, home /, was uid 2, shell /usr/sbin/nologin, home /",
                          "eve: new, uid 0, shell /bin/sh, home /root"], told["accounts"])
        self.assertNotIn("passwords", told)  # of a folder only what files tell

    def test_nothing_appears_where_nothing_changed(self):
        self.put("/etc/group", "sudo:x:27:\n")
        self.put("/etc/cron.d/x", "x")
        self.give()
        self.assertEqual({"keys": [], "users": [], "sudoers": []}, self.ended()["appeared"])

    def test_the_grant_and_the_ending_name_the_inventory_by_its_hash(self):
        first = self.give()["grants"][0]["inventory"]
        name = "/var/lib/latchkey/inventory-%s.json" % first
        self.assertEqual(0o600, os.stat(self.path(name)).st_mode & 0o777)
        self.put("/etc/cron.d/x", "x")
        second = {one["ticket"]: one["inventory"] for one in self.send(order(2, [grant(), grant(8)]))["grants"]}
        self.assertEqual((first, True), (second[7], second[8] != first))
        self.assertEqual(first, self.send(order(3, [grant(8)], [grant()]))["ended"][0]["inventory"])
        self.assertTrue(os.path.exists(self.path(name)))
        self.send(order(4, [grant(8)]))
        self.assertEqual(["inventory-%s.json" % second[8]],
                         [one for one in os.listdir(self.path("/var/lib/latchkey")) if one.startswith("inventory")])

    def test_an_inventory_that_was_changed_tells_nothing(self):
        for number, damage in enumerate((lambda path: os.unlink(path), lambda path: self.put(path[len(self.root):], "{}"))):
            path = self.path("/var/lib/latchkey/inventory-%s.json"
                             % self.send(order(10 * number + 1, [grant()]))["grants"][0]["inventory"])
            damage(path)
            self.put(self.keys, self.get() + key(1).encode() + b" copy\n")
            told = self.send(order(10 * number + 2, [], [grant()]))["ended"][0]
            self.assertEqual("the inventory was changed", told["appeared"]["unknown"])
            self.assertEqual(False, told["gone"])  # whose line the copy is cannot be told any more: it stays, and is named
            self.put(self.keys, "")
            self.send(order(10 * number + 3))

    def test_nothing_is_opened_without_an_inventory(self):
        digest = self.send(order(3, [grant(9)]))["grants"][0]["inventory"]
        self.send(order(4))
        os.makedirs(self.path("/var/lib/latchkey/inventory-%s.json.new" % digest))
        told = self.send(order(5, [grant(9)]))
        self.assertEqual(("PARTIAL", "FAILED"), (told["outcome"], told["grants"][0]["state"]))
        self.assertIn("cannot be written down: inventory: ", told["grants"][0]["problem"])
        self.assertEqual(b"", self.get())

    def test_hostile_files_hold_nobody_and_a_folder_of_many_is_bounded(self):
        os.makedirs(self.path("/home/bob/.ssh"))
        os.mkfifo(self.path("/home/bob/.bashrc"))
        os.symlink("/dev/zero", self.path("/home/bob/.profile"))
        for number in range(510):
            self.put("/etc/cron.d/%d" % number, "")
        self.give()
        os.unlink(self.path("/home/bob/.profile"))
        told = self.ended()["appeared"]
        self.assertEqual([{"path": "/home/bob/.profile", "what": "gone"}], told["files"])
        self.assertEqual(["/etc/cron.d/*: 510 files; the first 500 were compared"], told["unread"])


class LiveTest(Folder):
    """What only a server has, of a folder that is taken for one."""

    def taken(self, salt="s"):
        server = Server(self.root)
        server.live, server.accounts, server.shown = True, lambda: [], lambda path: path[len(self.root):]
        settings = {"permitrootlogin": ["no"], "authorizedkeysfile": [".ssh/authorized_keys /etc/ssh/latchkey/%u"]}
        settings.update(self.settings)
        return Inventory(server, types.SimpleNamespace(settings=lambda user: settings), salt).taken(SURVEY)

    settings = {}

    def test_passwords_settings_setuid_and_sockets(self):
        self.put("/etc/shadow", "root:%s:1::::::\nbob:!:1::::::\nold:!:1::::::\n" % HASH)
        self.put("/usr/bin/su", "", 0o4755)
        before = self.taken()
        self.assertEqual(".ssh/authorized_keys", before["settings"]["authorizedkeysfile"])  # ours is not news
        self.assertNotIn(HASH, json.dumps(before))
        self.assertNotEqual(before["passwords"], self.taken("t")["passwords"])
        self.put("/etc/shadow", "root:%s:1::::::\nbob:%s:1::::::\neve:%s:1::::::\n" % (HASH, HASH, HASH))
        self.put("/tmp/sh", "", 0o4755)
        self.put("/usr/bin/su", "", 0o6755)
        self.settings = {"permitrootlogin": ["yes"]}
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))
            server.listen(1)
            now = self.taken()
            told = appeared(dict(before, listening=[list(one) for one in before["listening"]]), now)
            port = server.getsockname()[1]
        self.assertEqual(["bob", "eve"], told["passwords"])
        self.assertEqual(["permitrootlogin: yes, was no"], told["settings"])
        self.assertEqual(["/tmp/sh (mode 4755 of uid %d)" % os.geteuid(), "/usr/bin/su (mode 6755 of uid %d)" % os.geteuid()],
                         told["setuid"])
        self.assertIn(("127.0.0.1", port, os.getpid()), [(one["address"], one["port"], one["pid"]) for one in told["listening"]])

    def test_files_that_were_not_compared_are_told(self):
        for number in range(3):
            self.put("/etc/cron.d/job%d" % number, "")
        for most, compared in ((3, 3), (2, 2)):
            with mock.patch.object(inventory, "MOST_FILES", most):
                told = self.taken()
            self.assertEqual(compared, len(told["files"]))
            self.assertEqual(["there are more than 2 files; the others were not compared"] if most == 2 else [], told["unread"])

    def test_it_is_bounded(self):
        folder = Inventories(self.path("/"))
        files = {"/home/u%d/.profile" % number: "x" * 16 for number in range(40000)}
        accounts = {"u%d" % number: "uid 1, shell /bin/sh, home /home/u%d" % number for number in range(5000)}
        digest = folder.keep(dict(SURVEY, files=dict(files, **{"/etc/crontab": "x"}), accounts=accounts, unread=[]))
        kept = Inventories(self.path("/")).load(digest)
        self.assertLess(os.path.getsize(self.path("/inventory-%s.json" % digest)), 2 * 1024 * 1024)
        self.assertIn("/etc/crontab", kept["files"])
        self.assertIn("longer than 1 MiB", kept["unread"][0])


class FittedTest(unittest.TestCase):

    def test_verdicts_stand_and_lists_are_cut_and_counted(self):
        ended = [{"ticket": n, "gone": "unknown", "questions": ["q" * 60] * 3, "copies": [], "left": [{"pid": n}] * 50,
                  "appeared": {"keys": [], "files": [{"path": "/x" * 30, "what": "new"}] * 50}} for n in range(30)]
        told = fitted({"outcome": "PARTIAL", "unmanaged": [{"file": "x" * 50}] * 300, "ended": ended})
        self.assertLessEqual(len(dumped(told)), 20000)
        self.assertEqual(list(range(30)), [one["ticket"] for one in told["ended"]])
        self.assertEqual({3}, {len(one["questions"]) for one in told["ended"]})
        self.assertTrue(all(len(one["left"]) + one.get("more", 0) == 50 for one in told["ended"]))
        self.assertTrue(all(len(one["appeared"]["files"]) + one["appeared"].get("more", 0) == 50 for one in told["ended"]))
        self.assertEqual(300, len(told["unmanaged"]) + told["more"])

    def test_each_list_has_at_most_50_and_more_says_how_many_there_are(self):
        now = dict(SURVEY, users=["u%d" % n for n in range(70)], files={"/f%d" % n: "x" for n in range(60)}, unread=[])
        told = appeared(dict(SURVEY, files={}, unread=[]), now)
        self.assertEqual((MOST, MOST, 30), (len(told["users"]), len(told["files"]), told["more"]))


if __name__ == "__main__":
    unittest.main()
