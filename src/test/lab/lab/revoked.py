"""A key that is revoked on a server, or on two at once, and what becomes of a line of it that is put back by hand."""
import concurrent.futures
import json
import re

from . import judge, reality
from .agent import Agent, fingerprint
from .machine import LabMistake, Machine

ACCOUNTS = ("root", "support")


class Server:
    """One of the row's servers, with the vendor's key in the files of two accounts and an administrator's beside it."""

    def __init__(self, game, machine, agent):
        self.game, self.machine, self.agent = game, machine, agent

    def prepare(self):
        for account in ACCOUNTS:
            for person in [self.game.administrator, self.game.vendor] + [self.game.second] * (self.game.row.second == "refused"):
                self.machine.call("home=$(getent passwd %s | cut -d: -f6); install -d -o %s -g %s -m 0700 $home/.ssh; "
                                  "cat >> $home/.ssh/authorized_keys; chown %s: $home/.ssh/authorized_keys; "
                                  "chmod 0600 $home/.ssh/authorized_keys" % ((account,) * 4), stdin=person.public + "\n")

    def order(self, keys=None, **more):
        """The statement of an order in which the vendor's key, or these, are revoked."""
        row = self.game.row
        keys = [fingerprint(self.game.vendor.public)] if keys is None else keys
        more = dict({"revoked_keys": row.revoked_keys}, **more)
        return self.agent.converge([], revoked=keys, revoking=keys, **more)

    def lets_in(self, person):
        """The accounts as which this person's key opens a shell."""
        return [account for account in ACCOUNTS if person.logs_in(account, host=self.machine.address)]


