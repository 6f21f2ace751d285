"""Having every sshd that listens read its configuration again."""
import contextlib
import os
import signal
import time

from latchkey_agent import programs
from latchkey_agent.errors import Problem
from latchkey_agent.settings import Settings


def reload(sshd):
    """What sshd would refuse never comes that far: a Problem says so. Logins go on; for a moment none can begin."""
    running = [one for one in sshd.asked.listeners if one.process]
    for one in running:
        code, out, error = programs.run([one.program, "-t"] + [word for pair in one.options for word in pair])
        if code != 0:
            raise Problem("sshd -t: %s" % programs.complaint(error, out))
    for one in running:
        with contextlib.suppress(OSError):
            os.kill(one.process.pid, signal.SIGHUP)
    ports = {port for one in running for port in one.ports}
    for _ in range(60 if running else 1):
        sshd.asked = Settings(sshd.server)
        now = sshd.asked.uptodate
        if ports <= {port for one in sshd.asked.listeners for port in one.ports} and set(now.late) == set(now.without):
            now.reread()
            break
        time.sleep(0.05)
