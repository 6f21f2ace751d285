"""would_admit: whether sshd would let the vendor in, at every address of a grant that is worth a question."""
import collections
import contextlib
import grp
import ipaddress
import os
import time

from latchkey_agent.admission import account, negotiation
from latchkey_agent.admission.files import Depends, Reading, revoked, used
from latchkey_agent.admission.modules import access_files, rows
from latchkey_agent.admission.settings import AUTHENTICATION, CONNECTION, NO, SESSION, STAGES, UNKNOWN, Login, Objection, Settings
from latchkey_agent.keyoptions import options_in
from latchkey_agent.libwrap import admits, linked
from latchkey_agent.listening import from_outside, listening
from latchkey_agent.points import network_of, points, tokens

MOST, MOST_ADDRESSES, MOST_LINES, MOST_TEXT = 5, 200, 50, 4000


class Judge:
    """For the grants of one run, once their lines stand."""

    def __init__(self, server, sshd):
        self.server, self.sshd, self.now = server, sshd, time.time()
        self.refused = {}
        self.way = None  # where sshd listens, and whether it asks libwrap: looked up once there is a grant to judge

    def of(self, grant, owner, files):
        """What the statement says of a grant; `files` are those of the account that could be read, with their lines."""
        lines = {file.shown: [one for one in found if one.fingerprint == grant.fingerprint] for file, found in files}
        answers, open_questions = self.sshd.asked.answers(grant.user, grant.ranges)
        addresses, more = self._addresses(grant, lines)
        found = self.at_each(owner, grant.key, addresses[:MOST_ADDRESSES], answers, lines)
        questions = sorted(set(open_questions + more))
        if len(addresses) > MOST_ADDRESSES:
            questions.append("%d addresses are to be asked for; %d were" % (len(addresses), MOST_ADDRESSES))
        return verdict(addresses, found, questions)

    def at_each(self, owner, key, addresses, answers, lines):
        """What stands in the way at each of these addresses."""
        shadow = account.shadow_of(owner.pw_name) if self.server.live else None
        groups, reading, found = groups_of(owner, self.server.live), {}, []
        for address in addresses:
            login = Login(owner, groups, key, address, self.sshd.at_least(9, 6))
            mine = [one for at, one in answers if at == address] or [one for at, one in answers if at is None]
            found.append(joined([self._at(login, Settings(one), shadow, lines, reading) for one in mine]))
        return found

    def _addresses(self, grant, lines):
        """Those at which sshd's settings may differ, and those at which the lines or access.conf do."""
        found, problems = self.sshd.asked.points(grant.ranges)
        more, _ = points(grant.ranges, sorted(self.patterns(lines)))
        return found + [one for one in more if one not in found], problems

    def patterns(self, lines):
        """What tells addresses apart in lines of the key and in access.conf."""
        texts = [one.raw[:MOST_TEXT].decode("utf-8", "replace") for some in lines.values() for one in some[:MOST_LINES]]
        with contextlib.suppress(ValueError):  # which is told of each address where it matters
            texts += [row.split(":", 2)[-1] for path in access_files() for row in rows(path)] if self.server.live else []
        # Not the wildcards: an account may have written them so that they cost much.
        return {one for text in texts for one in tokens(text) if network_of(one)}

    def _at(self, login, settings, shadow, lines, reading):
        """What stands in the way at one address."""
        said = list(settings.objections(login)) + list(negotiation.objections(settings, self.server.path))
        found = [Objection(kind, "%s%s %s" % (keyword, self._where(keyword), what), STAGES.get(keyword, AUTHENTICATION))
                 for kind, keyword, what in said]
        found += self._line(login, settings, lines, reading)
        krl = settings.one("RevokedKeys", "none")
        wrong = self._revoked(krl, login.key) if krl != "none" else None
        if wrong:
            found.append(Objection(NO, "RevokedKeys%s %s: %s" % (self._where("RevokedKeys"), krl, wrong), AUTHENTICATION))
        if self.server.live:
            found += account.objections(login, settings, shadow)
            found += [Objection(kind, text, CONNECTION) for kind, text in self._reached(login.address)]
        return found

    def _revoked(self, path, key):
        if (path, key.fingerprint) not in self.refused:
            self.refused[path, key.fingerprint] = revoked(self.server.path(path), key)
        return self.refused[path, key.fingerprint]

    def _where(self, keyword):
        places = [place for text in self.sshd.asked.texts for place in text.places.get(keyword.lower(), [])]
        return " (%s)" % ", ".join(places[:3]) if places else ""

    def _line(self, login, settings, lines, reading):
        """The first line of the key that sshd does not pass over is the one that counts."""
        problems, strict = [], settings.one("StrictModes", "yes") != "no"
        key_files = self.sshd.files_of(login.account, settings.one("AuthorizedKeysFile"))
        for path in key_files:
            if path not in lines:
                if os.path.lexists(self.server.path(path)):
                    problems.append(Objection(UNKNOWN, "%s is not read here, and its lines may count first" % path, AUTHENTICATION))
                continue
            if len(lines[path]) > MOST_LINES:
                problems.append(Objection(UNKNOWN, "%s has the key in %d lines" % (path, len(lines[path])), AUTHENTICATION))
            for line in lines[path][:MOST_LINES]:
                try:
                    runs = used(line.raw, login.address, self.now, settings.one("UseDNS") == "yes", self.sshd.knows)
                except Depends as reason:
                    problems.append(Objection(UNKNOWN, "%s line %d: with UseDNS the name of the client decides (%s)"
                                              % (path, line.number, reason), AUTHENTICATION))
                    continue
                wrong = self._unread(login.account, path, strict, reading) if runs is not None else None
                if wrong:
                    problems.append(Objection(NO, wrong, AUTHENTICATION))
                    break
                if runs:
                    return [Objection(NO, "%s line %d has the key already and runs %s; take that line out"
                                      % (path, line.number, runs[:80]), SESSION)]
                if runs is not None and login.key.type.startswith("sk-") and "verify-required" in dict(options_in(line.raw)):
                    problems.append(Objection(UNKNOWN, "%s line %d is verify-required: only a key that asks for a PIN is taken"
                                              % (path, line.number), AUTHENTICATION))
                if runs is not None:
                    return [one for one in problems if one.kind == UNKNOWN]
        return problems or [Objection(NO, "AuthorizedKeysFile%s has no line for this address: %s" % (
            self._where("AuthorizedKeysFile"), " ".join(key_files) or "none"), AUTHENTICATION)]

    def _unread(self, owner, path, strict, reading):
        if not self.server.live:
            return None
        for one in self.sshd.asked.listeners:
            with contextlib.suppress(OSError):  # it has ended
                if one.process and not seen_alike(path, one.process.pid):
                    return "sshd does not see %s as it is here; see ProtectHome= and the like of its service" % path
        return reading.setdefault(strict, Reading(owner, strict)).problem(path)

    def reached(self):
        """Where sshd listens, and whether it may ask libwrap."""
        self.way = self.way or (listening(self.server), linked(self.server) is not False)
        return self.way

    def _reached(self, address):
        """What stands between the address and sshd, the firewall aside."""
        address = ipaddress.ip_address(address)
        sockets, wrapped = self.reached()
        if sockets is None:
            yield UNKNOWN, "it cannot be read where sshd listens"
        elif not [one for one in from_outside(sockets) if ipaddress.ip_address(one[0]).version == address.version]:
            yield NO, "sshd listens for IPv%d on %s; see ListenAddress, AddressFamily and ssh.socket" % (
                address.version, ", ".join("%s port %d" % one for one in sockets) or "no address")
        if wrapped:
            admitted, line = admits(self.server, address)
            if not admitted:
                yield (UNKNOWN if admitted is None else NO), "libwrap: %s keeps sshd's clients out; put a line for the vendor " \
                    "into /etc/hosts.allow" % line


