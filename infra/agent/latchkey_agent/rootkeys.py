"""The verb authorize_key: root's authorized_keys, and the key files of its .ssh."""
import functools
import os
import time

from latchkey_agent.admission.files import revoked
from latchkey_agent.admission.judge import Judge
from latchkey_agent.admission.rootline import admits
from latchkey_agent.attributes import contents
from latchkey_agent.closing import Closing
from latchkey_agent.errors import Problem
from latchkey_agent.findings import Findings
from latchkey_agent.keyfile import KeyFile
from latchkey_agent.keyformats import LONGEST_FILE, is_private, keys_of
from latchkey_agent.keylines import lines_of, options_of, rewritten
from latchkey_agent.keyoptions import end_in, passed_over, read, useless
from latchkey_agent.leases import Leases
from latchkey_agent.points import EVERYWHERE
from latchkey_agent.sshd import expiry_time
from latchkey_agent.survey import Survey

MOST_STANDING = 10


class RootKeys:

    def __init__(self, server, store, sshd):
        self.server, self.store, self.sshd = server, store, sshd
        self.leases = Leases(store.state, store.inventories.load)
        self.account = server.account("root")
        if self.account is None:
            raise Problem("there is no account root")
        own = {file.shown for file in sshd.key_files(self.account) if file.own}
        self.files = sshd.key_files(self.account, EVERYWHERE)  # whoever logs in by a key may come from anywhere
        self.own = next((file for file in self.files if file.shown in own), None)
        if not self.files:
            raise Problem("AuthorizedKeysFile names no file")
        self.findings = Findings()
        self.survey = Survey(server, sshd, self.leases, self.findings)
        self.closing = Closing(server, store, self.survey, self.findings)

    def named(self, name):
        home = os.path.realpath(self.server.path(self.account.pw_dir))
        shown = os.path.join(self.account.pw_dir, ".ssh", name)
        return KeyFile(home, ".ssh/" + name, {0, os.geteuid()}, True, shown)

    def authorized(self, unread=None, used=False):
        """Fingerprint → whether a line that is none of a grant's has it; `used`: of lines that sshd does not pass over."""
        found = {}
        if unread is not None:
            unread += [{"file": "AuthorizedKeysFile", "why": one[:300]} for one in self.sshd.doubts(["root"])]
        for file in self.files:
            try:
                lines = lines_of(file.read())
            except (Problem, OSError) as problem:
                if unread is None:
                    raise
                unread.append({"file": os.path.basename(file.shown), "why": str(problem)[:300]})
                continue
            for line in lines:
                if used and passed_over(line.raw, time.time(), self.sshd.knows):
                    continue
                for key in {line.fingerprint} if used else line.held | {line.fingerprint}:
                    found[key] = found.get(key, False) or self.is_foreign(file, line)
        return found

    def is_foreign(self, file, line):
        """Whether the line is none of a grant's; our comment alone does not make it one."""
        return not self.leases.has("root", line, file.shown)

    def is_of(self, file, keys, line):
        """Whether it is a line of one of these keys that is to be taken out with it."""
        return line.only_of(keys) and self.is_foreign(file, line)

    def allow(self, key):
        """A Problem for a key that is revoked on this server."""
        if key.fingerprint in self.store.state["order"].get("revoked", []):
            raise Problem("%s is revoked on this server" % key.fingerprint)

    def refuses(self, key):
        """Whether RevokedKeys has the key, or refuses every one, wherever it comes from."""
        paths = {settings.get("revokedkeys", ["none"])[0] for _, settings in self.sshd.asked.answers("root", EVERYWHERE)[0]}
        return bool(paths) and all(path != "none" and revoked(self.server.path(path), key) is not None for path in paths)

    def authorize(self, action):
        key = action["key"] if "key" in action else self._from_file(self.named(action["file"]), action["fingerprint"], action["authorize"])
        if action["fingerprint"] not in (None, key.fingerprint):
            raise Problem("the key is %s, and %s was asked for" % (key.fingerprint, action["fingerprint"]))
        told = {"verb": "authorize_key", "done": True, "authorized": action["authorize"], "file": action.get("file"),
                "fingerprint": key.fingerprint}
        if not action["authorize"]:
            problems = self.take_out([key.fingerprint])[1]
            if problems:
                raise Problem("; ".join(problems))
            return dict(told, notes=self.remarks() + self.granted([key.fingerprint]))
        options = self._options(action)
        self.allow(key)
        if key.rsa_bits is not None and key.rsa_bits < 3072:
            raise Problem("RSA keys of less than 3072 bits are not accepted; this one has %d" % key.rsa_bits)
        if self.own is None:
            raise Problem("AuthorizedKeysFile has no file that is root's alone")
        standing = self._standing(key.fingerprint)
        others = [one for one in standing if one["options"] != options]
        if others and not action["replace"]:
            return dict(told, done=False, authorized=1, standing=others[:MOST_STANDING], problem=refusal(others, options))
        self.remember(key.fingerprint, True)
        stands = bool(standing) and not others and not self._is_disguised(key.fingerprint)
        told["stands_in"] = standing[0]["file"] if stands else self.own.shown
        told.update(end_in(dict(read(options, self.sshd.knows) or ()), self.sshd.knows))
        if stands:
            return dict(told, **self._verdict(key, options))
        wanted = [" ".join(part for part in (options, key.text, key.comment) if part)]
        for file in self.files:
            if file.edit(functools.partial(rewritten, wanted=wanted if file is self.own else [],
                                           drop=functools.partial(self.is_of, file, [key.fingerprint]))):
                self.store.note("key %s authorized" % key.fingerprint, "root")
        if not self.authorized().get(key.fingerprint, False):
            raise Problem("%s does not read as written" % self.own.shown)
        return dict(told, **self._verdict(key, options))

    def take_out(self, keys):
        """Takes the lines of these keys out of every file, but for those of grants: the keys that had one, and what is left.

        One file never stops another, and what is wrong with a file counts only where it keeps a key in.
        """
        stood, problems = set(), {}
        for file in self.files:
            try:
                stood |= {key for line in self.seen(file).lines for key in keys if line.holds(key) and self.is_foreign(file, line)}
                self._take_out(file, functools.partial(self.is_of, file, keys))
            except Exception as problem:
                problems[file.shown] = ": %s" % problem
        for key in keys:  # closing comes before the books
            self.remember(key, False)
        left, questions = self._foreign(keys)
        gone = sorted(stood - {key for key in keys for _, line in left if line.holds(key)})
        for key in gone:
            self.store.note("key %s no longer authorized" % key, "root")
        return gone, ["%s line %d still has %s%s" % (
            file.shown, line.number, ", ".join(sorted(key for key in keys if line.holds(key))), problems.get(file.shown, ""))
            for file, line in left][:MOST_STANDING] + questions

    def _take_out(self, file, drop):
        self.closing.take_out("root", self.account, file, drop)

    def seen(self, file):
        """As sshd reads it, whatever it is."""
        return self.survey.seen(self.account, file)

    def _foreign(self, keys):
        """Each file and line with one of these keys that is none of a grant's; and a sentence for each file of which that is not known."""
        seen = [(file, self.seen(file)) for file in self.files]
        return ([(file, line) for file, one in seen for line in one.lines
                 if any(map(line.holds, keys)) and self.is_foreign(file, line)],
                [one.question for _, one in seen if one.question])

    def remarks(self):
        """What was done to files beside it, and why there may be another file in which sshd reads root's keys."""
        return [what for _, what in self.findings.done] + [
            "whether sshd reads root's keys elsewhere is not known: %s" % one for one in self.sshd.doubts(["root"])[:MOST_STANDING]]

    def granted(self, keys):
        """A sentence for each line of a grant by which one of these keys still gets in."""
        return ["the grant of ticket %d still lets %s in, by %s line %d; ticket_revoke ends it" % (
            line.ticket, line.fingerprint, file.shown, line.number)
            for file in self.files for line in self.seen(file).lines if line.fingerprint in keys
            and not self.is_foreign(file, line) and not passed_over(line.raw, time.time(), self.sshd.knows)][:MOST_STANDING]

    def _verdict(self, key, options):
        """Whether sshd would admit a login; the line stands, whatever comes of the question."""
        try:
            return admits(Judge(self.server, self.sshd), key, options, self.account)
        except Exception as problem:
            return {"would_admit": "unknown", "because": ["%s: %s" % (type(problem).__name__, problem)], "asked": 0}

    def _options(self, action):
        wrong = useless(action["options"], time.time(), self.sshd.knows)
        if wrong:
            raise Problem("options: " + wrong)
        if action["expires_at"] is None:
            return action["options"]
        if self.sshd.expiry == "none":
            raise Problem("sshd %s knows no expiry-time" % self.sshd.version)
        until = 'expiry-time="%s"' % expiry_time(action["expires_at"], self.sshd.expiry == "utc")
        return ",".join(filter(None, (until, action["options"])))

    def _standing(self, fingerprint):
        return [{"file": file.shown, "line": line.number, "options": options_of(line.raw)[:500]} for file, line in self._lines(fingerprint)]

    def _is_disguised(self, fingerprint):
        """Whether one has our comment: a sweep would take it out, so it does not do for a line that is to stay."""
        return any(line.ticket is not None for _, line in self._lines(fingerprint))

    def _lines(self, fingerprint):
        return [(file, line) for file in self.files for line in lines_of(file.read()) if self.is_of(file, [fingerprint], line)]

    def remember(self, fingerprint, authorize):
        """A key that an operator authorized is not drift, even when it is a vendor's too."""
        known = set(self.store.state["authorized"]) - {fingerprint} | ({fingerprint} if authorize else set())
        if sorted(known) != self.store.state["authorized"]:
            self.store.state["authorized"] = sorted(known)
            if not self.store.keep() and authorize:
                raise Problem(self.store.unkept)

    @staticmethod
    def read_file(file):
        """What stat says of the file, and its contents; of a private key the header alone."""
        with file.opened() as (_, descriptor):
            if descriptor is None:
                raise Problem("%s does not exist" % file.shown)
            head = os.pread(descriptor, 64, 0)
            return os.fstat(descriptor), head if is_private(head) else contents(descriptor, LONGEST_FILE)

    def _from_file(self, file, fingerprint, authorize):
        """The one key of the file, or, of several, the one that is asked for."""
        try:
            found, wrong = keys_of(self.read_file(file)[1])
        except Problem as problem:
            raise Problem("%s %s" % (file.shown, problem) if file.shown not in str(problem) else str(problem))
        several = "is not exactly one public key: it has %d" % (len(found) + len(wrong))
        if fingerprint is not None and len(found) > 1:
            found, wrong = [one for one in found if one[1].fingerprint == fingerprint][:1], []
            several = "has several keys, and none of them is %s" % fingerprint
        wrong = (wrong[0].split(" ", 2)[2] if len(wrong) == 1 and not found else several if wrong or len(found) != 1
                 else "has options; authorize its key by text" if found[0][2] == "OPTIONS"
                 else "has a comment of ours" if authorize and found[0][1].comment.startswith("latchkey-ticket-") else None)
        if wrong:
            raise Problem("%s %s" % (file.shown, wrong))
        return found[0][1]


def refusal(others, options):
    """The sentence for a key of which a line stands that would be replaced."""
    shown = "; ".join("%s line %d has %s" % (one["file"], one["line"], "the options %s" % one["options"] if one["options"]
                                            else "no options") for one in others[:3])
    return ("the key is authorized already, with other options: %s. Asked for: %s. A line is not replaced silently: send "
            "api.replace=1 to replace it, or ask for the same options." % (shown, options or "no options"))
