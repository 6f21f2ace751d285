"""The process table, from /proc."""
import collections
import contextlib
import os
import re

Process = collections.namedtuple("Process", "pid parent started name title uid")


def processes():
    table = {}
    for pid in (int(name) for name in os.listdir("/proc") if name.isdigit()):
        with contextlib.suppress(OSError, IndexError):
            with open("/proc/%d/stat" % pid, "rb") as file:
                head, _, tail = file.read().rpartition(b")")
            fields, name, title = tail.split(), head.partition(b"(")[2].decode("ascii", "replace"), ""
            uid = os.stat("/proc/%d" % pid).st_uid
            if name.startswith("sshd") and uid == 0:
                title = command_line(pid)
            if fields[0] not in (b"Z", b"X"):
                table[pid] = Process(pid, int(fields[1]), int(fields[19]), name, title, uid)
    return table


def lives(process):
    """Whether this very process is still there."""
    try:
        with open("/proc/%d/stat" % process.pid, "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
        return int(fields[19]) == process.started and fields[0] not in (b"Z", b"X")
    except (OSError, IndexError):
        return False


def number(text):
    """The number that somebody wrote; None for anything else, and for more digits than any number here has."""
    return int(text) if re.match("[0-9]{1,18}$", text or "") else None


def command_line(pid):
    return read("/proc/%d/cmdline" % pid).replace("\0", " ").strip()


def read(path, most=65536):
    """A file of /proc or /run; empty if there is none."""
    try:
        with open(path, "rb") as file:
            return file.read(most).decode("utf-8", "replace")
    except OSError:
        return ""


def booted_at():
    return int(re.search(r"^btime (\d+)$", read("/proc/stat", 1 << 24), re.MULTILINE).group(1))


def started_at(process):
    return booted_at() + process.started // os.sysconf("SC_CLK_TCK")


def up_at(process):
    """Seconds from the boot to its start; unlike started_at it stays what it is when the clock is set."""
    return process.started / os.sysconf("SC_CLK_TCK")


def boot():
    return read("/proc/sys/kernel/random/boot_id").replace("-", "").strip()


def audit_session(pid):
    """What all processes of one login share, also those that left its tree."""
    found = number(read("/proc/%d/sessionid" % pid))
    return found if found != 4294967295 else None


def group(pid):
    """The control group in which systemd keeps the process."""
    found = re.findall(r"^(?:0:|\d+:name=systemd):(/.*)$", read("/proc/%d/cgroup" % pid), re.MULTILINE)
    return max(found, key=len, default="")  # the other of the two hierarchies has the root alone


def scope(pid):
    """The scope of its login, also after it left the tree; None if it has none."""
    found = re.search(r"/(session-[^/]+\.scope)", group(pid))
    return found.group(1) if found else None


def unit(pid):
    """The service of the system in which it runs; None if it has none, or is of a login."""
    found = re.match(r"(?:/(?!user\.slice/)[^/]+\.slice)*/([^/]+\.service)(?:/|$)", group(pid))
    return found.group(1) if found else None


def connection(pid):
    """Address and port of the login in whose environment it was started."""
    found = re.search(r"(?:^|\0)SSH_CONNECTION=(\S+) ([0-9]{1,5}) ", read("/proc/%d/environ" % pid, 1 << 20))
    return found and (found.group(1), int(found.group(2)))
