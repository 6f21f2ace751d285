"""The quiet sweep: whether anything that a whole look sees was changed since the last one. Imports next to nothing."""
import contextlib
import json
import os
import re
import subprocess
import time

from latchkey_agent.files import write_atomically

NOTE = "/run/latchkey/quiet"
STAMP = "/run/latchkey/swept"
SPARE = "/var/lib/latchkey/swept"  # where /run cannot be written
WHOLE = 300  # seconds after which a sweep looks at everything whatever a stamp says
ALWAYS = ("/etc/passwd", "/etc/shadow", "/etc/group", "/etc/ssh", "/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d",
          "/etc/hosts.allow", "/etc/hosts.deny", "/etc/csf/csf.allow", "/etc/csf/csf.tempallow",
          "/var/lib/latchkey/state.json", "/run/latchkey/state.json", "/usr/local/lib/latchkey/latchkey_agent.pyz")
# The jump to our chain, which is lost when somebody loads the firewall again.
JUMP = ["-w", "-C", "INPUT", "-m", "comment", "--comment", "latchkey", "-j", "LATCHKEY"]


def below(root, path):
    return os.path.join(root, path.lstrip("/"))


def boot():
    with contextlib.suppress(OSError):
        with open("/proc/sys/kernel/random/boot_id") as file:
            return file.read().strip()
    return ""


def now():
    return {"boot": boot(), "up": time.monotonic(), "at": int(time.time())}


def put(root, path, value):
    path = below(root, path)
    os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
    write_atomically(path, json.dumps(value).encode(), 0o600)


def stamp(root, swept=True):
    """A sweep was here; without `swept` one is to come."""
    for path in (STAMP, SPARE):
        with contextlib.suppress(OSError):
            return put(root, path, dict(now(), **({} if swept else {"at": None})))


def identity(path):
    """Changes with the contents, the owner, the mode, and with what a link on the way leads to."""
    told = []
    for look in (os.lstat, os.stat):
        try:
            one = look(path)
            told += [one.st_dev, one.st_ino, one.st_size, one.st_mtime_ns, one.st_ctime_ns]
        except OSError as error:
            told.append(error.errno)
    return told


def logins(users):
    """The sessions of these accounts: a new one is to be looked at while the log still tells of it."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc") if users else ()):
        with contextlib.suppress(OSError, IndexError):
            with open("/proc/%s/stat" % pid, "rb") as file:
                head, _, tail = file.read().rpartition(b")")
            if b"(sshd" in head:
                with open("/proc/%s/cmdline" % pid, "rb") as file:
                    title = re.match(r"sshd(?:-session)?: ([a-z_][a-z0-9_.-]*)(?:@.*| \[priv\])?\0*$",
                                     file.read(4096).decode("ascii", "replace"))
                if title and title.group(1) in users:
                    found.append([int(pid), int(tail.split()[19])])
    return sorted(found)


def note(root, paths, users, until, tools):
    """After a whole look that had nothing to do: what was looked at, and the second in which the next lease ends."""
    paths = sorted(set(paths) | set(ALWAYS))
    with contextlib.suppress(OSError):
        put(root, NOTE, dict(now(), until=until, users=sorted(users), logins=logins(users) if root == "/" else [],
                             tools=tools, seen={path: identity(below(root, path)) for path in paths}))


def forget(root):
    with contextlib.suppress(OSError):
        os.unlink(below(root, NOTE))


def is_quiet(root):
    try:
        with open(below(root, NOTE)) as file:
            told = json.load(file)
        moment = now()
        return (told["boot"] == moment["boot"] and 0 <= moment["up"] - told["up"] < WHOLE
                and told["at"] - 5 <= moment["at"] < told["until"]  # neither set back, nor has a lease ended
                and abs(moment["at"] - told["at"] - (moment["up"] - told["up"])) < 60
                and all(identity(below(root, path)) == seen for path, seen in told["seen"].items())
                and (root != "/" or logins(set(told["users"])) == told["logins"])
                and all(stands(tool) for tool in told["tools"]))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return False  # there is none, or it is damaged: look


def stands(tool):
    done = subprocess.run(["/usr/sbin/" + tool] + JUMP, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, timeout=5, env={"PATH": "/usr/sbin:/sbin"}, cwd="/")
    return done.returncode == 0


def sweep(words):
    """Whether the command line asks for a sweep that has nothing to do; it is stamped then."""
    if words[:1] != ["sweep"] or words[1:2] not in ([], ["--root"]) or len(words) not in (1, 3):
        return False
    root = os.path.realpath(words[2] if len(words) == 3 else "/")
    if not is_quiet(root):
        return False
    stamp(root)
    return True
