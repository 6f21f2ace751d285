"""The generator of the command documents."""
import ast
import base64
import bz2
import json
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


class ShortTest(unittest.TestCase):

    def test_names_of_a_function_get_one_letter_and_all_others_stay(self):
        for source, wanted in (
                ("def f(one, two=3):\n    three = one\n    return three + four\n", "def f(a, two=3):\n    b = a\n    return b + four\n"),
                ("def f(one):\n    return [two for two in one if two > a]\n", "def f(b):\n    return [two for two in b if two > a]\n"),
                ("class A:\n    def f(self, one):\n        def g():\n            return one\n        self.one = g\n",
                 "class A:\n    def f(self, a):\n        def g():\n            return a\n        self.one = g\n"),
                ("one = 1\n\n\ndef f():\n    one = 2\n    len = one\n", "one = 1\n\n\ndef f():\n    one = 2\n    len = one\n"),
                ("def f(one):\n    try:\n        return '\u2192', one\n    except E as two:\n        return two\n",
                 "def f(a):\n    try:\n        return '\u2192', a\n    except E as two:\n        return two\n")):
            self.assertEqual(wanted, build.shortened(source, {"two"}))

    def test_each_module_is_the_same_but_for_names_and_no_two_become_one(self):
        for name, path in build.modules():
            source = build.stripped(build.read(path))
            before, after = (ast.parse(text) for text in (source, build.shortened(source, set())))
            for one, other in zip(build.functions(before), build.functions(after)):
                pairs = {(self.named(a), self.named(b)) for a, b in zip(ast.walk(one), ast.walk(other))} - {(None, None)}
                self.assertEqual(len(pairs), len({old for old, _ in pairs}), name)
                self.assertEqual(len(pairs), len({new for _, new in pairs}), name)
            for node in [one for tree in (before, after) for one in ast.walk(tree)]:
                for field in ("id", "arg") if isinstance(node, (ast.Name, ast.arg)) else ():
                    if hasattr(node, field):
                        setattr(node, field, "x")
            self.assertEqual(ast.dump(before), ast.dump(after), name)

    @staticmethod
    def named(node):
        return node.id if isinstance(node, ast.Name) else node.arg if isinstance(node, ast.arg) else None


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
        self.stale(build.INSTALL)
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
        self.change(self.path("ssm", build.INSTALL), '"120"', '"600"')
        self.stale(build.ORDER, build.INSTALL)

    def test_another_packing_of_the_same_archive_is_right_and_stays(self):
        blob = build.blob_in(build.read(self.path("ssm", build.INSTALL)))
        text = base64.b85encode(bz2.compress(build.unpacked(blob), 1)).decode().translate(build.UNBRACED)
        with open(self.path("ssm", build.INSTALL), "w") as file:
            file.write(build.install_document(build.archive(), blob=text))
        before = build.read(self.path("ssm", build.INSTALL))
        self.assertEqual((0, ""), self.build("--check"))
        self.build()
        self.assertEqual(before, build.read(self.path("ssm", build.INSTALL)))

    def test_a_packing_that_is_damaged_is_stale(self):
        self.change(self.path("ssm", build.INSTALL), 'LRx4', 'LRx5')
        self.stale(build.INSTALL)

    def test_the_first_line_names_the_generator(self):
        for name in (build.ORDER, build.INSTALL):
            text = build.read(self.path("ssm", name))
            self.assertIn("Generated by infra/agent/build.py", text.splitlines()[0])
            self.assertEqual("description", next(iter(json.loads(text))))

    def test_the_archive_alone_is_what_install_carries(self):
        self.build("--archive", self.path("agent.pyz"))
        with open(self.path("agent.pyz"), "rb") as file:
            self.assertEqual(build.unpacked(build.blob_in(build.read(self.path("ssm", build.INSTALL)))), file.read())


if __name__ == "__main__":
    unittest.main()
