#!/usr/bin/env python3
"""Latchkey's agent: makes a server as an order says, reads everything back, and prints one JSON observation.

README.md beside this file is the contract. Python 3.6, standard library alone, because EL8 has nothing newer.

Two things shape the code. The whole wanted state is in each order, so everything here is "make it so", never "do
this": a crash at any point is repaired by the same order again, or by the sweep. And whatever an account owns is
hostile: its files are edited with the account's own rights, and only digests of what is in them leave this program.
"""
import base64
import binascii
import collections
import contextlib
import errno
import fcntl
import glob
import hashlib
import ipaddress
import json
import os
import platform
import pwd
import re
import select
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
KEY_OPTIONS = {"restrict", "pty", "no-pty", "port-forwarding", "no-port-forwarding", "agent-forwarding",
               "no-agent-forwarding", "x11-forwarding", "no-x11-forwarding", "user-rc", "no-user-rc",
               "no-touch-required", "verify-required"}
KEY_OPTION_VALUES = re.compile(r'(?i)from="[A-Za-z0-9_.:/*?!,-]{1,1000}"|expiry-time="[0-9]{8}([0-9]{4}([0-9]{2})?)?Z?"')


class Refused(Exception):
    """The order is not for this server or not whole; nothing was done."""


class Problem(Exception):
    """Something is not as ordered. The text is for people: it names the file and the cause, never contents."""


def run(args, given=None, timeout=15):
    """Runs a program without a shell; its exit code, output and errors. 127 when it's not installed, 124 when too slow."""
    program = shutil.which(args[0], path=PATH)
    if program is None:
        return 127, "", "%s is not installed" % args[0]
    try:
        done = subprocess.run([program] + args[1:], input=(given or "").encode(), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=timeout, env={"PATH": PATH, "LC_ALL": "C"}, cwd="/")
    except subprocess.TimeoutExpired:
        return 124, "", "%s did not end within %d seconds" % (args[0], timeout)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


# ---------------------------------------------------------------------------------------------------- public keys

class PublicKey(collections.namedtuple("PublicKey", "type blob comment")):
    """Keys are told apart by type and blob, which is to say by the fingerprint; never by the comment."""

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
    """The length-prefixed fields of a key blob, or None when it is not made of such fields."""
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
    """The key of "TYPE BLOB [COMMENT]"; ValueError says what is wrong with it."""
    parts = re.split("[ \t]+", text.strip(), 2)
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
    """A line of an authorized_keys file: its bytes, its key (None for none), the ticket if it has our comment."""

    def reads(self, text):
        return self.raw in (text.encode(), text.encode() + b"\n")


def lines_of(data):
    return [Line(number, raw, *key_and_ticket(raw))
            for number, raw in enumerate(re.findall(rb"[^\n]*\n|[^\n]+", data), 1)]


def key_and_ticket(raw):
    """What sshd would see in the line: a key, perhaps after options, of any type."""
    text = raw.strip(b" \t\r\n")
    if text and not text.startswith(b"#"):
        for rest in (text, after_options(text)):
            parts = re.split(rb"[ \t]+", rest, 2)
            with contextlib.suppress(ValueError):
                blob = base64.b64decode(parts[1], validate=True) if len(parts) > 1 else b""
                if (fields_of(blob) or [None])[0] == parts[0]:
                    ours = re.match(rb"latchkey-ticket-(\d{1,16})$", parts[2] if len(parts) > 2 else b"")
                    return fingerprint_of(blob), int(ours.group(1)) if ours else None
    return None, None


def after_options(text):
    """The rest of a line after its options, which sshd ends at the first blank outside of quotes."""
    quoted, at = False, 0
    while at < len(text) and (quoted or text[at] not in b" \t"):
        if text[at:at + 2] == b'\\"':
            at += 1
        elif text[at] == ord('"'):
            quoted = not quoted
        at += 1
    return text[at:].lstrip(b" \t")


def rewritten(data, drop, add):
    """The file without the lines that `drop` names and with the lines `add`; all others stay byte for byte."""
    kept = b"".join(line.raw for line in lines_of(data) if not drop(line))  # may take from `add` what stands there
    if add and kept and not kept.endswith(b"\n"):
        kept += b"\n"  # else our line would be glued to the last one
    return kept + b"".join(text.encode() + b"\n" for text in add)


# ------------------------------------------------------------------------------------------------------- the order

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
        need(option.lower() in KEY_OPTIONS or KEY_OPTION_VALUES.fullmatch(option),
             "options: one of them is not accepted")
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


def no_duplicates(pairs):
    need(len({name for name, _ in pairs}) == len(pairs), "the order has a key twice")
    return dict(pairs)


def read_order(stream):
    """The raw order: JSON of the format 1, not yet checked further."""
    data = stream.read(MAX_ORDER + 1)
    need(len(data) <= MAX_ORDER, "the order is longer than 128 KiB")
    try:
        order = json.loads(data.decode("utf-8"), object_pairs_hook=no_duplicates)
    except (ValueError, RecursionError):
        raise Refused("the order is not whole JSON")
    need(isinstance(order, dict), "the order is not an object")
    return order


def checked_order(order):
    """The order with every key's type and range checked; keys that we do not know are ignored."""
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


# ------------------------------------------------------------------------------------- the server and what we keep

