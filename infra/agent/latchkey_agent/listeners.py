"""The sshd that listen on this machine: which processes, how they were started, and on which ports."""
import contextlib
import os
import re

from latchkey_agent import programs
from latchkey_agent.processes import processes

WITH_VALUE = "CEbcfghkopu"
KEPT = "cfhop"  # options that change what sshd -T says


def sockets_of(pid):
    found = set()
    with contextlib.suppress(OSError):
        for name in os.listdir("/proc/%d/fd" % pid):
            with contextlib.suppress(OSError):
                found.update(re.findall(r"^socket:\[(\d+)\]$", os.readlink("/proc/%d/fd/%s" % (pid, name))))
    return found


def listening():
    """Socket → port, of every TCP socket that listens."""
    found = {}
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            with open("/proc/net/" + table) as file:
                for fields in (line.split() for line in file):
                    if fields[3] == "0A":
                        found[fields[9]] = int(fields[1].rpartition(":")[2], 16)
    return found


class Listener:
    """One sshd that listens, or, with no process, the one that would be started."""

    def __init__(self, process=None, ports=()):
        self.process, self.ports, self.program, self.options = process, sorted(set(ports)), "sshd", []
        if process:
            with contextlib.suppress(OSError):
                path = os.readlink("/proc/%d/exe" % process.pid)
                self.program = path if os.access(path, os.X_OK) else "sshd"
            self.options = options_of(process.title)

    @property
    def config(self):
        return next((value for name, value in self.options if name == "-f"), None)

    def command(self):
        return [self.program, "-T"] + [word for pair in self.options for word in pair]


def options_of(title):
    """The options in its title that change its settings; a value that has blanks lost its quotes there."""
    words, found = re.sub(r" \[listener\].*", "", title.partition("sshd: ")[2] or title).split()[1:], []
    while words:
        word = words.pop(0)
        flag = re.match("-[46DQRTdeiqrt]*([%s])(.*)$" % WITH_VALUE, word)
        if flag:
            found.append(("-" + flag.group(1), flag.group(2) or (words.pop(0) if words else "")))
        elif not word.startswith("-") and found:
            found[-1] = (found[-1][0], found[-1][1] + " " + word)
    return [pair for pair in found if pair[0][1] in KEPT]


def listeners():
    """Those that listen; with none, what systemd listens for, or the usual one."""
    sockets, found = listening(), []
    for process in processes().values():
        if process.name == "sshd" and process.title:
            ports = [sockets[one] for one in sockets_of(process.pid) if one in sockets]
            # A session that forwards a port listens too; it is a child of the one that we look for.
            if ports and not re.match(r"sshd: [^/].*(@|\[priv\])", process.title):
                found.append(Listener(process, ports))
    return found or [Listener(None, socket_ports())]


def socket_ports():
    _, out, _ = programs.run(["systemctl", "show", "-p", "Listen", "ssh.socket", "sshd.socket"], timeout=5)
    return {int(port) for port in re.findall(r":(\d+) \(Stream\)", out)}
