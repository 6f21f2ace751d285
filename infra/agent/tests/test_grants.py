"""Giving and ending access in a folder: lines, leases, expiry, drift, and what appeared meanwhile."""
import hashlib
import json
import os
import time
import unittest

from tests.support import AGENT, Folder, NODE, grant, key, observe, order


def expire(state):
    for one in state["order"]["grants"]:
        one["expires_at"] = 1000


class GrantTest(Folder):

    def test_a_grant_writes_exactly_one_restricted_line(self):
        told = self.give(ranges=["203.0.113.9/24", "2001:db8::/48"])
        stamp = time.strftime("%Y%m%d%H%M%SZ", time.gmtime(grant()["expires_at"]))
        line = 'restrict,pty,from="203.0.113.0/24,2001:db8::/48",expiry-time="%s" %s latchkey-ticket-7\n'
        self.assertEqual(self.get().decode(), line % (stamp, key(1)))
        self.assertEqual(["PRESENT"], [one["state"] for one in told["grants"]])
        self.assertEqual([], told["unmanaged"])
        self.assertEqual({name: {"state": "ABSENT"} for name in ("chain", "hosts_allow", "hulk")}, told["doors"])

    def test_the_observation_says_who_looked_and_when(self):
        told = self.send(order(3, [grant()]), SSM_COMMAND_ID="c-1", AWS_SSM_INSTANCE_ID=NODE)
        with open(AGENT, "rb") as file:
            self.assertEqual({"version": "1", "sha256": hashlib.sha256(file.read()).hexdigest()}, told["agent"])
        self.assertEqual(("r-3", "c-1", NODE, 3, True),
                         tuple(told[name] for name in ("request", "command", "node", "generation", "audit_log")))
        self.assertEqual([22], told["ssh"]["ports"])

    def test_files_and_directories_are_made_with_narrow_modes(self):
        self.give(user="bob")
        self.send(order(2, [grant(), grant(user="bob")]))
        for path, mode in (("/root/.ssh", 0o700), (self.keys, 0o600), ("/home/bob/.ssh", 0o700),
                           ("/home/bob/.ssh/authorized_keys", 0o600), ("/var/lib/latchkey", 0o700),
                           ("/var/lib/latchkey/state.json", 0o600), ("/var/log/latchkey/audit.log", 0o600)):
            self.assertEqual(mode, os.stat(self.path(path)).st_mode & 0o7777, path)

    @unittest.skipUnless(os.geteuid() == 0, "root alone can act as another account")
    def test_an_accounts_file_belongs_to_the_account(self):
        self.give(user="bob")
        self.assertEqual(1000, os.stat(self.path("/home/bob/.ssh/authorized_keys")).st_uid)

    def test_the_same_order_again_writes_nothing(self):
        one = order(1, [grant()])
        self.send(one)
        before = os.stat(self.path(self.keys))
        self.assertEqual("DONE", self.send(one)["outcome"])
        self.assertEqual((before.st_ino, before.st_mtime), (os.stat(self.path(self.keys)).st_ino, before.st_mtime))

    def test_a_longer_grant_replaces_its_line_and_is_no_drift(self):
        self.give()
        told = self.give(2, lasts=9000)
        self.assertEqual(1, self.get().count(b"\n"))
        self.assertEqual([], told["unmanaged"])

    def test_two_tickets_may_share_a_key_and_end_apart(self):
        self.send(order(1, [grant(7), grant(8)]))
        self.assertEqual(2, self.get().count(b"latchkey-ticket-"))
        told = self.send(order(2, [grant(8)], [grant(7)]))
        self.assertEqual("DONE", told["outcome"])
        self.assertTrue(told["ended"][0]["gone"])
        self.assertIn(b"latchkey-ticket-8\n", self.get())
        self.assertNotIn(b"latchkey-ticket-7", self.get())

    def test_an_ended_grant_is_proven_gone_again_and_again(self):
        self.give()
        first = self.send(order(2, [], [grant()]))["ended"][0]
        self.assertTrue(first["gone"])
        self.assertEqual(b"", self.get())
        self.assertEqual({"keys": [], "users": [], "sudoers": []}, first["appeared"])
        again = self.send(order(3, [], [grant()]))["ended"][0]
        self.assertEqual((True, first["removed_at"]), (again["gone"], again["removed_at"]))

    def test_an_ending_needs_no_end_and_nothing_to_have_been_there(self):
        one = grant()
        del one["expires_at"]
        told = self.send(order(1, [], [one]))
        self.assertEqual(("DONE", True), (told["outcome"], told["ended"][0]["gone"]))
        self.assertFalse(os.path.exists(self.path("/root/.ssh")))

    def test_a_grant_that_no_order_speaks_of_is_taken_out(self):
        self.give()
        self.assertEqual("DONE", self.send(order(2))["outcome"])
        self.assertEqual((b"", {}), (self.get(), self.state()["leases"]))

    def test_an_expired_grant_is_ended_by_an_order(self):
        told = self.send(order(1, [grant(lasts=-5)]))
        self.assertEqual(("DONE", "EXPIRED"), (told["outcome"], told["grants"][0]["state"]))
        self.assertEqual(b"", self.get())

    def test_the_sweep_ends_what_expired_and_then_is_silent(self):
        self.put(self.keys, "# mine\n")
        self.give()
        self.assertIsNone(self.sweep())
        self.state(expire)
        self.assertEqual("EXPIRED", self.sweep()["grants"][0]["state"])
        self.assertEqual(b"# mine\n", self.get())
        self.assertIsNone(self.sweep())

    def test_a_sweep_before_the_first_order_does_nothing(self):
        self.assertIsNone(self.sweep())
        self.assertFalse(os.path.exists(self.path("/var/lib/latchkey")))

    def test_what_a_crash_left_undone_is_done_by_the_sweep(self):
        self.give()
        self.put(self.keys, "")
        self.state(lambda state: state.update(finished=False))
        self.assertEqual("PRESENT", self.sweep()["grants"][0]["state"])
        self.assertTrue(self.state()["finished"])

    def test_a_grant_that_failed_is_not_completed_by_the_sweep(self):
        self.put("/etc/ssh/sshd_config", "AuthorizedKeysFile /etc/ssh/keys\n")
        told = self.send(order(1, [grant()]))
        self.assertEqual(("PARTIAL", "FAILED"), (told["outcome"], told["grants"][0]["state"]))
        self.assertIn("no file that is the account root's alone", told["grants"][0]["problem"])
        self.assertIs(False, told["grants"][0]["stands"])
        self.put("/etc/ssh/sshd_config", "")
        self.sweep()
        self.assertEqual(b"", self.get())
        self.assertEqual("PRESENT", self.send(order(1, [grant()]))["grants"][0]["state"])

    def test_that_nothing_of_it_stands_is_stated_only_where_that_was_read(self):
        self.give()
        self.put("/etc/ssh/sshd_config", "AuthorizedKeysFile /etc/ssh/keys\n")
        self.assertNotIn("stands", self.send(order(2, [grant(ranges=["192.0.2.0/24"])]))["grants"][0])
        self.put(self.keys, key(2) + "\n")
        self.assertNotIn("stands", self.send(order(3, [dict(grant(9), key=key(2))]))["grants"][0])
        self.assertIs(False, self.send(order(4, [dict(grant(9), key="ssh-ed25519 AAAA")]))["grants"][0]["stands"])
        self.assertIs(False, self.send(order(5, [grant(9, user="nobody-here")]))["grants"][0]["stands"])

    def test_unknown_accounts_fail_with_a_reason(self):
        told = self.send(order(1, [grant(user="nobody-here"), grant()]))
        self.assertEqual(["FAILED", "PRESENT"], [one["state"] for one in told["grants"]])
        self.assertIn("no account nobody-here", told["grants"][0]["problem"])

    def test_what_sshd_would_do_is_told_and_stops_no_grant(self):
        self.assertEqual(("yes", [], 3), self.verdict())
        self.put("/etc/ssh/sshd_config", "X11Forwarding no\nPermitRootLogin no\n")
        self.assertEqual(("no", ["PermitRootLogin (/etc/ssh/sshd_config line 2) is no: root cannot log in with a key; "
                                 "set it to prohibit-password"], 3), self.verdict())
        self.put("/etc/ssh/sshd_config", "Match Address 203.0.113.7\nPermitRootLogin no\n")
        self.assertEqual("unknown", self.verdict()[0])

    def verdict(self):
        told = self.give(self.state()["generation"] + 1 if self.get("/var/lib/latchkey/state.json") else 1)["grants"][0]
        self.assertEqual("PRESENT", told["state"])
        return told["would_admit"], told["because"], told["asked"]

    def test_observe_changes_nothing(self):
        self.give()
        self.put(self.keys, "")
        told = self.send(observe())
        self.assertEqual(("PARTIAL", "MISSING", 1), (told["outcome"], told["grants"][0]["state"], told["generation"]))
        self.assertEqual(["MISSING"], [one["what"] for one in told["unmanaged"]])
        self.assertEqual(b"", self.get())

    def test_the_first_of_several_files_is_written_and_ours_is_taken_out_of_all(self):
        self.put("/etc/ssh/sshd_config", "Include sshd_config.d/*.conf\nAuthorizedKeysFile ignored\n")
        self.put("/etc/ssh/sshd_config.d/a.conf", "Port 2222\nAuthorizedKeysFile .ssh/authorized_keys /etc/keys/%u\n"
                                                  "Match User x\nAuthorizedKeysFile other\n")
        self.put("/etc/keys/root", "%s latchkey-ticket-3\n# stays\n" % key(9), 0o644)
        self.assertEqual([2222], self.give()["ssh"]["ports"])
        self.assertEqual(b"# stays\n", self.get("/etc/keys/root"))
        self.assertIn(b"latchkey-ticket-7", self.get())

    def test_a_file_outside_of_the_home_is_made_readable_for_sshd(self):
        self.put("/etc/ssh/sshd_config", "AuthorizedKeysFile /etc/ssh/keys/%u\n")
        self.give(user="bob")
        self.assertIn(b"latchkey-ticket-7", self.get("/etc/ssh/keys/bob"))
        self.assertEqual(0o644, os.stat(self.path("/etc/ssh/keys/bob")).st_mode & 0o777)


