"""One run: an order, a sweep or the installation."""
import contextlib
import functools
import os
import platform
import time

from latchkey_agent import homes, hulkactions, install, itself, leftovers, quiet
from latchkey_agent.ahead import ahead
from latchkey_agent.converge import Converge
from latchkey_agent.errors import Problem
from latchkey_agent.files import lock_file
from latchkey_agent.doors.packets import span
from latchkey_agent.findings import Findings
from latchkey_agent.hulklists import HulkLists
from latchkey_agent.keylist import KeyList
from latchkey_agent.krl import Krl
from latchkey_agent.leases import Leases
from latchkey_agent.ledger import FOLDER, home_of
from latchkey_agent.managed import Managed
from latchkey_agent.orders import NOTHING_WANTED, Entries, checked_order, is_stale, matches, need, own_line, read_order
from latchkey_agent.ownaccounts import LATER, Own
from latchkey_agent.rehearsal import DryStore, Rehearsal, rehearsed
from latchkey_agent.restore import Restore
from latchkey_agent.rootfiles import RootFiles
from latchkey_agent.rootkeys import RootKeys
from latchkey_agent.rootlogins import RootLogins
from latchkey_agent.selftest import SelfTest
from latchkey_agent.server import Server
from latchkey_agent.sshd import Sshd
from latchkey_agent.sshtest import SshTest
from latchkey_agent.state import Store
from latchkey_agent.statement import MAX_OBSERVATION, dumped, fitted
from latchkey_agent.survey import Survey
from latchkey_agent.timer import Timer
from latchkey_agent.uninstall import KEPT, known, uninstall


SEARCH = "/var/lib/latchkey/search"  # the lock of a search for files


