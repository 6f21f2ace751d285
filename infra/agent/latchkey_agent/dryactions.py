"""What an action of an order would change: the same code as carries it out, with nothing that writes."""
import contextlib
import functools
import os
import time

from latchkey_agent.doors.hulk import OURS
from latchkey_agent.doors.packets import span
from latchkey_agent.errors import Problem
from latchkey_agent.hulklists import HulkLists
from latchkey_agent.keylines import lines_of
from latchkey_agent.rootfiles import RootFiles, exists
from latchkey_agent.rootkeys import RootKeys


def rehearse(server, store, sshd, action, entries, add, ask):
    """Tells each change by `add`, and by `ask` what cannot be told; why it would be refused, or None."""
    standing = [one for one in entries.grants if one.expires_at > time.time()]
    if action["verb"] == "authorize_key":
        told = DryKeys(server, store, sshd, add).authorize(action)
        return None if told["done"] else told["problem"]
    if action["verb"] in ("import_key", "generate_key", "delete_key"):
        files = DryFiles(DryKeys(server, store, sshd, add))
        return {"import_key": lambda: files.put(action), "generate_key": lambda: files.put_pair(action, (b"", NO_KEY)), "delete_key": lambda: files.delete(
            action, dict(action["held"], **{one.fingerprint: one.ticket for one in standing}))}[action["verb"]]().get("problem")
    if action["verb"] in ("enter_hulk", "remove_hulk", "flush_hulk"):
        return DryHulk(server, add, ask).tell(action, {span(network): one.ticket for one in standing for network in one.ranges})
    return ask("what %s would change is known only when it is done" % action["verb"])


class DryKeys(RootKeys):
    """Root's keys as they would be: what is written is read again, and told, and is nowhere else."""

    def __init__(self, server, store, sshd, add):
        super().__init__(server, store, sshd)
        self.add, self.out, contents = add, set(), {}
        for file in self.files:
            read = file.read
            file.read = functools.partial(lambda file, read: contents[file] if file in contents else read(), file, read)
            file.edit = functools.partial(self._edit, file, contents)

    def _edit(self, file, contents, change, blank=None):
        before = file.read()
        contents[file] = after = change(before)
        for lines, others, what in ((before, after, "taken out"), (after, before, "put in")):
            others = [line.raw.strip() for line in lines_of(others)]
            for line in lines_of(lines):
                if line.raw.strip() and line.raw.strip() not in others:
                    self.add("line", "The line of %s is %s." % (line.fingerprint, what), user="root", file=file.shown)
        return after != before

    def seen(self, file):
        seen = super().seen(file)
        seen.lines = [line for line in seen.lines if (file.shown, line.number) not in self.out]
        return seen

    def _take_out(self, file, drop):
        seen = self.seen(file)
        for line in filter(drop, seen.lines):
            if not seen.plain:
                raise Problem(seen.note)
            self.out.add((file.shown, line.number))
            self.add("line", "The line of %s is taken out." % line.fingerprint, user="root", file=file.shown)

    def _verdict(self, key, options):
        return {}


class NoKey:
    """A key that was not made."""
    text, comment, fingerprint = "", "", None


NO_KEY = NoKey()


class DryFiles(RootFiles):

    def _tell(self, name, change):
        self.root.add("key", change, user="root", file=self.root.named(name).shown)

    @contextlib.contextmanager
    def _folder(self, *names):
        for name in names:
            self._checked(name)
        with self.root.named(names[0]).opened() as (at, _):
            yield at

    def _there(self, at, names):
        return [] if at is None else [one for one in names if exists(at, one)]

    def _keep(self, at, names):
        for name in self._there(at, names):
            self._tell(name, "It is kept under another name, %s.TIME." % name)
        return []

    def _write(self, at, name, data, mode):
        self._tell(name, "It is written.")

    def _unlink(self, file, directory, descriptor):
        self._tell(os.path.basename(file.shown), "It is deleted.")


class DryHulk(HulkLists):

    READING = ("read_cphulk_records", "cphulk_status")

    def __init__(self, server, add, ask):
        super().__init__(server)
        self.add, self.ask = add, ask

    def _ask(self, function, *args):
        if function not in self.READING:
            raise Problem("a rehearsal would have called " + function)
        return super()._ask(function, *args)

    def tell(self, action, needed):
        if action["verb"] == "flush_hulk":
            self.status()
            for one in action["ips"]:
                self.add("list", "What cPHulk remembers of failed logins from %s is forgotten, and bans of it end." % one)
            return
        known = {}
        for text, comment in self._read(action["list"], action["skip"])[0]:
            known.setdefault(span(text), []).append(comment)
        for one in action["ips"]:
            (self._entered if action["verb"] == "enter_hulk" else self._removed)(one, action, known.get(span(one)), needed.get(span(one)))

    def _entered(self, one, action, comments, ticket):
        if comments is None:
            self.add("list", "%s is entered in the %s list." % (one, action["list"]))
        elif action["list"] == "white" and OURS in comments:
            self.add("list", "%s, which a grant needs, is on the white list and stays there when that ends." % one)
        elif comments != [action["comment"]]:
            self.ask("%s is on the %s list already, and what cPHulk makes of another comment is known only then" % (one, action["list"]))

    def _removed(self, one, action, comments, ticket):
        if comments is None:
            return
        if action["list"] == "white" and ticket:
            self.add("list", "%s stays on the white list until the grant of ticket %d ends, which needs it, and goes then." % (one, ticket))
        else:
            self.add("list", "%s is taken out of the %s list." % (one, action["list"]))
