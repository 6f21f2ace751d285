"""Ending sessions: with a real sshd, on a machine of mounts, network and processes that are this test's alone."""
import ipaddress
import json
import os
import tempfile
import time
import types
import unittest
from unittest import mock

from latchkey_agent import logins as who, programs
from latchkey_agent.journal import MADE, Accepted, Journal, Made, accepted
from latchkey_agent.logins import Logins
from latchkey_agent.processes import Process, connection, number
from latchkey_agent.records import PREFIX, logind, plain_address
from latchkey_agent.sessions import Sessions
from latchkey_agent.shapes import LOGINS, completed, fits
from tests.machine import Machine

SETUP = r"""
ssh-keygen -q -t ed25519 -N '' -f /root/theirs
ssh-keygen -q -t ed25519 -N '' -f /root/own
printf 'UsePAM no\nPermitRootLogin prohibit-password\nLogLevel %s\n' "$4" > /etc/ssh/sshd_config
/usr/sbin/sshd -E /var/log/auth.log
until [ -s /run/sshd.pid ]; do sleep 0.05; done # it listens before it writes that, and its parent is gone before
mkdir -m 700 /root/.ssh; cp /root/own.pub /root/.ssh/authorized_keys

order() {
    theirs=$(cut -d' ' -f1,2 /root/theirs.pub)
    one='"key":"'$theirs'","from":["203.0.113.0/29"],"expires_at":'$(($(date +%s) + 600))
    both='{"ticket":7,"user":"root",'$one'},{"ticket":7,"user":"vendor",'$one'}'
    case $2 in on) grants=$both ending=;; off) grants= ending=$both;; esac
    "$python" "$agent" order <<EOT || true
{"latchkey":1,"verb":"converge","request":"r$1","node":"i-1","generation":$1,"grants":[$grants],"ending":[$ending]$3}
EOT
}
login() {
    key=$1; shift
    ssh -F none -i /root/$key -b ${from:-203.0.113.7} -o IdentitiesOnly=yes -o StrictHostKeyChecking=no \
        -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "$@" </dev/null >/dev/null 2>&1 &
}
alive() { ps -eo args | grep -c "^sleep $1\$" || true; }
await() { for _ in $(seq 100); do [ "$(alive $1)" = 1 ] && return; sleep 0.1; done; }

order 1 on
login theirs root@203.0.113.1 'sleep 1001'
login theirs vendor@203.0.113.1 'setsid sleep 1002 & trap "" TERM; sleep 1003; sleep 1003'
login theirs -tt vendor@203.0.113.1 'sleep 1004'
from=$5 login own root@$6 'sleep 2001'
for one in 1001 1002 1003 1004 2001; do await $one; done
five() { echo "$1: $(alive 1001)$(alive 1002)$(alive 1003)$(alive 1004)$(alive 2001)"; }
five before
"""
END = r"""
order 2 off
five after
echo "listener: $(ps -eo args | grep -c '^sshd: .*\[listener\]')"
order 3 on
login theirs root@203.0.113.1 'sleep 3001'
await 3001
sed -i 's/"expires_at":[0-9]*/"expires_at":1000/g' /var/lib/latchkey/state.json
"$python" "$agent" sweep || true
echo "swept: $(alive 3001)$(alive 2001)"
"""
BY_ID = r"""
ports=$(awk '$4 == "01" { split($3, peer, ":"); print peer[2] }' /proc/net/tcp)
for port in $ports; do for user in vendor root; do  # text in syslog clears nothing
    echo "Nov  2 01:02:03 web01 sshd[99]: Accepted password for $user from 203.0.113.7 port $((0x$port)) ssh2" >> /var/log/auth.log
done; done
echo "forged: $(grep -c 'Accepted password' /var/log/auth.log)"
order 2 off > /run/told; cat /run/told
five after
ids=$("$python" -c 'import json
print(json.dumps([one["id"] for end in json.load(open("/run/told"))["ended"] if end["user"] == "vendor" for one in end["unattributed"]]))')
order 3 off ',"end_unattributed":'"$ids"
five named
"""
OTHERS = r"""
printf 'toor:x:0:0::/root:/bin/sh\njane:x:4343:4343::/home/jane:/bin/sh\n' >> /etc/passwd
printf 'toor:*:19000:0:99999:7:::\njane:*:19000:0:99999:7:::\n' >> /etc/shadow
mkdir -p /home/jane/.ssh; chown -R 4343:4343 /home/jane
"""
AS_OTHERS = r"""
install -o 4343 -m 600 /root/theirs.pub /home/jane/.ssh/authorized_keys
login theirs toor@203.0.113.1 'sleep 5001'
login theirs jane@203.0.113.1 'sleep 5002'
await 5001; await 5002
rm /home/jane/.ssh/authorized_keys
echo "others: $(alive 5001)$(alive 5002)"
order 2 off
echo "left: $(alive 5001)$(alive 5002)$(alive 2001)"
"""
LEFT = r"""
login theirs vendor@203.0.113.1 'nohup sleep 4001 >/dev/null 2>&1 & exit'
login theirs root@203.0.113.1 'setsid -f sleep 4002 >/dev/null 2>&1'
await 4001; await 4002
echo "left: $(alive 4001)$(alive 4002)"
order 2 off
echo "ended: $(alive 4001)$(alive 4002)$(alive 2001)"
"""


