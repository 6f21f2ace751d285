"""What `gone` means beside a real sshd: it is asked, at every address that its settings tell apart, and never guessed."""
import os
import unittest
from unittest import mock

from latchkey_agent import settings
from latchkey_agent.keys import parse_public_key
from latchkey_agent.listeners import Listener, options_of
from latchkey_agent.points import points
from latchkey_agent.server import Server
from latchkey_agent.sshdconfig import MOST, Text, criteria_of, words_of
from tests.machine import Machine
from tests.support import Folder, grant, key, order, within

SCRIPT = r"""
ssh-keygen -q -t ed25519 -N '' -f /root/theirs
theirs=$(cut -d' ' -f1,2 /root/theirs.pub)
mkdir -m 700 /root/.ssh; mkdir -m 700 -p /home/vendor/.ssh; chown 4242:4242 /home/vendor/.ssh
printf "$4" > /etc/ssh/sshd_config
order() {
    both='{"ticket":7,"user":"vendor","key":"'$theirs'","from":["203.0.113.0/29"],"expires_at":'$(($(date +%s) + 600))'}'
    case $2 in on) grants=$both ending=;; off) grants= ending=$both;; esac
    "$python" "$agent" order <<EOT || true
{"latchkey":1,"verb":"converge","request":"r$1","node":"i-1","generation":$1,"grants":[$grants],"ending":[$ending]}
EOT
}
order 1 on
eval "$5"
order 2 off
"""


