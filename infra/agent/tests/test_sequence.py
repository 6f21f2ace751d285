"""Which of several orders is carried out: their sequence, the lock, and runs that are killed."""
import fcntl
import json
import os
import random
import time
import unittest

from tests.support import Folder, grant, key, observe, order, within


class SequenceTest(Folder):

    def test_an_older_order_after_a_newer_is_stale(self):
        self.send(order(5, [], [grant()]))
        told = self.send(order(4, [grant()]))
        self.assertEqual(("STALE", 5), (told["outcome"], told["generation"]))
        self.assertEqual(b"", self.get())

    HASH = {name: name * 64 for name in "abc"}

    def test_the_same_generation_is_a_repeat_with_the_same_hash_alone(self):
        for first, again, outcome in ((self.HASH["a"], self.HASH["a"], "DONE"), (self.HASH["a"], self.HASH["b"], "STALE"),
                                      (None, self.HASH["b"], "STALE"), (None, None, "DONE")):
            self.state_gone()
            self.send(self.hashed(order(5, [grant(8)]), first))
            self.put(self.keys, "")
            told = self.send(self.hashed(order(5, [grant(8)]), again))
            self.assertEqual((outcome, 5), (told["outcome"], told["generation"]), (first, again))
            self.assertEqual(outcome == "DONE", b"latchkey-ticket-8" in self.get())  # a repeat is carried out again
        self.assertEqual("STALE", self.send(order(5, [grant(9)]))["outcome"])  # its own hash differs
        moved = [grant(8), grant(9, "bob")]
        self.assertEqual(["DONE", "DONE"], [self.send(order(6, one))["outcome"] for one in (moved, moved[::-1])])

    def state_gone(self):
        for name in ("state.json", "answers.json"):
            if os.path.exists(self.path("/var/lib/latchkey/" + name)):
                os.unlink(self.path("/var/lib/latchkey/" + name))

    @staticmethod
    def hashed(order, value):
        return dict(order, hash=value) if value else order

    def test_a_command_from_before_a_reset_is_stale(self):
        before = order(700, [grant()], epoch=1, hash=self.HASH["a"])
        self.assertEqual("DONE", self.send(before)["outcome"])
        told = self.send(order(1, [], [grant()], epoch=2, hash=self.HASH["b"]))
        self.assertEqual(("DONE", 2, 1, self.HASH["b"]), tuple(told[name] for name in ("outcome", "epoch", "generation", "hash")))
        for late in (before, dict(before, generation=2 ** 53 - 1), {k: v for k, v in before.items() if k != "epoch"}):
            told = self.send(late)
            self.assertEqual(("STALE", 2, 1), (told["outcome"], told["epoch"], told["generation"]))
            self.assertEqual(b"", self.get())
        self.assertEqual("DONE", self.send(order(2, [grant()], epoch=2))["outcome"])

    def test_a_generation_that_root_of_the_server_set_is_healed_by_a_higher_epoch(self):
        self.give()
        self.state(lambda state: state.update(generation=2 ** 53 - 1))
        told = self.send(order(2, [], [grant()]))
        self.assertEqual(("STALE", 2 ** 53 - 1), (told["outcome"], told["generation"]))
        told = self.send(order(3, [], [grant()], epoch=1))
        self.assertEqual(("DONE", True, 3, b""), (told["outcome"], told["ended"][0]["gone"], told["generation"], self.get()))

    def test_what_survives_of_a_damaged_state_is_used(self):
        late = {"generation": order(4, [grant()], epoch=4), "epoch": order(9, [grant()], epoch=3),
                "hash": order(5, [grant()], epoch=4, hash=self.HASH["b"])}
        for damage in ({"leases": []}, {"generation": -1}, {"hash": 7}):
            self.state_gone()
            self.send(order(5, [grant(8)], epoch=4, hash=self.HASH["a"]))
            self.state(lambda state: state.update(damage))
            for name in sorted(set(late) - set(damage) - ({"hash"} if "generation" in damage else set())):
                self.assertEqual("STALE", self.send(late[name])["outcome"], (damage, name))  # also after it was put aside
            told = self.send(order(5, [grant(9, "bob")], epoch=4, hash=self.HASH["c" if "hash" in damage else "a"]))
            self.assertEqual(("DONE", b""), (told["outcome"], self.get()), damage)  # what stood before was found and closed

    def test_a_state_of_an_agent_that_knew_no_epoch_is_whole(self):
        self.give(5)
        def older(state):
            del state["epoch"], state["hash"], state["order"]["key_file"]
        self.state(older)
        self.assertIsNone(self.sweep())
        told = self.send(order(5, [], [grant()], hash=self.HASH["a"]))
        self.assertEqual(("DONE", 0, self.HASH["a"], b""), (told["outcome"], told["epoch"], told["hash"], self.get()))

    def test_the_head_says_that_a_folder_is_none(self):
        self.assertEqual({1}, {self.send(one)["simulated"] for one in (order(2), order(1), observe(), {"latchkey": 1})})

    def test_an_order_waits_for_the_lock_and_then_is_busy(self):
        self.give()
        with open(self.path("/var/lib/latchkey/lock")) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            waiting = self.start("order", json.dumps(order(2, [], [grant()])))
            waiting.stdin.write(waiting.given)
            waiting.stdin.close()
            self.assertIsNone(self.sweep())
            started = time.time()
            self.assertEqual("BUSY", json.loads(waiting.stdout.read().decode())["outcome"])
            self.assertLess(time.time() - started, 8)
            waiting.wait()
            waiting.stdout.close()
            waiting.stderr.close()
        self.assertIn(b"latchkey-ticket-7", self.get())

    def test_after_not_after_nothing_is_done(self):
        action = {"verb": "authorize_key", "not_after": within(-1), "authorize": 1, "key": key(9)}
        told = self.send(order(1, [grant()], action=action))
        self.assertEqual(("TOO_LATE", 0), (told["outcome"], told["generation"]))
        self.assertEqual(b"", self.get())

    def test_twenty_orders_at_once_leave_the_newest(self):
        self.put(self.keys, "# mine\n")
        runs = [self.start("order", json.dumps(order(n, [grant(n, public=key(n))]))) for n in range(1, 21)]
        for run in runs:
            run.stdin.write(run.given)
            run.stdin.flush()
            run.given = b""
        outcomes = {self.finish(run)["outcome"] for run in runs}
        self.assertLessEqual(outcomes, {"DONE", "STALE", "BUSY"})
        self.send(order(20, [grant(20, public=key(20))]))
        self.assertEqual([b"# mine", b""], [self.get().split(b"\n")[0], self.get().split(b"\n")[2]])
        self.assertIn(b"latchkey-ticket-20\n", self.get())

    def test_kill_at_any_moment_loses_and_tears_nothing(self):
        theirs = ["%s foreign %d" % (key(n % 250 + 1), n) for n in range(200)]
        self.put(self.keys, "\n".join(theirs) + "\n")
        chance, wanted = random.Random(4), []
        for generation in range(1, 101):
            ticket = 1000 + generation % 3
            wanted = order(generation, [grant(ticket, public="ssh-rsa " + key(9, "ssh-rsa").split()[1])])
            run = self.start("order", json.dumps(wanted))
            run.stdin.write(run.given)
            run.stdin.close()
            time.sleep(chance.uniform(0.02, 0.15))
            run.kill()
            run.wait()
            run.stdout.close()
            run.stderr.close()
            lines = self.get().decode().split("\n")
            self.assertEqual("", lines[-1])
            self.assertEqual(theirs, [line for line in lines[:-1] if "latchkey-ticket" not in line])
            self.assertTrue(all(line.startswith("restrict,pty,from=") and line.rpartition("-")[2].isdigit()
                                for line in lines[:-1] if "latchkey-ticket" in line))
        self.assertEqual("DONE", self.send(dict(wanted, generation=101))["outcome"])
        self.assertEqual(201, self.get().count(b"\n"))
        self.assertEqual(["authorized_keys"], os.listdir(self.path("/root/.ssh")))


if __name__ == "__main__":
    unittest.main()
