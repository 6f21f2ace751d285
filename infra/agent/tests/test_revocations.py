"""Keys that are revoked on a server: out of every file, kept out, and told of. With folders."""
import io
import json
import os
import subprocess
import unittest
from unittest import mock

from latchkey_agent import quiet
from latchkey_agent.agent import Agent
from latchkey_agent.keys import parse_public_key
from latchkey_agent.logins import Login
from latchkey_agent.processes import Process
from latchkey_agent.sessions import Found, Sessions
from tests.support import Folder, grant, key, observe, order, within
from tests.test_crash import Crash, killing
from tests.test_many import line as line_of_many

BOBS = "/home/bob/.ssh/authorized_keys"
STATE = "/var/lib/latchkey/state.json"


def print_of(public):
    return parse_public_key(public).fingerprint


REVOKED, OTHER = key(5), key(6)
FINGERPRINT = print_of(REVOKED)


class RevocationsTest(Folder):

    def setUp(self):
        super().setUp()
        self.number = 0
        self.put(self.keys, "# mine\n%s mine\n%s stolen\n" % (OTHER, REVOKED))
        self.put(BOBS, 'no-pty,command="x" %s a\n%s b\n' % (REVOKED, OTHER))

    def revoke(self, *keys, grants=(), ending=(), revoking=None, **more):
        self.number += 1
        keys = [print_of(one) for one in keys or (REVOKED,)]
        return self.send(order(self.number, grants, ending, revoked=keys, revoking=keys if revoking is None else revoking, **more))

    def entry(self, told, number=0):
        return told["revoked"][number]

    def test_its_lines_go_from_the_files_of_every_account_and_others_stay(self):
        told = self.revoke()
        self.assertEqual("DONE", told["outcome"], told)
        self.assertEqual(("# mine\n%s mine\n" % OTHER, "%s b\n" % OTHER), (self.get().decode(), self.get(BOBS).decode()))
        self.assertEqual([{"fingerprint": FINGERPRINT, "gone": True, "krl": 0, "lines": [
            {"user": "bob", "file": BOBS, "line": 1}, {"user": "root", "file": self.keys, "line": 3}],
            "sessions_ended": [], "processes_ended": [], "left": []}], told["revoked"])
        self.assertEqual(told["revoked"], self.send(order(1, revoked=[FINGERPRINT], revoking=[FINGERPRINT]))["revoked"])  # a repeat
        self.assertEqual([], self.entry(self.revoke())["lines"])
        self.assertEqual([], self.revoke(revoking=[])["revoked"])
        self.assertNotIn("revoked", self.send(order(9)))

    def test_a_later_epoch_that_does_not_know_of_it_lets_no_key_in_until_it_names_it(self):
        self.revoke()
        told = self.send(order(1, epoch=1))
        self.assertEqual([(FINGERPRINT, 1)], [(one["fingerprint"], one.get("kept")) for one in told.get("revoked", [])])
        for last in (self.send(order(1, epoch=1)), self.send(order(2, epoch=1))):  # a repeat, and an order of a table that has not read it
            self.assertEqual(FINGERPRINT, self.entry(last)["fingerprint"])
        self.put(self.keys, "%s back\n" % REVOKED)
        self.sweep()
        self.assertNotIn(REVOKED, self.get().decode())
        self.assertEqual(1, self.entry(self.send(observe()))["kept"])
        self.assertNotIn("kept", self.entry(self.send(order(3, epoch=1, revoked=[FINGERPRINT], revoking=[FINGERPRINT]))))
        self.assertNotIn("revoked", self.send(order(4, epoch=1)))  # now the table knows it, and allows it

    def test_an_order_that_is_stale_is_told_what_is_revoked(self):
        self.revoke()
        self.revoke()
        told = self.send(order(1))
        self.assertEqual(("STALE", [{"fingerprint": FINGERPRINT, "gone": "unknown", "kept": 1}]), (told["outcome"], told["revoked"]))

    def test_the_line_of_a_grant_goes_and_its_grant_fails(self):
        one = grant(public=REVOKED)
        self.assertEqual("PRESENT", self.send(order(1, [one]))["grants"][0]["state"])
        self.number = 1
        told = self.revoke(grants=[one, grant(8, "bob")])
        self.assertEqual([("FAILED", FINGERPRINT + " is revoked on this server"), ("PRESENT", None)],
                         [(one["state"], one.get("problem")) for one in told["grants"]])
        self.assertNotIn(REVOKED.encode(), self.get())
        self.assertTrue(self.entry(told)["gone"] is True)
        self.sweep()
        self.assertNotIn(REVOKED.encode(), self.get())
        fresh = self.revoke(grants=[grant(9, public=REVOKED)])["grants"][0]
        self.assertEqual(("FAILED", False), (fresh["state"], fresh["stands"]))
        self.number += 1
        self.assertEqual("PRESENT", self.send(order(self.number, [grant(9, public=REVOKED)]))["grants"][0]["state"])

    def test_a_line_that_is_put_back_goes_with_the_next_sweep_and_the_next_order_tells(self):
        self.revoke()
        self.put(BOBS, self.get(BOBS) + REVOKED.encode() + b" again\n")
        swept = self.sweep()
        self.assertIsNotNone(swept)
        self.assertEqual((True, 2), (self.entry(swept)["gone"], self.entry(swept)["lines"][-1]["line"]), swept)
        self.assertEqual("%s b\n" % OTHER, self.get(BOBS).decode())
        told = self.revoke(revoking=[])
        self.assertEqual([{"user": "bob", "file": BOBS, "line": 2}], self.entry(told)["lines"])
        self.assertEqual([], self.revoke(revoking=[])["revoked"])

    def test_a_key_that_is_allowed_again_is_no_longer_kept_out(self):
        self.revoke()
        self.send(order(2))
        self.put(BOBS, REVOKED + "\n")
        self.assertIsNone(self.sweep())
        self.assertEqual(REVOKED + "\n", self.get(BOBS).decode())
        self.assertEqual({}, self.state()["revoked"])

    def test_a_sweep_with_nothing_to_do_is_quiet_and_any_change_ends_that(self):
        self.revoke()
        self.assertIsNone(self.sweep())
        root = os.path.realpath(self.root)
        self.assertTrue(quiet.is_quiet(root))
        for path in (self.keys, BOBS, BOBS + "2", "/etc/passwd"):
            before = self.get(path)
            self.put(path, before + (b"\n" if path != "/etc/passwd" else b"eve:x:%d:1::/home/eve:/bin/sh\n" % os.geteuid()))
            self.assertFalse(quiet.is_quiet(root), path)
            self.assertIsNone(self.sweep())
            self.assertTrue(quiet.is_quiet(root), path)

    def test_what_cannot_be_read_is_unknown_and_looked_at_when_it_changes(self):
        os.unlink(self.path(self.keys))
        self.put("/root/elsewhere", REVOKED + "\n")
        os.symlink("/root/elsewhere", self.path(self.keys))  # it leads out of the folder
        told = self.revoke()
        one = self.entry(told)
        self.assertEqual(("PARTIAL", "unknown"), (told["outcome"], one["gone"]), told)
        self.assertIn("leads out of the folder", one["questions"][0])
        self.assertEqual("unknown", self.entry(self.revoke(revoking=[]))["gone"])
        self.sweep()
        self.assertTrue(quiet.is_quiet(os.path.realpath(self.root)))
        os.unlink(self.path(self.keys))
        self.assertFalse(quiet.is_quiet(os.path.realpath(self.root)))
        self.assertTrue(self.entry(self.revoke())["gone"] is True)

    def test_a_line_beside_another_key_stays_and_is_no_proof(self):
        self.put(BOBS, "%s %s\n" % (OTHER, REVOKED))
        one = self.entry(self.revoke())
        self.assertEqual((False, [{"user": "bob", "file": BOBS, "line": 1}]), (one["gone"], one["copies"]))
        self.assertEqual("%s %s\n" % (OTHER, REVOKED), self.get(BOBS).decode())
        self.sweep()
        self.assertFalse(quiet.is_quiet(os.path.realpath(self.root)))

    def test_an_authority_may_have_signed_it(self):
        self.put("/etc/ssh/sshd_config", "")
        self.put(BOBS, "cert-authority %s ca\n" % OTHER)
        one = self.entry(self.revoke())
        self.assertEqual("unknown", one["gone"])
        self.assertIn(BOBS + " line 1: whether this authority signed the key cannot be told", one["questions"])
        self.put(BOBS, "cert-authority %s ca\n" % REVOKED)
        self.assertTrue(self.entry(self.revoke())["gone"] is True)
        self.assertEqual(b"", self.get(BOBS))

    def test_a_look_changes_nothing_and_finds_it(self):
        self.revoke()
        self.put(BOBS, REVOKED + "\n")
        told = self.send(observe())
        self.assertEqual((False, [{"user": "bob", "file": BOBS, "line": 1}]), (self.entry(told)["gone"], self.entry(told)["copies"]))
        self.assertEqual(REVOKED + "\n", self.get(BOBS).decode())

    def test_verbs_do_not_authorize_it(self):
        def act(number, **more):
            return self.revoke(action=dict({"verb": "authorize_key", "not_after": within(), "authorize": 1}, **more))["action"]
        self.put("/root/.ssh/one.pub", REVOKED + " x\n")
        for number, action in enumerate((
                {"key": REVOKED}, {"file": "one.pub"},
                {"verb": "import_key", "file": "new.pub", "key": REVOKED, "fingerprint": FINGERPRINT}), 1):
            told = act(number, **action)
            self.assertEqual((False, FINGERPRINT + " is revoked on this server"), (told["done"], told["problem"]))
        self.assertNotIn(REVOKED.encode(), self.get())
        self.assertFalse(os.path.exists(self.path("/root/.ssh/new.pub")))
        self.assertTrue(act(4, key=OTHER)["done"])
        self.assertTrue(act(5, key=REVOKED, authorize=0)["done"])

    def test_an_act_does_not_authorize_it_either(self):
        told = self.revoke()
        one = order(2, verb="act", servers=[dict(line_of_many(2), hash=told["hash"])],
                    action={"verb": "authorize_key", "not_after": within(), "authorize": 1, "key": REVOKED})
        for name in ("node", "generation", "grants", "ending"):
            del one[name]
        self.assertEqual(FINGERPRINT + " is revoked on this server", self.send(one)["action"]["problem"])

    def test_one_that_an_operator_authorized_is_drift_when_it_is_revoked(self):
        self.send(order(1, action={"verb": "authorize_key", "not_after": within(), "authorize": 1, "key": OTHER}))
        self.assertEqual([print_of(OTHER)], self.state()["authorized"])
        self.number = 1
        self.revoke(OTHER)
        self.assertEqual([], self.state()["authorized"])
        self.assertNotIn(OTHER.encode(), self.get() + self.get(BOBS))

    def test_what_is_wrong_in_the_list_stops_nothing(self):
        many = ["SHA256:%043d" % number for number in range(101)]
        for given, wrong in (([FINGERPRINT, "SHA256:x"], "revoked"), ([FINGERPRINT, 7], "revoked"), ([FINGERPRINT] + many, "revoked")):
            self.put(BOBS, REVOKED + "\n")
            self.number += 1
            told = self.send(order(self.number, [grant()], revoked=given, revoking=[FINGERPRINT]))
            self.assertEqual(("PARTIAL", wrong, b""), (told["outcome"], told["faulty"][0]["in"], self.get(BOBS)), told)
            self.assertEqual("PRESENT", told["grants"][0]["state"])
        for more in ({"revoked": FINGERPRINT}, {"revoked": [FINGERPRINT], "revoked_keys": "yes"}, {"revoked": [], "revoking": None}):
            self.number += 1
            self.assertEqual("PARTIAL", self.send(order(self.number, [grant()], **more))["outcome"])

    def test_only_those_of_the_list_are_told_in_full(self):
        self.number += 1
        told = self.send(order(self.number, revoked=[FINGERPRINT], revoking=[print_of(OTHER)]))
        self.assertEqual([FINGERPRINT], [one["fingerprint"] for one in told["revoked"]])
        self.assertIn(OTHER.encode(), self.get())

    def test_the_list_is_part_of_the_state_that_is_wanted(self):
        hashes = {self.send(order(number, **more))["hash"] for number, more in enumerate((
            {}, {"revoked": [FINGERPRINT]}, {"revoked": [FINGERPRINT, print_of(OTHER)]},
            {"revoked": [FINGERPRINT], "revoked_keys": "krl"}), 1)}
        self.assertEqual(4, len(hashes))
        self.assertEqual(self.send(order(5))["hash"], self.send(order(6, revoked=[], revoked_keys="sweep"))["hash"])

    def test_a_hundred_are_kept_and_told_within_the_bound(self):
        keys = [key(number) for number in range(100, 200)]
        os.unlink(self.path(self.keys))
        os.symlink("/root/elsewhere", self.path(self.keys))
        self.put("/root/elsewhere", "")
        self.put(BOBS, "".join("%s x\n" % one for one in keys) * 3)
        told = self.revoke(*keys, revoking=[print_of(one) for one in keys[:20]])
        self.assertEqual(b"", self.get(BOBS))
        self.assertEqual(100, len(told["revoked"]) + told.get("more", 0))

    def test_what_was_put_aside_with_it_is_not_put_back(self):
        self.put("/root/.ssh/authorized_keys.latchkey-put-aside-20260101T000000Z", REVOKED + "\n")
        self.revoke()
        told = self.finish(self.start("restore-file", path="/root/.ssh/authorized_keys.latchkey-put-aside-20260101T000000Z"))
        self.assertIn("or that is revoked", told["problem"])

    def test_where_the_state_has_no_room_what_is_revoked_is_the_last_to_be_forgotten(self):
        self.send(order(1, [grant()]))
        agent = Agent(self.root)
        given = order(2, [grant(ticket) for ticket in range(7, 17)], revoked=[FINGERPRINT])
        with mock.patch("latchkey_agent.state.write_atomically", side_effect=OSError(28, "No space left on device")):
            self.assertEqual("PARTIAL", agent.order(io.BytesIO(json.dumps(given).encode()))["outcome"])
        agent.store.unlock()
        self.assertEqual([], self.state()["order"]["grants"])
        self.put(BOBS, REVOKED + "\n")
        self.sweep()
        self.assertEqual(b"", self.get(BOBS))

    @unittest.skipIf(os.geteuid() != 0, "root alone can mount")
    def test_with_a_var_that_cannot_be_written_it_goes_and_the_sweep_keeps_it_out(self):
        if subprocess.run(["unshare", "-m", "true"], stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("no namespaces here")
        self.send(order(1, [grant(9, "bob")]))
        var = self.path("/var")
        script = 'mount --bind "%s" "%s" && mount -o remount,ro,bind "%s" && exec "$@"' % (var, var, var)
        RevocationsTest.wrapped = ("unshare", "-m", "sh", "-c", script, "sh")
        self.addCleanup(setattr, RevocationsTest, "wrapped", ())
        self.number = 1
        told = self.revoke()
        self.assertEqual((True, "PARTIAL"), (self.entry(told)["gone"], told["outcome"]))
        self.assertNotIn(REVOKED.encode(), self.get() + self.get(BOBS))
        self.put(BOBS, REVOKED + "\n")
        self.sweep()
        self.assertEqual(b"", self.get(BOBS))


class SessionsTest(Folder):
    """Which sessions count, with logins that are made up; the laboratory has real ones."""

    @staticmethod
    def login(user, public, address="198.51.100.9", pid=500):
        process = Process(pid, 1, 0, "sshd", "sshd: %s" % user, 0) if public is not False else None
        return Login(user, print_of(public) if public else None, address, 4000, 1, process, pid, "7", "", 0)

    def found(self, logins, gone=None):
        store = mock.Mock(state={"logins": {}})
        sessions = Sessions(mock.Mock(live=True), store, mock.Mock(held={}), [22])
        sessions.revoked.add(FINGERPRINT)
        sessions.logins.text = {}
        with mock.patch.object(sessions.logins, "all", return_value=logins) as asked, \
                mock.patch.object(sessions, "_gather") as gather, mock.patch("latchkey_agent.sessions.processes", return_value={}):
            found = sessions.find(gone or {}, {user: {} for user in gone or {}})
        self.assertEqual(mock.call(), asked.call_args)  # those of every account
        return [one.user for call in gather.call_args_list for one in call[0][0]], found

    def test_those_of_the_key_end_as_any_account_and_those_of_others_are_left_alone(self):
        his, found = self.found([self.login("bob", REVOKED), self.login("root", OTHER), self.login("eve", REVOKED)])
        self.assertEqual((["bob", "eve"], [], [], []), (his, found.unattributed, found.anybodys, found.left))

    def test_one_that_nobody_can_attribute_may_be_its_and_is_no_matter_for_grants_from_elsewhere(self):
        his, found = self.found([self.login("bob", None)], {"bob": {print_of(OTHER): ["203.0.113.0/24"]}})
        self.assertEqual(([], [], ["bob"]), (his, found.unattributed, [one.user for one in found.anybodys]))

    def test_the_statement_says_which_and_is_no_proof(self):
        given = order(1, revoked=[FINGERPRINT], revoking=[FINGERPRINT])
        for found, gone, name in ((Found([], [], [], [self.login("bob", None)]), "unknown", "unattributed"),
                                  (Found([("bob", FINGERPRINT)], [], [], []), False, "problem"),
                                  (Found([("bob", print_of(OTHER))], [], [], []), True, "left")):
            with mock.patch.object(Sessions, "end", return_value=({}, found)):
                agent = Agent(self.root)
                one = agent.order(io.BytesIO(json.dumps(given).encode()))["revoked"][0]
                agent.store.unlock()
            self.assertEqual((gone, True), (one["gone"], name in one), one)


class CrashTest(Crash):

    def test_a_revocation_killed_at_every_point_ends(self):
        more = {"revoked": [FINGERPRINT], "revoking": [FINGERPRINT]}
        stolen = FOREIGN + REVOKED + "\n"

        def given():
            self.generation += 1
            return order(self.generation, **more)
        self.put(self.keys, stolen)
        reading, writing = os.pipe()
        self.forked("order", given(), killing(None, writing))
        os.close(writing)
        with os.fdopen(reading) as pipe:
            points = pipe.read().splitlines()
        self.assertIn("rename before .authorized_keys.latchkey", points)
        for number, name in enumerate(points):
            self.forked("order", self.next())
            self.put(self.keys, stolen)
            one = given()
            self.forked("order", one, killing(number))
            self.assertIn(self.get().decode(), (FOREIGN, stolen), name)
            self.forked("sweep")
            if self.get().decode() != FOREIGN:  # it was killed before the order was noted
                self.forked("order", one)
            self.assertEqual(FOREIGN, self.get().decode(), name)
            told, _ = self.forked("order", one)
            self.assertEqual(("DONE", True), (told["outcome"], told["revoked"][0]["gone"]), (name, told))


FOREIGN = "# mine\n" + key(9) + " mine\n"

if __name__ == "__main__":
    unittest.main()
