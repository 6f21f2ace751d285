"""The report: what the statement says of grants, of endings, and of what others altered."""
from latchkey_agent.appeared import appeared, unknown
from latchkey_agent.errors import stumbled

MOST_LISTED = 50  # of each other list of an ending


class Report:
    """Judges what was read. With `change` the leases and the audit log follow: given, proven gone, failed."""

    def __init__(self, store, sshd, leases, wanted, findings, copies, judge, change, own):
        self.copies, self.judge = copies, judge
        self.store, self.sshd, self.leases, self.wanted = store, sshd, leases, wanted
        self.findings, self.change, self.own = findings, change, own

    def grants(self, files):
        return [self._grant(one, files[one.user]) for one in self.wanted.grants]

    def ended(self, inventory):
        return [self._end(one, inventory) for one in self.wanted.ending]

    @staticmethod
    def whole(told):
        """Whether everything in the statement is as ordered."""
        return ("faulty" not in told and "problem" not in told and all(door["state"] in ("WHOLE", "GONE", "ABSENT") for door in told["doors"].values())
                and all(one["gone"] is True for one in told["ended"] + told.get("revoked", []))
                and all(one["state"] in ("PRESENT", "EXPIRED") 
                        and (one["state"] == "PRESENT" or "problem" not in one) for one in told["grants"])
                and ("action" not in told or told["action"]["done"]))

    def _grant(self, grant, files):
        if grant in self.wanted.live:
            state, problem = self._live(grant, files)
        else:
            state, problem = "EXPIRED", self._expired(grant, files)
        told, baseline = grant.told(state=state), self.leases.of(grant)["baseline"]
        if len(baseline or "") == 64:
            told["inventory"] = baseline
        own = next((file.shown for file, _ in files if file.own), None)
        if state == "PRESENT":
            problem = problem or self.sshd.followed
        if own and state == "PRESENT":
            told["file"] = own
            if self.sshd.managed and not own.startswith(self.sshd.managed + "/"):
                problem = "the account's own file is used: " + (self.sshd.unmanaged or "a Match block sets another AuthorizedKeysFile")
        if problem:
            told["problem"] = problem
        if state == "FAILED" and self._never_stood(grant, files):
            told["stands"] = False
        if state == "PRESENT" and (self.wanted.retry or not self.change):  # a sweep has nobody to tell
            try:
                told.update(self.judge.of(grant, self.wanted.accounts[grant.user], files))
            except Exception as error:  # no grant keeps the others from being told, or what ended
                told.update(would_admit="unknown", because=[stumbled(self.store.faults, "would_admit", error)], asked=0)
        return told

    def _never_stood(self, grant, files):
        """Whether it was turned down before anything was placed, and all that was read has no line of its key."""
        return (bool(self.wanted.refusals.get(grant.lease) or self.findings.closed)
                and not self.leases.of(grant)["placed"]
                and not self.findings.problems.get(grant.user) and not self.findings.open(grant.user)
                and not any(line.holds(grant.fingerprint) for _, lines in files for line in lines))

    def _live(self, grant, files):
        lease, problem = self.leases.of(grant), self._in_the_way(grant)
        text = self.sshd.line(grant)
        standing = sum(line.reads(text) for _, lines in [one for one in files if one[0].own][:1] for line in lines)
        if standing != 1 and not problem:
            problem = self.findings.closed
        state = "FAILED" if problem else "PRESENT" if standing == 1 else "MISSING"
        if self.change and state == "PRESENT" and not lease["placed"]:
            self.store.note("access given", grant.user, grant.ticket)
            lease["placed"] = True
        if self.change and self.wanted.retry:
            lease["problem"] = None if grant.lease in self.wanted.doubts else problem
        return state, problem

    def _expired(self, grant, files):
        self.leases.of(grant)["placed"] = False
        return (self._in_the_way(grant) or self.findings.session(grant.user, {grant.fingerprint})
                or ("a line of the key is left" if self._left(grant, files) else None) or self._doubt(grant)[1])

    def _in_the_way(self, grant):
        return (self.wanted.refusals.get(grant.lease) or self.wanted.doubts.get(grant.lease)
                or self.findings.problems.get(grant.user))

    def _doubt(self, grant):
        """False or unknown, and the sentence, of an account of the grant's own."""
        return self.own.doubt(grant.user, self.wanted.kept()) or (True, None)

    def _left(self, grant, files):
        """Lines of the key that are not those of another grant which is wanted."""
        wanted = self.wanted.lines(grant.user)
        return [{"file": file.shown, "line": line.number} for file, lines in files for line in lines
                if line.holds(grant.fingerprint) and not any(line.reads(text) for text in wanted)]

    def _end(self, grant, inventory):
        """`gone` is what was read and answered: a question that stays open is never taken for a no."""
        lease, copies = self.leases.of(grant), self.copies.of(grant)
        alive = self.findings.session(grant.user, self.wanted.ended_keys(grant))
        questions = self.sshd.questions(grant.user, self.wanted.sources[grant.user]) + self.findings.open(grant.user)
        account, why = self._doubt(grant)
        questions = list(dict.fromkeys(questions + ([why] if account == "unknown" else [])))
        alive = alive or (why if account is False else None)
        gone = False if copies or alive else "unknown" if questions else True
        if lease["removed_at"] is None and gone is True and self.change and not self.copies.ways.skipped:
            lease.update(removed_at=self.wanted.now, placed=False)
            self.store.note("proven gone", grant.user, grant.ticket)
        told = grant.told(gone=gone, removed_at=lease["removed_at"] if gone is True else None,
                          sessions_ended=lease["sessions"], copies=copies[:MOST_LISTED],
                          **self._appeared(grant, lease, inventory))
        note, beside = self.store.state["logins"].get(grant.lease, {}), self.findings.beside.get(grant.user, {})
        told["processes_ended"] = note.get("ended", [])
        for name in ("unattributed", "left"):
            told[name] = beside.get(name, [])[:MOST_LISTED]
        more = note.get("more", 0) + sum(max(0, len(one) - MOST_LISTED) for one in [copies] + list(beside.values()))
        if more:
            told["more"] = more
        if questions:
            told["questions"] = questions[:MOST_LISTED]
        # An edit that failed though nothing had to be taken out is no obstacle.
        problem = None if gone is True else alive or self.findings.problems.get(grant.user)
        problem = problem or self.findings.told_of(grant.user)
        if problem:
            told["problem"] = problem
        account = self.own.told(grant.user)
        if account:
            told["account"] = account
        if grant.user in self.findings.put_aside:
            told["put_aside"] = self.findings.put_aside[grant.user][:MOST_LISTED]
        return told

    def _appeared(self, grant, lease, inventory):
        before = self.leases.baseline(lease)
        told = appeared(before, inventory) if before and inventory else unknown(
            "it could not be taken now" if before else "the inventory was changed" if lease["baseline"]
            else "there is none from before this lease")
        keys = self.copies.appeared(grant) + told["keys"]
        told = dict(told, keys=keys[:MOST_LISTED], **({"more": told.get("more", 0) + len(keys) - MOST_LISTED} if len(keys) > MOST_LISTED else {}))
        return dict({"inventory": lease["baseline"]} if len(lease["baseline"] or "") == 64 else {}, appeared=told)

    def unmanaged(self, before):
        """What others altered, as it was found."""
        told = []
        for user, files in sorted(before.items()):
            known = [text for lease in self.leases.of_account(user) for text in lease["lines"]]
            keys, standing, altered = self.wanted.keys(user), set(), set()
            for file, line in ((file, line) for file, lines in files for line in lines):
                mine = [text for text in known if line.reads(text) and text not in standing]
                standing.update(mine)
                ours = self.leases.is_swept(user, line, file.shown)
                copied = sorted(key for key in keys if line.holds(key))
                if (ours and not mine) or (copied and not ours and line.ticket is None):
                    altered.update([line.ticket, line.fingerprint] + copied if ours else [])
                    told.append({"user": user, "file": file.shown,
                                 "fingerprint": copied[0] if copied else line.fingerprint,
                                 "what": "ALTERED" if ours else "COPY"})
            for one in self.wanted.carried[user]:
                lease = self.leases.of(one)
                if (lease["placed"] and not standing & set(lease["lines"])
                        and not altered & {one.ticket, one.fingerprint}):
                    told.append({"user": user, "file": files[0][0].shown if files else None,
                                 "fingerprint": one.fingerprint, "what": "MISSING"})
        return told
