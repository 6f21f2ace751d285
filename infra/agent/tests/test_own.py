"""Accounts of a grant's own, in a folder: made, kept, ended, and never twice with one uid."""
import glob
import io
import json
import os
import tarfile
import time
import unittest
from unittest import mock

from latchkey_agent import homes, leftovers, ofuid, sudoers
from latchkey_agent.agent import Agent
from latchkey_agent.making import Making
from latchkey_agent.orders import Entries
from tests.machine import Machine
from tests.support import Folder, grant, key, order

LEDGER = "/etc/latchkey/accounts.json"


def own(ticket=7, **more):
    account = {name: more.pop(name) for name in ("sudo",) if name in more}
    return dict(grant(ticket, "lk-%d" % ticket, **more), account="own", **account)


class OwnFolder(Folder):

    def setUp(self):
        super().setUp()
        self.put("/etc/group", "root:x:0:\n", 0o644)
        self.put("/etc/shadow", "root:*:19000:0:99999:7:::\n", 0o640)

    def inside(self, order):
        """In a child that is killed where KeyboardInterrupt is raised: then the answer is None. The lock goes with it."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                told = Agent(self.root).order(io.BytesIO(json.dumps(order).encode())) if order else Agent(self.root).sweep()
                os.write(writing, json.dumps(told).encode())
            finally:
                os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            told = pipe.read()
        os.waitpid(child, 0)
        return json.loads(told.decode()) if told else None

    def row(self, name="lk-7", file="/etc/passwd"):
        rows = [line.split(":") for line in self.get(file).decode().splitlines()]
        return next((row for row in rows if row[0] == name), None)

    def given(self, generation=1, *grants):
        told = self.send(order(generation, grants or [own()]))
        self.assertEqual("DONE", told["outcome"], told)
        return told

    def taken(self, generation=2, grants=(), ending=None):
        told = self.send(order(generation, grants, ending or [own()]))
        self.assertEqual("DONE", told["outcome"], told)
        return told["ended"][0]


class OwnTest(OwnFolder):

    def test_it_is_made_with_the_key_and_deleted_with_all_it_has(self):
        told = self.given()
        self.assertEqual("PRESENT", told["grants"][0]["state"])
        self.assertEqual("/home/lk-7/.ssh/authorized_keys", told["grants"][0]["file"])
        self.assertEqual(["lk-7", "x", "70000", "70000", "Latchkey ticket 7", "/home/lk-7", "/bin/bash"], self.row())
        self.assertEqual("*", self.row(file="/etc/shadow")[1])  # which sshd takes for no lock
        self.assertEqual("70000", self.row(file="/etc/group")[2])
        self.assertEqual(0o700, os.stat(self.path("/home/lk-7")).st_mode & 0o777)
        self.assertIn(b"latchkey-ticket-7", self.get("/home/lk-7/.ssh/authorized_keys"))
        ended = self.taken()
        self.assertIs(True, ended["gone"])
        self.assertEqual({"name": "lk-7", "uid": 70000, "gone": True, "was_root": "no", "home": "REMOVED"},
                         {name: ended["account"][name] for name in ("name", "uid", "gone", "was_root", "home")})
        for file in ("/etc/passwd", "/etc/group", "/etc/shadow"):
            self.assertIsNone(self.row(file=file), file)
            self.assertTrue(self.get(file).startswith(b"root:"), file)
        self.assertFalse(os.path.exists(self.path("/home/lk-7")))
        self.assertEqual({"keys": [], "users": [], "sudoers": []}, ended["appeared"])

    def test_no_uid_is_used_twice_also_after_the_state_or_the_ledger_is_lost(self):
        self.given(1)
        self.taken(2)
        self.given(3)
        self.assertEqual("70001", self.row()[2])
        self.taken(4)
        os.unlink(self.path("/var/lib/latchkey/state.json"))
        self.given(5)
        self.assertEqual("70002", self.row()[2])
        self.taken(6)
        os.unlink(self.path(LEDGER))
        self.given(7)
        self.assertEqual("70003", self.row()[2])

    def test_a_uid_that_somebody_has_or_that_owns_files_is_passed_over(self):
        self.put("/etc/passwd", self.get("/etc/passwd").decode() + "eve:x:70000:70000::/home/eve:/bin/sh\n")
        self.put("/etc/subuid", "eve:70002:10\n")
        if os.geteuid() == 0:
            self.put("/tmp/x", "")
            os.chown(self.path("/tmp/x"), 70001, 70001)
        self.given()
        self.assertEqual("70012" if os.geteuid() == 0 else "70001", self.row()[2])

    def test_the_range_is_the_servers_own(self):
        self.put("/etc/latchkey/uids", "200000-200000\n")
        self.given()
        self.assertEqual("200000", self.row()[2])
        told = self.send(order(2, [own(), own(8)]))
        self.assertIn("every uid of 200000-200000 was used", told["grants"][1]["problem"])
        for wrong in ("0-99\n", "x", "60000-70000\n", "7-6"):
            self.put("/etc/latchkey/uids", wrong)
            told = self.send(order(3, [own(), own(8)]))
            self.assertIn("/etc/latchkey/uids", told["grants"][1]["problem"], wrong)
            self.assertEqual("PRESENT", told["grants"][0]["state"])

    def test_an_account_of_that_name_that_is_not_ours_is_a_refusal(self):
        self.put("/etc/passwd", self.get("/etc/passwd").decode() + "lk-7:x:1007:1007:Someone:/home/lk-7:/bin/sh\n")
        self.put("/home/lk-7/mine", "x")
        before = self.get("/etc/passwd")
        told = self.send(order(1, [own(), own(8)]))
        self.assertEqual(["FAILED", "PRESENT"], [one["state"] for one in told["grants"]])
        self.assertIn("there is an account lk-7 (uid 1007) that is not Latchkey's", told["grants"][0]["problem"])
        self.assertIs(False, told["grants"][0]["stands"])
        told = self.send(order(2, [], [own(), own(8)]))
        self.assertNotIn("account", told["ended"][0])
        self.assertEqual(before, self.get("/etc/passwd"))
        self.assertEqual(b"x", self.get("/home/lk-7/mine"))

    def test_a_home_of_that_name_is_a_refusal(self):
        self.put("/home/lk-7/mine", "x")
        told = self.send(order(1, [own()]))
        self.assertIn("there is /home/lk-7", told["grants"][0]["problem"])
        self.assertIsNone(self.row())
        self.assertEqual(b"x", self.get("/home/lk-7/mine"))

    def test_a_grant_of_another_ticket_never_gets_into_it(self):
        self.given()
        told = self.send(order(2, [own(), grant(8, "lk-7", key(2))]))
        self.assertEqual("FAILED", told["grants"][1]["state"])
        self.assertNotIn(key(2).encode(), self.get("/home/lk-7/.ssh/authorized_keys"))

    def test_an_order_says_account_and_sudo_in_one_way(self):
        for number, (wrong, what) in enumerate((
                (dict(own(), user="bob"), "lk-TICKET"), (dict(own(), account="mine"), "account: "),
                (dict(own(), sudo=2), "sudo: "), (dict(grant(7, "bob"), sudo=1), "sudo: "))):
            told = self.send(order(1 + number, [wrong, own(8)]))
            self.assertIn(what, told["grants"][1]["problem"])
            self.assertEqual("PRESENT", told["grants"][0]["state"])

    def test_what_an_order_is_told_apart_by_has_the_account_and_its_rights(self):
        digests = {Entries(order(1, [one])).digest() for one in (own(), own(sudo=1), grant(7, "lk-7"))}
        self.assertEqual(3, len(digests))
        again = Entries(Entries(order(1, [own(sudo=1)])).as_json()).grants[0]
        self.assertEqual((True, True), (again.own, again.sudo))

    def test_it_ends_by_the_sweep_alone_when_its_time_is_over(self):
        self.given(1, own(lasts=2))
        self.put("/var/spool/cron/crontabs/lk-7", "* * * * * x\n")
        time.sleep(2.1)
        self.sweep()
        self.assertIsNone(self.row())
        self.assertEqual(b"", self.get("/var/spool/cron/crontabs/lk-7"))
        self.assertFalse(os.path.exists(self.path("/home/lk-7")))
        ended = self.taken()
        self.assertEqual((True, {"crontab": 1}), (ended["gone"], ended["account"]["removed"]))

    def test_it_is_extended_and_stays_the_same(self):
        self.given(1, own(lasts=1000))
        self.put("/home/lk-7/work", "x")
        self.given(2, own(lasts=7200))
        self.assertEqual(("70000", b"x"), (self.row()[2], self.get("/home/lk-7/work")))

    def test_two_tickets_have_two_accounts_and_one_ends_alone(self):
        self.given(1, own(7), own(8, public=key(2)))
        ended = self.taken(2, [own(8, public=key(2))])
        self.assertEqual((True, {"keys": [], "users": [], "sudoers": []}), (ended["gone"], ended["appeared"]))
        self.assertIsNone(self.row("lk-7"))
        self.assertEqual("70001", self.row("lk-8")[2])
        self.assertIn(b"latchkey-ticket-8", self.get("/home/lk-8/.ssh/authorized_keys"))

    def test_sudo_is_given_checked_taken_back_and_told(self):
        self.given(1, own(sudo=1))
        file = "/etc/sudoers.d/latchkey-lk-7"
        self.assertIn(b"lk-7 ALL=(ALL:ALL) NOPASSWD: ALL\n", self.get(file))
        self.assertEqual(0o440, os.stat(self.path(file)).st_mode & 0o777)
        self.given(2, own())
        self.assertEqual(b"", self.get(file))
        self.assertEqual("yes", self.taken(3)["account"]["was_root"])
        self.given(4, own(sudo=1))
        ended = self.taken(5)
        self.assertEqual((b"", {"sudoers": 1}), (self.get(file), ended["account"]["removed"]))
        self.assertEqual([], ended["appeared"]["sudoers"])

    def test_a_file_that_visudo_refuses_is_not_put_there_and_the_account_goes(self):
        with mock.patch.object(sudoers, "TEXT", "%s %s is not a rule\n"):
            told = self.inside(order(1, [own(sudo=1), own(8)]))
        self.assertEqual(["FAILED", "PRESENT"], [one["state"] for one in told["grants"]])
        self.assertIn("visudo -c", told["grants"][0]["problem"])
        self.assertEqual([], os.listdir(self.path("/etc/sudoers.d")))
        self.assertIsNone(self.row())
        self.assertEqual(b"", self.get("/home/lk-7/.ssh/authorized_keys"))

    def test_an_account_that_came_back_with_a_backup_is_ended(self):
        self.given()
        passwd = self.get("/etc/passwd")
        self.taken()
        self.put("/etc/passwd", passwd)
        self.put("/home/lk-7/.ssh/authorized_keys", key(9) + "\n")
        self.put("/etc/latchkey/accounts.json", "damaged")
        self.sweep()
        self.assertIsNone(self.row())
        self.assertFalse(os.path.exists(self.path("/home/lk-7")))

    def test_an_account_that_is_another_by_now_is_left_alone_and_told(self):
        self.given()
        self.put("/etc/passwd", self.get("/etc/passwd").replace(b"70000:70000", b"4711:4711"))
        told = self.send(order(2, [], [own()]))["ended"][0]
        self.assertEqual("unknown", told["gone"])
        self.assertTrue(any("uid 4711" in one for one in told["questions"]), told)
        self.assertEqual("4711", self.row()[2])

    def test_a_grant_that_is_not_carried_keeps_no_account(self):
        self.given()
        self.put("/etc/ssh/sshd_config", "AuthorizedKeysFile none\n")
        told = self.send(order(2, [own()]))
        self.assertEqual("FAILED", told["grants"][0]["state"])
        self.assertIsNone(self.row())

    def test_nothing_is_made_that_cannot_be_written_down(self):
        with mock.patch("latchkey_agent.ledger.write_atomically", side_effect=OSError(28, "No space left on device")):
            told = self.inside(order(1, [own()]))
        self.assertIn("cannot be written down: No space left", told["grants"][0]["problem"])
        self.assertIsNone(self.row())

    def test_a_folder_without_shadow_and_group_will_do(self):
        os.unlink(self.path("/etc/shadow"))
        os.unlink(self.path("/etc/group"))
        self.given()
        self.assertIs(True, self.taken()["gone"])

    def test_taking_the_agent_off_takes_its_accounts_and_keeps_the_highest_uid(self):
        self.given()
        told = self.send({"latchkey": 1, "verb": "remove", "request": "r", "node": order(1)["node"], "generation": 2})
        self.assertEqual("DONE", told["outcome"], told)
        self.assertIn("/etc/latchkey", told["kept"])
        self.assertIsNone(self.row())
        self.given(1)
        self.assertEqual("70001", self.row()[2])


class KnownTest(OwnFolder):

    def test_accounts_that_cannot_be_read_are_not_taken_for_none(self):
        self.given()
        with mock.patch("latchkey_agent.server.Server.listed", side_effect=OSError(5, "Input/output error")):
            told = self.inside(order(2, [], [own()]))
        self.assertIsNot(True, told["ended"][0]["gone"])
        self.assertIs(False, told["ended"][0]["account"]["gone"])
        self.assertIs(True, self.send(order(2, [], [own()]))["ended"][0]["gone"])


class StepTest(OwnFolder):
    """A run that is cut off between any two steps is finished by the sweep."""

    def test_wherever_the_making_is_cut_off(self):
        for number, (where, what) in enumerate(((Making, "make"), (sudoers, "put"))):
            for after in (False, True):
                real = getattr(where, what)

                def cut(*args, **more):
                    if after:
                        real(*args, **more)
                    raise KeyboardInterrupt
                ticket = 10 + 2 * number + after
                with mock.patch.object(where, what, cut):
                    self.assertIsNone(self.inside(order(ticket, [own(ticket, sudo=1)])))
                self.sweep()
                self.assertIsNotNone(self.row("lk-%d" % ticket))
                ended = self.send(order(ticket + 100, [], [own(ticket)]))["ended"][0]
                self.assertEqual((True, None), (ended["gone"], self.row("lk-%d" % ticket)))
                os.unlink(self.path("/var/lib/latchkey/state.json"))

    def test_wherever_the_ending_is_cut_off(self):
        steps = [(Making, "lock"), (Making, "delete"), (homes, "archive"), (homes, "remove"), (leftovers, "search"), (sudoers, "take_out")]
        for number, (where, what) in enumerate(steps):
            for after in (False, True):
                ticket = 10 + 2 * number + after
                self.given(2 * ticket, own(ticket, sudo=1))
                real = getattr(where, what)

                def cut(*args, **more):
                    if after:
                        real(*args, **more)
                    raise KeyboardInterrupt
                with mock.patch.object(where, what, cut):
                    self.assertIsNone(self.inside(order(2 * ticket + 1, [], [own(ticket)])))
                self.sweep()
                name = "lk-%d" % ticket
                self.assertIsNone(self.row(name), (what, after))
                self.assertFalse(os.path.exists(self.path("/home/" + name)), (what, after))
                self.assertEqual(b"", self.get("/etc/sudoers.d/latchkey-" + name), (what, after))
                self.assertEqual(1, len(glob.glob(self.path(homes.FOLDER + "/%s-*" % name))), (what, after))
                ended = self.send(order(2 * ticket + 1, [], [own(ticket)]))["ended"][0]
                self.assertEqual((True, "yes"), (ended["gone"], ended["account"]["was_root"]))

    def test_what_fails_blocks_no_end(self):
        for number, (where, what) in enumerate(((homes, "archive"), (homes, "remove"), (leftovers, "search"))):
            ticket = 10 + number
            self.given(2 * ticket, own(ticket), own(99, public=key(3)))
            with mock.patch.object(where, what, side_effect=OSError(5, "Input/output error")):
                told = self.inside(order(2 * ticket + 1, [own(99, public=key(3))], [own(ticket)]))
            self.assertIsNone(self.row("lk-%d" % ticket))
            self.assertEqual(True, told["ended"][0]["account"]["gone"])
            self.assertEqual({"archive": True}.get(what, "unknown"), told["ended"][0]["gone"], what)
            self.assertEqual("PRESENT", told["grants"][0]["state"])

    def test_the_key_goes_first_and_an_account_that_cannot_be_deleted_is_told(self):
        self.given()
        with mock.patch.object(Making, "delete", side_effect=OSError(30, "Read-only file system")):
            told = self.inside(order(2, [], [own()]))["ended"][0]
        self.assertIs(False, told["gone"])
        self.assertIn("Read-only file system", told["problem"])
        self.assertEqual(b"", self.get("/home/lk-7/.ssh/authorized_keys"))
        self.assertIs(True, self.send(order(2, [], [own()]))["ended"][0]["gone"])

    def test_while_it_is_taken_away_it_is_not_given_again(self):
        self.given()
        with mock.patch.object(homes, "remove", return_value=("PENDING", None)):
            self.inside(order(2, [], [own()]))
            told = self.inside(order(3, [own()]))
        self.assertIn("still being taken away", told["grants"][0]["problem"])
        self.send(order(4, [own()]))
        self.given(5)
        self.assertEqual("70001", self.row()[2])


class HomeTest(OwnFolder):

    def archived(self):
        return glob.glob(self.path(homes.FOLDER + "/*"))

    def test_the_home_is_kept_for_a_while_for_root_alone(self):
        self.given()
        self.put("/home/lk-7/notes.txt", "what I did")
        if os.geteuid() == 0:
            os.chown(self.path("/home/lk-7/notes.txt"), 70000, 70000)
        told = self.taken()["account"]["archive"]
        file = self.path(told["file"])
        self.assertEqual((0o600, 0o700), (os.stat(file).st_mode & 0o777, os.stat(os.path.dirname(file)).st_mode & 0o777))
        self.assertEqual((os.path.getsize(file), True), (told["bytes"], told["whole"]))
        with tarfile.open(file) as packed:
            self.assertEqual(b"what I did", packed.extractfile("./notes.txt").read())
        homes.tidy(mock.Mock(path=self.path), told["until"] - 1)
        self.assertEqual([file], self.archived())
        with mock.patch("time.time", return_value=told["until"] + 1):
            self.inside(None)
        self.assertEqual([], self.archived())

    @unittest.skipUnless(os.geteuid() == 0, "root alone can archive as another")
    def test_it_is_archived_with_the_rights_of_the_account(self):
        self.given()
        self.put("/secret", "secret", 0o600)
        os.symlink("../../secret", self.path("/home/lk-7/link"))
        self.put("/home/lk-7/of-root", "secret", 0o600)
        told = self.taken()["account"]["archive"]
        self.assertIs(False, told["whole"])
        with tarfile.open(self.path(told["file"])) as packed:
            self.assertTrue(packed.getmember("./link").issym())
            self.assertNotIn("./of-root", packed.getnames())
        self.assertEqual(b"secret", self.get("/secret"))

    def test_the_archive_has_a_bound(self):
        self.given()
        self.put("/home/lk-7/noise", os.urandom(3 << 20), 0o644)
        with mock.patch.object(homes, "MOST_BYTES", 1 << 20):
            told = self.inside(order(2, [], [own()]))["ended"][0]
        self.assertIs(True, told["gone"])
        self.assertIs(False, told["account"]["archive"]["whole"])
        self.assertLessEqual(os.path.getsize(self.archived()[0]), 1 << 20)

    def test_a_link_in_place_of_the_home_leads_nowhere(self):
        self.given()
        os.rename(self.path("/home/lk-7"), self.path("/home/away"))
        self.put("/home/bob/file", "x")
        os.symlink("bob", self.path("/home/lk-7"))
        told = self.send(order(2, [], [own()]))["ended"][0]
        self.assertEqual(b"x", self.get("/home/bob/file"))
        self.assertFalse(os.path.lexists(self.path("/home/lk-7")))
        self.assertIsNone(self.row())


@unittest.skipUnless(os.geteuid() == 0, "root alone has files of others")
class FilesTest(OwnFolder):

    def leave(self, path, mode):
        self.put(path, "x", mode)
        os.chown(self.path(path), 70000, 70000)
        os.chmod(self.path(path), mode)

    def test_files_elsewhere_are_named_and_lend_no_rights(self):
        self.given()
        self.leave("/var/tmp/sh", 0o6755)
        self.leave("/tmp/plain", 0o644)
        self.put("/tmp/other", "x", 0o4755)
        os.symlink("other", self.path("/tmp/link"))
        os.lchown(self.path("/tmp/link"), 70000, 70000)
        told = self.taken()["account"]
        self.assertEqual("yes", told["searched"])
        self.assertEqual({"/var/tmp/sh": 1, "/tmp/plain": 0, "/tmp/link": 0}, {one["path"]: one["cleared"] for one in told["files"]})
        self.assertEqual(1, told["cleared"])
        self.assertEqual((0o755, 0o4755), tuple(os.stat(self.path(one)).st_mode & 0o7777 for one in ("/var/tmp/sh", "/tmp/other")))

    def test_the_list_has_a_bound_and_the_bits_have_none(self):
        self.given()
        for number in range(60):
            self.leave("/opt/%d" % number, 0o4755)
        told = self.taken()["account"]
        self.assertEqual((50, 10, 60), (len(told["files"]), told["more"], told["cleared"]))

    def test_a_search_that_takes_too_long_is_left_to_the_sweep(self):
        self.given()
        self.leave("/opt/sh", 0o4755)
        late = {"searched": "unknown", "late": True, "why": "x", "files": [], "more": 0, "cleared": 0}
        with mock.patch.object(leftovers, "search", return_value=late):
            told = self.inside(order(2, [], [own()]))["ended"][0]
        self.assertEqual("unknown", told["gone"])
        self.assertIsNone(self.row())
        with mock.patch.object(leftovers, "search", return_value=late):
            self.inside(None)  # after a minute it says so, and holds up nothing any more
        told = self.send(order(2, [], [own()]))["ended"][0]
        self.assertEqual((True, "unknown", "x"), (told["gone"], told["account"]["searched"], told["account"]["why"]))

    def test_a_bit_is_taken_from_that_uids_files_alone(self):
        self.put("/tmp/other", "x", 0o4755)
        self.assertFalse(leftovers.cleared(self.path("/tmp/other"), 70000))
        self.assertEqual(0o4755, os.stat(self.path("/tmp/other")).st_mode & 0o7777)


LIVE = r"""
umount /etc/passwd /etc/shadow; cp "$work/passwd" /etc/passwd; cp "$work/shadow" /etc/shadow; chmod 640 /etc/shadow
mkdir -m 1777 /run/public; mkdir -p /etc/ssh/sshd_config.d; echo 'Include /etc/ssh/sshd_config.d/*.conf' > /etc/ssh/sshd_config
order() {
    "$python" "$agent" order <<EOT || true
{"latchkey":1,"verb":"converge","request":"r$1","node":"i-1","generation":$1,"grants":[$2],"ending":[$3]}
EOT
}
order 1 "$4" ''
echo "entry: $(grep ^lk-7: /etc/passwd)"; echo "password: $(grep ^lk-7: /etc/shadow | cut -d: -f2)"
echo "subordinate: $(grep -c ^lk-7: /etc/subuid || true)"
as() { setpriv --reuid 70000 --regid 70000 --clear-groups "$@"; }
as sh -c 'cp /bin/sh /run/public/sh; chmod 4755 /run/public/sh; echo x > /home/lk-7/notes'
{ as setsid sleep 1000; } 2> /dev/null &
{ as setsid "$python" -c 'exec("import os\nopen(\"/run/public/forks\", \"w\")\nwhile 1:\n if os.fork(): os._exit(0)")'; } 2> /dev/null &
sleep 1000 & other=$!
until [ -e /run/public/forks ] && ps -e -o ruid=,comm= | grep -q '^ *70000 sleep'; do sleep 0.01; done
order 2 '' "$4"
echo "processes: $(ps -e -o ruid=,stat= | awk '$1 == 70000 && $2 !~ /Z/' | wc -l)"
kill -0 $other && echo "other: lives"
echo "left: $(grep -c ^lk-7: /etc/passwd /etc/shadow /etc/group | tr '\n' ' ')"
echo "home: $(ls -d /home/lk-7 2>/dev/null)"
echo "archive: $(tar -tzf /var/lib/latchkey-homes/lk-7-70000-*.tar.gz ./notes)"
kill $other
"""


class LiveTest(Machine):

    def test_useradd_makes_it_and_all_that_runs_as_it_is_ended(self):
        marks, told = self.run_with(LIVE, json.dumps(own()))
        self.assertEqual("PRESENT", told[0]["grants"][0]["state"], told[0])
        self.assertEqual("lk-7:x:70000:70000:Latchkey ticket 7:/home/lk-7:", marks["entry"].rpartition("/bin/")[0])
        self.assertEqual(("*", "0"), (marks["password"], marks["subordinate"]))
        account = told[1]["ended"][0]["account"]
        self.assertIs(True, account["gone"], told[1])
        self.assertGreaterEqual(account["processes"], 1)  # one that forks away from every look is killed unseen
        self.assertIn("sleep", account["names"])
        self.assertEqual(("0", "lives", ""), (marks["processes"], marks["other"], marks["home"]))
        self.assertEqual("/etc/passwd:0 /etc/shadow:0 /etc/group:0", marks["left"].strip())
        self.assertEqual("./notes", marks["archive"])


class UidTest(unittest.TestCase):

    def test_processes_of_no_uid_below_a_thousand_are_ended(self):
        for uid in (0, 1, 999):
            with self.assertRaises(ValueError):
                ofuid.end_all("x", uid)


if __name__ == "__main__":
    unittest.main()
