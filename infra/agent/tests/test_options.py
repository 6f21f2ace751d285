"""Options of authorized_keys: the cases that the API's tests read too, beside what a real sshd does with such a line."""
import ipaddress
import json
import os
import random
import sys
import tempfile
import time
import unittest

from latchkey_agent.admission.files import used
from latchkey_agent.keylines import lines_of
from latchkey_agent.keyoptions import any_version, checked, ends, read, useless
from tests import machine
from tests.support import FOLDER, key
from tests.test_admission import CONFIGURATIONS, driven

CASES = os.path.join(os.path.dirname(os.path.dirname(FOLDER)), "src", "test", "resources", "options.json")
ADDRESS = "203.0.113.7"


def cases():
    with open(CASES, encoding="utf-8") as file:
        return json.load(file)


def refusal(options, at_least=any_version):
    try:
        return useless(checked(options), time.time(), at_least)
    except ValueError as problem:
        return str(problem)


def admitted(case):
    """Whether a login by a line with these options gets a shell, as our reader of such lines has it."""
    line = lines_of(("%s %s\n" % (case["options"], key(1))).encode())[-1]
    return bool(line.fingerprint) and used(line.raw, case.get("address", ADDRESS), time.time()) == ""


def older(*version):
    return lambda *asked: asked <= version


class Draw:
    """Options out of a grammar: for the most part right ones, with one thing changed now and then."""

    WORDS = ["restrict", "pty", "no-pty", "X11-forwarding", "no-port-forwarding", "user-rc", "no-touch-required", "verify-required"]
    OTHERS = ["cert-authority", "command=\"date\"", "tunnel=\"2\"", "environment=\"A=b\"", "permitopen=\"h:1\"", "", "from", "pty=\"\""]

    def __init__(self, seed):
        self.random = random.Random(seed)

    def one(self, *values):
        return values[int(self.random.random() * len(values))]

    def address(self):
        bits = self.one(24, 25, 28, 30, 31, 32)
        low = self.one(0, 4, 7, 8, 64, 112, 127, 128, 255)
        four = "203.0.113.%d" % low + self.one("", "", "/%d" % bits)
        six = "2001:%s::%s" % (self.one("db8", "0db8", "DB8", "db8:0"), self.one("", "7", "0.0.0.7", "ff:0"))
        six += self.one("", "", "/128", "/112", "/64", "/%d" % (bits + 96))
        return self.one(four, four, four, six, six, "::ffff:" + four, "203.0.113.0" + self.one("/24", "/024", "/33", "/"),
                        "!" + four, "203.0.113.*", "203.0.0113.7", "")

    def moment(self):
        text = self.one("2099", "2099", "2040", "2104", "1999") + self.one("01", "02", "06", "12", "13") + self.one("01", "28", "29", "30", "31")
        return text + self.one("", "", "0000", "2359", "2360", "120000", "235960") + self.one("", "", "Z", "z", "UTC")

    def option(self):
        kind = self.random.random()
        if kind < 0.35:
            return self.one(*self.WORDS)
        if kind < 0.68:
            return 'from="%s"' % ",".join(self.address() for _ in range(self.one(1, 1, 2, 3)))
        return 'expiry-time="%s"' % self.moment() if kind < 0.95 else self.one(*self.OTHERS)

    def case(self):
        options = ",".join(self.option() for _ in range(self.one(1, 1, 2, 3)))
        kind = self.random.random()
        if kind < 0.08:
            options = self.one(options.upper(), options.title())
        elif kind < 0.2:
            at = int(self.random.random() * (len(options) + 1))
            options = options[:at] + self.one(" ", "\t", ",", "\\", "\"", "\\\"", "=", "x", "0", ":", "/", "", "\u00fc", "\u0130") + options[at + self.one(0, 1):]
        address = self.one(ADDRESS, ADDRESS, "203.0.113.0", "203.0.113.127", "2001:db8::7")
        if refusal(options) is None:  # one that the line is for
            for value in [value for name, value in read(options) if name == "from"]:
                address = str(ipaddress.ip_address(value.split(",")[0].partition("/")[0]))
        return {"options": options, "address": address}


