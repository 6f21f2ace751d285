"""Which line of a key sshd would use, and whether it would read the file of that line."""
import contextlib
import grp
import os
import pwd
import stat

from latchkey_agent import programs
from latchkey_agent.accounts import as_account
from latchkey_agent.admission import patterns
from latchkey_agent.errors import Problem
from latchkey_agent.keylines import lines_of, options_of
from latchkey_agent.keyoptions import any_version, options_in, passed_over

def revoked(path, key):
    """Why sshd refuses the key by RevokedKeys, or None. A file that it cannot read or understand refuses every key."""
    every = "%s: sshd refuses every key; mend the file or take the setting out"
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        return every % error.strerror
    if data.startswith(b"SSHKRL\n"):
        code, out, _ = programs.run(["ssh-keygen", "-Q", "-f", path, "/dev/stdin"], given=key.text)
        return None if code == 0 else "has the key" if "REVOKED" in out else every % "it is damaged"
    for line in lines_of(data):
        if line.fingerprint == key.fingerprint:
            return "has the key in line %d" % line.number
        text = line.raw.lstrip(b" \t")
        if text.strip(b"\n") and not text.startswith(b"#") and (line.fingerprint is None or options_of(line.raw)):
            return every % ("line %d is not a key" % line.number)
    return None


class Depends(Exception):
    """What sshd does depends on what is known only when the client comes."""


def used(raw, address, now, by_names=False, at_least=any_version):
    """What sshd does with a line of the key: None if it passes over it, else the command that it runs, "" for none."""
    if passed_over(raw, now, at_least):
        return None
    given = dict(options_in(raw, at_least))
    try:
        if "from" in given and not patterns.hosted(address, given["from"]):
            if by_names and patterns.by_name(given["from"]):
                raise Depends("from=\"%s\"" % given["from"])
            return None
    except ValueError:
        return None
    return given.get("command", "")


class Reading:
    """Whether sshd reads files of keys for an account; each is looked at once."""

    def __init__(self, account, strict):
        self.account, self.strict, self.seen = account, strict, {}

    def problem(self, path):
        if path not in self.seen:
            try:
                self.seen[path] = None if as_account(self.account, True, lambda: self._opened(path)) else "cannot be read"
            except Problem as problem:
                self.seen[path] = str(problem)
        return self.seen[path]

    def _opened(self, path):
        """With the rights of the account, as sshd does it."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except OSError as error:
            raise Problem("%s cannot be read by %s: %s" % (path, self.account.pw_name, error.strerror))
        status = os.fstat(descriptor)
        os.close(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Problem("%s is not a regular file" % path)
        if self.strict:
            here, home = os.path.realpath(path), os.path.realpath(self.account.pw_dir)
            self._secure(here, status)
            while here not in ("/", home):
                here = os.path.dirname(here)
                self._secure(here, os.stat(here))
        return True

    def _secure(self, path, status):
        if status.st_uid not in (0, self.account.pw_uid):
            raise Problem("StrictModes: %s belongs to another account; chown %s %s" % (path, self.account.pw_name, path))
        if status.st_mode & 0o002 or (status.st_mode & 0o020 and not self._private(status)):
            raise Problem("StrictModes: %s may be written by others; chmod go-w %s" % (path, path))

    def _private(self, status):
        """Debian's sshd lets a group write that nobody but the account is in."""
        with open(programs.installed("sshd") or os.devnull, "rb") as file:
            if b"debianbanner" not in file.read():
                return False
        with contextlib.suppress(KeyError):
            members, named = [one for one in pwd.getpwall() if one.pw_gid == status.st_gid], grp.getgrgid(status.st_gid).gr_mem
            return (all(one.pw_uid == self.account.pw_uid for one in members) and bool(members or named)
                    and not named[1:] and set(named) <= {pwd.getpwuid(status.st_uid).pw_name})
        return False
