"""Keys that are revoked on this server: their lines out of the files of every account, and what is told of them."""
import collections
import time

from latchkey_agent.findings import Findings
from latchkey_agent.otherways import OtherWays
from latchkey_agent.points import EVERYWHERE
from latchkey_agent.processes import started_at

MOST = 50  # of each list that is told, and of what is kept of one key

# Has the fields that the search for copies reads of a grant; a revoked key does not belong to one account.
Revoked = collections.namedtuple("Revoked", "user fingerprint lease key ranges")


class Revocations:
    """Closes first, as the ends of grants do; what was done is kept until an order has told of it."""

    def __init__(self, server, store, sshd, entries, survey, wanted, closing, krl):
        self.server, self.store, self.sshd, self.survey, self.wanted = server, store, sshd, survey, wanted
        self.revoking, self.keys, self.stay = set(entries.revoking), set(entries.revoked), set(entries.kept)
        self.closing, self.places = closing, None  # places: the lines that were found at the last whole look
        self.unattributed, self.problems, self.changed = [], [], False
        self.authorities = set()  # places of lines of authorities, which may have signed a key
        self.krl, self.asked = krl, Findings()
        self.ways = OtherWays(server, store, sshd, wanted, self.asked)
        kept = store.state["revoked"]
        self.released = set(kept) - self.keys
        for key in self.released:
            del kept[key]
        for key in self.keys - set(kept):
            kept[key] = {"begun": int(time.time()), "gone_at": None, "more": 0, "done": []}
        if self.keys:
            survey.anywhere = EVERYWHERE
            authorized = store.state["authorized"]
            authorized[:] = [key for key in authorized if key not in self.keys]

    def close(self):
        """Takes every line of these keys out, whoever put it there."""
        if self.released:
            self.survey.revoked.release("root", self.released)
        for user, account, file, lines in self._read():
            mine = [line for line in lines if line.only_of(self.keys)]
            if mine:
                try:
                    self._take_out(user, account, file, mine)
                except Exception as problem:  # one file never stops another
                    self.problems.append(str(problem))
        if self.changed:
            self.places = None

    def doomed(self):
        """Account, file and lines of all that `close` would take out."""
        for user, _, file, lines in self._read():
            mine = [line for line in lines if line.only_of(self.keys)]
            if mine:
                yield user, file, mine

    def _take_out(self, user, account, file, mine):
        if not self.closing.take_out(user, account, file, lambda line: line.only_of(self.keys)):
            return  # it was in a file that accounts share
        self.changed = True
        if any(line.only_of(self.keys) for line in self.survey.seen(account, file).lines):
            return  # a file that is never rewritten; its keys were entered into RevokedKeys
        for line in mine:
            for key in sorted(self.keys & (line.held | {line.fingerprint})):
                self.store.note("a line of %s, which is revoked, taken out of %s" % (key, file.shown), user)
                self._keep(key, "line", user=user, file=file.shown, line=line.number)

    def _read(self):
        """Every account, file and its lines that hold one of these keys; all of them are known once the last was read."""
        places, self.places = [], None
        for user, account in self.wanted.everybody() if self.keys else ():
            for file, lines in self.survey.lines(user, account):
                mine = [line for line in lines if any(map(line.holds, self.keys))]
                places += [(user, file.shown, line) for line in mine]
                self.authorities |= {"%s line %d" % (file.shown, line.number) for line in lines
                                     if b"cert-authority" in line.raw.lower() and line.keys() and not line.only_of(self.keys)}
                if mine:
                    yield user, account, file, mine
        self.places = places

    def ended(self, process, login):
        """A process of a login by one of these keys was ended."""
        if login.key in self.keys and login.process and process.pid == login.pid:
            self._keep(login.key, "session", user=login.user, pid=process.pid, since=login.since, **{"from": login.address})
        elif login.key in self.keys and not process.name.startswith("sshd"):
            self._keep(login.key, "process", user=login.user, pid=process.pid, name=process.name, since=started_at(process))

    def _keep(self, key, what, **told):
        self.changed = True
        kept = self.store.state["revoked"][key]
        kept["more"] += len(kept["done"]) >= MOST
        kept["done"] = kept["done"][1 - MOST:] + [dict(told, what=what, told=0)]

    def told(self, findings, by_order, change):
        """One entry for each key of which the order asks, something was found, or that is not proven gone."""
        if self.places is None or by_order:
            collections.deque(self._read(), 0)
        doubts = self._doubts(findings) if self.keys else []
        entries = [self._entry(key, findings, doubts, by_order, change) for key in sorted(self.keys)]
        return [one for one in entries if one]

    def unknown(self, findings):
        """For when the look itself failed."""
        return [{"fingerprint": key, "gone": "unknown", "krl": 0, "lines": [], "questions": findings.questions[None][:MOST]}
                for key in sorted(self.keys)]

    def _doubts(self, findings):
        divided = any(text.where("authorizedkeysfile") for text in self.sshd.asked.texts)
        users = [account.pw_name for account in self.server.accounts()] if divided else ["root"]
        found = {question for user in users for question in self.sshd.questions(user, EVERYWHERE)}
        if self.unattributed:
            found.add("%d sessions cannot be attributed to a key" % len(self.unattributed))
        if not self.krl.in_force:
            found |= {"%s: whether this authority signed the key cannot be told" % place for place in sorted(self.authorities)[:5]}
        return sorted(found) + findings.questions[None]

    def _entry(self, key, findings, doubts, by_order, change):
        copies = self._copies(key)
        users = {user for user, alive in findings.alive if alive == key}
        questions = doubts + self.asked.questions[None]
        gone = False if copies or users else "unknown" if questions else True
        kept = self.store.state["revoked"][key]
        if change and gone is True and kept["gone_at"] is None and not self.ways.skipped:
            kept["gone_at"] = int(time.time())
            self.store.note("%s proven gone" % key)
        done = self._done(kept, by_order and change)
        if key not in self.revoking | self.stay and gone is True and not done:
            return None
        told = dict({"fingerprint": key, "gone": gone, "krl": int(self.krl.in_force)}, **({"kept": 1} if key in self.stay else {}))
        for name, what in (("lines", "line"), ("sessions_ended", "session"), ("processes_ended", "process")):
            told[name] = [{field: value for field, value in one.items() if field not in ("what", "told")}
                          for one in done if one["what"] == what]
        ended = {one["user"] for one in done if one["what"] != "line"} | users
        lists = {"left": [one for user in sorted(ended) for one in findings.beside.get(user, {}).get("left", [])],
                 "copies": copies, "unattributed": self.unattributed, "questions": questions}
        told.update({name: values[:MOST] for name, values in lists.items()
                     if values or (name == "left" and key in self.revoking)})
        if gone is not True and (self.problems or users):
            told["problem"] = "; ".join((["a session of the key is alive"] if users else []) + self.problems)[:500]
        return told

    def _copies(self, key):
        """The lines that hold it, a file that accounts share once; and, where our KRL is not in force, other ways of sshd's."""
        seen = {}
        for user, path, line in self.places:
            if line.holds(key):
                seen.setdefault((path, line.number), user)
        found = [{"user": user, "file": path, "line": number} for (path, number), user in sorted(seen.items())]
        if not self.krl.in_force:
            users = set(seen.values()) | {one["user"] for one in self.store.state["revoked"][key]["done"]}
            found += [dict({"user": "root"}, **one) for one in self.ways.copies(Revoked("root", key, "", None, EVERYWHERE), users)]
        return found

    def _done(self, kept, by_order):
        """What no order told of before this one; one that is repeated tells the same again."""
        generation = self.store.state["generation"]
        done = [one for one in kept["done"] if one["told"] in (0, generation)]
        if by_order:
            kept["done"] = done
            for one in done:
                one["told"] = generation
        return done
