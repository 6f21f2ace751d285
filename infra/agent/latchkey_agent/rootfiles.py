"""The verbs import_key, generate_key and delete_key: key files directly in root's .ssh."""
import contextlib
import errno
import os
import time

from latchkey_agent.attributes import contents, fixed
from latchkey_agent.errors import Problem
from latchkey_agent.keyformats import LIKE_A_KEY, LONGEST_FILE, NOT_KEYS, held_by, is_private, keys_of

MOST_FILES = 300  # in root's .ssh; a list of them has 20 pages at most
MOST_KEYS = 10  # of a file whose lines are taken out; the control plane forgets so many at once
TEMPORARY = ".latchkey-new-key"  # always the same, so the next run removes what a killed one left


class RootFiles:

    def __init__(self, root):
        self.root, self.store = root, root.store

    def put(self, action):
        """A public key's file; what stood under its name is kept under another."""
        key, name = action["key"], action["file"]
        self.root.allow(key)
        data = (" ".join(filter(None, (key.text, key.comment))) + "\n").encode()
        told = {"verb": "import_key", "done": True, "file": name, "fingerprint": key.fingerprint}
        with self._folder(name) as at:
            if self._read(name) == data:
                return told
            kept = self._keep(at, [name])
            self._write(at, name, data, 0o644)
        self.store.note("key file %s of %s written" % (self.root.named(name).shown, key.fingerprint), "root")
        return dict(told, notes=["%s is kept as %s" % pair for pair in kept])

    def put_pair(self, action, made):
        """A new pair: the private half comes first, so that no public one stands without it."""
        name = action["file"]
        names = [name, name + ".pub"]
        with self._folder(*names) as at:
            there = self._there(at, names)
            if there and action["abort"]:
                raise Problem("%s exists already; nothing was made. abort_on_existing_key=0 keeps it as %s and makes a new pair"
                              % (self.root.named(there[0]).shown, aside(there[0], "TIME")))
            if made is None:
                raise Problem("%s was there a moment ago, so no pair was made; ask again" % self.root.named(name).shown)
            private, key = made
            kept = self._keep(at, there)
            self._write(at, names[0], private, 0o600)
            self._write(at, names[1], (" ".join(filter(None, (key.text, key.comment))) + "\n").encode(), 0o644)
        self.store.note("key pair %s of %s made" % (self.root.named(name).shown, key.fingerprint), "root")
        return {"verb": "generate_key", "done": True, "file": name, "fingerprint": key.fingerprint, "key": key.text,
                "notes": ["%s is kept as %s" % pair for pair in kept]}

    def delete(self, action, used):
        """Deletes one file, and without leave_authorized first takes its keys' lines out; `used`: fingerprint → ticket of a standing grant."""
        name = action["file"]
        file = self._checked(name)
        with file.opened() as (directory, descriptor):
            if descriptor is None:
                beside = directory is not None and exists(directory, name + ".pub")
                raise Problem("%s does not exist%s" % (file.shown, "; %s.pub does" % name if beside else ""))
            data = contents(descriptor, LONGEST_FILE)
            keys, unknown = held_by(data)
            if not (keys or is_private(data) or name.endswith(".pub") or LIKE_A_KEY.match(data)):
                raise Problem("%s has no key; it is not deleted" % file.shown)
            for key in sorted(keys):
                if key in used:
                    raise Problem("the grant of ticket %d uses %s, the key of %s; revoke the grant first, or wait for its end"
                                  % (used[key], key, file.shown))
            if unknown and used:
                raise Problem("whether a standing grant (ticket %d) uses the key of %s cannot be told, as it %s; revoke the grant first"
                              % (min(used.values()), file.shown, unknown))
            told = {"verb": "delete_key", "done": True, "file": name, "gone": []}
            told.update(self._still(file, keys, unknown) if action["leave_authorized"] else self._out(file, keys, unknown))
            if "problem" in told:
                return dict(told, done=False)
            try:
                self._unlink(file, directory, descriptor)
            except Problem as problem:  # what was taken out before it stays out, and is told
                return dict(told, done=False, problem=str(problem) + (
                    "; the lines of its key were taken out of root's authorized keys" if told["gone"] else ""))
        self.store.note("key file %s deleted%s" % (file.shown, ", of " + ", ".join(sorted(keys)[:MOST_KEYS]) if keys else ""), "root")
        return told

    def _out(self, file, keys, unknown):
        if len(keys) > MOST_KEYS:
            raise Problem("%s has %d keys, and the lines of at most %d are taken out at once; authorizesshkey authorize=0 takes out one"
                          % (file.shown, len(keys), MOST_KEYS))
        gone, problems = self.root.take_out(keys) if keys else ([], [])
        if problems:  # what was taken out of other files stays out, and is told
            return {"gone": gone, "problem": "%s was not deleted: %s" % (file.shown, "; ".join(problems))}
        return {"gone": gone, "notes": (self.root.remarks() if keys else []) + self._unknown(file, unknown)}

    def _unknown(self, file, unknown):
        """Which lines may be left: a public file of the same name is the best guess, and no more."""
        if not unknown:
            return []
        guess = ""
        with contextlib.suppress(Problem, OSError):
            beside = self._read(os.path.basename(file.shown) + ".pub")
            lines = sorted(set(held_by(beside)[0]) & set(self.root.authorized())) if beside else []
            guess = "; %s.pub beside it has %s, whose line stays" % (os.path.basename(file.shown), lines[0]) if lines else ""
        return ["%s %s, so a line of its key in root's authorized keys stays if there is one%s" % (file.shown, unknown, guess)]

    def _still(self, file, keys, unknown):
        try:
            authorized = self.root.authorized()
        except (Problem, OSError) as problem:
            return {"notes": ["whether the key of %s is still authorized is not known: %s" % (file.shown, problem)]}
        still = ["%s is still authorized to log in as root; leave_authorized=0 would have taken its line out, and authorizesshkey authorize=0 does" % key
                 for key in sorted(keys) if authorized.get(key)]
        return {"notes": still[:MOST_KEYS] or self._unknown(file, unknown)}

    def _unlink(self, file, directory, descriptor):
        try:
            if not os.path.samestat(os.fstat(descriptor), os.stat(file.below[-1], dir_fd=directory, follow_symlinks=False)):
                raise Problem("%s was replaced by another program meanwhile; it was not deleted" % file.shown)
            os.unlink(file.below[-1], dir_fd=directory)
            os.fsync(directory)
        except OSError as error:
            held = error.errno == errno.EPERM and (fixed(descriptor) or fixed(directory))
            raise Problem("%s: %s" % (file.shown, "it or its directory is immutable or append-only (chattr)" if held else error.strerror))
        if exists(directory, file.below[-1]):
            raise Problem("%s is there again" % file.shown)

    def _checked(self, name):
        """The file, unless sshd, or ssh, reads something else in it than one key."""
        file = self.root.named(name)
        answers, questions = self.root.sshd.asked.answers("root", ())
        if not answers:
            raise Problem("sshd did not say in which files it reads keys (%s); %s may be one of them" % ("; ".join(questions)[:200], file.shown))
        if NOT_KEYS.fullmatch(name) or any(os.path.realpath(file.path) == os.path.realpath(one.path) for one in self.root.files):
            raise Problem("%s is not a key file: OpenSSH uses it for something else" % file.shown)
        return file

    @contextlib.contextmanager
    def _folder(self, *names):
        """Root's .ssh, opened, with room for new files; it is made where it is missing."""
        files = [self._checked(name) for name in names]
        with files[0].opened(create=True) as (at, _):
            if at is None:
                raise Problem("%s: the home directory does not exist" % files[0].shown)
            with contextlib.suppress(FileNotFoundError):
                os.unlink(TEMPORARY, dir_fd=at)
            for file in files:  # none of them is a link, a folder or somebody else's
                with file.opened():
                    pass
            if len(os.listdir(at)) + 2 * len(names) > MOST_FILES:
                raise Problem("%s has about %d files, which are the most with which one is added; deletesshkey removes some"
                              % (os.path.dirname(files[0].shown), MOST_FILES))
            try:
                yield at
            except OSError as error:
                raise Problem("%s: %s" % (files[0].shown, "its directory is immutable or append-only (chattr)"
                                          if error.errno == errno.EPERM and fixed(at) else error.strerror))

    def _there(self, at, names):
        return [one for one in names if exists(at, one)]

    def _read(self, name):
        """What stands under the name; None where nothing does."""
        with self.root.named(name).opened() as (_, descriptor):
            return None if descriptor is None else contents(descriptor, LONGEST_FILE)

    @staticmethod
    def _keep(at, names):
        """Renames what stands under these names: the pairs of old and new ones."""
        kept, moment = [], time.time()
        for name in names:
            if exists(at, name):
                new = next(one for one in (aside(name, "%d%s" % (moment, more)) for more in [""] + ["-%d" % n for n in range(2, MOST_FILES)])
                           if not exists(at, one))
                os.rename(name, new, src_dir_fd=at, dst_dir_fd=at)
                kept.append((name, new))
        os.fsync(at)
        return kept

    def _write(self, at, name, data, mode):
        """The whole file or none: it gets its name last, and never in another's place."""
        try:
            with os.fdopen(os.open(TEMPORARY, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=at), "wb") as new:
                os.fchmod(new.fileno(), mode)
                new.write(data)
                new.flush()
                os.fsync(new.fileno())
            os.link(TEMPORARY, name, src_dir_fd=at, dst_dir_fd=at, follow_symlinks=False)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(TEMPORARY, dir_fd=at)
        os.fsync(at)
        if self._read(name) != data:
            raise Problem("%s does not read as written" % self.root.named(name).shown)


def exists(at, name):
    try:
        os.stat(name, dir_fd=at, follow_symlinks=False)
        return True
    except FileNotFoundError:
        return False


def aside(name, moment):
    """NAME.TIME, and for the public half NAME.TIME.pub, so that a pair stays one."""
    base, public = (name[:-len(".pub")], ".pub") if name.endswith(".pub") else (name, "")
    return "%s.%s%s" % (base, moment, public)
