"""Killed at every point at which something is written, and at 100 random moments: access ends all the same.

The points are those before and after each call that changes the disk or a process; a run names them as it reaches them.
The moments are counted in calls of functions, so that a seed names them again.
"""
import io
import json
import os
import random
import signal
import sys
import types
import unittest

from latchkey_agent import command
from tests.support import Folder, grant, key, order

CALLS = ("rename", "unlink", "fsync", "mkdir", "fchmod", "fchown", "pwrite", "kill")
FOREIGN = "# mine\n" + key(9) + " mine\n"


class Crash(Folder):

    def setUp(self):
        super().setUp()
        self.put(self.keys, FOREIGN)
        self.generation = 0

    def forked(self, verb, given=None, hook=None):
        """What one run of the agent printed, and what killed it; it is a child that has all modules already."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                sys.argv = ["latchkey_agent.pyz", verb, "--root", self.root]
                sys.stdin = types.SimpleNamespace(buffer=io.BytesIO(json.dumps(given).encode()))
                sys.stdout = os.fdopen(writing, "w")
                if hook:
                    hook()
                command.main()
                sys.setprofile(None)
                sys.stdout.flush()
            finally:
                os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            said = pipe.read()
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status)
        return json.loads(said) if said and not killed else None, killed

    def next(self, *lists):
        self.generation += 1
        return order(self.generation, *lists)

    def ends(self, given, name):
        """After a run that was killed: nothing is torn, and the sweep or the same order again ends the access."""
        self.whole(name)
        told, _ = self.forked("sweep")
        if b"latchkey-ticket" in self.get():  # it was killed before it was noted that this is to be closed
            told, _ = self.forked("order", given)
            self.assertTrue(told["ended"][0]["gone"], name)
        self.whole(name)
        self.assertEqual(FOREIGN.encode(), self.get(), name)
        if told:
            self.assertEqual([True], [one["gone"] for one in told["ended"]], name)
        told, _ = self.forked("order", given)
        self.assertEqual(("DONE", True), (told["outcome"], told["ended"][0]["gone"]), (name, told))

    def whole(self, name):
        data = self.get().decode()
        self.assertTrue(data.startswith(FOREIGN) and data.endswith("\n"), (name, data))
        left = data[len(FOREIGN):].splitlines()
        self.assertTrue(len(left) <= 1 and all(one.endswith("latchkey-ticket-7") for one in left), (name, data))


def killing(number, names=None):
    """Kills before and after the calls, each of which counts; with `names` it lists them instead."""
    count = [0]

    def wrapped(name, real):
        def call(*args, **more):
            point(name + " before", args)
            told = real(*args, **more)
            point(name + " after", args)
            return told
        return call

    def point(name, args):
        if names is not None:
            os.write(names, ("%s %s\n" % (name, os.path.basename(str(args[0])))).encode())
        elif count[0] == number:
            os_kill(os.getpid(), signal.SIGKILL)
        count[0] += 1

    os_kill = os.kill

    def hook():
        for name in CALLS:
            setattr(os, name, wrapped(name, getattr(os, name)))
    return hook


class PointsTest(Crash):

    def points(self, given):
        reading, writing = os.pipe()
        self.forked("order", given, killing(None, writing))
        os.close(writing)
        with os.fdopen(reading) as pipe:
            return pipe.read().splitlines()

    def test_a_revoke_killed_at_every_point_ends(self):
        self.forked("order", self.next([grant()]))
        points = self.points(self.next([], [grant()]))
        self.assertIn("rename before .authorized_keys.latchkey", points)
        self.assertIn("rename after state.json.new", points)
        self.assertGreaterEqual(len(points), 12)
        killed = 0
        for number, name in enumerate(points):
            self.forked("order", self.next([grant()]))
            self.assertIn(b"latchkey-ticket-7", self.get())
            given = self.next([], [grant()])
            killed += self.forked("order", given, killing(number))[1]
            self.ends(given, name)
        self.assertGreaterEqual(killed, len(points) - 4)  # the last of them are not reached where there is nothing to remove

    def test_a_grant_killed_at_every_point_can_be_ended(self):
        points = self.points(self.next([grant()]))
        self.forked("order", self.next())
        for number, name in enumerate(points):
            self.forked("order", self.next([grant()]), killing(number))
            self.whole(name)
            given = self.next([], [grant()])
            self.forked("order", given)
            self.ends(given, name)


class MomentsTest(Crash):

    @staticmethod
    def after(calls, told=None):
        count = [0]

        def seen(frame, event, argument):
            count[0] += 1
            if count[0] == calls:
                os.kill(os.getpid(), signal.SIGKILL)
        return lambda: sys.setprofile(seen)

    def length(self, given):
        """How many events of the profiler a run of this order has, found by halving."""
        least, most = 1, 1 << 20
        while least < most:
            middle = (least + most) // 2
            if self.forked("order", dict(given), self.after(middle))[1]:
                least = middle + 1
            else:
                most = middle
        return least

    def test_a_hundred_random_moments(self):
        chance, killed = random.Random(10), 0
        self.forked("order", self.next([grant()]))
        length = self.length(self.next([], [grant()]))
        for _ in range(100):
            moment = chance.randrange(1, length)
            granted, given = self.next([grant()]), self.next([], [grant()])
            first = chance.random() < 0.3
            killed += self.forked("order", granted, self.after(moment) if first else None)[1]
            self.whole(moment)
            killed += self.forked("order", given, None if first else self.after(moment))[1]
            self.ends(given, moment)
        self.assertGreater(killed, 80)


if __name__ == "__main__":
    unittest.main()
