"""The verb list_access: who may come in, whoever let them in."""
import base64
import json
import os
import unittest

from latchkey_agent.keys import parse_public_key
from tests.support import Folder, field, observe, within


def key(number):
    blob = field(b"ssh-ed25519") + field(number.to_bytes(32, "big"))
    return "ssh-ed25519 " + base64.b64encode(blob).decode()


FINGERPRINTS = {number: parse_public_key(key(number)).fingerprint for number in range(1, 400)}


class AccessTest(Folder):

    def access(self, cursor="", **environment):
        self.asked = getattr(self, "asked", 0) + 1
        told = self.send(observe(request="look-%d" % self.asked, action={"verb": "list_access", "not_after": within(), "cursor": cursor}), **environment)
        self.assertLessEqual(len(json.dumps(told, separators=(",", ":"))), 20000)
        return told["action"]

    def every_page(self):
        """Every page, in the order in which they come."""
        pages = [self.access()]
        while "next" in pages[-1] and len(pages) < 20:
            pages.append(self.access(pages[-1]["next"]))
        return [one for page in pages for one in page["entries"]], pages

    def found(self):
        return [one for one in self.access()["entries"] if one["kind"] == "key"]

    def put_keys(self, *lines, path="root/.ssh/authorized_keys"):
        self.put(path, "".join(line + "\n" for line in lines).encode())

    def test_a_key_is_told_with_its_account_file_options_and_comment(self):
        self.put_keys("no-pty,from=\"192.0.2.1\" %s bob at home" % key(1), key(2))
        found = {one["name"]: one for one in self.found()}
        told = dict(found[FINGERPRINTS[1]])
        self.assertRegex(told.pop("place"), "^[0-9a-f]{16}$")
        self.assertEqual({"kind": "key", "name": FINGERPRINTS[1], "user": "root", "file": "/root/.ssh/authorized_keys", "line": 1, "type": "ssh-ed25519",
                          "options": "no-pty,from=\"192.0.2.1\"", "comment": "bob at home"}, told)
        self.assertEqual({"options", "comment"} & set(found[FINGERPRINTS[2]]), set())

    def test_the_line_of_a_grant_names_its_ticket(self):
        self.give()
        self.assertEqual([7], [one["ticket"] for one in self.found()])

    def test_the_same_key_twice_in_a_file_is_told_twice(self):
        self.put_keys(key(1), "no-pty " + key(1))
        told = self.found()
        self.assertEqual(2, len({one["place"] for one in told}))
        self.assertEqual({1, 2}, {one["line"] for one in told})

    def test_an_account_is_told_with_its_rights_and_without_its_password(self):
        with open(self.path("etc/passwd"), "a") as file:
            file.write("carol:x:1007:1007::/home/carol:/bin/bash\ndaemon:x:1:1::/:/usr/sbin/nologin\n")
        self.put("etc/group", b"sudo:x:27:carol\nwheel:x:10:carol,root\n")
        self.put("etc/shadow", b"carol:$6$salt$hash:19000:0:99999:7:::\nroot:!:19000::::::\n")
        accounts = {one["name"]: one["what"] for one in self.access()["entries"] if one["kind"] == "account"}
        self.assertEqual("uid 1007, group sudo, group wheel, shell /bin/bash, home /home/carol, with a password", accounts["carol"])
        self.assertIn("no password", accounts["root"])
        self.assertNotIn("daemon", accounts)
        self.assertNotIn("hash", json.dumps(self.access()))

    def test_a_file_of_sudoers_is_told_by_its_contents(self):
        self.put("etc/sudoers.d/x", b"bob ALL=(ALL) ALL\n")
        before = [one for one in self.access()["entries"] if one["kind"] == "sudoers"]
        self.put("etc/sudoers.d/x", b"bob ALL=(ALL) NOPASSWD: ALL\n")
        after = [one for one in self.access()["entries"] if one["kind"] == "sudoers"]
        self.assertEqual(["/etc/sudoers.d/x"], [one["name"] for one in before])
        self.assertNotEqual(before, after)

    def test_whatever_an_account_or_a_file_is_called_it_is_told(self):
        with open(self.path("etc/passwd"), "a") as file:
            file.write("bob:x:0:0::/root:/bin/bash\n:x:0:0::/root:/bin/sh\n")
        self.put("etc/sudoers.d/of bob", b"bob ALL=(ALL) ALL\n")
        told = {one["name"]: one["what"] for one in self.access()["entries"] if one["kind"] != "key"}
        self.assertRegex(told["bob"], "^uid [1-9][0-9]*, .*; and again: uid 0, ")
        self.assertLessEqual({"(empty)", "/etc/sudoers.d/of\\x20bob"}, set(told))

    def test_more_that_cannot_be_read_than_is_told_may_be_anybody_s(self):
        with open(self.path("etc/passwd"), "a") as file:
            for number in range(30):
                file.write("u%d:x:%d:%d::/home/u%d:/bin/sh\n" % (number, 3000 + number, 3000 + number, number))
                os.makedirs(self.path("home/u%d/.ssh" % number))
                os.symlink("/etc/passwd", self.path("home/u%d/.ssh/authorized_keys" % number))
        unread = self.access()["unread"]
        self.assertEqual((20, {"user": "", "why": "11 more could not be read"}), (len(unread), unread[-1]))

    def test_many_keys_come_in_pages_that_lack_none(self):
        self.put_keys(*["%s number %d" % (key(number), number) for number in range(1, 400)])
        entries, pages = self.every_page()
        self.assertGreater(len(pages), 2)
        self.assertEqual(sorted(FINGERPRINTS.values()), [one["name"] for one in entries if one["kind"] == "key"])

    def test_what_cannot_be_read_is_named_and_is_not_nothing(self):
        os.makedirs(self.path("root/.ssh"), exist_ok=True)
        os.symlink("/etc/passwd", self.path("root/.ssh/authorized_keys"))
        told = self.access()
        self.assertEqual([], [one for one in told["entries"] if one["kind"] == "key"])
        self.assertIn("leads out of the folder", told["unread"][0]["why"])

    def test_a_name_of_ours_or_of_strangers_never_breaks_the_page(self):
        self.put_keys("command=\"%s\" %s %s" % ("x" * 5000, key(1), "\u202e" * 400))
        told, = self.found()
        self.assertLessEqual(max(len(told["options"]), len(told["comment"])), 301)
        self.assertTrue(told["comment"].isascii())

    def test_it_waits_for_no_lock_and_changes_nothing(self):
        self.give()
        before = self.state()
        self.access()
        self.assertEqual(before, self.state())


if __name__ == "__main__":
    unittest.main()