def drawn(seed, count):
    draw, found = Draw(seed), {}
    while len(found) < count:
        one = draw.case()
        found.setdefault(one["options"], one)
    return list(found.values())


class OptionsTest(unittest.TestCase):

    def test_every_case_is_judged_as_it_says(self):
        for case in cases():
            with self.subTest(case["case"]):
                why = refusal(case["options"])
                self.assertEqual(case["accepted"], why is None, why)
                self.assertIn(case.get("reason", ""), why or "")

    def test_our_reader_of_lines_tells_what_sshd_does(self):
        for case in cases():
            if "\n" not in case["options"]:
                with self.subTest(case["case"]):
                    self.assertEqual(case["sshd"], admitted(case))

    def test_what_is_taken_works_in_sshd(self):
        self.assertEqual([], [case for case in cases() if case["accepted"] and not case["sshd"]])

    def test_an_older_sshd_passes_over_what_it_does_not_know(self):
        for options, version, wanted in (("restrict", (7, 1), "needs OpenSSH 7.2"), ("verify-required", (8, 3), "needs OpenSSH 8.4"),
                                         ('expiry-time="20991231"', (7, 6), "needs OpenSSH 7.7"),
                                         ('pty,expiry-time="20991231Z"', (8, 9), "without Z")):
            self.assertIn(wanted, refusal(options, older(*version)))
            self.assertIsNone(refusal(options, older(9, 1)))
            line = ("%s %s" % (options, key(1))).encode()
            self.assertIsNone(used(line, ADDRESS, time.time(), at_least=older(*version)))
            self.assertEqual("", used(line, ADDRESS, time.time(), at_least=older(9, 1)))
        self.assertIsNone(refusal('no-pty,from="203.0.113.7"', older(6, 6)))

    def test_a_time_without_Z_is_of_the_servers_zone(self):
        before = os.environ.get("TZ")
        self.addCleanup(time.tzset)
        self.addCleanup(lambda: os.environ.pop("TZ") if before is None else os.environ.update(TZ=before))
        os.environ["TZ"] = "XST-5"
        time.tzset()
        self.assertEqual(5 * 3600, ends("20300101Z") - ends("20300101"))
        at = ends("20300101")
        self.assertIsNone(useless('expiry-time="20300101"', at - 1, any_version))
        self.assertIn("was over", useless('expiry-time="20300101"', at, any_version))

    @unittest.skipIf(machine.REASON, machine.REASON)
    def test_a_real_sshd_does_what_the_cases_say(self):
        every = CONFIGURATIONS >= 300
        known = [case for case in cases() if "\n" not in case["options"]]
        works = [case for case in known if case["sshd"] or "command" in case["options"].lower()][::1 if every else 24]
        fresh = drawn(2, 100 if every else 4)
        logins = [dict(case, lines=[case["options"]]) for case in works + fresh]
        # sshd passes over a line that it refuses: one login for all of them.
        for address in sorted({case.get("address", ADDRESS) for case in known}):
            logins.append({"address": address, "sshd": False, "lines": [
                case["options"] for case in known if not case["sshd"] and "command" not in case["options"].lower()
                and case.get("address", ADDRESS) == address]})
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(logins, file)
            file.flush()
            found = driven(self, "options", copied=file.name)
        self.assertEqual(len(logins), len(found))
        for one in found:
            self.assertEqual(one["login"], one["sshd"] if "sshd" in one else admitted(one), one)
        print("%d logins by lines with options: %d let in, none told otherwise" % (
            len(found), sum(one["login"] for one in found)), file=sys.stderr)


if __name__ == "__main__":
    unittest.main()
