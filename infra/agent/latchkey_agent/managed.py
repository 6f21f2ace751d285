"""Managed key files: one of root's for each account, named to sshd by a drop-in beside the files that it reads otherwise."""
import contextlib
import fnmatch
import glob
import hashlib
import os
import tempfile

from latchkey_agent import programs
from latchkey_agent.errors import Problem
from latchkey_agent.files import write_atomically
from latchkey_agent.reload import reload
from latchkey_agent.settings import DEFAULT_FILES
from latchkey_agent.sshdconfig import MAIN, Text

FOLDER = "/etc/ssh/latchkey"
PATTERN = FOLDER + "/%u"
DROP_IN = "/etc/ssh/sshd_config.d/00-latchkey.conf"
NOT_ASKED = "sshd could not be asked"
TEXT = "# Latchkey: what AuthorizedKeysFile is without this file, and Latchkey's own files of keys.\nAuthorizedKeysFile %s %s\n"


class Managed:

    def __init__(self, server, store, sshd):
        self.server, self.store, self.sshd = server, store, sshd
        self.path = server.path(DROP_IN)

    def prepare(self, users):
        """Has sshd read our files as well, if its configuration lets us; why not is in the state, and asked once for each
        configuration and set of accounts."""
        kept = self.store.state["managed"]
        if kept["mark"] != self._mark(users):
            kept["problem"] = None
            try:
                self._put(users)
            except (Problem, OSError) as problem:
                kept["problem"] = str(problem) if isinstance(problem, Problem) else "%s: %s" % (DROP_IN, problem.strerror)
            # Where sshd did not answer it is asked again by the next run.
            kept["mark"] = None if NOT_ASKED in (kept["problem"] or "") else self._mark(users)
        self.look()

    def look(self):
        """Tells sshd's part of the agent which files are wanted."""
        self.sshd.managed, self.sshd.unmanaged = FOLDER, self.store.state["managed"]["problem"]

    def _mark(self, users):
        """The state of every file of the configuration, and the accounts for which it was looked at."""
        found = sorted(users)
        for path in [self.server.path(MAIN)] + sorted(glob.glob(os.path.join(os.path.dirname(self.path), "*"))):
            with contextlib.suppress(OSError):
                status = os.stat(path)
                found.append((path, status.st_mtime_ns, status.st_size, status.st_ino))
        return hashlib.sha256(repr(found).encode()).hexdigest()

    def _put(self, users):
        if not self.sshd.at_least(8, 2):
            raise Problem("OpenSSH %s has no Include: 8.2 or later is required" % self.sshd.version)
        if any(one.config for one in self.sshd.asked.listeners):
            raise Problem("sshd was started with a configuration of its own: -f %s"
                          % next(one.config for one in self.sshd.asked.listeners if one.config))
        text = Text(self.server, without=DROP_IN)
        if not any(match is None and fnmatch.fnmatch(DROP_IN, pattern) for pattern, match in text.included):
            raise Problem("%s includes no %s/*.conf" % (MAIN, os.path.dirname(DROP_IN)))
        value = self._value(text)
        if value == "none":
            self.take_off()
            raise Problem("AuthorizedKeysFile is none")
        if self.sshd.blanks():
            raise Problem(self.sshd.blanks()[0])
        os.makedirs(self.server.path(FOLDER), mode=0o755, exist_ok=True)
        if PATTERN in value.split():
            return self.take_off()  # the operator names it
        data, before = (TEXT % (value, PATTERN)).encode(), self._read()
        if before != data:
            os.makedirs(os.path.dirname(self.path), mode=0o755, exist_ok=True)
            self._write(data)
            try:
                reload(self.sshd)
            except Problem:
                self._write(before)
                raise
            self.store.note("AuthorizedKeysFile %s: %s written" % (value, DROP_IN))
            if before is not None:
                self.sshd.followed = ("AuthorizedKeysFile was changed to %s; %s follows" % (value, DROP_IN))
        wrong = None
        if PATTERN not in self._value(Text(self.server)).split():
            wrong = "an earlier AuthorizedKeysFile wins: %s" % self._winner()
        elif users and not any(self.named(user, ranges) for user, ranges in users.items()):
            wrong = self._where()
        if wrong:
            self.take_off()
            raise Problem(wrong)

    def _write(self, data):
        if data is None:
            os.unlink(self.path)
        else:
            write_atomically(self.path, data, 0o644)

    def named(self, user, ranges):
        """Whether sshd reads our file for this account, wherever it logs in from."""
        answers, questions = self.sshd.asked.answers(user, ranges)
        return bool(answers) and all(PATTERN in settings["authorizedkeysfile"][0].split() for _, settings in answers)

    def _where(self):
        return "Match %s sets another AuthorizedKeysFile" % "; Match ".join(sorted(
            {match for text in self.sshd.asked.texts for match in text.where("authorizedkeysfile")}) or ["…"])

    def _winner(self):
        """The first file that sets it, in the sequence in which sshd reads."""
        earlier = [path for path in sorted(glob.glob(os.path.join(os.path.dirname(self.path), "*.conf"))) if path < self.path]
        for path in earlier:
            if any(match is None and keyword == "authorizedkeysfile"
                   for keyword, _, match in Text(self.server, self.server.shown(path)).lines):
                return self.server.shown(path)
        return MAIN

    def _value(self, text):
        """What sshd makes of these lines, with no Match block."""
        if not self.server.live:
            return text.first_values().get("authorizedkeysfile", [DEFAULT_FILES])[0]
        with tempfile.NamedTemporaryFile("w", prefix="latchkey-") as copy:
            copy.writelines("%s %s\n" % (keyword, value) for keyword, value, match in text.lines if match is None)
            copy.flush()
            code, out, error = programs.run([self.sshd.asked.listeners[0].program, "-T", "-f", copy.name])
        values = [line.partition(" ")[2] for line in out.splitlines() if line.lower().startswith("authorizedkeysfile ")]
        if code != 0 or not values:
            raise Problem("%s: %s" % (NOT_ASKED, programs.complaint(error, out)))
        return values[0]

    def _read(self):
        with contextlib.suppress(OSError):
            with open(self.path, "rb") as file:
                return file.read()
        return None

    def take_off(self):
        """Takes the drop-in away."""
        if self._read() is not None:
            os.unlink(self.path)
            self.store.note("%s removed" % DROP_IN)
            with contextlib.suppress(Problem):
                reload(self.sshd)

    def tidy(self, managed):
        """Empty files go; the drop-in too, once it is not wanted and no line stands in our files."""
        folder = self.server.path(FOLDER)
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            path = os.path.join(folder, name)
            with contextlib.suppress(OSError):
                if os.path.isfile(path) and os.path.getsize(path) == 0:
                    os.unlink(path)
        if not managed and not (os.path.isdir(folder) and os.listdir(folder)):
            self.take_off()
            self.store.state["managed"] = {"mark": None, "problem": None}
            with contextlib.suppress(OSError):
                os.rmdir(folder)

    def removed(self):
        """Takes all of it away; what is left, as sentences."""
        try:
            self.tidy(False)
        except (Problem, OSError) as problem:
            return ["%s: %s" % (DROP_IN, problem)]
        return ["%s is left" % path for path in (DROP_IN, FOLDER) if os.path.lexists(self.server.path(path))]
