"""The verb rehearse: it says what an order would change, and leaves every byte as it was."""
import io
import json
import os
import unittest
from unittest import mock

from latchkey_agent.agent import Agent
from latchkey_agent.dryactions import DryHulk
from latchkey_agent.errors import Problem, Refused
from latchkey_agent.keys import parse_public_key
from latchkey_agent.orders import checked_order
from latchkey_agent.server import Server
from tests.support import Folder, NODE, grant, key, order, within
from tests.test_hulklists import OFFICE, OTHER, VENDOR, HulkCase, action
from tests.test_many import HASH, act, line


def rehearse(given):
    return dict(given, verb="rehearse", of=given["verb"])


class Everything(Folder):

    def everything(self):
        """Every path of the folder with what a change would alter: its bytes, its times, its rights, its inode."""
        found = {}
        for folder, folders, files in os.walk(self.root):
            for name in [""] + files + folders:
                path = os.path.join(folder, name)
                status = os.lstat(path)
                data = b""
                if name in files and not os.path.islink(path):
                    with open(path, "rb") as file:
                        data = file.read()
                found[path] = status.st_mtime_ns, status.st_ctime_ns, status.st_mode, status.st_ino, data
        return found

    def rehearsed(self, given, **environment):
        before = self.everything()
        told = self.send(rehearse(given), **environment)
        self.assertEqual(before, self.everything())
        return told

    def would(self, given, **environment):
        told = self.rehearsed(given, **environment)
        self.assertEqual("DONE", told["outcome"], told)
        self.assertEqual([], told["rehearsal"]["unknown"])
        return told["rehearsal"]["would"]


