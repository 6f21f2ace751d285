"""Whether a login would be admitted: every verdict beside a real sshd and a real ssh."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

from latchkey_agent.admission import patterns
from latchkey_agent.admission.files import revoked, used
from latchkey_agent.admission.modules import excepted
from latchkey_agent.admission.pam import Run, stack
from latchkey_agent.keyoptions import ends, options_in
from latchkey_agent.points import network_of
from tests import machine
from tests.support import AGENT, key

CONFIGURATIONS = int(os.environ.get("LATCHKEY_CONFIGURATIONS", "12"))  # 300 by `make properties`, with every row
# The interpreter may be below a directory that the namespace hides.
PYTHON = "/usr/bin/python3" if os.path.realpath(sys.executable).startswith(("/root", "/home")) else sys.executable
DRIVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "admitting.py")


def driven(test, *args, copied=None):
    """What the driver prints in a machine of its own; `copied` is a file for it, and its last argument."""
    work = tempfile.mkdtemp(prefix="latchkey-test-")
    test.addCleanup(shutil.rmtree, work, True)
    agent, driver = shutil.copy(AGENT, work), shutil.copy(DRIVER, work)
    args = list(map(str, args)) + ([shutil.copy(copied, work)] if copied else [])
    script = machine.PRELUDE + 'driver="$4"; shift 4; exec "$python" "$driver" "$agent" "$@"'
    run = subprocess.run(["unshare", "-mnpf", "--mount-proc", "--kill-child", "sh", "-c", script, "sh", work,
                          PYTHON, agent, driver] + args, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    test.assertEqual(0, run.returncode, run.stderr.decode())
    return [json.loads(line) for line in run.stdout.decode().splitlines()]


@unittest.skipIf(machine.REASON, machine.REASON)
class RealLoginTest(unittest.TestCase):

    def test_each_setting_is_told_as_the_login_goes(self):
        found = driven(self, "rows", 7 if CONFIGURATIONS < 300 else 1)
        for one in found:
            says = one["says"] if one["state"] == "PRESENT" else "no"
            self.assertEqual("unknown" if one["unknown"] else "yes" if one["login"] else "no", says, one)
            self.assertEqual(says == "yes", not (one["because"] or one["problem"]), one)
            if says == "no" and one["state"] == "PRESENT":
                with self.subTest(one["name"]):
                    self.assertEqual(one["accepted"], one["stage"] == "session", one)
        print("%d settings: each told as the login went, %d of them as not known"
              % (len(found), sum(one["unknown"] for one in found)), file=sys.stderr)

    def test_a_key_of_roots_is_told_as_its_logins_go(self):
        found = driven(self, "keys", 6 if CONFIGURATIONS < 300 else 1)
        for one in found:
            told = one["told"]
            self.assertTrue(told["done"], one)
            self.assertEqual(one["opens"], [at for at, came in one["logins"].items() if came], one)
            self.assertEqual("unknown" if one["unknown"] else "yes" if one["opens"] else "no", told["would_admit"], one)
            named = [text[5:].split(" and ")[0].split(": ")[0] for text in told["because"] if text.startswith("from ")]
            self.assertFalse(set(named) & set(one["opens"]), one)
            if told["would_admit"] != "yes" or one["quiet"]:
                self.assertNotEqual(one["quiet"], bool(told["because"]), one)
        print("%d keys of root's: each told as its logins went" % len(found), file=sys.stderr)

    def test_a_random_configuration_is_told_as_the_login_goes(self):
        told = driven(self, "random", 2, 0, CONFIGURATIONS)
        logins = [(one["login"], one["says"], one, case) for case in told for one in case["found"]]
        for came, says, one, case in logins:
            self.assertIn(says, ("unknown", "yes" if came else "no"), (one, case))
        for case in told:
            whole, came = case["whole"]["would_admit"], {one["address"]: one["login"] for one in case["found"]}
            if whole == "yes":
                self.assertNotIn(False, came.values(), case)
            elif whole == "no":
                self.assertNotIn(True, [came[one] for one in case["named"]] or came.values(), case)
            anywhere, logins_of = case["anywhere"], list(came.values())
            if anywhere["would_admit"] == "no":
                self.assertNotIn(True, logins_of, case)
            elif anywhere["would_admit"] == "yes" and not anywhere["because"]:
                self.assertNotIn(False, logins_of, case)
            self.assertEqual(whole == "yes", anywhere["would_admit"] == "yes" and not anywhere["because"], case)
        unknown = sum(says == "unknown" for _, says, _, _ in logins)
        admitted = sum(came for came, _, _, _ in logins)
        print("%d configurations, %d logins: %d admitted, %d refused; %d verdicts unknown, none wrong"
              % (len(told), len(logins), admitted, len(logins) - admitted, unknown), file=sys.stderr)
        if CONFIGURATIONS >= 300:
            self.assertLessEqual(unknown, 0.05 * len(logins))
            self.assertLessEqual(len(logins) / 3, admitted)
            self.assertLessEqual(len(logins) / 3, len(logins) - admitted)


class PatternTest(unittest.TestCase):

    def test_lists_of_addresses(self):
        for address, listed, wanted in (
                ("203.0.113.7", "203.0.113.0/29", 1), ("203.0.113.8", "203.0.113.0/29", 0), ("203.0.113.7", "!203.0.113.7,*", -1),
                ("203.0.113.7", "*,!203.0.113.7", -1), ("203.0.113.7", "::ffff:203.0.113.7", 0), ("203.0.113.7", "203.0.28935", 1),
                ("2001:db8::7", "2001:DB8:0::/48", 1), ("2001:db8::7", "2001:db8::?", 1), ("203.0.113.7", "example.com", 0)):
            self.assertEqual(wanted, patterns.addressed(address, listed), listed)
        for listed in ("203.0.113.7/29", "203.0.113.7,,", "203.0.113.0/64"):
            with self.assertRaises(ValueError):
                patterns.addressed("198.51.100.1", listed)

    def test_a_star_at_the_end_is_a_network(self):
        for pattern, wanted in (("203.0.113.*", "203.0.113.0/24"), ("!203.*", "203.0.0.0/8"), ("2001:db8:*", "2001:db8::/32"),
                                ("2001:0:*", None), ("203.0.11*", None), ("203.0.113.*.*", None), ("2001:DB8:*", None)):
            found = network_of(pattern)
            self.assertEqual(wanted, found and str(found), pattern)

    def test_many_stars_take_no_time(self):
        self.assertFalse(patterns.like("a" * 200, "*a" * 20 + "*b"))

    def test_a_name_beside_addresses_is_found(self):
        self.assertTrue(patterns.by_name("203.0.113.0/24,*.example.com"))
        self.assertFalse(patterns.by_name("203.0.113.0/24,203.0.*,2001:db8::*,*"))


class LineTest(unittest.TestCase):
    KEY = (" %s x\n" % key(1)).encode()

    def test_what_sshd_does_with_a_line(self):
        for options, wanted in ((b"restrict,pty", ""), (b'command="a \\"b\\", c",no-pty', 'a \\"b\\", c'), (b"pty,,pty", ""), (b'command="a\\",tunnel="1"', None),
                                (b"Restrict", ""), (b'from="198.51.100.0/24"', None), (b'from="203.0.*"', ""), (b"tunnel", None),
                                (b'expiry-time="20200101"', None), (b'expiry-time="99991231Z"', ""), (b'expiry-time="99999999"', None)):
            self.assertEqual(wanted, used(options + self.KEY, "203.0.113.7", 1795280000), options)

    def test_a_line_without_options_has_none(self):
        self.assertEqual([], options_in(self.KEY))

    def test_sshd_reads_30_february_as_2_march(self):
        self.assertEqual(1803945600, ends("20270230Z"))

    def test_a_list_of_revoked_keys_that_cannot_be_read_refuses_every_key(self):
        self.assertIn("No such file", revoked("/nonexistent/revoked", None))


class PamTest(unittest.TestCase):
    """The rows beside a real sshd are the judge; here are the ways through a stack."""

    class Answers:
        def answer(self, module, _):
            return (None, "not known") if module == "strange" else (module, "%s it is" % module)

    def through(self, *entries):
        run = Run(self.Answers(), "success")
        run.through(entries)
        return run.refusal()

    def test_the_first_failure_counts_and_requisite_ends(self):
        required = {"success": "ok", "default": "bad"}
        self.assertIsNone(self.through((required, "success", [])))
        self.assertEqual("a it is", self.through((required, "a", []), (required, "success", []), (required, "b", [])))
        self.assertIsNotNone(self.through())
        self.assertIsNotNone(self.through(({"default": "ignore"}, "a", [])))

    def test_jumps_and_ends(self):
        jump, done, die = {"success": "1"}, {"success": "done"}, {"default": "die"}
        self.assertIsNone(self.through((jump, "success", []), (die, "a", []), (done, "success", []), (die, "b", [])))
        self.assertEqual("a it is", self.through((None, [(die, "a", [])], []), (done, "success", [])))

    def test_lists_with_except(self):
        for text, wanted in (("a b", True), ("x y", False), ("ALL EXCEPT a", False), ("ALL EXCEPT x", True), ("x EXCEPT a", False),
                             ("ALL EXCEPT a EXCEPT a", True), ("", False)):
            self.assertEqual(wanted, excepted(text, lambda one: one in ("a", "ALL")), text)

    def test_a_stack_is_read_with_what_it_includes(self):
        with mock.patch("latchkey_agent.admission.pam.placed", lambda service: os.path.join(self.folder, service)):
            self.put("sshd", "# x\n@include common\naccount substack more # y\nauth required pam_deny.so\n"
                             "-account [success=1 \\\n default=die] /lib/pam_unix.so a [b c]\n")
            self.put("common", "Account required pam_nologin.so\n")
            self.put("more", "account sufficient pam_localuser.so\n")
            found = list(stack("sshd", "account"))
        self.assertEqual(["pam_nologin", "no pam_unix"], [found[0][1], found[2][1]])  # there is none at that path
        self.assertEqual((None, "pam_localuser"), (found[1][0], found[1][1][0][1]))
        self.assertEqual(({"success": "1", "default": "die"}, ["a", "[b c]"]), (found[2][0], found[2][2]))

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="latchkey-test-")
        self.addCleanup(shutil.rmtree, self.folder, True)

    def put(self, name, text):
        with open(os.path.join(self.folder, name), "w") as file:
            file.write(text)


if __name__ == "__main__":
    unittest.main()
