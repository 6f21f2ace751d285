"""Where programs of the machine find the files that they are given, and what is left of it."""
import os
import stat
import tempfile
import time
from unittest import mock

from latchkey_agent.server import Server
from latchkey_agent.workfolder import PLACE, PREFIX, STALE, work_folder
from tests.support import Folder


class WorkFolderTest(Folder):

    def here(self):
        return sorted(os.listdir(self.path(PLACE)))

    def test_it_is_roots_alone_in_memory_and_gone_with_the_run(self):
        for problem in (None, ValueError):
            try:
                with work_folder(Server(self.root)) as folder:
                    self.assertEqual(os.path.realpath(self.path(PLACE)), os.path.dirname(folder))
                    self.assertEqual([0o700] * 2, [stat.S_IMODE(os.stat(one).st_mode) for one in (folder, self.path(PLACE))])
                    with open(os.path.join(folder, "keys"), "w"):
                        pass
                    if problem:
                        raise problem
            except ValueError:
                pass
            self.assertEqual([], self.here())

    def test_what_a_killed_run_left_goes_with_the_next_and_nothing_else(self):
        for name, age in (("left", STALE + 1), ("at-work", STALE - 60)):
            self.put("%s/%s%s/keys" % (PLACE, PREFIX, name), "hash: x\n")
            os.utime(self.path("%s/%s%s" % (PLACE, PREFIX, name)), (time.time() - age,) * 2)
        self.put(PLACE + "/state.json", "{}")
        os.utime(self.path(PLACE + "/state.json"), (0, 0))
        with work_folder(Server(self.root)):
            pass
        self.assertEqual(["state.json", PREFIX + "at-work"], self.here())

    def test_where_run_cannot_be_written_only_a_secret_has_no_other_place(self):
        self.put(PLACE, "a file\n")
        with work_folder(Server(self.root)) as folder:
            self.assertEqual(tempfile.gettempdir(), os.path.dirname(folder))
        self.assertFalse(os.path.exists(folder))
        with mock.patch("tempfile.mkdtemp") as made, self.assertRaises(OSError), work_folder(Server(self.root), secret=True):
            pass
        made.assert_not_called()