class Server:
    """The machine, or a folder that stands for one: every path below it, its firewall and processes left alone."""

    def __init__(self, root):
        self.root = os.path.realpath(root)
        self.live = self.root == "/"
        self.state = self.path("/var/lib/latchkey")

    def path(self, path):
        return os.path.join(self.root, path.lstrip("/"))

    def shown(self, path):
        """The path as people on that server know it."""
        return path if self.live else "/" + os.path.relpath(path, self.root)

    def account(self, name):
        return next((one for one in self.accounts(name)), None)

    def accounts(self, name=None):
        """All accounts, or those of that name. Not from passwd alone: a directory service may hold them."""
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
    """The whole file or the old one, also after a power loss."""
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
    """/var/lib/latchkey: the state, the last answers, and the lock that makes orders follow each other."""

    def __init__(self, server):
        self.server = server
        self.lock = None

    def locked(self, wait):
        os.makedirs(self.server.state, mode=0o700, exist_ok=True)
        os.chmod(self.server.state, 0o700)
        self.lock = os.open(os.path.join(self.server.state, "lock"), os.O_RDWR | os.O_CREAT, 0o600)
        return lock_file(self.lock, wait)

    def load(self, name, default):
        try:
            with open(os.path.join(self.server.state, name), encoding="ascii") as file:
                value = json.load(file)
        except FileNotFoundError:
            return default
        except ValueError:
            value = None
        if not isinstance(value, dict):  # written whole or not at all, so this was not us: a person must look
            raise Problem("%s is damaged" % self.server.shown(os.path.join(self.server.state, name)))
        return dict(default, **value)

    def save(self, name, value):
        data = json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")
        write_atomically(os.path.join(self.server.state, name), data, 0o600)


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


class AuditLog:
    """One JSON line for each change. A log that cannot be written is told, and stops nothing."""

    def __init__(self, server, request):
        self.path = server.path("/var/log/latchkey/audit.log")
        self.request = request
        self.written = True

    def note(self, what, user=None, ticket=None):
        entry = {"time": int(time.time()), "request": self.request, "ticket": ticket, "user": user, "what": what}
        try:
            os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
            with os.fdopen(os.open(self.path, flags, 0o600), "wb") as file:
                file.write(json.dumps(entry, separators=(",", ":")).encode() + b"\n")
        except OSError:
            self.written = False


# ------------------------------------------------------------------------------------------- files of the accounts

