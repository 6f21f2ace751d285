"""People who log in over the network with OpenSSH: the vendor, an administrator, somebody."""
import os
import pathlib
import re
import select
import socket
import subprocess
import time

from .machine import LabMistake, server_of

LOGIN_SECONDS = 5
LINES_SECONDS = 60
OPTIONS = """
    -F none -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o IdentitiesOnly=yes
    -o IdentityAgent=none -o LogLevel=ERROR -o ServerAliveInterval=2 -o ServerAliveCountMax=2
""".split()


class Person:
    """A key of its own and an address to come from."""

    def __init__(self, folder, name, address, kind="ed25519", bits=None):
        self.address = address
        self.file = pathlib.Path(folder) / name
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", name, "-f", str(self.file)]
                       + (["-b", str(bits)] if bits else []), check=True)
        self.public = " ".join((self.file.parent / (name + ".pub")).read_text().split()[:2])

    def certified(self):
        """Has a certificate authority of its own sign the key for every account; the authority's public key."""
        authority = self.file.parent / "authority"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(authority)], check=True)
        subprocess.run(["ssh-keygen", "-q", "-s", str(authority), "-I", "lab", "-n", "root,support,owner,other",
                        str(self.file) + ".pub"], check=True, stderr=subprocess.DEVNULL)
        return (self.file.parent / "authority.pub").read_text().strip()

    def ssh(self, account, options=(), port=22, address=None, host=None):
        """The command to which the lines for the server are added."""
        return (["ssh"] + OPTIONS + ["-o", "ConnectTimeout=%d" % LOGIN_SECONDS, "-i", str(self.file), "-p", str(port),
                "-b", address or self.address] + list(options)
                + ["-l", account, host or server_of(address or self.address)])

    def logs_in(self, account, port=22, address=None, host=None):
        """Whether a shell of the account does as told; only that counts as being in."""
        try:
            done = subprocess.run(self.ssh(account, port=port, address=address, host=host) + ["echo lab-in-$((6*7))"],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=20)
        except subprocess.TimeoutExpired:
            return False
        return b"lab-in-42" in done.stdout


class Session:
    """A login that stays open until it is closed or ended by the server."""

    def __init__(self, person, account, lines, terminal=False, options=()):
        script = ("echo lab-session=$(cat /proc/self/sessionid)\n" + lines +
                  "\necho lab-ready=$?\nread -r lab_end\nexit 0\n")
        self.process = subprocess.Popen(
            person.ssh(account, list(options) + (["-tt"] if terminal else [])) + ["exec bash -c " + quoted(script)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        self.printed = ""
        found = self._await(r"lab-session=(\d+)[\s\S]*lab-ready=\d+")
        self.audit_session = int(found.group(1))

    def _await(self, pattern):
        until = time.monotonic() + LINES_SECONDS
        while time.monotonic() < until:
            ready, _, _ = select.select([self.process.stdout], [], [], 0.2)
            chunk = os.read(self.process.stdout.fileno(), 65536) if ready else b""
            self.printed += chunk.decode("utf-8", "replace")
            found = re.search(pattern, self.printed)
            if found:
                return found
            if ready and not chunk:
                break
        self.abandon()
        raise LabMistake("a session did not come to the end of its lines:\n%s" % self.printed[-2000:])

    def close(self):
        """The person logs out."""
        try:
            self.process.stdin.write(b"\n")
            self.process.stdin.close()
            self.process.wait(timeout=5)
        except (BrokenPipeError, subprocess.TimeoutExpired):
            pass
        self.abandon()

    def abandon(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def answers(self):
        """Whether the server has not ended it."""
        return self.process.poll() is None


def quoted(text):
    """One word of POSIX shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def arrives(address, port=22):
    """Whether a packet from there reaches the port and an answer comes back."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as connection:
        connection.settimeout(2.5)
        connection.bind((address, 0))
        try:
            connection.connect((server_of(address), port))
            return True
        except OSError:
            return False