class Rehearse(Everything):

    def test_an_agent_that_does_not_know_it_refuses_it(self):
        with self.assertRaisesRegex(Refused, "verb: converge, observe, remove or act is expected"):
            checked_order(rehearse(order(1, [grant()])))

    def test_of_an_unknown_verb_it_is_refused(self):
        told = self.rehearsed(dict(order(1), verb="sweep"))
        self.assertEqual(("REFUSED", "of: converge, observe, remove, act is expected"), (told["outcome"], told["problem"]))

    def test_on_a_server_that_never_had_an_order(self):
        would = self.would(order(1, [grant()]))
        self.assertIn({"what": "line", "user": "root", "file": self.keys, "change": mock.ANY}, would)
        self.assertRegex(would[0]["change"], r"^The line of ticket 7 is put in: SHA256:\S+ from 203.0.113.0/24 until \S+Z\.$")

    def test_what_is_said_is_what_the_order_does(self):
        self.put(self.keys, "# mine\n" + key(9) + "\n")
        self.give()
        self.assertEqual([], self.would(order(2, [grant()])))
        extended = self.would(order(2, [grant(lasts=9000)]))
        self.assertEqual(["taken out", "put in"], [one["change"].split(": ")[0].split(" is ")[1] for one in extended if one["what"] == "line"])
        ends = self.would(order(2, [], [dict(grant(), fingerprint=None)]))
        self.assertEqual(["The line of ticket 7 is taken out"], [one["change"].split(":")[0] for one in ends if one["what"] == "line"])

    def test_the_generation_stays(self):
        self.give()
        told = self.rehearsed(order(5, [], [grant()]))
        self.assertEqual(1, told["generation"])
        self.assertEqual("DONE", self.send(order(2, [grant()]))["outcome"])

    def test_an_order_that_is_older_is_stale(self):
        self.send(order(3))
        self.assertEqual("STALE", self.rehearsed(order(2, [grant()]))["outcome"])

    def test_the_door_of_hosts_allow(self):
        self.put("/etc/hosts.allow", "ALL: 192.0.2.1\n")
        with_libwrap = self.would(order(1, [grant()]))
        self.assertEqual([], [one for one in with_libwrap if one["what"] == "door" and one["door"] != "hosts_allow"])

    def test_what_a_server_cannot_do(self):
        told = self.rehearsed(order(1, [grant(user="nobody-here")]))["rehearsal"]
        self.assertEqual("there is no account nobody-here", told["refused"])

    def test_an_entry_that_is_wrong_stops_none(self):
        told = self.rehearsed(order(1, [dict(grant(8), key="ssh-rsa x"), grant()]))["rehearsal"]
        self.assertEqual(2, len(told["would"]), told)

    def test_an_account_of_its_own(self):
        own = dict(grant(user="lk-7"), account="own", sudo=1)
        would = self.would(order(1, [own]))
        self.assertIn({"what": "account", "user": "lk-7", "change": "It is made, and becomes root by sudo."}, would)
        self.assertIn("/home/lk-7/.ssh/authorized_keys", [one.get("file") for one in would])

    def test_the_end_of_an_account_of_its_own(self):
        own = dict(grant(user="lk-7"), account="own")
        told = self.send(order(1, [own]))
        self.assertEqual("DONE", told["outcome"], told)
        would = self.would(order(2, [], [own]))
        self.assertIn({"what": "account", "user": "lk-7", "change": "It is deleted with all that runs as it, and its home is archived."}, would)

    def test_keys_that_are_revoked(self):
        self.put(self.keys, "# mine\n" + key(9) + "\n")
        self.put("/home/bob/.ssh/authorized_keys", key(9) + "\n" + key(8) + "\n")
        if os.geteuid() == 0:
            for path in ("/home/bob/.ssh", "/home/bob/.ssh/authorized_keys"):
                os.chown(self.path(path), 1000, 1000)
        revoked = self.fingerprint(9)
        would = self.would(order(1, revoked=[revoked], revoking=[revoked]))
        self.assertEqual([("bob", "The line of %s, which is revoked, is taken out." % revoked), ("root", would[1]["change"])],
                         [(one["user"], one["change"]) for one in would])
        self.assertEqual([], self.would(order(1, revoked=[self.fingerprint(7)])))
        would = self.would(order(1, revoked=[self.fingerprint(7)], revoked_keys="krl"))
        self.assertEqual(["/etc/ssh/latchkey.krl"], [one["file"] for one in would])

    def test_taking_the_agent_off(self):
        self.give()
        would = self.would({"latchkey": 1, "verb": "remove", "request": "r", "node": NODE, "generation": 2})
        self.assertEqual(["line", "agent"], [one["what"] for one in would])

    def authorizing(self, **more):
        action = dict({"verb": "authorize_key", "not_after": within(), "authorize": 1, "key": key(9)}, **more)
        return order(2, [grant()], action=action)

    def test_the_verbs_for_keys(self):
        self.give()
        self.assertIn("is put in", self.would(self.authorizing())[0]["change"])
        self.put("/root/.ssh/id.pub", key(8) + "\n")
        self.assertEqual("It is deleted.", self.would(self.with_action(
            verb="delete_key", file="id.pub", leave_authorized=0, held=[]))[-1]["change"])
        made = self.with_action(verb="generate_key", file="new", algorithm="ed25519", abort=1)
        self.assertEqual(["/root/.ssh/new", "/root/.ssh/new.pub"], [one["file"] for one in self.would(made)])
        made["action"].update(file="id.pub")
        told = self.rehearsed(made)["rehearsal"]
        self.assertIn("exists already", told["refused"])
        imported = self.with_action(verb="import_key", file="id.pub", key=key(9), fingerprint=self.fingerprint(9))
        self.assertEqual(["It is kept under another name, id.pub.TIME.", "It is written."], [one["change"] for one in self.would(imported)])

    def with_action(self, **action):
        return order(2, [grant()], action=dict(action, not_after=within()))

    @staticmethod
    def fingerprint(number):
        return parse_public_key(key(number)).fingerprint

    def test_a_key_pair_is_not_made_for_it(self):
        self.give()
        with mock.patch("latchkey_agent.ahead.made", side_effect=AssertionError), mock.patch.dict(
                "latchkey_agent.ahead.WORK", generate_key=mock.Mock(side_effect=AssertionError)) as work:
            told = self.inside(rehearse(self.with_action(verb="generate_key", file="new", algorithm="ed25519", abort=1)))
            self.assertFalse(work["generate_key"].called)
        self.assertNotIn("ssh-ed25519", json.dumps(told))

    def test_a_key_that_is_authorized_otherwise_is_refused_as_it_would_be(self):
        self.give()
        self.put("/root/.ssh/authorized_keys", self.get().decode() + "no-pty " + key(9) + "\n")
        told = self.rehearsed(self.authorizing())["rehearsal"]
        self.assertIn("other options", told["refused"])
        self.assertEqual(["taken out", "put in"], [one["change"].split(" is ")[1].rstrip(".") for one in self.would(self.authorizing(replace=1))])

    def test_an_order_for_many(self):
        self.send(order(1, [grant()], hash=HASH))
        would = self.would(act(line(2)), AWS_SSM_INSTANCE_ID=NODE)
        self.assertEqual(["line"], [one["what"] for one in would])
        told = self.rehearsed(act(line(2, "b" * 64)), AWS_SSM_INSTANCE_ID=NODE)
        self.assertIn("another state", told["problem"])

    def test_a_look_is_a_look(self):
        self.give()
        told = self.rehearsed({"latchkey": 1, "verb": "observe", "request": "look", "node": NODE})
        self.assertEqual(["PRESENT"], [one["state"] for one in told["grants"]])

    def test_a_request_that_was_rehearsed_is_done_when_it_comes(self):
        self.give()
        self.would(self.authorizing())
        self.assertEqual("DONE", self.send(self.authorizing())["outcome"])
        self.assertIn(key(9).encode(), self.get())

    def test_what_is_damaged_stays_where_it_is(self):
        self.give()
        self.put("/var/lib/latchkey/state.json", "{")
        self.put("/var/lib/latchkey/answers.json", "{")
        told = self.rehearsed(order(2, [grant()]))
        self.assertEqual("DONE", told["outcome"])

    def test_at_no_point_anything_is_written(self):
        """Whatever call of the system would change something fails, and the rehearsal does not notice."""
        self.give()
        own = dict(grant(8, "lk-8"), account="own", sudo=1)
        forbidden = ("rename", "unlink", "mkdir", "rmdir", "makedirs", "chmod", "fchmod", "chown", "lchown", "fsync", "pwrite", "kill", "link", "truncate")
        for given in (order(2, [grant(lasts=9000), own]), order(2, [], [grant()]), self.authorizing(),
                      {"latchkey": 1, "verb": "remove", "request": "r", "node": NODE, "generation": 2}):
            patches = [mock.patch("os." + name, side_effect=AssertionError(name)) for name in forbidden]
            for one in patches:
                one.start()
            try:
                agent = Agent(self.root)
                told = agent.order(io.BytesIO(json.dumps(rehearse(given)).encode()))
            finally:
                for one in patches:
                    one.stop()
            agent.store.unlock()
            self.assertEqual("DONE", told["outcome"], told)
            self.assertEqual([], told["rehearsal"]["unknown"])
            self.assertTrue(told["rehearsal"]["would"])

    def test_many_changes_are_counted(self):
        grants = [grant(ticket) for ticket in range(1, 200)]
        told = self.rehearsed(order(1, grants))
        self.assertEqual(199, told["rehearsal"]["more"] + len(told["rehearsal"]["would"]))
        self.assertGreater(len(told["rehearsal"]["would"]), 50)


