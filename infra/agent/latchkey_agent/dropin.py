"""A drop-in of ours beside sshd's configuration: what holds without it, and whether it is in force."""
import contextlib
import fnmatch
import glob
import hashlib
import os

from latchkey_agent import programs
from latchkey_agent.errors import Problem
from latchkey_agent.files import write_atomically
from latchkey_agent.sshdconfig import MAIN, Text
from latchkey_agent.workfolder import work_folder

FOLDER = "/etc/ssh/sshd_config.d"
NOT_ASKED = "sshd could not be asked"


class DropIn:

    def __init__(self, server, sshd, shown, keyword, default):
        self.server, self.sshd, self.shown, self.default = server, sshd, shown, default
        self.keyword, self.path = keyword, server.path(shown)

    def mark(self, users):
        """The state of every file of the configuration, and for whom it was looked at."""
        found = sorted(users)
        for path in [self.server.path(MAIN)] + sorted(glob.glob(os.path.join(os.path.dirname(self.path), "*"))):
            with contextlib.suppress(OSError):
                status = os.stat(path)
                found.append((path, status.st_mtime_ns, status.st_size, status.st_ino))
        return hashlib.sha256(repr(found).encode()).hexdigest()

    def read_by_sshd(self):
        """A Problem where sshd would not read a drop-in."""
        if not self.sshd.at_least(8, 2):
            raise Problem("OpenSSH %s has no Include: 8.2 or later is required" % self.sshd.version)
        if any(one.config for one in self.sshd.asked.listeners):
            raise Problem("sshd was started with a configuration of its own: -f %s"
                          % next(one.config for one in self.sshd.asked.listeners if one.config))
        if not any(match is None and fnmatch.fnmatch(self.shown, pattern) for pattern, match in self.without().included):
            raise Problem("%s includes no %s/*.conf" % (MAIN, FOLDER))

    def without(self):
        """The configuration without ours."""
        return Text(self.server, without=self.shown)

    def value(self, text):
        """What sshd makes of these lines, with no Match block."""
        if not self.server.live:
            return text.first_values().get(self.keyword, [self.default])[0]
        with work_folder(self.server) as folder:
            path = os.path.join(folder, "sshd_config")
            with open(path, "w") as copy:
                copy.writelines("%s %s\n" % (keyword, value) for keyword, value, match in text.lines if match is None)
            code, out, error = programs.run([self.sshd.asked.listeners[0].program, "-T", "-f", path])
        values = [line.partition(" ")[2] for line in out.splitlines() if line.lower().startswith(self.keyword + " ")]
        if code != 0 or not values:
            raise Problem("%s: %s" % (NOT_ASKED, programs.complaint(error, out)))
        return values[0]

    def winner(self):
        """The first file that sets it, in the sequence in which sshd reads."""
        earlier = [path for path in sorted(glob.glob(os.path.join(os.path.dirname(self.path), "*.conf"))) if path < self.path]
        for path in earlier:
            if any(match is None and keyword == self.keyword
                   for keyword, _, match in Text(self.server, self.server.shown(path)).lines):
                return self.server.shown(path)
        return MAIN

    def read(self):
        with contextlib.suppress(OSError):
            with open(self.path, "rb") as file:
                return file.read()
        return None

    def write(self, data):
        if data is None:
            os.unlink(self.path)
        else:
            os.makedirs(os.path.dirname(self.path), mode=0o755, exist_ok=True)
            write_atomically(self.path, data, 0o644)
