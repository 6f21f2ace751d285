"""Our KRL: the keys that are revoked here are refused by sshd itself, which a drop-in of ours tells of it."""
import base64
import contextlib
import hashlib
import os
import stat
import struct

from latchkey_agent import programs
from latchkey_agent.dropin import NOT_ASKED, DropIn
from latchkey_agent.errors import Problem
from latchkey_agent.files import write_atomically
from latchkey_agent.keylines import lines_of, options_of
from latchkey_agent.points import EVERYWHERE
from latchkey_agent.reload import reload
from latchkey_agent.sshdconfig import Text
from latchkey_agent.workfolder import work_folder

PATH = "/etc/ssh/latchkey.krl"
DROP_IN = "/etc/ssh/sshd_config.d/00-latchkey-revoked.conf"
TEXT = "# Latchkey: the keys that are revoked on this server, and those of the RevokedKeys that holds without this file.\nRevokedKeys %s\n" % PATH
KEYWORD = "revokedkeys"
MAGIC = b"SSHKRL\n"
MOST = 16 * 1024 * 1024


def nobodys(text):
    """A public key to which nobody has the private one."""
    fields = (b"ssh-ed25519", hashlib.sha256(text).digest())
    return b"".join(struct.pack(">I", len(one)) + one for one in fields)


# ssh-keygen must find the first in each KRL of ours, and not the second.
MARK, OTHER = nobodys(b"Latchkey: in every KRL"), nobodys(b"Latchkey: in no KRL")


class Krl:
    """sshd refuses every key where the file is missing or damaged: so it stands before the directive, and goes after it."""

    def __init__(self, server, store, sshd):
        self.server, self.store, self.sshd = server, store, sshd
        self.config = DropIn(server, sshd, DROP_IN, KEYWORD, "none")
        self.path, self.in_force, self.changed = server.path(PATH), False, False

    @property
    def kept(self):
        return self.store.state["krl"]

    def stands(self):
        """Whether the directive is there."""
        return self.config.read() is not None

    def make(self, keys, by_order):
        """Has sshd refuse these keys. Why it does not is in the state; what failed is tried again by an order, or when the
        configuration was changed."""
        if self.kept["problem"] and not by_order and not self.stands() and self.kept["mark"] == self.config.mark(keys):
            return
        try:
            self._put(keys)
            self.kept["problem"], self.in_force = None, True
        except (Problem, OSError) as problem:
            self.kept["problem"] = str(problem) if isinstance(problem, Problem) else "%s: %s" % (PATH, problem.strerror)
            self._back_out()
        self.kept["mark"] = None if NOT_ASKED in (self.kept["problem"] or "") else self.config.mark(keys)

    def look(self, keys):
        """Changes nothing."""
        if not self.stands():
            return
        with contextlib.suppress(Problem, OSError):
            made_of = self._made_of(keys, self._others())
            self.in_force = self._is_whole(made_of) and self.kept["loaded"] and self._wrong() is None

    def mend(self):
        """For a sweep that does not know which keys are revoked: at least the others log in."""
        if self.stands() and not tested(self.path):
            self.make((), True)

    def _put(self, keys):
        first = not self.stands()
        if first:
            self._may_stand()
        others = self._others()
        made_of = self._made_of(keys, others)
        if not self._is_whole(made_of):
            data = built(self.server, keys, others)
            os.makedirs(os.path.dirname(self.path), mode=0o755, exist_ok=True)
            write_atomically(self.path, data, 0o600)
            self.kept.update(digest=hashlib.sha256(data).hexdigest(), made_of=made_of)
            self.changed = True
            self.store.note("%s written, of %d keys that are revoked" % (PATH, len(keys)))
        if self.config.read() != TEXT.encode() or not self.kept["loaded"]:
            before = self.config.read()
            self.config.write(TEXT.encode())
            self.changed, self.kept["loaded"] = True, False
            try:
                reload(self.sshd)
            except Problem:
                self.config.write(before)
                raise
            self.kept["loaded"] = True
            self.store.note("RevokedKeys %s: %s written" % (PATH, DROP_IN))
        wrong = self._wrong()
        if wrong and first:
            self.take_off()
        if wrong:  # one that comes later leaves ours in force for all the others
            raise Problem(wrong)

    def _may_stand(self):
        """What would keep the directive from being in force is known before it is written."""
        if programs.installed("ssh-keygen") is None:
            raise Problem("ssh-keygen is not installed")
        self.config.read_by_sshd()
        blocks = self.config.without().where(KEYWORD)
        if blocks:
            raise Problem(divided(blocks))

    def _wrong(self):
        """Why sshd does not read ours for every login; None if it does."""
        text = Text(self.server)
        if self.config.value(text) != PATH:
            return "an earlier RevokedKeys wins: %s" % self.config.winner()
        blocks = sorted({match for one in self.sshd.asked.texts + [text] for match in one.where(KEYWORD)})
        if blocks:
            return divided(blocks)
        answers, questions = self.sshd.asked.answers("root", EVERYWHERE)
        if not answers:
            raise Problem("%s: %s" % (NOT_ASKED, "; ".join(questions)))
        other = sorted({settings.get(KEYWORD, ["none"])[0] for _, settings in answers} - {PATH})
        return "sshd reads RevokedKeys %s" % other[0] if other else None

    def _others(self):
        """What sshd would read without ours."""
        path = self.config.value(self.config.without())
        self.kept["others"] = path if path not in ("none", PATH) else None
        if not self.kept["others"]:
            return b""
        try:
            with open(self.server.path(path), "rb") as file:
                data = file.read(MOST + 1)
        except OSError as error:
            raise Problem("RevokedKeys %s, which holds without ours: %s" % (path, error.strerror))
        if len(data) > MOST:
            raise Problem("RevokedKeys %s, which holds without ours, is longer than 16 MiB" % path)
        for line in () if data.startswith(MAGIC) else lines_of(data):
            text = line.raw.strip()
            if text and not text.startswith(b"#") and (line.fingerprint is None or options_of(line.raw)):
                raise Problem("RevokedKeys %s, which holds without ours: line %d is not a key" % (path, line.number))
        return data

    @staticmethod
    def _made_of(keys, others):
        return hashlib.sha256("\n".join(sorted(keys)).encode() + b"\n\n" + others).hexdigest()

    def _is_whole(self, made_of):
        """Whether it is, to the byte, what we wrote of the same keys."""
        return self.kept["made_of"] == made_of and self._is_ours()

    def _is_ours(self):
        try:
            with open(os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
                status = os.fstat(file.fileno())
                return ((stat.S_IMODE(status.st_mode), status.st_uid) == (0o600, os.geteuid())
                        and hashlib.sha256(file.read(MOST)).hexdigest() == self.kept["digest"])
        except OSError:
            return False

    def _back_out(self):
        """After a failure: an earlier KRL that is whole stays; with one that is damaged nobody could log in."""
        if self.stands() and not self._is_ours() and not tested(self.path):
            self.take_off()

    def take_off(self):
        """The directive first; the file only when every sshd has read its configuration without it."""
        there = self.stands()
        if not (there or self.kept["loaded"] or os.path.lexists(self.path)):
            return
        self.changed = True
        if there:
            os.unlink(self.config.path)
            self.store.note("%s removed" % DROP_IN)
        reload(self.sshd)
        self.kept.update(loaded=False, digest=None, made_of=None, others=None)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path)

    def removed(self):
        """Takes all of it away; what is left, as sentences."""
        try:
            self.take_off()
        except (Problem, OSError) as problem:
            return ["%s: %s" % (DROP_IN, problem)]
        return ["%s is left" % path for path in (DROP_IN, PATH) if os.path.lexists(self.server.path(path))]

    def watched(self):
        return {PATH, self.kept["others"]} - {None} if self.stands() else set()


