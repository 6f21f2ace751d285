"""The installation: the archive and its timer in their places."""
import contextlib
import os

from latchkey_agent import itself
from latchkey_agent.quiet import stamp
from latchkey_agent.timer import ARCHIVE, Timer, put_file

FORMER = "/usr/local/lib/latchkey/latchkey_agent.py"  # the agent's name before it was an archive


def put_archive(server):
    put_file(server, ARCHIVE, itself.contents(), 0o700)


def put_timer(server):
    """Why it could not be put in its place, or None."""
    timer = Timer(server)
    if not timer.last():
        stamp(server.root, swept=False)
    return timer.put()


def remove_former(server):
    """Only after the timer was changed: until then it runs the former agent."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(server.path(FORMER))
