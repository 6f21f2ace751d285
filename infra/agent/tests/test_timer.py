"""The sweep's timer: asked, put right, and how long ago the last sweep was."""
import json
import os
import subprocess
import sys
import time
from unittest import mock

from latchkey_agent import programs, quiet, timer
from latchkey_agent.server import Server
from tests.support import AGENT, Folder, observe, order


class Systemd:
    """Answers as systemctl does for two units that are as they should be, but for what a test says."""

    def __init__(self, **changes):
        self.changes, self.calls = changes, []

    def run(self, args, **_):
        self.calls.append(" ".join(args))
        if args[1] in ("enable", "restart", "daemon-reload"):
            self.changes = {} if args[1] == "restart" and "down" not in self.changes else self.changes
            return 0, "", ""
        units = []
        for name in timer.NAMES:
            one = dict(Id=name, LoadState="loaded", ActiveState="active" if "timer" in name else "inactive",
                       UnitFileState="enabled" if "timer" in name else "static", FragmentPath=timer.UNITS + name,
                       DropInPaths="", NeedDaemonReload="no", StateChangeTimestamp="Sat 2026-11-28 20:24:11 UTC")
            one.update(self.changes.get(name[15:], {}))
            units.append("\n".join("%s=%s" % pair for pair in one.items()))
        return (1, "", "Failed to connect") if "down" in self.changes else (0, "\n\n".join(units) + "\n", "")


class LiveTest(Folder):
    """A server that is a folder and is taken for one under systemd, whose systemctl is ours."""

    def setUp(self):
        super().setUp()
        os.makedirs(self.path("/run/systemd/system"))
        self.server, self.notes = Server(self.root), []
        self.server.live = True
        self.timer = timer.Timer(self.server)
        with mock.patch.object(programs, "run", Systemd().run):
            self.assertIsNone(self.timer.put())
        quiet.stamp(self.root)

    def told(self, systemd=None, change=True):
        with mock.patch.object(programs, "run", (systemd or Systemd()).run):
            return self.timer.told(change, self.notes.append, installed=True)

    def test_a_timer_that_is_right_is_left_alone(self):
        systemd = Systemd()
        told = self.told(systemd)
        self.assertEqual("systemd", told["by"])
        self.assertNotIn("problem", told)
        self.assertLessEqual(abs(time.time() - told["last_at"]), 2)
        self.assertEqual((1, []), (len(systemd.calls), self.notes))

    def test_each_way_to_stop_it_is_named_and_put_right(self):
        drop_in = self.path("/etc/systemd/system/latchkey-sweep.service.d/x.conf")
        for changes, said in (
                ({"timer": {"ActiveState": "inactive"}}, "the timer was stopped since Sat 2026-11-28 20:24:11 UTC"),
                ({"timer": {"ActiveState": "failed"}}, "the timer was failed since"),
                ({"timer": {"UnitFileState": "disabled"}}, "the timer was disabled"),
                ({"timer": {"LoadState": "masked", "FragmentPath": "/dev/null"}}, "latchkey-sweep.timer as masked"),
                ({"service": {"LoadState": "masked"}}, "latchkey-sweep.service as masked"),
                ({"service": {"FragmentPath": "/etc/systemd/system.control/latchkey-sweep.service"}}, "system.control"),
                ({"timer": {"NeedDaemonReload": "yes"}}, "latchkey-sweep.timer"),
                ({"service": {"DropInPaths": drop_in}}, "x.conf alters the unit")):
            self.put("/etc/systemd/system/latchkey-sweep.service.d/x.conf", "[Service]\nExecStart=\n")
            told = self.told(Systemd(**changes), change=False)
            self.assertIn(said, told["problem"])
            systemd = Systemd(**changes)
            told = self.told(systemd)
            self.assertIn(said, told["problem"])
            self.assertIn("; it was put right", told["problem"])
            self.assertIn(said, self.notes.pop())
            self.assertEqual(["daemon-reload", "enable", "restart"], [one.split()[1] for one in systemd.calls if "show" not in one])
            self.assertEqual("DropInPaths" not in changes.get("service", {}), os.path.exists(drop_in))

    def test_a_unit_that_is_masked_altered_or_removed_is_written_again(self):
        path = self.path("/etc/systemd/system/latchkey-sweep.timer")
        whole = self.get("/etc/systemd/system/latchkey-sweep.timer")
        for change in (lambda: os.symlink("/dev/null", path), lambda: self.put(path[len(self.root):], whole + b"#"),
                       lambda: None, lambda: self.put(path[len(self.root):], b"\xff")):
            os.unlink(path)
            change()
            self.assertIn("latchkey-sweep.timer", self.told()["problem"])
            self.assertFalse(os.path.islink(path))
            self.assertEqual(whole, self.get("/etc/systemd/system/latchkey-sweep.timer"))
            self.assertNotIn("problem", self.told())

    def test_what_cannot_be_put_right_says_so(self):
        self.assertIn("could not be put right: systemd does not answer", self.told(Systemd(down=1))["problem"])
        os.unlink(self.path("/etc/systemd/system/latchkey-sweep.timer"))
        os.mkdir(self.path("/etc/systemd/system/latchkey-sweep.timer"))
        self.assertIn("could not be put right", self.told()["problem"])

    def stamped(self, **changes):
        stamp = json.loads(self.get(quiet.STAMP).decode())
        self.put(quiet.STAMP, json.dumps(dict(stamp, **changes)))

    def test_a_sweep_that_is_late_is_a_problem_whatever_the_clock_says(self):
        now, up = int(time.time()), time.monotonic()
        for changes in ({"up": up - 400}, {"up": up - 400, "at": now + 9999}, {"boot": "another"}):
            quiet.stamp(self.root)
            self.stamped(**changes)
            self.assertIn("there was no sweep for", self.told()["problem"])
        self.stamped(up=up - 100, at=now + 86400, boot=quiet.boot())  # the clock was set back by a day after it
        told = self.told()
        self.assertNotIn("problem", told)
        self.assertLessEqual(abs(told["last_at"] - (time.time() - 100)), 3)
        for damaged in ("", "[]", "{}", '{"up": "x", "boot": 1, "at": null}', "\0"):
            self.put(quiet.STAMP, damaged)
            told = self.told()
            self.assertEqual((None, True), (told["last_at"], "no sweep" in told["problem"]))

    def test_with_no_room_in_run_the_stamp_is_beside_the_state(self):
        os.unlink(self.path(quiet.STAMP))
        os.rmdir(self.path("/run/latchkey"))
        self.put("/run/latchkey", "")
        quiet.stamp(self.root)
        self.assertLessEqual(abs(time.time() - self.told()["last_at"]), 2)

    def test_cron_runs_or_nothing_does(self):
        os.rmdir(self.path("/run/systemd/system"))
        self.timer = timer.Timer(self.server)
        self.assertIsNone(self.timer.put())
        for found, wanted in ((["cron"], {"by": "cron"}), ([], {"by": None})):
            with mock.patch.object(timer.Timer, "_no_cron", staticmethod(lambda found=found: None if found else "no cron runs")):
                told = self.told()
            self.assertEqual((wanted["by"], not found), (told["by"], "problem" in told))
        with mock.patch.object(timer.Timer, "_no_cron", staticmethod(lambda: None)):
            self.put(timer.CRON, "")
            self.assertIn("/etc/cron.d/latchkey was altered; it was put right", self.told()["problem"])


