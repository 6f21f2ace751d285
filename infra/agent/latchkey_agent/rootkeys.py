"""The verbs for keys: root's authorized_keys and the key files of its .ssh."""
import functools
import os
import re

from latchkey_agent.errors import Problem
from latchkey_agent.keyfile import KeyFile
from latchkey_agent.keylines import lines_of, rewritten
from latchkey_agent.keys import parse_public_key
from latchkey_agent.orders import matches
from latchkey_agent.statement import dumped


class RootKeys:
    """The verbs for keys: root's authorized_keys and the key files of its .ssh."""

    def __init__(self, server, store, sshd):
        self.server, self.store = server, store
        self.account = server.account("root")
        if self.account is None:
            raise Problem("there is no account root")
        self.files = sshd.key_files(self.account)
        self.own = next((file for file in self.files if file.own), None)
        if not self.files:
            raise Problem("AuthorizedKeysFile names no file")

    def named(self, name):
        home = os.path.realpath(self.server.path(self.account.pw_dir))
        shown = os.path.join(self.account.pw_dir, ".ssh", name)
        return KeyFile(home, ".ssh/" + name, {0, os.geteuid()}, True, shown)

    def authorized(self):
        """Fingerprint → whether a line that is none of a grant's has it."""
        found = {}
        for line in (line for file in self.files for line in lines_of(file.read())):
            for key in line.held | {line.fingerprint}:
                found[key] = found.get(key, False) or line.ticket is None
        return found

    def authorize(self, action):
        key = action["key"] if "key" in action else self._from_file(self.named(action["file"]))
        if action["authorize"] and key.rsa_bits is not None and key.rsa_bits < 3072:
            raise Problem("RSA keys of less than 3072 bits are not accepted; this one has %d" % key.rsa_bits)
        if action["authorize"]:
            self._remember(key.fingerprint, True)
        text = " ".join(part for part in (action["options"], key.text, key.comment) if part)
        if action["authorize"] and self.own is None:
            raise Problem("AuthorizedKeysFile has no file that is root's alone")
        for file in self.files:
            wanted = [text] if action["authorize"] and file is self.own else []
            if file.edit(functools.partial(rewritten, wanted=wanted, drop=lambda line: (
                    line.only_of([key.fingerprint]) and line.ticket is None))):
                what = "authorized" if action["authorize"] else "no longer authorized"
                self.store.note("key %s %s" % (key.fingerprint, what), "root")
        if not action["authorize"]:  # closing comes before the books
            self._remember(key.fingerprint, False)
        authorized = int(self.authorized().get(key.fingerprint, False))
        if authorized != action["authorize"]:
            raise Problem("%s does not read as written" % (self.own or self.files[0]).shown)
        return {"verb": "authorize_key", "done": True, "authorized": authorized, "file": action.get("file"),
                "fingerprint": key.fingerprint}

    def _remember(self, fingerprint, authorize):
        """A key that an operator authorized is not drift, even when it is a vendor's too."""
        known = set(self.store.state["authorized"]) - {fingerprint} | ({fingerprint} if authorize else set())
        if sorted(known) != self.store.state["authorized"]:
            self.store.state["authorized"] = sorted(known)
            if not self.store.keep() and authorize:
                raise Problem(self.store.unkept)

    @staticmethod
    def _from_file(file):
        with file.opened() as (_, descriptor):
            if descriptor is None:
                raise Problem("%s does not exist" % file.shown)
            data = os.read(descriptor, 16385)
        lines = [line for line in data.splitlines() if line.strip()]
        wrong = ("is longer than 16 KiB" if len(data) > 16384 else "is a private key" if is_private(data)
                 else "is not exactly one public key: it has %d lines" % len(lines) if len(lines) != 1 else None)
        try:
            key = None if wrong else parse_public_key(lines[0].decode("utf-8"))
        except ValueError as error:
            wrong = "is not text" if isinstance(error, UnicodeError) else error
        if wrong or key.comment.startswith("latchkey-ticket-"):
            raise Problem("%s %s" % (file.shown, wrong or "has a comment of ours"))
        return key

    def list(self, cursor, room):
        try:
            names = os.listdir(self.server.path(os.path.join(self.account.pw_dir, ".ssh")))
        except FileNotFoundError:
            names = []
        told, authorized = {"verb": "list_keys", "done": True, "keys": []}, self.authorized()
        for name in sorted(names):
            if name > cursor and matches(r"[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,200}", name):
                entry = self._entry(name, authorized)
                room -= len(dumped(entry)) + 2 if entry else 0
                if entry and room < 250 and told["keys"]:
                    told["next"] = told["keys"][-1]["file"]
                    break
                told["keys"] += [entry] if entry else []
        return told

    def _entry(self, name, authorized):
        """None for what is not a key. Of a private key the header alone is read."""
        if name.startswith("authorized_keys"):
            return None
        try:
            file = self.named(name)
            with file.opened() as (_, descriptor):
                status, private = os.fstat(descriptor), is_private(os.read(descriptor, 64))
            key = None if private else self._from_file(file)
        except (Problem, OSError, TypeError):
            return None
        told = {"file": name, "private": int(private), "authorized": int(bool(key) and key.fingerprint in authorized),
                "comment": key.comment if key else "", "ctime": int(status.st_ctime), "mtime": int(status.st_mtime)}
        return dict(told, text=" ".join(filter(None, (key.text, key.comment)))) if key else told


def is_private(data):
    return re.match(rb"\s*(-----BEGIN [A-Z0-9 ]*PRIVATE KEY|PuTTY-User-Key-File)", data[:64]) is not None
