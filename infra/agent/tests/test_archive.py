"""The archive: what it holds, how it runs, and what the modules in it must keep to."""
import ast
import fcntl
import hashlib
import io
import json
import os
import shutil
import struct
import subprocess
import sys
import termios
import unittest
import zipfile

import build
from tests.support import AGENT, Folder, grant, observe, order

LONGEST = 350


def tree_of(path):
    with open(path, encoding="utf-8") as file:
        return ast.parse(file.read(), path)


def imported_by(tree):
    """The modules of the package that a module imports, in either form of the statement."""
    names = set(os.path.splitext(name)[0].replace("/", ".") for name, _ in build.modules())
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name in names)
        elif isinstance(node, ast.ImportFrom):
            one_by_one = ["%s.%s" % (node.module, one.name) for one in node.names]
            yield from (one if one in names else node.module for one in one_by_one
                        if one in names or node.module in names)


class ModulesTest(unittest.TestCase):
    TREES = {os.path.splitext(name)[0].replace("/", "."): tree_of(path) for name, path in build.modules()}

    def test_nothing_is_imported_later_than_at_the_start(self):
        """A child that has taken an account's rights cannot read the archive."""
        for name, tree in self.TREES.items():
            outside = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))
                       and node not in tree.body]
            self.assertEqual([], ["%s, line %d" % (name, node.lineno) for node in outside])
            called = {getattr(node, "id", getattr(node, "attr", None)) for node in ast.walk(tree)}
            self.assertEqual(set(), called & {"__import__", "importlib", "import_module"}, name)

    def test_the_start_imports_every_module(self):
        script = ("import runpy, sys; sys.argv = [%r, 'version']\n"
                  "try:\n    runpy.run_path(sys.argv[0], run_name='__main__')\n"
                  "except SystemExit:\n    print(*sorted(name for name in sys.modules if 'latchkey' in name))" % AGENT)
        out = subprocess.check_output([sys.executable, "-I", "-c", script]).decode().splitlines()
        wanted = set(self.TREES) - {"__main__"}
        wanted = {name[:-len(".__init__")] if name.endswith(".__init__") else name for name in wanted}
        self.assertEqual(sorted(wanted), out[-1].split())

    def test_imports_have_no_circle(self):
        arrows = {name: set(imported_by(tree)) for name, tree in self.TREES.items()}
        while arrows:
            leaves = {name for name, targets in arrows.items() if not targets & set(arrows)}
            self.assertTrue(leaves, "a circle among " + ", ".join(sorted(arrows)))
            arrows = {name: targets for name, targets in arrows.items() if name not in leaves}

    def test_no_module_is_long(self):
        for name, path in build.modules():
            with open(path, encoding="utf-8") as file:
                self.assertLessEqual(len(file.readlines()), LONGEST, name)

    def test_only_the_standard_library_is_imported(self):
        known = getattr(sys, "stdlib_module_names", None)
        if known is None:
            self.skipTest("this Python does not list its own modules")
        for name, tree in self.TREES.items():
            for node in ast.walk(tree):
                found = ([one.name for one in node.names] if isinstance(node, ast.Import)
                         else [node.module] if isinstance(node, ast.ImportFrom) else [])
                for module in found:
                    self.assertIn(module.partition(".")[0], known | {"latchkey_agent"}, name)


class ContentTest(unittest.TestCase):

    def test_it_is_stored_in_a_fixed_order_with_a_fixed_date(self):
        with zipfile.ZipFile(io.BytesIO(build.archive())) as archive:
            entries = archive.infolist()
        self.assertEqual([name for name, _ in build.modules()], [one.filename for one in entries])
        self.assertEqual(sorted(one.filename for one in entries), [one.filename for one in entries])
        self.assertEqual({(zipfile.ZIP_STORED, (1980, 1, 1, 0, 0, 0), 3, 0o644 << 16)},
                         {(one.compress_type, one.date_time, one.create_system, one.external_attr) for one in entries})

    def test_it_runs_as_a_program_of_its_own(self):
        with open(AGENT, "rb") as file:
            self.assertEqual(b"#!/usr/bin/env python3\n", file.readline())
        self.assertEqual(b"1\n", subprocess.check_output([AGENT, "version"]))


class RunTest(Folder):

    def test_the_statement_has_the_hash_of_the_archive(self):
        with open(AGENT, "rb") as file:
            self.assertEqual(hashlib.sha256(file.read()).hexdigest(), self.send(observe())["agent"]["sha256"])

    def test_an_archive_that_is_replaced_meanwhile_changes_nothing_of_the_run(self):
        mine = shutil.copy(AGENT, self.path("/agent.pyz"))
        process = subprocess.Popen([sys.executable, "-I", mine, "order", "--root", self.root], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE)
        given = json.dumps(order(1, [grant(), grant(ticket=8, user="bob")])).encode()
        process.stdin.write(given[:1])
        process.stdin.flush()
        while self.unread(process.stdin):  # all modules are imported before the order is read
            self.assertIsNone(process.poll())
        self.put("/other", "not an archive")
        os.rename(self.path("/other"), mine)
        out, _ = process.communicate(given[1:], timeout=30)
        told = json.loads(out.decode())
        self.assertEqual(["PRESENT"] * 2, [one["state"] for one in told["grants"]])
        with open(AGENT, "rb") as file:
            self.assertEqual(hashlib.sha256(file.read()).hexdigest(), told["agent"]["sha256"])

    @staticmethod
    def unread(pipe):
        return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4))[0]

    @unittest.skipUnless(os.geteuid() == 0, "root alone can act as another account")
    def test_an_archive_of_root_alone_edits_the_file_of_another_account(self):
        self.assertEqual((0o700, 0), (os.stat(AGENT).st_mode & 0o777, os.stat(AGENT).st_uid))
        self.give(user="bob")
        self.assertEqual(1000, os.stat(self.path("/home/bob/.ssh/authorized_keys")).st_uid)

    @unittest.skipUnless(os.geteuid() == 0, "root alone can act as another account")
    def test_with_the_rights_of_an_account_nothing_more_is_imported(self):
        script = """
import os, runpy, sys
class Refusing:
    def find_spec(self, name, path=None, target=None):
        raise ImportError(name)
setuid = os.setuid
def guarded(uid):
    setuid(uid)
    sys.meta_path[:] = [Refusing()]
os.setuid = guarded
sys.argv = [%r, "order", "--root", %r]
runpy.run_path(sys.argv[0], run_name="__main__")
""" % (AGENT, self.root)
        self.put("/home/bob/.ssh/authorized_keys", "# bob's own\n")
        os.chown(self.path("/home/bob/.ssh"), 1000, 1000)
        os.chown(self.path("/home/bob/.ssh/authorized_keys"), 1000, 1000)
        for number, given in ((1, order(1, [grant(user="bob")])), (2, order(2, [], [grant(user="bob")]))):
            run = subprocess.run([sys.executable, "-I", "-c", script], input=json.dumps(given).encode(),
                                 stdout=subprocess.PIPE)
            told = json.loads(run.stdout.decode())
            self.assertEqual(("DONE", number), (told["outcome"], told["generation"]), told)
        self.assertEqual(b"# bob's own\n", self.get("/home/bob/.ssh/authorized_keys"))


if __name__ == "__main__":
    unittest.main()
