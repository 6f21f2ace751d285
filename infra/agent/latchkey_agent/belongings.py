"""What belongs to a login: its processes, also those that left it; daemons, which are spared; and what runs beside it."""
import os

from latchkey_agent.listeners import listeners
from latchkey_agent.logins import begun_of
from latchkey_agent.processes import audit_session, connection, number, scope, up_at
from latchkey_agent.records import logind
from latchkey_agent.units import Units, of_manager


class Belongings:

    def __init__(self, server, notes, asking):
        self.server, self.notes, self.units, self.asking = server, notes, Units(), asking

    def members(self, logins, table, held):
        """Process → login, of all that belong to these logins: by scope, audit, environment, or as a child of such a one."""
        scopes, audits, ends = {}, {}, {}
        for login in logins:
            if login.session:
                scopes["session-%s.scope" % login.session] = login
                audits.update({number(login.session): login} if number(login.session) else {})
            if login.port:
                ends[login.address, login.port] = login
        heads, owners = {login.pid: login for login in logins if login.process}, {}
        begun = min(login.up for login in logins) - 2
        for pid, one in table.items():
            with self.asking("process %d" % pid):
                within = scope(pid)  # of another login, its environment proves nothing: two may share a terminal
                # A boot has no scope and no audit session twice. A client may have the same port again.
                owner = (heads.get(pid) or scopes.get(within) or audits.get(audit_session(pid))
                         or (None if within or up_at(one) < begun else ends.get(connection(pid))))
                owners.update({pid: owner} if owner and pid not in held else {})
        more = True
        while more:
            more = {pid: owners[one.parent] for pid, one in table.items()
                    if pid not in owners and one.parent in owners and pid not in held}
            owners.update(more)
        return owners

    def of_managers(self, his, logins, owners, table, found):
        """What the accounts' own managers started: the login's, unless others of the account are logged in."""
        for user in {login.user for login in his}:
            account, mine = self.server.account(user), [login for login in his if login.user == user]
            begun = min(login.up for login in mine)
            started = of_manager(table, account.pw_uid, begun) if account else []
            others = started and self._others(user, account.pw_uid, his, logins)
            for one in started:
                if others:
                    found.left.append((one, user, None, "a service of the account's own manager; others are logged in"))
                else:
                    owners.setdefault(one.pid, mine[0])

    def _others(self, user, uid, his, logins):
        """Whether somebody else is logged in as this account, or as one with the same uid: over sshd, or at a terminal."""
        names = {one.pw_name for one in self.server.accounts() if one.pw_uid == uid} | {user}
        return any(one.user in names and one not in his and (one.process or one.key is None) for one in logins) or any(
            one.get("UID") == str(uid) and one.get("SERVICE") != "sshd" and (one.get("TTY") or one.get("SEAT")) for one in logind())

    def held(self, table):
        """What is never ended: this run and all above it, and the sshd that lets everybody in."""
        held, pid = {1}, os.getpid()
        while pid in table and pid not in held:
            held.add(pid)
            pid = table[pid].parent
        # Without a unit it is the first that was started as usual; one that was started in a session is a process of it.
        usual = sorted((one.process.started, one.process.pid) for one in listeners() if one.process and not one.options)
        return held | (self.units.main_pids("ssh.service", "sshd.service") or {pid for _, pid in usual[:1]})

    def sort(self, owners, table, found):
        """Daemons, and what they started, are spared and told; all else is to end: process → login."""
        victims, daemons = {}, {}
        for pid, login in owners.items():
            one, name = table[pid], None
            if one.name != "sshd" and not (login.process and login.pid == pid):
                with self.asking("the service of process %d" % pid):
                    name = self.units.daemon_of(one, self.name_of(one.uid), self._begun(login))
            if name:
                daemons[pid] = name
        for pid, login in sorted(owners.items()):
            above = pid
            while above in owners and above not in daemons:
                above = table[above].parent if above in table else 0
            if above in daemons:
                found.left.append((table[pid], login.user, daemons[above], "a daemon, as a repair restarts it"))
            else:
                victims[table[pid]] = login
                if (login.user, login.key) not in found.alive:
                    found.alive.append((login.user, login.key))
        return victims

    def _begun(self, login):
        return min(begun_of(self.notes, login.user, login.since), login.since)

    def beside(self, user, his, owners, table, others, found):
        """What started meanwhile and is none of the login's processes, though the login may have asked for it."""
        begun, up = (min(getattr(login, name) for login in his if login.user == user) for name in ("since", "up"))
        told = set(owners) | {one.pid for one, _, _, _ in found.left} | {one.pid for one in found.unattributed}
        for process, name, why in self.units.started(table, up, begun):
            if process.pid not in told:
                told.add(process.pid)
                found.left.append((process, user, name, why))
        account = self.server.account(user)
        for one in table.values() if account and account.pw_uid else ():
            if (one.uid == account.pw_uid and one.pid not in told and up_at(one) >= up
                    and one.name not in ("systemd", "(sd-pam)") and scope(one.pid) not in others
                    and connection(one.pid) not in others):
                found.left.append((one, user, None, "runs as the account, and began since the login"))

    def name_of(self, uid):
        return next((one.pw_name for one in self.server.accounts() if one.pw_uid == uid), str(uid))
