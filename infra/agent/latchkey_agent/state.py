"""What one run leaves to the next: the state, the last answers, the audit log, and the lock."""
import contextlib
import json
import os
import time

from latchkey_agent.errors import Problem
from latchkey_agent.files import lock_file, write_atomically
from latchkey_agent.inplace import overwrite
from latchkey_agent.inventories import Inventories, packed
from latchkey_agent.shapes import FORMAT, moment_of, whole_answers, whole_state


class Store:
    """/var/lib/latchkey and /var/log/latchkey."""

    def __init__(self, server):
        self.server, self.inventories = server, Inventories(server.state)
        self.state = blank_state()
        self.held = None  # the lock
        self.request = None  # what is being carried out, for the audit log
        self.logged = True  # whether each line for the audit log could be written
        self.problems = []
        self.faults = []  # those of the problems that are the agent's own
        self.unkept = None  # why the state could not be written at the last try

    def locked(self, wait):
        with contextlib.suppress(OSError):  # a full or read-only disk must not keep anyone in
            os.makedirs(self.server.state, mode=0o700, exist_ok=True)
            os.chmod(self.server.state, 0o700)
        self.held = self._lock()
        return lock_file(self.held, wait)

    def unlock(self):
        """For work that is to hold up no order."""
        if self.held is not None:
            os.close(self.held)
            self.held = None

    def _lock(self):
        """The lock, or, where it cannot be made, the directory in which it would be."""
        path = os.path.join(self.server.state, "lock")
        for flags in (os.O_RDWR | os.O_CREAT, os.O_RDONLY):
            with contextlib.suppress(OSError):
                return os.open(path, flags, 0o600)
        while True:
            path = os.path.dirname(path)
            with contextlib.suppress(OSError):
                return os.open(path, os.O_RDONLY | os.O_DIRECTORY)

    def load_state(self, put_aside=True):
        """The newest that was kept: on the disk, or, when that could not be written, in memory until the next start."""
        states = [self._load(path, self.state, whole_state, put_aside) for path in (self._path("state.json"), self._spare())]
        self.state = max(filter(None, states), key=lambda state: state["serial"], default=self.state)
        if self.state["lost"] and put_aside:
            self.keep()  # what little is known must not be lost with a run that does nothing

    def look(self):
        """Reads all of it and puts nothing aside."""
        self.load_state(put_aside=False)
        self._answers(put_aside=False)

    def keep(self):
        """Writes the state down; whether it is where it outlives a restart. If not, a spare is kept in memory."""
        path, spare = self._path("state.json"), self._spare()
        try:
            if not holds(path, packed(self.state)):
                self.state["serial"] += 1
                write_atomically(path, packed(self.state), 0o600)
        except OSError as error:
            self.unkept = "%s: %s" % (self.server.shown(path), error.strerror)
            self.tell(self.unkept)
            with contextlib.suppress(OSError):
                os.makedirs(os.path.dirname(spare), mode=0o700, exist_ok=True)
                if not holds(spare, packed(self.state)):
                    self.state["serial"] += 1
                    write_atomically(spare, packed(self.state), 0o600)
            with contextlib.suppress(OSError):  # what stands on the disk may open, after a restart, what was closed
                overwrite(path, [packed(self.state), packed(self._least("revoked", "revoked_keys")), packed(self._least())])
            return False
        with contextlib.suppress(OSError):
            os.unlink(spare)
        return True

    def trying(self, what, work):
        """Whether the work could be written down."""
        try:
            work()
            return True
        except OSError as error:
            self.unkept = "%s: %s" % (what, error.strerror)
            self.tell(self.unkept)
            return False

    def _least(self, *names):
        """A state of which too little is left to open anything: all lines that no order wants are taken out. `names`: what
        is kept of the order."""
        order = {name: self.state["order"][name] for name in names if name in self.state["order"]}
        kept = {name: self.state[name] for name in ("format", "node", "epoch", "generation", "hash", "salt", "uid")}
        return dict(blank_state(), order=dict(blank_state()["order"], **order), serial=self.state["serial"] - 1, lost=True, finished=False, **kept)

    def must_keep(self):
        if not self.keep():
            raise Problem(self.unkept)

    def tell(self, problem):
        if problem not in self.problems:
            self.problems.append(problem)

    def has_state(self):
        return os.path.exists(self._path("state.json")) or os.path.exists(self._spare())

    def kept_answer(self, request):
        """What was kept for the request; its `answer` is None if the run of its action was interrupted."""
        return next((one for one in self._answers() if one["request"] == request), None)

    def keep_answer(self, answer):
        answers = [one for one in self._answers() if one["request"] != self.request][-99:]
        data = packed({"answers": answers + [{"request": self.request, "answer": answer}]})
        write_atomically(self._path("answers.json"), data, 0o600)

    def _answers(self, put_aside=True):
        found = self._load(self._path("answers.json"), {"answers": []}, whole_answers, put_aside)
        return found["answers"] if found else []

    def _path(self, name):
        return os.path.join(self.server.state, name)

    def _spare(self):
        return self.server.path("/run/latchkey/state.json")

    def _load(self, path, default, whole, put_aside):
        """None if there is none, or none that is whole: each order has all that is wanted, so nothing waits for it."""
        try:
            with open(path, "rb") as file:
                value = json.loads(file.read().decode("ascii"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError):
            value = None
        if isinstance(value, dict) and whole(dict(default, **value)):
            return dict(default, **value)
        if whole is whole_state:
            self.state["lost"] = True  # until a whole run has looked for what it would have told
            # What it still tells, so that no older order is taken for a newer.
            self.state.update(max(moment_of(value), moment_of(self.state), key=lambda one: (one["epoch"], one["generation"])))
        if put_aside:
            self._put_aside(path)
        return None

    def _put_aside(self, path):
        problem = "%s is damaged" % self.server.shown(path)
        try:
            new = "%s.damaged-%s" % (path, time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(os.lstat(path).st_mtime)))
            os.rename(path, new)
            problem += "; it was put aside as " + os.path.basename(new)
        except OSError as error:
            problem += " and could not be put aside: %s" % error.strerror
        self.tell(problem)

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


def blank_state():
    return {"format": FORMAT, "serial": 0, "node": None, "epoch": 0, "generation": 0, "hash": None, "finished": True,
            "lost": False, "order": {"grants": [], "ending": []}, "leases": {}, "baselines": {}, "authorized": [],
            "firewalld": [], "hulk": [], "doors": {}, "ssh": None, "logins": {}, "salt": os.urandom(16).hex(),
            "clock": 0, "uid": 0, "managed": {"mark": None, "problem": None}, "firewall": "open",
            "revoked": {}, "krl": dict(dict.fromkeys(("digest", "made_of", "others", "problem", "mark")), loaded=False)}


def holds(path, data):
    """The case of a sweep, each minute: there is nothing new to write."""
    try:
        with open(path, "rb") as file:
            return file.read() == data
    except FileNotFoundError:
        return False
