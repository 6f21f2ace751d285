#!/usr/bin/env python3
"""Latchkey's agent: makes a server as an order says, reads everything back, and prints one JSON observation.

README.md beside this file is the contract. Python 3.6, standard library alone, because EL8 has nothing newer.

Two things shape the code. The whole wanted state is in each order, so everything here is "make it so", never "do
this": a crash at any point is repaired by the same order again, or by the sweep. And whatever an account owns is
hostile: its files are edited with the account's own rights, and only digests of what is in them leave this program.
"""
import argparse
import base64
import collections
import contextlib
import errno
import fcntl
import functools
import glob
import hashlib
import ipaddress
import json
import os
import platform
import pwd
import re
import shlex
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import time

VERSION = "1"
MAX_ORDER = 128 * 1024
MAX_OBSERVATION = 20000
MAX_KEY_FILE = 1024 * 1024
MAX_INTEGER = 2 ** 53 - 1
MAX_TIME = 253402300799  # the last second of the year 9999: expiry-time has four digits for the year
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
LIBRARY = "/usr/local/lib/latchkey/latchkey_agent.py"
CHAIN = "LATCHKEY"

# How many length-prefixed fields the blob of each accepted type has, the type itself included.
KEY_FIELDS = {"ssh-ed25519": 2, "ssh-rsa": 3, "ecdsa-sha2-nistp256": 3, "ecdsa-sha2-nistp384": 3,
              "ecdsa-sha2-nistp521": 3, "sk-ssh-ed25519@openssh.com": 3, "sk-ecdsa-sha2-nistp256@openssh.com": 4}
KEY_OPTION = re.compile(r'(?i)restrict|(no-)?(pty|user-rc|(port|agent|X11)-forwarding)|no-touch-required'
                        r'|verify-required|from="[A-Z0-9_.:/*?!,-]{1,1000}"'
                        r'|expiry-time="[0-9]{8}([0-9]{4}([0-9]{2})?)?Z?"')


class Refused(Exception):
    """The order is not for this server or not whole; nothing was done."""


class Problem(Exception):
    """Something is not as ordered. The text is for people: it names the file and the cause, never contents."""


def run(args, given=None, timeout=15):
    """Exit code, output and errors of a program, run without a shell."""
    program = shutil.which(args[0], path=PATH)
    if program is None:
        return 127, "", "%s is not installed" % args[0]
    try:
        done = subprocess.run([program] + args[1:], input=(given or "").encode(), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=timeout, env={"PATH": PATH, "LC_ALL": "C"}, cwd="/")
    except subprocess.TimeoutExpired:
        return 124, "", "%s did not end within %d seconds" % (args[0], timeout)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def complaint(*texts):
    """What a program said last: of its errors, else of its output."""
    return ([line for text in texts for line in reversed(text.splitlines()) if line.strip()] or ["failed"])[0][:200]


# ---- public keys

class PublicKey(collections.namedtuple("PublicKey", "type blob comment")):
    """Keys are told apart by the fingerprint, never by the comment."""

    @property
    def text(self):
        return self.type + " " + self.blob

    @property
    def fingerprint(self):
        return fingerprint_of(base64.b64decode(self.blob))

    @property
    def rsa_bits(self):
        if self.type != "ssh-rsa":
            return None
        return int.from_bytes(fields_of(base64.b64decode(self.blob))[2], "big").bit_length()


def fingerprint_of(blob):
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def fields_of(blob):
    """The length-prefixed fields of a key blob; None for no such blob."""
    fields = []
    while blob:
        if len(blob) < 4:
            return None
        length = struct.unpack(">I", blob[:4])[0]
        if len(blob) < 4 + length:
            return None
        fields.append(blob[4:4 + length])
        blob = blob[4 + length:]
    return fields


def parse_public_key(text):
    parts = re.split("[ \t]+", text.strip(), maxsplit=2)
    if len(parts) < 2:
        raise ValueError("is not a public key: type and base64 are expected")
    kind, blob, comment = parts[0], parts[1], parts[2] if len(parts) > 2 else ""
    if kind not in KEY_FIELDS:
        raise ValueError("has a type of key that is not accepted")
    try:
        raw = base64.b64decode(blob.encode("ascii"), validate=True)
    except ValueError:
        raise ValueError("has base64 that is not whole")
    fields = fields_of(raw)
    if base64.b64encode(raw).decode() != blob or not fields or len(fields) != KEY_FIELDS[kind]:
        raise ValueError("is not whole")
    if fields[0] != kind.encode() or (kind == "ssh-ed25519" and len(fields[1]) != 32):
        raise ValueError("has a type that is not that of its base64")
    if len(comment) > 255 or not comment.isprintable():
        raise ValueError("has a comment that is too long or not printable")
    return PublicKey(kind, blob, comment)


class Line(collections.namedtuple("Line", "number raw fingerprint ticket")):
    """A line of an authorized_keys file; `ticket` when it has our comment."""

    def reads(self, text):
        return self.raw in (text.encode(), text.encode() + b"\n")


def lines_of(data):
    return [Line(number, raw, *key_and_ticket(raw))
            for number, raw in enumerate(re.findall(rb"[^\n]*\n|[^\n]+", data), 1)]


def key_and_ticket(raw):
    """What sshd would see in the line: a key of any type, perhaps after options."""
    text = raw.strip(b" \t\r\n")
    if text and not text.startswith(b"#"):
        for rest in (text, after_options(text)):
            parts = re.split(rb"[ \t]+", rest, maxsplit=2)
            with contextlib.suppress(ValueError):
                blob = base64.b64decode(parts[1], validate=True) if len(parts) > 1 else b""
                if (fields_of(blob) or [None])[0] == parts[0]:
                    ours = re.match(rb"latchkey-ticket-(\d{1,16})$", parts[2] if len(parts) > 2 else b"")
                    return fingerprint_of(blob), int(ours.group(1)) if ours else None
    return None, None


def after_options(text):
    quoted, at = False, 0
    while at < len(text) and (quoted or text[at] not in b" \t"):
        if text[at:at + 2] == b'\\"':
            at += 1
        elif text[at] == ord('"'):
            quoted = not quoted
        at += 1
    return text[at:].lstrip(b" \t")


def rewritten(data, drop, wanted):
    """The file with each wanted line once and without those to drop; all others stay byte for byte, and in order."""
    kept, missing = b"", list(wanted)
    for line in lines_of(data):
        stands = [text for text in missing if line.reads(text)]
        missing = [text for text in missing if text not in stands]
        kept += line.raw if stands or not drop(line) else b""
    if missing and kept and not kept.endswith(b"\n"):
        kept += b"\n"  # else our line would be glued to the last one
    return kept + b"".join(text.encode() + b"\n" for text in missing)


# ---- the order

class Grant(collections.namedtuple("Grant", "ticket user key ranges expires_at")):
    """One account for one ticket: what may log in, or, in `ending`, what must be proven gone."""

    @property
    def lease(self):
        return "%d %s" % (self.ticket, self.user)

    @property
    def fingerprint(self):
        return self.key.fingerprint

    def as_json(self):
        return {"ticket": self.ticket, "user": self.user, "key": self.key.text, "from": list(self.ranges),
                "expires_at": self.expires_at}

    def told(self, **more):
        return dict(ticket=self.ticket, user=self.user, fingerprint=self.fingerprint, **more)


def need(condition, what):
    if not condition:
        raise Refused(what)


def whole_number(value, least, most):
    return type(value) is int and least <= value <= most  # isinstance would take true for 1


def matches(pattern, value):
    return isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII) is not None


def checked_range(value):
    need(matches(r"[0-9A-Fa-f:./]{2,64}", value), "from: a range is an address or address/length")
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        raise Refused("from: a range is an address or address/length")
    widest = 16 if network.version == 4 else 32
    need(network.prefixlen >= widest, "from: %s is wider than /%d" % (network, widest))
    return str(network)


def checked_key(value):
    need(isinstance(value, str) and len(value) <= 16384, "key: a public key is expected")
    try:
        return parse_public_key(value)
    except ValueError as error:
        raise Refused("key: the public key %s" % error)


