"""Who logged in: the sessions of sshd that live, those that left processes, and the key that opened each."""
import collections
import contextlib
import os
import re
import time

from latchkey_agent.errors import asking
from latchkey_agent.journal import Journal
from latchkey_agent.leases import account_of
from latchkey_agent.listeners import sockets_of
from latchkey_agent.processes import booted_at, boot, number, processes, read, started_at, up_at
from latchkey_agent.records import logind, plain_address, session_of, syslog

MOST = 200  # logins that are kept of one lease
READ = "/run/latchkey/journal"  # its time: until when the journal was read; in it, that on a clock that nobody sets
TITLE = re.compile(r"sshd(?:-session)?: ([^\s\[/]\S*?)(?: \[priv\]|@((?:pts/|tty|notty)\S*))?$")

# key: its fingerprint; "" for another way in; None if it cannot be told. process: None once the login itself has ended.
# since: when it was, on a clock that may be set; up: at least so many seconds after the boot, which is what processes are compared with
Login = collections.namedtuple("Login", "user key address port since process pid session terminal up")


class Logins:
    """What is known of logins comes from journald and logind; text in syslog may add a suspicion and clears nothing."""

    def __init__(self, server, store, leases, ports):
        self.server, self.leases, self.ports = server, leases, ports
        self.notes, self.journal = store.state["logins"], Journal()
        self.questions, self.revoked, self.faults = [], set(), store.faults  # revoked: keys that count for every account
        self.boot = boot() if server.live else ""

    def learn(self, keep):
        """Notes every login by a key of a lease, as whatever account, since the last look; the journal may have lost it later."""
        now = int(time.time())
        for name in self.leases.held:
            self.notes.setdefault(name, {"begun": now, "known": [], "dropped": 0, "ended": [], "more": 0})
        for name in set(self.notes) - set(self.leases.held):
            del self.notes[name]
        if not self.server.live or not self.notes:
            return
        since = max(self._last_look(now) - 60, booted_at())
        entries = self.journal.logins(since)
        made, ended = self.journal.sessions(since)
        if self.journal.there and now - since > 600 and not self.journal.reaches(max(since, booted_at() + 60)):
            self.questions.append("the journal does not go back to the last look at it")
        table = processes() if entries else {}
        for entry in entries:
            with self.asking("a login of the journal"):
                self._note(entry, made, table.get(entry.pid))
        for known in (one for note in self.notes.values() for one in note["known"]):
            if known["boot"] == self.boot and known["session"] in ended and known["until"] is None:
                known["until"] = ended[known["session"]]
        self.questions += self.journal.questions
        if keep and not self.questions:
            with contextlib.suppress(OSError):
                os.makedirs(os.path.dirname(READ), mode=0o700, exist_ok=True)
                with open(READ, "w") as file:
                    file.write("%.0f" % time.monotonic())
                os.utime(READ, (now, now))

    def asking(self, what):
        """One login or process that cannot be looked at is a question, and keeps no other from being ended."""
        return asking(self.questions, self.faults, what)

    def _last_look(self, now):
        """Until when the journal was read; where the clock was set since, the earlier of what it said and what it would say now."""
        begun = min(note["begun"] for note in self.notes.values())
        with contextlib.suppress(OSError, ValueError, OverflowError):
            with open(READ) as file:
                read, today = int(os.fstat(file.fileno()).st_mtime), now - int(time.monotonic() - float(file.read()))
            begun = max(begun, read) if abs(today - read) < 30 else min(read, today)
        return begun

    def _note(self, entry, made, process):
        session = next((one.session for one in made if one.leader == entry.pid and one.boot == entry.boot
                        and -5 <= one.at - entry.at <= 300), None)
        keys = {name: next((key for key in entry.keys if key in self.leases.held[name]["keys"]), None) for name in self.notes}
        named = [name for name, key in sorted(keys.items()) if key and entry.boot == self.boot]
        for name in [one for one in named if account_of(one) == entry.user] or named:
            note, key = self.notes[name], keys[name]
            known = next((one for one in note["known"] if (one["pid"], one["at"]) == (entry.pid, entry.at)), None)
            if known is None:
                known = {"pid": entry.pid, "at": entry.at, "session": None, "from": entry.address, "port": entry.port,
                         "key": key, "boot": entry.boot, "until": None, "up": entry.up, "user": entry.user}
                note["dropped"] += len(note["known"]) == MOST
                note["known"] = note["known"][1 - MOST:] + [known]
            if process and process.title and same(entry.at, entry.up, started_at(process), up_at(process)):
                session = session or session_of(entry.pid, process.parent)
            known["session"] = known["session"] or session or entry.audit

    def known(self):
        return [one for _, note in sorted(self.notes.items()) for one in note["known"] if one["boot"] == self.boot]

    def all(self):
        """The logins of every account that live, or left processes: a key may be let in as another than its grant's."""
        table = processes()
        titles = {pid: TITLE.match(one.title) for pid, one in table.items() if one.title}
        titles = {pid: found for pid, found in titles.items() if found}
        heads = [pid for pid, found in titles.items()
                 if not (table[pid].parent in titles and titles[table[pid].parent].group(1) == found.group(1))]
        sessions = {one["id"]: one for one in logind() if one.get("SERVICE") == "sshd"}
        leaders = [one["leader"] for one in sessions.values() if one["leader"]]
        self.told, self.text, found, seen = [], {}, [], set()
        with self.asking("the journal"):
            self.told = self.journal.logins(0, heads + leaders, self.boot) if heads or leaders else []
        with self.asking("syslog"):
            self.text = syslog() if heads or not self.journal.there else {}
        for head in heads:
            with self.asking("the login of process %d" % head):
                own = [head] + [pid for pid in titles if table[pid].parent == head]
                session = session_of(head, table[head].parent)
                seen.add(session)
                terminal = next(filter(None, (titles[pid].group(2) for pid in own)), "")
                found.append(self._login(titles[head].group(1), table[head], head, started_at(table[head]),
                                         self._peer(own), session, terminal if terminal != "notty" else "", up_at(table[head])))
        for one in sessions.values():
            if one["id"] not in seen:
                with self.asking("logind's session %s" % one["id"]):
                    found.append(self._login(one.get("USER", ""), None, one["leader"], one["at"],
                                             (one.get("REMOTE_HOST", ""), 0), one["id"], one.get("TTY", ""), one["up"]))
        alive = {(one.user, one.pid) for one in found}
        found += [Login(one["user"], one["key"], one["from"], one["port"], one["at"], None, one["pid"], one["session"], "", up(one))
                  for one in self.known() if (one["user"], one["pid"]) not in alive]
        return found + self._told_by_syslog(found)

    def _told_by_syslog(self, found):
        """Where there is no journald: logins that are over, of which processes may be left."""
        here = {(one.address, one.port) for one in found}
        mine, logins = self._of_leases(), []
        for (user, address, port), keys in sorted(self.text.items(), key=str) if not self.journal.there else ():
            if len(keys) == 1 and keys <= mine and (address, port) not in here:
                begun = begun_of(self.notes, user, 0)
                logins.append(Login(user, next(iter(keys)), address, port, begun, None, 0, None, "", begun - booted_at()))
        return logins

    def _login(self, user, process, pid, since, peer, session, terminal, began):
        address, port = peer or ("", 0)
        with contextlib.suppress(ValueError):
            address = str(plain_address(address))
        return Login(user, self._key(user, pid, since, began, address, port), address, port, since, process, pid, session, terminal, began)

    def _key(self, user, pid, since, began, address, port):
        """What journald says of this process, or said while we looked; where there is no journald, what syslog says."""
        notes = [one for one in self.known() if one["user"] == user and one["pid"] == pid and same(one["at"], up(one), since, began)]
        if notes:
            return notes[-1]["key"]
        told = [one for one in self.told if one.user == user and one.pid == pid and one.boot == self.boot
                and same(one.at, one.up, since, began)]
        mine = self.revoked | self._of_leases()
        if told:
            return next((key for key in told[-1].keys if key in mine), (told[-1].keys or ("",))[0])
        keys = self.text.get((user, address, port), set())
        if not self.journal.there and len(keys) == 1 and keys <= mine:
            return next(iter(keys))
        return None

    def _of_leases(self):
        return {key for lease in self.leases.held.values() for key in lease["keys"]}

    def suspected(self, login):
        """Keys that syslog names for it: anybody may have written that."""
        return self.text.get((login.user, login.address, login.port), set())

    def _peer(self, pids):
        """The other end of the connection to sshd, rather than of one that it forwards."""
        sockets, peers = {one for pid in pids for one in sockets_of(pid)}, []
        for table in ("tcp", "tcp6"):
            for fields in (line.split() for line in read("/proc/%d/net/%s" % (pids[0], table), 1 << 24).splitlines()):
                if fields[9] in sockets and fields[3] != "0A":  # 0A: it listens
                    address, port = fields[2].split(":")
                    words = [bytes.fromhex(word)[::-1] for word in re.findall("." * 8, address)]
                    forwarded = int(fields[1].split(":")[1], 16) not in self.ports
                    peers.append((forwarded, (str(plain_address(b"".join(words))), int(port, 16))))
        return min(peers, key=lambda peer: peer[0])[1] if peers else None


def begun_of(notes, user, otherwise):
    """When the first lease of the account began; of one without, whose login may be by any, the first of all."""
    return min([note["begun"] for name, note in notes.items() if account_of(name) == user]
               or [note["begun"] for note in notes.values()] or [otherwise])


def up(known):
    """Agents before this one did not note it."""
    return known["at"] - booted_at() if known["up"] is None else known["up"]


def same(at, after, since, began):
    """Whether a line of the log is of a process of that start, and of no other of its number: the clock may have been set meanwhile,
    or the server may have slept, which one of the two is blind for."""
    return -5 <= at - since <= 300 or -5 <= after - began <= 300