class SharedFileTest(Folder):

    def test_a_grant_goes_only_into_a_file_that_is_the_accounts_alone(self):
        shared = "AuthorizedKeysFile /etc/ssh/authorized_keys"
        for number, (more, where) in enumerate(((" .ssh/authorized_keys", self.keys), (" /etc/k/%u", "/etc/k/root"),
                                                (" /etc/k/%U", "/etc/k/0"), (" %h/keys", "/root/keys"))):
            self.put("/etc/ssh/sshd_config", shared + more + "\n")
            self.give(2 * number + 1)
            self.assertIn(b"latchkey-ticket-7", self.get(where))
            self.assertEqual(b"", self.get("/etc/ssh/authorized_keys"))
            self.send(order(2 * number + 2, [], [grant()]))
            self.assertEqual(b"", self.get(where))

    def test_without_such_a_file_it_fails_with_that_reason(self):
        for number, value in enumerate(("/etc/ssh/authorized_keys", "/etc/ssh/%%u", "none"), 1):
            self.put("/etc/ssh/sshd_config", "AuthorizedKeysFile %s\n" % value)
            told = self.send(order(number, [grant(user="bob")]))["grants"][0]
            self.assertEqual("FAILED", told["state"])
            self.assertIn("no file that is the account bob's alone", told["problem"])
        self.assertEqual(b"", self.get("/etc/ssh/authorized_keys"))

    def test_accounts_that_share_a_file_keep_each_others_lines(self):
        self.put("/etc/passwd", self.get("/etc/passwd") + b"toor:x:0:0::/root:/bin/sh\n")
        for tickets in ((7, 8), (7, 7)):
            number = 10 * tickets[1]
            both = [grant(tickets[0]), grant(tickets[1], "toor")]
            told = self.send(order(number, both))
            self.assertEqual(("DONE", ["PRESENT"] * 2, []),
                             (told["outcome"], [one["state"] for one in told["grants"]], told["unmanaged"]))
            self.assertIsNone(self.sweep())
            told = self.send(order(number + 1, both[1:], both[:1]))
            self.assertEqual("PRESENT", told["grants"][0]["state"])
            self.assertIsNone(self.sweep())
            self.assertEqual("DONE", self.send(order(number + 2, [], both))["outcome"])
            self.assertEqual(b"", self.get())
            self.state(lambda state: state.update(generation=1))