def checked_grant(value, ending=False):
    need(isinstance(value, dict), "a grant is an object")
    need(whole_number(value.get("ticket"), 1, MAX_INTEGER), "ticket: a number from 1 to 2^53-1 is expected")
    need(matches(r"[a-z_][a-z0-9_.-]{0,31}", value.get("user")), "user: not the name of an account")
    ranges = value.get("from")
    need(isinstance(ranges, list) and 1 <= len(ranges) <= 64, "from: a list of 1 to 64 ranges is expected")
    expires_at = value.get("expires_at")
    need(whole_number(expires_at, 1, MAX_TIME) or (ending and expires_at is None),
         "expires_at: seconds since 1970 are expected")
    key = checked_key(value.get("key"))._replace(comment="")
    distinct = tuple(collections.OrderedDict.fromkeys(checked_range(item) for item in ranges))
    return Grant(value["ticket"], value["user"], key, distinct, expires_at)


def checked_grants(order):
    grants, ending = order.get("grants"), order.get("ending")
    need(isinstance(grants, list) and isinstance(ending, list), "grants and ending: lists are expected")
    grants, ending = [checked_grant(one) for one in grants], [checked_grant(one, True) for one in ending]
    need(len({one.lease for one in grants}) == len(grants), "grants: two for the same ticket and account")
    contradicted = {(one.lease, one.key) for one in grants} & {(one.lease, one.key) for one in ending}
    need(not contradicted, "a grant is both in grants and in ending")
    return grants, ending


def checked_options(value):
    need(isinstance(value, str) and len(value) <= 2000, "options: a text is expected")
    for option in re.split(r',(?=(?:[^"]*"[^"]*")*[^"]*$)', value) if value else ():
        need(KEY_OPTION.fullmatch(option), "options: one of them is not accepted")
    return value


def checked_action(action, verb):
    if action is None:
        return None
    need(isinstance(action, dict), "action: an object is expected")
    need(action.get("verb") in ("authorize_key", "list_keys"), "action: not a verb for keys")
    need(verb == ("converge" if action["verb"] == "authorize_key" else "observe"),
         "action: %s does not come with %s" % (action["verb"], verb))
    need(whole_number(action.get("not_after"), 1, MAX_TIME), "not_after: seconds since 1970 are expected")
    checked = {"verb": action["verb"], "not_after": action["not_after"]}
    if action["verb"] == "list_keys":
        need(matches(r"[A-Za-z0-9_.@+-]{0,201}", action.get("cursor", "")), "cursor: not one that we gave")
        return dict(checked, cursor=action.get("cursor", ""))
    need(whole_number(action.get("authorize"), 0, 1), "authorize: 0 or 1 is expected")
    need(("key" in action) != ("file" in action), "action: either key or file is expected")
    if "key" in action:
        checked["key"] = checked_key(action["key"])
        need(not checked["key"].comment.startswith("latchkey-ticket-"), "key: the comment is one of ours")
    else:
        need(matches(r"[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,200}", action["file"]), "file: not the name of a key file")
        checked["file"] = action["file"]
    return dict(checked, authorize=action["authorize"], options=checked_options(action.get("options", "")))


def read_order(stream):
    data = stream.read(MAX_ORDER + 1)
    need(len(data) <= MAX_ORDER, "the order is longer than 128 KiB")
    try:
        order = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused("the order is not whole JSON")
    need(isinstance(order, dict), "the order is not an object")
    return order


def checked_order(order):
    need(whole_number(order.get("latchkey"), 1, 1), "latchkey: this agent knows the format 1 alone")
    need(order.get("verb") in ("converge", "observe"), "verb: converge or observe is expected")
    need(matches(r"[A-Za-z0-9-]{1,64}", order.get("request")), "request: 1 to 64 of A-Z, a-z, 0-9 and - are expected")
    need(matches(r"[A-Za-z0-9_.:-]{1,128}", order.get("node")), "node: the id of a node is expected")
    checked = {name: order[name] for name in ("verb", "request", "node")}
    checked["action"] = checked_action(order.get("action"), order["verb"])
    if order["verb"] == "converge":
        need(whole_number(order.get("generation"), 1, MAX_INTEGER), "generation: 1 to 2^53-1 is expected")
        checked["generation"] = order["generation"]
        checked["grants"], checked["ending"] = checked_grants(order)
    return checked


# ---- the server and what we keep

class Server:
    """The machine, or a folder that stands for one, whose firewall and processes are nobody's."""

    def __init__(self, root):
        self.root = os.path.realpath(root)
        self.live = self.root == "/"
        self.state = self.path("/var/lib/latchkey")

    def path(self, path):
        return os.path.join(self.root, path.lstrip("/"))

    def shown(self, path):
        """The path as that server knows it."""
        return path if self.live else "/" + os.path.relpath(path, self.root)

    def account(self, name):
        return next((one for one in self.accounts(name)), None)

    def accounts(self, name=None):
        """All accounts, or that of the name; a directory service may hold them."""
        if not self.live:
            return [one for one in self._passwd() if name in (None, one.pw_name)]
        try:
            return pwd.getpwall() if name is None else [pwd.getpwnam(name)]
        except KeyError:
            return []

    def _passwd(self):
        try:
            with open(self.path("/etc/passwd"), errors="replace") as file:
                rows = [line.rstrip("\n").split(":") for line in file]
        except FileNotFoundError:
            return []
        return [pwd.struct_passwd(row[:2] + [int(row[2]), int(row[3])] + row[4:])
                for row in rows if len(row) == 7 and row[2].isdigit() and row[3].isdigit()]


def may_log_in(account):
    return os.path.basename(account.pw_shell) not in ("nologin", "false", "sync", "halt", "shutdown")


def write_atomically(path, data, mode):
    temporary = path + ".new"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(temporary)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.rename(temporary, path)
    directory = os.open(os.path.dirname(path), os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


class Store:
    """/var/lib/latchkey: the state, the last answers, and the lock."""

    def __init__(self, server):
        self.server = server
        self.logged = True  # whether each line for the audit log could be written

    def locked(self, wait):
        os.makedirs(self.server.state, mode=0o700, exist_ok=True)
        os.chmod(self.server.state, 0o700)
        return lock_file(os.open(os.path.join(self.server.state, "lock"), os.O_RDWR | os.O_CREAT, 0o600), wait)

    def load(self, name, default):
        try:
            with open(os.path.join(self.server.state, name), encoding="ascii") as file:
                value = json.load(file)
        except FileNotFoundError:
            return default
        except ValueError:
            value = None
        if not isinstance(value, dict):  # not by us, who write all or nothing: a person must look
            raise Problem("%s is damaged" % self.server.shown(os.path.join(self.server.state, name)))
        return dict(default, **value)

    def save(self, name, value):
        data = json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")
        path = os.path.join(self.server.state, name)
        with contextlib.suppress(FileNotFoundError):
            with open(path, "rb") as file:
                if file.read() == data:  # the sweep's case, each minute
                    return
        write_atomically(path, data, 0o600)

    def log(self, entry):
        path = self.server.path("/var/log/latchkey/audit.log")
        try:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
            with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
                file.write(dumped(entry).encode() + b"\n")
        except OSError:  # is told, and stops nothing
            self.logged = False


def lock_file(descriptor, wait):
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.05)


# ---- files of the accounts

class KeyFile:
    """A file of keys, reached from a trusted directory without ever following a link."""

    TEMPORARY = ".authorized_keys.latchkey"  # always the same, so the next run removes what a killed one left

    def __init__(self, base, below, owners, private, shown):
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

    def edit(self, change):
        """Makes the contents change(contents), whole or not at all; true when that was something else."""
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
                        self._write(directory, old, after)
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


def as_account(account, live, work):
    """work(), true or false, with the rights of the account alone.

    In a directory that an account can rearrange while we look, root would write wherever the account points. So a
    child gives up root first. What it answers is data from the account: one of two words, or a problem.
    """
    if os.geteuid() != 0 or account.pw_uid == 0:
        return work()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        answer = "the rights of %s could not be taken" % account.pw_name
        try:
            signal.alarm(20)  # a home may be on a server that does not answer
            if live:
                os.initgroups(account.pw_name, account.pw_gid)
            else:
                os.setgroups([account.pw_gid])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
            answer = "changed" if work() else "unchanged"
        except Exception as error:
            answer = str(error) if isinstance(error, Problem) else "%s: %s" % (answer, type(error).__name__)
        finally:
            try:
                os.write(writing, answer.encode())
            finally:
                os._exit(0)  # never back into the code of the parent
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read(1000).decode("ascii", "replace")
    os.waitpid(child, 0)
    if answer not in ("changed", "unchanged"):
        raise Problem(answer[:300] or "the files of %s could not be edited in time" % account.pw_name)
    return answer == "changed"


