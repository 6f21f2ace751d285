"""What an order may say, each entry judged by itself, and full disks."""
import io
import json
import os
import subprocess
import sys
import unittest

from latchkey_agent.errors import Refused
from latchkey_agent.keys import parse_public_key
from latchkey_agent.orders import checked_order, read_order
from tests.support import AGENT, Folder, NODE, grant, key, observe, order, within


class RefusalTest(Folder):

    def refused(self, given, reason):
        """The check alone, which comes before the first look at the server."""
        with self.assertRaises(Refused, msg=given) as caught:
            checked_order(read_order(io.BytesIO(
                given if isinstance(given, bytes) else given.encode())))
        self.assertIn(reason, str(caught.exception))

    def failed(self, given, reason):
        """That entry alone; `reason` names the field."""
        faults = checked_order(read_order(io.BytesIO(given.encode())))["entries"].faults
        self.assertEqual([True], [reason in one.problem for one in faults], given)

    def failed_action(self, given, reason):
        self.assertIn(reason, checked_order(read_order(io.BytesIO(given.encode())))["action"]["fault"], given)

    def test_a_refused_order_leaves_nothing_behind(self):
        told = self.send(json.dumps(order(1, [grant()], node="")))
        self.assertEqual(("REFUSED", 0, None), (told["outcome"], told["generation"], told["node"]))
        self.assertIn("node", told["problem"])
        self.assertFalse(os.path.exists(self.path("/root/.ssh")) or os.path.exists(self.path("/var/lib/latchkey")))

    def changed(self, **more):
        return json.dumps(order(1, [dict(grant(), **more)]))

    def test_what_is_no_whole_json_object(self):
        for given in ("", "{", "[]", "1", "null", "[" * 50000, b"\xff{}"):
            self.refused(given, "order")

    def test_more_than_128_kib(self):
        self.refused(json.dumps(order(1, padding="x" * 131072)), "128 KiB")

    def test_wrong_types_and_ranges_of_the_order_itself(self):
        for name, value in (("latchkey", 2), ("latchkey", True), ("verb", "rm"), ("request", ""), ("request", "a b"),
                            ("request", "x" * 65), ("node", ""), ("node", 3), ("generation", 0), ("generation", True),
                            ("generation", 2 ** 53), ("generation", 1.0), ("grants", None), ("grants", {}),
                            ("ending", 3)):
            self.refused(json.dumps(dict(order(1), **{name: value})), name if name != "grants" else "grant")

    def test_wrong_tickets_users_and_times(self):
        for value in (0, -1, True, "7", None, 2 ** 53):
            self.failed(self.changed(ticket=value), "ticket")
        for value in ("", "Root", "a b", "../x", "-x", "x" * 33, "root\n", "r\u00f6t", None, 5):
            self.failed(self.changed(user=value), "user")
        for value in (0, -5, True, "soon", None, 10 ** 15):
            self.failed(self.changed(expires_at=value), "expires_at")

    def test_wrong_ranges(self):
        for value in ([], "203.0.113.0/24", ["203.0.0.0/15"], ["0.0.0.0/0"], ["::/0"], ["2001::/31"], ["*"], [5],
                      ['1.2.3.4",command="x'], ["fe80::1%eth0"], ["1.2.3.4/33"], ["1.2.3.4"] * 65):
            self.failed(self.changed(**{"from": value}), "from")

    def test_wrong_keys(self):
        blob = key(1).split()[1]
        for value in ("", "ssh-ed25519", 5, None, "ssh-dss " + blob, "ssh-rsa " + blob, "ssh-ed25519 " + blob[:-4],
                      "ssh-ed25519 %s\nssh-ed25519 %s" % (blob, blob), "ssh-ed25519 " + blob + "AAAA",
                      "command=\"x\" ssh-ed25519 " + blob, "ssh-ed25519 !" + blob, "ssh-ed25519 AAAA"):
            self.failed(self.changed(key=value), "key")

    def test_contradictions(self):
        told = self.send(order(1, [grant(), grant(), grant(8)]))
        self.assertEqual({(7, "FAILED"), (8, "PRESENT")}, {(one["ticket"], one["state"]) for one in told["grants"]})
        self.assertNotIn(b"latchkey-ticket-7", self.get())
        told = self.send(order(2, [grant(8)], [grant(8)]))
        self.assertEqual(("FAILED", True), (told["grants"][0]["state"], told["ended"][0]["gone"]))
        self.assertEqual(b"", self.get())

    def test_keys_of_all_accepted_types_and_unknown_members_are_taken(self):
        kinds = [key(1), key(1, "ssh-rsa"), key(1, "ecdsa-sha2-nistp256")]
        grants = [dict(grant(ticket, public=public), more=1) for ticket, public in enumerate(kinds, 1)]
        self.assertEqual("DONE", self.send(order(1, grants, novelty={"x": 1}))["outcome"])

    def test_wrong_actions(self):
        good = {"verb": "authorize_key", "not_after": within(), "authorize": 1, "key": key(9)}
        for change in ({"verb": "rm"}, {"not_after": True}, {"authorize": 2}, {"authorize": True}, {"file": "a"},
                       {"key": "x"}, {"key": key(9) + " latchkey-ticket-1"},
                       {"options": 5}, {"options": 'command="x"'}, {"options": "no-pty,"}, {"options": "no-pty\n"},
                       {"options": 'from="a" ssh-rsa'}, {"options": 'from="a"b"'}, {"options": "environment=\"A=1\""},
                       {"options": 'from="a\\"'}, {"options": 'expiry-time="never"'}, {"verb": "list_keys"}):
            self.failed_action(json.dumps(order(1, action=dict(good, **change))), "")
        for name in ("../x", "a/b", ".hidden", "", "-x", "x" * 256, 5):
            self.failed_action(json.dumps(order(1, action={"verb": "authorize_key", "not_after": within(),
                                                           "authorize": 1, "file": name})), "file")
        self.failed_action(json.dumps(observe(action=good)), "does not come with")

    def test_another_node_than_the_first_or_than_this_machine(self):
        told = self.send(order(1, [grant()]), AWS_SSM_INSTANCE_ID="i-another")
        self.assertEqual("REFUSED", told["outcome"])
        self.give(1)
        told = self.send(order(2, [], [grant()], node="i-another"))
        self.assertEqual(("REFUSED", NODE, 1), (told["outcome"], told["node"], told["generation"]))
        self.assertIn(b"latchkey-ticket-7", self.get())

    def test_the_command_line(self):
        for args in ([], ["reboot"], ["order", "--root"], ["order", "--root", "/does/not/exist"], ["order", "x", "y"]):
            run = subprocess.run([sys.executable, AGENT] + args, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.assertEqual((2, b""), (run.returncode, run.stdout))
        self.assertEqual(b"1\n", subprocess.check_output([sys.executable, AGENT, "version"]))


class OneByOneTest(Folder):
    """A bad entry gets its reason; all others are carried out."""

    def test_a_bad_key_stops_neither_grants_nor_endings_nor_actions(self):
        self.send(order(1, [grant(1), grant(2, "bob")]))
        bad = dict(grant(3), key=key(1)[:-4])
        action = {"verb": "authorize_key", "not_after": within(), "authorize": 1, "key": key(9)}
        told = self.send(order(2, [bad, grant(2, "bob")], [grant(1), dict(bad, ticket=4)], action=action))
        self.assertEqual(("PARTIAL", 2), (told["outcome"], told["generation"]))
        self.assertEqual({(2, "PRESENT"), (3, "FAILED")}, {(one["ticket"], one["state"]) for one in told["grants"]})
        self.assertEqual({(1, True), (4, False)}, {(one["ticket"], one["gone"]) for one in told["ended"]})
        for one in told["grants"][1:] + told["ended"][1:]:
            self.assertIn("key: the public key", one["problem"])
        self.assertTrue(told["action"]["done"])
        self.assertEqual(key(9) + "\n", self.get().decode())
        self.assertEqual({"FAILED", "PRESENT"}, {one["state"] for one in self.send(observe())["grants"]})
        self.assertEqual("DONE", self.send(order(3, [grant(2, "bob")], [grant(1)]))["outcome"])

    def test_each_kind_of_fault_concerns_its_entry_alone(self):
        self.give(1, ticket=99)
        for number, change in enumerate(({"user": "../x"}, {"ticket": "7"}, {"from": ["*"]}, {"expires_at": "soon"},
                                         {"key": 5}, {"key": "ssh-rsa !"}), 2):
            bad = dict(grant(5), **change)
            told = self.send(order(number, [bad, 7, grant(8)], [grant(99), bad, None]))
            self.assertEqual((8, "PRESENT"), (told["grants"][0]["ticket"], told["grants"][0]["state"]))
            self.assertEqual((99, True), (told["ended"][0]["ticket"], told["ended"][0]["gone"]))
            named = "user" not in change and "ticket" not in change
            self.assertEqual((2, 2, 2) if named else (1, 1, 4),
                             tuple(len(told[name]) for name in ("grants", "ended", "faulty")))
            self.assertEqual("PARTIAL", told["outcome"])

    def test_the_old_line_of_an_entry_that_became_bad_is_taken_out(self):
        self.give()
        self.send(order(2, [dict(grant(), key="x")]))
        self.assertEqual(b"", self.get())
        self.give(3)
        self.send(order(4, [], [dict(grant(), key="x")]))
        self.assertEqual(b"", self.get())

    def test_so_it_is_where_no_lease_is_known_any_more(self):
        self.give()
        self.state(lambda state: state.update(leases={}, order={"grants": [], "ending": []}))
        self.send(order(2, [], [dict(grant(), key="x")]))
        self.assertEqual(b"", self.get())

    def test_an_ending_may_name_a_fingerprint_in_place_of_a_key(self):
        self.give()
        ending = {"ticket": 7, "user": "root", "fingerprint": parse_public_key(key(1)).fingerprint}
        self.put(self.keys, self.get() + key(1).encode())
        for number, one in enumerate((ending, dict(ending, key="x", **{"from": ["203.0.113.0/24"]})), 2):
            told = self.send(order(number, [], [one]))
            self.assertEqual(("DONE", True, ending["fingerprint"]),
                             (told["outcome"], told["ended"][0]["gone"], told["ended"][0]["fingerprint"]))
        self.assertEqual(b"", self.get())
        self.assertIsNone(self.sweep())
        told = self.send(order(4, [dict(ending, expires_at=within(99), **{"from": ["203.0.113.0/24"]})]))
        self.assertIn("key: ", told["grants"][0]["problem"])

    def test_a_bad_action_is_told_and_the_rest_is_done(self):
        for number, action in enumerate(([], {"verb": "rm"}, {"verb": "list_keys", "not_after": within()},
                                         {"verb": "authorize_key", "not_after": within(), "authorize": 1, "key": "x"}), 1):
            told = self.send(order(number, [grant()], action=action))
            self.assertEqual(("PARTIAL", "PRESENT", False),
                             (told["outcome"], told["grants"][0]["state"], told["action"]["done"]))
        told = self.send(observe(action={"verb": "rm"}))
        self.assertEqual(("PARTIAL", False), (told["outcome"], told["action"]["done"]))
        self.assertIn("verb", told["action"]["problem"])


class FullDiskTest(Folder):

    def test_a_file_that_may_not_grow_stays_as_it_was(self):
        theirs = b"# mine\n" * 4000
        self.put(self.keys, theirs)
        args = [AGENT, "order", "--root", self.root]
        script = ("import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (28000, 28000));"
                  "sys.argv = %r; runpy.run_path(sys.argv[0], run_name='__main__')" % args)
        run = subprocess.run([sys.executable, "-c", script], input=json.dumps(order(1, [grant()])).encode(),
                             stdout=subprocess.PIPE)
        told = json.loads(run.stdout.decode())
        self.assertEqual("%s: File too large" % self.keys, told["grants"][0]["problem"])
        self.assertEqual(theirs, self.get())
        self.assertEqual(["authorized_keys"], os.listdir(self.path("/root/.ssh")))

    @unittest.skipUnless(os.geteuid() == 0, "root alone can mount a small file system")
    def test_a_full_and_a_read_only_disk_are_named_and_change_nothing(self):
        theirs = b"# mine\n" * 1000
        self.put("/order", json.dumps(order(1, [grant()])))
        for options, reason in (("size=8k", "No space left on device"), ("ro", "Read-only file system")):
            script = """set -e
                mkdir -p "$1/root/.ssh"; mount -t tmpfs -o size=8k none "$1/root/.ssh"
                cp "$1/theirs" "$1/root/.ssh/authorized_keys"; mount -o remount,%s "$1/root/.ssh"
                "$2" "$3" order --root "$1" < "$1/order" || true
                cmp "$1/theirs" "$1/root/.ssh/authorized_keys"; test $(ls -A "$1/root/.ssh" | wc -l) = 1""" % options
            self.put("/theirs", theirs)
            run = subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", self.root, sys.executable, AGENT],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.assertEqual((0, b""), (run.returncode, run.stderr))
            told = json.loads(run.stdout.decode())
            self.assertEqual("%s: %s" % (self.keys, reason), told["grants"][0]["problem"])

    def test_a_log_that_cannot_be_written_is_told_and_stops_nothing(self):
        self.put("/var/log/latchkey", "not a directory")
        self.assertFalse(self.give()["audit_log"])

    def test_a_state_that_cannot_be_written_leaves_everything_as_it_was(self):
        os.makedirs(self.path("/var/lib/latchkey/state.json.new"))
        told = self.send(order(1, [grant()]))
        self.assertEqual(("PARTIAL", "FAILED"), (told["outcome"], told["grants"][0]["state"]))
        self.assertIn("cannot be written down", told["grants"][0]["problem"])
        self.assertEqual(b"", self.get())


if __name__ == "__main__":
    unittest.main()