class SessionsTest(Machine):

    def test_sessions_of_the_ended_key_end_and_those_of_others_stay(self):
        marks, told = self.run_with(SETUP + END, "INFO", "127.0.0.1", "127.0.0.1")
        self.assertEqual(("11111", "00001", "1"), (marks["before"], marks["after"], marks["listener"]), told)
        self.assertEqual(["DONE", "DONE"], [one["outcome"] for one in told[:2]], told)
        ended = {one["user"]: one["sessions_ended"] for one in told[1]["ended"]}
        self.assertEqual([1, 2], [len(ended["root"]), len(ended["vendor"])])
        self.assertEqual({"203.0.113.7"}, {one["from"] for one in ended["vendor"]})
        self.assertTrue(all(abs(told[1]["at"] - one["since"]) < 60 for one in ended["vendor"]))
        names = {one["user"]: {process["name"] for process in one["processes_ended"]} for one in told[1]["ended"]}
        self.assertIn("sleep", names["root"] & names["vendor"])
        self.assertEqual("01", marks["swept"])
        self.assertEqual([], told[2]["unmanaged"])
        self.assertEqual(["EXPIRED"] * 2, [one["state"] for one in told[3]["grants"]])

    def test_sessions_that_nobody_can_attribute_are_listed_and_ended_by_id_alone(self):
        marks, told = self.run_with(SETUP + BY_ID, "QUIET", "203.0.113.7", "203.0.113.1")
        self.assertEqual(("11111", "11111"), (marks["before"], marks["after"]), told)
        self.assertGreater(int(marks["forged"]), 7)
        ended = {one["user"]: one for one in told[1]["ended"]}
        self.assertEqual(["unknown", "unknown"], [ended[user]["gone"] for user in ("root", "vendor")])
        self.assertEqual([2, 2], [len(ended[user]["unattributed"]) for user in ("root", "vendor")])
        self.assertEqual({("vendor", "203.0.113.7")}, {(one["user"], one["from"]) for one in ended["vendor"]["unattributed"]})
        self.assertEqual(["2 sessions of root cannot be attributed to a key"], ended["root"]["questions"])
        self.assertEqual([[], []], [ended[user]["sessions_ended"] for user in ("root", "vendor")])
        self.assertEqual("10001", marks["named"])  # those of root stay, an administrator's among them
        ended = {one["user"]: one for one in told[2]["ended"]}
        self.assertEqual([("unknown", 0), (True, 2)], [(ended[user]["gone"], len(ended[user]["sessions_ended"]))
                                                       for user in ("root", "vendor")])

    def test_logins_as_other_accounts_end(self):
        """One that shares the file, without any copy, and one whose line was taken out again."""
        marks, told = self.run_with(OTHERS + SETUP + AS_OTHERS, "INFO", "127.0.0.1", "127.0.0.1")
        self.assertEqual(("11", "001"), (marks["others"], marks["left"]), told)
        ended = {one["user"]: one for one in told[1]["ended"]}
        self.assertEqual([(True, 3), (True, 4)], [(ended[user]["gone"], len(ended[user]["sessions_ended"])) for user in ("root", "vendor")])

    def test_what_a_login_left_behind_ends(self):
        marks, told = self.run_with(SETUP + LEFT, "INFO", "127.0.0.1", "127.0.0.1")
        self.assertEqual(("11", "001"), (marks["left"], marks["ended"]), told)
        self.assertEqual([True, True], [one["gone"] for one in told[1]["ended"]])