def divided(blocks):
    return "Match %s sets another RevokedKeys, which sshd takes instead of ours" % "; Match ".join(blocks)


def tested(path):
    """Whether ssh-keygen reads it as a KRL of ours, which does not refuse every key."""
    return [asked(path, key) for key in (MARK, OTHER)] == [1, 0]


def asked(path, key):
    text = "ssh-ed25519 %s\n" % base64.b64encode(key).decode()
    return programs.run(["ssh-keygen", "-Q", "-f", path, "/dev/stdin"], text)[0]


def built(server, keys, others):
    """A KRL of these fingerprints and of what another RevokedKeys has."""
    keys = sorted(set(keys) | {"SHA256:" + base64.b64encode(hashlib.sha256(MARK).digest()).decode().rstrip("=")})
    with work_folder(server) as folder:
        paths = {name: os.path.join(folder, name) for name in ("krl", "keys", "others")}
        is_krl = others.startswith(MAGIC)
        contents = {"keys": "".join("hash: %s\n" % key for key in keys).encode(), "krl" if is_krl else "others": others}
        for name, content in contents.items():
            with open(paths[name], "wb") as file:
                file.write(content)
        more = ["-u", "-f", paths["krl"], paths["keys"]] if is_krl else ["-f", paths["krl"], paths["keys"], paths["others"]]
        code, out, error = programs.run(["ssh-keygen", "-k"] + more)
        if code != 0:
            raise Problem("ssh-keygen -k: %s" % programs.complaint(error, out))
        with open(paths["krl"], "rb") as file:
            data = file.read()
        if not tested(paths["krl"]) or any(base64.b64decode(key[7:] + "=") not in data for key in keys):
            raise Problem("ssh-keygen -Q: the KRL that ssh-keygen made does not read as it should")
        return data
