"""sshd's settings, as sshd itself tells them for an account and an address."""
import contextlib
import os
import re

from latchkey_agent import programs
from latchkey_agent.errors import Problem
from latchkey_agent.listeners import Listener, listeners
from latchkey_agent.points import points, tokens
from latchkey_agent.processes import number
from latchkey_agent.sshdconfig import MAIN, Text
from latchkey_agent.uptodate import UpToDate

MOST = 40  # questions to sshd for one account
MOST_ALL = 400  # in one run
MOST_SSHD = 8  # that listen and are asked
LOCAL = "127.0.0.1"
DEFAULT_FILES = ".ssh/authorized_keys .ssh/authorized_keys2"


class Settings:
    """Asks each sshd that listens, as it was started. A folder has none; there its file is read."""

    def __init__(self, server):
        self.server = server
        running = listeners() if server.live else [Listener()]
        self.listeners = running[:MOST_SSHD]
        self.unasked = (["%d sshd listen; %d of them were asked" % (len(running), MOST_SSHD)]
                        if len(running) > MOST_SSHD else [])
        self.texts = [Text(server, one.config or MAIN) for one in self.listeners]
        self.uptodate = UpToDate(server, self.listeners, self.texts)
        self._cache, self._found = {}, {}
        if server.live:
            with contextlib.suppress(OSError):  # under ssh.socket it is missing until the first connection
                os.makedirs("/run/sshd", mode=0o755, exist_ok=True)

    def of(self, user, address=LOCAL):
        """The settings of the first sshd for a login; a Problem if it cannot be asked."""
        return self._asked(0, user, address, None, None)

    def answers(self, user, ranges):
        """[(address, settings)] for every address at which they may differ, and the questions that stay open.

        The address is None for what holds for every address, or, where they differ, for 127.0.0.1 beside the ranges.
        """
        name = (user, tuple(ranges))
        if name not in self._found:
            self._found[name] = self._answers(user, ranges)
        return self._found[name]

    def _answers(self, user, ranges):
        found, problems = [], list(self.unasked)
        for at, text in enumerate(self.texts):
            asked, open_questions = self._points(at, text, ranges)
            problems += open_questions + text.unread
            if at in self.uptodate.late and self._stands(at):
                problems.append(self.uptodate.late[at])
            if len(asked) > MOST:
                problems.append("sshd's settings tell %d addresses apart for %s; it was asked for %d"
                                % (len(asked), user, MOST))
            for address, local, port in asked[:MOST]:
                try:
                    found.append((address, self._asked(at, user, address or LOCAL, local, port)))
                except Problem as problem:
                    if self._stands(at):
                        problems.append(str(problem))
                    break
        return found, sorted(set(problems))

    def patterns(self, text):
        """What may tell addresses apart: in sshd's configuration, in hosts.allow and hosts.deny."""
        values = list(text.matches) + text.values("allowusers", "denyusers")
        for path in ("/etc/hosts.allow", "/etc/hosts.deny"):
            with contextlib.suppress(OSError):
                with open(self.server.path(path), errors="replace") as file:
                    values += [re.sub(r"^[^:]*:", "", line) for line in file.read(1024 * 1024).splitlines()
                               if not line.startswith("#")]
        return sorted({token for value in values for token in tokens(value)})

    def points(self, ranges):
        """Every address that is worth a question, and what stays open."""
        found, problems = {}, []
        for text in self.texts:
            addresses, open_questions = points(ranges, self.patterns(text))
            found.update((address, None) for address in addresses)
            problems += open_questions
        return list(found), problems

    def _points(self, at, text, ranges):
        problems = []
        if text.strange:
            problems.append("Match %s: sshd cannot be asked for it" % ", ".join(text.strange))
        if "host" in text.criteria and self._names(at):
            problems.append("Match Host with UseDNS: the settings depend on names that are not known")
        if not self.server.live:
            if text.matches:
                problems.append("%s has Match blocks, and a folder has no sshd to ask" % MAIN)
            return [(None, None, None)], problems
        addresses = [None]
        if text.criteria & {"address", "host"}:
            found, open_questions = points(ranges, self.patterns(text))
            addresses, problems = addresses + found, problems + open_questions
        ports = [None]
        if "localport" in text.criteria:
            ports = self.listeners[at].ports or [number(port) for port in text.values("port") if number(port)] or ports
        locals_of = local_addresses() if "localaddress" in text.criteria else {}
        return [(address, local, port) for address in addresses
                for local in locals_of.get(":" in (address or LOCAL)) or [None] for port in ports], problems

    def _names(self, at):
        try:
            return self._asked(at, "root", LOCAL, None, None).get("usedns", ["no"])[0] != "no"
        except Problem:
            return False  # which is told anyway

    def _stands(self, at):
        """Whether this sshd is still there: one that was started in a session may have been ended since."""
        process = self.listeners[at].process
        return process is None or os.path.exists("/proc/%d" % process.pid)

    def _asked(self, at, user, address, local, port):
        text, listener = self.texts[at], self.listeners[at]
        if not text.criteria & {"user", "group"}:
            user = "root"
        if not text.criteria & {"address", "host"}:
            address = LOCAL
        name = (at, user, address, local, port)
        if name not in self._cache:
            if len(self._cache) == MOST_ALL:
                raise Problem("sshd's settings differ between accounts; it was asked %d times, and not for all" % MOST_ALL)
            self._cache[name] = (self._told(listener, user, address, local, port) if self.server.live
                                 else text.first_values())
            settings = self._cache[name]
            if isinstance(settings, dict):
                settings.setdefault("authorizedkeysfile", [DEFAULT_FILES])
                login = settings.get("permitrootlogin", ["prohibit-password"])[0].lower()
                settings["permitrootlogin"] = ["prohibit-password" if login == "without-password" else login]
        if not isinstance(self._cache[name], dict):
            raise Problem(self._cache[name])
        return self._cache[name]

    def _told(self, listener, user, address, local, port):
        """What sshd prints; a sentence if it does not answer."""
        if re.search(r"[,\s]", user):
            return "sshd could not be asked: it takes no account name such as %r" % user
        local = local or ("::1" if ":" in address else LOCAL)
        code, out, error = programs.run(listener.command() + ["-C", "user=%s,host=%s,addr=%s,laddr=%s,lport=%d" % (
            user, address, address, local, port or (listener.ports or [22])[0])], timeout=5)
        if code != 0 or not out:
            return "sshd could not be asked: %s" % programs.complaint(error, out)
        settings = {}
        for line in out.splitlines():
            keyword, _, value = line.partition(" ")
            settings.setdefault(keyword.lower(), []).append(value)
        return settings


def local_addresses():
    """The addresses of this machine: False → those of IPv4, True → those of IPv6."""
    found = {False: [LOCAL], True: ["::1"]}
    with contextlib.suppress(OSError):
        with open("/proc/net/fib_trie") as file:
            found[False] = sorted(set(re.findall(r"\|-- (\S+)\n\s+/32 host LOCAL", file.read()))) or [LOCAL]
    with contextlib.suppress(OSError):
        with open("/proc/net/if_inet6") as file:
            found[True] = [":".join(re.findall("....", line.split()[0])) for line in file] or ["::1"]
    return found
