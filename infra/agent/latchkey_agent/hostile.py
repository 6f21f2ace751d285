"""Files of keys that are no plain files of their account: what sshd reads there, and how a key is taken out of them.

Both are done by a child with the rights of the account alone. It follows links to read, as sshd does, never to write.
"""
import contextlib
import errno
import os
import stat
import time

from latchkey_agent.attributes import contents, copy_attributes
from latchkey_agent.errors import Problem
from latchkey_agent.keyfile import MOST_AT_A_CLOSING
from latchkey_agent.keylines import Line, taken_out, with_keys

# sshd, with the same rights, finds no file there either.
NOTHING = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EACCES, errno.ENXIO, errno.EPERM)
MOST_LINES = 2000
MOST_OF_A_LINE = 24 * 1024  # no line of ours is longer
ASIDE = ".latchkey-put-aside-"


class Seen:
    """What sshd reads at a place: lines with keys; what is unusual there; and what remains a question."""

    def __init__(self, lines=(), note=None, question=None, plain=True):
        self.lines, self.note, self.question, self.plain = list(lines), note, question, plain

    @classmethod
    def of(cls, told, shown, unusual):
        """From what the child told, which is data from the account."""
        try:
            lines = [Line(int(number), raw.encode("latin-1"), key and str(key), ticket and int(ticket), frozenset(map(str, held)))
                     for number, raw, key, ticket, held in told["lines"]]
            why, asked = str(told["why"] or ""), bool(told["asked"])
        except (KeyError, TypeError, ValueError, AttributeError, UnicodeError):
            lines, why, asked = [], "the answer is not whole", True
        if asked:
            return cls(lines, None, "it is not known which keys sshd reads in %s: %s" % (shown, why), False)
        return cls(lines, unusual + ("; sshd reads no key there: " + why if why else ""), None, False)


def look(path):
    """For the child: the lines that hold a key, whole but for the keys' neighbours."""
    told = {"lines": [], "why": None, "asked": False}
    if through_proc(path):
        told.update(why="it leads through /proc, where each process finds something else", asked=True)
    try:
        with source(path) as descriptor:
            data = contents(descriptor, MOST_AT_A_CLOSING)
    except OSError as error:
        return told if told["asked"] else dict(told, why=error.strerror, asked=error.errno not in NOTHING)
    except Problem as problem:
        return told if told["asked"] else dict(told, why=str(problem))
    if len(data) > MOST_AT_A_CLOSING:
        told.update(why="is longer than 64 MiB", asked=True)
    for line in with_keys(data[:MOST_AT_A_CLOSING]):
        if len(told["lines"]) == MOST_LINES:
            told.update(why="has more than %d lines with keys" % MOST_LINES, asked=True)
            break
        told["lines"].append([line.number, line.raw[:MOST_OF_A_LINE].decode("latin-1"), line.fingerprint, line.ticket,
                              sorted(line.held)[:100]])
    return told


def through_proc(path):
    """Whether a link on the way leads there, as /dev/fd does."""
    at, names, links = "/", parts(path), 0
    while names and links < 40:  # where the kernel gives up, too
        at = os.path.normpath(os.path.join(at, names.pop(0)))  # links before it were followed, so .. is what it says
        with contextlib.suppress(OSError):
            if os.lstat(at).st_dev == os.stat("/proc").st_dev:
                return True
            target = os.readlink(at)
            at, names, links = "/" if target.startswith("/") else os.path.dirname(at), parts(target) + names, links + 1
    return False


def parts(path):
    return [one for one in path.split("/") if one not in ("", ".")]


@contextlib.contextmanager
def source(path):
    """As sshd opens it; O_NONBLOCK: a fifo must not hold us."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Problem("is not a regular file")
        yield descriptor
    finally:
        os.close(descriptor)


def take_out(file, drop):
    """For the child: leaves at this place a plain file with what sshd read there, but for the lines to drop.

    What was put aside, each as its depth in the path and its new name. What is no plain file of the account's is put aside, as it is; if
    there is no room for another file, nothing comes in its place.
    """
    aside = []
    with contextlib.ExitStack() as stack:
        try:
            before = contents(stack.enter_context(source(file.path)), MOST_AT_A_CLOSING)
            after = taken_out(before, drop) if len(before) <= MOST_AT_A_CLOSING else None
        except (OSError, Problem):
            after = None  # not all of it can be read, so all of it is put aside
        at = opened(stack, file.base)
        for depth, name in enumerate(file.below[:-1]):
            try:
                at = opened(stack, name, at)
            except OSError as error:
                if error.errno not in (errno.ELOOP, errno.ENOTDIR):
                    raise
                aside.append([depth, put_aside(name, at)])
                try:
                    os.mkdir(name, 0o700, dir_fd=at)
                except OSError:
                    return aside
                at = opened(stack, name, at)
        name, written = file.below[-1], False
        with contextlib.suppress(OSError):
            written = after is not None and write(file.TEMPORARY, at, after, plain(name, at, stack))
        try:
            with contextlib.suppress(FileNotFoundError):
                if not (written and plain(name, at, stack)):
                    aside.append([len(file.below) - 1, put_aside(name, at)])
            if written:
                os.rename(file.TEMPORARY, name, src_dir_fd=at, dst_dir_fd=at)
        finally:
            with contextlib.suppress(OSError):
                os.unlink(file.TEMPORARY, dir_fd=at)
        os.fsync(at)
    return aside


def opened(stack, name, at=None):
    """A directory, which its owner may have closed to itself."""
    flags = os.O_DIRECTORY | (os.O_NOFOLLOW if at is not None else 0)
    reached = os.open(name, os.O_PATH | flags, dir_fd=at)
    stack.callback(os.close, reached)
    status, open_to_us = os.fstat(reached), "/proc/self/fd/%d" % reached
    if status.st_uid == os.geteuid() and status.st_mode & 0o700 != 0o700:
        os.chmod(open_to_us, stat.S_IMODE(status.st_mode) | 0o700)
        stack.callback(os.chmod, open_to_us, stat.S_IMODE(status.st_mode))
    descriptor = os.open(open_to_us, os.O_RDONLY | os.O_DIRECTORY)
    stack.callback(os.close, descriptor)
    return descriptor


def plain(name, at, stack):
    """The account's own plain file, opened; None for anything else."""
    with contextlib.suppress(OSError):
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
        stack.callback(os.close, descriptor)
        status = os.fstat(descriptor)
        return descriptor if stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() else None
    return None


def write(name, at, data, like):
    with contextlib.suppress(FileNotFoundError):
        os.unlink(name, dir_fd=at)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(name, flags, 0o600, dir_fd=at), "wb") as new:
        if like is not None:
            copy_attributes(like, new.fileno())
        new.write(data)
        new.flush()
        os.fsync(new.fileno())
    return True


def put_aside(name, at):
    """Renames what stands there, whatever it is: owner, mode and contents stay. Its new name."""
    new = free = name + ASIDE + time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    for number in range(2, 1000):
        try:
            os.stat(new, dir_fd=at, follow_symlinks=False)
            new = "%s-%d" % (free, number)
        except FileNotFoundError:
            break
    os.rename(name, new, src_dir_fd=at, dst_dir_fd=at)
    return new
