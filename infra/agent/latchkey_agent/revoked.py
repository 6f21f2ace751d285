"""sshd's RevokedKeys: the last resort for a key in a file of root's own that is never rewritten."""
import functools
import os

from latchkey_agent import programs
from latchkey_agent.errors import Problem
from latchkey_agent.keyfile import KeyFile
from latchkey_agent.keylines import lines_of, rewritten
from latchkey_agent.keysearch import texts_in
from latchkey_agent.krl import PATH
from latchkey_agent.reload import reload
from latchkey_agent.workfolder import work_folder

MAGIC = b"SSHKRL\n\0"
MARK = "latchkey-revoked"


class RevokedKeys:

    def __init__(self, server, sshd, wanted, store):
        self.server, self.sshd, self.wanted, self.store = server, sshd, wanted, store

    def judged(self, user, file, seen):
        """The lines without those of keys that are to be gone, and what is to be said of these: a note, a question."""
        gone = set(self.wanted.gone(user)).union(self.wanted.revoked, *map(self.wanted.ended_keys, self.wanted.ending))
        kept, notes, questions = [], [seen.note], []
        for line in seen.lines:
            keys = sorted(key for key in gone if line.holds(key))
            if not keys:
                kept.append(line)
            elif self.holds(user, line, keys):
                notes.append("%s line %d has the key, which RevokedKeys refuses" % (file.shown, line.number))
            else:
                questions.append("%s line %d has the key: a file of root's own that is not a plain file is never rewritten or "
                                 "renamed; take the line out, or set RevokedKeys to a file of root's" % (file.shown, line.number))
        return kept, "; ".join(filter(None, notes)) or None, seen.question or "; ".join(questions[:3]) or None

    def holds(self, user, line, keys):
        """Whether sshd refuses all of these keys of the line."""
        try:
            file, data = self._read(self._value(user))
            if not data.startswith(MAGIC):
                return set(keys) <= {one.fingerprint for one in lines_of(data)}
            texts = texts_in(line.raw)
            return all(key in texts and programs.run(["ssh-keygen", "-Q", "-f", file.path, "/dev/stdin"], texts[key])[0] == 1
                       for key in keys)
        except (Problem, OSError):
            return False

    def add(self, user, lines):
        """The keys of these lines, as far as no grant wants them."""
        wanted = {key for name in self.wanted.users() for key in self.wanted.keys(name)}
        texts = {key: text for line in lines for key, text in texts_in(line.raw).items()}
        texts = [text for key, text in sorted(texts.items()) if key not in wanted]
        file, data = self._read(self._operators(user))
        if data.startswith(MAGIC):
            longer = self._longer(data, texts)
            changed = file.edit(lambda before: longer if before == data else before)
        else:
            changed = file.edit(functools.partial(rewritten, drop=lambda line: False,
                                                  wanted=["%s %s" % (text, MARK) for text in texts]))
        if changed:
            reload(self.sshd)  # what its configuration says may be younger than the sshd that runs
            self.store.note("%d keys entered into %s" % (len(texts), file.shown), user)

    def allow(self, user):
        """Takes out what was entered of keys that are wanted again."""
        self.release(user, self.wanted.keys(user))

    def release(self, user, wanted):
        try:
            file, data = self._read(self._operators(user))
        except (Problem, OSError):
            return
        if MARK.encode() in data and not data.startswith(MAGIC):
            file.edit(functools.partial(rewritten, wanted=[], drop=lambda line: (
                line.fingerprint in wanted and line.raw.rstrip().endswith(b" " + MARK.encode()))))

    def _value(self, user):
        """The one file that is set at every address."""
        values = {settings.get("revokedkeys", ["none"])[0] for _, settings in
                  self.sshd.asked.answers(user, self.wanted.sources.get(user, ()))[0]}
        path = values.pop() if len(values) == 1 else "none"
        if not path.startswith("/"):
            raise Problem("RevokedKeys is not set to one file")
        return path

    def _operators(self, user):
        """The one that is not ours, which ours has the keys of."""
        path = self._value(user)
        path = path if path != PATH else self.store.state["krl"]["others"]
        if path is None:
            raise Problem("RevokedKeys is Latchkey's own alone")
        return path

    def _read(self, path):
        """It must be root's alone."""
        file = KeyFile(self.server.root, path.lstrip("/"), {0, os.geteuid()}, False, path, False)
        with file.opened() as (_, descriptor):
            if descriptor is None:
                raise Problem("%s does not exist" % path)
        return file, file.read()

    def _longer(self, data, texts):
        with work_folder(self.server) as folder:
            paths = [os.path.join(folder, name) for name in ("krl", "keys")]
            for path, content in zip(paths, (data, "".join(text + "\n" for text in texts).encode())):
                with open(path, "wb") as file:
                    file.write(content)
            code, out, error = programs.run(["ssh-keygen", "-k", "-u", "-f"] + paths)
            if code != 0:
                raise Problem("ssh-keygen -k: %s" % programs.complaint(error, out))
            with open(paths[0], "rb") as file:
                return file.read()
