"""The verb authorize_key, the answers that are kept, and the installation."""
import base64
import calendar
import functools
import json
import os
import stat
import subprocess
import time
import unittest
from unittest import mock

from latchkey_agent import install, itself
from latchkey_agent.agent import Agent
from latchkey_agent.errors import Problem
from latchkey_agent.keys import parse_public_key
from tests.support import AGENT, Folder, NODE, field, grant, key, order, within

FORMER = install.FORMER


class AuthorizeTest(Folder):

    def ask(self, generation, authorize=1, grants=(), ending=(), request=None, send=None, **more):
        action = dict({"verb": "authorize_key", "not_after": within(), "authorize": authorize}, **more)
        return (send or self.send)(order(generation, grants, ending, action=action, request=request or "r-%d" % generation))

    def test_a_key_is_authorized_with_its_options_and_comment(self):
        told = self.ask(1, key=key(9) + " me@example", options='no-pty,from="10.0.0.0/8,192.0.2.1"')
        fingerprint = parse_public_key(key(9)).fingerprint
        self.assertEqual({"verb": "authorize_key", "done": True, "authorized": 1, "file": None, "fingerprint": fingerprint,
                          "stands_in": "/root/.ssh/authorized_keys", "would_admit": "yes", "because": [], "asked": 4},
                         told["action"])
        self.assertEqual('no-pty,from="10.0.0.0/8,192.0.2.1" %s me@example\n' % key(9), self.get().decode())

    def test_a_login_is_judged_by_the_line_that_stands_and_what_is_not_known_fails_nothing(self):
        self.put("etc/ssh/sshd_config", "PermitRootLogin no\n")
        for generation in (1, 2):  # also where the line stood before
            told = self.ask(generation, key=key(9))["action"]
            self.assertEqual((True, 1, "no"), (told["done"], told["authorized"], told["would_admit"]))
            self.assertIn("PermitRootLogin", told["because"][0])
        self.assertNotIn("would_admit", self.ask(3, authorize=0, key=key(9))["action"])
        self.put("etc/ssh/sshd_config", "Match Address 192.0.2.0/24\nPermitRootLogin no\n")
        self.assertEqual("unknown", self.ask(4, key=key(9))["action"]["would_admit"])
        with mock.patch("latchkey_agent.rootkeys.admits", side_effect=ZeroDivisionError("x")):
            told = self.ask(5, send=self.inside, key=key(8))
        self.assertEqual(("DONE", "unknown", ["ZeroDivisionError: x"], 0), (
            told["outcome"], told["action"]["would_admit"], told["action"]["because"], told["action"]["asked"]))

    def test_options_that_this_sshd_would_pass_over_are_refused_by_name(self):
        told = self.ask(1, key=key(9), options='pty,expiry-time="20200101"')["action"]
        self.assertIn('options: expiry-time="20200101" was over', told["problem"])
        self.assertTrue(self.ask(2, authorize=0, key=key(9), options='expiry-time="20200101"')["action"]["done"])
        with mock.patch("latchkey_agent.sshd.Sshd._version", lambda _: "8.0"):
            told = self.ask(3, send=self.inside, key=key(9), options="verify-required")["action"]
        self.assertIn("verify-required needs OpenSSH 8.4", told["problem"])

    def test_authorising_again_replaces_the_options(self):
        self.put(self.keys, "# mine\n%s old\n%s other\n" % (key(9), key(8)))
        self.ask(1, key=key(9) + " new", options="restrict", replace=1)
        self.assertEqual("# mine\n%s other\nrestrict %s new\n" % (key(8), key(9)), self.get().decode())

    def test_a_line_with_other_options_is_shown_and_stays(self):
        backup = 'from="192.0.2.1",command="/usr/bin/backup --server" %s b\n' % key(9)
        for standing, options, line in ((backup, "", 2), (key(9) + " x\n", "restrict", 2), (backup + backup, "no-pty", 2)):
            self.put(self.keys, "# mine\n" + standing)
            self.counter = getattr(self, "counter", 0) + 1
            told = self.ask(self.counter, key=key(9), options=options)
            self.assertEqual(("PARTIAL", False, 1), (told["outcome"], told["action"]["done"], told["action"]["authorized"]))
            shown = standing.partition(" ssh-")[0] if "from=" in standing else ""
            self.assertEqual({"file": self.keys, "line": line, "options": shown}, told["action"]["standing"][0])
            for part in (self.keys + " line 2", shown or "no options", "api.replace=1"):
                self.assertIn(part, told["action"]["problem"])
            self.assertEqual(("# mine\n" + standing).encode(), self.get())
            self.assertEqual([], self.state()["authorized"])

    def test_the_same_options_are_done_and_nothing_changes(self):
        standing = "no-pty %s theirs\n" % key(9)
        self.put(self.keys, standing)
        self.assertTrue(self.ask(1, key=key(9) + " mine", options="no-pty")["action"]["done"])
        self.assertEqual(standing.encode(), self.get())

    def test_a_key_that_ends(self):
        told = self.ask(1, key=key(9), options="no-pty", expires_at=1795280000)
        self.assertTrue(told["action"]["done"])
        self.assertEqual('expiry-time="20261121165320Z",no-pty %s\n' % key(9), self.get().decode())
        self.assertEqual(1795280000, told["action"]["expires_at"])

    def test_an_end_without_z_is_stated_as_the_clock_of_the_server_has_it(self):
        year = time.gmtime().tm_year + 1
        for number, (zone, hours) in enumerate((("America/Chicago", 6), ("UTC", 0), ("Asia/Tokyo", -9)), 1):
            told = self.ask(number, key=key(number), options='expiry-time="%d01150000"' % year, send=functools.partial(self.send, TZ=zone))
            self.assertEqual(calendar.timegm((year, 1, 15, hours, 0, 0)), told["action"]["expires_at"], zone)
        told = self.ask(9, key=key(1), options='expiry-time="%d01150000"' % year, send=functools.partial(self.send, TZ="Asia/Tokyo"))
        self.assertEqual(calendar.timegm((year, 1, 15, -9, 0, 0)), told["action"]["expires_at"])  # also of a line that stood
        self.assertNotIn("expires_at", self.ask(10, key=key(8))["action"])

    def test_another_key_than_the_one_asked_for(self):
        eight, nine = (parse_public_key(key(number)).fingerprint for number in (8, 9))
        self.put("/root/.ssh/id.pub", key(9))
        self.failed("%s was asked for" % eight, file="id.pub", fingerprint=eight)
        self.put("/root/.ssh/two.pub", key(9) + "\n" + key(8) + "\n")
        self.failed("is not exactly one public key: it has 2", file="two.pub")
        self.assertEqual(eight, self.ask(9, file="two.pub", fingerprint=eight)["action"]["fingerprint"])
        self.assertEqual(key(8) + "\n", self.get().decode())
        self.assertEqual(nine, self.ask(10, key=key(9), fingerprint=nine)["action"]["fingerprint"])

    def test_a_key_is_taken_out_wherever_it_stands(self):
        self.put(self.keys, "%s a\n# mine\nno-pty %s b" % (key(9), key(9)))
        told = self.ask(1, 0, key=key(9))
        self.assertEqual((True, 0), (told["action"]["done"], told["action"]["authorized"]))
        self.assertEqual(b"# mine\n", self.get())

    def test_one_file_never_stops_another(self):
        more = "/root/.ssh/authorized_keys2"
        self.put(self.keys, key(8) + "\n")
        os.link(self.path(self.keys), self.path("/root/backup"))
        self.put(more, "%s a\n%s b\n" % (key(9), key(7)))
        told = self.ask(1, 0, key=key(9))["action"]
        self.assertEqual((True, 0, []), (told["done"], told["authorized"], told["notes"]))
        self.assertEqual((key(8) + "\n", key(7) + " b\n"), (self.get().decode(), self.get(more).decode()))
        self.assertEqual(2, os.stat(self.path(self.keys)).st_nlink)  # without the key it is left alone
        for number, data in ((2, key(8)), (3, "# x\n" * 300000 + key(8))):  # two names, too long
            self.put(self.keys, data + "\n")
            self.put(more, key(8) + "\n")
            self.assertTrue(self.ask(number, 0, key=key(8))["action"]["done"])
            self.assertNotIn(key(8).encode(), self.get() + self.get(more))

    def test_what_keeps_a_key_in_is_named_and_the_rest_goes(self):
        more = "/root/.ssh/authorized_keys2"
        self.put("/etc/pve/keys", key(8) + "\n")
        self.put(more, "%s\n%s\n" % (key(8), key(7)))
        os.symlink("../../etc/pve/keys", self.path(self.keys))
        told = self.ask(1, 0, key=key(8))["action"]
        self.assertFalse(told["done"])
        self.assertRegex(told["problem"], "^%s line 1 still has SHA256:[^ ]+: %s: is a symbolic link$" % (self.keys, self.keys))
        self.assertEqual((key(7) + "\n", key(8) + "\n"), (self.get(more).decode(), self.get("/etc/pve/keys").decode()))
        self.assertTrue(self.ask(2, 0, key=key(7))["action"]["done"])  # which the link does not lead to
        with mock.patch("latchkey_agent.survey.look", return_value={"lines": [], "why": "Input/output error", "asked": True}):
            told = self.ask(3, 0, key=key(9), send=self.inside)["action"]
        self.assertEqual((False, "it is not known which keys sshd reads in %s: Input/output error" % self.keys),
                         (told["done"], told["problem"]))

    def test_the_line_of_a_live_grant_with_the_same_key_stays(self):
        one = grant()
        self.send(order(1, [one]))
        ours = self.get()
        told = self.ask(2, key=key(1) + " mine", grants=[one])
        self.assertEqual("DONE", told["outcome"])
        self.assertEqual(ours + key(1).encode() + b" mine\n", self.get())
        self.assertIsNone(self.sweep())
        told = self.ask(3, 0, key=key(1), grants=[one])
        self.assertEqual(ours, self.get())
        self.assertEqual(0, told["action"]["authorized"])
        self.assertEqual(["the grant of ticket 7 still lets %s in, by /root/.ssh/authorized_keys line 1; ticket_revoke ends it"
                          % parse_public_key(key(1)).fingerprint], told["action"]["notes"])
        self.assertEqual([], self.ask(4, 0, key=key(2), grants=[one])["action"]["notes"])
        self.assertEqual([], self.ask(5, 0, key=key(1), ending=[one])["action"]["notes"])

    def test_a_file_of_roots_ssh_is_authorized_by_name(self):
        self.put("/root/.ssh/id.pub", "\n%s me\r\n" % key(9))
        told = self.ask(1, file="id.pub")
        self.assertEqual((1, "id.pub"), (told["action"]["authorized"], told["action"]["file"]))
        self.assertEqual("%s me\n" % key(9), self.get().decode())

    def test_what_is_wrong_with_a_file_is_named(self):
        ssh = "/root/.ssh/"
        self.failed("id.pub does not exist", file="id.pub")
        self.put(ssh + "two", "%s\n%s\n" % (key(8), key(9)))
        self.failed("not exactly one public key", file="two")
        self.put(ssh + "none", "")
        self.failed("not exactly one public key", file="none")
        self.put(ssh + "private", "-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n")
        self.failed("is a private key", file="private")
        self.put(ssh + "options", "no-pty %s\n" % key(9))
        self.failed("has options", file="options")
        self.put(ssh + "dss", key(9).replace("ssh-ed25519", "ssh-dss"))
        self.failed("type of key", file="dss")
        self.put(ssh + "bytes", b"\xff\xfe")
        self.failed("not text", file="bytes")
        self.put(ssh + "long", key(9) + " " * 16384)
        self.failed("longer than 16 KiB", file="long")
        os.symlink("two", self.path(ssh + "link"))
        self.failed("symbolic link", file="link")
        os.mkfifo(self.path(ssh + "fifo"))
        self.failed("not a regular file", file="fifo")
        os.mkdir(self.path(ssh + "directory"))
        self.failed("not a regular file", file="directory")
        os.link(self.path(ssh + "two"), self.path(ssh + "hard"))
        self.failed("hard link", file="hard")

    def failed(self, reason, **more):
        self.counter = getattr(self, "counter", 0) + 1
        told = self.ask(self.counter, **more)
        self.assertEqual(("PARTIAL", False), (told["outcome"], told["action"]["done"]))
        self.assertIn(reason, told["action"]["problem"])
        self.assertNotIn("secret", json.dumps(told))
        self.assertEqual(b"", self.get())

    def test_a_short_rsa_key_is_not_authorized_but_can_be_taken_out(self):
        blob = field(b"ssh-rsa") + field(b"\1\0\1") + field(b"\0" + b"\xc9" * 256)
        short = "ssh-rsa " + base64.b64encode(blob).decode()
        self.failed("this one has 2048", key=short)
        self.put(self.keys, short + "\n")
        self.assertTrue(self.ask(5, 0, key=short)["action"]["done"])
        self.assertEqual(b"", self.get())

    def test_the_same_request_gets_the_same_answer_and_does_nothing(self):
        first = self.ask(1, key=key(9))
        self.put(self.keys, "")
        self.assertEqual(first, self.ask(1, key=key(9)))
        self.assertEqual(first, self.ask(2, key=key(9), request="r-1", not_after=within(-99)))
        self.assertEqual(b"", self.get())

    def test_an_interrupted_request_is_not_done_again(self):
        self.ask(1, key=key(9), grants=[grant()])
        answers = json.loads(self.get("/var/lib/latchkey/answers.json").decode())
        answers["answers"][0]["answer"] = None
        self.put("/var/lib/latchkey/answers.json", json.dumps(answers))
        self.put(self.keys, "")
        told = self.ask(1, key=key(9), grants=[grant()])
        self.assertIn("interrupted", told["action"]["problem"])
        self.assertEqual("PRESENT", told["grants"][0]["state"])
        self.assertNotIn(key(9).encode(), self.get())

    def test_a_hundred_answers_are_kept(self):
        self.ask(1, key=key(9))
        path = "/var/lib/latchkey/answers.json"
        kept = json.loads(self.get(path).decode())["answers"]
        self.put(path, json.dumps({"answers": kept + [{"request": "x%d" % n, "answer": {}} for n in range(99)]}))
        self.ask(2, key=key(9))
        kept = json.loads(self.get(path).decode())["answers"]
        self.assertEqual((100, "x0", "r-2"), (len(kept), kept[0]["request"], kept[-1]["request"]))

    def test_authorized_keys_appeared_but_are_no_drift(self):
        self.give()
        self.ask(2, key=key(9), grants=[grant()])
        self.assertIsNone(self.sweep())
        told = self.send(order(3, [], [grant()]))
        self.assertEqual([self.keys], [one["file"] for one in told["ended"][0]["appeared"]["keys"]])
        self.assertEqual(key(9) + "\n", self.get().decode())


