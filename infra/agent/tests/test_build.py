"""The generator of the command documents."""
import ast
import base64
import hashlib
import json
import lzma
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import build


class StripTest(unittest.TestCase):

    def test_comments_and_docstrings_go_and_every_line_keeps_its_number(self):
        for source, wanted in (
                ('"""Module."""\nx = 1  # one\n', "\nx = 1\n"),
                ('# alone\nx = "# text"  # text\n', '\nx = "# text"\n'),
                ('def f():\n    """Two\n\n    lines."""\n    return 1\n', "def f():\n\n\n\n    return 1\n"),
                ('class A(B):\n    """Only this."""\n\n\nx = 1\n', "class A(B):\n    pass\n\n\nx = 1\n"),
                ('class A:\n    """Only\n    this."""  # last\n', "class A:\n    pass\n\n"),
                ('def f():\n    """Doc."""\n    # why\n    return 1\n', "def f():\n\n\n    return 1\n"),
                ('def f():\n    """Doc."""\n    # and nothing more\n', "def f():\n    pass\n\n"),
                ('def f():\n    return """kept # as it is\n"""\n', 'def f():\n    return """kept # as it is\n"""\n'),
                ('x = ("a"  # first\n     "b")\n', 'x = ("a"\n     "b")\n'),
                ('"a" "b"\nx = 1\n', "\nx = 1\n")):
            self.assertEqual(wanted, build.stripped(source))

    def test_each_module_says_the_same_on_the_same_lines(self):
        for name, path in build.modules():
            source = build.read(path)
            self.assertEqual(self.said(source), self.said(build.stripped(source)), name)
            self.assertEqual(source.count("\n"), build.stripped(source).count("\n"), name)

    @staticmethod
    def said(source):
        """Kind and place of each node but docstrings and what stands for them."""
        def is_text(node):
            held = vars(node.value) if isinstance(node, ast.Expr) else {}
            return isinstance(held.get("value", held.get("s")), str)  # `s` before Python 3.8
        tree = ast.parse(source)
        left_out = {id(inner) for node in ast.walk(tree) if is_text(node) or isinstance(node, ast.Pass)
                    for inner in ast.walk(node)}
        return [(type(node).__name__, getattr(node, "lineno", None), getattr(node, "col_offset", None))
                for node in ast.walk(tree) if id(node) not in left_out]


class DocumentsTest(unittest.TestCase):
    """On a copy, so that the real ones stay as they are."""

    def setUp(self):
        folder = tempfile.mkdtemp(prefix="latchkey-test-")
        self.addCleanup(shutil.rmtree, folder, True)
        self.infra = os.path.join(folder, "infra")
        for name in ("agent", "ssm"):
            shutil.copytree(os.path.join(os.path.dirname(build.HERE), name), os.path.join(self.infra, name))
        self.build()

    def path(self, *names):
        return os.path.join(self.infra, *names)

    def build(self, *options):
        run = subprocess.run([sys.executable, "-B", self.path("agent", "build.py")] + list(options),
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return run.returncode, run.stderr.decode()

    def change(self, path, old, new):
        text = build.read(path)
        self.assertIn(old, text)
        with open(path, "w") as file:
            file.write(text.replace(old, new, 1))

    def stale(self, *names):
        code, said = self.build("--check")
        self.assertEqual(1, code)
        self.assertEqual(list(names), [line.partition(" is stale: ")[0].rpartition("/")[2]
                                       for line in said.splitlines()])

    def test_what_was_written_is_not_stale(self):
        self.assertEqual((0, ""), self.build("--check"))

    def test_another_source_makes_install_stale_until_it_is_written(self):
        self.change(self.path("agent", "latchkey_agent", "itself.py"), 'VERSION = "1"', 'VERSION = "2"')
        self.stale(build.INSTALL, build.AGENT)
        self.assertEqual((0, ""), self.build())
        self.assertEqual((0, ""), self.build("--check"))

    def test_another_comment_changes_nothing(self):
        self.change(self.path("agent", "latchkey_agent", "itself.py"), "# None when", "# None if")
        self.assertEqual((0, ""), self.build("--check"))

    def test_another_script_makes_its_document_stale(self):
        self.change(self.path("ssm", "order.sh"), "set -u", "set -eu")
        self.stale(build.ORDER)
        self.change(self.path("ssm", "install.sh"), "set -u", "set -eu")
        self.stale(build.ORDER, build.INSTALL)

    def test_a_document_that_is_missing_or_edited_by_hand_is_stale(self):
        os.unlink(self.path("ssm", build.ORDER))
        self.change(self.path("ssm", build.INSTALL), '"180"', '"600"')
        self.stale(build.ORDER, build.INSTALL)

    def test_another_packing_of_the_same_archive_is_right_and_stays(self):
        packed = self.path("ssm", build.AGENT)
        text = base64.b64encode(lzma.compress(build.unpacked(build.read(packed)), preset=0)).decode()
        with open(packed, "w") as file:
            file.write(text)
        self.assertEqual((0, ""), self.build("--check"))
        self.build()
        self.assertEqual(text, build.read(packed))

    def test_a_packing_that_is_damaged_is_stale(self):
        self.change(self.path("ssm", build.AGENT), '/Td6', '/Td7')
        self.stale(build.AGENT)

    def test_the_first_line_names_the_generator(self):
        for name in (build.ORDER, build.INSTALL):
            text = build.read(self.path("ssm", name))
            self.assertIn("Generated by infra/agent/build.py", text.splitlines()[0])
            self.assertEqual("description", next(iter(json.loads(text))))

    def test_the_archive_alone_is_what_install_is_given_and_asks_for(self):
        self.build("--archive", self.path("agent.pyz"))
        with open(self.path("agent.pyz"), "rb") as file:
            archive = file.read()
        self.assertEqual(archive, build.unpacked(build.read(self.path("ssm", build.AGENT))))
        self.assertIn('"wanted=%s"' % hashlib.sha256(archive).hexdigest(), build.read(self.path("ssm", build.INSTALL)))


if __name__ == "__main__":
    unittest.main()
