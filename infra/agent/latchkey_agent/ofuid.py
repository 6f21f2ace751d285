"""Every process of a uid, and their end: also of those that fork faster than anybody looks."""
import contextlib
import os
import re
import signal
import time

from latchkey_agent import programs
from latchkey_agent.processes import read

LEAST = 1000  # of a uid whose processes may be ended all at once
PATIENCE = 10  # seconds until what still lives is told


def of_uid(uid):
    """Process → name, of each that has the uid as its real or its saved one: an effective one may be root's for a moment."""
    found = {}
    for pid in (int(name) for name in os.listdir("/proc") if name.isdigit()):
        status = read("/proc/%d/status" % pid)
        ids = re.search(r"^Uid:\t(\d+)\t\d+\t(\d+)\t", status, re.MULTILINE)
        if ids and str(uid) in ids.groups() and not re.search(r"^State:\t[ZX]", status, re.MULTILINE):
            found[pid] = re.match(r"Name:\t(.*)", status).group(1)[:15]
    return found


def end_all(name, uid):
    """What was ended and what still lives, each as process → name."""
    if uid < LEAST:
        raise ValueError("uid %d is not one that Latchkey made" % uid)
    ended, deadline, stopped = {}, time.monotonic() + PATIENCE, False
    while True:
        found = of_uid(uid)
        ended.update(found)
        if not found or time.monotonic() > deadline:
            return {pid: one for pid, one in ended.items() if pid not in found}, found
        all_at_once(uid)
        if not stopped:  # its manager, its scopes, and what became another's inside of them
            stopped = True
            for args in (["loginctl", "terminate-user", name], ["systemctl", "kill", "-s", "KILL", "user-%d.slice" % uid]):
                if programs.installed(args[0]) and os.path.isdir("/run/systemd/system"):
                    programs.run(args, timeout=3)
        for pid in of_uid(uid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)


def all_at_once(uid):
    """A child with no right but the uid's kills all that it may: the kernel lets none fork away from that.

    It may be stopped or killed by one of them, so it is given a second.
    """
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            if uid >= LEAST and os.getresuid() == (uid, uid, uid):
                os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)  # never back into the code of the parent
    for _ in range(100):
        if os.waitpid(child, os.WNOHANG)[0]:
            return
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