class Agent:
    """What a verb of the command line does, and the statement that it makes."""

    def __init__(self, root):
        self.server = Server(root)
        self.store = Store(self.server)
        self.node = self.sshd = self.installed = self.ahead = None
        self.begun = self.silent = self.dry = False

    def told(self, outcome, **more):
        state = self.store.state
        told = {"latchkey": 1, "outcome": outcome, "request": self.store.request, "node": state["node"] or self.node,
                "epoch": state["epoch"], "generation": state["generation"], "hash": state["hash"], "at": int(time.time()), "python": platform.python_version(),
                "agent": {"version": itself.VERSION, "sha256": itself.sha256()}}
        if not self.server.live:
            told["simulated"] = 1
        if matches(r"[A-Za-z0-9-]{1,64}", os.environ.get("SSM_COMMAND_ID")):
            told["command"] = os.environ["SSM_COMMAND_ID"]
        return dict(told, audit_log=self.store.logged, **more)

    def order(self, stream):
        order, self.dry = rehearsed(read_order(stream))
        order, self.store = checked_order(order), DryStore(self.server) if self.dry else self.store
        self.store.request, self.node, action = order["request"], order.get("node"), order["action"]
        self.ahead = None if self.dry else ahead(self.server, action)
        locked = self.store.locked(5)
        self.store.load_state(put_aside=locked)
        state = self.store.state
        order = own_line(order, os.environ.get("AWS_SSM_INSTANCE_ID") or state["node"])
        self.node = order["node"]
        for known in (state["node"], os.environ.get("AWS_SSM_INSTANCE_ID")):
            need(not known or known == self.node, "the order is for another node than %s" % known)
        if not locked:
            return self.told("BUSY")
        kept = self.store.kept_answer(order["request"]) if action and "fault" not in action else None
        if kept and kept["answer"]:
            return kept["answer"]
        if action and time.time() > action["not_after"]:
            return self.told("TOO_LATE")
        if order["verb"] == "observe":
            return self.observe(action)
        if is_stale(order, state):
            return self.told("STALE", **self._revoked())
        if order["verb"] == "converge":
            order["entries"].keep(self._lost(order["epoch"]))
        if self.dry:
            return Rehearsal(self).told(order, action)
        if order["verb"] == "act":
            return self.act(order, action, kept is not None)
        state.update({name: order[name] for name in ("node", "epoch", "generation", "hash")},
                     finished=False, order=order["entries"].as_json())
        if order["verb"] == "remove":
            return self.remove(order["entries"])
        return self.converge(order["entries"], True, action, kept is not None)

    def _revoked(self):
        """What is revoked here, for a table from before it was: one that was restored must not let a key in again."""
        keys = self.store.state["order"].get("revoked", [])
        return {"revoked": [{"fingerprint": key, "gone": "unknown", "kept": 1} for key in keys]} if keys else {}

    def _lost(self, epoch):
        """Keys that were revoked before the order's epoch began, until an order of it names them."""
        known = self.store.state["order"]
        return known.get("kept", []) + (known.get("revoked", []) if epoch > self.store.state["epoch"] else [])

    def remove(self, entries):
        """Closes everything, and takes the agent off only when all of it is proven gone."""
        state = self.store.state
        state["lost"] = True  # lines of ours are looked for in the files of every account
        ending = known(state, [dict(one.as_json(), fingerprint=one.fingerprint) for one in entries.ending])
        state["order"] = dict(ending, key_file=entries.key_file)
        told = self.converge(Entries(state["order"]), True)
        spoken = {(one["ticket"], one["user"]) for one in told.get("ended", [])}
        left = ["%s is not proven gone" % name for name in sorted(state["leases"])
                if (int(name.partition(" ")[0]), name.partition(" ")[2]) not in spoken]
        if told["outcome"] == "DONE" and not left:
            self.store.note("the agent is taken off")
            left = uninstall(self.server, [Own(self.server, self.store, False).left, Krl(self.server, self.store, self.sshd).removed,
                                           Managed(self.server, self.store, self.sshd).removed])
            told["kept"] = [KEPT] + [path for path in (FOLDER, homes.FOLDER) if os.path.isdir(self.server.path(path))]
        if left or told["outcome"] != "DONE":
            told.update(outcome="PARTIAL", problem="; ".join(filter(None, [
                "the agent was not taken off", told.get("problem")] + left))[:1000])
        return told

    def converge(self, entries, retry, action=None, interrupted=False):
        state = self.store.state
        self.sshd = Sshd(self.server, None if retry else state["ssh"])
        state["ssh"] = self.sshd.version
        work = Converge(self.server, self.store, self.sshd, entries, True, retry)
        self.begun = True
        sweep = Timer(self.server).told(retry, self.store.note)
        outcome, told = work.carry_out(action and functools.partial(
            self._acted, action["verb"], self._change_keys, action, interrupted, entries))
        work.forget()
        self.sshd.asked.uptodate.remember()
        state.update(finished=True, lost=False)
        if self.store.keep():
            self.store.inventories.tidy({lease["baseline"] for lease in state["leases"].values()})
        if self.store.problems:
            outcome, told["problem"] = "PARTIAL", "; ".join(self.store.problems)[:1000]
        told = fitted(self.told(outcome, sweep=sweep, **told))
        if action and "fault" not in action:
            with contextlib.suppress(OSError):
                self.store.keep_answer(told)
        if not retry and not work.changed and not self.store.problems and work.settled(told):
            quiet.note(self.server.root, *work.watched(told))
        else:
            quiet.forget(self.server.root)
        self.silent = not retry and not work.changed and not self.store.problems
        return told

    def act(self, order, action, interrupted):
        """One verb of an order for many: without a wanted state of its own, it comes only on top of the one that is in force."""
        state = self.store.state
        need(order["hash"] == (state["hash"] or NOTHING_WANTED), "another state is wanted than the one that is in force here")
        self.sshd = Sshd(self.server)
        state.update({name: order[name] for name in ("node", "epoch", "generation", "hash")})
        recorded = self.store.keep()
        done = self._acted(action["verb"], self._change_keys, action, interrupted, Entries(state["order"]), recorded)
        told = self.observe()
        whole = done["done"] and state["finished"] and not self.store.problems
        told = fitted(dict(told, action=done, **({} if whole else {"outcome": "PARTIAL"})))
        if "fault" not in action:
            with contextlib.suppress(OSError):
                self.store.keep_answer(told)
        return told

    def observe(self, action=None):
        self.sshd = Sshd(self.server)
        work = Converge(self.server, self.store, self.sshd, Entries(self.store.state["order"]), change=False, retry=False)
        outcome, told = work.carry_out()
        told = self.told(outcome, sweep=Timer(self.server).told(False, self.store.note, self.installed), **told)
        if action:
            told["action"] = self._acted(action["verb"], self._looked, action, told)
            told["outcome"] = outcome if told["action"]["done"] else "PARTIAL"
            if "fault" not in action:
                with contextlib.suppress(OSError):
                    self.store.keep_answer(told)
        return fitted(told)

    def _root_keys(self):
        return RootKeys(self.server, self.store, self.sshd)

    def _looked(self, action, told):
        if "fault" in action:
            raise Problem(action["fault"])
        if action["verb"] == "check_ssh":
            return self.ahead()
        if action["verb"] == "test_ssh":
            return SshTest(self.server, told).of(action["ticket"])
        if action["verb"] == "hulk_status":
            return self._of_hulk(action, HulkLists.status)
        room = MAX_OBSERVATION - len(dumped(fitted(told, MAX_OBSERVATION - 6000)))
        if action["verb"] == "list_hulk":
            return self._of_hulk(action, HulkLists.listed, action, room)
        if action["verb"] == "list_access":
            return self.ahead().page(action["cursor"], room)
        if action["verb"] == "list_logins":
            return RootLogins(self._root_keys()).listed(room)
        return KeyList(self._root_keys()).list(action["cursor"], room)

    def _of_hulk(self, action, work, *args):
        return {"verb": action["verb"], "done": True, "hulk": work(HulkLists(self.server), *args)}

    def _change_keys(self, action, interrupted, entries, recorded):
        if "fault" in action:
            raise Problem(action["fault"])
        ofhulk = action["verb"] in hulkactions.VERBS
        if interrupted:
            raise Problem("an earlier run of this request was interrupted; whether it was done, %s tells" % (
                "read_cphulk_records" if ofhulk else "list_keys"))
        closes = action["verb"] == "delete_key" or action.get("authorize") == 0 or hulkactions.closes(action)
        if not closes:  # what closes waits for no books, and may be done again
            if not recorded:
                raise Problem("nothing is opened that cannot be written down: " + self.store.unkept)
            self.store.keep_answer(None)
        if action["verb"] == "enter_hulk":
            return self._of_hulk(action, HulkLists.entered, action)
        if action["verb"] == "flush_hulk":
            return self._of_hulk(action, HulkLists.flushed, action)
        standing = [one for one in entries.grants if one.expires_at > time.time()]
        if action["verb"] == "remove_hulk":
            return self._of_hulk(action, HulkLists.removed, action, {
                span(network): (one.ticket, network) for one in standing for network in one.ranges})
        if action["verb"] == "authorize_key":
            return self._root_keys().authorize(action)
        files = RootFiles(self._root_keys())
        if action["verb"] == "import_key":
            return files.put(action)
        if action["verb"] == "generate_key":
            return files.put_pair(action, self.ahead())
        return files.delete(action, dict(action["held"], **{one.fingerprint: one.ticket for one in standing}))

    @staticmethod
    def _acted(verb, work, *args):
        try:
            return work(*args)
        except Exception as problem:  # the rest of the order is carried out whatever it is
            return {"verb": verb, "done": False, "problem": str(problem)}

    def sweep(self):
        """The statement of what was ended or put right; None when there is nothing to do."""
        told = self._sweep()
        quiet.stamp(self.server.root)
        self._look_for_files()
        return told

    def _look_for_files(self):
        """Of accounts that were deleted: it may take a minute, so no order waits for it."""
        late = Own(self.server, self.store, False).late()
        if not late:
            return
        self.store.unlock()
        os.makedirs(self.server.state, mode=0o700, exist_ok=True)
        alone = lock_file(os.open(self.server.path(SEARCH), os.O_RDWR | os.O_CREAT, 0o600), 0)
        for name, uid in late if alone else ():
            found = leftovers.search(self.server, uid, home_of(name), LATER)
            if self.store.locked(5):
                Own(self.server, self.store, False).found(name, uid, found)
                self.store.unlock()

    def _sweep(self):
        self.store.request = "sweep"
        if not self.store.has_state() or not self.store.locked(0):
            return None
        self.store.load_state()
        homes.tidy(self.server, int(time.time()))
        state = self.store.state
        if (not state["leases"] and state["finished"] and not self.store.problems
                and not (state["order"].get("revoked") or state["order"].get("revoked_keys")) and not Own(self.server, self.store, False).accounts):
            return None
        return self.converge(Entries(state["order"]), retry=not state["finished"])

    def selftest(self):
        self.store.request = "selftest"
        problem = SelfTest(self).run()
        return self.told("SELFTEST_FAILED", problem=problem[:500]) if problem else self.told("DONE")

    def install(self):
        self.store.request = "install"
        self.node = os.environ.get("AWS_SSM_INSTANCE_ID")
        install.put_archive(self.server)
        os.makedirs(self.server.state, mode=0o700, exist_ok=True)
        self.begun = self.installed = True
        problem = install.put_timer(self.server)
        if problem is None:
            install.remove_former(self.server)
        self.store.load_state()
        told = self.observe()
        return dict(told, outcome="PARTIAL", problem=problem) if problem else told

    def restore_file(self, path):
        self.store.request = "restore-file"
        need(self.store.locked(5), "an order is being carried out")
        self.store.load_state()
        survey = Survey(self.server, Sshd(self.server), Leases(self.store.state, self.store.inventories.load), Findings())
        aside = Restore(self.server, self.store, survey).restore(path)
        return self.told("DONE", restored=path, **({"put_aside": [aside]} if aside else {}))