# ---- sshd

class Ssh:
    """What sshd says of itself. A sweep knows the version, so as not to knock each minute."""

    def __init__(self, server, version=None):
        self.server = server
        self._cache = {}
        main = self.settings("root", "127.0.0.1")
        self.ports = sorted({int(port) for port in main.get("port", ["22"]) if port.isdigit()})
        self.root_login = main["permitrootlogin"][0]
        self.version = version or self._version()
        self.expiry = "utc" if self.at_least(9, 1) else "local" if self.at_least(7, 7) else "none"

    def at_least(self, *version):
        return tuple(int(part) for part in (self.version or "0").split(".")) >= version

    def settings(self, user, address):
        if (user, address) not in self._cache:
            settings = self._asked(user, address) or self._parsed("/etc/ssh/sshd_config", {})
            settings.setdefault("authorizedkeysfile", [".ssh/authorized_keys"])
            login = settings.get("permitrootlogin", ["prohibit-password"])[0].lower()
            settings["permitrootlogin"] = ["prohibit-password" if login == "without-password" else login]
            self._cache[user, address] = settings
        return self._cache[user, address]

    def _asked(self, user, address):
        if not self.server.live:
            return None
        code, out, _ = run(["sshd", "-T", "-C", "user=%s,host=localhost,addr=%s" % (user, address)])
        settings = {}
        for line in out.splitlines() if code == 0 else ():
            keyword, _, value = line.partition(" ")
            settings.setdefault(keyword.lower(), []).append(value)
        return settings

    def _parsed(self, path, settings, depth=0):
        """For a folder: the first value counts, files are included, Match blocks are not read."""
        try:
            with open(self.server.path(path), errors="replace") as file:
                lines = [line.strip() for line in file if not line.lstrip().startswith("#")]
        except OSError:
            return settings
        for line in lines:
            keyword, _, value = re.sub(r"[\s=]+", " ", line, count=1).partition(" ")
            keyword = keyword.lower()
            if keyword == "match":
                break
            if keyword == "include" and depth < 8:
                for pattern in value.split():
                    inside = self.server.path(os.path.join("/etc/ssh", pattern))
                    for found in sorted(glob.glob(inside)):
                        self._parsed(self.server.shown(found), settings, depth + 1)
            elif value and (keyword == "port" or keyword not in settings):
                settings.setdefault(keyword, []).append(value.strip('"'))
        return settings

    def _version(self):
        found = None
        for port in self.ports if self.server.live else ():
            with contextlib.suppress(OSError):
                with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
                    found = found or re.search(r"OpenSSH_(\d+\.\d+)", connection.recv(255).decode("ascii", "replace"))
        for program in ("sshd", "ssh") if self.server.live else ("ssh",):
            found = found or re.search(r"OpenSSH_(\d+\.\d+)", "".join(run([program, "-V"])[1:]))
        return found.group(1) if found else None if self.server.live else "9.2"

    def key_files(self, account, address):
        """Where sshd reads keys. Below the home that is the account's, elsewhere root's alone."""
        home = os.path.realpath(self.server.path(account.pw_dir))
        if os.path.commonpath([self.server.root, home]) != self.server.root:
            raise Problem("the home directory of %s is outside of the folder" % account.pw_name)
        known = {"%": "%", "h": self.server.shown(home), "u": account.pw_name, "U": str(account.pw_uid)}
        settings = self.settings(account.pw_name, address) if address else self.settings("root", "127.0.0.1")
        files = []
        for pattern in settings["authorizedkeysfile"][0].split():
            path = re.sub("%(.)", lambda match: known.get(match.group(1), match.group(0)), pattern)
            path = os.path.normpath(os.path.join(known["h"], path))
            inside = os.path.commonpath([known["h"], path]) == known["h"]
            owners = {0, os.geteuid(), account.pw_uid} if inside else {0, os.geteuid()}
            if pattern != "none":
                files.append(KeyFile(home if inside else self.server.root,
                                     os.path.relpath(path, known["h"] if inside else "/"), owners, inside, path))
        return files

    def line(self, grant):
        """The one line of a grant; sshd refuses a line with an option that it does not know."""
        options = ("restrict,pty" if self.at_least(7, 2)
                   else "no-port-forwarding,no-X11-forwarding,no-agent-forwarding")
        options += ',from="%s"' % ",".join(grant.ranges)
        if self.expiry != "none":
            options += ',expiry-time="%s"' % expiry_time(grant.expires_at, self.expiry == "utc")
        return "%s %s latchkey-ticket-%d" % (options, grant.key.text, grant.ticket)

    def as_json(self):
        return {"version": self.version, "ports": self.ports, "root_login": self.root_login, "expiry": self.expiry}


def expiry_time(moment, utc):
    if utc:
        return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(moment))
    # Before 9.1 local time is read, as standard time also in summer: mktime with tm_isdst = 0.
    guess = moment - time.timezone
    guess += moment - int(time.mktime(time.gmtime(guess)[:8] + (0,)))
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(guess))


# ---- sessions

Process = collections.namedtuple("Process", "pid parent started name title")
Session = collections.namedtuple("Session", "process user fingerprint peer since")


def processes():
    table = {}
    for pid in (int(name) for name in os.listdir("/proc") if name.isdigit()):
        with contextlib.suppress(OSError, IndexError):
            with open("/proc/%d/stat" % pid, "rb") as file:
                head, _, tail = file.read().rpartition(b")")
            fields, name, title = tail.split(), head.partition(b"(")[2].decode("ascii", "replace"), ""
            if name.startswith("sshd") and os.stat("/proc/%d" % pid).st_uid == 0:
                with open("/proc/%d/cmdline" % pid, "rb") as file:
                    title = file.read(4096).replace(b"\0", b" ").decode("ascii", "replace").strip()
            if fields[0] not in (b"Z", b"X"):
                table[pid] = Process(pid, int(fields[1]), int(fields[19]), name, title)
    return table


def started_at(process):
    with open("/proc/stat") as file:
        boot = int(re.search(r"^btime (\d+)$", file.read(), re.MULTILINE).group(1))
    return boot + process.started // os.sysconf("SC_CLK_TCK")


def audit_session(pid):
    """What all processes of one login share, also those that left its tree."""
    try:
        with open("/proc/%d/sessionid" % pid) as file:
            number = int(file.read())
    except (OSError, ValueError):
        return None
    return None if number == 4294967295 else number


def plain_address(text):
    address = ipaddress.ip_address(text)
    return getattr(address, "ipv4_mapped", None) or address


def inside(address, ranges):
    return any(address in ipaddress.ip_network(one) for one in ranges)