class InstallTest(Folder):

    def test_the_agent_and_its_timer_are_in_place(self):
        told = self.finish(self.start("install"))
        self.assertEqual(("DONE", "install", None, 0),
                         tuple(told[name] for name in ("outcome", "request", "node", "generation")))
        installed = "/usr/local/lib/latchkey/latchkey_agent.pyz"
        with open(AGENT, "rb") as file:
            self.assertEqual(file.read(), self.get(installed))
        self.assertEqual(0o700, stat.S_IMODE(os.stat(self.path(installed)).st_mode))
        self.assertIn(b"OnCalendar=minutely", self.get("/etc/systemd/system/latchkey-sweep.timer"))
        self.assertIn(b" sweep --root ", self.get("/etc/systemd/system/latchkey-sweep.service"))
        self.assertEqual("DONE", self.finish(self.start("install", AWS_SSM_INSTANCE_ID=NODE))["outcome"])

    def test_cron_takes_the_place_of_systemd(self):
        os.makedirs(self.path("/etc/cron.d"))
        self.finish(self.start("install"))
        self.assertTrue(self.get("/etc/cron.d/latchkey").startswith(b"* * * * * root "))
        self.assertFalse(os.path.exists(self.path("/etc/systemd")))

    def old_server(self, *units):
        """As the agent left it that was not an archive yet."""
        self.put(FORMER, "raise SystemExit('the former agent ran')", 0o700)
        for unit in units:
            self.put(unit, "ExecStart=/usr/bin/python3 -I %s sweep" % self.path(FORMER))

    def test_the_former_agent_and_its_timer_give_way_to_the_archive(self):
        service = "/etc/systemd/system/latchkey-sweep.service"
        self.old_server(service, "/etc/systemd/system/latchkey-sweep.timer")
        self.assertEqual("DONE", self.finish(self.start("install"))["outcome"])
        self.assertEqual(["latchkey_agent.pyz"], os.listdir(self.path("/usr/local/lib/latchkey")))
        self.assertEqual(["latchkey-sweep.service", "latchkey-sweep.timer"],
                         sorted(os.listdir(self.path("/etc/systemd/system"))))
        started = self.get(service).decode().partition("ExecStart=")[2]
        self.assertIn("/latchkey_agent.pyz sweep --root ", started)
        self.assertNotIn("latchkey_agent.py ", started)
        self.give()
        self.state(lambda state: state["order"]["grants"][0].update(expires_at=1000))
        subprocess.run(started, shell=True, check=False, stdout=subprocess.DEVNULL)
        self.assertEqual(b"", self.get())

    def test_so_it_does_where_cron_is_the_timer(self):
        self.old_server("/etc/cron.d/latchkey")
        self.finish(self.start("install"))
        self.assertEqual(["latchkey_agent.pyz"], os.listdir(self.path("/usr/local/lib/latchkey")))
        self.assertEqual(1, self.get("/etc/cron.d/latchkey").count(b"\n"))
        self.assertNotIn(b"latchkey_agent.py ", self.get("/etc/cron.d/latchkey"))

    def test_a_timer_that_cannot_be_changed_keeps_the_former_agent(self):
        self.old_server()
        agent = Agent(self.root)
        with mock.patch.object(install, "put_timer", return_value="systemctl daemon-reload: no"), \
                mock.patch.object(itself, "contents", return_value=b""):
            told = agent.install()
        self.assertEqual(("PARTIAL", "systemctl daemon-reload: no"), (told["outcome"], told["problem"]))
        self.assertTrue(os.path.exists(self.path(FORMER)))

    def test_the_sources_in_a_folder_are_not_installed(self):
        with self.assertRaisesRegex(Problem, "only its archive"):
            Agent(self.root).install()
        self.assertFalse(os.path.exists(self.path("/usr")))

    def test_installing_over_a_live_lease_keeps_it(self):
        self.give()
        told = self.finish(self.start("install"))
        self.assertEqual((NODE, "PRESENT"), (told["node"], told["grants"][0]["state"]))


if __name__ == "__main__":
    unittest.main()
