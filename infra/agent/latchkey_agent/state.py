"""What one run leaves to the next: the state, the last answers, the audit log, and the lock."""
import contextlib
import json
import os
import time

from latchkey_agent.errors import Problem
from latchkey_agent.files import lock_file, write_atomically


class Store:
    """/var/lib/latchkey and /var/log/latchkey."""

    def __init__(self, server):
        self.server = server
        self.state = {"node": None, "generation": 0, "finished": True, "order": {"grants": [], "ending": []},
                      "leases": {}, "baselines": {}, "authorized": [], "firewalld": [], "ssh": None}
        self.request = None  # what is being carried out, for the audit log
        self.logged = True  # whether each line for the audit log could be written

    def locked(self, wait):
        os.makedirs(self.server.state, mode=0o700, exist_ok=True)
        os.chmod(self.server.state, 0o700)
        return lock_file(os.open(os.path.join(self.server.state, "lock"), os.O_RDWR | os.O_CREAT, 0o600), wait)

    def load_state(self):
        self.state = self._load("state.json", self.state)

    def save_state(self):
        self._save("state.json", self.state)

    def has_state(self):
        return os.path.exists(os.path.join(self.server.state, "state.json"))

    def kept_answer(self, request):
        """What was kept for the request; its `answer` is None if the run of its action was interrupted."""
        return next((one for one in self._answers() if one["request"] == request), None)

    def keep_answer(self, answer):
        answers = [one for one in self._answers() if one["request"] != self.request][-99:]
        self._save("answers.json", {"answers": answers + [{"request": self.request, "answer": answer}]})

    def _answers(self):
        return self._load("answers.json", {"answers": []})["answers"]

    def _load(self, name, default):
        try:
            with open(os.path.join(self.server.state, name), encoding="ascii") as file:
                value = json.load(file)
        except FileNotFoundError:
            return default
        except ValueError:
            value = None
        if not isinstance(value, dict):  # not by us, who write all or nothing: a person must look
            raise Problem("%s is damaged" % self.server.shown(os.path.join(self.server.state, name)))
        return dict(default, **value)

    def _save(self, name, value):
        data = json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")
        path = os.path.join(self.server.state, name)
        with contextlib.suppress(FileNotFoundError):
            with open(path, "rb") as file:
                if file.read() == data:  # the sweep's case, each minute
                    return
        write_atomically(path, data, 0o600)

    def note(self, what, user=None, ticket=None):
        """One line in the audit log."""
        entry = {"time": int(time.time()), "request": self.request, "ticket": ticket, "user": user, "what": what}
        path = self.server.path("/var/log/latchkey/audit.log")
        try:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
            with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
                file.write(json.dumps(entry, separators=(",", ":")).encode() + b"\n")
        except OSError:  # the statement says so; it stops nothing
            self.logged = False
