"""Closing waits for nothing: damaged state, disks that are full or read-only, and runs that are killed."""
import json
import os
import subprocess
import sys
import unittest

from tests.support import AGENT, Folder, grant, key, order, within

STATE = "/var/lib/latchkey/state.json"

DAMAGES = {
    "empty": lambda state: b"",
    "cut off": lambda state: json.dumps(state).encode()[:-40],
    "not text": lambda state: b"\0\xff" * 500,
    "a list": lambda state: b"[]",
    "leases of another type": lambda state: dict(state, leases=[]),
    "a generation that is text": lambda state: dict(state, generation="x"),
    "a lease without its members": lambda state: dict(state, leases={"7 root": {"keys": None}}),
    "a baseline that is missing": lambda state: dict(state, leases={"7 root": dict(state["leases"]["7 root"], baseline="x")}),
    "of a later format": lambda state: dict(state, format=2),
    "an order of another type": lambda state: dict(state, order=None),
    "a range that is none": lambda state: dict(state, doors={"everywhere": 1}),
    "nested without end": lambda state: b"[" * 100000,
}


class DamagedStateTest(Folder):

    def damage(self, how):
        data = DAMAGES[how](self.state())
        self.put(STATE, data if isinstance(data, bytes) else json.dumps(data))

    def test_an_order_closes_all_that_it_does_not_want_and_says_so(self):
        for number, how in enumerate(sorted(DAMAGES)):
            self.send(order(10 * number + 1, [grant(), grant(8, "bob"), grant(9)]))
            self.damage(how)
            told = self.send(order(10 * number + 2, [grant(9)], [grant()]))
            self.assertEqual(("PARTIAL", True, "PRESENT"),
                             (told["outcome"], told["ended"][0]["gone"], told["grants"][0]["state"]), how)
            self.assertIn("/state.json is damaged; it was put aside as state.json.damaged-", told["problem"], how)
            self.assertEqual((1, b""), (self.get().count(b"\n"), self.get("/home/bob/.ssh/authorized_keys")), how)
            self.assertEqual("DONE", self.send(order(10 * number + 3))["outcome"], how)
        aside = [name for name in os.listdir(self.path("/var/lib/latchkey")) if "damaged" in name]
        self.assertTrue(aside)

    def test_a_directory_in_place_of_the_file(self):
        self.give()
        os.rename(self.path(STATE), self.path(STATE + ".x"))
        os.mkdir(self.path(STATE))
        self.assertTrue(self.send(order(2, [], [grant()]))["ended"][0]["gone"])
        self.assertEqual(b"", self.get())

    def test_an_older_order_is_no_newer_one_after_damage(self):
        self.send(order(5, [], [grant()]))
        self.damage("leases of another type")
        self.assertEqual("STALE", self.send(order(4, [grant()]))["outcome"])
        self.assertEqual(b"", self.get())

    def test_a_sweep_says_it_once_and_opens_nothing(self):
        self.give()
        self.damage("empty")
        self.put(self.keys, "")
        self.assertIn("damaged", self.sweep()["problem"])
        self.assertIsNone(self.sweep())
        self.assertEqual(b"", self.get())

    def test_damaged_answers_stop_no_action(self):
        self.give()
        for number, data in enumerate(("", "[]", "{\"answers\":7}", "{\"answers\":[{\"request\":1}]}"), 2):
            self.put("/var/lib/latchkey/answers.json", data)
            action = {"verb": "authorize_key", "not_after": within(), "authorize": number % 2, "key": key(9)}
            told = self.send(order(number, [grant()], action=action))
            self.assertEqual((True, "PRESENT"), (told["action"]["done"], told["grants"][0]["state"]))