class ProofTest(Machine):

    def gone(self, config, meanwhile="", first="PRESENT"):
        _, told = self.run_with(SCRIPT, config, meanwhile)
        self.assertEqual(first, told[0]["grants"][0]["state"], told[0])
        self.assertNotIn("simulated", told[1])
        ended = told[1]["ended"][0]
        self.assertEqual("DONE" if ended["gone"] is True else "PARTIAL", told[1]["outcome"], told[1])
        self.assertEqual(ended["gone"] is True, ended["removed_at"] is not None)
        return told[0]["grants"][0].get("problem"), ended

    def test_a_key_that_is_nowhere_is_gone(self):
        _, ended = self.gone("UsePAM no\n")
        self.assertEqual((True, []), (ended["gone"], ended["copies"]))
        self.assertNotIn("questions", ended)

    def test_the_default_has_two_files_also_where_run_sshd_is_missing(self):
        _, ended = self.gone("", "rmdir /run/sshd; cp /root/theirs.pub /root/.ssh/authorized_keys2")
        self.assertEqual((True, [], ["/root/.ssh/authorized_keys2"]),
                         (ended["gone"], ended["copies"], [one["file"] for one in ended["appeared"]["keys"]]))
        self.assertNotIn("questions", ended)

    def test_sshd_that_cannot_be_asked_makes_it_unknown(self):
        _, ended = self.gone("", "echo Nonsense yes >> /etc/ssh/sshd_config")
        self.assertEqual(("unknown", []), (ended["gone"], ended["copies"]))
        self.assertIn("sshd could not be asked: ", ended["questions"][0])

    def test_a_definite_copy_counts_more_than_a_question(self):
        before = SCRIPT.replace("order 1 on", "cp /root/theirs.pub /root/.ssh/authorized_keys\norder 1 on")
        _, told = self.run_with(before, "", "echo Nonsense yes >> /etc/ssh/sshd_config")
        ended = told[1]["ended"][0]
        self.assertEqual((False, 1), (ended["gone"], len(ended["copies"])))

    def test_nothing_is_opened_on_a_guess(self):
        problem, ended = self.gone("Nonsense yes\n", first="FAILED")
        self.assertIn("sshd could not be asked: ", problem)
        self.assertEqual("unknown", ended["gone"])

    def test_a_block_for_an_address_in_the_range_is_asked_for(self):
        config = "Match Address 203.0.113.5\n AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/more/%%u\n"
        marks, told = self.run_with(SCRIPT + 'echo "left: $(wc -c < /etc/ssh/more/vendor)"\n', config,
                                    "mkdir /etc/ssh/more; cp /root/theirs.pub /etc/ssh/more/vendor")
        self.assertEqual(("0", True), (marks["left"], told[1]["ended"][0]["gone"]), told)
        _, told = self.run_with("mkdir /etc/ssh/more\n" + SCRIPT.replace("order 1 on", "cp /root/theirs.pub /etc/ssh/more/vendor\norder 1 on"),
                                config, "")  # it was there before the lease, so it is not ours to take out
        self.assertEqual((False, [{"file": "/etc/ssh/more/vendor", "line": 1}]),
                         (told[1]["ended"][0]["gone"], told[1]["ended"][0]["copies"]))

    def test_a_block_is_asked_for_however_it_is_written(self):
        for block in ("User=vendor Address=203.0.113.5", "user vendor\\rAddress = 203.0.113.5 # Host office"):
            _, told = self.run_with(SCRIPT.replace("order 1 on", "cp /root/theirs.pub /etc/ssh/more\norder 1 on"),
                                    "Match %s\n AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/more\n" % block, "")
            self.assertEqual((False, [{"file": "/etc/ssh/more", "line": 1}]),
                             (told[1]["ended"][0]["gone"], told[1]["ended"][0]["copies"]), block)

    def test_a_line_is_put_where_every_address_reads_it_or_nowhere(self):
        problem, ended = self.gone("Match Address 203.0.113.5\n AuthorizedKeysFile /etc/ssh/more/%%u\n", first="FAILED")
        self.assertIn("at every address (Match Address 203.0.113.5)", problem)
        self.assertEqual(True, ended["gone"])

    def test_a_block_for_the_port_is_asked_for(self):
        for port in ("22", "2222"):
            problem, _ = self.gone("Port 22\nPort 2222\nMatch LocalPort %s\n AuthorizedKeysFile /etc/ssh/more/authorized_keys\n"
                                   % port, first="FAILED")
            self.assertIn("no file that is the account vendor's alone", problem)

    def test_a_block_for_another_account_is_searched(self):
        config = "Match User root\n AuthorizedKeysFile /etc/ssh/roots\n"
        _, ended = self.gone(config, "cp /root/theirs.pub /etc/ssh/roots")
        self.assertEqual((True, ["/etc/ssh/roots"]), (ended["gone"], [one["file"] for one in ended["appeared"]["keys"]]))

    def test_a_file_of_another_account_that_is_read_from_there_alone(self):
        config = "Match Address 203.0.113.5\n AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/back_%%u\n"
        _, told = self.run_with(SCRIPT.replace("order 1 on", "cp /root/theirs.pub /etc/ssh/back_root\norder 1 on"), config, "")
        self.assertEqual((False, [{"file": "/etc/ssh/back_root", "line": 1, "user": "root"}]),
                         (told[1]["ended"][0]["gone"], told[1]["ended"][0]["copies"]))

    def test_a_path_with_a_blank_is_told(self):
        problem, ended = self.gone('AuthorizedKeysFile "/etc/ssh/my keys/%%u"\n', first="FAILED")
        self.assertIn("a blank in a path", problem)
        self.assertEqual("unknown", ended["gone"])

    def test_root_may_log_in_from_some_addresses(self):
        config = "PermitRootLogin no\nMatch Address 203.0.113.7\n PermitRootLogin prohibit-password\n"
        script = SCRIPT.replace('"user":"vendor"', '"user":"root"')
        _, told = self.run_with(script, config, "")
        self.assertEqual("PRESENT", told[0]["grants"][0]["state"], told[0])
        _, told = self.run_with(script, "PermitRootLogin no\n", "")
        self.assertEqual(["PRESENT", "no"], [told[0]["grants"][0][one] for one in ("state", "would_admit")])

    def test_while_sshd_cannot_be_asked_the_usual_files_are_closed(self):
        for name in ("authorized_keys", "authorized_keys2"):
            meanwhile = "cp /root/theirs.pub /home/vendor/.ssh/%s; chown 4242 /home/vendor/.ssh/*; echo x >> /etc/ssh/sshd_config"
            marks, told = self.run_with(SCRIPT + 'echo "left: $(cat /home/vendor/.ssh/* | grep -c ed25519)"\n', "", meanwhile % name)
            self.assertEqual(("0", "unknown"), (marks["left"], told[1]["ended"][0]["gone"]), told)