def seen_alike(path, pid):
    """Whether a process has the same file at a path; its service may have file systems of its own."""
    if os.stat("/proc/%d/ns/mnt" % pid).st_ino == os.stat("/proc/self/ns/mnt").st_ino:
        return True
    try:
        return os.path.samestat(os.stat("/proc/%d/root%s" % (pid, path)), os.stat(path))
    except FileNotFoundError:
        return False


def groups_of(owner, live):
    if not live:
        return []
    found = []
    for number in os.getgrouplist(owner.pw_name, owner.pw_gid):
        try:
            found.append(grp.getgrgid(number).gr_name)
        except KeyError:
            pass
    return found


def joined(several):
    """One answer for all the settings that may hold at an address: where they differ, it is not known."""
    refused = [[one for one in some if one.kind == NO] for some in several]
    if any(refused) and not all(refused):
        return [one._replace(kind=UNKNOWN, text="it depends on the address or port at which sshd is reached: " + one.text)
                for one in max(refused)]
    return max(several, key=len, default=[])


def verdict(addresses, found, questions):
    """yes only where every address is let in; else the first that is not is named."""
    for kind in (NO, UNKNOWN):
        for address, objections in zip(addresses, found):
            of_kind = [one for one in objections if one.kind == kind]
            if of_kind:
                alike = all(of_kind[0] in one for one in found)
                because = collections.OrderedDict.fromkeys(
                    one.text if alike else "from %s: %s" % (address, one.text) for one in of_kind)
                # What could not be asked may alter what was.
                return dict(told(UNKNOWN if questions else kind, questions + list(because), found),
                            stage=min((one.stage for one in of_kind), key=(CONNECTION, AUTHENTICATION, SESSION).index))
    return told(UNKNOWN if questions else "yes", questions, found)


def told(admits_him, because, found):
    return {"would_admit": admits_him, "because": because[:MOST], "asked": len(found)}
