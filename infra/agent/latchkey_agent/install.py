"""The installation: the archive and its timer in their places."""
import contextlib
import os
import shlex
import sys

from latchkey_agent import itself, programs
from latchkey_agent.files import write_atomically

ARCHIVE = "/usr/local/lib/latchkey/latchkey_agent.pyz"
FORMER = "/usr/local/lib/latchkey/latchkey_agent.py"  # the agent's name before it was an archive
SERVICE = """[Unit]
Description=Latchkey sweep

[Service]
Type=oneshot
TimeoutStartSec=300
ExecStart=%s
"""
TIMER = """[Unit]
Description=Latchkey sweep

[Timer]
OnCalendar=minutely
AccuracySec=1s

[Install]
WantedBy=timers.target
"""


def put_archive(server):
    _put(server, ARCHIVE, itself.contents(), 0o700)


def put_timer(server):
    """Starts the sweep each minute. Why systemd refused, or None."""
    command = [sys.executable or "/usr/bin/python3", "-I", server.path(ARCHIVE), "sweep"]
    command = " ".join(map(shlex.quote, command + ([] if server.live else ["--root", server.root])))
    systemd = os.path.isdir(server.path("/run/systemd/system"))
    if not systemd and (server.live or os.path.isdir(server.path("/etc/cron.d"))):
        line = "* * * * * root %s >/dev/null 2>&1\n" % command.replace("%", "\\%")
        _put(server, "/etc/cron.d/latchkey", line.encode(), 0o644)
        return None
    service = SERVICE % command.replace("%", "%%")
    _put(server, "/etc/systemd/system/latchkey-sweep.service", service.encode(), 0o644)
    _put(server, "/etc/systemd/system/latchkey-sweep.timer", TIMER.encode(), 0o644)
    for args in (["daemon-reload"], ["enable", "--now", "latchkey-sweep.timer"]):
        if server.live and systemd:
            code, _, error = programs.run(["systemctl"] + args)
            if code != 0:
                return "systemctl %s: %s" % (args[0], programs.complaint(error))
    return None


def remove_former(server):
    """Only after the timer was changed: until then it runs the former agent."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(server.path(FORMER))


def _put(server, path, data, mode):
    path = server.path(path)
    os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
    write_atomically(path, data, mode)
