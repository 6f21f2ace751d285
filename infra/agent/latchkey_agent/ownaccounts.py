"""Accounts of a grant's own: made with it, and at its end taken away with all that runs and starts as them.

Each step is written into the ledger and can be done again, so that a run that was killed is finished by the next.
"""
import contextlib
import glob
import os
import pwd
import time

from latchkey_agent import homes, leftovers, ofuid, sudoers
from latchkey_agent.errors import Problem
from latchkey_agent.ledger import Ledger, comment_of, entry, home_of
from latchkey_agent.making import SHELLS, Making

AT_ONCE = 5  # seconds for the search for files while an order waits
LATER = 60  # in a sweep that holds up nobody
MOST_NAMES = 20
CRONTABS = ("/var/spool/cron/crontabs/%s", "/var/spool/cron/%s")
JOBS = ("/var/spool/cron/atjobs/*", "/var/spool/at/*")
LINGER, MAIL = ("/var/lib/systemd/linger/%s",), ("/var/mail/%s", "/var/spool/mail/%s")
OTHER = "an account %s with uid %d stands, which is not the one that was made, uid %d: it was left alone"


class Own:

    def __init__(self, server, store, change):
        self.server, self.store = server, store
        self.ledger, self.making, self.changed = Ledger(server, store, change), Making(server), False

    @property
    def accounts(self):
        return self.ledger.accounts

    def account(self, grant):
        """The account of this grant, as it is or as it will be made; a Problem where neither may be."""
        name, there = grant.user, self.server.account(grant.user)
        known = self.accounts.get(name)
        if known and known["ended"]:
            if not finished(known):
                raise Problem("the account %s of an earlier grant is still being taken away; grant it again in a minute" % name)
            known = None
        if there and (known is None or known["uid"] != there.pw_uid):
            raise Problem("there is an account %s (uid %d) that is not Latchkey's; nothing was done to it" % (name, there.pw_uid))
        if there:
            return there
        if known is None and os.path.lexists(self.server.path(home_of(name))):
            raise Problem("there is %s, though no account %s; nothing was done to it" % (home_of(name), name))
        uid = known["uid"] if known else self.ledger.next_uid()
        return pwd.struct_passwd((name, "x", uid, uid, comment_of(grant.ticket), home_of(name), SHELLS[0]))

    def is_ours(self, name):
        """Whether it is the very account that was made."""
        known = self.accounts.get(name)  # it is looked for where it was made: a directory that does not answer proves nothing
        return bool(known) and any((row.pw_name, row.pw_uid) == (name, known["uid"]) for row in self.server.listed())

    def ours(self):
        try:
            return {name for name in self.accounts if self.is_ours(name)}
        except OSError:
            return set(self.accounts)

    def make(self, grant):
        """The account, its home and its rights, as the grant says; a Problem where not all of it can be."""
        name = grant.user
        known = self.accounts.get(name)
        if known is None or known["ended"]:
            uid = self.ledger.next_uid()
            self.ledger.highest = uid
            known = self.accounts[name] = entry(grant.ticket, uid, "no", False)
            self._must_keep()
        if not known["made"] or not self.is_ours(name):
            self.making.make(name, known["uid"], comment_of(grant.ticket), home_of(name), self.server.account(name))
            if not self.is_ours(name):
                raise Problem("the account %s was made and is not there" % name)
            known["made"], self.changed = True, True
            self._must_keep()
            self.store.note("account %s made, uid %d" % (name, known["uid"]), name, grant.ticket)
        if grant.sudo:
            if known["sudo"] != "yes":
                known["sudo"] = "yes"
                self._must_keep()
            if sudoers.put(self.server, name):
                self.changed = True
                self.store.note("%s written" % sudoers.path_of(name), name, grant.ticket)
        elif sudoers.take_out(self.server, name):
            self.changed = True
            self.store.note("%s removed" % sudoers.path_of(name), name, grant.ticket)

    def _must_keep(self):
        try:
            self.ledger.keep()
        except OSError as error:
            raise Problem("no account is made that cannot be written down: %s" % error.strerror)

    def doomed(self, kept):
        """Names of the accounts that no grant keeps and that are not ended."""
        return sorted(name for name, one in self.accounts.items() if name not in kept and not gone(one))

    def disarm(self, kept):
        """What gives it rights or starts something as it goes at once, and again when nothing of it runs."""
        for name in self.doomed(kept):
            self._disarm(name, self._ended(name))

    def _disarm(self, name, told):
        uid, removed = self.accounts[name]["uid"], told["removed"]
        removed["sudoers"] += sudoers.take_out(self.server, name)
        for what, patterns in (("crontab", CRONTABS), ("linger", LINGER), ("mail", MAIL)):
            removed[what] += sum(unlinked(self.server.path(one % name)) for one in patterns)
        for path in (path for pattern in JOBS for path in glob.iglob(self.server.path(pattern))):
            with contextlib.suppress(OSError):
                if os.lstat(path).st_uid == uid and (self.server.live or os.geteuid() == 0):
                    removed["at_jobs"] += unlinked(path)

    def _ended(self, name):
        one = self.accounts[name]
        one["ended"] = one["ended"] or {
            "at": int(time.time()), "account": False, "processes": 0, "names": [], "left": 0, "home": "PENDING", "archive": None,
            "removed": {"sudoers": 0, "crontab": 0, "at_jobs": 0, "linger": 0, "mail": 0}, "searched": "pending",
            "files": [], "more": 0, "cleared": 0, "why": None, "problem": None}
        return one["ended"]

    def end(self, kept):
        """Locks it, ends every process of its uid, and deletes it; a step that fails is told, and stops no other account."""
        for name in self.doomed(kept):
            told, self.changed = self._ended(name), True
            self.ledger.keep_if_can()
            try:
                told["problem"] = self._end(name, self.accounts[name]["uid"], told)
                told["account"] = not self.is_ours(name) and not told["left"]
            except Exception as problem:
                told["problem"] = str(problem)[:300]
            if told["account"]:
                self.store.note("account %s deleted, uid %d" % (name, self.accounts[name]["uid"]), name, self.accounts[name]["ticket"])
            self.ledger.keep_if_can()

    def _end(self, name, uid, told):
        ours, problem = self.is_ours(name), None
        if ours:
            self.accounts[name]["made"] = True
            problem = self.making.lock(name)
        self._kill(name, uid, told)
        self._disarm(name, told)
        if told["left"]:
            return "%d processes of %s cannot be ended" % (told["left"], name)
        there = self.server.account(name)
        if there and not ours:
            return OTHER % (name, there.pw_uid, uid)
        if ours:
            self.making.delete(name, uid)
            self._kill(name, uid, told)  # one that came between the two
        return None if not self.is_ours(name) else problem

    def _kill(self, name, uid, told):
        if self.server.live:
            ended, left = ofuid.end_all(name, uid)
            told["processes"] += len(ended)
            told["names"] = (told["names"] + [one.encode("ascii", "backslashreplace").decode() for _, one in sorted(ended.items())])[:MOST_NAMES]
            told["left"] = len(left)

    def clear(self):
        """What takes its time and closes nothing: the home is archived and removed, files elsewhere are looked for."""
        for name, one in sorted(self.accounts.items()):
            if one["ended"] and one["ended"]["account"] and not finished(one):
                self.changed = True
                try:
                    self._clear(name, one["uid"], one["ended"])
                except Exception as problem:
                    one["ended"]["problem"] = str(problem)[:300]
                self.ledger.keep_if_can()

    def _clear(self, name, uid, told):
        if not self.accounts[name]["made"]:  # its uid was never anybody's
            told.update(home="NONE", searched="yes")
        if told["home"] == "PENDING" and not os.path.lexists(self.server.path(home_of(name))):
            told["home"] = "REMOVED" if told["archive"] else "NONE"
        if told["home"] == "PENDING":
            if told["archive"] is None:
                try:
                    told["archive"] = homes.archive(self.server, name, uid, told["at"])
                except (Problem, OSError) as problem:
                    told["archive"] = {"problem": str(problem)[:200]}
                self.ledger.keep_if_can()
            told["home"], why = homes.remove(self.server, name)
            told["problem"] = why or told["problem"]
            self.ledger.keep_if_can()
        if told["searched"] == "pending":
            found = leftovers.search(self.server, uid, home_of(name), AT_ONCE)
            if found["searched"] == "yes" or not found.get("late"):
                keep_found(told, found)

    def late(self):
        """uid and name of an account whose files are still to be looked for."""
        return [(name, one["uid"]) for name, one in sorted(self.accounts.items())
                if one["ended"] and one["ended"]["account"] and one["ended"]["searched"] == "pending"]

    def found(self, name, uid, found):
        one = self.accounts.get(name)
        if one and one["uid"] == uid and one["ended"]:
            keep_found(one["ended"], found)
            self.ledger.keep_if_can()

    def unfinished(self, name=None):
        """Whether something is still to be done for it, or for any."""
        return any(one["ended"] and not finished(one) for known, one in self.accounts.items() if name in (None, known))

    def left(self):
        """What of them is left, as sentences."""
        return ["the account %s is not gone" % name for name in sorted(self.accounts) if not finished(self.accounts[name])]

    def told(self, name):
        """What a statement says of an account at the end of its grant; None where nothing is known of one."""
        one = self.accounts.get(name)
        if one is None or one["ended"] is None:
            return None
        told = {key: value for key, value in one["ended"].items() if value not in (None, 0, []) and key not in ("account", "at")}
        told["removed"] = {key: value for key, value in told["removed"].items() if value}
        return dict(told, name=name, uid=one["uid"], gone=gone(one), was_root=one["sudo"])

    def doubt(self, name, wanted):
        """(False or unknown, sentence) of what keeps its end from being proven, or None."""
        one = self.accounts.get(name)
        if one is None or name in wanted:
            return None
        if not gone(one):
            return False, "the account %s is not gone: %s" % (name, (one["ended"] or {}).get("problem") or "its end has not begun")
        there = self.server.account(name)
        if there:
            return "unknown", OTHER % (name, there.pw_uid, one["uid"])
        if one["ended"]["home"] == "PENDING":
            return "unknown", "the home of %s is still being removed" % name
        if one["ended"]["searched"] == "pending":
            return "unknown", "files of %s outside of its home are still being looked for" % name
        return None

    def forget(self, held):
        """Drops what is ended and of which no lease speaks any more."""
        users = {name.partition(" ")[2] for name in held}
        for name in [name for name, one in self.accounts.items() if finished(one) and name not in users]:
            del self.accounts[name]
            self.changed = True
        if self.changed:
            self.ledger.keep_if_can()


def gone(one):
    return bool(one["ended"]) and one["ended"]["account"] is True


def finished(one):
    return gone(one) and one["ended"]["home"] != "PENDING" and one["ended"]["searched"] != "pending"


def keep_found(told, found):
    told.update({name: found.get(name) for name in ("searched", "files", "more", "cleared", "why")})


def unlinked(path):
    try:
        os.unlink(path)
        return 1
    except OSError:
        return 0
