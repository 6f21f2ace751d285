"""sshd: its settings and version, the files in which it reads keys, and the line that it is given for a grant."""
import contextlib
import glob
import os
import re
import socket
import time

from latchkey_agent import programs
from latchkey_agent.errors import Problem
from latchkey_agent.keyfile import KeyFile


class Sshd:
    """What sshd says of itself. A sweep knows the version, so as not to knock each minute."""

    def __init__(self, server, version=None):
        self.server = server
        self._cache = {}
        main = self.settings("root", "127.0.0.1")
        self.ports = sorted({int(port) for port in main.get("port", ["22"]) if port.isdigit()})
        self.root_login = main["permitrootlogin"][0]
        self.version = version or self._version()
        self.expiry = "utc" if self.at_least(9, 1) else "local" if self.at_least(7, 7) else "none"

    def at_least(self, *version):
        return tuple(int(part) for part in (self.version or "0").split(".")) >= version

    def settings(self, user, address):
        if (user, address) not in self._cache:
            settings = self._asked(user, address) or self._parsed("/etc/ssh/sshd_config", {})
            settings.setdefault("authorizedkeysfile", [".ssh/authorized_keys"])
            login = settings.get("permitrootlogin", ["prohibit-password"])[0].lower()
            settings["permitrootlogin"] = ["prohibit-password" if login == "without-password" else login]
            self._cache[user, address] = settings
        return self._cache[user, address]

    def _asked(self, user, address):
        if not self.server.live:
            return None
        code, out, _ = programs.run(["sshd", "-T", "-C", "user=%s,host=localhost,addr=%s" % (user, address)])
        settings = {}
        for line in out.splitlines() if code == 0 else ():
            keyword, _, value = line.partition(" ")
            settings.setdefault(keyword.lower(), []).append(value)
        return settings

    def _parsed(self, path, settings, depth=0):
        """For a folder: the first value counts, files are included, Match blocks are not read."""
        try:
            with open(self.server.path(path), errors="replace") as file:
                lines = [line.strip() for line in file if not line.lstrip().startswith("#")]
        except OSError:
            return settings
        for line in lines:
            keyword, _, value = re.sub(r"[\s=]+", " ", line, count=1).partition(" ")
            keyword = keyword.lower()
            if keyword == "match":
                break
            if keyword == "include" and depth < 8:
                for pattern in value.split():
                    inside = self.server.path(os.path.join("/etc/ssh", pattern))
                    for found in sorted(glob.glob(inside)):
                        self._parsed(self.server.shown(found), settings, depth + 1)
            elif value and (keyword == "port" or keyword not in settings):
                settings.setdefault(keyword, []).append(value.strip('"'))
        return settings

    def _version(self):
        found = None
        for port in self.ports if self.server.live else ():
            with contextlib.suppress(OSError):
                with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
                    found = found or re.search(r"OpenSSH_(\d+\.\d+)", connection.recv(255).decode("ascii", "replace"))
        for program in ("sshd", "ssh") if self.server.live else ("ssh",):
            found = found or re.search(r"OpenSSH_(\d+\.\d+)", "".join(programs.run([program, "-V"])[1:]))
        return found.group(1) if found else None if self.server.live else "9.2"

    def key_files(self, account, address):
        """Where sshd reads keys. Below the home that is the account's, elsewhere root's alone."""
        home = os.path.realpath(self.server.path(account.pw_dir))
        if os.path.commonpath([self.server.root, home]) != self.server.root:
            raise Problem("the home directory of %s is outside of the folder" % account.pw_name)
        known = {"%": "%", "h": self.server.shown(home), "u": account.pw_name, "U": str(account.pw_uid)}
        settings = self.settings(account.pw_name, address) if address else self.settings("root", "127.0.0.1")
        files = []
        for pattern in settings["authorizedkeysfile"][0].split():
            path = re.sub("%(.)", lambda match: known.get(match.group(1), match.group(0)), pattern)
            path = os.path.normpath(os.path.join(known["h"], path))
            inside = os.path.commonpath([known["h"], path]) == known["h"]
            owners = {0, os.geteuid(), account.pw_uid} if inside else {0, os.geteuid()}
            # A line in a file of all accounts would let its key in as root, whoever it is for.
            own = bool(set(re.findall("%(.)", pattern)) & set("uUh")) or (inside and known["h"] != "/")
            if pattern != "none":
                files.append(KeyFile(home if inside else self.server.root,
                                     os.path.relpath(path, known["h"] if inside else "/"), owners, inside, path, own))
        return files

    def own_file(self, account, address):
        """Where a line for this account is put; a Problem where none of its files is its alone."""
        files = self.key_files(account, address)
        own = next((file for file in files if file.own), None)
        if own is None:
            raise Problem("AuthorizedKeysFile has no file that is the account %s's alone: %s"
                          % (account.pw_name, " ".join(file.shown for file in files) or "none"))
        return own

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
