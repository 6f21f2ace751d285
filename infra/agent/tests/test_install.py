"""Latchkey-Install and Latchkey-Order as they are run: a new agent that is broken leaves one that works in its place."""
import base64
import fcntl
import functools
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from unittest import mock

import build
from latchkey_agent.agent import Agent
from latchkey_agent.report import Report
from latchkey_agent.timer import Timer
from tests.support import AGENT, Folder, grant, observe, order

SPEAKS = """import hashlib, json, os, sys, time
verb, root = sys.argv[1], sys.argv[-1]
with open(sys.argv[0], "rb") as file:
    told = {"latchkey": 1, "outcome": "DONE", "agent": {"version": "%s", "sha256": hashlib.sha256(file.read()).hexdigest()}}
if verb != "version":
    with open(os.path.join(root, "ran"), "a") as file:
        file.write(verb + " of %s;")
%s
print(json.dumps(told))
"""
HANGS = "time.sleep(60)"
BROKEN = {  # what an agent does when it is tried, and what is said of it
    "a syntax error": ("def", "it ended with 1 and no statement: SyntaxError: invalid syntax"),
    "it hangs": (HANGS, "it did not end within 40 seconds"),
    "it ends well and says nothing": ("sys.exit(0)", "it ended with 0 and no statement"),
    "it is killed": ("os.kill(os.getpid(), 9)", "it did not end within 40 seconds"),
    "a malformed statement": ('sys.exit(print(json.dumps(told)[:-9]))', "it ended with 0 and no statement"),
    "no statement of ours": ('sys.exit(print("[1]"))', "it ended with 0 and no statement"),
    "another agent's statement": ('told["agent"]["sha256"] = "0" * 64', "it states another hash than its own"),
    "a problem": ('told.update(outcome="PARTIAL", problem="look: TypeError: \\"x\\"")', 'look: TypeError: "x"'),
    "an outcome without a problem": ('told["outcome"] = "REFUSED"', "REFUSED")}


def agent(name, does="pass", when=None):
    if when:
        does = 'if verb == "%s":\n    %s' % (when, does)
    return (SPEAKS % (name, name, does)).encode()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


@functools.lru_cache(maxsize=None)
def made(new):
    """Latchkey-Install for this agent, and the agent as it travels."""
    return build.install_document(new), build.packed(new).replace("\n", "")


OLD, NEW = agent("old"), agent("new")


