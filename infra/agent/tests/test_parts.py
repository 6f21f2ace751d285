"""Parts of the agent by themselves: lines for every version of sshd, times, and rule sets of nftables."""
import io
import json
import os
import sys
import tempfile
import time
import types
import unittest
from unittest import mock

from latchkey_agent import command, programs
from latchkey_agent.accounts import as_account
from latchkey_agent.converge import Converge
from latchkey_agent.errors import Problem
from latchkey_agent.keylines import key_and_ticket, lines_of
from latchkey_agent.keys import fields_of, parse_public_key
from latchkey_agent.orders import checked_grant
from latchkey_agent.report import Report
from latchkey_agent.server import Server
from latchkey_agent.sshd import Sshd, expiry_time
from tests.support import Folder, grant, key, order


class LineTest(unittest.TestCase):

    def line(self, version):
        with tempfile.TemporaryDirectory() as root:
            ssh = Sshd(Server(root), version)
            return ssh.expiry, ssh.line(checked_grant(dict(grant(), expires_at=1795280000)))

    def test_each_version_of_sshd_gets_options_that_it_knows(self):
        rest = ' %s latchkey-ticket-7' % key(1)
        old = "no-port-forwarding,no-X11-forwarding,no-agent-forwarding"
        for version, expiry, options in (
                ("10.0", "utc", 'restrict,pty,from="203.0.113.0/24",expiry-time="20261121165320Z"'),
                ("9.1", "utc", 'restrict,pty,from="203.0.113.0/24",expiry-time="20261121165320Z"'),
                ("7.4", "none", 'restrict,pty,from="203.0.113.0/24"'),
                ("6.6", "none", old + ',from="203.0.113.0/24"')):
            self.assertEqual((expiry, options + rest), self.line(version))

    def test_which_release_knows_an_end(self):
        for version, expiry in (("7.6", "none"), ("7.7", "local"), ("7.9", "local"), ("9.0", "local"), ("9.1", "utc")):
            self.assertEqual(expiry, self.line(version)[0], version)

    def test_before_9_1_the_time_is_local_standard_time_also_in_summer(self):
        self.addCleanup(time.tzset)
        self.addCleanup(os.environ.update, {"TZ": os.environ.get("TZ", "")})
        for zone, moment, wanted in (("Australia/Sydney", 1768471200, "20260115200000"),   # summer there: 21:00
                                     ("Australia/Sydney", 1784116800, "20260715220000"),
                                     ("Europe/Berlin", 1784116800, "20260715130000"),      # summer there: 14:00
                                     ("UTC", 1784116800, "20260715120000")):
            os.environ["TZ"] = zone
            time.tzset()
            self.assertEqual(wanted, expiry_time(moment, False), zone)

    def test_the_version_of_8_0_is_local(self):
        self.assertEqual("local", self.line("8.0")[0])
        self.assertNotIn('Z"', self.line("8.0")[1])


class ParseTest(unittest.TestCase):

    def test_a_line_is_read_as_sshd_reads_it(self):
        public = key(1).encode()
        fingerprint = parse_public_key(key(1)).fingerprint
        for raw in (public, b"  " + public + b" c", b'command="a \\"b c" ' + public, b"no-pty\t" + public + b"\r\n",
                    b'from="a b" ' + public, public.replace(b" ", b" \t ")):
            self.assertEqual((fingerprint, None), key_and_ticket(raw), raw)
        for raw in (b"", b"#" + public, b"# " + public, b"a b " + public, b"ssh-rsa " + public.split()[1], b"\xff\xfe",
                    b'command="' + public):
            self.assertEqual((None, None), key_and_ticket(raw), raw)
        self.assertEqual((fingerprint, 7), key_and_ticket(b"restrict " + public + b" latchkey-ticket-7\n"))
        self.assertEqual((fingerprint, None), key_and_ticket(public + b" latchkey-ticket-7 x"))

    def test_lines_end_with_newlines_alone(self):
        data = b"a\rb\n\x0cc\n\nlast"
        self.assertEqual([b"a\rb\n", b"\x0cc\n", b"\n", b"last"], [line.raw for line in lines_of(data)])

    def test_a_blob_is_whole_or_nothing(self):
        self.assertIsNone(fields_of(b"\0\0\0\5abc"))
        self.assertIsNone(fields_of(b"\0\0"))
        self.assertEqual([b"", b"a"], fields_of(b"\0\0\0\0\0\0\0\1a"))


class RunTest(unittest.TestCase):

    def test_programs_have_a_time_limit_and_may_be_missing(self):
        self.assertEqual(127, programs.run(["no-such-program"])[0])
        self.assertEqual(124, programs.run(["sleep", "5"], timeout=0.1)[0])
        self.assertEqual((0, "given"), programs.run(["cat"], given="given")[:2])


class UnexpectedTest(Folder):

    def main(self, given):
        out = io.StringIO()
        stdin = io.TextIOWrapper(io.BytesIO(json.dumps(given).encode()))
        with mock.patch.object(sys, "argv", ["agent", "order", "--root", self.root]), \
                mock.patch.object(sys, "stdin", stdin), mock.patch.object(sys, "stdout", out):
            return command.main(), json.loads(out.getvalue())

    def test_whatever_goes_wrong_there_is_one_object_that_says_so(self):
        with mock.patch.object(Report, "grants", side_effect=RuntimeError("boom")):
            code, told = self.main(order(1, [grant()]))
        self.assertEqual((1, "PARTIAL", "RuntimeError: boom"), (code, told["outcome"], told["problem"]))
        self.assertFalse(self.state()["finished"])  # which the sweep then repairs

    def test_before_the_beginning_it_is_a_refusal(self):
        with mock.patch.object(Converge, "__init__", side_effect=OSError(28, "No space left on device")):
            code, told = self.main(order(1, [grant()]))
        self.assertEqual((1, "REFUSED"), (code, told["outcome"]))
        self.assertIn("No space left on device", told["problem"])


@unittest.skipUnless(os.geteuid() == 0, "root alone can act as another account")
class AccountTest(unittest.TestCase):
    BOB = types.SimpleNamespace(pw_name="bob", pw_uid=1000, pw_gid=1000)

    def test_work_is_done_with_the_rights_of_the_account_alone(self):
        self.assertTrue(as_account(self.BOB, False, lambda: (os.getuid(), os.geteuid(), os.getgroups())
                                         == (1000, 1000, [1000])))
        self.assertEqual(0, os.geteuid())

    def test_what_goes_wrong_there_is_a_problem_here(self):
        def fail(error):
            raise error
        with self.assertRaisesRegex(Problem, "^because$"):
            as_account(self.BOB, False, lambda: fail(Problem("because")))
        with self.assertRaisesRegex(Problem, "KeyError"):
            as_account(self.BOB, False, lambda: fail(KeyError("x")))
        with self.assertRaisesRegex(Problem, "in time"):
            as_account(self.BOB, False, lambda: os.kill(os.getpid(), 9))


if __name__ == "__main__":
    unittest.main()
