"""Sessions of sshd: which key opened them, and how they are ended."""
import collections
import contextlib
import ipaddress
import os
import re
import signal
import time

from latchkey_agent import programs
from latchkey_agent.processes import audit_session, processes, started_at

Session = collections.namedtuple("Session", "process user fingerprint peer since")


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
        _, out, _ = programs.run(["journalctl", "-q", "--no-pager", "-o", "cat", "--since=@%d" % since, "_UID=0"]
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
