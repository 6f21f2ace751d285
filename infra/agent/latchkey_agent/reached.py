"""What a vendor needs to come to sshd and to know it: address, ports, and the public halves of the keys with which it answers."""
import contextlib
import os
import socket
import stat

from latchkey_agent import programs
from latchkey_agent.errors import Problem
from latchkey_agent.keys import parse_public_key
from latchkey_agent.listening import from_outside, listening
from latchkey_agent.processes import started_at

MOST_KEYS, MOST_PORTS, MOST_CHARACTERS = 8, 4, 6000
DEFAULT_KEYS = ["/etc/ssh/ssh_host_%s_key" % kind for kind in ("rsa", "ecdsa", "ed25519")]
# Documentation's own networks (RFC 5737, RFC 3849): nobody is there, and nothing is sent.
ANYWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
RSA = {"ssh-rsa", "rsa-sha2-256", "rsa-sha2-512"}


class Reached:
    """Of the first sshd, as it says itself. What cannot be told is left out."""

    def __init__(self, server, sshd):
        self.server, self.listener = server, sshd.asked.listeners[0]
        self.settings = sshd.settings("root")

    def as_json(self):
        told = {"ports": self._ports()[:MOST_PORTS]}
        address, keys = self._address(), self._keys()
        if address:
            told["address"] = address
        if keys is not None:
            told["host_keys"] = keys
        return told

    def _address(self):
        """The one from which it would call the internet, by its own routes; behind a gateway that is a private one."""
        for family, there in ANYWHERE if self.server.live else ():
            with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as asked:
                asked.connect((there, 9))
                return asked.getsockname()[0]
        return None

    def _ports(self):
        pairs = listening(self.server)
        if pairs:
            return sorted({port for _, port in from_outside(pairs) if not self.listener.ports or port in self.listener.ports})
        return self.listener.ports or sorted({int(port) for port in self.settings.get("port", ["22"]) if port.isdigit()})

    def _keys(self):
        """None where they cannot be told."""
        found = []
        for path in self.settings.get("hostkey") or DEFAULT_KEYS:
            with contextlib.suppress(OSError, ValueError):
                line = self._public(path)
                if line is None:
                    return None
                key = parse_public_key(line)
                if self._is_offered(key.type) and key.text not in found:
                    found.append(key.text)
        while len(found) > MOST_KEYS or len(" ".join(found)) > MOST_CHARACTERS:
            found.pop()
        return found

    def _public(self, path):
        """The public half of a key that sshd has loaded; None if that cannot be told. A folder has no sshd, and no private keys."""
        if not self.server.live:
            if not self.server.inside(self.server.path(path + ".pub")):
                raise ValueError(path)
            with open(self.server.path(path + ".pub"), errors="replace") as file:
                return file.read(MOST_CHARACTERS)
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode) or found.st_uid == os.geteuid() and found.st_mode & 0o077:
            raise ValueError("sshd refuses " + path)
        if self.listener.process and found.st_mtime > started_at(self.listener.process) + 1:
            raise ValueError("sshd was started before %s was written" % path)
        code, out, _ = programs.run(["ssh-keygen", "-y", "-P", "", "-f", path], timeout=5)
        if code in (124, 127):
            return None
        if code:
            raise ValueError(path + " is not a key that sshd can load")
        return out

    def _is_offered(self, kind):
        names = set(",".join(self.settings.get("hostkeyalgorithms", [])).split(","))
        return names == {""} or kind in names or (kind == "ssh-rsa" and bool(names & RSA))


def reached(server, sshd):
    try:
        return Reached(server, sshd).as_json()
    except Problem:
        return None
