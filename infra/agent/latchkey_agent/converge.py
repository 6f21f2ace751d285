"""The wanted state: one look at the server, with changes or without."""
import collections
import contextlib
import functools
import glob
import hashlib
import json
import time

from latchkey_agent.accounts import as_account, may_log_in
from latchkey_agent.doors.chain import Chain
from latchkey_agent.errors import Problem
from latchkey_agent.keyfile import MAX_KEY_FILE
from latchkey_agent.keylines import lines_of, rewritten
from latchkey_agent.sessions import Sessions


class Converge:
    """One look at the server; with `change` it is made so first: close, then open."""

    def __init__(self, server, store, sshd, grants, ending, change, retry):
        self.server, self.store, self.state, self.sshd = server, store, store.state, sshd
        self.grants, self.ending, self.change, self.retry = grants, ending, change, retry
        self.now = int(time.time())
        self.live = [one for one in grants if one.expires_at > self.now]
        self.changed = False
        self.problems = {}  # account → why its files are not as wanted
        self.alive = set()  # (account, fingerprint) of which a session is alive though it must not
        self.leases = self.state["leases"]
        known = {one.lease: one for one in grants + ending}
        self.new = [one for name, one in sorted(known.items()) if name not in self.leases]
        for one in grants + ending:
            lease = self.leases.setdefault(one.lease, {"keys": {}, "lines": [], "placed": False, "problem": None,
                                                       "removed_at": None, "sessions": [], "baseline": None})
            lease["keys"][one.fingerprint] = list(one.ranges)
        self.addresses = {lease.partition(" ")[2]: ranges[0].split("/")[0]
                          for lease, held in self.leases.items() for ranges in held["keys"].values()}
        self.accounts = {user: self.server.account(user) for user in self.addresses}
        self.refusals = {one.lease: self._refusal(one) for one in self.live}
        self.wanted = collections.defaultdict(list)  # account → grants whose line is to stand
        for one in self.live:
            if self.refusals[one.lease] is None:
                self.wanted[one.user].append(one)

    def _refusal(self, grant):
        """Why this grant is not to be given here, None when it is."""
        account, lease = self.accounts[grant.user], self.leases[grant.lease]
        if account is None:
            return "there is no account %s" % grant.user
        if not may_log_in(account):
            return "the account %s has no login shell: %s" % (grant.user, account.pw_shell)
        if account.pw_uid == 0:
            login = self.sshd.settings(grant.user, self.addresses[grant.user])["permitrootlogin"][0]
            if login in ("no", "forced-commands-only"):
                return "PermitRootLogin is %s: root cannot log in with a key" % login
        # What failed is not completed behind the control plane's back: only an order tries again.
        return None if self.retry else lease["problem"]

    def prepare(self):
        """What new leases begin with, noted before anything is done."""
        if self.new:
            baseline = self.survey()
            baseline["keys"] = sorted({"%s %s" % (user, key) for user, _, key in baseline["keys"]})
            digest = hashlib.sha256(json.dumps(baseline, sort_keys=True).encode()).hexdigest()[:16]
            self.state["baselines"][digest] = baseline
            for one in self.new:
                self.leases[one.lease]["baseline"] = digest
        for one in self.live:
            lines = self.leases[one.lease]["lines"]
            if self.sshd.line(one) not in lines:
                lines[:] = lines[-1:] + [self.sshd.line(one)]  # the one before may still stand
            if one.lease not in {other.lease for other in self.ending}:
                self.leases[one.lease].update(removed_at=None, sessions=[])

    def survey(self):
        """All keys of accounts that may log in but ours, all accounts, all files of sudoers."""
        keys, names, sudoers = set(), set(), {}
        for account in self.server.accounts():
            names.add(account.pw_name)
            for file, lines in self.read(account) if may_log_in(account) else ():
                keys.update((account.pw_name, file.shown, line.fingerprint) for line in lines
                            if line.fingerprint and not self.is_ours(account.pw_name, line))
        for path in [self.server.path("/etc/sudoers")] + sorted(glob.glob(self.server.path("/etc/sudoers.d/*"))):
            with contextlib.suppress(OSError):
                with open(path, "rb") as file:
                    sudoers[self.server.shown(path)] = hashlib.sha256(file.read(MAX_KEY_FILE)).hexdigest()
        return {"keys": sorted(keys), "users": sorted(names), "sudoers": sudoers}

    def files(self, account):
        return self.sshd.key_files(account, self.addresses.get(account.pw_name)) if account else []

    def read(self, account):
        found = []
        try:
            for file in self.files(account):
                found.append((file, lines_of(file.read())))
        except (Problem, OSError) as problem:
            self.problems.setdefault(account.pw_name, str(problem))
        return found

    def leases_of(self, user):
        return [lease for name, lease in self.leases.items() if name.partition(" ")[2] == user]

    def baseline(self, lease):
        return self.state["baselines"][lease["baseline"]]

    def is_ours(self, user, line):
        """Ours by its comment; or by its key, if that came during the lease and not by a verb for keys."""
        if line.ticket is not None:
            return True
        if line.fingerprint is None or (user == "root" and line.fingerprint in self.state["authorized"]):
            return False
        begun = [lease for lease in self.leases_of(user) if lease["baseline"] and line.fingerprint in lease["keys"]]
        before = "%s %s" % (user, line.fingerprint)
        return bool(begun) and not any(before in self.baseline(lease)["keys"] for lease in begun)

    def _read_all(self):
        return {user: self.read(account) for user, account in self.accounts.items()}

    def lines_for(self, user):
        return [self.sshd.line(one) for one in self.wanted[user]]

    def edit(self, user, drop, wanted):
        """Adds to the first of the account's files, drops from all: their order may have changed."""
        account = self.accounts[user]
        try:
            for number, file in enumerate(self.files(account)):
                change = functools.partial(rewritten, drop=drop, wanted=[] if number else wanted)
                work = functools.partial(file.edit, change)
                # Where root alone may write, root writes; what is below the home is the account's.
                if as_account(account, self.server.live, work) if file.private else work():
                    self.changed = True
                    self.store.note("lines of %s put right" % file.shown, user)
        except (Problem, OSError) as problem:
            self.problems[user] = str(problem)

    def close(self):
        """Takes out our lines of keys that are no longer wanted for their account."""
        for user in sorted(self.accounts):
            keys = {one.fingerprint for one in self.wanted[user]}
            self.edit(user, lambda line: self.is_ours(user, line) and line.fingerprint not in keys, [])

    def open(self):
        for user in sorted(self.accounts):
            self.edit(user, lambda line: self.is_ours(user, line), self.lines_for(user))

    def end_sessions(self):
        """{(account, fingerprint)} of which a session is still alive."""
        gone, wanted = collections.defaultdict(dict), collections.defaultdict(dict)
        for user in self.accounts:
            for one in self.wanted[user]:
                wanted[user].setdefault(one.fingerprint, []).extend(one.ranges)
            for key, ranges in (pair for lease in self.leases_of(user) for pair in lease["keys"].items()):
                if key not in wanted[user]:
                    gone[user].setdefault(key, []).extend(ranges)
        sessions = Sessions(self.server, self.sshd.ports)
        ended, alive = sessions.end(gone, wanted) if self.change else ([], sessions.find(gone, wanted))
        for one in ended:
            self.changed = True
            self.store.note("session %d from %s ended" % (one.process.pid, one.peer), one.user)
            told = {"pid": one.process.pid, "from": one.peer, "since": one.since}
            for lease in self.leases_of(one.user):
                if one.fingerprint in lease["keys"]:
                    lease["sessions"] = lease["sessions"][-19:] + [told]
        return {(one.user, one.fingerprint) for one in alive}

    def carry_out(self, action=None):
        told = {"ssh": self.sshd.as_json(), "unmanaged": self._unmanaged(self._read_all())}
        self.problems.clear()
        if self.change:
            self.close()
        self.alive = self.end_sessions()
        doors = Chain(self.server, self.sshd.ports, self.state["firewalld"], self.store.save_state)
        until = {}
        for one in self.live:
            for network in one.ranges:
                until[network] = max(one.expires_at, until.get(network, 0))
        chain = doors.make(until, self.change)
        if self.change:
            self.open()
        if doors.changed:
            self.changed = True
            self.store.note("firewall put right")
        if action:
            told["action"] = action()
        after = self._read_all()
        survey = self.survey() if self.ending else None
        told.update(grants=[self._grant(one, after[one.user]) for one in self.grants], doors={"chain": chain},
                    ended=[self._end(one, after[one.user], survey) for one in self.ending])
        whole = (chain["state"] in ("WHOLE", "GONE", "ABSENT") and all(one["gone"] for one in told["ended"])
                 and all(one["state"] in ("PRESENT", "EXPIRED") and "problem" not in one for one in told["grants"])
                 and (not action or told["action"]["done"]))
        return "DONE" if whole else "PARTIAL", told

    def _grant(self, grant, files):
        lease, problem = self.leases[grant.lease], self.refusals.get(grant.lease) or self.problems.get(grant.user)
        told = grant.told(state="EXPIRED")
        if grant in self.live:
            text = self.sshd.line(grant)
            standing = sum(line.reads(text) for _, lines in files[:1] for line in lines)
            told["state"] = "FAILED" if problem else "PRESENT" if standing == 1 else "MISSING"
            if self.change and told["state"] == "PRESENT" and not lease["placed"]:
                self.store.note("access given", grant.user, grant.ticket)
                lease["placed"] = True
            if self.change and self.retry:
                lease["problem"] = problem
        else:
            problem = problem or self._session(grant) or (self._left(grant, files) and "a line of the key is left")
            lease["placed"] = False
        if problem:
            told["problem"] = problem
        return told

    def _session(self, grant):
        return "a session of the key is alive" if (grant.user, grant.fingerprint) in self.alive else None

    def _left(self, grant, files):
        """Lines of the key that are not those of another grant which is wanted."""
        wanted = self.lines_for(grant.user)
        return [{"file": file.shown, "line": line.number} for file, lines in files for line in lines
                if line.fingerprint == grant.fingerprint and not any(line.reads(text) for text in wanted)]

    def _end(self, grant, files, survey):
        lease, copies = self.leases[grant.lease], self._left(grant, files)
        problem = self.problems.get(grant.user) or self._session(grant)
        if lease["removed_at"] is None and not copies and not problem and self.change:
            lease.update(removed_at=self.now, placed=False)
            self.store.note("proven gone", grant.user, grant.ticket)
        told = grant.told(gone=not copies and not problem, removed_at=lease["removed_at"],
                          sessions_ended=lease["sessions"], copies=copies[:20],
                          appeared=self._appeared(self.baseline(lease), survey))
        if len(copies) > 20:
            told["more"] = True
        if problem:
            told["problem"] = problem
        return told

    @staticmethod
    def _appeared(before, now):
        keys, users = set(before["keys"]), set(before["users"])
        told = {"keys": [{"user": user, "file": file, "fingerprint": key} for user, file, key in now["keys"]
                         if "%s %s" % (user, key) not in keys],
                "users": [name for name in now["users"] if name not in users],
                "sudoers": [file for file, digest in sorted(now["sudoers"].items())
                            if before["sudoers"].get(file) != digest]}
        more = any(len(value) > 20 for value in told.values())
        told = {name: value[:20] for name, value in told.items()}
        return dict(told, more=True) if more else told

    def _unmanaged(self, before):
        told = []
        for user, files in sorted(before.items()):
            known = [text for lease in self.leases_of(user) for text in lease["lines"]]
            keys, standing, altered = {one.fingerprint for one in self.wanted[user]}, set(), set()
            for file, line in ((file, line) for file, lines in files for line in lines):
                mine = [text for text in known if line.reads(text) and text not in standing]
                standing.update(mine)
                ours = self.is_ours(user, line)
                if (ours and not mine) or (line.fingerprint in keys and not ours):
                    altered.update([line.ticket, line.fingerprint] if ours else [])
                    told.append({"user": user, "file": file.shown, "fingerprint": line.fingerprint,
                                 "what": "ALTERED" if ours else "COPY"})
            for one in self.wanted[user]:
                lease = self.leases[one.lease]
                if (lease["placed"] and not standing & set(lease["lines"])
                        and not altered & {one.ticket, one.fingerprint}):
                    told.append({"user": user, "file": files[0][0].shown if files else None,
                                 "fingerprint": one.fingerprint, "what": "MISSING"})
        return told

    def forget(self):
        """Drops leases that no order speaks of any more, once nothing of them is left."""
        spoken = {one.lease for one in self.grants + self.ending}
        for name in sorted(set(self.leases) - spoken):
            user = name.partition(" ")[2]
            if user not in self.problems and not any((user, key) in self.alive for key in self.leases[name]["keys"]):
                del self.leases[name]
        used = {lease["baseline"] for lease in self.leases.values()}
        self.state["baselines"] = {name: value for name, value in self.state["baselines"].items() if name in used}