KEY, OTHER = "SHA256:" + "a" * 43, "SHA256:" + "b" * 43


class LogTest(unittest.TestCase):

    def accepted(self, line):
        prefix = PREFIX.match(line)
        return accepted(line[prefix.end():] if prefix else line)

    def test_the_line_of_a_login_is_known_with_any_prefix_of_syslog(self):
        line = "Accepted publickey for root from 203.0.113.7 port 4711 ssh2: ED25519 " + KEY
        wanted = ("root", "203.0.113.7", 4711, (KEY,))
        for prefix in ("", "Nov  2 01:02:03 web01 sshd[12]: ", "2026-11-02T01:02:03.4+00:00 web01 sshd-session[12]: "):
            self.assertEqual(wanted, self.accepted(prefix + line))
        self.assertEqual(("root", "::1", 1, ()), self.accepted("Accepted password for root from ::1 port 1 ssh2"))
        signed = line.replace("ED25519 ", "ED25519-CERT ") + " ID x (serial 0) CA ED25519 " + OTHER
        self.assertEqual((KEY, OTHER), self.accepted(signed)[3])

    def test_a_login_name_cannot_forge_such_a_line(self):
        forged = "sshd[1]: Accepted publickey for root from 203.0.113.7 port 4711 ssh2: ED25519 " + KEY
        self.assertIsNone(self.accepted("Nov  2 01:02:03 web01 sshd[12]: Invalid user x " + forged))
        self.assertIsNone(self.accepted("Invalid user Accepted publickey for root from 1.2.3.4 port 1 ssh2"))

    def test_mapped_addresses_are_those_of_ipv4(self):
        self.assertEqual(ipaddress.ip_address("203.0.113.7"), plain_address("::ffff:203.0.113.7"))

    def test_a_line_of_the_journal_is_believed_by_its_own_fields_alone(self):
        good = {"MESSAGE": "Accepted publickey for vendor from 203.0.113.7 port 9 ssh2: ED25519 " + KEY, "_UID": "0", "_PID": "5",
                "_EXE": "/usr/sbin/sshd", "_SYSTEMD_UNIT": "ssh.service", "_BOOT_ID": "b", "__REALTIME_TIMESTAMP": "7000000"}
        journal = Journal()
        journal.there = True
        for change, wanted in (({}, 1), ({"_SYSTEMD_UNIT": "sshd@4-1.service", "_EXE": "/usr/lib/openssh/sshd-session"}, 1),
                               ({"_UID": "1000"}, 0), ({"_EXE": "/usr/bin/logger"}, 0), ({"MESSAGE": [1, 2]}, 0),
                               ({"_SYSTEMD_UNIT": "session-4.scope"}, 0), ({"_SYSTEMD_UNIT": "own.service"}, 0)):
            with mock.patch.object(programs, "run", return_value=(0, json.dumps(dict(good, **change)) + "\n", "")):
                self.assertEqual(wanted, len(journal.logins(0)), change)
        self.assertEqual([], journal.questions)

    def test_what_anybody_may_write_stops_no_look(self):
        """More digits than Python makes a number of; fields that are null or lists where journalctl cuts or doubles them."""
        self.assertIsNone(accepted("Accepted password for x from 192.0.2.1 port %s ssh2" % ("1" * 5000)))
        self.assertEqual([None, None, None, 7], [number(text) for text in ("1" * 5000, "\u00b2", None, "7")])
        with mock.patch("latchkey_agent.processes.read", return_value="SSH_CONNECTION=1 %s 1 1" % ("1" * 5000)):
            self.assertIsNone(connection(5))
        journal = Journal()
        journal.there = True
        for strange in ({"_EXE": None}, {"_EXE": [1, 2]}, {"_SYSTEMD_UNIT": None}, {"_PID": None}, {"LEADER": "9" * 5000, "MESSAGE_ID": MADE}):
            entry = dict({"MESSAGE": "x", "_UID": "0", "_PID": "5", "_EXE": "/usr/sbin/sshd", "_SYSTEMD_UNIT": "systemd-logind.service",
                          "_BOOT_ID": "b", "__REALTIME_TIMESTAMP": "7000000"}, **strange)
            with mock.patch.object(programs, "run", return_value=(0, json.dumps(entry) + "\n", "")):
                self.assertEqual(([], []), (journal.logins(0), journal.sessions(0)[0]), strange)
        with tempfile.TemporaryDirectory() as folder:
            with open(folder + "/4", "w") as file:
                file.write("LEADER=%s\nREALTIME=x\nMONOTONIC=\u00b2\n" % ("9" * 5000))
            with mock.patch("latchkey_agent.records.SESSIONS", folder):
                self.assertEqual([(0, 0, 0)], [(one["leader"], one["at"], one["up"]) for one in logind()])

    def test_a_journal_that_is_cut_or_cannot_be_read_is_a_question(self):
        for answer in ((0, '{"MESSAGE":"x"}\n' * 20000, ""), (0, '{"MESS', ""), (124, "", "journalctl did not end within 5 seconds"),
                       (127, "", "journalctl is not installed")):
            journal = Journal()
            journal.there = True
            with mock.patch.object(programs, "run", return_value=answer):
                journal.sessions(0)
            self.assertEqual(1, len(journal.questions), answer)


