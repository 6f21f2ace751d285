"""The verb list_access: every key that sshd reads, every account that may log in, every file of sudoers, a page at a time."""
import contextlib
import glob
import grp
import hashlib
import re
import time

from latchkey_agent.accounts import may_log_in
from latchkey_agent.findings import Findings
from latchkey_agent.journal import Journal
from latchkey_agent.keylines import after_options, options_of
from latchkey_agent.keysearch import texts_in
from latchkey_agent.leases import Leases
from latchkey_agent.points import EVERYWHERE
from latchkey_agent.sshd import Sshd
from latchkey_agent.statement import dumped
from latchkey_agent.survey import Survey

MOST = 2000  # entries of a server
MOST_UNREAD = 20
MOST_TEXT = 300  # characters of options, of a comment, of a path
LOGINS = 90 * 24 * 3600  # how far back the journal is asked


class Access:
    """All that is found, in the order of `id`: kind, name and place. Reads only, and takes no lock."""

    def __init__(self, server):
        self.server, self.findings = server, Findings()
        sshd = Sshd(server)
        self.survey = Survey(server, sshd, Leases({"leases": {}, "logins": {}}, lambda digest: None), self.findings)
        self.survey.anywhere = EVERYWHERE
        entries = {}
        for one in self._accounts() + self._keys() + self._sudoers():
            known = entries.setdefault(identity(one), one)
            if known is not one:  # of two accounts with one name the second is told, too
                known["what"] = shown("%s; and again: %s" % (known["what"], one["what"]))
        for question in sshd.doubts([one.pw_name for one in self.server.accounts() if may_log_in(one)]):
            self.findings.ask(None, question)
        self.entries = sorted(entries.items())
        self.more = max(0, len(self.entries) - MOST)
        self.entries = self.entries[:MOST]

    def page(self, cursor, room):
        """What follows the cursor, as much as there is room for."""
        told = {"verb": "list_access", "done": True, "unread": self._unread(), "more": self.more, "entries": []}
        room -= len(dumped(told)) + 200
        for name, entry in self.entries:
            if name <= cursor:
                continue
            room -= len(dumped(entry)) + 1
            if room < 0 and told["entries"]:
                told["next"] = identity(told["entries"][-1])
                break
            told["entries"].append(entry)
        return told

    def _accounts(self):
        groups, passwords = {}, self._passwords()
        with contextlib.suppress(OSError):
            for group in self._groups():
                for name in group[3]:
                    groups.setdefault(name, []).append(group[0])
        return [{"kind": "account", "name": name_of(one.pw_name), "place": "", "what": shown("uid %d, %sshell %s, home %s%s" % (
            one.pw_uid, "".join("group %s, " % group for group in sorted(groups.get(one.pw_name, ()))), one.pw_shell, one.pw_dir,
            passwords.get(one.pw_name, ", password unknown")))}
                for one in self.server.accounts() if may_log_in(one)]

    def _groups(self):
        if self.server.live:
            return [(one.gr_name, "", one.gr_gid, one.gr_mem) for one in grp.getgrall()]
        with open(self.server.path("/etc/group"), errors="replace") as file:
            rows = [line.rstrip("\n").split(":") for line in file]
        return [(row[0], "", row[2], list(filter(None, row[3].split(",")))) for row in rows if len(row) == 4]

    def _passwords(self):
        """Whether there is one, and never what it is."""
        told = {}
        with contextlib.suppress(OSError):
            with open(self.server.path("/etc/shadow"), errors="replace") as file:
                for row in (line.split(":") for line in file):
                    told[row[0]] = ", no password" if row[1:2] and row[1].startswith(("!", "*")) else ", with an empty password" \
                        if row[1:2] == [""] else ", with a password"
        return told

    def _keys(self):
        found, logins = [], self._logins()
        for account in filter(may_log_in, self.server.accounts()):
            seen = {}
            for file, lines in self.survey.lines(account.pw_name, account):
                for line in lines:
                    for key in sorted(line.keys()):
                        again = seen[key, file.shown] = seen.get((key, file.shown), -1) + 1
                        found.append(self._key(account.pw_name, file.shown, line, key, again, logins))
        return found

    @staticmethod
    def _key(user, file, line, key, again, logins):
        told = {"kind": "key", "name": key, "place": short("%s\0%s\0%d" % (user, file, again)), "user": shown(user), "file": shown(file),
                "line": line.number}
        text = texts_in(line.raw).get(key)
        words = re.split(rb"[ \t]+", after_options(line.raw.strip()) if options_of(line.raw) else line.raw.strip(), maxsplit=2)
        more = {"type": text.split()[0] if text else None, "options": shown(options_of(line.raw)) if line.fingerprint else None,
                "comment": shown(words[2].decode("utf-8", "replace")) if line.fingerprint and len(words) > 2 else None,
                "ticket": line.ticket, "last_login": logins.get((user, key))}
        return dict(told, **{name: value for name, value in more.items() if value})

    def _sudoers(self):
        found = []
        for path in [self.server.path("/etc/sudoers")] + sorted(glob.glob(self.server.path("/etc/sudoers.d/*"))):
            name = self.server.shown(path)
            with contextlib.suppress(FileNotFoundError, IsADirectoryError):
                try:
                    with open(path, "rb") as file:
                        found.append({"kind": "sudoers", "name": name_of(name), "place": "", "what": "contents " + short(file.read(1 << 20))})
                except OSError as error:
                    if isinstance(error, (FileNotFoundError, IsADirectoryError)):
                        raise
                    self.findings.problems[name_of(name)] = "%s: %s" % (name, error.strerror)
        return found

    def _logins(self):
        """Account and key → when it last logged in, as far as the journal knows."""
        last = {}
        if self.server.live:
            for entry in Journal().logins(int(time.time()) - LOGINS):
                last.update({(entry.user, key): max(entry.at, last.get((entry.user, key), 0)) for key in entry.keys})
        return last

    def _unread(self):
        """Whose keys, or which file, could not be read: of these nothing is known."""
        told = [{"user": shown(user), "why": shown(why)} for user, why in sorted(self.findings.problems.items())]
        told += [{"user": "", "why": shown(why)} for why in self.findings.questions[None]]
        if self.server.unsearched():  # which is nobody's who is listed
            told.append({"user": "(not listed)", "why": shown(self.server.unsearched())})
        if len(told) > MOST_UNREAD:
            told[MOST_UNREAD - 1:] = [{"user": "", "why": "%d more could not be read" % (len(told) - MOST_UNREAD + 1)}]
        return told


def identity(entry):
    return " ".join(filter(None, (entry["kind"], entry["name"], entry["place"])))


def name_of(text):
    """Without blanks, which stand between the parts of an identity; one that is empty is a name, too."""
    return shown(text).replace(" ", "\\x20") or "(empty)"


def shown(text):
    """What can be printed of it, cut where it is long."""
    text = "".join(one if one.isprintable() else "\ufffd" for one in text).encode("ascii", "backslashreplace").decode()
    return text if len(text) <= MOST_TEXT else text[:MOST_TEXT - 17] + "~" + short(text)


def short(data):
    data = data if isinstance(data, bytes) else data.encode("utf-8", "surrogateescape")
    return hashlib.sha256(data).hexdigest()[:16]


def found(server, _):
    return Access(server)
