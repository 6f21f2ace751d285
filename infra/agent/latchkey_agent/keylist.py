"""The verb list_keys: the key files of root's .ssh, and whether their keys are authorized."""
import base64
import contextlib
import os

from latchkey_agent.attributes import contents
from latchkey_agent.errors import Problem
from latchkey_agent.keyformats import LIKE_A_KEY, LONGEST_FILE, NOT_KEYS, is_private, keys_of, public_half
from latchkey_agent.keys import PublicKey, fields_of
from latchkey_agent.orders import is_file_name
from latchkey_agent.statement import dumped

MOST_KEYS = 20  # of one file
MOST_UNREAD = 50


class KeyList:

    def __init__(self, root):
        self.root = root

    def list(self, cursor, room):
        """A page of the files after the cursor: the keys that could be read, and why others could not."""
        names = []
        with contextlib.suppress(FileNotFoundError):
            names = sorted(os.listdir(self.root.server.path(os.path.join(self.root.account.pw_dir, ".ssh"))))
        unread, last = [], None
        self.used, self.partly = self.root.authorized(unread, True), bool(unread)
        keys, unread = [], [] if cursor else unread
        room -= len(dumped(unread)) + 400
        for name in names:
            if name <= cursor or NOT_KEYS.fullmatch(name) or name.startswith("."):
                continue
            entries, why = self._entries(name)
            size = len(dumped(entries)) + len(dumped(why))
            while entries and last is None and size > room:  # a file alone is longer than a page
                entries.pop()
                why = [{"file": name, "why": "has more keys than there is room for"}]
                size = len(dumped(entries)) + len(dumped(why))
            if last is not None and size > room:
                told = {"next": last}
                break
            if entries or why:
                last = name if is_file_name(name) else last
                room -= size
            keys, unread = keys + entries, unread + why
        else:
            told = {}
        told.update({"unread": unread[:MOST_UNREAD]} if unread else {}, **({"more_unread": len(unread) - MOST_UNREAD} if len(unread) > MOST_UNREAD else {}))
        return dict(told, verb="list_keys", done=True, keys=keys)

    def _entries(self, name):
        """What the list says of one file: its keys, and what of it could not be read."""
        shown = name.encode("utf-8", "replace").decode() if is_file_name(name) else "".join(
            one if one.isprintable() else "\ufffd" for one in name)
        try:
            status, data = self.root.read_file(self.root.named(name))
            told = {"file": name, "private": 0, "ctime": int(status.st_ctime), "mtime": int(status.st_mtime)}
            if is_private(data):
                return ([dict(told, private=1, authorized=self._authorized(self._public(name)), comment="")] if is_file_name(name) else []), []
            if not (name.endswith(".pub") or LIKE_A_KEY.match(data)):
                return [], []
            if not is_file_name(name):
                raise Problem("the name has characters that cannot be shown, or begins with - or a blank")
            found, wrong = keys_of(data)
        except (Problem, OSError) as problem:
            like = name.endswith(".pub") or isinstance(problem, Problem) and str(problem).startswith("is ")
            return [], [{"file": shown, "why": str(problem)[:300]}] if like else []
        entries = []
        for line, key, form in found[:MOST_KEYS]:
            more = {"line": line} if len(found) + len(wrong) > 1 else {}
            more.update({"format": form} if form and form != "OPTIONS" else {})
            text = " ".join(filter(None, (key.text, key.comment)))
            entries.append(dict(told, authorized=self._authorized(key), comment=key.comment, text=text, **more))
        if len(found) > MOST_KEYS:
            wrong.insert(0, "has more than %d keys" % MOST_KEYS)
        why = "; ".join(wrong[:3]) if wrong else None if found else "has no public key"
        return entries, [{"file": name, "why": why[:300]}] if why else []

    def _authorized(self, key):
        """1 or 0; None where it is not known: of a key that cannot be read, or where a file that may have it cannot be."""
        if key is None:
            return None
        if key.fingerprint in self.used:
            return int(not self.root.refuses(key))
        return None if self.partly else 0

    def _public(self, name):
        """The public half of a private key; None where its passphrase hides it."""
        with self.root.named(name).opened() as (_, descriptor):
            blob = public_half(contents(descriptor, LONGEST_FILE)) if descriptor is not None else None
        return PublicKey(fields_of(blob)[0].decode("ascii", "replace"), base64.b64encode(blob).decode(), "") if blob else None