class Sessions:

    TITLE = re.compile(r"sshd(?:-session)?: ([a-z_][a-z0-9_.-]*)(?: \[priv\]|@.*)?$")
    # Anchored: the name that a stranger tries to log in with may hold such a sentence.
    ACCEPTED = re.compile(r"(?:(?:\S+ +){1,4}sshd(?:-session)?\[\d+\]: )?"
                          r"Accepted (\S+) for (\S+) from (\S+) port (\d+) ssh2(?:: \S+ (SHA256:\S+))?")

    def __init__(self, server, ports):
        self.server, self.ports = server, ports

    def find(self, gone, wanted):
        """Sessions of keys that are in gone[user], {fingerprint: ranges}, and not in wanted[user]."""
        if not self.server.live:
            return []
        table = processes()
        logins = {pid: self.TITLE.match(process.title) for pid, process in table.items()}
        logins = {pid: found.group(1) for pid, found in logins.items() if found and found.group(1) in gone}
        heads = [pid for pid, user in logins.items() if logins.get(table[pid].parent) != user]
        accepted = self._accepted([table[pid] for pid in heads]) if heads else {}
        found = []
        for head in heads:
            user = logins[head]
            peer = self._peer([head] + [pid for pid in logins if table[pid].parent == head])
            if peer:
                key = accepted.get((user,) + peer)
                key = self._guess(peer[0], gone[user], wanted[user]) if key is None else key
                if key in gone[user] and key not in wanted[user]:
                    found.append(Session(table[head], user, key, str(peer[0]), started_at(table[head])))
        return found

    @staticmethod
    def _guess(address, gone, wanted):
        """With no log line: the key from whose ranges it comes, if no wanted grant explains it."""
        if any(inside(address, ranges) for ranges in wanted.values()):
            return None
        return next((key for key, ranges in sorted(gone.items()) if inside(address, ranges)), None)

    def _peer(self, pids):
        """The other end of the connection to sshd, rather than of one that it forwards."""
        sockets, peers = set(), []
        for pid in pids:
            with contextlib.suppress(OSError):
                for name in os.listdir("/proc/%d/fd" % pid):
                    with contextlib.suppress(OSError):
                        sockets.add(os.readlink("/proc/%d/fd/%s" % (pid, name)))
        for table in ("tcp", "tcp6"):
            with contextlib.suppress(OSError):
                with open("/proc/%d/net/%s" % (pids[0], table)) as file:
                    for fields in (line.split() for line in file):
                        if "socket:[%s]" % fields[9] in sockets and fields[3] != "0A":  # 0A: it listens
                            address, port = fields[2].split(":")
                            words = [bytes.fromhex(word)[::-1] for word in re.findall("." * 8, address)]
                            forwarded = int(fields[1].split(":")[1], 16) not in self.ports
                            peers.append((forwarded, (plain_address(b"".join(words)), int(port, 16))))
        return min(peers, key=lambda peer: peer[0])[1] if peers else None

    def _accepted(self, heads):
        """(user, address, port) → fingerprint of the newest login from there; "" for one without a key."""
        lines = []
        for path in ("/var/log/auth.log", "/var/log/secure"):
            with contextlib.suppress(OSError):
                with open(path, "rb") as file:
                    file.seek(max(0, os.fstat(file.fileno()).st_size - 8 * 1024 * 1024))
                    lines += file.read(8 * 1024 * 1024).decode("ascii", "replace").splitlines()
        # The journal counts more: anyone can write to syslog, but not as this uid and pid.
        since = min(started_at(head) for head in heads) - 60
        _, out, _ = run(["journalctl", "-q", "--no-pager", "-o", "cat", "--since=@%d" % since, "_UID=0"]
                        + ["_PID=%d" % head.pid for head in heads[:500]], timeout=5)
        accepted = {}
        for found in filter(None, map(self.ACCEPTED.match, lines + out.splitlines())):
            with contextlib.suppress(ValueError):
                accepted[found.group(2), plain_address(found.group(3)), int(found.group(4))] = found.group(5) or ""
        return accepted

    def end(self, gone, wanted):
        """Ends them and all they started; what was ended, and what a last look found."""
        ended, audited, found = {}, set(), self.find(gone, wanted)
        for _ in range(5):
            ended.update((session.process[:3], session) for session in found)
            victims = self._victims([one.process.pid for one in found], audited) if found or audited else []
            if not victims:
                # They ended by themselves after they were found, or there never were any; others may have come since.
                found = self.find(gone, wanted)
                if not found:
                    break
                continue
            for number in (signal.SIGTERM, signal.SIGKILL):
                for process in victims:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(process.pid, number)
                deadline = time.monotonic() + 1
                while victims and time.monotonic() < deadline:
                    time.sleep(0.02)
                    table = processes()
                    victims = [one for one in victims if one.pid in table and table[one.pid].started == one.started]
            found = self.find(gone, wanted)
        return list(ended.values()), found

    @staticmethod
    def _victims(heads, audited):
        table = processes()
        spared = {1} | {pid for pid, one in table.items()  # a listener, however it came to be started
                        if one.name == "sshd" and one.title
                        and ("[listener]" in one.title or not one.title.startswith("sshd: "))}
        pid = os.getpid()
        while pid in table and pid not in spared:
            spared.add(pid)
            pid = table[pid].parent
        victims = {pid for pid in heads if pid in table}
        while True:
            audited.update(filter(None, map(audit_session, victims)))
            audited.difference_update(set(map(audit_session, spared)))
            more = {pid for pid, one in table.items() if pid not in spared and pid not in victims
                    and (one.parent in victims or (audited and audit_session(pid) in audited))}
            if not more:
                return [table[pid] for pid in sorted(victims - spared)]
            victims |= more


# ---- firewall

class Iptables:
    """The chain LATCHKEY, first in INPUT. `wanted` is range → the second in which it ends."""

    name = "iptables"
    TOOLS = {4: "iptables", 6: "ip6tables"}
    JUMP = "-A INPUT -m comment --comment latchkey -j " + CHAIN

    def __init__(self, ports):
        self.ports = ports

    def _rules(self, version, wanted, timed=True):
        for network, until in sorted(wanted.items()):
            if ipaddress.ip_network(network).version == version:
                # The kernel ends it by itself, on a clock of 31 bits.
                stop = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(min(until, 2 ** 31 - 1)))
                for port in self.ports:
                    yield "-A %s -s %s -p tcp -m tcp --dport %d%s -m comment --comment latchkey -j ACCEPT" % (
                        CHAIN, network, port, " -m time --datestop " + stop if timed else "")

    def _read(self, version):
        """All jumps to the chain, whether it is one and first, and its rules (None: no chain)."""
        tool = self.TOOLS[version]
        code, out, error = run([tool, "-w", "-S", "INPUT"])
        if code != 0:
            raise Problem("%s: %s" % (tool, complaint(error)))
        rules = [line for line in out.splitlines() if line.startswith("-A ")]
        jumps = [line for line in rules if {"-j " + CHAIN, "-g " + CHAIN} & set(re.findall("-[jg] [^ ]+", line))]
        code, out, _ = run([tool, "-w", "-S", CHAIN])
        chain = [line for line in out.splitlines() if line.startswith("-A ")] if code == 0 else None
        return jumps, jumps == [self.JUMP] and rules[0] == self.JUMP, chain

    def problem(self, wanted):
        for version, tool in sorted(self.TOOLS.items()):
            rules = [self._told(self._rules(version, wanted, timed)) for timed in (True, False)]
            if shutil.which(tool, path=PATH) is None and not rules[0]:
                continue
            try:
                jumps, first, chain = self._read(version)
            except Problem:
                if rules[0] or version == 4:
                    raise
                continue  # no IPv6 in this kernel, and none wanted
            if not rules[0] and (jumps or chain is not None):
                return "%s: the chain is still there" % tool
            if rules[0] and not first:
                return "%s: the chain is not once and first in INPUT" % tool
            if rules[0] and self._told(chain or []) not in rules:
                return "%s: the chain is not as wanted" % tool
        return None

    @staticmethod
    def _told(rules):
        """Rules as sets of options: versions of iptables differ in order and quotes."""
        words = [shlex.split(rule)[2:] for rule in rules]
        return sorted(sorted(set(zip(one[::2], one[1::2]))) for one in words)

    def make(self, wanted):
        """Why it could not be made so, or None."""
        for version, tool in self.TOOLS.items():
            with contextlib.suppress(Problem):
                jumps, _, chain = self._read(version)
                rules = [list(self._rules(version, wanted, timed)) for timed in (True, False)]
                if not rules[0] and not jumps and chain is None:
                    continue
                # One transaction, whose first line makes or empties the chain.
                lines = ["*filter", ":%s - [0:0]" % CHAIN] + ["-D" + jump[2:] for jump in jumps]
                if rules[0]:
                    lines.append(self.JUMP.replace("-A INPUT", "-I INPUT 1"))
                for body in rules if rules[0] else [["-X " + CHAIN]]:
                    text = "\n".join(lines + body + ["COMMIT", ""])
                    code, _, error = run([tool + "-restore", "-w", "--noflush"], given=text)
                    if code == 0:
                        break  # else: perhaps this kernel has no match for time
                else:
                    return "%s-restore: %s" % (tool, complaint(error))
        return None


