"""The quiet sweep: it does nothing where nothing changed, and looks at everything where anything did."""
import json
import os
import time
import unittest

from latchkey_agent import quiet
from tests.support import Folder, grant, key, order


class QuietTest(Folder):

    def setUp(self):
        super().setUp()
        for path in ("/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d/a.conf", "/etc/keys/x.conf", "/etc/group"):
            self.put(path, "")
        self.put("/etc/ssh/sshd_config", "Include sshd_config.d/*.conf /etc/keys/*.conf\n")
        self.send(order(1, [grant(), grant(8, "bob")]))
        self.assertFalse(self.is_quiet())  # an order leaves the next sweep a whole look
        self.sweep()
        self.assertTrue(self.is_quiet())

    def is_quiet(self):
        return quiet.is_quiet(os.path.realpath(self.root))

    def test_it_writes_nothing_but_its_stamp_and_holds_no_lock(self):
        before = {path: quiet.identity(path) for path in self.files()}
        self.assertIsNone(self.sweep())
        after = {path: quiet.identity(path) for path in self.files()}
        self.assertEqual(["swept"], [os.path.basename(path) for path in after if before.get(path) != after[path]])

    def files(self):
        return [os.path.join(folder, name) for folder, _, names in os.walk(self.root) for name in names]

    def test_whatever_is_changed_makes_it_look(self):
        bob = self.path("/home/bob/.ssh/authorized_keys")
        changes = {
            "a line more": lambda: self.put(self.keys, self.get() + b"# x\n"),
            "a line less": lambda: self.put(self.keys, ""),
            "the same length at the same time": lambda: (self.put(self.keys, self.get()[::-1]), os.utime(
                self.path(self.keys), ns=(1, self.told(self.keys)[3]))),
            "a mode": lambda: os.chmod(bob, 0o666),
            "a link in its place": lambda: (os.rename(bob, bob + "2"), os.symlink(bob + "2", bob)),
            "its folder gone": lambda: os.rename(os.path.dirname(bob), os.path.dirname(bob) + "2"),
            "sshd's configuration": lambda: self.put("/etc/ssh/sshd_config", "Port 2222\n"),
            "a file that it includes": lambda: self.put("/etc/ssh/sshd_config.d/a.conf", "Port 2222\n"),
            "a file that it would include": lambda: self.put("/etc/keys/new.conf", "Port 2222\n"),
            "an account": lambda: self.put("/etc/passwd", self.get("/etc/passwd") + b"x:x:9:9::/x:/bin/sh\n"),
            "a group": lambda: self.put("/etc/group", "sudo:x:27:bob\n"),
            "the state": lambda: self.state(lambda state: state.update(generation=7)),
            "the state, gone": lambda: os.unlink(self.path("/var/lib/latchkey/state.json")),
            "a login that came and went": lambda: os.makedirs(self.path("/run/systemd/sessions")),
            "a damaged note": lambda: self.put(quiet.NOTE, "{"),
            "a note of another form": lambda: self.put(quiet.NOTE, "[]"),
            "no note": lambda: os.unlink(self.path(quiet.NOTE)),
        }
        with open(self.path(quiet.NOTE)) as file:
            told = json.load(file)
        for what in sorted(changes):
            quiet.note(os.path.realpath(self.root), told["seen"], told["users"], told["until"], told["tools"])
            self.assertTrue(self.is_quiet(), what)
            changes[what]()
            self.assertFalse(self.is_quiet(), what)

    def told(self, path):
        with open(self.path(quiet.NOTE)) as file:
            return json.load(file)["seen"][path]

    def note(self, **changes):
        with open(self.path(quiet.NOTE)) as file:
            told = json.load(file)
        self.put(quiet.NOTE, json.dumps(dict(told, **changes)))

    def test_time_makes_it_look(self):
        now, up = int(time.time()), time.monotonic()
        for changes in ({"up": up - 301, "at": now - 301}, {"until": now}, {"boot": "x"}, {"at": now + 100},
                        {"at": now - 200}, {"up": up + 100, "at": now + 100}):
            self.sweep()
            self.assertTrue(self.is_quiet())
            self.note(**changes)
            self.assertFalse(self.is_quiet(), changes)
            self.sweep()

    def test_it_repairs_what_was_changed_and_is_quiet_again(self):
        self.put(self.keys, "")
        self.assertEqual("MISSING", self.sweep()["unmanaged"][0]["what"])
        self.assertIn(b"latchkey-ticket-7", self.get())
        self.assertFalse(self.is_quiet())
        self.assertIsNone(self.sweep())
        self.assertTrue(self.is_quiet())

    def test_what_is_not_gone_is_looked_at_each_minute(self):
        self.put("/home/bob/.ssh/authorized_keys", key(2) + "\n")
        self.send(order(2, [], [grant(9, "bob", public=key(2))]))
        self.sweep()
        self.assertFalse(self.is_quiet())

    def test_an_expired_lease_is_not_brought_back_by_a_clock_that_is_set_back(self):
        self.state(lambda state: [one.update(expires_at=int(time.time()) - 5) for one in state["order"]["grants"]])
        self.sweep()
        self.assertEqual(b"", self.get())
        self.state(lambda state: [one.update(expires_at=int(time.time()) + 900) for one in state["order"]["grants"]]
                   + [state.update(clock=int(time.time()) + 1000)])  # as if it had been set back by 1,000 seconds
        self.sweep()
        self.assertEqual(b"", self.get())
        self.assertEqual("PRESENT", self.send(order(2, [grant()]))["grants"][0]["state"])


class LoginsTest(unittest.TestCase):

    def test_no_accounts_need_no_look_at_processes(self):
        self.assertEqual([], quiet.logins(()))
        self.assertEqual([], quiet.logins({"nobody-has-this-name"}))
