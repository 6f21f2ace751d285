"""Accounts that a directory service has and does not list, as SSSD and winbind do: found by the folders where homes are."""
import contextlib
import os
import pwd
import re

from latchkey_agent.accounts import may_log_in

LISTING = ("files", "compat", "db", "systemd", "altfiles")  # services that list all that may log in
DAEMONS = {"sss": "/var/lib/sss/pipes/nss", "winbind": "/run/samba/winbindd/pipe"}  # without which a service has nobody
HOMES = "/home"
MOST = 2000  # names and owners that are asked for in one run


def services(path="/etc/nsswitch.conf"):
    """The services of which there may be accounts that nobody lists."""
    with contextlib.suppress(OSError):
        with open(path, errors="replace") as file:
            found = re.search(r"^\s*passwd\s*:([^#\n]*)", file.read(), re.M)
        words = re.sub(r"\[[^\]]*\]", " ", found.group(1)).split() if found else []
        return [one for one in words if one not in LISTING and os.path.exists(DAEMONS.get(one, "/"))]
    return []


class Directory:

    def __init__(self, listed):
        """`listed`: the accounts that are known already."""
        self.names, self.uids, self.found, self.asked = {one.pw_name for one in listed}, {one.pw_uid for one in listed}, [], 0
        self.services = services()
        waiting, done = [HOMES] + [os.path.dirname(one.pw_dir.rstrip("/")) for one in listed if one.pw_uid >= 1000 and may_log_in(one)], {"/", ""}
        while self.services and waiting:
            folder = waiting.pop(0)
            if folder not in done:
                done.add(folder)
                waiting += [os.path.dirname(one.pw_dir.rstrip("/")) for one in self._in(folder, True)]

    def unsearched(self):
        """What this does not find, as a sentence; None where there is nothing of that kind."""
        if not self.services:
            return None
        return ("accounts that %s has and does not list were looked for by the folders beside known homes and in %s; keys of one whose "
                "home is elsewhere were not%s" % (" and ".join(self.services), HOMES, "" if self.asked < MOST else
                                                  ", nor those of all folders: %d names and owners were asked for" % MOST))

    def _in(self, folder, deeper):
        """The accounts of this folder's folders, by name and by owner; root's may be that of a domain, and have more."""
        new = []
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    if not entry.is_dir():
                        continue
                    owner = entry.stat().st_uid
                    new += self._ask(pwd.getpwuid, owner, self.uids) + self._ask(pwd.getpwnam, entry.name, self.names)
                    if owner == 0 and deeper:
                        new += self._in(entry.path, False)
        return new

    def _ask(self, ask, what, known):
        if what in known or self.asked == MOST:
            return []
        self.asked += 1
        known.add(what)
        with contextlib.suppress(KeyError, ValueError, OSError):
            account = ask(what)
            self.uids.add(account.pw_uid)
            if account.pw_name not in {one.pw_name for one in self.found}:
                self.names.add(account.pw_name)
                self.found.append(account)
                return [account]
        return []