class Firewalld:
    """Rich rules with a timeout. They bear no mark: `owned` holds ours, and their ends."""

    name = "firewalld"

    def __init__(self, ports, owned, remember):
        self.ports, self.owned, self.remember = ports, owned, remember

    def _command(self, *args):
        code, out, error = run(["firewall-cmd"] + list(args))
        if code != 0:
            raise Problem("firewall-cmd: " + complaint(error, out))
        return out

    def _look(self, wanted):
        zones = {line.split()[0] for line in self._command("--get-active-zones").splitlines() if line[:1].strip()}
        zones.add(self._command("--get-default-zone").strip())
        rules = {(zone, 'rule family="ipv%d" source address="%s" port port="%d" protocol="tcp" accept'
                  % (ipaddress.ip_network(network).version, network, port)): until
                 for zone in zones for network, until in wanted.items() for port in self.ports}
        mine = {(zone, rule): until for zone, rule, until in self.owned}
        standing = {(zone, line.strip()) for zone in zones | {zone for zone, _ in mine}
                    for line in self._command("--zone=" + zone, "--list-rich-rules").splitlines()}
        return rules, {one: until for one, until in mine.items() if one in standing}, standing

    def problem(self, wanted):
        rules, mine, standing = self._look(wanted)
        if set(rules) - standing or any(rules.get(one) != until for one, until in mine.items()):
            return "firewalld: the rich rules are not as wanted"
        return None

    def make(self, wanted):
        rules, mine, standing = self._look(wanted)
        stale = {one for one, until in mine.items() if rules.get(one) != until}
        for zone, rule in sorted(stale):
            self._command("--zone=" + zone, "--remove-rich-rule=" + rule)
        missing = set(rules) - (standing - stale)
        self.owned[:] = [[zone, rule, rules[zone, rule]] for zone, rule in sorted(set(mine) - stale | missing)]
        self.remember()  # first, so that a crash leaves none that is not known
        for zone, rule in sorted(missing):
            seconds = max(1, rules[zone, rule] - int(time.time()))
            self._command("--zone=" + zone, "--add-rich-rule=" + rule, "--timeout=%d" % seconds)
        return None


class InputHooks:
    """Other base chains of nftables, which an ACCEPT of ours does not overrule."""

    def __init__(self, spared):
        self.hooks, self.rules = {}, collections.defaultdict(list)
        with contextlib.suppress(ValueError, KeyError, TypeError):
            for kind, one in (pair for item in json.loads(run(["nft", "-j", "list", "ruleset"])[1])["nftables"]
                              for pair in item.items()):
                if kind == "rule":
                    self.rules[one["family"], one["table"], one["chain"]].append(one["expr"])
                elif kind == "chain" and one.get("hook") == "input":
                    name = one["family"], one["table"], one["name"]
                    if not spared(name):
                        self.hooks[name] = one.get("policy")

    def blocking(self, networks, ports):
        for name, policy in sorted(self.hooks.items()):
            for network, port in ((ipaddress.ip_network(network), port) for network in networks for port in ports):
                if (name[0] in ("inet", "ip" if network.version == 4 else "ip6")
                        and (self._verdict(name, network, port, 0) or policy) == "drop"):
                    return " ".join(name)
        return None

    def _verdict(self, name, network, port, depth):
        """What becomes of a new connection, as far as rules that we understand say it."""
        for expressions in self.rules[name] if depth < 16 else ():
            for key, value in (pair for expression in expressions for pair in expression.items()):
                if key == "match" and self._holds(value, network, port) or key in ("counter", "log"):
                    continue
                if key in ("accept", "drop", "reject"):
                    return "accept" if key == "accept" else "drop"
                if key in ("jump", "goto"):
                    verdict = self._verdict(name[:2] + (value["target"],), network, port, depth + 1)
                    if verdict or key == "goto":
                        return verdict
                break  # the rule is not for us, or not to be understood
        return None

    @staticmethod
    def _holds(match, network, port):
        """Whether the match surely takes in all of them."""
        with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
            left, right = next(iter(match["left"].values())), match["right"]
            name = left.get("field") or left.get("key")
            values = right["set"] if isinstance(right, dict) and "set" in right else right
            values = values if isinstance(values, list) else [values]
            if match["op"] not in ("==", "in"):
                return False
            if name == "saddr":
                return any(covers(value, network) for value in values)
            if name == "dport" and left["protocol"] in ("tcp", "th"):
                ranges = [value["range"] if isinstance(value, dict) else (value, value) for value in values]
                return any(first <= port <= last for first, last in ranges)
            return {"l4proto": "tcp", "state": "new"}.get(name) in values
        return False


def covers(value, network):
    prefix = value["prefix"] if isinstance(value, dict) else {"addr": value, "len": network.max_prefixlen}
    other = ipaddress.ip_network("%s/%d" % (prefix["addr"], prefix["len"]))
    return (other.version == network.version and other.prefixlen <= network.prefixlen
            and network.network_address in other)


class Doors:
    """The firewall in force on this server, as the observation tells it."""

    def __init__(self, server, ports, owned, remember):
        self.firewall, self.ports, self.changed = None, ports, False
        if server.live and run(["firewall-cmd", "--state"])[0] == 0:
            self.firewall = Firewalld(ports, owned, remember)
        elif server.live and shutil.which("iptables", path=PATH):
            self.firewall = Iptables(ports)
        self.filters = server.live and shutil.which("nft", path=PATH)

    def make(self, wanted, change):
        told = {"state": "ABSENT"}
        if self.firewall:
            told = {"state": "WHOLE" if wanted else "GONE", "by": self.firewall.name}
            try:
                problem = self.firewall.problem(wanted)
                if problem and change:
                    self.changed = True
                    problem = self.firewall.make(wanted) or self.firewall.problem(wanted)
                if problem:
                    told.update(state="PARTIAL", problem=problem)
            except Problem as problem:
                told.update(state="UNKNOWN", problem=str(problem))
        blocked = InputHooks(self._spared).blocking(wanted, self.ports) if wanted and self.filters else None
        if blocked:
            told.update(state="PARTIAL", by=told.get("by", "nftables"), blocked_by=blocked)
            told.setdefault("problem", "%s of nftables would still drop the vendor" % blocked)
        return told

    def _spared(self, chain):
        if isinstance(self.firewall, Iptables):
            return chain in (("ip", "filter", "INPUT"), ("ip6", "filter", "INPUT"))
        return bool(self.firewall) and chain[1] == "firewalld"


# ---- the wanted state

