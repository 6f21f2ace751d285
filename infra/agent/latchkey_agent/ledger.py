"""The ledger of accounts that were made for grants, and the highest uid that any of them ever had.

It is kept in /etc, beside the accounts themselves, and stays when the agent is taken off: no uid is used twice on a server.
"""
import contextlib
import grp
import json
import os
import pwd
import re
import time

from latchkey_agent.errors import Problem
from latchkey_agent.files import write_atomically
from latchkey_agent.processes import number
from latchkey_agent.shapes import fits

FOLDER = "/etc/latchkey"
PATH = FOLDER + "/accounts.json"
RANGE = FOLDER + "/uids"
USUAL = (70000, 79999)  # above login.defs' UID_MAX and systemd's own, below the first of /etc/subuid
ENDED = {"at": int, "account": bool, "processes": int, "names": [str], "left": int, "home": str, "archive": (dict, None),
         "removed": {"sudoers": int, "crontab": int, "at_jobs": int, "linger": int, "mail": int}, "searched": str,
         "files": [dict], "more": int, "cleared": int, "why": (str, None), "problem": (str, None)}
SHAPE = {"format": int, "highest": int, "accounts": {str: {
    "ticket": int, "uid": int, "sudo": str, "made": bool, "ended": (ENDED, None)}}}
# Where something of a uid is left when an account was deleted by hand, or files were copied from another server.
PLACES = """/home /tmp /var/tmp /dev/shm /run/user /var/spool/cron /var/spool/cron/crontabs /var/spool/cron/atjobs /var/spool/at
/var/mail /var/spool/mail""".split()
MOST = 20000  # entries of one of these


def name_of(ticket):
    return "lk-%d" % ticket


def comment_of(ticket):
    """What the account's entry says, so that it is known as ours where the ledger is lost."""
    return "Latchkey ticket %d" % ticket


def home_of(name):
    return "/home/" + name


class Ledger:

    def __init__(self, server, store, change):
        self.server, self.store = server, store
        self.path, self.faulty = server.path(PATH), None
        told = self._read(change)
        self.accounts = told["accounts"]
        self.highest = max(told["highest"], store.state["uid"])
        for row in self.marked():
            known = self.accounts.get(row.pw_name)
            if known is None or known["ended"] and known["ended"].get("account") is True:
                # It came back with a backup of /etc, or the ledger is lost.
                self.accounts[row.pw_name] = entry(int(row.pw_name[3:]), row.pw_uid, "unknown", True)
            self.highest = max(self.highest, row.pw_uid)

    def _read(self, change):
        blank = {"format": 1, "highest": 0, "accounts": {}}
        try:
            with open(self.path, "rb") as file:
                told = json.loads(file.read().decode("ascii"))
            if fits(told, SHAPE) and told["format"] == 1 and all(re.match(r"lk-[1-9][0-9]{0,15}$", name) for name in told["accounts"]):
                return told
        except FileNotFoundError:
            return blank
        except (OSError, ValueError, RecursionError):
            pass
        self.store.tell("%s is damaged" % PATH)
        if change:
            with contextlib.suppress(OSError):
                os.rename(self.path, "%s.damaged-%s" % (self.path, time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())))
        return blank

    def marked(self):
        """Accounts with our name, comment, home and a uid of our range: only root can have made all of them so."""
        low, high = self.range()
        try:
            rows = self.server.listed()
        except OSError as error:  # what is to be closed waits for no list
            self.store.tell("/etc/passwd: %s" % error.strerror)
            rows = []
        rows = [row for row in rows if re.match(r"lk-[1-9][0-9]{0,15}$", row.pw_name)]
        return [row for row in rows if row.pw_gecos == comment_of(int(row.pw_name[3:])) and low <= row.pw_uid <= high
                and row.pw_dir == home_of(row.pw_name)]

    def range(self):
        """The first and last uid that accounts of grants may have; a setting of this server."""
        self.faulty = None
        try:
            with open(self.server.path(RANGE)) as file:
                found = re.match(r"\s*(\d{1,9})\s*-\s*(\d{1,9})\s*$", file.read(100))
        except FileNotFoundError:
            return USUAL
        except (OSError, ValueError):
            found = None
        bounds = tuple(map(int, found.groups())) if found else (0, 0)
        if 1000 <= bounds[0] <= bounds[1] and not bounds[0] <= 65535 <= bounds[1]:
            return bounds
        self.faulty = "%s: two uids, the first and the last, are expected, as in %d-%d, from 1000, without 65534 and 65535" % (
            (RANGE,) + USUAL)
        return USUAL

    def keep(self):
        """Written down before anything is made; an OSError where it cannot be."""
        self.store.state["uid"] = self.highest
        os.makedirs(os.path.dirname(self.path), mode=0o755, exist_ok=True)
        told = {"format": 1, "highest": self.highest, "accounts": self.accounts}
        write_atomically(self.path, json.dumps(told, sort_keys=True, separators=(",", ":")).encode("ascii"), 0o600)

    def keep_if_can(self):
        """At an end: what cannot be written down is done all the same."""
        try:
            if self.accounts or os.path.exists(self.path):
                self.keep()
        except OSError as error:
            self.store.tell("%s: %s" % (PATH, error.strerror))

    def next_uid(self):
        """The next uid that nobody has or ever had as an account of ours, that owns no file where such are left."""
        low, high = self.range()
        if self.faulty:
            raise Problem(self.faulty)
        owners, subordinate = self._owners(), self._subordinate()
        for uid in range(max(low, self.highest + 1), high + 1):
            if not (self._has(uid) or uid in owners or any(first <= uid < first + count for first, count in subordinate)):
                return uid
        raise Problem("every uid of %d-%d was used; %s gives accounts of grants others" % (low, high, RANGE))

    def _has(self, uid):
        if not self.server.live:
            return any(row.pw_uid == uid for row in self.server.accounts())
        for look in (pwd.getpwuid, grp.getgrgid):
            with contextlib.suppress(KeyError):
                look(uid)
                return True
        return False

    def _owners(self):
        found = set()
        for place in PLACES:
            with contextlib.suppress(OSError), os.scandir(self.server.path(place)) as entries:
                for _, one in zip(range(MOST), entries):
                    with contextlib.suppress(OSError):
                        found.add(one.stat(follow_symlinks=False).st_uid)
        return found

    def _subordinate(self):
        with contextlib.suppress(OSError), open(self.server.path("/etc/subuid"), errors="replace") as file:
            rows = [line.strip().split(":") for line in file]
            return [(number(row[1]), number(row[2])) for row in rows if len(row) == 3 and None not in map(number, row[1:])]
        return []


def entry(ticket, uid, sudo, made):
    return {"ticket": ticket, "uid": uid, "sudo": sudo, "made": made, "ended": None}
