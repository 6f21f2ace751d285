"""Our KRL: what is in it, when sshd is told of it, and how it is mended. With folders, and with a real sshd."""
import io
import json
import os
import shutil
import subprocess
import tempfile
import unittest
from unittest import mock

from latchkey_agent import krl, quiet
from latchkey_agent.agent import Agent
from latchkey_agent.errors import Problem
from latchkey_agent.server import Server
from tests.machine import Machine
from tests.support import Folder, grant, key, observe, order
from tests.test_crash import Crash, killing
from tests.test_revocations import FINGERPRINT, OTHER, REVOKED, print_of

KRL, DROP_IN, MAIN = krl.PATH, krl.DROP_IN, "/etc/ssh/sshd_config"
INCLUDE = "Include /etc/ssh/sshd_config.d/*.conf\n"
MINE = "/etc/ssh/mine"


@unittest.skipUnless(shutil.which("ssh-keygen"), "ssh-keygen is not installed")
class KrlTest(Folder):

    def setUp(self):
        super().setUp()
        self.number = 0
        self.config(INCLUDE)

    def config(self, text):
        self.put(MAIN, text, 0o644)

    def order(self, *keys, **more):
        self.number += 1
        more = dict({"revoked_keys": "krl", "revoked": [print_of(one) for one in keys], "revoking": [print_of(one) for one in keys]}, **more)
        return self.send(order(self.number, **more))

    def inside(self, given):
        agent = Agent(self.root)
        try:
            return agent.order(io.BytesIO(json.dumps(given).encode())) if given else agent.sweep()
        finally:
            agent.store.unlock()

    def refused(self, public):
        """What ssh-keygen says of the key: refused, not refused, or that the file is damaged."""
        done = subprocess.run(["ssh-keygen", "-Q", "-f", self.path(KRL), "/dev/stdin"], input=public.encode(),
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return {0: False, 1: True}.get(done.returncode, "damaged")

    def test_an_empty_one_stands_before_the_directive_and_takes_keys_later(self):
        told = self.order()
        self.assertEqual("DONE", told["outcome"], told)
        self.assertEqual((False, "RevokedKeys " + KRL), (self.refused(REVOKED), self.get(DROP_IN).decode().splitlines()[1]))
        told = self.order(REVOKED)
        self.assertEqual([("DONE", 1, True)], [(told["outcome"], one["krl"], one["gone"]) for one in told["revoked"]])
        self.assertEqual((True, False), (self.refused(REVOKED), self.refused(OTHER)))
        self.assertEqual(0o100600, os.stat(self.path(KRL)).st_mode)
        self.order()
        self.assertEqual(False, self.refused(REVOKED))

    def test_it_is_only_written_anew_when_something_changed(self):
        self.order(REVOKED)
        before = quiet.identity(self.path(KRL)), quiet.identity(self.path(DROP_IN))
        self.order(REVOKED)
        self.assertIsNone(self.sweep())
        self.assertEqual(before, (quiet.identity(self.path(KRL)), quiet.identity(self.path(DROP_IN))))
        self.assertTrue(quiet.is_quiet(os.path.realpath(self.root)))

    def test_whatever_is_done_to_it_the_next_sweep_mends(self):
        self.order(REVOKED)
        whole = self.get(KRL)
        for name, harm in (("missing", lambda: os.unlink(self.path(KRL))), ("empty", lambda: self.put(KRL, "")),
                           ("cut off", lambda: self.put(KRL, whole[:-7])), ("no KRL", lambda: self.put(KRL, "x\n")),
                           ("another", lambda: self.put(KRL, krl.built(Server(self.root), [], b""))),
                           ("a link", lambda: (os.unlink(self.path(KRL)), os.symlink("/dev/null", self.path(KRL)))),
                           ("open to all", lambda: os.chmod(self.path(KRL), 0o666)), ("no directive", lambda: os.unlink(self.path(DROP_IN))),
                           ("another directive", lambda: self.put(DROP_IN, "RevokedKeys /etc/none\n"))):
            self.sweep()
            self.assertTrue(quiet.is_quiet(os.path.realpath(self.root)), name)
            harm()
            told = self.sweep()
            self.assertEqual("DONE", told["outcome"], (name, told))
            self.assertEqual((True, False), (self.refused(REVOKED), self.refused(OTHER)), name)
            self.assertEqual((0o100600, krl.TEXT.encode()), (os.lstat(self.path(KRL)).st_mode, self.get(DROP_IN)), name)

    def test_what_the_operator_revoked_stays_so_and_is_followed(self):
        theirs, binary = key(7), krl.built(Server(self.root), [print_of(key(8))], b"")
        for data, refused in (("# list\n%s mine\n" % theirs, theirs), (binary, key(8))):
            self.put(MINE, data)
            self.config(INCLUDE + "RevokedKeys %s\n" % MINE)
            self.assertEqual("DONE", self.order(REVOKED)["outcome"])
            self.assertEqual([True, True, False], [self.refused(one) for one in (REVOKED, refused, OTHER)])
        self.sweep()
        self.put(MINE, "%s\n" % OTHER)
        self.sweep()
        self.assertEqual([True, True, False], [self.refused(one) for one in (REVOKED, OTHER, theirs)])
        self.assertEqual("%s\n" % OTHER, self.get(MINE).decode())

    def test_one_of_theirs_that_refuses_every_key_is_not_undone(self):
        for data in ("no key\n", None):
            self.config(INCLUDE + "RevokedKeys %s\n" % MINE)
            self.put(MINE, data) if data else os.unlink(self.path(MINE))
            told = self.order(REVOKED)
            self.assertIn("RevokedKeys: RevokedKeys %s, which holds without ours" % MINE, told["problem"])
            self.assertEqual(("PARTIAL", 0, b""), (told["outcome"], told["revoked"][0]["krl"], self.get(DROP_IN)))

    def test_what_keeps_it_from_being_in_force_is_named_and_lines_go_all_the_same(self):
        for config, name, text, reason in (
                (INCLUDE, "00-a.conf", "RevokedKeys none\n", "an earlier RevokedKeys wins: /etc/ssh/sshd_config.d/00-a.conf"),
                ("RevokedKeys none\n" + INCLUDE, "a", "", "wins: /etc/ssh/sshd_config"),
                (INCLUDE + "Match User bob\n  RevokedKeys none\n", "a", "", "Match User bob sets another RevokedKeys"),
                ("Port 22\n", "a", "", "includes no /etc/ssh/sshd_config.d/*.conf")):
            self.config(config)
            self.put("/etc/ssh/sshd_config.d/" + name, text)
            self.put(self.keys, REVOKED + "\n")
            told = self.order(REVOKED)
            self.assertEqual(("PARTIAL", 0, b""), (told["outcome"], told["revoked"][0]["krl"], self.get()), told)
            self.assertIn("RevokedKeys: ", told["problem"])
            self.assertIn(reason, told["problem"])
            self.assertFalse(os.path.exists(self.path(DROP_IN)))
            self.assertEqual(told["problem"], self.send(observe())["problem"])
            self.sweep()
            self.assertTrue(quiet.is_quiet(os.path.realpath(self.root)) or "Match" in config, config)
            os.unlink(self.path("/etc/ssh/sshd_config.d/" + name))

    def test_a_match_that_comes_later_leaves_ours_in_force_for_the_others(self):
        self.order(REVOKED)
        self.config(INCLUDE + "Match User bob\n  RevokedKeys none\n")
        told = self.order(REVOKED)
        self.assertEqual((0, True), (told["revoked"][0]["krl"], bool(self.get(DROP_IN))))
        self.assertIn("Match User bob sets another RevokedKeys", told["problem"])

    def test_back_to_the_sweep_the_directive_goes_first(self):
        self.order(REVOKED)
        with mock.patch.object(krl, "reload", side_effect=Problem("sshd -t: no")):
            told = self.inside(order(5, revoked=[FINGERPRINT], revoking=[FINGERPRINT]))
        self.assertEqual((b"", True), (self.get(DROP_IN), self.refused(REVOKED)))  # sshd may still have the directive
        self.assertIn("sshd -t: no", told["problem"])
        told = self.send(order(6, revoked=[FINGERPRINT], revoking=[FINGERPRINT]))
        self.assertEqual((False, "DONE", 0), (os.path.exists(self.path(KRL)), told["outcome"], told["revoked"][0]["krl"]))

    def test_where_none_can_be_made_the_directive_is_not_written_or_goes(self):
        with mock.patch.object(krl, "built", side_effect=Problem("ssh-keygen -k: no")):
            told = self.inside(order(1, revoked=[FINGERPRINT], revoked_keys="krl"))
            self.assertEqual((b"", True), (self.get(DROP_IN), "ssh-keygen -k: no" in told["problem"]))
        self.number = 1
        self.order(REVOKED)
        with mock.patch.object(krl, "built", side_effect=Problem("ssh-keygen -k: no")):
            self.inside(order(3, revoked=[FINGERPRINT, print_of(OTHER)], revoked_keys="krl"))
            self.assertEqual((True, True), (bool(self.get(DROP_IN)), self.refused(REVOKED)))  # the one before is whole
            self.put(KRL, "damaged")
            self.inside(None)
            self.assertEqual(b"", self.get(DROP_IN))  # else nobody could log in

    def test_an_sshd_that_refuses_its_configuration_gets_no_directive(self):
        with mock.patch.object(krl, "reload", side_effect=Problem("sshd -t: no")):
            told = self.inside(order(1, revoked=[FINGERPRINT], revoked_keys="krl"))
        self.assertEqual((b"", True), (self.get(DROP_IN), "sshd -t: no" in told["problem"]))

    def test_a_reload_that_was_not_done_is_done_by_the_next_run(self):
        self.order(REVOKED)
        self.state(lambda state: state["krl"].update(loaded=False))
        with mock.patch.object(krl, "reload") as reload:
            self.inside(order(2, revoked=[FINGERPRINT], revoked_keys="krl"))
            self.assertEqual(1, reload.call_count)
            self.inside(order(3, revoked=[FINGERPRINT], revoked_keys="krl"))
            self.assertEqual(1, reload.call_count)

    def test_a_state_that_is_lost_leaves_it_and_mends_what_locks_everybody_out(self):
        self.order(REVOKED)
        self.put("/var/lib/latchkey/state.json", "")
        self.sweep()
        self.sweep()
        self.assertTrue(self.refused(REVOKED))
        self.put("/var/lib/latchkey/state.json", "")
        os.unlink(self.path(KRL))
        self.sweep()
        self.assertEqual(False, self.refused(OTHER))

    def test_nothing_is_left_when_the_agent_is_taken_off(self):
        self.order(REVOKED)
        given = order(5, verb="remove")
        del given["grants"], given["ending"]
        self.assertEqual("DONE", self.send(dict(given, ending=[]))["outcome"])
        self.assertEqual([False] * 2, [os.path.exists(self.path(path)) for path in (KRL, DROP_IN)])

    def test_a_grant_does_not_count_it_as_something_that_appeared(self):
        one = grant()
        self.order(grants=[one], revoked_keys="sweep")
        self.order(REVOKED, grants=[one])
        told = self.order(REVOKED, ending=[one])["ended"][0]
        self.assertEqual((True, {"keys": [], "users": [], "sudoers": []}), (told["gone"], told["appeared"]))

    def test_roots_own_file_behind_a_link_is_closed_by_it_and_by_the_operators_list_for_a_grant(self):
        self.put("/etc/pve/keys", REVOKED + "\n")
        os.makedirs(self.path("/root/.ssh"), mode=0o700)
        os.symlink("../../etc/pve/keys", self.path(self.keys))
        one = self.order(REVOKED, revoked_keys="sweep")["revoked"][0]
        self.assertEqual("unknown", one["gone"], one)
        one = self.order(REVOKED)["revoked"][0]
        self.assertEqual((True, 1), (one["gone"], one["krl"]), one)
        self.order()
        self.put(MINE, "")
        self.config(INCLUDE + "RevokedKeys %s\n" % MINE)
        given = grant(public=OTHER)
        os.unlink(self.path(self.keys))
        self.order(grants=[given])
        os.rename(self.path(self.keys), self.path("/etc/pve/keys"))
        os.symlink("../../etc/pve/keys", self.path(self.keys))
        told = self.order(ending=[given])
        self.assertTrue(told["ended"][0]["gone"] is True, told)
        self.assertEqual((True, 1), (self.refused(OTHER), self.get(MINE).count(b"latchkey-revoked")))


class KilledTest(Crash):

    def test_at_no_point_is_there_a_directive_without_a_whole_file(self):
        self.put(MAIN, INCLUDE, 0o644)

        def given(keys, **more):
            self.generation += 1
            return order(self.generation, revoked=keys, **more)
        on, off = (lambda: given([FINGERPRINT], revoked_keys="krl")), (lambda: given([FINGERPRINT]))
        for first, second in ((off, on), (on, off), (on, lambda: given([FINGERPRINT, print_of(OTHER)], revoked_keys="krl"))):
            self.forked("order", first())
            reading, writing = os.pipe()
            self.forked("order", second(), killing(None, writing))
            os.close(writing)
            with os.fdopen(reading) as pipe:
                points = pipe.read().splitlines()
            self.assertTrue(any("latchkey" in one and ("krl" in one or "revoked" in one) for one in points), points)
            for number, name in enumerate(points):
                self.forked("order", first())
                one = second()
                self.forked("order", one, killing(number))
                self.assertTrue(not self.get(DROP_IN) or krl.tested(self.path(KRL)), name)
                self.forked("sweep")
                self.assertTrue(not self.get(DROP_IN) or krl.tested(self.path(KRL)), name)
                told, _ = self.forked("order", one)
                self.assertEqual("DONE", told["outcome"], (name, told))
                self.assertEqual("revoked_keys" in one, bool(self.get(DROP_IN)) and os.path.exists(self.path(KRL)), name)


SCRIPT = r"""
ssh-keygen -q -t ed25519 -N '' -f /root/theirs; ssh-keygen -q -t ed25519 -N '' -f /root/own; ssh-keygen -q -t ed25519 -N '' -f /root/mine
mkdir /etc/ssh/sshd_config.d; mkdir -m 700 /home/vendor/.ssh; cat /root/theirs.pub /root/own.pub /root/mine.pub > /home/vendor/.ssh/authorized_keys
chown -R 4242:4242 /home/vendor; cp /root/mine.pub /etc/ssh/mine
printf 'Include /etc/ssh/sshd_config.d/*.conf\nUsePAM no\nRevokedKeys /etc/ssh/mine\n' > /etc/ssh/sshd_config
/usr/sbin/sshd -E /var/log/auth.log
until [ -s /run/sshd.pid ]; do sleep 0.05; done # it listens before it writes that, and its parent is gone before
order() {
    "$python" "$agent" order <<EOT || true
{"latchkey":1,"verb":"converge","request":"r$1","node":"i-1","generation":$1,"grants":[],"ending":[],
"revoked":["$(ssh-keygen -lf /root/theirs.pub | cut -d' ' -f2)"],"revoked_keys":"$2"}
EOT
}
login() {
    ssh -F none -i /root/$1 -b 203.0.113.7 -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o BatchMode=yes \
        -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR vendor@203.0.113.1 true </dev/null >/dev/null 2>&1 && echo in || echo out
}
logins() { echo "$1: $(login theirs) $(login own) $(login mine)"; }
back() { cat /root/theirs.pub >> /home/vendor/.ssh/authorized_keys; }
logins before
order 1 krl
logins revoked
back; logins back
"$python" "$agent" sweep || true; logins swept
rm /etc/ssh/latchkey.krl; logins missing
"$python" "$agent" sweep || true; logins mended
order 2 sweep; back; logins sweep
"$python" "$agent" sweep || true; logins taken
echo "left: $(ls /etc/ssh | grep -c latchkey)"
"""


class RealTest(Machine):

    def test_sshd_refuses_it_whoever_puts_it_back_and_the_others_log_in(self):
        marks, told = self.run_with(SCRIPT)
        self.assertEqual({"before": "in in out", "revoked": "out in out", "back": "out in out", "swept": "out in out",
                          "missing": "out out out", "mended": "out in out", "sweep": "in in out", "taken": "out in out",
                          "left": "0"}, marks, told)


class BuiltTest(Folder):

    def test_what_ssh_keygen_does_not_read_as_ours_is_never_used(self):
        with mock.patch.object(krl, "tested", return_value=False), self.assertRaisesRegex(Problem, "does not read as it should"):
            krl.built(Server(self.root), [FINGERPRINT], b"")
        with tempfile.NamedTemporaryFile() as file:
            for data, whole in ((krl.built(Server(self.root), [], b""), True), (krl.built(Server(self.root), [FINGERPRINT], b""), True), (b"", False),
                                (krl.built(Server(self.root), [FINGERPRINT], b"")[:-3], False), (b"SSHKRL\n\0" + bytes(36), False)):
                file.seek(0)
                file.truncate()
                file.write(data)
                file.flush()
                self.assertEqual(whole, krl.tested(file.name), data)


if __name__ == "__main__":
    unittest.main()