class Converge:
    """One look at the server; with `change` it is made so first: close, then open."""

    def __init__(self, agent, grants, ending, change, retry):
        self.agent, self.server, self.state, self.ssh = agent, agent.server, agent.state, agent.ssh
        self.grants, self.ending, self.change, self.retry = grants, ending, change, retry
        self.now = int(time.time())
        self.live = [one for one in grants if one.expires_at > self.now]
        self.changed = False
        self.problems = {}  # account → why its files are not as wanted
        self.alive = set()  # (account, fingerprint) of which a session is alive though it must not
        self.leases = self.state["leases"]
        known = {one.lease: one for one in grants + ending}
        self.new = [one for name, one in sorted(known.items()) if name not in self.leases]
        for one in grants + ending:
            lease = self.leases.setdefault(one.lease, {"keys": {}, "lines": [], "placed": False, "problem": None,
                                                       "removed_at": None, "sessions": [], "baseline": None})
            lease["keys"][one.fingerprint] = list(one.ranges)
        self.addresses = {lease.partition(" ")[2]: ranges[0].split("/")[0]
                          for lease, held in self.leases.items() for ranges in held["keys"].values()}
        self.accounts = {user: self.server.account(user) for user in self.addresses}
        self.refusals = {one.lease: self._refusal(one) for one in self.live}
        self.wanted = collections.defaultdict(list)  # account → grants whose line is to stand
        for one in self.live:
            if self.refusals[one.lease] is None:
                self.wanted[one.user].append(one)

    def _refusal(self, grant):
        """Why this grant is not to be given here, None when it is."""
        account, lease = self.accounts[grant.user], self.leases[grant.lease]
        if account is None:
            return "there is no account %s" % grant.user
        if not may_log_in(account):
            return "the account %s has no login shell: %s" % (grant.user, account.pw_shell)
        if account.pw_uid == 0:
            login = self.ssh.settings(grant.user, self.addresses[grant.user])["permitrootlogin"][0]
            if login in ("no", "forced-commands-only"):
                return "PermitRootLogin is %s: root cannot log in with a key" % login
        # What failed is not completed behind the control plane's back: only an order tries again.
        return None if self.retry else lease["problem"]

    def prepare(self):
        """What new leases begin with, noted before anything is done."""
        if self.new:
            baseline = self.survey()
            baseline["keys"] = sorted({"%s %s" % (user, key) for user, _, key in baseline["keys"]})
            digest = hashlib.sha256(json.dumps(baseline, sort_keys=True).encode()).hexdigest()[:16]
            self.state["baselines"][digest] = baseline
            for one in self.new:
                self.leases[one.lease]["baseline"] = digest
        for one in self.live:
            lines = self.leases[one.lease]["lines"]
            if self.ssh.line(one) not in lines:
                lines[:] = lines[-1:] + [self.ssh.line(one)]  # the one before may still stand
            if one.lease not in {other.lease for other in self.ending}:
                self.leases[one.lease].update(removed_at=None, sessions=[])

    def survey(self):
        """All keys of accounts that may log in but ours, all accounts, all files of sudoers."""
        keys, names, sudoers = set(), set(), {}
        for account in self.server.accounts():
            names.add(account.pw_name)
            for file, lines in self.read(account) if may_log_in(account) else ():
                keys.update((account.pw_name, file.shown, line.fingerprint) for line in lines
                            if line.fingerprint and not self.is_ours(account.pw_name, line))
        for path in [self.server.path("/etc/sudoers")] + sorted(glob.glob(self.server.path("/etc/sudoers.d/*"))):
            with contextlib.suppress(OSError):
                with open(path, "rb") as file:
                    sudoers[self.server.shown(path)] = hashlib.sha256(file.read(MAX_KEY_FILE)).hexdigest()
        return {"keys": sorted(keys), "users": sorted(names), "sudoers": sudoers}

    def files(self, account):
        return self.ssh.key_files(account, self.addresses.get(account.pw_name)) if account else []

    def read(self, account):
        found = []
        try:
            for file in self.files(account):
                found.append((file, lines_of(file.read())))
        except (Problem, OSError) as problem:
            self.problems.setdefault(account.pw_name, str(problem))
        return found

    def leases_of(self, user):
        return [lease for name, lease in self.leases.items() if name.partition(" ")[2] == user]

    def baseline(self, lease):
        return self.state["baselines"][lease["baseline"]]

    def is_ours(self, user, line):
        """Ours by its comment; or by its key, if that came during the lease and not by a verb for keys."""
        if line.ticket is not None:
            return True
        if line.fingerprint is None or (user == "root" and line.fingerprint in self.state["authorized"]):
            return False
        begun = [lease for lease in self.leases_of(user) if lease["baseline"] and line.fingerprint in lease["keys"]]
        before = "%s %s" % (user, line.fingerprint)
        return bool(begun) and not any(before in self.baseline(lease)["keys"] for lease in begun)

    def _read_all(self):
        return {user: self.read(account) for user, account in self.accounts.items()}

    def lines_for(self, user):
        return [self.ssh.line(one) for one in self.wanted[user]]

    def edit(self, user, drop, wanted):
        """Adds to the first of the account's files, drops from all: their order may have changed."""
        account = self.accounts[user]
        try:
            for number, file in enumerate(self.files(account)):
                change = functools.partial(rewritten, drop=drop, wanted=[] if number else wanted)
                work = functools.partial(file.edit, change)
                # Where root alone may write, root writes; what is below the home is the account's.
                if as_account(account, self.server.live, work) if file.private else work():
                    self.changed = True
                    self.agent.note("lines of %s put right" % file.shown, user)
        except (Problem, OSError) as problem:
            self.problems[user] = str(problem)

    def close(self):
        """Takes out our lines of keys that are no longer wanted for their account."""
        for user in sorted(self.accounts):
            keys = {one.fingerprint for one in self.wanted[user]}
            self.edit(user, lambda line: self.is_ours(user, line) and line.fingerprint not in keys, [])

    def open(self):
        for user in sorted(self.accounts):
            self.edit(user, lambda line: self.is_ours(user, line), self.lines_for(user))

    def end_sessions(self):
        """{(account, fingerprint)} of which a session is still alive."""
        gone, wanted = collections.defaultdict(dict), collections.defaultdict(dict)
        for user in self.accounts:
            for one in self.wanted[user]:
                wanted[user].setdefault(one.fingerprint, []).extend(one.ranges)
            for key, ranges in (pair for lease in self.leases_of(user) for pair in lease["keys"].items()):
                if key not in wanted[user]:
                    gone[user].setdefault(key, []).extend(ranges)
        sessions = Sessions(self.server, self.ssh.ports)
        ended, alive = sessions.end(gone, wanted) if self.change else ([], sessions.find(gone, wanted))
        for one in ended:
            self.changed = True
            self.agent.note("session %d from %s ended" % (one.process.pid, one.peer), one.user)
            told = {"pid": one.process.pid, "from": one.peer, "since": one.since}
            for lease in self.leases_of(one.user):
                if one.fingerprint in lease["keys"]:
                    lease["sessions"] = lease["sessions"][-19:] + [told]
        return {(one.user, one.fingerprint) for one in alive}

    def carry_out(self, action=None):
        told = {"ssh": self.ssh.as_json(), "unmanaged": self._unmanaged(self._read_all())}
        self.problems.clear()
        if self.change:
            self.close()
        self.alive = self.end_sessions()
        doors = Doors(self.server, self.ssh.ports, self.state["firewalld"], self.agent.save_state)
        until = {}
        for one in self.live:
            for network in one.ranges:
                until[network] = max(one.expires_at, until.get(network, 0))
        chain = doors.make(until, self.change)
        if self.change:
            self.open()
        if doors.changed:
            self.changed = True
            self.agent.note("firewall put right")
        if action:
            told["action"] = action()
        after = self._read_all()
        survey = self.survey() if self.ending else None
        told.update(grants=[self._grant(one, after[one.user]) for one in self.grants], doors={"chain": chain},
                    ended=[self._end(one, after[one.user], survey) for one in self.ending])
        whole = (chain["state"] in ("WHOLE", "GONE", "ABSENT") and all(one["gone"] for one in told["ended"])
                 and all(one["state"] in ("PRESENT", "EXPIRED") and "problem" not in one for one in told["grants"])
                 and (not action or told["action"]["done"]))
        return "DONE" if whole else "PARTIAL", told

    def _grant(self, grant, files):
        lease, problem = self.leases[grant.lease], self.refusals.get(grant.lease) or self.problems.get(grant.user)
        told = grant.told(state="EXPIRED")
        if grant in self.live:
            text = self.ssh.line(grant)
            standing = sum(line.reads(text) for _, lines in files[:1] for line in lines)
            told["state"] = "FAILED" if problem else "PRESENT" if standing == 1 else "MISSING"
            if self.change and told["state"] == "PRESENT" and not lease["placed"]:
                self.agent.note("access given", grant.user, grant.ticket)
                lease["placed"] = True
            if self.change and self.retry:
                lease["problem"] = problem
        else:
            problem = problem or self._session(grant) or (self._left(grant, files) and "a line of the key is left")
            lease["placed"] = False
        if problem:
            told["problem"] = problem
        return told

    def _session(self, grant):
        return "a session of the key is alive" if (grant.user, grant.fingerprint) in self.alive else None

    def _left(self, grant, files):
        """Lines of the key that are not those of another grant which is wanted."""
        wanted = self.lines_for(grant.user)
        return [{"file": file.shown, "line": line.number} for file, lines in files for line in lines
                if line.fingerprint == grant.fingerprint and not any(line.reads(text) for text in wanted)]

    def _end(self, grant, files, survey):
        lease, copies = self.leases[grant.lease], self._left(grant, files)
        problem = self.problems.get(grant.user) or self._session(grant)
        if lease["removed_at"] is None and not copies and not problem and self.change:
            lease.update(removed_at=self.now, placed=False)
            self.agent.note("proven gone", grant.user, grant.ticket)
        told = grant.told(gone=not copies and not problem, removed_at=lease["removed_at"],
                          sessions_ended=lease["sessions"], copies=copies[:20],
                          appeared=self._appeared(self.baseline(lease), survey))
        if len(copies) > 20:
            told["more"] = True
        if problem:
            told["problem"] = problem
        return told

    @staticmethod
    def _appeared(before, now):
        keys, users = set(before["keys"]), set(before["users"])
        told = {"keys": [{"user": user, "file": file, "fingerprint": key} for user, file, key in now["keys"]
                         if "%s %s" % (user, key) not in keys],
                "users": [name for name in now["users"] if name not in users],
                "sudoers": [file for file, digest in sorted(now["sudoers"].items())
                            if before["sudoers"].get(file) != digest]}
        more = any(len(value) > 20 for value in told.values())
        told = {name: value[:20] for name, value in told.items()}
        return dict(told, more=True) if more else told

    def _unmanaged(self, before):
        told = []
        for user, files in sorted(before.items()):
            known = [text for lease in self.leases_of(user) for text in lease["lines"]]
            keys, standing, altered = {one.fingerprint for one in self.wanted[user]}, set(), set()
            for file, line in ((file, line) for file, lines in files for line in lines):
                mine = [text for text in known if line.reads(text) and text not in standing]
                standing.update(mine)
                ours = self.is_ours(user, line)
                if (ours and not mine) or (line.fingerprint in keys and not ours):
                    altered.update([line.ticket, line.fingerprint] if ours else [])
                    told.append({"user": user, "file": file.shown, "fingerprint": line.fingerprint,
                                 "what": "ALTERED" if ours else "COPY"})
            for one in self.wanted[user]:
                lease = self.leases[one.lease]
                if (lease["placed"] and not standing & set(lease["lines"])
                        and not altered & {one.ticket, one.fingerprint}):
                    told.append({"user": user, "file": files[0][0].shown if files else None,
                                 "fingerprint": one.fingerprint, "what": "MISSING"})
        return told

    def forget(self):
        """Drops leases that no order speaks of any more, once nothing of them is left."""
        spoken = {one.lease for one in self.grants + self.ending}
        for name in sorted(set(self.leases) - spoken):
            user = name.partition(" ")[2]
            if user not in self.problems and not any((user, key) in self.alive for key in self.leases[name]["keys"]):
                del self.leases[name]
        used = {lease["baseline"] for lease in self.leases.values()}
        self.state["baselines"] = {name: value for name, value in self.state["baselines"].items() if name in used}