class KeyFile:
    """An authorized_keys file, reached from a trusted directory step by step without ever following a link."""

    TEMPORARY = ".authorized_keys.latchkey"  # always the same: what a killed run left is removed by the next

    def __init__(self, base, below, owners, private, shown):
        self.base, self.below, self.owners, self.private, self.shown = base, below.split("/"), owners, private, shown

    @contextlib.contextmanager
    def directory(self, create=False):
        """A descriptor of the file's directory; None when there is none."""
        with contextlib.ExitStack() as opened:
            def step(name, flags=0, **where):
                descriptor = os.open(name, os.O_RDONLY | os.O_DIRECTORY | flags, **where)
                opened.callback(os.close, descriptor)
                return descriptor
            try:
                at = step(self.base)
                for name in self.below[:-1]:
                    if create:
                        with contextlib.suppress(FileExistsError):
                            os.mkdir(name, 0o700 if self.private else 0o755, dir_fd=at)
                    at = step(name, os.O_NOFOLLOW, dir_fd=at)
                    self._check(os.fstat(at), "the directory of " + self.shown)
            except FileNotFoundError:
                at = None
            except OSError as error:
                linked = error.errno in (errno.ELOOP, errno.ENOTDIR)
                raise Problem("the directory of %s: %s" % (
                    self.shown, "is a link or no directory" if linked else error.strerror))
            yield at

    def _check(self, status, what):
        if status.st_uid not in self.owners:
            raise Problem("%s belongs to another account" % what)
        if not self.private and status.st_mode & 0o022:
            raise Problem("%s may be written by others" % what)

    def _open(self, directory):
        """The file, proven to be an ordinary one of the account; None when there is none."""
        try:
            # O_NONBLOCK: a fifo must not hold us. Its kind is known only after it was opened.
            file = os.open(self.below[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=directory)
        except FileNotFoundError:
            return None
        except OSError as error:
            what = "is a symbolic link" if error.errno == errno.ELOOP else error.strerror
            raise Problem("%s: %s" % (self.shown, what))
        try:
            status = os.fstat(file)
            if not stat.S_ISREG(status.st_mode):
                raise Problem("%s is not a regular file" % self.shown)
            if status.st_nlink != 1:
                raise Problem("%s has another name (a hard link)" % self.shown)
            if status.st_size > MAX_KEY_FILE:
                raise Problem("%s is longer than 1 MiB" % self.shown)
            self._check(status, self.shown)
        except Problem:
            os.close(file)
            raise
        return file

    def _contents(self, file):
        data = b""
        while len(data) <= MAX_KEY_FILE:
            piece = os.read(file, 65536)
            if not piece:
                return data
            data += piece
        raise Problem("%s is longer than 1 MiB" % self.shown)

    @contextlib.contextmanager
    def opened(self):
        """A descriptor of the file; None when there is none."""
        with self.directory() as directory:
            file = None if directory is None else self._open(directory)
            try:
                yield file
            finally:
                if file is not None:
                    os.close(file)

    def read(self):
        with self.opened() as file:
            return b"" if file is None else self._contents(file)

    def edit(self, change):
        """Makes the contents change(contents), whole or not at all; true when that was something else."""
        with self.directory() as directory:
            if directory is None and not change(b""):
                return False
        with self.directory(create=True) as directory:
            if directory is None:
                raise Problem("%s: the home directory does not exist" % self.shown)
            try:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(self.TEMPORARY, dir_fd=directory)
                return self._edit(directory, change)
            except OSError as error:
                raise Problem("%s: %s" % (self.shown, error.strerror))

    def _edit(self, directory, change):
        file = self._locked(directory)
        try:
            before = b"" if file is None else self._contents(file)
            after = change(before)
            if after == before:
                return False
            try:
                self._write(directory, file, after)
            except OSError:
                with contextlib.suppress(OSError):
                    os.unlink(self.TEMPORARY, dir_fd=directory)
                raise
            return True
        finally:
            if file is not None:
                os.close(file)

    def _locked(self, directory):
        """The file under its lock, and still the one of that name: another program may have replaced it meanwhile."""
        while True:
            file = self._open(directory)
            if file is None:
                return None
            if not lock_file(file, 3):
                os.close(file)
                raise Problem("%s is locked by another program" % self.shown)
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(file), os.stat(self.below[-1], dir_fd=directory, follow_symlinks=False)):
                    return file
            os.close(file)

    def _write(self, directory, old, data):
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
    child gives up root first. What it answers is data from the account: one of two shapes, and nothing else.
    """
    if os.geteuid() != 0 or account.pw_uid == 0:
        return work()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        answer = {"problem": "the rights of %s could not be taken" % account.pw_name}
        try:
            if live:
                os.initgroups(account.pw_name, account.pw_gid)
            else:
                os.setgroups([account.pw_gid])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
            answer = {"changed": work()}
        except Problem as problem:
            answer = {"problem": str(problem)}
        except Exception as error:
            answer = {"problem": type(error).__name__}
        finally:
            try:
                os.write(writing, json.dumps(answer).encode())
            finally:
                os._exit(0)  # never back into the code of the parent
    os.close(writing)
    try:
        ready = select.select([reading], [], [], 20)[0]  # a home may be on a server that does not answer
        answer = os.read(reading, 65536) if ready else b""
    finally:
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    try:
        answer = json.loads(answer.decode("ascii"))
    except ValueError:
        raise Problem("the files of %s could not be edited in time" % account.pw_name)
    if isinstance(answer, dict) and type(answer.get("changed")) is bool:
        return answer["changed"]
    raise Problem(str(answer.get("problem"))[:300] if isinstance(answer, dict) else "no answer")


# ------------------------------------------------------------------------------------------------------------ sshd

class Ssh:
    """What this server's sshd says of itself. `version` is known to a sweep, which is not to knock each minute."""

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
        """Keyword → values as they are for that login."""
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
        """A reader for a folder: the first value of a keyword counts, files are included, Match blocks are not read."""
        try:
            with open(self.server.path(path), errors="replace") as file:
                lines = [line.strip() for line in file if not line.lstrip().startswith("#")]
        except OSError:
            return settings
        for line in lines:
            keyword, _, value = re.sub(r"[\s=]+", " ", line, 1).partition(" ")
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
        """The files that sshd reads keys from. Below the home they are the account's, elsewhere root's alone."""
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
        """The one line of a grant. An option that this sshd does not know would make it refuse the line."""
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
    # sshd before 9.1 reads local time, and as standard time also in summer: what mktime gives for tm_isdst = 0.
    guess = moment - time.timezone
    guess += moment - int(time.mktime(time.gmtime(guess)[:8] + (0,)))
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(guess))