class FolderTest(Folder):

    def test_the_default_has_two_files(self):
        self.put("/home/bob/.ssh/authorized_keys2", key(1))
        self.give()
        told = self.send(order(2, [], [grant()]))
        self.assertEqual((1, False), (told["simulated"], told["ended"][0]["gone"]))
        self.assertEqual([{"file": "/home/bob/.ssh/authorized_keys2", "line": 1, "user": "bob"}], told["ended"][0]["copies"])

    def test_a_copy_for_another_account_goes_if_it_came_since_and_stays_if_it_was_there(self):
        bobs, fingerprint = "/home/bob/.ssh/authorized_keys", parse_public_key(key(1)).fingerprint
        self.give()
        line = self.get()
        self.put(bobs, b"# bob's\n" + line + key(1).encode() + b" x\n" + key(9).encode() + b"\n")
        told = self.send(order(2, [], [grant()]))["ended"][0]
        self.assertEqual((True, [], [{"user": "bob", "file": bobs, "fingerprint": fingerprint}] * 2 + [mock.ANY]),
                         (told["gone"], told["copies"], told["appeared"]["keys"]))
        self.assertEqual("# bob's\n%s\n" % key(9), self.get(bobs).decode())
        self.put(bobs, key(2) + "\n")
        self.send(order(3, [grant(8, public=key(2))]))
        told = self.send(order(4, [], [grant(8, public=key(2))]))["ended"][0]
        self.assertEqual((False, [{"file": bobs, "line": 1, "user": "bob"}]), (told["gone"], told["copies"]))
        self.assertEqual(key(2) + "\n", self.get(bobs).decode())

    def test_a_copy_that_cannot_be_taken_out_or_may_have_been_there_is_told_and_stays(self):
        bobs = "/home/bob/.ssh/authorized_keys"
        self.give()
        self.put(bobs, key(1) + "\n")
        self.state(lambda state: state["leases"]["7 root"].update(baseline="0" * 64))  # nobody knows what was there
        told = self.send(order(2, [], [grant()]))["ended"][0]
        self.assertEqual((False, key(1) + "\n"), (told["gone"], self.get(bobs).decode()))
        self.setUp()
        self.give()
        self.put(bobs, key(1) + "\n")
        with mock.patch("latchkey_agent.closing.Closing.take_out", side_effect=OSError("Input/output error")):
            told = self.inside(order(2, [], [grant()]))["ended"][0]
        self.assertEqual((False, [bobs]), (told["gone"], [one["file"] for one in told["copies"] if "user" in one]))
        self.assertIn("Input/output error", told["problem"])

    def test_what_an_operator_authorized_meanwhile_stays(self):
        self.give(user="bob")
        action = {"verb": "authorize_key", "not_after": within(), "authorize": 1, "key": key(1)}
        self.send(order(2, [grant(user="bob")], action=action))
        told = self.send(order(3, [], [grant(user="bob")]))["ended"][0]
        self.assertEqual((False, [{"file": self.keys, "line": 1, "user": "root"}]), (told["gone"], told["copies"]))

    def test_a_former_key_of_the_ticket_counts_as_well(self):
        bobs, former = "/home/bob/.ssh/authorized_keys", parse_public_key(key(1)).fingerprint
        self.give()
        self.put(bobs, "%s %s\n" % (key(9), key(1)))  # sshd reads another key there, so it is not taken out
        self.send(order(2, [grant(public=key(2))]))
        told = self.send(order(3, [], [grant(public=key(2))]))["ended"][0]
        self.assertEqual((False, [{"file": bobs, "line": 1, "user": "bob", "fingerprint": former}]), (told["gone"], told["copies"]))
        self.send(order(4, [grant(8, "bob", key(1)), grant(public=key(2))]))  # it is another grant's now
        self.put(bobs, [one for one in self.get(bobs).splitlines(True) if b"latchkey" in one][0])
        told = self.send(order(5, [grant(8, "bob", key(1))], [grant(public=key(2))]))["ended"][0]
        self.assertEqual((True, []), (told["gone"], told["copies"]))

    def test_a_former_key_that_was_there_before_is_none_of_the_ticket_s(self):
        for keys in ("/home/bob/.ssh/authorized_keys", self.keys):  # an administrator's, given by mistake
            self.setUp()
            self.put(keys, key(1) + "\n")
            self.give()
            self.send(order(2, [grant(public=key(2))]))
            told = self.send(order(3, [], [grant(public=key(2))]))["ended"][0]
            self.assertEqual((True, []), (told["gone"], told["copies"]))
            self.assertEqual(key(1) + "\n", self.get(keys).decode())

    def test_a_session_of_a_former_key_is_one_of_the_ticket_s(self):
        self.give()
        self.send(order(2, [grant(public=key(2))]))
        alive = ("root", parse_public_key(key(1)).fingerprint)
        with mock.patch("latchkey_agent.end.End.end", lambda end: end.findings.alive.add(alive)):
            told = self.inside(order(3, [], [grant(public=key(2))]))["ended"][0]
        self.assertEqual((False, "a session of the key is alive"), (told["gone"], told["problem"]))

    def test_a_match_block_makes_it_unknown(self):
        self.give()
        self.put("/etc/ssh/sshd_config", "Include more\n")
        self.put("/etc/ssh/more", "Match User bob\n  PasswordAuthentication no\n")
        ended = self.send(order(2, [], [grant()]))["ended"][0]
        self.assertEqual(("unknown", None), (ended["gone"], ended["removed_at"]))
        self.assertIn("a folder has no sshd to ask", ended["questions"][0])
        self.put("/etc/ssh/more", "")
        self.assertEqual(True, self.send(order(3, [], [grant()]))["ended"][0]["gone"])


