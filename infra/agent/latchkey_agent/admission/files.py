"""Which line of a key sshd would use, and whether it would read the file of that line."""
import calendar
import contextlib
import grp
import os
import pwd
import re
import stat
import time

from latchkey_agent import programs
from latchkey_agent.accounts import as_account
from latchkey_agent.admission import patterns
from latchkey_agent.errors import Problem
from latchkey_agent.keylines import after_options, lines_of

FLAGS = re.compile("(no-)?(agent-forwarding|port-forwarding|x11-forwarding|pty|user-rc|touch-required)|cert-authority|"
                   "restrict|verify-required", re.IGNORECASE)
VALUES = {"command", "environment", "from", "permitopen", "permitlisten", "principals", "tunnel", "expiry-time"}


def options_of(raw):
    """[(name in lower case, value or None)] before the key in a line; None where sshd refuses them."""
    text = raw.strip(b" \t\r\n")
    given = text[:len(text) - len(after_options(text))].strip().decode("utf-8", "replace")
    if re.match(r"(ssh|ecdsa|sk|rsa|ed25519)[a-z0-9@.-]*$", given):  # the type of the key: there are none
        return []
    found, at = [], 0
    while at < len(given):
        one = re.compile(r'([A-Za-z0-9-]+)(?:="((?:\\"|[^"])*)")?(?:,|$)').match(given, at)
        if not one or not (FLAGS.fullmatch(one.group(1)) if one.group(2) is None else one.group(1).lower() in VALUES):
            return None
        found.append((one.group(1).lower(), one.group(2)))
        at = one.end()
    names = [name for name, value in found if value is not None and name not in ("environment", "permitopen", "permitlisten")]
    return None if len(names) != len(set(names)) else found


def ended(value, now):
    """Whether a time of expiry-time is past; ValueError for what is none. sshd takes 30 February for 2 March."""
    digits, utc = re.fullmatch("([0-9]{8}(?:[0-9]{4}(?:[0-9]{2})?)?)(Z|UTC)?", value).groups()
    year, month, day, hour, minute, second = [int(one) for one in re.findall("^....|..", digits.ljust(14, "0"))]
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 61):
        raise ValueError(value)
    moment = year, month, day, hour, minute, second, 0, 0, 0
    return (calendar.timegm(moment) if utc else time.mktime(moment)) <= now


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
        if line.raw.strip() and not line.raw.lstrip().startswith(b"#") and (line.fingerprint is None or options_of(line.raw)):
            return every % ("line %d is not a key" % line.number)
    return None


class Depends(Exception):
    """What sshd does depends on what is known only when the client comes."""


def used(raw, address, now, by_names=False):
    """What sshd does with a line of the key: None if it passes over it, else the command that it runs, "" for none."""
    options = options_of(raw)
    given = dict(options or [])
    if options is None or {"cert-authority", "principals"} & set(given):
        return None
    try:
        if "expiry-time" in given and ended(given["expiry-time"], now):
            return None
        if "from" in given and not patterns.hosted(address, given["from"]):
            if by_names and patterns.by_name(given["from"]):
                raise Depends("from=\"%s\"" % given["from"])
            return None
    except (ValueError, AttributeError, OverflowError):
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
