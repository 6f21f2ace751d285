"""The inventories that were taken when leases began: a file for each, named by its SHA-256."""
import contextlib
import hashlib
import json
import os
import re

from latchkey_agent.files import write_atomically

MOST_BYTES = 1024 * 1024


class Inventories:

    def __init__(self, folder):
        self.folder, self.loaded = folder, {}

    def keep(self, inventory):
        """Its digest; written down first."""
        inventory = dict(inventory, keys=sorted({"%s %s" % (user, key) for user, _, key in inventory["keys"]}))
        inventory.pop("sockets", None)
        data = packed(inventory)
        if len(data) > MOST_BYTES:  # most of it are files in homes
            homes = tuple(sorted({account.rpartition("home ")[2].rstrip("/") + "/" for account in inventory["accounts"].values()}))
            inventory["files"] = {path: digest for path, digest in inventory["files"].items() if not path.startswith(homes)}
            inventory["unread"] = ["files in homes were not compared: the inventory is longer than 1 MiB"]
            data = packed(inventory)
        digest = hashlib.sha256(data).hexdigest()
        if self.load(digest) is None:
            write_atomically(self._path(digest), data, 0o600)
        self.loaded[digest] = inventory
        return digest

    def load(self, digest):
        """None if it is not there, or not as it was kept."""
        if digest not in self.loaded:
            with contextlib.suppress(OSError, ValueError):
                with open(self._path(digest), "rb") as file:
                    data = file.read(16 * MOST_BYTES)
                if hashlib.sha256(data).hexdigest() == digest:
                    self.loaded[digest] = json.loads(data.decode("ascii"))
        return self.loaded.get(digest)

    def tidy(self, used):
        """Removes those of which no lease speaks any more."""
        with contextlib.suppress(OSError):
            for name in os.listdir(self.folder):
                found = re.match(r"inventory-([0-9a-f]{64})\.json", name)
                if found and found.group(1) not in used:
                    os.unlink(os.path.join(self.folder, name))

    def _path(self, digest):
        return os.path.join(self.folder, "inventory-%s.json" % digest)


def packed(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")
