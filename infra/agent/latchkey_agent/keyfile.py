"""A file of keys that belongs to an account: how it is reached, read and replaced."""
import contextlib
import errno
import os
import stat

from latchkey_agent.errors import Problem
from latchkey_agent.files import lock_file

MAX_KEY_FILE = 1024 * 1024


class KeyFile:
    """A file of keys, reached from a trusted directory without ever following a link."""

    TEMPORARY = ".authorized_keys.latchkey"  # always the same, so the next run removes what a killed one left

    def __init__(self, base, below, owners, private, shown, own=True):
        self.own = own  # whether it is this account's alone, as far as sshd's settings go
        self.base, self.below, self.owners, self.private, self.shown = base, below.split("/"), owners, private, shown

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
        wrong = ("belongs to another account" if status.st_uid not in self.owners
                 else "may be written by others" if not self.private and status.st_mode & 0o022
                 else "is not a regular file" if not kind(status.st_mode)
                 else None if kind is stat.S_ISDIR
                 else "has another name (a hard link)" if status.st_nlink != 1
                 else "is longer than 1 MiB" if status.st_size > MAX_KEY_FILE else None)
        if wrong:
            raise Problem("%s %s" % (what, wrong))

    def read(self):
        with self.opened() as (_, file):
            return b"" if file is None else self._contents(file)

    def _contents(self, file):
        with os.fdopen(os.dup(file), "rb") as copy:
            data = copy.read(MAX_KEY_FILE + 1)
        if len(data) > MAX_KEY_FILE:  # it grew since it was opened
            raise Problem("%s is longer than 1 MiB" % self.shown)
        return data

    def edit(self, change, blank=None):
        """Makes the contents change(contents), whole or not at all; true when that was something else.

        Where there is no room for the new file, the old one becomes blank(contents), of the same length, in its place.
        """
        if not self.read() and not change(b""):
            return False
        while True:
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
                        self._write_or_blank(directory, old, before, change, blank)
                    return after != before
                except OSError as error:
                    raise Problem("%s: %s" % (self.shown, error.strerror))
                finally:
                    with contextlib.suppress(OSError):
                        os.unlink(self.TEMPORARY, dir_fd=directory)

    def _replaced(self, directory, file):
        try:
            named = os.stat(self.below[-1], dir_fd=directory, follow_symlinks=False)
            return not os.path.samestat(os.fstat(file), named)
        except FileNotFoundError:
            return True

    def _write_or_blank(self, directory, old, before, change, blank):
        try:
            return self._write(directory, old, change(before))
        except OSError:
            closed = blank(before) if blank and old is not None else before
            if closed == before:
                raise
            self._overwrite(directory, old, before, closed)
        try:  # what was left of it may have been the room that was missing
            self._write(directory, old, change(before))
        except OSError:
            if change(closed) != closed:
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
                self._copy_attributes(old, new.fileno())
            elif not self.private:
                os.fchmod(new.fileno(), 0o644)  # sshd reads it with the rights of the account
            new.write(data)
            new.flush()
            os.fsync(new.fileno())
        os.rename(self.TEMPORARY, self.below[-1], src_dir_fd=directory, dst_dir_fd=directory)
        os.fsync(directory)

    @staticmethod
    def _copy_attributes(old, new):
        status, fresh = os.fstat(old), os.fstat(new)
        if (status.st_uid, status.st_gid) != (fresh.st_uid, fresh.st_gid):
            os.fchown(new, status.st_uid, status.st_gid)
        os.fchmod(new, stat.S_IMODE(status.st_mode))
        with contextlib.suppress(OSError):  # ACL and SELinux label, as far as this file system has them
            for name in os.listxattr(old):
                with contextlib.suppress(OSError):
                    os.setxattr(new, name, os.getxattr(old, name))
