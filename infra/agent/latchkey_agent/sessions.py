"""Sessions of keys that are to be gone: which they are, which nobody can attribute, and how they are ended."""
import collections
import contextlib
import os
import signal
import time

from latchkey_agent import programs
from latchkey_agent.belongings import Belongings
from latchkey_agent.logins import Logins
from latchkey_agent.processes import boot, lives, processes, scope
from latchkey_agent.records import inside
from latchkey_agent.units import of_manager

GRACE = 10  # seconds between TERM and KILL, for all of them together

Found = collections.namedtuple("Found", "alive unattributed left anybodys")  # anybodys: may be of a revoked key


class Sessions:

    def __init__(self, server, store, leases, ports, explained=lambda user, key: False):
        self.server, self.explained = server, explained  # whether a line that is none of an ending grant lets the key in as this account
        self.theirs = collections.defaultdict(set)  # account of a login → accounts whose leases it concerns
        self.logins = Logins(server, store, leases, ports)
        self.belongings, self.victims = Belongings(server, self.logins.notes, self.logins.asking), {}  # victims: process → login
        self.revoked = self.logins.revoked

    def find(self, gone, wanted, named=()):
        """What lives of keys that are in gone[user], {fingerprint: ranges}, and not in wanted[user], as whatever account they
        were let in, and of keys that are revoked for every account; `named` by its id too."""
        self.victims = {}
        found = Found([], [], [], [])
        if not self.server.live or not (gone or self.revoked):
            return found
        table, logins, his = processes(), self.logins.all(), []
        for login in logins:
            own, kept = gone.get(login.user, {}), wanted.get(login.user, {})
            concerned = {login.user} if login.key in own else {user for user, keys in gone.items() if login.key in keys}
            ended = concerned and login.key not in kept and (login.key in own or not self.explained(login.user, login.key))
            if login.key is None and self._lives(login, table):
                concerned = {user for user, keys in gone.items() if (user == login.user or not set(keys) <= set(own)) and (
                    self._from_there(login, keys) or self.logins.suspected(login) & set(keys))}
            if ended or login.key in self.revoked or (login.key is None and session_id(login, table) in named):
                his.append(login)
                self.theirs[login.user] |= concerned | {login.user}
                continue
            if login.key is None and self.revoked and self._lives(login, table):
                found.anybodys.append(login)
            if login.key is None and concerned and self.server.account(login.user):
                found.unattributed.append(login)
                self.theirs[login.user] |= concerned
            elif own and login.process and login.key and login.key not in kept and login.key not in self._usual(login.user):
                found.left.extend((table[pid], login.user, None, "of a session of another key, which came since: %s" % login.key)
                                  for pid in self.belongings.members([login], table, {1}))
        if his:
            self._gather(his, logins, table, found)
        return found

    @staticmethod
    def _from_there(login, keys):
        ranges = [one for key in sorted(keys) for one in keys[key]]
        try:
            return not ranges or inside(login.address, ranges)
        except ValueError:
            return True  # nobody knows from where

    @staticmethod
    def _lives(login, table):
        return login.process or any(scope(pid) == "session-%s.scope" % login.session for pid in table)

    def _usual(self, user):
        """Keys of the account from before its leases."""
        begun = map(self.logins.leases.baseline, self.logins.leases.of_account(user))
        return {name.split(" ")[1] for known in begun if known for name in known["keys"] if name.split(" ")[0] == user}

    def _gather(self, his, logins, table, found):
        owners = self.belongings.members(his, table, self.belongings.held(table))
        with self.logins.asking("the account's own manager"):
            self.belongings.of_managers(his, logins, owners, table, found)
        self.victims = self.belongings.sort(owners, table, found)
        for user in {login.user for login in his}:
            others = {one for login in logins if login.user == user and login not in his
                      for one in ("session-%s.scope" % login.session, (login.address, login.port))}
            with self.logins.asking("what runs beside a login of %s" % user):
                self.belongings.beside(user, his, owners, table, others, found)

    def end(self, gone, wanted, named=()):
        """Ends them and all they started; what was ended, as process → login, and what a last look found."""
        ended, deadline = {}, time.monotonic() + GRACE
        found = self.find(gone, wanted, named)
        for attempt in range(5):
            if not self.victims:
                # They ended by themselves after they were found, or there never were any; others may have come since.
                found = self.find(gone, wanted, named)
                if not self.victims:
                    break
            ended.update(self.victims)
            if attempt == 0:
                self._stop_managers(self.victims)
            self._kill(list(self.victims), deadline)
            found = self.find(gone, wanted, named)
        return ended, found

    def _stop_managers(self, victims):
        """A service of the account's own manager would be started again."""
        for user in {login.user for login in victims.values()}:
            account = self.server.account(user)
            if account and any(process in victims for process in of_manager(
                    {one.pid: one for one in victims}, account.pw_uid, 0)):
                programs.run(["systemctl", "stop", "user@%d.service" % account.pw_uid], timeout=GRACE)

    @staticmethod
    def _kill(victims, deadline):
        for number, until in ((signal.SIGTERM, deadline), (signal.SIGKILL, time.monotonic() + GRACE + 2)):
            for process in filter(lives, victims):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, number)
                    os.kill(process.pid, signal.SIGCONT)  # one that is stopped would not hear of it
            until = min(until, time.monotonic() + 2) if number == signal.SIGKILL else until
            while any(map(lives, victims)) and time.monotonic() < until:
                time.sleep(0.02)


def session_id(login, table):
    """Boot, process and its start: no other session ever has the same."""
    process = login.process or table.get(login.pid)
    return "%s-%d-%d" % (boot()[:8], login.pid, process.started if process else 0)
