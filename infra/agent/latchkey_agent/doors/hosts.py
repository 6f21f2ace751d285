"""The door `hosts_allow`: lines of ours at the top of hosts.allow, where sshd is linked with libwrap."""
import contextlib
import ipaddress
import os
import re

from latchkey_agent import libwrap

# A comment of its own marks the line after it; behind an option, a comment would be a part of it.
MARK, MADE = b"# latchkey\n", b"# latchkey made this file\n"
OURS = re.compile(rb"^# latchkey\nsshd : [0-9a-f.:/\[\]]+\n|^# latchkey made this file\n", re.MULTILINE)


class HostsAllow:

    name = "hosts_allow"

    def __init__(self, server):
        self.server, self.changed = server, False
        self.path = os.path.realpath(server.path(libwrap.ALLOW))
        self.linked = libwrap.linked(server)

    def make(self, ranges, change, judge=True):
        ranges, told = sorted(ranges), {"state": "WHOLE" if ranges else "GONE"}
        if not self.linked:
            ranges, told = [], {"state": "ABSENT"}
            if self.linked is None and self.server.live:
                told["notes"] = ["not sure whether sshd reads hosts.allow: its program cannot be read"]
        try:
            data = self._read()
            block = b"".join(MARK + line(one) for one in ranges)
            if block and (data is None or MADE in data):
                block = MADE + block
            wanted = None if data is None and not block else block + OURS.sub(b"", data or b"")
            if data != wanted and change:
                self.changed = True
                self._write(wanted, data)
                data = self._read()
            if data != wanted and not (data is None and not wanted):
                told.update(state="PARTIAL", problem="hosts.allow: the lines are not as wanted")
        except OSError as error:
            told.update(state="PARTIAL", problem="%s: %s" % (libwrap.ALLOW, error.strerror))
        for one in ranges if told["state"] == "PARTIAL" else ():
            admitted, where = libwrap.admits(self.server, ipaddress.ip_network(one)[0])
            if admitted is False:
                told.update(blocked_by=where, problem="%s; %s refuses %s" % (told["problem"], where, one))
                break
        return told

    def _read(self):
        with contextlib.suppress(FileNotFoundError), open(self.path, "rb") as file:
            return file.read()
        return None

    def _write(self, data, before):
        """In one step; owner, mode and label stay as they were. A file that we made goes with our last line."""
        if not data and before and MADE in before:
            os.unlink(self.path)
            return
        temporary = self.path + ".latchkey"
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            with contextlib.suppress(FileNotFoundError):
                known = os.stat(self.path)
                os.fchown(file.fileno(), known.st_uid, known.st_gid)
                for name in os.listxattr(self.path):
                    with contextlib.suppress(OSError):
                        os.setxattr(file.fileno(), name, os.getxattr(self.path, name))
            os.fchmod(file.fileno(), 0o644 if before is None else known.st_mode & 0o7777)
            file.flush()
            os.fsync(file.fileno())
        os.rename(temporary, self.path)


def line(network):
    """libwrap knows networks of IPv4 by their mask, and one address by itself alone."""
    network = ipaddress.ip_network(network)
    single = network.prefixlen == network.max_prefixlen
    text = str(network[0]) if single else network.with_netmask if network.version == 4 else None
    if network.version == 6:
        text = "[%s]%s" % (network[0], "" if single else "/%d" % network.prefixlen)
    return ("sshd : %s\n" % text).encode()