class TextTest(Folder):

    def test_words_are_those_of_sshd(self):
        for value, words in (("a b\t# c", ["a", "b"]), ("/etc/ssh/a#b.conf", ["/etc/ssh/a#b.conf"]), ('"a b" c', ["a b", "c"]), ("'a b'\rc", ["a b", "c"]),
                             ('a\\ b "it\'s" "a\\"b"', ["a b", "it's", 'a"b']), ('"a b', ['"a', "b"]), ("", [])):
            self.assertEqual(words, words_of(value), value)

    def test_criteria_are_found_however_they_are_written(self):
        for match, criteria in (("User=root Address=203.0.113.0/24", ["user", "address"]), ("User = root\rAddress 203.0.113.0/24", ["user", "address"]),
                                ('"User" "root" Host="a b",c # Address', ["user", "host"]), ("all", ["all"]), ("invalid-user Address 1", ["invalid-user", "address"]),
                                ("User address", ["user"]), ("Command=x", ["command"])):
            self.assertEqual(criteria, criteria_of(match)[:len(criteria)], match)

    def test_lines_end_where_sshd_ends_them(self):
        self.put("/etc/ssh/sshd_config", "Match User root\rAddress 203.0.113.7\n PidFile x\u2028Port 23\f\nPort 24")
        text = Text(Server(self.root))
        self.assertEqual({"user", "address"}, text.criteria)
        self.assertEqual((["24"], []), (text.values("port"), text.unread))
        self.put("/etc/ssh/sshd_config", "#" * MOST + "\nMatch User root")
        self.assertEqual(["/etc/ssh/sshd_config: what follows the first MiB is not read"], Text(Server(self.root)).unread)


class PointsTest(unittest.TestCase):

    def test_edges_of_patterns_and_their_neighbors(self):
        def asked(network, *patterns):
            return points([network], patterns)[0]
        self.assertEqual(["203.0.113.0", "203.0.113.7", "203.0.113.15"], asked("203.0.113.0/28", "*", "host.example", "web*"))
        self.assertEqual(["203.0.113." + end for end in ("0", "3", "4", "7", "8", "15")],
                         asked("203.0.113.0/28", "!203.0.113.4/30"))
        self.assertEqual(["203.0.113." + end for end in ("0", "7", "9", "10", "15")], asked("203.0.113.0/28", "203.0.113.?"))
        self.assertEqual(["203.0.113.0", "203.0.113.127", "203.0.113.255"],
                         asked("203.0.113.0/24", "203.0.", "203.0.113.0/255.255.255.0"))
        self.assertIn("2001:db8::ffff", asked("2001:db8::/32", "[2001:db8::1:0/112]"))
        self.assertEqual(["203.0.113.9"], asked("203.0.113.9/32", "2001:db8::/32", "10.0.0.0/8"))

    def test_what_cannot_be_compared_stays_open(self):
        self.assertEqual(["the pattern 2001:db8:*:1 cannot be compared with 2001:db8::/32"],
                         points(["2001:db8::/32"], ["2001:db8:*:1"])[1])


class ListenerTest(unittest.TestCase):

    def test_sshd_is_asked_as_it_was_started(self):
        title = "sshd: /usr/sbin/sshd -D -E /var/log/x -p2222 -o AuthorizedKeysFile a b -f /etc/x [listener] 0 of 10-100 startups"
        self.assertEqual([("-p", "2222"), ("-o", "AuthorizedKeysFile a b"), ("-f", "/etc/x")], options_of(title))
        self.assertEqual([("-o", "Ciphers=a")], options_of("/usr/sbin/sshd -D -oCiphers=a"))

    def test_more_of_them_than_are_asked_is_a_question(self):
        for many, asked, expected in ((8, 8, []), (9, 8, ["9 sshd listen; 8 of them were asked"])):
            with mock.patch.object(settings, "listeners", lambda: [Listener() for _ in range(many)]), \
                    mock.patch.object(settings, "Text", Plain), mock.patch.object(os, "makedirs"), \
                    mock.patch.object(settings.Settings, "_told", return_value={}) as told:
                self.assertEqual(expected, settings.Settings(Server("/")).answers("root", ["203.0.113.9/32"])[1])
            self.assertEqual(asked, told.call_count)

    def test_every_address_of_the_machine_is_asked_for(self):
        table = "".join("           |-- 10.0.0.%d\n              /32 host LOCAL\n" % end for end in range(1, 51))
        with mock.patch("builtins.open", mock.mock_open(read_data=table)):
            self.assertEqual(50, len(settings.local_addresses()[False]))


class Plain:
    """A configuration that tells nothing apart."""

    matches, criteria, strange, unread = (), set(), (), []

    def __init__(self, server, path):
        self.path = path


if __name__ == "__main__":
    unittest.main()