class DriftTest(Folder):

    def found(self, told):
        return [(one["what"], one["user"], one["file"]) for one in told["unmanaged"]]

    def test_an_altered_line_is_replaced_and_told(self):
        self.give()
        ours = self.get()
        self.put(self.keys, ours.replace(b"restrict,", b""))
        told = self.sweep()
        self.assertEqual([("ALTERED", "root", self.keys)], self.found(told))
        self.assertEqual(ours, self.get())

    def test_a_vanished_line_is_written_again_and_told(self):
        self.give()
        ours = self.get()
        self.put(self.keys, "# cleared\n")
        self.assertEqual([("MISSING", "root", self.keys)], self.found(self.sweep()))
        self.assertEqual(b"# cleared\n" + ours, self.get())

    def test_a_copy_made_during_the_lease_is_taken_out(self):
        self.give()
        ours = self.get()
        self.put(self.keys, ours + key(1).encode() + b" me\n")
        self.assertEqual([("ALTERED", "root", self.keys)], self.found(self.sweep()))
        self.assertEqual(ours, self.get())

    def test_our_line_twice_becomes_once(self):
        self.give()
        ours = self.get()
        self.put(self.keys, ours + ours.rstrip(b"\n"))
        self.sweep()
        self.assertEqual(ours, self.get())

    def test_a_key_that_was_there_before_stays_byte_for_byte_and_is_told(self):
        theirs = b"  no-pty\t" + key(1).encode() + b"  their own \r\n"
        self.put(self.keys, theirs)
        self.assertEqual([("COPY", "root", self.keys)], self.found(self.give()))
        told = self.send(order(2, [], [grant()]))
        self.assertEqual(theirs, self.get())
        self.assertEqual(("PARTIAL", False), (told["outcome"], told["ended"][0]["gone"]))
        self.assertEqual([{"file": self.keys, "line": 1}], told["ended"][0]["copies"])

    def test_a_line_with_our_comment_that_no_lease_has_is_taken_out(self):
        self.put(self.keys, "%s latchkey-ticket-99\n%s latchkey-ticket-99x\n" % (key(5), key(6)))
        self.give()
        self.assertNotIn(b"latchkey-ticket-99\n", self.get())
        self.assertIn(b"latchkey-ticket-99x\n", self.get())

    def test_what_appeared_during_the_lease_is_told_at_its_end(self):
        self.put("/home/bob/.ssh/authorized_keys", key(3) + "\n")
        self.put("/etc/sudoers", "root ALL=(ALL) ALL\n")
        self.give()
        self.put("/home/bob/.ssh/authorized_keys", "%s\n%s\n" % (key(3), key(4)))
        self.put("/etc/sudoers.d/extra", "bob ALL=(ALL) NOPASSWD: ALL\n")
        self.put("/etc/passwd", self.get("/etc/passwd") + b"eve:x:0:0::/root:/bin/sh\n")
        appeared = self.send(order(2, [], [grant()]))["ended"][0]["appeared"]
        self.assertEqual(["/home/bob/.ssh/authorized_keys"], [one["file"] for one in appeared["keys"]])
        self.assertEqual((["eve"], ["/etc/sudoers.d/extra"]), (appeared["users"], appeared["sudoers"]))

    def test_many_that_appeared_are_cut_and_it_is_said(self):
        self.give()
        self.put(self.keys, self.get() + b"".join(key(n).encode() + b"\n" for n in range(100, 160)))
        appeared = self.send(order(2, [], [grant()]))["ended"][0]["appeared"]
        self.assertEqual((50, 10), (len(appeared["keys"]), appeared["more"]))

    def test_the_observation_stays_short_with_very_many_grants(self):
        many = [grant(ticket) for ticket in range(1, 121)]
        self.send(order(1, many))
        self.put(self.keys, b"".join(key(1).encode() + b" %d\n" % n for n in range(500)))
        told = self.send(order(2, [], many))
        self.assertLessEqual(len(json.dumps(told, separators=(",", ":"))), 20000)
        self.assertTrue(told["more"])
        self.assertEqual(b"", self.get())


class ForeignLinesTest(Folder):

    def test_foreign_bytes_are_kept_in_order(self):
        generation = -1
        for theirs in (b"# no newline at the end", b"a\r\nb\r\n", b"\xff\xfe\x00 not text\n\n\n", b"\n",
                       ("%s one\ncommand=\"echo \\\"%s\\\"\" %s two" % (key(20), key(1), key(21))).encode()):
            self.put(self.keys, theirs)
            generation += 2
            self.give(generation)
            glued = theirs if theirs.endswith(b"\n") else theirs + b"\n"
            self.assertTrue(self.get().startswith(glued + b"restrict,pty,"), theirs)
            self.send(order(generation + 1, [], [grant()]))
            self.assertEqual(glued, self.get())

    def test_the_mode_and_attributes_of_the_file_stay(self):
        self.put(self.keys, "# mine\n", 0o640)
        try:
            os.setxattr(self.path(self.keys), "user.note", b"kept")
            attributes = True
        except OSError:
            attributes = False
        self.give()
        self.assertEqual(0o640, os.stat(self.path(self.keys)).st_mode & 0o7777)
        if attributes:
            self.assertEqual(b"kept", os.getxattr(self.path(self.keys), "user.note"))


if __name__ == "__main__":
    unittest.main()