class InstalledTest(Folder):

    def run_installed(self, verb, given=b""):
        run = subprocess.run([sys.executable, "-I", self.path(timer.ARCHIVE), verb, "--root", self.root], input=given,
                             stdout=subprocess.PIPE)
        return json.loads(run.stdout.decode()) if run.stdout else None

    def test_every_statement_tells_of_it(self):
        told = json.loads(subprocess.check_output([sys.executable, "-I", AGENT, "install", "--root", self.root]).decode())
        self.assertEqual({"by": "systemd", "last_at": None}, told["sweep"])
        before = int(time.time())
        self.assertIsNone(self.run_installed("sweep"))
        told = self.run_installed("order", json.dumps(observe()).encode())
        self.assertEqual("systemd", told["sweep"]["by"])
        self.assertGreaterEqual(told["sweep"]["last_at"], before - 1)
        os.unlink(self.path("/etc/systemd/system/latchkey-sweep.service"))
        told = self.run_installed("order", json.dumps(order(1)).encode())
        self.assertIn("latchkey-sweep.service: No such file or directory; it was put right", told["sweep"]["problem"])
        self.assertEqual("DONE", told["outcome"])
        self.assertNotIn("problem", self.run_installed("order", json.dumps(order(2)).encode())["sweep"])
        self.assertIn(b"it was put right", self.get("/var/log/latchkey/audit.log"))

    def test_an_agent_that_is_not_installed_puts_nothing_right(self):
        self.assertIn("is not the one in", self.send(order(1))["sweep"]["problem"])
        self.assertFalse(os.path.exists(self.path("/etc/systemd")))