# -------------------------------------------------------------------------------------------------------- sessions

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
    """The number that the kernel gives to all processes of one login, also to those that left its process tree."""
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
    """Live logins by ssh: which there are, which key opened each, and how they are ended."""

    TITLE = re.compile(r"sshd(?:-session)?: ([a-z_][a-z0-9_.-]*)(?: \[priv\]|@.*)?$")
    # Anchored at the start: a name that a stranger tried to log in with may contain such a sentence.
    ACCEPTED = re.compile(r"(?:(?:\S+ +){1,4}sshd(?:-session)?\[\d+\]: )?"
                          r"Accepted (\S+) for (\S+) from (\S+) port (\d+) ssh2(?:: \S+ (SHA256:\S+))?")

    def __init__(self, server, ports):
        self.server, self.ports = server, ports

    def find(self, gone, wanted):
        """Sessions of the keys in gone[user][fingerprint] = ranges that wanted[user][fingerprint] does not allow."""
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
            members = [head] + [pid for pid in logins if table[pid].parent == head]
            for address, port in self._peers(members):
                known = accepted.get((user, address, port))
                fingerprint = known if known is not None else self._guess(address, gone[user], wanted.get(user, {}))
                if fingerprint in gone[user] and fingerprint not in wanted.get(user, {}):
                    found.append(Session(table[head], user, fingerprint, str(address), started_at(table[head])))
                    break
        return found

    @staticmethod
    def _guess(address, gone, wanted):
        """With no log line: the key whose ranges hold the peer, when no other wanted grant explains it."""
        if any(inside(address, ranges) for ranges in wanted.values()):
            return None
        return next((key for key, ranges in sorted(gone.items()) if inside(address, ranges)), None)

    def _peers(self, pids):
        """Addresses and ports of the other ends, those of connections to sshd's own ports first."""
        sockets, peers = set(), set()
        for pid in pids:
            with contextlib.suppress(OSError):
                for name in os.listdir("/proc/%d/fd" % pid):
                    with contextlib.suppress(OSError):
                        sockets.update(re.findall(r"^socket:\[(\d+)\]$", os.readlink("/proc/%d/fd/%s" % (pid, name))))
        for table in ("tcp", "tcp6"):
            with contextlib.suppress(OSError):
                with open("/proc/%d/net/%s" % (pids[0], table)) as file:
                    for fields in (line.split() for line in file):
                        if len(fields) > 9 and fields[9] in sockets and fields[3] != "0A":
                            mine, other = fields[1].split(":")[1], fields[2].split(":")
                            words = re.findall("(..)(..)(..)(..)", other[0])
                            address = bytes.fromhex("".join("".join(reversed(word)) for word in words))
                            peers.add((int(mine, 16) not in self.ports, plain_address(address), int(other[1], 16)))
        return [peer[1:] for peer in sorted(peers, key=str)]

    def _accepted(self, heads):
        """(user, address, port) → fingerprint of the newest login from there; "" for one without a key."""
        lines = []
        for path in ("/var/log/auth.log", "/var/log/secure"):
            with contextlib.suppress(OSError):
                with open(path, "rb") as file:
                    file.seek(max(0, os.fstat(file.fileno()).st_size - 8 * 1024 * 1024))
                    lines += file.read(8 * 1024 * 1024).decode("ascii", "replace").splitlines()
        # The journal last: its fields of uid and pid cannot be forged, the files can by anyone with a syslog socket.
        since = min(started_at(head) for head in heads) - 60
        _, out, _ = run(["journalctl", "-q", "--no-pager", "-o", "cat", "--since=@%d" % since, "_UID=0"]
                        + ["_PID=%d" % head.pid for head in heads[:500]], timeout=5)
        accepted = {}
        for found in filter(None, map(self.ACCEPTED.match, lines + out.splitlines())):
            with contextlib.suppress(ValueError):
                accepted[found.group(2), plain_address(found.group(3)), int(found.group(4))] = found.group(5) or ""
        return accepted

    def end(self, gone, wanted):
        """Ends them and whatever they started; what was ended, and whether a last look found none."""
        ended, audited = {}, set()
        for _ in range(5):
            found = self.find(gone, wanted)
            ended.update((session.process[:3], session) for session in found)
            victims = self._victims([session.process.pid for session in found], audited)
            if not victims:
                return list(ended.values()), not found
            for number in (signal.SIGTERM, signal.SIGKILL):
                for process in victims:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(process.pid, number)
                deadline = time.monotonic() + 1
                while victims and time.monotonic() < deadline:
                    time.sleep(0.02)
                    table = processes()
                    victims = [one for one in victims if one.pid in table and table[one.pid].started == one.started]
        return list(ended.values()), not self.find(gone, wanted)

    @staticmethod
    def _victims(heads, audited):
        """The processes of sessions: theirs, all descendants, and those of the same audit session."""
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


# -------------------------------------------------------------------------------------------------------- firewall

class Unreadable(Problem):
    """What the firewall has in place cannot be read."""


class Iptables:
    """The chain LATCHKEY of iptables and ip6tables, first in INPUT. `wanted` is range → the second in which it ends."""

    name = "iptables"
    TOOLS = {4: "iptables", 6: "ip6tables"}
    JUMP = "-A INPUT -m comment --comment latchkey -j " + CHAIN

    def __init__(self, ports):
        self.ports = ports

    def _rules(self, version, wanted, timed=True):
        for network, until in sorted(wanted.items()):
            if ipaddress.ip_network(network).version == version:
                # The kernel ends it too; its clock for this has 31 bits.
                stop = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(min(until, 2 ** 31 - 1)))
                for port in self.ports:
                    yield "-A %s -s %s -p tcp -m tcp --dport %d%s -m comment --comment latchkey -j ACCEPT" % (
                        CHAIN, network, port, " -m time --datestop " + stop if timed else "")

    def _read(self, version):
        """All jumps to the chain, whether the only one is first, and the chain's rules (None: no chain)."""
        tool = self.TOOLS[version]
        code, out, error = run([tool, "-w", "-S", "INPUT"])
        if code != 0:
            raise Unreadable("%s: %s" % (tool, (error.strip() or "failed").splitlines()[-1]))
        rules = [line for line in out.splitlines() if line.startswith("-A ")]
        jumps = [line for line in rules if {"-j " + CHAIN, "-g " + CHAIN} & set(re.findall("-[jg] [^ ]+", line))]
        code, out, _ = run([tool, "-w", "-S", CHAIN])
        chain = [line for line in out.splitlines() if line.startswith("-A ")] if code == 0 else None
        return jumps, jumps == [self.JUMP] and rules[0] == self.JUMP, chain

    def problem(self, wanted):
        """What is not as wanted, None when all is."""
        for version, tool in sorted(self.TOOLS.items()):
            rules = [self._told(self._rules(version, wanted, timed)) for timed in (True, False)]
            if shutil.which(tool, path=PATH) is None and not rules[0]:
                continue
            try:
                jumps, first, chain = self._read(version)
            except Unreadable:
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
        """Rules as sets of options, since versions of iptables print them in different orders and quotes."""
        words = [shlex.split(rule)[2:] for rule in rules]
        return sorted(sorted(set(zip(one[::2], one[1::2]))) for one in words)

    def make(self, wanted):
        for version, tool in self.TOOLS.items():
            with contextlib.suppress(Unreadable):
                jumps, _, chain = self._read(version)
                rules = [list(self._rules(version, wanted, timed)) for timed in (True, False)]
                if not rules[0] and not jumps and chain is None:
                    continue
                # One transaction: no moment without the old or the new rules. The first line makes or empties the chain.
                lines = ["*filter", ":%s - [0:0]" % CHAIN] + ["-D" + jump[2:] for jump in jumps]
                if rules[0]:
                    lines.append(self.JUMP.replace("-A INPUT", "-I INPUT 1"))
                for body in rules if rules[0] else [["-X " + CHAIN]]:
                    text = "\n".join(lines + body + ["COMMIT", ""])
                    code, _, error = run([tool + "-restore", "-w", "--noflush"], given=text)
                    if code == 0:
                        break  # else: perhaps this kernel has no match for time
                else:
                    raise Problem("%s-restore: %s" % (tool, (error.strip() or "failed").splitlines()[0][:200]))


