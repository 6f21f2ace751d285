"""The new agent's test of itself, before it takes the place of another: all that it reads, read, and nothing changed."""
import json
import os
import sys

from latchkey_agent.errors import Problem
from latchkey_agent.statement import MAX_OBSERVATION, dumped, fitted
from latchkey_agent.timer import Timer


class SelfTest:
    """A fault of the server alone, such as a full disk or a missing sshd, fails no check: the older agent would have it too."""

    def __init__(self, agent):
        self.agent, self.seen = agent, None

    def run(self):
        """Why this agent must not be put in its place, or None. That its modules can be imported, its start has shown."""
        for name, check in (("python", self._python), ("state", self._state),
                            ("timer", self._timer), ("look", self._look), ("statement", self._statement)):
            try:
                check()
            except Problem as problem:
                return "%s: %s" % (name, problem)
            except Exception as error:
                return "%s: %s: %s" % (name, type(error).__name__, error)
        return None

    @staticmethod
    def _python():
        if sys.version_info < (3, 6):
            raise Problem("it requires Python 3.6 or later, and this is %s" % sys.version.split()[0])

    def _state(self):
        """A state that is damaged is one that every agent puts aside."""
        self.agent.store.look()

    def _timer(self):
        Timer(self.agent.server).files()
        if not os.access(sys.executable or "/usr/bin/python3", os.X_OK):
            raise Problem("the sweep would be started with %s, which is not an executable file" % sys.executable)

    def _look(self):
        self.seen = self.agent.observe()
        if self.agent.store.faults:
            raise Problem(self.agent.store.faults[0])

    def _statement(self):
        text = dumped(fitted(self.seen))
        if len(text) > MAX_OBSERVATION or json.loads(text)["latchkey"] != 1:
            raise Problem("it does not fit")
