"""Managed key files: one of root's for each account, named to sshd by a drop-in beside the files that it reads otherwise."""
import contextlib
import os

from latchkey_agent.dropin import NOT_ASKED, DropIn
from latchkey_agent.errors import Problem
from latchkey_agent.reload import reload
from latchkey_agent.settings import DEFAULT_FILES
from latchkey_agent.sshdconfig import Text

FOLDER = "/etc/ssh/latchkey"
PATTERN = FOLDER + "/%u"
DROP_IN = "/etc/ssh/sshd_config.d/00-latchkey.conf"
TEXT = "# Latchkey: what AuthorizedKeysFile is without this file, and Latchkey's own files of keys.\nAuthorizedKeysFile %s %s\n"


class Managed:

    def __init__(self, server, store, sshd):
        self.server, self.store, self.sshd = server, store, sshd
        self.config = DropIn(server, sshd, DROP_IN, "authorizedkeysfile", DEFAULT_FILES)

    def prepare(self, users):
        """Has sshd read our files as well, if its configuration lets us; why not is in the state, and asked once for each
        configuration and set of accounts."""
        kept = self.store.state["managed"]
        if kept["mark"] != self.config.mark(users):
            kept["problem"] = None
            try:
                self._put(users)
            except (Problem, OSError) as problem:
                kept["problem"] = str(problem) if isinstance(problem, Problem) else "%s: %s" % (DROP_IN, problem.strerror)
            # Where sshd did not answer it is asked again by the next run.
            kept["mark"] = None if NOT_ASKED in (kept["problem"] or "") else self.config.mark(users)
        self.look()

    def look(self):
        """Tells sshd's part of the agent which files are wanted."""
        self.sshd.managed, self.sshd.unmanaged = FOLDER, self.store.state["managed"]["problem"]

    def _put(self, users):
        self.config.read_by_sshd()
        value = self.config.value(self.config.without())
        if value == "none":
            self.take_off()
            raise Problem("AuthorizedKeysFile is none")
        if self.sshd.blanks():
            raise Problem(self.sshd.blanks()[0])
        os.makedirs(self.server.path(FOLDER), mode=0o755, exist_ok=True)
        if PATTERN in value.split():
            return self.take_off()  # the operator names it
        data, before = (TEXT % (value, PATTERN)).encode(), self.config.read()
        if before != data:
            self.config.write(data)
            try:
                reload(self.sshd)
            except Problem:
                self.config.write(before)
                raise
            self.store.note("AuthorizedKeysFile %s: %s written" % (value, DROP_IN))
            if before is not None:
                self.sshd.followed = ("AuthorizedKeysFile was changed to %s; %s follows" % (value, DROP_IN))
        wrong = None
        if PATTERN not in self.config.value(Text(self.server)).split():
            wrong = "an earlier AuthorizedKeysFile wins: %s" % self.config.winner()
        elif users and not any(self.named(user, ranges) for user, ranges in users.items()):
            wrong = self._where()
        if wrong:
            self.take_off()
            raise Problem(wrong)

    def named(self, user, ranges):
        """Whether sshd reads our file for this account, wherever it logs in from."""
        answers, questions = self.sshd.asked.answers(user, ranges)
        return bool(answers) and all(PATTERN in settings["authorizedkeysfile"][0].split() for _, settings in answers)

    def _where(self):
        return "Match %s sets another AuthorizedKeysFile" % "; Match ".join(sorted(
            {match for text in self.sshd.asked.texts for match in text.where("authorizedkeysfile")}) or ["…"])

    def take_off(self):
        """Takes the drop-in away."""
        if self.config.read() is not None:
            os.unlink(self.config.path)
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
