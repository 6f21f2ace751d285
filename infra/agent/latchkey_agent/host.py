"""What the server is: its name, its address, its architecture and its distribution."""
import contextlib
import os
import platform
import re
import shlex
import socket
import stat

MOST = 100
OS_RELEASE = ("/etc/os-release", "/usr/lib/os-release")
RED_HAT = ("/etc/system-release", "/etc/redhat-release")  # all that there is before EL 7
# Documentation's own networks: nobody is there, and nothing is sent.
ANYWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


class Host:
    """What cannot be told is None."""

    def __init__(self, server):
        self.server = server

    def as_json(self):
        return {"name": cleaned(self._name()), "ip": cleaned(self._address()),
                "arch": cleaned(platform.machine()), "distro": cleaned(self._distro())}

    def _name(self):
        return socket.gethostname() if self.server.live else self._read("/etc/hostname").strip()

    def _address(self):
        """The one that it would call the internet from, by its own routes; behind a gateway that is a private one."""
        for family, there in ANYWHERE if self.server.live else ():
            with contextlib.suppress(OSError):
                with socket.socket(family, socket.SOCK_DGRAM) as asked:
                    asked.connect((there, 9))
                    return asked.getsockname()[0]
        return None

    def _distro(self):
        for path in OS_RELEASE:
            told = assignments(self._read(path))
            if told.get("ID"):
                return "%s %s" % (told["ID"], told.get("VERSION_ID", ""))
        for path in RED_HAT:
            found = re.match(r"(.+?)(?: Linux)? release (\d+(?:\.\d+)*)", self._read(path))
            if found:
                name = found.group(1).lower()
                return "%s %s" % ("rhel" if name.startswith("red hat") else name.split()[0], found.group(2))
        return None

    def _read(self, path):
        """At most 64 KiB of a regular file of this server; empty where there is none."""
        with contextlib.suppress(OSError):
            if self.server.inside(self.server.path(path)):
                with open(os.open(self.server.path(path), os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
                    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                        return file.read(1 << 16).decode("utf-8", "replace")
        return ""


def assignments(text):
    """The variables of an os-release; a line that no shell would read is passed over."""
    told = {}
    for line in text.splitlines():
        name, equals, value = line.strip().partition("=")
        with contextlib.suppress(ValueError):
            words = shlex.split(value, comments=True)
            if equals and len(words) == 1 and re.match("[A-Z_0-9]+$", name):
                told[name] = words[0]
    return told


def cleaned(text):
    """Short, and of one line; None where nothing is left of it."""
    text = "".join(one if one.isprintable() else " " for one in text or "")
    return " ".join(text.split())[:MOST].strip() or None