# ---- verbs for keys

class RootKeys:
    """The verbs for keys: root's authorized_keys and the key files of its .ssh."""

    def __init__(self, agent):
        self.agent = agent
        self.account = agent.server.account("root")
        if self.account is None:
            raise Problem("there is no account root")
        self.files = agent.ssh.key_files(self.account, None)
        if not self.files:
            raise Problem("AuthorizedKeysFile names no file")

    def named(self, name):
        home = os.path.realpath(self.agent.server.path(self.account.pw_dir))
        shown = os.path.join(self.account.pw_dir, ".ssh", name)
        return KeyFile(home, ".ssh/" + name, {0, os.geteuid()}, True, shown)

    def authorized(self):
        """Fingerprint → whether a line that is none of a grant's has it."""
        found = {}
        for line in (line for file in self.files for line in lines_of(file.read())):
            found[line.fingerprint] = found.get(line.fingerprint, False) or line.ticket is None
        return found

    def authorize(self, action):
        key = action["key"] if "key" in action else self._from_file(self.named(action["file"]))
        if action["authorize"] and key.rsa_bits is not None and key.rsa_bits < 3072:
            raise Problem("RSA keys of less than 3072 bits are not accepted; this one has %d" % key.rsa_bits)
        self._remember(key.fingerprint, action["authorize"])
        text = " ".join(part for part in (action["options"], key.text, key.comment) if part)
        for number, file in enumerate(self.files):
            wanted = [text] if action["authorize"] and number == 0 else []
            if file.edit(functools.partial(rewritten, wanted=wanted, drop=lambda line: (
                    line.fingerprint == key.fingerprint and line.ticket is None))):
                what = "authorised" if action["authorize"] else "no longer authorised"
                self.agent.note("key %s %s" % (key.fingerprint, what), "root")
        authorized = int(self.authorized().get(key.fingerprint, False))
        if authorized != action["authorize"]:
            raise Problem("%s does not read as written" % self.files[0].shown)
        return {"verb": "authorize_key", "done": True, "authorized": authorized, "file": action.get("file"),
                "fingerprint": key.fingerprint}

    def _remember(self, fingerprint, authorize):
        """A key that an operator authorised is no drift, even when it is a vendor's too."""
        known = set(self.agent.state["authorized"]) - {fingerprint} | ({fingerprint} if authorize else set())
        if sorted(known) != self.agent.state["authorized"]:
            self.agent.state["authorized"] = sorted(known)
            self.agent.save_state()

    @staticmethod
    def _from_file(file):
        with file.opened() as (_, descriptor):
            if descriptor is None:
                raise Problem("%s does not exist" % file.shown)
            data = os.read(descriptor, 16385)
        lines = [line for line in data.splitlines() if line.strip()]
        wrong = ("is longer than 16 KiB" if len(data) > 16384 else "is a private key" if is_private(data)
                 else "is not exactly one public key: it has %d lines" % len(lines) if len(lines) != 1 else None)
        try:
            key = None if wrong else parse_public_key(lines[0].decode("utf-8"))
        except ValueError as error:
            wrong = "is not text" if isinstance(error, UnicodeError) else error
        if wrong or key.comment.startswith("latchkey-ticket-"):
            raise Problem("%s %s" % (file.shown, wrong or "has a comment of ours"))
        return key

    def list(self, cursor, room):
        try:
            names = os.listdir(self.agent.server.path(os.path.join(self.account.pw_dir, ".ssh")))
        except FileNotFoundError:
            names = []
        told, authorized = {"verb": "list_keys", "done": True, "keys": []}, self.authorized()
        for name in sorted(names):
            if name > cursor and matches(r"[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,200}", name):
                entry = self._entry(name, authorized)
                room -= len(dumped(entry)) + 2 if entry else 0
                if entry and room < 250 and told["keys"]:
                    told["next"] = told["keys"][-1]["file"]
                    break
                told["keys"] += [entry] if entry else []
        return told

    def _entry(self, name, authorized):
        """None for what is no key. Of a private key the header alone is read."""
        if name.startswith("authorized_keys"):
            return None
        try:
            file = self.named(name)
            with file.opened() as (_, descriptor):
                status, private = os.fstat(descriptor), is_private(os.read(descriptor, 64))
            key = None if private else self._from_file(file)
        except (Problem, OSError, TypeError):
            return None
        told = {"file": name, "private": int(private), "authorized": int(bool(key) and key.fingerprint in authorized),
                "comment": key.comment if key else "", "ctime": int(status.st_ctime), "mtime": int(status.st_mtime)}
        return dict(told, text=" ".join(filter(None, (key.text, key.comment)))) if key else told


def is_private(data):
    return re.match(rb"\s*(-----BEGIN [A-Z0-9 ]*PRIVATE KEY|PuTTY-User-Key-File)", data[:64]) is not None


# ---- the agent

def dumped(value):
    return json.dumps(value, separators=(",", ":"))