class Firewalld:
    """Rich rules with a timeout. They bear no mark, so `owned` remembers which are ours, and until when."""

    name = "firewalld"

    def __init__(self, ports, owned, remember):
        self.ports, self.owned, self.remember = ports, owned, remember

    def _command(self, *args):
        code, out, error = run(["firewall-cmd"] + list(args))
        if code != 0:
            raise Unreadable("firewall-cmd: %s" % (error.strip() or out.strip() or "failed").splitlines()[0][:200])
        return out

    def _look(self, wanted):
        """The wanted rules and those that are ours, each with its end, and all rules that stand."""
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
        self.remember()  # first, so that after a crash they are known to be ours
        for zone, rule in sorted(missing):
            seconds = max(1, rules[zone, rule] - int(time.time()))
            self._command("--zone=" + zone, "--add-rich-rule=" + rule, "--timeout=%d" % seconds)


class InputHooks:
    """Would another base chain of nftables drop the vendor? An ACCEPT of ours does not overrule it."""

    def __init__(self, spared):
        code, out, _ = run(["nft", "-j", "list", "ruleset"])
        self.chains, self.rules = {}, collections.defaultdict(list)
        with contextlib.suppress(ValueError, KeyError, TypeError):
            for item in json.loads(out)["nftables"] if code == 0 else ():
                if "chain" in item:
                    chain = item["chain"]
                    self.chains[chain["family"], chain["table"], chain["name"]] = chain
                elif "rule" in item:
                    rule = item["rule"]
                    self.rules[rule["family"], rule["table"], rule["chain"]].append(rule["expr"])
        self.hooks = [name for name, chain in sorted(self.chains.items()) if chain.get("hook") == "input"
                      and name[0] in ("inet", "ip", "ip6") and not spared(name)]

    def blocking(self, networks, ports):
        for name in self.hooks:
            for network in map(ipaddress.ip_network, networks):
                if name[0] in ("inet", "ip" if network.version == 4 else "ip6"):
                    for port in ports:
                        verdict = self._verdict(name, network, port, 0) or self.chains[name].get("policy")
                        if verdict == "drop":
                            return " ".join(name)
        return None

    def _verdict(self, name, network, port, depth):
        """What becomes of a new connection from the network, as far as rules that we understand say it."""
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
        """Whether the match surely takes in every new connection from the network to the port."""
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
    """Whether an address or prefix of nftables' JSON holds the whole network."""
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
                    problem = self._made(wanted)
                if problem:
                    told.update(state="PARTIAL", problem=problem)
            except Unreadable as problem:
                told.update(state="UNKNOWN", problem=str(problem))
        blocked = InputHooks(self._spared).blocking(wanted, self.ports) if wanted and self.filters else None
        if blocked:
            told.update(state="PARTIAL", by=told.get("by", "nftables"), blocked_by=blocked)
            told.setdefault("problem", "%s of nftables would still drop the vendor" % blocked)
        return told

    def _made(self, wanted):
        try:
            self.firewall.make(wanted)
        except Problem as problem:
            return str(problem)
        return self.firewall.problem(wanted)

    def _spared(self, chain):
        """Base chains that our own rules are part of."""
        if isinstance(self.firewall, Iptables):
            return chain in (("ip", "filter", "INPUT"), ("ip6", "filter", "INPUT"))
        return bool(self.firewall) and chain[1] == "firewalld"


# -------------------------------------------------------------------------------------------------- the wanted state

