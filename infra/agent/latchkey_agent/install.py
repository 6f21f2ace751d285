"""The installation: the archive and its timer in their places."""
import contextlib
import os

from latchkey_agent import itself
from latchkey_agent.quiet import stamp
from latchkey_agent.timer import ARCHIVE, Timer, put_file, same_file

FORMER = "/usr/local/lib/latchkey/latchkey_agent.py"  # the agent's name before it was an archive


TRIAL = "/usr/local/lib/latchkey/trial"  # the hash of an agent that was put in its place and has stated nothing yet


def put_archive(server):
    if not same_file(itself.ARCHIVE, server.path(ARCHIVE)):  # Latchkey-Install has put it there
        put_file(server, ARCHIVE, itself.contents(), 0o700)


def passed(server):
    """This agent has carried out an order and stated what came of it: Latchkey-Order does not go back to the last one."""
    with contextlib.suppress(OSError):
        with open(server.path(TRIAL)) as file:
            mine = file.read().strip() == itself.sha256()
        if mine:
            os.unlink(server.path(TRIAL))


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
