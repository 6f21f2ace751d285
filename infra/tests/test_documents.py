"""Commands of the documents that must not pass over a failure are run as they stand: python3 -m unittest discover -s infra/tests"""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs")


def block(name, begin):
    """The commands of a document from a line on, up to the end of their block."""
    with open(os.path.join(DOCS, name), encoding="utf-8") as file:
        text = file.read()
    at = text.index("    " + begin)
    return re.sub(r"^    ", "", text[at:text.index("\n\n", at)], flags=re.M)


class Documents(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        os.mkdir(os.path.join(self.folder, "infra"))
        self.write("infra/audit-verify", "#!/bin/sh\necho verified \"$@\"\n")
        os.chmod(os.path.join(self.folder, "infra/audit-verify"), 0o700)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def run_on(self, commands, answers=None):
        """What they print. whm answers by seal, nothing where nobody answers, and never fails, as that of the documents."""
        for first, answer in (answers or {}).items():
            self.write("answer-%s" % first, answer)
        whm = 'whm() { cat "answer-${@: -1}" 2> /dev/null; echo; }\n'
        run = subprocess.run(["bash", "-c", whm + commands], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return run.stdout.decode()

    def read(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8") as file:
            return file.read()

    @unittest.skipUnless(shutil.which("jq"), "jq takes the lines out of answers")
    def test_an_export_that_stops_is_not_checked(self):
        one = json.dumps({"metadata": {"result": 1}, "data": {"lines": ["a", "b"], "next": 3}})
        two = json.dumps({"metadata": {"result": 1}, "data": {"lines": ["c"]}})
        refused = json.dumps({"metadata": {"result": 0, "reason": "not now"}})
        loop = block("audit.md", "first=1\n")

        said = self.run_on(loop, {"first=1": one, "first=3": two})
        self.assertTrue(said.startswith("verified FILE --key public.pem --head 12:"), said)
        self.assertEqual(self.read("FILE"), "a\nb\nc\n")

        said = self.run_on(loop, {"first=3": refused})
        self.assertIn("stopped before seal 3:", said)
        self.assertIn("not now", said)
        self.assertNotIn("verified", said)

        for answer in ("", "{", "<html></html>"):
            said = self.run_on(loop, {"first=1": answer})
            self.assertIn("stopped before seal 1:", said)
            self.assertNotIn("verified", said)
            self.assertEqual(self.read("FILE"), "")

    @unittest.skipUnless(shutil.which("jq"), "jq takes the lines out of answers")
    def test_evidence_that_was_refused_is_shown(self):
        commands = block("audit.md", "whm audit_export -d ticket_id=")
        name = re.search("ticket_id=[0-9]+", commands).group(0)
        said = self.run_on(commands, {name: '{"metadata":{"result":0,"reason":"you have no ticket"}}'})
        self.assertIn("you have no ticket", said)
        self.assertEqual(self.run_on(commands, {name: '{"data":{"lines":["a"]}}'}), "")
        self.assertEqual(self.read("FILE"), "a\n")

    def test_a_stream_of_any_length_is_one_file(self):
        os.mkdir(os.path.join(self.folder, "bob"))
        for i in range(21000):
            self.write("bob/%012d-%012d-%s.ndjson" % (2 * i + 1, 2 * i + 2, "0" * 64), "%d\n" % i)
        command = next(line for line in block("audit.md", "bucket=$(aws").split("\n") if "bob.ndjson" in line)
        self.assertEqual(self.run_on(command), "verified bob.ndjson --key PUBLIC.pem\n")
        self.assertEqual(self.read("bob.ndjson"), "".join("%d\n" % i for i in range(21000)))

    def test_the_log_is_read_beyond_the_end_of_the_month(self):
        """A call that arrived within it may be answered half a minute later, which is the time of its line."""
        end = int(re.search("--end-time ([0-9]+)", block("operate.md", "whm usage_report -d month=202611 -d user")).group(1))
        self.assertGreaterEqual(end, 1796083200000 + 30000)


if __name__ == "__main__":
    unittest.main()