class Converge:
    """One look at the server, and with `change` the work that makes it so: close first, open last, read everything."""

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
        # What failed is not completed later behind the control plane's back; only an order tries again.
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
                lines[:] = lines[-1:] + [self.ssh.line(one)]  # the one before may still stand, and is no alteration
            if one.lease not in {other.lease for other in self.ending}:
                self.leases[one.lease].update(removed_at=None, sessions=[])

    def survey(self):
        """All keys of accounts that may log in (ours left out), all accounts, all files of sudoers."""
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
        """[(file, lines)] of an account; what cannot be read is noted."""
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
        return self.state["baselines"].get(lease["baseline"]) or {"keys": [], "users": [], "sudoers": {}}

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

    def edit(self, user, drop, add):
        """Edits the account's files; `add` goes to the first. Removal goes to all: the order of files may change."""
        account = self.accounts[user]
        try:
            for number, file in enumerate(self.files(account)):
                texts = add if number == 0 else []

                def change(data, texts=texts):
                    missing = list(texts)

                    def dropped(line):  # the first of each wanted line stays where it stands
                        stands = [text for text in missing if line.reads(text)]
                        missing[:] = [text for text in missing if text not in stands]
                        return not stands and drop(line)
                    return rewritten(data, dropped, missing)

                def work(file=file, change=change):
                    return file.edit(change)
                # Where root alone may write, root writes; what is below the home is the account's.
                if as_account(account, self.server.live, work) if file.private else work():
                    self.changed = True
                    self.agent.audit.note("lines of %s put right" % file.shown, user)
        except (Problem, OSError) as problem:
            self.problems[user] = str(problem)

    def close(self):
        """Takes out every line of ours whose key is no longer wanted for that account."""
        for user in sorted(self.accounts):
            keys = {one.fingerprint for one in self.wanted[user]}
            self.edit(user, lambda line: self.is_ours(user, line) and line.fingerprint not in keys, [])

    def open(self):
        for user in sorted(self.accounts):
            self.edit(user, lambda line: self.is_ours(user, line), self.lines_for(user))

    def end_sessions(self):
        """{(account, fingerprint)} of which a session is still alive."""
        gone, wanted = collections.defaultdict(dict), collections.defaultdict(dict)
        for one in (one for user in self.wanted for one in self.wanted[user]):
            wanted[one.user].setdefault(one.fingerprint, []).extend(one.ranges)
        for user in self.accounts:
            for key, ranges in (pair for lease in self.leases_of(user) for pair in lease["keys"].items()):
                if key not in wanted[user]:
                    gone[user].setdefault(key, []).extend(ranges)
        sessions = Sessions(self.server, self.ssh.ports)
        if not self.change:
            return {(one.user, one.fingerprint) for one in sessions.find(gone, wanted)}
        ended, whole = sessions.end(gone, wanted)
        for one in ended:
            self.changed = True
            self.agent.audit.note("session %d from %s ended" % (one.process.pid, one.peer), one.user)
            told = {"pid": one.process.pid, "from": one.peer, "since": one.since}
            for lease in self.leases_of(one.user):
                if one.fingerprint in lease["keys"]:
                    lease["sessions"] = lease["sessions"][-19:] + [told]
        return set() if whole else {(one.user, one.fingerprint) for one in sessions.find(gone, wanted)}

    def carry_out(self, action=None):
        """Does the work and tells what was then read."""
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
            self.agent.audit.note("firewall put right")
        if action:
            told["action"] = action()
        after = self._read_all()
        told.update(grants=[self._grant(one, after[one.user]) for one in self.grants],
                    ended=self._ended(after), doors={"chain": chain})
        whole = (chain["state"] in ("WHOLE", "GONE", "ABSENT") and all(one["gone"] for one in told["ended"])
                 and all(one["state"] in ("PRESENT", "EXPIRED") and "problem" not in one for one in told["grants"])
                 and (not action or told["action"]["done"]))
        return "DONE" if whole else "PARTIAL", told

    def _grant(self, grant, files):
        lease, problem = self.leases[grant.lease], self.refusals.get(grant.lease) or self.problems.get(grant.user)
        told = {"ticket": grant.ticket, "user": grant.user, "fingerprint": grant.fingerprint, "state": "EXPIRED"}
        if grant in self.live:
            text = self.ssh.line(grant)
            standing = [line for _, lines in files[:1] for line in lines if line.reads(text)]
            told["state"] = "FAILED" if problem else "PRESENT" if len(standing) == 1 else "MISSING"
            if self.change:
                lease["placed"] = lease["placed"] or told["state"] == "PRESENT"
                lease["problem"] = problem if self.retry else lease["problem"]
        else:
            problem = problem or self._session(grant) or (self._left(grant, files) and "a line of the key is left")
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

    def _ended(self, after):
        survey = self.survey() if self.ending else None
        return [self._end(one, after[one.user], survey) for one in self.ending]

    def _end(self, grant, files, survey):
        lease, copies = self.leases[grant.lease], self._left(grant, files)
        problem = self.problems.get(grant.user) or self._session(grant)
        if lease["removed_at"] is None and not copies and not problem and self.change:
            lease.update(removed_at=self.now, placed=False)
            self.agent.audit.note("proven gone", grant.user, grant.ticket)
        told = {"ticket": grant.ticket, "user": grant.user, "fingerprint": grant.fingerprint,
                "gone": not copies and not problem, "removed_at": lease["removed_at"],
                "sessions_ended": lease["sessions"], "copies": copies[:20]}
        if len(copies) > 20:
            told["more"] = True
        if problem:
            told["problem"] = problem
        told["appeared"] = self._appeared(self.baseline(lease), survey) if lease["baseline"] else {}
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
        """What others made of our lines, as it was found."""
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


# --------------------------------------------------------------------------------------------------- verbs for keys

