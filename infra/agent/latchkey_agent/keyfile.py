"""A file of keys that belongs to an account: how it is reached, read and replaced."""
import contextlib
import copy
import errno
import os
import stat

from latchkey_agent.attributes import contents, copy_attributes, fixed
from latchkey_agent.errors import Problem
from latchkey_agent.files import lock_file

MAX_KEY_FILE = 1024 * 1024
MOST_AT_A_CLOSING = 64 * MAX_KEY_FILE


class KeyFile:
    """A file of keys, reached from a trusted directory without ever following a link."""

    TEMPORARY = ".authorized_keys.latchkey"  # always the same, so the next run removes what a killed one left

    def __init__(self, base, below, owners, private, shown, own=True):
        self.own = own  # whether it is this account's alone, as far as sshd's settings go
        self.base, self.below, self.owners, self.private, self.shown = base, below.split("/"), owners, private, shown
        self.most = MAX_KEY_FILE

    @property
    def path(self):
        return os.path.join(self.base, *self.below)

    def forgiving(self):
        """The same file for a closing: it may be long and have other names."""
        other = copy.copy(self)
        other.most = MOST_AT_A_CLOSING
        return other

    def is_roots(self):
        """Whether root owns a file in a directory that may be the account's."""
        with contextlib.suppress(Problem):
            with self.opened() as (_, file):
                return file is not None and os.fstat(file).st_uid == 0
        return False

    @contextlib.contextmanager
    def opened(self, create=False):
        """Descriptors of the directory and of the file, an ordinary one of the account; None for none."""
        with contextlib.ExitStack() as stack:
            def step(name, flags, **where):
                descriptor = os.open(name, os.O_RDONLY | flags, **where)
                stack.callback(os.close, descriptor)
                return descriptor
            directory, file, what = None, None, "the directory of " + self.shown
            try:
                at = step(self.base, os.O_DIRECTORY)
                for name in self.below[:-1]:
                    if create:
                        with contextlib.suppress(FileExistsError):
                            os.mkdir(name, 0o700 if self.private else 0o755, dir_fd=at)
                    at = step(name, os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
                    self._check(os.fstat(at), what, stat.S_ISDIR)
                directory, what = at, self.shown
                # O_NONBLOCK: a fifo must not hold us. Its kind is known only after it was opened.
                file = step(self.below[-1], os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
                self._check(os.fstat(file), what, stat.S_ISREG)
            except FileNotFoundError:
                pass
            except OSError as error:
                links = {errno.ELOOP: "is a symbolic link", errno.ENOTDIR: "is a link or no directory"}
                raise Problem("%s: %s" % (what, links.get(error.errno, error.strerror)))
            yield directory, file

    def _check(self, status, what, kind):
        wrong = ("belongs to another account" if self.owners is not None and status.st_uid not in self.owners
                 else "may be written by others" if not self.private and status.st_mode & 0o022
                 else "is not a regular file" if not kind(status.st_mode)
                 else None if kind is stat.S_ISDIR
                 else "has another name (a hard link)" if status.st_nlink > 1 and self.most == MAX_KEY_FILE
                 else self._too_long() if status.st_size > self.most else None)
        if wrong:
            raise Problem("%s %s" % (what, wrong))

    def _too_long(self):
        return "is longer than %d MiB" % (self.most // 1024 // 1024)

    def read(self):
        with self.opened() as (_, file):
            return b"" if file is None else self._contents(file)

    def _contents(self, file):
        data = contents(file, self.most)
        if len(data) > self.most:  # it grew since it was opened
            raise Problem("%s %s" % (self.shown, self._too_long()))
        return data

    def edit(self, change, blank=None):
        """Makes the contents change(contents), whole or not at all; true when that was something else.

        Where there is no room for the new file, the old one becomes blank(contents), of the same length, in its place.
        """
        if not self.read() and not change(b""):
            return False
        for _ in range(20):
            with self.opened(create=True) as (directory, old):
                if directory is None:
                    raise Problem("%s: the home directory does not exist" % self.shown)
                try:
                    # A courtesy to other editors, for two seconds: who can lock a file must not keep access so.
                    if old is not None and lock_file(old, 2) and self._replaced(directory, old):
                        continue
                    before = b"" if old is None else self._contents(old)
                    after = change(before)
                    if after != before:
                        self._write_or_blank(directory, old, before, after, change, blank)
                    return after != before
                except OSError as error:
                    held = [one for one in (old, directory) if one is not None and fixed(one)]
                    raise Problem("%s: %s" % (self.shown, "it or its directory is immutable or append-only (chattr)"
                                              if held and error.errno == errno.EPERM else error.strerror))
                finally:
                    with contextlib.suppress(OSError):
                        os.unlink(self.TEMPORARY, dir_fd=directory)
        raise Problem("%s is replaced by another program all the time" % self.shown)

    def _replaced(self, directory, file):
        try:
            named = os.stat(self.below[-1], dir_fd=directory, follow_symlinks=False)
            return not os.path.samestat(os.fstat(file), named)
        except FileNotFoundError:
            return True

    def _write_or_blank(self, directory, old, before, after, change, blank):
        try:
            return self._write(directory, old, after)
        except OSError:
            closed = blank(before) if blank and old is not None else before
            if closed == before:
                raise
            self._overwrite(directory, old, before, closed)
        after = change(closed)
        try:  # what was left of it may have been the room that was missing
            self._write(directory, old, after)
        except OSError:
            if after != closed:
                raise

    def _overwrite(self, directory, old, before, after):
        mode = stat.S_IMODE(os.fstat(old).st_mode)
        with contextlib.suppress(OSError):  # the account's own file may be read-only to it
            os.fchmod(old, mode | stat.S_IWUSR)
        descriptor = os.open(self.below[-1], os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=directory)
        try:
            if not os.path.samestat(os.fstat(old), os.fstat(descriptor)):
                raise Problem("%s was changed by another program" % self.shown)
            start = next(at for at, pair in enumerate(zip(before, after)) if pair[0] != pair[1])
            os.pwrite(descriptor, after[start:], start)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
            with contextlib.suppress(OSError):
                os.fchmod(old, mode)

    def _write(self, directory, old, data):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.TEMPORARY, dir_fd=directory)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with os.fdopen(os.open(self.TEMPORARY, flags, 0o600, dir_fd=directory), "wb") as new:
            if old is not None:
                copy_attributes(old, new.fileno())
            elif not self.private:
                os.fchmod(new.fileno(), 0o644)  # sshd reads it with the rights of the account
            new.write(data)
            new.flush()
            os.fsync(new.fileno())
        os.rename(self.TEMPORARY, self.below[-1], src_dir_fd=directory, dst_dir_fd=directory)
        os.fsync(directory)