def fitted(told, most=MAX_OBSERVATION):
    """Cut to the length that Systems Manager passes on."""
    while len(dumped(told)) > most:
        ended = told.get("ended", [])
        owners = [told] + ended + [one["appeared"] for one in ended]
        lists = [(owner, name) for owner in owners
                 for name in ("unmanaged", "sessions_ended", "copies", "keys", "users", "sudoers") if owner.get(name)]
        lists = lists or [(told, name) for name in ("ended", "grants") if told.get(name)]
        owner, name = max(lists, key=lambda pair: len(dumped(pair[0][pair[1]])))
        owner[name], owner["more"] = owner[name][:len(owner[name]) * 3 // 4], True
    return told


SERVICE = """[Unit]
Description=Latchkey sweep

[Service]
Type=oneshot
TimeoutStartSec=300
ExecStart=%s
"""
TIMER = """[Unit]
Description=Latchkey sweep

[Timer]
OnCalendar=minutely
AccuracySec=1s

[Install]
WantedBy=timers.target
"""


class Agent:
    """One run: an order, a sweep or the installation."""

    def __init__(self, root):
        self.server = Server(root)
        self.store = Store(self.server)
        self.state = {"node": None, "generation": 0, "finished": True, "order": {"grants": [], "ending": []},
                      "leases": {}, "baselines": {}, "authorized": [], "firewalld": [], "ssh": None}
        self.request = self.node = self.ssh = None
        self.begun = self.silent = False

    def save_state(self):
        self.store.save("state.json", self.state)

    def load_state(self):
        self.state = self.store.load("state.json", self.state)

    def told(self, outcome, **more):
        told = {"latchkey": 1, "outcome": outcome, "request": self.request, "node": self.state["node"] or self.node,
                "generation": self.state["generation"], "at": int(time.time()), "python": platform.python_version()}
        with open(os.path.abspath(__file__), "rb") as file:
            told["agent"] = {"version": VERSION, "sha256": hashlib.sha256(file.read()).hexdigest()}
        if matches(r"[A-Za-z0-9-]{1,64}", os.environ.get("SSM_COMMAND_ID")):
            told["command"] = os.environ["SSM_COMMAND_ID"]
        return dict(told, audit_log=self.store.logged, **more)

    def note(self, what, user=None, ticket=None):
        self.store.log({"time": int(time.time()), "request": self.request, "ticket": ticket, "user": user,
                        "what": what})

    def order(self, stream):
        order = checked_order(read_order(stream))
        self.request, self.node, action = order["request"], order["node"], order["action"]
        locked = self.store.locked(5)
        self.load_state()
        for known in (self.state["node"], os.environ.get("AWS_SSM_INSTANCE_ID")):
            need(not known or known == self.node, "the order is for another node than %s" % known)
        if not locked:
            return self.told("BUSY")
        kept = self._kept(self.request) if action else None
        if kept and kept["answer"]:
            return kept["answer"]
        if action and time.time() > action["not_after"]:
            return self.told("TOO_LATE")
        if order["verb"] == "observe":
            return self.observe(action)
        if order["generation"] < self.state["generation"]:
            return self.told("STALE")
        self.state.update(node=self.node, generation=order["generation"], finished=False,
                          order={name: [one.as_json() for one in order[name]] for name in ("grants", "ending")})
        return self.converge(order["grants"], order["ending"], True, action, kept is not None)

    def converge(self, grants, ending, retry, action=None, interrupted=False):
        self.ssh = Ssh(self.server, None if retry else self.state["ssh"])
        self.state["ssh"] = self.ssh.version
        work = Converge(self, grants, ending, True, retry)
        work.prepare()
        self.save_state()  # a crash from here on is repaired by the sweep
        self.begun = True
        outcome, told = work.carry_out(action and functools.partial(
            self._acted, "authorize_key", self._authorize, action, interrupted))
        work.forget()
        self.state["finished"] = True
        try:
            self.save_state()
        except OSError as error:
            outcome, told["problem"] = "PARTIAL", str(error)
        told = fitted(self.told(outcome, **told))
        if action:
            with contextlib.suppress(OSError):
                self._keep(told)
        self.silent = not retry and not work.changed
        return told

    def observe(self, action=None):
        self.ssh = Ssh(self.server)
        work = Converge(self, *self._last_order(), change=False, retry=False)
        outcome, told = work.carry_out()
        told = self.told(outcome, **told)
        if action:
            told = fitted(told, MAX_OBSERVATION - 6000)
            room = MAX_OBSERVATION - len(dumped(told))
            told["action"] = self._acted("list_keys", lambda: RootKeys(self).list(action["cursor"], room))
            told["outcome"] = outcome if told["action"]["done"] else "PARTIAL"
            with contextlib.suppress(OSError):
                self._keep(told)
        return fitted(told)

    def _last_order(self):
        order = self.state["order"]
        return [checked_grant(one) for one in order["grants"]], [checked_grant(one, True) for one in order["ending"]]

    def _authorize(self, action, interrupted):
        if interrupted:
            raise Problem("an earlier run of this request was interrupted; whether it was done, list_keys tells")
        self._keep(None)
        return RootKeys(self).authorize(action)

    @staticmethod
    def _acted(verb, work, *args):
        try:
            return work(*args)
        except (Problem, OSError) as problem:
            return {"verb": verb, "done": False, "problem": str(problem)}

    def _kept(self, request):
        answers = self.store.load("answers.json", {"answers": []})["answers"]
        return next((one for one in answers if one["request"] == request), None)

    def _keep(self, answer):
        answers = self.store.load("answers.json", {"answers": []})["answers"]
        answers = [one for one in answers if one["request"] != self.request][-99:]
        self.store.save("answers.json", {"answers": answers + [{"request": self.request, "answer": answer}]})

    def sweep(self):
        """None when there is nothing to do."""
        self.request = "sweep"
        if not os.path.exists(os.path.join(self.server.state, "state.json")) or not self.store.locked(0):
            return None
        self.load_state()
        if not self.state["leases"] and self.state["finished"]:
            return None
        return self.converge(*self._last_order(), retry=not self.state["finished"])

    def install(self):
        self.request = "install"
        self.node = os.environ.get("AWS_SSM_INSTANCE_ID")
        with open(os.path.abspath(__file__), "rb") as file:
            self._put(LIBRARY, file.read(), 0o700)
        os.makedirs(self.server.state, mode=0o700, exist_ok=True)
        self.begun = True
        problem = self._put_timer()
        self.load_state()
        told = self.observe()
        return dict(told, outcome="PARTIAL", problem=problem) if problem else told

    def _put(self, path, data, mode):
        path = self.server.path(path)
        os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
        write_atomically(path, data, mode)

    def _put_timer(self):
        command = [sys.executable or "/usr/bin/python3", "-I", self.server.path(LIBRARY), "sweep"]
        command = " ".join(map(shlex.quote, command + ([] if self.server.live else ["--root", self.server.root])))
        systemd = os.path.isdir(self.server.path("/run/systemd/system"))
        if not systemd and (self.server.live or os.path.isdir(self.server.path("/etc/cron.d"))):
            line = "* * * * * root %s >/dev/null 2>&1\n" % command.replace("%", "\\%")
            self._put("/etc/cron.d/latchkey", line.encode(), 0o644)
            return None
        service = SERVICE % command.replace("%", "%%")
        self._put("/etc/systemd/system/latchkey-sweep.service", service.encode(), 0o644)
        self._put("/etc/systemd/system/latchkey-sweep.timer", TIMER.encode(), 0o644)
        for args in (["daemon-reload"], ["enable", "--now", "latchkey-sweep.timer"]):
            if self.server.live and systemd:
                code, _, error = run(["systemctl"] + args)
                if code != 0:
                    return "systemctl %s: %s" % (args[0], complaint(error))
        return None


def main():
    parser = argparse.ArgumentParser(prog="latchkey_agent.py")
    parser.add_argument("verb", choices=["install", "order", "sweep", "version"])
    parser.add_argument("--root", default="/", metavar="DIR")
    args = parser.parse_args()
    if args.verb == "version":
        print(VERSION)
        return 0
    if not os.path.isdir(args.root):
        parser.error("%s is not a directory" % args.root)
    os.umask(0o022)
    agent = Agent(args.root)
    try:
        told = agent.order(sys.stdin.buffer) if args.verb == "order" else getattr(agent, args.verb)()
    except Exception as error:  # whatever happened, the control plane gets one object that says so
        problem = str(error) if isinstance(error, (Refused, Problem)) else "%s: %s" % (type(error).__name__, error)
        told = agent.told("PARTIAL" if agent.begun else "REFUSED", problem=problem[:500])
    if told and not agent.silent:
        sys.stdout.write(dumped(told) + "\n")
    return 0 if told is None or told["outcome"] == "DONE" else 1


if __name__ == "__main__":
    sys.exit(main())