class NotesTest(unittest.TestCase):
    """What is noted of logins while the journal has them."""

    def setUp(self):
        self.store = types.SimpleNamespace(state={"logins": {}}, faults=[])
        self.leases = types.SimpleNamespace(held={"7 vendor": {"keys": {KEY: ["203.0.113.0/24"]}}})

    def learn(self, *entries, **others):
        work = Logins(types.SimpleNamespace(live=True), self.store, self.leases, [22])
        work.boot = "b"
        with mock.patch.object(Journal, "logins", return_value=list(entries)), \
                mock.patch.object(Journal, "sessions", return_value=(others.get("made", []), others.get("ended", {}))), \
                mock.patch("latchkey_agent.logins.processes", return_value={}):
            work.learn(False)
        return self.store.state["logins"]["7 vendor"]["known"]

    def entry(self, **change):
        return Accepted(5, 7000, "b", "vendor", "203.0.113.7", 9, (KEY,), None, 100)._replace(**change)

    def test_a_login_by_a_key_of_the_lease_is_kept_when_the_journal_has_lost_it(self):
        self.learn(self.entry(), made=[Made(5, 7001, "b", "12")])
        self.assertEqual(["12"], [one["session"] for one in self.learn()])
        self.assertEqual([7100], [one["until"] for one in self.learn(ended={"12": 7100})])
        self.assertTrue(fits(self.store.state["logins"], {str: LOGINS}))

    def test_notes_of_an_agent_before_this_one_are_read_and_damaged_ones_are_not_whole(self):
        self.learn(self.entry(), made=[Made(5, 7001, "b", "12")])
        notes = self.store.state["logins"]
        del notes["7 vendor"]["known"][0]["up"], notes["7 vendor"]["known"][0]["user"]
        self.assertTrue(fits(completed({"leases": {}, "logins": notes})["logins"], {str: LOGINS}))
        with mock.patch("latchkey_agent.logins.booted_at", return_value=6000):
            self.assertEqual(1000, who.up(notes["7 vendor"]["known"][0]))
        for damaged in (5, [5], None, {"x": 5}, {"x": {"known": 5}}, {"x": {"known": [5]}}, {"x": {"known": {"a": 1}}}):
            self.assertFalse(fits(completed({"leases": {}, "logins": damaged})["logins"], {str: LOGINS}), damaged)

    def test_others_are_not_noted_and_the_list_has_an_end(self):
        self.assertEqual([], self.learn(self.entry(keys=(OTHER,)), self.entry(boot="before")))
        self.assertEqual(["toor"], [one["user"] for one in self.learn(self.entry(user="toor"))])
        self.store.state["logins"].clear()
        self.assertEqual(["31"], [one["session"] for one in self.learn(self.entry(audit="31"))])
        known = self.learn(*[self.entry(at=7000 + number) for number in range(300)])
        self.assertEqual((200, 7299), (len(known), known[-1]["at"]))
        self.assertEqual(100, self.store.state["logins"]["7 vendor"]["dropped"])
        self.leases.held = {"8 root": {"keys": {}}}
        with self.assertRaises(KeyError):
            self.learn()


BOOTED, TICKS = 1700000000, os.sysconf("SC_CLK_TCK")


