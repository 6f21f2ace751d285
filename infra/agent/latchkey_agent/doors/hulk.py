"""The door `hulk`: the guard against guessed passwords of this server, cPHulk, fail2ban or Imunify360."""
import ipaddress
import json
import re

from latchkey_agent import programs
from latchkey_agent.doors.door import Door, normal, overlapping, short
from latchkey_agent.errors import Problem

OURS = "latchkey"  # the comment of cPHulk's records that a grant needs


def hulk(server, owned, remember):
    """The first of them that is there; None where there is none."""
    if server.live and programs.installed("whmapi1"):
        return CpHulk()
    if server.live and programs.installed("fail2ban-client"):
        code, out, _ = programs.run(["fail2ban-client", "status"])
        jails = re.search(r"Jail list:\s*(.*)", out)
        if code == 0 and jails:
            return Fail2ban([one for one in re.split(r"[,\s]+", jails.group(1)) if "ssh" in one or one == "recidive"],
                            owned, remember)
    if server.live and programs.installed("imunify360-agent"):
        return Imunify()
    return None


def answered(args):
    """The JSON that a program prints."""
    code, out, error = programs.run(args, timeout=60)
    try:
        return json.loads(out)
    except (ValueError, RecursionError):
        raise Problem("%s: %s" % (args[0], programs.complaint(error, out)))


def whmapi1(function, *args, program="whmapi1"):
    """The data of a function's answer; a refusal is a Problem."""
    told = answered([program, "--output=json", function] + list(args))
    try:
        if told["metadata"]["result"] != 1:
            raise Problem("%s: %s" % (function, str(told["metadata"].get("reason"))[:300]))
        return told["data"] if isinstance(told.get("data"), dict) else {}
    except (KeyError, TypeError):
        raise Problem("whmapi1 %s: its answer is not to be understood" % function)


class CpHulk(Door):
    """Its records have a comment, and no end: the sweep takes them out."""

    by = "cphulk"

    def __init__(self):
        super().__init__()
        self.notes, self.listed = [], {}

    @staticmethod
    def _call(function, which, *args):
        return whmapi1(function, "list_name=" + which, *args)

    def wanted(self, ranges):
        return dict(ranges)

    def look(self):
        ours, standing = set(), set()
        for one, comment in self._call("read_cphulk_records", "white").get("ips_in_list", {}).items():
            self.listed[normal(one)] = one
            standing.add(normal(one))
            ours.update([normal(one)] if comment == OURS else [])
        return ours, standing

    def put(self, entry, until):
        told = self._call("create_cphulk_record", "white", "ip=" + entry, "comment=" + OURS, "skip_enabled_check=1")
        if told.get("restart_ssh"):
            self.notes.append("cPHulk: sshd must be restarted for its list to take effect")

    def take(self, entry, until):
        self._call("delete_cphulk_record", "white", "ip=" + self.listed[entry])

    def why(self, networks):
        black = [one for one in self._call("read_cphulk_records", "black").get("ips_in_list", {}) if overlapping(one, networks)]
        return "cPHulk's black list has " + black[0] if black else None, self.notes


class Fail2ban(Door):
    """Ranges that it ignores. They bear no mark: `owned` holds ours. A reload forgets them, and the sweep enters them."""

    by = "fail2ban"

    def __init__(self, jails, owned, remember):
        super().__init__()
        self.jails, self.owned, self.remember = jails, owned, remember

    @staticmethod
    def _ask(*args):
        code, out, error = programs.run(["fail2ban-client"] + list(args))
        if code != 0:
            raise Problem("fail2ban-client %s: %s" % (" ".join(args[:3]), programs.complaint(error, out)))
        return out

    def wanted(self, ranges):
        return {"%s %s" % (jail, one): until for jail in self.jails for one, until in ranges.items()}

    def look(self):
        standing = {"%s %s" % (jail, normal(one)) for jail in self.jails
                    for one in re.findall(r"^[|`]- (\S+)", self._ask("get", jail, "ignoreip"), re.MULTILINE)}
        self.owned[:] = [one for one in self.owned if one in standing]
        return set(self.owned), standing

    def put(self, entry, until):
        jail, _, network = entry.partition(" ")
        self.owned.append(entry)
        self.remember()  # first, so that a crash leaves none that is not known
        self._ask("set", jail, "addignoreip", short(network))
        for address in self._banned(jail, [ipaddress.ip_network(network)]):
            self._ask("set", jail, "unbanip", address)

    def take(self, entry, until):
        jail, _, network = entry.partition(" ")
        self._ask("set", jail, "delignoreip", short(network))
        self.owned.remove(entry)

    def _banned(self, jail, networks):
        found = re.search(r"Banned IP list:[ \t]*(.*)", self._ask("status", jail))
        return [one for one in (found.group(1).split() if found else ()) if overlapping(one, networks)]

    def why(self, networks):
        for jail in self.jails:
            for one in self._banned(jail, networks):
                return "fail2ban's jail %s has banned %s" % (jail, one), []
        return None, []


class Imunify(Door):
    """Its entries end by themselves."""

    by = "imunify360"

    @staticmethod
    def _list(purpose):
        told = answered(["imunify360-agent", "ip-list", "local", "list", "--purpose", purpose, "--json"])
        return told.get("items") or [] if isinstance(told, dict) else []

    def wanted(self, ranges):
        return {"%s %d" % (one, until): until for one, until in ranges.items()}

    def look(self):
        ours, standing = set(), set()
        for one in self._list("white"):
            entry = "%s %d" % (normal(one.get("ip", "")), one.get("expiration") or 0)
            standing.add(entry)
            ours.update([entry] if one.get("comment") == "latchkey" else [])
        return ours, standing

    def put(self, entry, until):
        self._change("add", entry, "--comment", "latchkey", "--expiration", str(until))

    def take(self, entry, until):
        self._change("delete", entry)

    @staticmethod
    def _change(verb, entry, *more):
        args = ["imunify360-agent", "ip-list", "local", verb, "--purpose", "white", short(entry.split()[0])]
        code, out, error = programs.run(args + list(more), timeout=60)
        if code != 0:
            raise Problem("imunify360-agent: " + programs.complaint(error, out))

    def why(self, networks):
        black = [one["ip"] for one in self._list("drop") if overlapping(one.get("ip", ""), networks)]
        return "Imunify360's black list has " + black[0] if black else None, []