class Installing(unittest.TestCase):

    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="latchkey-test-")
        self.addCleanup(shutil.rmtree, self.root, True)
        self.folder = os.path.join(self.root, "usr/local/lib/latchkey")

    def path(self, name="latchkey_agent.pyz"):
        return os.path.join(self.folder, name)

    def read(self, name="latchkey_agent.pyz"):
        try:
            with open(self.path(name), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def put(self, data, name="latchkey_agent.pyz"):
        os.makedirs(self.folder, exist_ok=True)
        with open(self.path(name), "wb") as file:
            file.write(data)

    def ran(self):
        try:
            with open(os.path.join(self.root, "ran")) as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def shell(self, document, change, **variables):
        script = "\n".join(json.loads(document)["mainSteps"][0]["inputs"]["runCommand"]) + "\n"
        environment = {"LATCHKEY_ROOT": self.root, "PATH": os.environ["PATH"]}
        environment.update({"SSM_" + name: value for name, value in variables.items()})
        run = subprocess.Popen(["sh", "-c", change(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
        self.addCleanup(run.stdout.close)
        self.addCleanup(run.stderr.close)
        return run

    def begin(self, new, change=lambda script: script, part=1, parts=1):
        document, data = made(new)
        size = -(-len(data) // parts)
        return self.shell(document, lambda script: change(script.replace("-k 5 40 ", "-k 1 1 ")),
                          part=str(part), parts=str(parts), data=data[(part - 1) * size:part * size])

    def install(self, new, change=lambda script: script):
        return self.told(self.begin(new, change))

    def order(self, wanted):
        return self.told(self.shell(build.order_document(), lambda script: script, agentHash=sha256(wanted),
                                    payload=base64.b64encode(b"{}").decode()))

    def told(self, run):
        out, _ = run.communicate(timeout=60)
        return json.loads(out.decode()) if out else None

    def age_the_trial(self):
        then = time.time() - 300
        os.utime(self.path("trial"), (then, then))


class TestedTest(Installing):

    def test_a_new_agent_is_tested_first_and_the_last_one_is_kept(self):
        self.put(OLD)
        self.assertEqual(sha256(NEW), self.install(NEW)["agent"]["sha256"])
        self.assertEqual("selftest of new;install of new;", self.ran())
        self.assertEqual((NEW, OLD), (self.read(), self.read("latchkey_agent.last.pyz")))
        self.assertEqual(["latchkey_agent.last.pyz", "latchkey_agent.pyz"], sorted(os.listdir(self.folder)))

    def test_the_same_agent_again_is_only_installed_and_does_not_become_the_last_one(self):
        self.put(OLD)
        for _ in range(2):
            self.install(NEW)
        self.assertEqual("selftest of new;install of new;install of new;", self.ran())
        self.assertEqual(OLD, self.read("latchkey_agent.last.pyz"))

    def test_what_does_not_start_is_not_kept(self):
        self.put(b"def")
        self.install(NEW)
        self.assertEqual((NEW, None), (self.read(), self.read("latchkey_agent.last.pyz")))

    def test_one_that_fails_its_test_changes_nothing_and_says_which_check(self):
        self.put(OLD)
        for name, (does, problem) in BROKEN.items():
            with self.subTest(name):
                new = agent("new", does, None if does == "def" else "selftest")
                told = self.install(new)
                self.assertEqual(("SELFTEST_FAILED", sha256(OLD), sha256(new), problem),
                                 tuple(told[one] for one in ("outcome", "sha256", "rejected", "problem")))
                self.assertEqual((OLD, ["latchkey_agent.pyz"]), (self.read(), os.listdir(self.folder)))
                self.assertEqual(sha256(OLD), self.order(OLD)["agent"]["sha256"])

    def test_the_first_agent_of_a_server_is_tested_too(self):
        self.assertEqual("", self.install(agent("new", "def"))["sha256"])
        self.assertIsNone(self.read())


class BackTest(Installing):

    def test_one_that_makes_no_statement_in_its_place_gives_way_to_the_last_one(self):
        for name, (does, problem) in BROKEN.items():
            if does == "def":
                continue
            with self.subTest(name):
                self.put(OLD)
                new = agent("new", does, "install")
                told = self.install(new)
                self.assertEqual(("WENT_BACK", sha256(OLD), sha256(new), problem),
                                 tuple(told[one] for one in ("outcome", "sha256", "rejected", "problem")))
                self.assertEqual((OLD, OLD, None),
                                 (self.read(), self.read("latchkey_agent.last.pyz"), self.read("trial")))
                self.assertTrue(self.ran().endswith("install of old;"), "its timer may be another one")
                self.assertRegex(self.read("rejected").decode().splitlines()[-1], "^%s 20" % sha256(new))
                self.assertEqual(sha256(OLD), self.order(OLD)["agent"]["sha256"])

    def test_it_is_tried_three_times_and_then_only_named(self):
        self.put(OLD)
        new = agent("new", HANGS.replace("60", "0") + "; sys.exit(1)", "install")
        for _ in range(3):
            self.assertEqual("WENT_BACK", self.install(new)["outcome"])
        before = self.ran()
        told = self.install(new)
        self.assertEqual(("WENT_BACK", sha256(OLD), sha256(new)), tuple(told[one] for one in ("outcome", "sha256", "rejected")))
        self.assertIn("not tried again; to have it tried, remove %s" % self.path("rejected"), told["problem"])
        self.assertEqual(before, self.ran())
        self.assertEqual(sha256(NEW), self.install(NEW)["agent"]["sha256"], "another agent is")
        self.assertIsNone(self.read("rejected"))

    def test_without_a_last_one_the_new_one_stays(self):
        new = agent("new", 'told.update(outcome="PARTIAL", problem="systemctl: failed")', "install")
        self.assertEqual("systemctl: failed", self.install(new)["problem"])
        self.assertEqual((new, None), (self.read(), self.read("trial")))

    def test_an_agent_on_trial_never_becomes_the_last_one(self):
        self.put(OLD, "latchkey_agent.last.pyz")
        self.put(agent("trying"))
        self.put(sha256(agent("trying")).encode(), "trial")
        self.install(agent("new", "sys.exit(1)", "install"))
        self.assertEqual(OLD, self.read())

    def test_an_installation_that_was_cut_off_gives_way_at_the_next_order(self):
        self.put(NEW)
        self.put(OLD, "latchkey_agent.last.pyz")
        self.put(sha256(NEW).encode(), "trial")
        self.assertEqual(sha256(NEW), self.order(NEW)["agent"]["sha256"], "it may still be going on")
        self.age_the_trial()
        self.assertEqual({"latchkey": 1, "outcome": "NO_AGENT", "sha256": sha256(OLD)}, self.order(NEW))
        self.assertEqual((OLD, None), (self.read(), self.read("trial")))
        self.assertTrue(self.read("rejected").decode().startswith(sha256(NEW) + " 20"))

    def test_a_closing_order_for_the_last_one_goes_back_and_is_carried_out_at_once(self):
        self.put(agent("new", HANGS))
        self.put(OLD, "latchkey_agent.last.pyz")
        self.put(sha256(self.read()).encode(), "trial")
        self.age_the_trial()
        self.assertEqual(sha256(OLD), self.order(OLD)["agent"]["sha256"])

    def test_nobody_goes_back_from_an_agent_that_has_stated_something(self):
        for trial in (None, sha256(agent("other"))):
            self.put(NEW)
            self.put(OLD, "latchkey_agent.last.pyz")
            if trial:
                self.put(trial.encode(), "trial")
                self.age_the_trial()
            self.assertEqual(sha256(NEW), self.order(NEW)["agent"]["sha256"])
            self.assertEqual(NEW, self.read())


class CutTest(Installing):
    """The shell is killed before each of its lines, as a loss of power would end it."""

    def test_at_every_line_an_agent_that_works_is_there(self):
        fails = agent("new", "sys.exit(1)", "install")
        for new in (NEW, fails):
            script = "\n".join(json.loads(made(new)[0])["mainSteps"][0]["inputs"]["runCommand"])
            lines = script.split("\n")
            first = lines.index('present=$(hash_of "$agent")' if new == NEW else 'try "$agent" install')
            seen = set()
            for at in range(first, len(lines)):
                if lines[at - 1].endswith("\\") or not lines[at].strip() or lines[at].lstrip().startswith(("#", "fi")):
                    continue
                with self.subTest(before=lines[at], new=new == NEW):
                    shutil.rmtree(self.folder, True)
                    self.put(OLD)
                    run = self.begin(new, lambda text, at=at: "\n".join(lines[:at] + ["kill -9 $$"] + lines[at:]) + "\n")
                    run.communicate(timeout=60)
                    there = self.read()
                    self.assertIn(there, (OLD, new))
                    if run.returncode == 0 or run.returncode == 1:
                        continue  # that line is not run
                    self.assertEqual(-9, run.returncode)
                    seen.add(there == OLD)
                    if there == new and self.read("trial"):
                        self.age_the_trial()  # after a while the last one carries out what closes access
                    self.assertEqual(sha256(OLD if self.read("trial") else there),
                                     self.order(OLD if self.read("trial") else there)["agent"]["sha256"])
                    told = self.install(new)
                    self.assertEqual(sha256(NEW) if new == NEW else "WENT_BACK",
                                     told["agent"]["sha256"] if new == NEW else told["outcome"])
                    self.assertEqual(OLD, self.read("latchkey_agent.last.pyz"))
            self.assertEqual({True, False}, seen)

    def test_two_installations_at_once_keep_the_last_one(self):
        for _ in range(3):
            shutil.rmtree(self.folder, True)
            self.put(OLD)
            for run in [self.begin(NEW) for _ in range(3)]:
                run.communicate(timeout=60)
            self.assertEqual(NEW, self.read())
            self.assertIn(self.read("latchkey_agent.last.pyz"), (OLD, None))
            self.assertEqual(sha256(NEW), self.install(NEW)["agent"]["sha256"])

    def test_one_that_is_broken_is_put_back_once_however_many_install_it_at_once(self):
        new = agent("new", "time.sleep(0.5); sys.exit(1)", "install")
        self.put(OLD)
        runs = [self.begin(new) for _ in range(3)]
        self.assertEqual(["WENT_BACK"] * 3, [self.told(run)["outcome"] for run in runs])
        self.assertEqual((OLD, None, 1), (self.read(), self.read("trial"), self.read("rejected").decode().count("\n")))
        self.assertEqual(1, self.ran().count("install of new"))
        self.assertEqual("WENT_BACK", self.told(self.begin(new))["outcome"])
        self.assertEqual(2, self.read("rejected").decode().count("\n"), "one that comes later tries it again")

    def test_parts_of_two_agents_may_arrive_by_turns(self):
        other = agent("other")
        self.put(OLD)
        told = [self.told(self.begin(one, part=part, parts=2)) for part in (1, 2) for one in (NEW, other)]
        self.assertEqual(["INCOMPLETE", "INCOMPLETE", "DONE", "DONE"], [one["outcome"] for one in told])
        self.assertEqual([sha256(NEW), sha256(other)], [one["agent"]["sha256"] for one in told[2:]])
        self.assertEqual(other, self.read())
        self.assertEqual(["latchkey_agent.last.pyz", "latchkey_agent.pyz"], sorted(os.listdir(self.folder)))

    def test_parts_that_come_after_another_installation_was_faster_are_not_missed(self):
        self.put(OLD)
        told = [self.told(self.begin(NEW, part=part, parts=2)) for part in (1, 1, 2, 2)]
        self.assertEqual(["INCOMPLETE", "INCOMPLETE", "DONE", "DONE"], [one["outcome"] for one in told])
        self.assertEqual(["latchkey_agent.last.pyz", "latchkey_agent.pyz"], sorted(os.listdir(self.folder)))

    def test_parts_of_others_stay_for_ten_minutes(self):
        for name in (".part-old-2-1", ".part-new-2-1"):
            self.put(b"x", name)
        os.utime(self.path(".part-old-2-1"), (time.time() - 700,) * 2)
        self.install(NEW)
        self.assertEqual((None, b"x"), (self.read(".part-old-2-1"), self.read(".part-new-2-1")))

    def test_while_one_is_going_on_another_says_busy_and_nobody_goes_back(self):
        self.put(NEW)
        self.put(OLD, "latchkey_agent.last.pyz")
        self.put(sha256(NEW).encode(), "trial")
        self.age_the_trial()
        descriptor = os.open(self.folder, os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        told = self.install(agent("other"), lambda text: text.replace('"$lock" 20', '"$lock" 0.3'))
        self.assertEqual(("BUSY", "another installation of the agent is going on"), (told["outcome"], told["problem"]))
        self.assertEqual(sha256(NEW), self.order(NEW)["agent"]["sha256"])
        self.assertEqual((NEW, None), (self.read(), self.read("rejected")))
        self.assertEqual(["latchkey_agent.last.pyz", "latchkey_agent.pyz", "trial"], sorted(os.listdir(self.folder)))
        os.close(descriptor)
        self.assertEqual("NO_AGENT", self.order(NEW)["outcome"])
        self.assertEqual(sha256(agent("other")), self.install(agent("other"))["agent"]["sha256"])

    def test_no_agent_gets_the_lock(self):
        holds = 'told.update({"problem": "it has the lock"} if os.path.exists("/proc/self/fd/9") else {})'
        self.put(agent("old", holds))
        self.assertEqual("DONE", self.install(agent("new", holds))["outcome"])
        self.put(b"old", "latchkey_agent.last.pyz")
        self.put(sha256(self.read()).encode(), "trial")
        self.age_the_trial()
        descriptor = os.open(self.folder, os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        self.addCleanup(os.close, descriptor)
        self.assertNotIn("problem", self.order(self.read()))

    def test_without_locks_it_is_installed_all_the_same(self):
        self.put(OLD)
        told = self.install(NEW, lambda text: text.replace("fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)", 'raise OSError(37, "No locks available")'))
        self.assertEqual(sha256(NEW), told["agent"]["sha256"])

    def test_a_folder_that_cannot_be_written_keeps_the_old_one(self):
        self.put(OLD)
        for program in ("ln", "mv", "mktemp"):
            with self.subTest(program):
                fails = lambda text, name=program: text.replace("set -u\n", "set -u\n%s() { return 1; }\n" % name, 1)
                self.assertEqual("NO_AGENT", self.install(NEW, fails)["outcome"])
                self.assertEqual(OLD, self.read())
                self.assertEqual(sha256(OLD), self.order(OLD)["agent"]["sha256"])


class SelfTestTest(Folder):

    def tree(self):
        return {path: (os.lstat(path)[:7], os.lstat(path).st_mtime_ns)
                for folder, folders, names in os.walk(self.root)
                for path in [folder] + [os.path.join(folder, name) for name in folders + names]}

    def test_it_reads_everything_and_changes_nothing(self):
        self.give()
        self.put("/var/lib/latchkey/answers.json", "damaged")
        before = self.tree()
        self.assertEqual("DONE", self.finish(self.start("selftest"))["outcome"])
        self.assertEqual(before, self.tree())
        self.put("/var/lib/latchkey/state.json", "damaged")
        before = self.tree()
        before = self.tree()
        self.assertEqual("DONE", self.finish(self.start("selftest"))["outcome"], "a damaged state does not fail the self-test")
        self.assertEqual(before, self.tree())

    def test_it_names_the_check_that_failed(self):
        def raising(*_):
            raise TypeError("broken")
        for target, name, problem in ((Timer, "files", "timer: TypeError: broken"),
                                      (Report, "unmanaged", "look: look: TypeError: broken"),
                                      (Report, "grants", "look: TypeError: broken")):
            with mock.patch.object(target, name, raising):
                told = Agent(self.root).selftest()
            self.assertEqual(("SELFTEST_FAILED", problem), (told["outcome"], told["problem"]))
        with mock.patch.object(sys, "executable", "/no/python3"):
            self.assertIn("timer: the sweep would be started with /no/python3", Agent(self.root).selftest()["problem"])

    def test_what_the_server_lacks_is_no_reason_to_keep_the_older_agent(self):
        def raising(*_):
            raise OSError("no disk")
        with mock.patch.object(Report, "unmanaged", raising):
            self.assertEqual("DONE", Agent(self.root).selftest()["outcome"])


class TrialTest(Folder):
    TRIAL = "/usr/local/lib/latchkey/trial"

    def on_trial(self, other=False):
        with open(AGENT, "rb") as file:
            self.put(self.TRIAL, "0" * 64 if other else sha256(file.read()) + "\n")

    def test_an_order_that_was_carried_out_ends_the_trial(self):
        for sent in (order(1, [grant()]), observe()):
            self.on_trial()
            self.send(sent)
            self.assertEqual(b"", self.get(self.TRIAL))

    def test_the_trial_of_another_agent_or_of_one_that_refuses_goes_on(self):
        self.on_trial(other=True)
        self.send(order(1, [grant()]))
        self.assertNotEqual(b"", self.get(self.TRIAL))
        self.on_trial()
        self.send(order(2, node="i-00000000000000000"))
        self.assertEqual("REFUSED", self.send("{")["outcome"])
        self.sweep()
        self.assertNotEqual(b"", self.get(self.TRIAL))


if __name__ == "__main__":
    unittest.main()
