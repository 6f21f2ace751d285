"""Where sshd listens: its sockets, and those that systemd holds for it."""
import contextlib
import ipaddress
import os
import re
import socket
import struct

from latchkey_agent import programs


def listening(server):
    """Addresses and ports, sorted; None where that cannot be told."""
    if not server.live:
        return None
    try:
        return sorted(_of_sshd(sockets()) | _of_systemd())
    except OSError:
        return None


def from_outside(pairs):
    return [(address, port) for address, port in pairs if not ipaddress.ip_address(address).is_loopback]


def sockets():
    """Inode → address and port of each TCP socket that listens."""
    found = {}
    for name, family in (("/proc/net/tcp", socket.AF_INET), ("/proc/net/tcp6", socket.AF_INET6)):
        with contextlib.suppress(FileNotFoundError), open(name) as file:  # no IPv6 in this kernel
            for row in (line.split() for line in file):
                if row[3] == "0A":
                    address, _, port = row[1].partition(":")
                    # The kernel prints words of 32 bits in its own byte order.
                    raw = b"".join(struct.pack("=I", int(address[at:at + 8], 16)) for at in range(0, len(address), 8))
                    found[row[9]] = socket.inet_ntop(family, raw), int(port, 16)
    return found


def _of_sshd(sockets):
    found = set()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        folder = "/proc/%s/" % pid
        with contextlib.suppress(OSError):  # it has ended
            program = os.path.basename(os.readlink(folder + "exe")).split(" ")[0]
            if program != "sshd" or os.stat(folder).st_uid != 0:
                continue
            with open(folder + "cmdline", "rb") as file:
                title = file.read(4096)
            # A session's process listens for what it forwards.
            if not title.startswith(b"sshd: ") or b"[listener]" in title:
                for one in os.listdir(folder + "fd"):
                    with contextlib.suppress(OSError):
                        inode = re.match(r"socket:\[(\d+)\]$", os.readlink(folder + "fd/" + one))
                        found.update([sockets[inode.group(1)]] if inode and inode.group(1) in sockets else [])
    return found


def _of_systemd():
    found = set()
    if os.path.isdir("/run/systemd/system"):
        _, out, _ = programs.run(["systemctl", "show", "-p", "ActiveState,BindIPv6Only,BindToDevice,Listen", "ssh.socket", "sshd.socket"])
        for unit in out.split("\n\n"):
            reached = "ActiveState=active" in unit and "BindToDevice=lo\n" not in unit + "\n"
            for address, port in re.findall(r"(\S*):(\d+) \(Stream\)", unit) if reached else ():
                address = address.rpartition("=")[2].strip("[]") or "::"
                found.add((address, int(port)))
                if address == "::" and "BindIPv6Only=ipv6-only" not in unit:
                    found.add(("0.0.0.0", int(port)))
    return found