@unittest.skipUnless(os.geteuid() == 0, "root alone can mount a small file system")
class DiskTest(Folder):

    def on(self, folder, broken, *steps):
        """What the agent said to each step; the first is carried out before the folder's disk is full or read-only."""
        for number, step in enumerate(steps):
            self.put("/step%d" % number, json.dumps(step) if step else "")
        script = """set -e
            cd "$1"; mkdir -p "$1/$2"; owner=$(stat -c %%u:%%g "$1/$2")
            mount -t tmpfs -o size=200k,mode=0755 none "$1/$2"; chown $owner "$1/$2"
            step() { if [ -s step$1 ]; then "$python" "$agent" order --root "$root" < step$1 || true
                     else "$python" "$agent" sweep --root "$root" || true; echo; fi; }
            root=$1 python=$3 agent=$4
            step 0
            %s
            for number in $(seq 1 $5); do step $number; done
            cat "$1/root/.ssh/authorized_keys" "$1/home/bob/.ssh/authorized_keys" > "$1/left" 2>/dev/null || true""" % broken
        run = subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", self.root, folder, sys.executable, AGENT,
                              str(len(steps) - 1)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual((0, b""), (run.returncode, run.stderr))
        return [json.loads(line) for line in run.stdout.decode().splitlines() if line]

    FULL = 'dd if=/dev/zero of="$1/$2/fill" bs=1k count=10000 2>/dev/null || true; cat /dev/zero >> "$1/$2/fill" 2>/dev/null || true'
    READ_ONLY = 'mount -o remount,ro "$1/$2"'

    def test_a_revoke_is_carried_out_without_a_disk_for_the_state(self):
        for number, (broken, reason) in enumerate(((self.FULL, "No space left"), (self.READ_ONLY, "Read-only"))):
            told = self.on("var", broken, order(1, [grant(), grant(8, "bob")]), order(2, [grant(8, "bob"), grant(9)], [grant()]),
                           None, None)
            self.assertEqual(["DONE", "PARTIAL"], [one["outcome"] for one in told[:2]])
            self.assertIn(reason, told[1]["problem"])
            self.assertTrue(told[1]["ended"][0]["gone"])
            self.assertEqual(["PRESENT", "FAILED"], [one["state"] for one in told[1]["grants"]])
            self.assertIn("cannot be written down", told[1]["grants"][1]["problem"])
            left = self.get("/left")  # no sweep brought anything back
            self.assertEqual([b"latchkey-ticket-8"], [line.split()[-1] for line in left.splitlines()], left)
            subprocess.check_call(["rm", "-rf", self.path("/root/.ssh"), self.path("/home/bob/.ssh"), self.path("/run")])

    REBOOT = 'rm -rf "$1/run/latchkey"'

    def test_after_a_restart_with_the_disk_still_full_nothing_comes_back(self):
        """The line is put back as a vendor would have it, the spare in memory is gone: a sweep must not keep it."""
        for number, others in enumerate(((), (grant(8, "bob"),))):
            self.put("/line", "")
            script = ('cp "$1/root/.ssh/authorized_keys" "$1/line"; ' + self.FULL + '; step 1; ' + self.REBOOT
                      + '; cp "$1/line" "$1/root/.ssh/authorized_keys"; step 2; set -- "$1" "$2" "$3" "$4" 0')
            told = self.on("var", script, order(1, [grant()] + list(others)), order(2, list(others), [grant()]), None)
            self.assertTrue(told[1]["ended"][0]["gone"] is True, told)
            self.assertEqual(b"", self.get(self.keys), told)
            subprocess.check_call(["rm", "-rf", self.path("/root/.ssh"), self.path("/home/bob/.ssh"), self.path("/run")])

    def test_what_cannot_be_taken_out_is_never_gone(self):
        for folder, user in (("root/.ssh", "root"), ("home/bob/.ssh", "bob")):
            self.put("/home/bob/x", "")
            if user == "bob":
                os.makedirs(self.path("/home/bob/.ssh"), exist_ok=True)
                os.chown(self.path("/home/bob/.ssh"), 1000, 1000)
            one, number = grant(7, user), 1 if user == "root" else 11
            told = self.on(folder, self.READ_ONLY, order(number, [one]), order(number + 1, [], [one]))[1]
            ended = told["ended"][0]
            self.assertEqual(("PARTIAL", False, 1), (told["outcome"], ended["gone"], len(ended["copies"])), told)
            self.assertIn("Read-only file system", ended["problem"])

    def test_so_it_is_with_the_first_order_of_all(self):
        self.put(self.keys, key(1) + " latchkey-ticket-7\n")
        told = self.on("var/lib", self.READ_ONLY, None, order(1, [], [grant()]))
        self.assertEqual(("PARTIAL", True, b""), (told[0]["outcome"], told[0]["ended"][0]["gone"], self.get()))

    def test_a_line_is_blanked_where_there_is_no_room_for_another_file(self):
        for folder, user in (("root/.ssh", "root"), ("home/bob/.ssh", "bob")):
            self.put("/home/bob/x", "")
            one = grant(7, user)
            script = ('cp "$1/theirs" "$1/$2/k"; cat "$1/$2/authorized_keys" >> "$1/$2/k"; cat "$1/theirs" >> "$1/$2/k"; '
                      'cat "$1/$2/k" > "$1/$2/authorized_keys"; rm "$1/$2/k"; chmod 400 "$1/$2/authorized_keys"; ' + self.FULL)
            self.put("/theirs", b"# mine\n" * 20)
            if os.geteuid() == 0 and user == "bob":
                os.makedirs(self.path("/home/bob/.ssh"), exist_ok=True)
                os.chown(self.path("/home/bob/.ssh"), 1000, 1000)
            number = 1 if user == "root" else 11
            told = self.on(folder, script, order(number, [one]), order(number + 1, [], [one]), order(number + 2, [], [one]))
            self.assertEqual(["DONE", "DONE", "DONE"], [one["outcome"] for one in told], told)
            self.assertTrue(told[1]["ended"][0]["gone"])
            left = self.get("/left")
            self.assertNotIn(key(1).split()[1].encode(), left)
            self.assertEqual(40, left.count(b"# mine\n"))
            self.assertIn(b"####", left)

    def test_both_disks_at_once(self):
        both = self.FULL.replace("$1/$2", "$1/var") + "; " + self.FULL.replace("$1/$2", "$1/root/.ssh")
        script = 'mount -t tmpfs -o size=200k none "$1/var"; step 0; ' + both
        told = self.on("root/.ssh", script, order(1), order(3, [], [grant()]))
        self.assertTrue(told[-1]["ended"][0]["gone"])


