"""What logind keeps of sessions, and what the text of syslog says of logins."""
import contextlib
import ipaddress
import os
import re

from latchkey_agent.journal import accepted
from latchkey_agent.processes import audit_session, number, read, scope

SESSIONS = "/run/systemd/sessions"
PREFIX = re.compile(r"(?:\S+ +){1,4}sshd(?:-session)?\[\d+\]: ")


def plain_address(text):
    address = ipaddress.ip_address(text)
    return getattr(address, "ipv4_mapped", None) or address


def inside(address, ranges):
    return any(plain_address(address) in ipaddress.ip_network(one) for one in ranges)


def session_of(pid, parent=None):
    """logind's session, or that of the audit; none that it only inherited from the sshd that listens."""
    mine, above = scope(pid), parent and scope(parent)
    if mine and mine != above:
        return re.sub(r"^session-|\.scope$", "", mine)
    audit = audit_session(pid)
    return str(audit) if audit is not None and parent and audit != audit_session(parent) else None


def logind():
    """What logind keeps of each session."""
    found = []
    with contextlib.suppress(OSError):
        for name in os.listdir(SESSIONS):
            if not re.match(r"[A-Za-z0-9]+$", name):
                continue  # the pipe beside it would hold us
            one = dict(line.split("=", 1) for line in read(os.path.join(SESSIONS, name)).splitlines() if "=" in line)
            found.append(dict(one, id=name, leader=number(one.get("LEADER")) or 0, at=(number(one.get("REALTIME")) or 0) // 1000000,
                              up=(number(one.get("MONOTONIC")) or 0) // 1000000))
    return found


def syslog():
    """(user, address, port) → keys that are named there; "" for a login without one."""
    found = {}
    for path in ("/var/log/auth.log", "/var/log/secure"):
        with contextlib.suppress(OSError):
            with open(path, "rb") as file:
                file.seek(max(0, os.fstat(file.fileno()).st_size - 8 * 1024 * 1024))
                for line in file.read(8 * 1024 * 1024).decode("ascii", "replace").splitlines():
                    prefix = PREFIX.match(line)
                    told = accepted(line[prefix.end():] if prefix else line)
                    with contextlib.suppress(ValueError):
                        if told:
                            found.setdefault((told[0], str(plain_address(told[1])), told[2]), set()).update(told[3] or [""])
    return found