class RootKeys:
    """The verbs for keys of root: what stands in its authorized_keys, and the key files of its .ssh."""

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

            def change(data, wanted=wanted):
                mine = [line for line in lines_of(data) if line.fingerprint == key.fingerprint and line.ticket is None]
                if len(mine) == len(wanted) and all(line.reads(text) for line in mine):
                    return data
                return rewritten(data, mine.__contains__, wanted)
            if file.edit(change):
                what = "authorised" if action["authorize"] else "no longer authorised"
                self.agent.audit.note("key %s %s" % (key.fingerprint, what), "root")
        authorized = int(self.authorized().get(key.fingerprint, False))
        if authorized != action["authorize"]:
            raise Problem("%s does not read as written" % self.files[0].shown)
        return {"verb": "authorize_key", "done": True, "authorized": authorized, "file": action.get("file")}

    def _remember(self, fingerprint, authorize):
        """Before the edit: a key that an operator authorised is no drift, even when it is a vendor's too."""
        known = set(self.agent.state["authorized"]) - {fingerprint} | ({fingerprint} if authorize else set())
        if sorted(known) != self.agent.state["authorized"]:
            self.agent.state["authorized"] = sorted(known)
            self.agent.save_state()

    @staticmethod
    def _from_file(file):
        with file.opened() as descriptor:
            if descriptor is None:
                raise Problem("%s does not exist" % file.shown)
            if os.fstat(descriptor).st_size > 16384:
                raise Problem("%s is longer than 16 KiB" % file.shown)
            data = os.read(descriptor, 16384)
        if is_private(data):
            raise Problem("%s is a private key" % file.shown)
        lines = [line for line in data.splitlines() if line.strip()]
        if len(lines) != 1:
            raise Problem("%s is not exactly one public key: it has %d lines" % (file.shown, len(lines)))
        try:
            key = parse_public_key(lines[0].decode("utf-8"))
        except ValueError as error:
            cause = "is not text" if isinstance(error, UnicodeError) else error
            raise Problem("%s %s" % (file.shown, cause))
        if key.comment.startswith("latchkey-ticket-"):
            raise Problem("%s has a comment of ours" % file.shown)
        return key

    def list(self, cursor, room):
        """The key files after the cursor, as many as fit in so many characters, and at least one."""
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
        """A file as list_keys tells it; None for what is no key. Of a private key the header alone is read."""
        if name.startswith("authorized_keys"):
            return None
        try:
            with self.named(name).opened() as descriptor:
                if descriptor is None:
                    return None
                status, data = os.fstat(descriptor), os.read(descriptor, 64)
                private = is_private(data)
                data += b"" if private or status.st_size > 16384 else os.read(descriptor, 16384)
            key = None if private else parse_public_key(data.decode("utf-8"))
        except (Problem, OSError, ValueError):
            return None
        if key and (len(data.split(b"\n", 1)) > 1 and data.split(b"\n", 1)[1].strip() or len(key.text) > 4096):
            return None
        told = {"file": name, "private": int(private), "authorized": int(bool(key) and key.fingerprint in authorized),
                "comment": key.comment if key else "", "ctime": int(status.st_ctime), "mtime": int(status.st_mtime)}
        return dict(told, text=" ".join(filter(None, (key.text, key.comment)))) if key else told


def is_private(data):
    return re.match(rb"\s*(-----BEGIN [A-Z0-9 ]*PRIVATE KEY|PuTTY-User-Key-File|SSH PRIVATE KEY FILE)", data[:64]) is not None


# -------------------------------------------------------------------------------------------------------- the agent

def dumped(value):
    return json.dumps(value, separators=(",", ":"))