class ClockTest(unittest.TestCase):
    """The clock is set after the login: what belongs to it is known by what nobody sets."""

    def setUp(self):
        self.lease = {"keys": {KEY: ["203.0.113.0/24"]}, "baseline": None}
        known = {"pid": 700, "at": BOOTED + 1000, "session": "77", "from": "203.0.113.7", "port": 4711, "key": KEY, "boot": "b",
                 "until": None, "up": 1000, "user": "vendor"}
        self.notes = {"7 vendor": {"begun": BOOTED + 900, "known": [known], "dropped": 0, "ended": [], "more": 0}}
        self.table, self.scopes, self.audits, self.groups, self.ends, self.units = {}, {}, {}, {}, {}, {}
        self.faults, self.explained, self.uid, self.at_terminals = [], lambda user, key: False, 4242, []

    def runs(self, pid, up, name="sleep", parent=1, uid=4242, title=""):
        self.table[pid] = Process(pid, parent, up * TICKS, name, title, uid)
        return pid

    def find(self, moved):
        """Who is to end, and what is told to run on, after the clock was set by so many seconds."""
        account = types.SimpleNamespace(pw_name="vendor", pw_uid=self.uid)
        server = types.SimpleNamespace(live=True, account=lambda name: account, accounts=lambda: [account])
        leases = types.SimpleNamespace(held={"7 vendor": self.lease}, of_account=lambda user: [self.lease], baseline=lambda lease: None)
        values = {"processes.booted_at": lambda: BOOTED + moved, "logins.booted_at": lambda: BOOTED + moved, "logins.boot": lambda: "b",
                  "logins.processes": lambda: self.table, "sessions.processes": lambda: self.table, "logins.logind": lambda: [],
                  "logins.syslog": lambda: {}, "logins.session_of": lambda pid, parent=None: None, "logins.sockets_of": lambda pid: set(),
                  "belongings.listeners": lambda: [], "belongings.logind": lambda: self.at_terminals, "belongings.audit_session": self.audits.get, "belongings.scope": self.scopes.get,
                  "sessions.scope": self.scopes.get, "belongings.connection": self.ends.get, "units.unit": self.units.get,
                  "units.group": lambda pid: self.groups.get(pid, ""), "programs.run": lambda *args, **more: (0, "", "")}
        for name, value in values.items():
            patch = mock.patch("latchkey_agent." + name, value)
            patch.start()
            self.addCleanup(patch.stop)
        sessions = Sessions(server, types.SimpleNamespace(state={"logins": self.notes}, faults=self.faults), leases, [22], self.explained)
        found = sessions.find({"vendor": {KEY: ["203.0.113.0/24"]}}, {})
        self.found, self.questions = found, sessions.logins.questions
        self.concerned = {user for users in sessions.theirs.values() for user in users}
        return {one.pid for one in sessions.victims}, {one.pid for one, _, _, _ in found.left}

    def test_what_is_in_the_scope_or_the_audit_session_of_a_login_that_is_over_is_to_end(self):
        self.scopes[self.runs(900, 1002)] = "session-77.scope"
        self.audits[self.runs(901, 1002)] = 77
        self.scopes[self.runs(902, 1002, uid=0)] = "session-78.scope"
        for moved in (-3600, -60, 0, 60, 3600):
            self.assertEqual({900, 901}, self.find(moved)[0], moved)

    def test_what_has_the_logins_connection_counts_if_it_began_after_it(self):
        self.ends[self.runs(900, 1002)] = "203.0.113.7", 4711
        self.ends[self.runs(901, 970, uid=0)] = "203.0.113.7", 4711  # the client had that port before
        for moved in (-3600, -60, 0, 60, 3600):
            self.assertEqual({900}, self.find(moved)[0], moved)

    def test_what_runs_beside_the_login_is_told_and_what_ran_before_is_not(self):
        self.scopes[self.runs(900, 1002)] = "session-77.scope"
        self.runs(901, 1005)
        self.runs(902, 970)
        self.units[self.runs(903, 1005, uid=0)] = "new.service"
        self.units[self.runs(904, 970, uid=0)] = "old.service"
        for moved in (-60, 0, 60):
            self.assertEqual({901, 903}, self.find(moved)[1], moved)

    def test_services_of_the_accounts_manager_are_ended_if_they_began_after_the_login(self):
        self.scopes[self.runs(900, 1002)] = "session-77.scope"
        for self.uid in (4242, 0):
            for pid, up in ((901, 1005), (902, 970)):
                self.groups[self.runs(pid, up)] = "/user.slice/user-%d.slice/user@%d.service/app.slice/x.service" % (self.uid, self.uid)
            for moved in (-60, 0, 60):
                self.assertEqual({900, 901}, self.find(moved)[0], (self.uid, moved))
            for session, left in (({"SERVICE": "login", "TTY": "tty1"}, True), ({"SERVICE": "cron"}, False), ({"SERVICE": "sshd", "TTY": "pts/0"}, False)):
                self.at_terminals = [dict(session, UID=str(self.uid), id="5", leader=0, at=BOOTED, up=5, USER="other")]
                self.assertEqual({900} if left else {900, 901}, self.find(0)[0], (self.uid, session))
                self.assertEqual([901] if left else [], [one.pid for one, _, _, why in self.found.left if "others are logged in" in why])
            self.at_terminals = []

    def test_a_process_that_cannot_be_looked_at_is_a_question_and_keeps_no_other(self):
        """Not one of them, in whatever way the look at it fails, keeps the rest of the vendor's from being ended."""
        class Odd(dict):
            def get(self, pid, default=None):
                if pid == 899:
                    raise RuntimeError("of the test")
                return super().get(pid, default)
        self.runs(899, 1002)
        self.scopes[self.runs(900, 1002)] = "session-77.scope"
        for name in ("scopes", "audits", "ends", "groups", "units"):
            kept = getattr(self, name)
            setattr(self, name, Odd(kept))
            self.assertEqual({900}, self.find(0)[0], name)
            self.assertTrue(self.questions and "RuntimeError" in self.questions[0], (name, self.questions))
            setattr(self, name, kept)

    def as_another(self, account="toor", key=KEY):
        """A session that lives, of another account than the lease's."""
        self.runs(800, 1100, "sshd", 1, 0, "sshd: %s@notty" % account)
        self.runs(801, 1101, parent=800, uid=0)
        self.notes["7 vendor"]["known"][1:] = [{"pid": 800, "at": BOOTED + 1100, "session": None, "from": "203.0.113.7", "port": 4712, "key": key,
                                                "boot": "b", "until": None, "up": 1100, "user": account}]

    def test_a_login_by_the_key_as_another_account_is_the_vendors(self):
        for account in ("toor", "OFFICE\\jane", "jane@office.example"):
            self.as_another(account)
            self.assertEqual(({800, 801}, {"vendor"}), (self.find(0)[0], self.concerned - {account}), account)

    def test_it_is_another_matter_where_a_line_of_its_own_lets_the_key_in(self):
        self.as_another()
        self.explained = lambda user, key: (user, key) == ("toor", KEY)
        self.assertEqual((set(), []), (self.find(0)[0], self.found.alive))
        self.explained = lambda user, key: False
        self.as_another(key=OTHER)
        self.assertEqual((set(), set()), self.find(0))

    def test_one_whose_key_nobody_knows_is_a_question_where_it_came_from_there(self):
        self.runs(800, 1100, "sshd", 1, 0, "sshd: toor@notty")
        self.find(0)
        self.assertEqual(({"vendor"}, ["toor"]), (self.concerned, [one.user for one in self.found.unattributed]))

    def test_a_session_that_lives_is_of_its_key(self):
        self.runs(700, 999, "sshd", 1, 0, "sshd: vendor [priv]")
        for moved in (-3600, -60, 0, 60, 3600):
            self.assertEqual({700}, self.find(moved)[0], moved)
            self.assertEqual([], self.found.unattributed)

    def test_the_journal_is_read_from_the_last_look_whatever_the_clock_says_now(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(who, "READ", folder + "/journal"):
            for moved in (-3600, 3600, 0):
                with open(who.READ, "w") as file:
                    file.write("%.0f" % (time.monotonic() - 300))
                then = time.time() - 300 - moved  # what the clock said then
                os.utime(who.READ, (then, then))
                self.notes["7 vendor"]["begun"] = int(then) - 10
                work = Logins(types.SimpleNamespace(live=True), types.SimpleNamespace(state={"logins": self.notes}, faults=[]),
                              types.SimpleNamespace(held={"7 vendor": self.lease}), [22])
                with mock.patch.object(Journal, "logins", return_value=[]) as asked, mock.patch.object(Journal, "sessions", return_value=([], {})), \
                        mock.patch.object(who, "booted_at", return_value=0):
                    work.learn(False)
                self.assertAlmostEqual(time.time() - 360 - max(moved, 0), asked.call_args[0][0], delta=5, msg=str(moved))


if __name__ == "__main__":
    unittest.main()
