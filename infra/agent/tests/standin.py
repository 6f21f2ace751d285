"""Programs that are not on this machine, by stand-ins made from what they were seen or are documented to do."""
import unittest
from unittest import mock

from latchkey_agent import programs

END = 1999999999
RANGES = {"198.51.100.0/28": END, "203.0.113.9/32": END, "2001:db8::/32": END}


class StandIn(unittest.TestCase):
    """`self.command` takes the place of every program."""

    def setUp(self):
        self.calls = []

        def run(args, given=None, timeout=15):
            self.calls.append(args)
            return self.command(*args)

        for name, value in (("run", run), ("installed", lambda name: name in self.PROGRAMS or None)):
            patch = mock.patch.object(programs, name, value)
            patch.start()
            self.addCleanup(patch.stop)