def fitted(told, most=MAX_OBSERVATION):
    """Cut to the length that Systems Manager passes on: first the lists that may be, then proven ends."""
    while len(dumped(told)) > most:
        owners = [(told, "unmanaged")] + [pair for one in told.get("ended", []) for pair in
                                          [(one, "sessions_ended"), (one, "copies")]
                                          + [(one["appeared"], name) for name in ("keys", "users", "sudoers")]]
        owners += [(told, "ended"), (told, "grants")] if not any(owner.get(name) for owner, name in owners) else []
        owner, name = max(owners, key=lambda pair: len(dumped(pair[0].get(pair[1], []))))
        if not owner.get(name):
            break
        owner[name], owner["more"] = owner[name][:len(owner[name]) * 3 // 4], True
    return told


class Agent:
    """One run: an order, a sweep or the installation."""

    EMPTY = {"node": None, "generation": 0, "finished": True, "order": {"grants": [], "ending": []}, "leases": {},
             "baselines": {}, "authorized": [], "firewalld": [], "ssh": None}

    def __init__(self, root):
        self.server = Server(root)
        self.store = Store(self.server)
        self.state = dict(self.EMPTY)
        self.request = self.node = self.ssh = None
        self.audit = AuditLog(self.server, None)
        self.begun = False

    def save_state(self):
        self.store.save("state.json", self.state)

    def load_state(self):
        self.state = self.store.load("state.json", json.loads(json.dumps(self.EMPTY)))

    def told(self, outcome, **more):
        """The observation; every outcome has its head."""
        told = {"latchkey": 1, "outcome": outcome, "request": self.request, "node": self.state["node"] or self.node,
                "generation": self.state["generation"], "at": int(time.time()), "python": platform.python_version()}
        with open(os.path.abspath(__file__), "rb") as file:
            told["agent"] = {"version": VERSION, "sha256": hashlib.sha256(file.read()).hexdigest()}
        if matches(r"[A-Za-z0-9-]{1,64}", os.environ.get("SSM_COMMAND_ID")):
            told["command"] = os.environ["SSM_COMMAND_ID"]
        return dict(told, audit_log=self.audit.written, **more)

    def order(self, stream):
        raw = read_order(stream)
        order = checked_order(raw)
        self.request, self.node, action = order["request"], order["node"], order["action"]
        self.audit.request = self.request
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
        self.save_state()  # before anything is done: a crash from here on is repaired by the sweep
        self.begun = True
        outcome, told = work.carry_out((lambda: self._authorize(action, interrupted)) if action else None)
        work.forget()
        self.state["finished"] = True
        try:
            self.save_state()
        except OSError as error:
            outcome, told["problem"] = "PARTIAL", str(error)
        told = fitted(self.told(outcome, **told))
        if action:
            with contextlib.suppress(OSError):
                self._keep(self.request, told)
        return told if retry or work.changed else dict(told, unchanged=True)

    def observe(self, action=None):
        self.ssh = Ssh(self.server)
        work = Converge(self, *self._last_order(), change=False, retry=False)
        outcome, told = work.carry_out()
        told = self.told(outcome, **told)
        if action:
            told = fitted(told, MAX_OBSERVATION - 6000)
            try:
                told["action"] = RootKeys(self).list(action["cursor"], MAX_OBSERVATION - len(dumped(told)))
            except (Problem, OSError) as problem:
                told["outcome"], told["action"] = "PARTIAL", {"verb": "list_keys", "done": False, "problem": str(problem)}
            with contextlib.suppress(OSError):
                self._keep(self.request, told)
        return fitted(told)

    def _last_order(self):
        order = self.state["order"]
        return [checked_grant(one) for one in order["grants"]], [checked_grant(one, True) for one in order["ending"]]

    def _authorize(self, action, interrupted):
        try:
            if interrupted:
                raise Problem("an earlier run of this request was interrupted; whether it was done, list_keys tells")
            self._keep(self.request, None)
            return RootKeys(self).authorize(action)
        except (Problem, OSError) as problem:
            return {"verb": "authorize_key", "done": False, "problem": str(problem)}

    def _answers(self):
        return self.store.load("answers.json", {"answers": []})["answers"]

    def _kept(self, request):
        return next((one for one in self._answers() if one["request"] == request), None)

    def _keep(self, request, answer):
        """Notes the answer of a request, None while it is being carried out."""
        answers = [one for one in self._answers() if one["request"] != request]
        self.store.save("answers.json", {"answers": answers[-99:] + [{"request": request, "answer": answer}]})

    def sweep(self):
        """Ends what expired and repairs drift to the last order. None when there was nothing to do or to tell."""
        self.request = self.audit.request = "sweep"
        if not os.path.exists(os.path.join(self.server.state, "state.json")) or not self.store.locked(0):
            return None
        self.load_state()
        if not self.state["leases"] and self.state["finished"]:
            return None
        return self.converge(*self._last_order(), retry=not self.state["finished"])

    def install(self):
        self.request = self.audit.request = "install"
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
        self._put("/etc/systemd/system/latchkey-sweep.service", (
            "[Unit]\nDescription=Latchkey: end expired access and repair drift\n\n[Service]\nType=oneshot\n"
            "TimeoutStartSec=300\nExecStart=%s\n" % command.replace("%", "%%")).encode(), 0o644)
        self._put("/etc/systemd/system/latchkey-sweep.timer", (
            "[Unit]\nDescription=Latchkey: each minute\n\n[Timer]\nOnCalendar=minutely\nAccuracySec=1s\n\n"
            "[Install]\nWantedBy=timers.target\n").encode(), 0o644)
        for args in (["daemon-reload"], ["enable", "--now", "latchkey-sweep.timer"]):
            if self.server.live and systemd:
                code, _, error = run(["systemctl"] + args)
                if code != 0:
                    return "systemctl %s: %s" % (args[0], error.strip()[:200])
        return None


def main(args):
    verb = args[0] if args else None
    if verb not in ("install", "order", "sweep", "version") or len(args) not in (1, 3) or args[1:2] not in ([], ["--root"]):
        sys.stderr.write("usage: latchkey_agent.py install|order|sweep|version [--root DIR]\n")
        return 2
    if verb == "version":
        print(VERSION)
        return 0
    root = args[2] if len(args) == 3 else "/"
    if not os.path.isdir(root):
        sys.stderr.write("latchkey_agent.py: %s is not a directory\n" % root)
        return 2
    os.umask(0o077)
    agent = Agent(root)
    try:
        told = agent.order(sys.stdin.buffer) if verb == "order" else agent.sweep() if verb == "sweep" else agent.install()
    except (Refused, Exception) as error:  # whatever happened, the control plane gets one object that says so
        problem = str(error) if isinstance(error, (Refused, Problem)) else "%s: %s" % (type(error).__name__, error)
        told = agent.told("PARTIAL" if agent.begun else "REFUSED", problem=problem[:500])
    unchanged = told is None or told.pop("unchanged", False)
    if not unchanged:
        sys.stdout.write(dumped(told) + "\n")
    return 0 if told is None or told["outcome"] == "DONE" else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