class Revoked:

    def __init__(self, game, image):
        self.game, self.row, self.verdict, self.image = game, game.row, game.verdict, image

    def play(self):
        second = None
        try:
            self.servers = [Server(self.game, self.game.machine, self.game.agent)]
            if self.row.count == "2":
                second = Machine(self.image, self.game.folder + "-second", 2)
                second.call("mkdir -p /root/lab")
                self.servers.append(Server(self.game, second, Agent(second)))
            self._play()
        finally:
            if second:
                second.stop()

    def _play(self):
        game, row = self.game, self.row
        for server in self.servers:
            server.prepare()
            if row.access == "no" and server.lets_in(game.vendor) != list(ACCOUNTS):
                raise LabMistake("the key does not log in, so there is nothing to revoke")
        game.before = {process.pid for process in reality.alive(set())}
        game._people()
        self._each(row.between)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            told = list(pool.map(Server.order, self.servers))
        for number, (server, statement) in enumerate(zip(self.servers, told), 1):
            self._judge("server %d" % number, server, statement, row.gone)
        self._holds(row.holds)
        if not (row.after or row.then != "order"):
            return
        # What follows is before any sweep: one that has begun ends first, as a start waits for it.
        self._each("systemctl stop latchkey-sweep.timer\nsystemctl start latchkey-sweep.service\n" + row.after)
        for number, server in enumerate(self.servers, 1):
            keys, others = server.lets_in(game.vendor), server.lets_in(game.administrator)
            self.verdict.note("server %d, afterwards and before any sweep: the key lets in %s, another one %s" % (
                number, ", ".join(keys) or "nowhere", ", ".join(others) or "nowhere"))
            if bool(keys) != (row.put_back == "yes"):
                self.verdict.fault("before the sweep the key %s" % ("logs in" if keys else "does not log in, as the row has it"))
            if bool(others) != (row.others == "yes"):
                self.verdict.fault("before the sweep another key %s" % ("logs in" if others else "does not log in"))
            getattr(self, "_" + row.then)(server, number)

    def _order(self, server, number):
        """A sweep, and the order that is told of what the sweep found."""
        server.agent.sweep()
        if server.lets_in(self.game.vendor):
            self.verdict.fault("after the sweep the key logs in")
        self._others(server, "after the sweep")
        statement = server.order()
        self._judge("server %d, the next order" % number, server, statement, self.row.later or "true")
        if self.row.named and not re.search(self.row.named, json.dumps(statement["revoked"])):
            self.verdict.fault("the next order does not name %s: %s" % (self.row.named, json.dumps(statement["revoked"])))

    def _allow(self, server, number):
        """The key is revoked no more, and its line is put back."""
        server.order(keys=[])
        server.machine.call("echo '%s' >> /root/.ssh/authorized_keys" % self.game.vendor.public)
        server.agent.sweep()
        if server.lets_in(self.game.vendor) != ["root"]:
            self.verdict.fault("a key that is allowed again does not log in")
        self._others(server, "once it is allowed again")

    def _back(self, server, number):
        """From the KRL to the sweep."""
        statement = server.order(revoked_keys="sweep")
        self._others(server, "without the KRL")
        if statement["outcome"] != "DONE" or statement["revoked"][0]["krl"] != 0:
            self.verdict.fault("the order says %s" % json.dumps(statement))
        self._none_of_ours(server)

    def _remove(self, server, number):
        statement = server.agent.remove()
        if statement["outcome"] != "DONE":
            self.verdict.fault("the removal says %s" % json.dumps(statement))
        self._others(server, "without the agent")
        self._none_of_ours(server)

    def _none_of_ours(self, server):
        done = server.machine.run("! test -e /etc/ssh/latchkey.krl && ! grep -rqi latchkey /etc/ssh/sshd_config.d && "
                                  "sshd -T | grep -qi '^revokedkeys none'")
        if done.returncode:
            self.verdict.fault("the KRL or its directive is left")

    def _each(self, lines):
        for server in self.servers if lines else ():
            server.machine.call(lines, environment=self.game._names())

    def _holds(self, line):
        for server in self.servers if line else ():
            done = server.machine.run(line)
            if done.returncode:
                self.verdict.fault("it does not hold: %s %s" % (line, done.stdout[-300:]))

    def _others(self, server, when):
        if server.lets_in(self.game.administrator) != list(ACCOUNTS):
            self.verdict.fault("%s the administrator's own key does not log in" % when)
        if self.row.second == "refused" and server.lets_in(self.game.second):
            self.verdict.fault("%s a key that the operator revoked logs in" % when)

    def _judge(self, what, server, statement, expected):
        row, verdict = self.row, self.verdict
        verdict.statements.append(statement)
        entry = (statement.get("revoked") or [{}])[0]
        said = {True: "true", False: "false"}.get(entry.get("gone"), str(entry.get("gone", statement.get("outcome"))))
        keys = server.lets_in(self.game.vendor)
        living = [process for process in reality.alive({session.audit_session for session in self.game.sessions})
                  if process.pid not in self.game.before]
        told = {one["pid"] for one in entry.get("left", [])}
        verdict.note("%s: says gone=%s krl=%s, %d lines%s; the key lets in %s; %s" % (
            what, said, entry.get("krl"), len(entry.get("lines", [])), judge._reason(entry) or judge._reason(statement), ", ".join(keys) or "nowhere",
            "alive: " + ", ".join(map(str, living)) if living else "nothing of it is alive"))
        if said not in expected.split():
            verdict.fault("%s: says gone=%s, is to say %s" % (what, said, expected))
        if said == "true" and keys:
            verdict.fault("%s: says that it is gone, and the key logs in" % what)
        if said == "true" and [process for process in living if process.pid not in told]:
            verdict.fault("%s: says that it is gone, and processes of it live that it does not name" % what)
        if said != "true" and not judge._explained(entry, statement):
            verdict.fault("%s: says gone=%s without a reason" % (what, said))
        if str(entry.get("krl")) not in row.krl.split():
            verdict.fault("%s: says krl=%s, is to say %s" % (what, entry.get("krl"), row.krl))
        if row.krl == "0" and row.revoked_keys == "krl" and not statement.get("problem"):
            verdict.fault("%s: says krl=0 without a reason" % what)
        if bool(keys) != (row.lives == "yes" or row.login == "yes"):
            verdict.fault("%s: the key %s" % (what, "logs in" if keys else "does not log in, as the row has it"))
        if row.because and not re.search(row.because, json.dumps(statement)):
            verdict.fault("%s: its reason does not say %s" % (what, row.because))
        if any(not session.answers() for session in self.game.bystanders):
            verdict.fault("%s: the session of somebody else was ended" % what)
        self._others(server, what)
