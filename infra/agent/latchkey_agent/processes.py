"""The process table, from /proc."""
import collections
import contextlib
import os
import re

Process = collections.namedtuple("Process", "pid parent started name title")


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
