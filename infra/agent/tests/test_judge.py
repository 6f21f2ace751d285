"""Which public keys are accepted: the same cases that the API's tests read, and sshd's own opinion of them."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

from latchkey_agent.keys import parse_public_key
from tests.support import FOLDER, key

KEYS = os.path.join(os.path.dirname(os.path.dirname(FOLDER)), "src", "test", "resources", "keys.json")


def cases():
    with open(KEYS, encoding="utf-8") as file:
        return json.load(file)


def parsed(line):
    try:
        return parse_public_key(line)
    except ValueError:
        return None


class JudgeTest(unittest.TestCase):

    def test_every_known_case_is_judged_as_it_says(self):
        for case in cases():
            with self.subTest(case["case"]):
                # OpenSSH takes some that the API refuses; a server may have them, and they can be taken out.
                wanted = case.get("agent", case["verdict"])
                self.assertEqual(wanted, "accept" if parsed(case["line"]) else "refuse")

    @unittest.skipUnless(shutil.which("ssh-keygen"), "there is no ssh-keygen to ask")
    def test_what_is_accepted_is_a_key_for_openssh_with_the_same_fingerprint(self):
        for case in cases():
            known = parsed(case["line"])
            if known:
                with self.subTest(case["case"]), tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
                    file.write(case["line"].replace("\0", ""))
                    file.flush()
                    told = subprocess.check_output(["ssh-keygen", "-l", "-f", file.name]).decode("utf-8", "replace")
                    self.assertEqual(known.fingerprint, told.split()[1])

    def test_a_comment_loses_what_cannot_be_printed_and_never_costs_a_key(self):
        self.assertEqual("J\u00fcrgen [31m", parse_public_key(key(1) + " J\u00fcrgen\x00 \x1b[31m").comment)
        self.assertEqual("c" * 255, parse_public_key(key(1) + " " + "c" * 500).comment)


if __name__ == "__main__":
    unittest.main()
