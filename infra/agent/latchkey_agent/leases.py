"""Leases: what is kept of each ticket and account, from the first order that names them until nothing of it is left."""
import collections

from latchkey_agent.errors import Problem
from latchkey_agent.grants import lease_name

MOST_FILES = 20  # into which one line is put while its lease lasts


class Leases:
    """By name, "ticket account": keys, lines, the sessions that were ended, and the server as it was before."""

    def __init__(self, state, inventory):
        self.inventory = inventory  # by its digest
        self.state, self.held = state, state["leases"]
        self.sharing = collections.defaultdict(set)  # path → accounts in whose place sshd reads it, as far as seen

    def take_up(self, grants):
        """A lease for each grant, with its key; the names of those that are new."""
        for one in grants:
            known = self._held(one.lease)["keys"]
            known[one.fingerprint] = list(one.ranges) or known.get(one.fingerprint, [])
        return sorted({one.lease for one in grants if self.of(one)["baseline"] is None})

    def find(self, ticket, user, fingerprint):
        """A lease of which a line alone is left."""
        lease = self._held(lease_name(ticket, user))
        if fingerprint:
            lease["keys"].setdefault(fingerprint, [])

    def close(self, names):
        """The account of each of these leases is looked at, though no key of it is known that is to be wanted or ended."""
        for ticket, user in names:
            self._held(lease_name(ticket, user))

    def _held(self, name):
        return self.held.setdefault(name, {"keys": {}, "lines": [], "placed": False, "problem": None,
                                           "removed_at": None, "sessions": [], "baseline": None, "files": {}})

    def begin(self, names, digest):
        """Notes what the server was like before these leases."""
        for name in names:
            self.held[name]["baseline"] = digest

    @staticmethod
    def users(grants):
        """Account → the ranges of these grants."""
        found = collections.defaultdict(list)
        for one in grants:
            found[one.user] += one.ranges
        return found

    def remember(self, grant, file, device):
        """Before a line is put into the file: whatever sshd reads later, this file is looked at when the grant ends."""
        files = self.of(grant)["files"]
        if file not in files and len(files) >= MOST_FILES:
            raise Problem("its line was put into %d files already; end the grant before it is put into %s"
                          % (MOST_FILES, file))
        files[file] = device

    def expect(self, grant, line, again):
        """From now on the line may stand; `again` when no order ends this lease at the same time."""
        lines = self.of(grant)["lines"]
        if line not in lines:
            lines[:] = lines[-1:] + [line]  # the one before may still stand
        if again:
            self.of(grant).update(removed_at=None, sessions=[])
            self.state["logins"].get(grant.lease, {}).update(ended=[], more=0)

    def of(self, grant):
        return self.held[grant.lease]

    def of_account(self, user):
        return [lease for name, lease in self.held.items() if account_of(name) == user]

    def files(self, user):
        """Every file a line of the account was ever put into, and on which file system; what sshd reads may have changed."""
        return {path: device for lease in self.of_account(user) for path, device in sorted(lease["files"].items())}

    def unproven_files(self, user):
        """Those that were not yet read as free of the lease's keys."""
        return {path: device for lease in self.of_account(user) if lease["removed_at"] is None
                for path, device in lease["files"].items()}

    def sources(self):
        """Account → the ranges from which it is used; sshd's settings may depend on them."""
        found = {}
        for name, lease in sorted(self.held.items()):
            known = found.setdefault(account_of(name), [])
            known += [one for key in sorted(lease["keys"]) for one in lease["keys"][key] if one not in known]
        return found

    def baseline(self, lease):
        """None where there is none, or not as it was noted. Former agents kept it with the state."""
        return self.state["baselines"].get(lease["baseline"]) or self.inventory(lease["baseline"])

    def has(self, user, line, path):
        """Whether the line is that of a grant: an order gave its key to its ticket, for this account or into this file.

        Anybody who is root there can write our comment. What this does not tell is a stranger's, and is listed, told and
        taken out as one.
        """
        return line.ticket is not None and any(
            lease["keys"].get(line.fingerprint) for name, lease in self.held.items()
            if ticket_of(name) == line.ticket and (account_of(name) == user or path in lease["files"]))

    def is_known(self, user, line, path):
        """That of a grant; or its key, if that came during the lease and not by a verb for keys."""
        return self.has(user, line, path) or any(
            line.only_of([key]) and self._came(user, key) for key in line.held | {line.fingerprint})

    def is_swept(self, user, line, path):
        """What goes unless it is wanted: all that has our comment, also what a backup brought back of a grant long ended."""
        if line.ticket is not None:
            # Accounts that share a file keep each other's lines.
            return lease_name(line.ticket, user) in self.held or not any(
                lease_name(line.ticket, other) in self.held for other in self.sharing[path])
        return self.is_known(user, line, path)

    def brought(self, grant, user, key, known=False):
        """Whether the key is in the account's files since this lease began, and not by a verb for keys.

        Where nobody knows what was there before, it may be; with `known` that is no.
        """
        if user == "root" and key in self.state["authorized"]:
            return False
        begun = self.baseline(self.of(grant))
        return not known if begun is None else "%s %s" % (user, key) not in begun["keys"]

    def _came(self, user, key):
        """Whether the key came into the account's files during its leases, and not by a verb for keys."""
        if user == "root" and key in self.state["authorized"]:
            return False
        begun = [self.baseline(lease) for lease in self.of_account(user) if lease["baseline"] and key in lease["keys"]]
        return bool(begun) and not any(one is None or "%s %s" % (user, key) in one["keys"] for one in begun)

    def forget(self, spoken, findings):
        """Drops the leases of which no order speaks any more, once nothing of them is left."""
        for name in sorted(set(self.held) - {one.lease for one in spoken}):
            if not findings.concern(account_of(name), self.held[name]["keys"]):
                del self.held[name]
        used = {lease["baseline"] for lease in self.held.values()}
        self.state["baselines"] = {name: value for name, value in self.state["baselines"].items() if name in used}


def account_of(name):
    return name.partition(" ")[2]


def ticket_of(name):
    return int(name.partition(" ")[0])