class RehearseHulk(HulkCase, Everything):
    """Lists of cPHulk; a program of the folder stands for it."""

    def would_change(self, verb, **more):
        return [one["change"] for one in self.would(order(9, self.grants, action=action(verb, **more)))]

    def test_lists(self):
        self.hulk(white={OTHER: "office"})
        self.assertEqual([OFFICE + " is entered in the white list."], self.would_change("enter_hulk", ips=[OFFICE], comment=""))
        self.assertEqual([OTHER + " is taken out of the white list."], self.would_change("remove_hulk", ips=[OTHER, OFFICE]))
        self.assertEqual(["What cPHulk remembers of failed logins from %s is forgotten, and bans of it end." % OFFICE],
                         self.would_change("flush_hulk", ips=[OFFICE]))

    def test_what_a_grant_needs(self):
        self.grants = [grant(ranges=[VENDOR])]
        self.change("enter_hulk", ips=[VENDOR], comment="")
        self.assertEqual([VENDOR + " stays on the white list until the grant of ticket 7 ends, which needs it, and goes then."],
                         self.would_change("remove_hulk", ips=[VENDOR]))

    def test_where_it_is_disabled(self):
        self.hulk(enabled=0)
        told = self.rehearsed(order(9, action=action("enter_hulk", ips=[OFFICE], comment="")))["rehearsal"]
        self.assertEqual("cPHulk is disabled on the server.", told["refused"])

    def test_what_would_change_something_is_not_called(self):
        hulk = DryHulk(Server(self.root), None, None)
        with self.assertRaisesRegex(Problem, "a rehearsal would have called create_cphulk_record"):
            hulk._change("create_cphulk_record", "white", [OFFICE], 0)


if __name__ == "__main__":
    unittest.main()
