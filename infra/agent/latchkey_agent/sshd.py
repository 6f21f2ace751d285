"""sshd: its settings and version, the files in which it reads keys, and the line that it is given for a grant."""
import collections
import contextlib
import glob
import ipaddress
import os
import re
import socket
import time

from latchkey_agent import programs
from latchkey_agent.errors import Problem
from latchkey_agent.keyfile import KeyFile
from latchkey_agent.points import EVERYWHERE
from latchkey_agent.settings import DEFAULT_FILES, Settings
from latchkey_agent.sshdconfig import words_of


MANAGED = "/etc/ssh/latchkey/"


class Sshd:
    """What sshd says of itself. A sweep knows the version, so as not to knock each minute."""

    def __init__(self, server, version=None):
        self.server, self.asked = server, Settings(server)
        self.ports, self.root_login = [], None
        self.managed = self.unmanaged = None  # where root's files of keys are, if they are wanted; why they are not used
        self.followed = None  # what was changed beside them in this run
        with contextlib.suppress(Problem):
            main = self.settings("root")
            self.ports = sorted({int(port) for port in main.get("port", ["22"]) if port.isdigit()})
            self.root_login = main["permitrootlogin"][0]
        # What listens counts more than what the configuration says.
        self.ports = sorted({port for one in self.asked.listeners for port in one.ports}) or self.ports or [22]
        self.version = version or self._version()
        self.expiry = "utc" if self.at_least(9, 1) else "local" if self.at_least(7, 7) else "none"

    def at_least(self, *version):
        return tuple(int(part) for part in (self.version or "0").split(".")) >= version

    def knows(self, *version):
        """As at_least; one whose version nobody knows is believed to know all."""
        return not self.version or self.at_least(*version)

    def settings(self, user, address="127.0.0.1"):
        return self.asked.of(user, address)

    def _version(self):
        found = None
        for port in self.ports if self.server.live else ():
            with contextlib.suppress(OSError):
                with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
                    found = found or re.search(r"OpenSSH_(\d+\.\d+)", connection.recv(255).decode("ascii", "replace"))
        for program in ("sshd", "ssh") if self.server.live else ("ssh",):
            found = found or re.search(r"OpenSSH_(\d+\.\d+)", "".join(programs.run([program, "-V"])[1:]))
        return found.group(1) if found else None if self.server.live else "9.2"

    def key_files(self, account, ranges=(), used=None):
        """Where sshd reads keys, at any address of the ranges. Below the home that is the account's, elsewhere root's alone.

        `own` are those that belong to this account alone and are read at every address of `used`, or of the ranges.
        """
        answers, _ = self.asked.answers(account.pw_name, ranges) if self._divided() else self.asked.answers("root", ())
        files, everywhere = collections.OrderedDict(), None
        for address, settings in answers:
            found = self.files_of(account, settings["authorizedkeysfile"][0])
            if self._counts(address, answers, used):
                everywhere = set(found) if everywhere is None else everywhere & set(found)
            for path, file in found.items():
                files.setdefault(path, file)
        if not answers:  # to be closed in any case; nothing is opened on a guess
            files, everywhere = self.files_of(account, DEFAULT_FILES), set()
        for path, file in files.items():
            file.own = file.own and path in everywhere
        self._choose([file for file in files.values() if file.own])
        return list(files.values())

    def _choose(self, own):
        """Of several files that would do, a managed one if they are wanted, and only then."""
        ours = [file for file in own if file.shown.startswith(MANAGED)]
        others = [file for file in own if file not in ours]
        for file in (others if self.managed and ours else ours if others else []):
            file.own = False

    @staticmethod
    def _counts(address, answers, used):
        if address is None:
            return all(other is None for other, _ in answers)
        return not used or any(ipaddress.ip_address(address) in ipaddress.ip_network(one) for one in used)

    def files_of(self, account, value):
        """Path → file, for a value of AuthorizedKeysFile."""
        home = self._home(account)
        known = {"%": "%", "h": self.server.shown(home), "u": account.pw_name, "U": str(account.pw_uid)}
        files = collections.OrderedDict()
        for pattern in value.split():
            path = re.sub("%(.)", lambda match: known.get(match.group(1), match.group(0)), pattern)
            path = os.path.normpath(os.path.join(known["h"], path))
            # A line in a file of all accounts would let its key in as root, whoever it is for.
            own = bool(set(re.findall("%(.)", pattern)) & set("uUh"))
            # Recent versions of sshd take a pattern for all files that match.
            more = glob.glob(self.server.path(path)) if re.search(r"[*?\[]", path) else []
            for one in [path] + sorted(map(self.server.shown, more)) if pattern != "none" else ():
                files[one] = self.file_at(account, one)
                files[one].own = (own or (files[one].private and known["h"] != "/")) and not more
        return files

    def _home(self, account):
        home = os.path.realpath(self.server.path(account.pw_dir))
        if os.path.commonpath([self.server.root, home]) != self.server.root:
            raise Problem("the home directory of %s is outside of the folder" % account.pw_name)
        return home

    def file_at(self, account, path):
        """Below the home, and in a folder of its own, a file is the account's; elsewhere root's alone.

        An account that is no more owns nothing.
        """
        if account is None:
            return KeyFile(self.server.root, path.lstrip("/"), None, True, path, False)
        home = self._home(account)
        shown = self.server.shown(home)
        inside = os.path.commonpath([shown, path]) == shown
        private = inside or self._is_of(account, os.path.dirname(path))
        owners = {0, os.geteuid(), account.pw_uid} if private else {0, os.geteuid()}
        return KeyFile(home if inside else self.server.root, os.path.relpath(path, shown if inside else "/"), owners,
                       private, path, False)

    def _is_of(self, account, folder):
        """A home that was moved, for instance. What is root's stays root's alone."""
        try:
            return account.pw_uid != 0 and os.lstat(self.server.path(folder)).st_uid == account.pw_uid
        except OSError:
            return False

    def own_file(self, account, ranges=(), used=None):
        """Where a line for this account is put; a Problem where none of its files is its alone, or at every address."""
        questions = self.questions(account.pw_name, ranges)
        files = self.key_files(account, ranges, used)
        own = next((file for file in files if file.own), None)
        if self.blanks() or (own is None and questions):
            raise Problem((self.blanks() + questions)[0])
        if own is None:
            blocks = sorted({match for text in self.asked.texts for match in text.where("authorizedkeysfile")})
            raise Problem("AuthorizedKeysFile has no file that is the account %s's alone%s: %s" % (
                account.pw_name, " and read at every address (Match %s)" % "; Match ".join(blocks) if blocks else "",
                " ".join(file.shown for file in files) or "none"))
        return own

    def questions(self, user, ranges=()):
        """What sshd could not be asked, or does not tell, about the files of this account."""
        return sorted(set(self.asked.answers(user, ranges)[1] + self.blanks()))

    def doubts(self, users):
        """The same for logins from anywhere; sshd has one answer for all where no Match block has another."""
        if not self._divided():
            return self.questions("root")
        return sorted({question for user in users for question in self.questions(user, EVERYWHERE)})

    def _divided(self):
        return any(text.where("authorizedkeysfile") for text in self.asked.texts)

    def blanks(self):
        return ["AuthorizedKeysFile %s: sshd -T does not tell a blank in a path from one between paths" % value
                for text in self.asked.texts for value in text.values("authorizedkeysfile")
                if any(re.search(r"\s", word) for word in words_of(value))]

    def line(self, grant):
        """The one line of a grant; sshd refuses a line with an option that it does not know."""
        options = ("restrict,pty" if self.at_least(7, 2)
                   else "no-port-forwarding,no-X11-forwarding,no-agent-forwarding")
        options += ',from="%s"' % ",".join(grant.ranges)
        if self.expiry != "none":
            options += ',expiry-time="%s"' % expiry_time(grant.expires_at, self.expiry == "utc")
        return "%s %s latchkey-ticket-%d" % (options, grant.key.text, grant.ticket)

    def as_json(self):
        return {"version": self.version, "ports": self.ports, "root_login": self.root_login, "expiry": self.expiry}


def expiry_time(moment, utc):
    if utc:
        return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(moment))
    # Before 9.1 local time is read, as standard time also in summer: mktime with tm_isdst = 0.
    guess = moment - time.timezone
    guess += moment - int(time.mktime(time.gmtime(guess)[:8] + (0,)))
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(guess))