KILL = """
import os, runpy, signal, sys
sys.path.insert(0, sys.argv[1])
from latchkey_agent import files
from latchkey_agent.converge import Converge
point, real, write = sys.argv[2], Converge._stage, files.write_atomically
def stage(self, name, *args):
    if point == "before " + name:
        os.kill(os.getpid(), signal.SIGKILL)
    told = real(self, name, *args)
    if point == "after " + name:
        os.kill(os.getpid(), signal.SIGKILL)
    return told
def fail(*args):
    raise ValueError("of the test")
Converge._stage = (lambda self, name, *args: real(self, name, fail if point == "fail " + name else args[0], *args[1:])) if (
    point.startswith("fail ")) else stage
sys.argv = [sys.argv[1], "order", "--root", sys.argv[3]]
from latchkey_agent.command import main
sys.exit(main())
"""
STAGES = ("intent", "look", "lines", "sessions", "doors", "books", "open")


class KilledTest(Folder):

    def kill(self, point, given):
        run = subprocess.run([sys.executable, "-c", KILL, AGENT, point, self.root], input=json.dumps(given).encode(),
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual((-9, b"", b""), (run.returncode, run.stdout, run.stderr), point)

    def test_a_revoke_that_is_killed_is_finished_by_the_sweep(self):
        generation = 0
        for point in ["after " + stage for stage in STAGES]:
            generation += 2
            self.give(generation - 1)
            self.kill(point, order(generation, [], [grant()]))
            told = self.sweep()
            self.assertEqual((True, b""), (told["ended"][0]["gone"], self.get()), point)
            self.assertIsNone(self.sweep())

    def test_before_anything_was_written_the_next_order_does_it(self):
        self.give()
        self.kill("before intent", order(2, [], [grant()]))
        self.assertTrue(self.send(order(2, [], [grant()]))["ended"][0]["gone"])
        self.assertEqual(b"", self.get())

    def test_a_grant_that_is_killed_stands_once_or_not_at_all_and_can_be_ended(self):
        generation = 0
        for point in ["after " + stage for stage in STAGES]:
            generation += 2
            self.kill(point, order(generation - 1, [grant()]))
            self.assertEqual(["PRESENT"], [one["state"] for one in self.sweep()["grants"]], point)
            self.assertEqual(1, self.get().count(b"\n"))
            told = self.send(order(generation, [], [grant()]))
            self.assertEqual(("DONE", b"", []), (told["outcome"], self.get(), told["ended"][0]["appeared"]["keys"]))


class FailedTest(Folder):
    """A stage that fails leaves something undone, and what that is nobody knows."""

    def failed(self, stage, given):
        run = subprocess.run([sys.executable, "-c", KILL, AGENT, "fail " + stage, self.root], input=json.dumps(given).encode(),
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual((1, b""), (run.returncode, run.stderr), stage)
        return json.loads(run.stdout.decode())

    def test_nothing_is_proven_gone_by_a_run_in_which_a_stage_failed(self):
        for at, stage in enumerate(("look", "lines", "revoked keys", "RevokedKeys", "rights", "sessions", "accounts", "homes")):
            self.give(3 * at + 1)
            told = self.failed(stage, order(3 * at + 2, [], [grant()], revoked=["SHA256:" + "A" * 43]))
            self.assertEqual("PARTIAL", told["outcome"])
            question = stage + ": ValueError: of the test"
            self.assertIn(question, told["problem"])
            for one in told["ended"] + told["revoked"]:
                self.assertNotEqual(True, one["gone"], stage)
                self.assertIn(question, one["questions"] if one["gone"] == "unknown" else [question], stage)
            told = self.send(order(3 * at + 3, [], [grant()]))
            self.assertEqual(("DONE", True), (told["outcome"], told["ended"][0]["gone"]), stage)

    def test_what_says_nothing_of_who_can_log_in_keeps_no_proof_back(self):
        for at, stage in enumerate(("intent", "doors", "host", "reached", "inventory")):
            self.give(2 * at + 1)
            told = self.failed(stage, order(2 * at + 2, [], [grant()]))
            self.assertEqual(("PARTIAL", True), (told["outcome"], told["ended"][0]["gone"]), stage)
        self.assertEqual("it could not be taken now", told["ended"][0]["appeared"]["unknown"])


if __name__ == "__main__":
    unittest.main()
