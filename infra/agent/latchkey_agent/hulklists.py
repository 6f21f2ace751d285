"""What the verbs for cPHulk do: its white and its black list, and the failed logins that it remembers.

What whmapi1 prints is data: what is not as its documentation has it is not there, and what a change has done is read in the list.
"""
import contextlib
import os
import urllib.parse

from latchkey_agent import programs
from latchkey_agent.doors.door import short
from latchkey_agent.doors.firewalld import Firewalld
from latchkey_agent.doors.hulk import OURS, whmapi1
from latchkey_agent.doors.packets import span
from latchkey_agent.errors import Problem
from latchkey_agent.checks import MAX_INTEGER, whole_number
from latchkey_agent.hulkactions import is_address
from latchkey_agent.statement import dumped

PROGRAM = "/usr/sbin/whmapi1"
DISABLED = "cPHulk is disabled on the server."
MOST_SAID = 200  # characters of a comment or a reason
ALL_SAID = 4000  # of all reasons together, so that each of 40 has 100
GUARDS = (  # what may stand on a server instead, its program, and how an address is entered there
    ("CSF", "csf", "csf -a, -d, -ar and -dr"),
    ("fail2ban", "fail2ban-client", "fail2ban-client set JAIL addignoreip, banip, delignoreip and unbanip"),
    ("Imunify360", "imunify360-agent", "imunify360-agent ip-list local add and delete"),
    ("firewalld", "firewall-cmd", "firewall-cmd --add-rich-rule and --remove-rich-rule"),
    ("ufw", "ufw", "ufw allow from, deny from and delete"),
    ("nftables", "nft", "nft"),
    ("iptables", "iptables", "iptables"))


class HulkLists:

    def __init__(self, server):
        self.program = self._program(server)
        if not self.program:
            raise Problem(absent(server))

    @staticmethod
    def _program(server):
        """In a folder it is a file of the folder, so that all of it can be tried without cPanel."""
        if server.live:
            return programs.installed("whmapi1") and "whmapi1"
        path = server.path(PROGRAM)
        return path if server.inside(path) and os.path.isfile(path) and os.access(path, os.X_OK) else None

    def _ask(self, function, *args):
        try:
            return whmapi1(function, *args, program=self.program)
        except Problem as problem:
            raise Problem(DISABLED if DISABLED.rstrip(".") in str(problem) else str(problem))

    def _change(self, function, which, texts, skip, *more):
        return self._ask(function, "list_name=" + which, *(several(texts) + list(more) + ["skip_enabled_check=%d" % skip]))

    def _read(self, which, skip):
        """The entries of a list in order, address and comment, and all that is said beside them."""
        data = self._ask("read_cphulk_records", "list_name=" + which, "skip_enabled_check=%d" % skip)
        listed = data.get("ips_in_list")
        if not isinstance(listed, dict):
            raise Problem("whmapi1 read_cphulk_records: its answer is not to be understood")
        found = [(one, comment if isinstance(comment, str) else "") for one, comment in listed.items() if is_address(one)]
        return sorted(found, key=lambda entry: placed(entry[0])), data, len(listed) - len(found)

    def status(self):
        enabled = number(self._ask("cphulk_status"), "is_enabled", 1)
        if enabled is None:
            raise Problem("whmapi1 cphulk_status: its answer is not to be understood")
        return {"enabled": enabled}

    def listed(self, action, room):
        """A page of the entries after the cursor."""
        entries, data, strange = self._read(action["list"], action["skip"])
        told = dict(self._asker(action, entries), **self._restart(data))
        told.update({"strange": strange} if strange else {}, entries=[])
        room -= len(dumped(told)) + 400
        for text, comment in entries:
            if action["cursor"] and placed(text) <= placed(action["cursor"]):
                continue
            entry = {"ip": text, "comment": comment[:MOST_SAID]}
            room -= len(dumped(entry)) + 1
            if room < 0 and told["entries"]:
                return dict(told, next=told["entries"][-1]["ip"])
            told["entries"].append(entry)
        return told

    def entered(self, action):
        which, refused = action["list"], {}
        try:
            data = self._change("create_cphulk_record", which, action["ips"], action["skip"], "comment=" + quoted(action["comment"]))
        except Problem as problem:
            data, refused = {}, {one: str(problem) for one in action["ips"]}
            if str(problem) == DISABLED:
                raise
        entries, _, _ = self._read(which, 1)
        # An entry that a grant needed is the caller's from now on, and stays when the grant ends.
        for text in [text for text, comment in entries if (which, comment) == ("white", OURS) and span(text) in set(map(span, action["ips"]))]:
            self._change("delete_cphulk_record", which, [text], 1)
            self._change("create_cphulk_record", which, [text], 1, "comment=" + quoted(action["comment"]))
            entries, _, _ = self._read(which, 1)
        standing = {span(text) for text, _ in entries}
        failed = dict(refused, **reasons(data))
        if refused and not standing & set(map(span, action["ips"])):
            raise Problem(refused[action["ips"][0]])
        told = split(action["ips"], lambda one: span(one) in standing, "added", lambda one: failed.get(
            one, "whmapi1 did not say that it failed, and the list does not have it"))
        told.update({name: count for name, count in (("blocks", number(data, "ip_blocks_removed")), ("bans", number(data, "iptable_bans_removed")))
                     if count is not None})
        return dict(told, **self._asker(action, entries), **self._restart(data))

    def removed(self, action, needed):
        """`needed`: the addresses that standing grants need on the white list, each with its ticket."""
        which = action["list"]
        before, _, _ = self._read(which, action["skip"])
        texts, kept = {}, {}
        for text, comment in before:
            texts.setdefault(span(text), []).append((text, comment))
        for one in action["ips"]:
            if which == "white" and span(one) in needed and span(one) in texts:
                self._hand_over(texts[span(one)], needed[span(one)][1])
                kept[one] = "the grant of ticket %d needs it, so it stays until that ends, and goes then" % needed[span(one)][0]
        gone = [one for one in action["ips"] if one not in kept and span(one) in texts]
        failed = {}
        if gone:
            try:
                failed = reasons(self._change(
                    "delete_cphulk_record", which, [text for one in gone for text, _ in texts[span(one)]], action["skip"]))
            except Problem as problem:
                failed = {one: str(problem) for one in gone}
        after, _, _ = self._read(which, 1) if gone else (before, None, None)
        standing = {span(text) for text, _ in after}
        told = split(action["ips"], lambda one: one in gone and span(one) not in standing, "removed", lambda one: kept.get(one) or failed.get(
            one) or ("whmapi1 did not say that it failed, and the list still has it" if one in gone else "it is not on the %s list" % which))
        return dict(told, **self._asker(action, after))

    def _hand_over(self, entries, network):
        """What somebody entered is the door's from now on, which takes it out when the grant ends."""
        others = [text for text, comment in entries if comment != OURS]
        if others:
            self._change("delete_cphulk_record", "white", others, 1)
        if len(others) == len(entries):
            self._change("create_cphulk_record", "white", [short(network)], 1, "comment=" + OURS)

    def flushed(self, action):
        data = self._ask("flush_cphulk_login_history_for_ips", *several(action["ips"]))
        told = {"records": number(data, "records_removed"), "bans": number(data, "iptable_bans_removed")}
        if None in told.values():
            raise Problem("whmapi1 flush_cphulk_login_history_for_ips: its answer is not to be understood; get_cphulk_brutes tells there "
                          "whether it was done")
        return told

    def _asker(self, action, entries):
        """Whether the white list has the address of whoever asks; left out where that cannot be told."""
        if not action["asker"]:
            return {}
        with contextlib.suppress(Problem):
            white = entries if action["list"] == "white" else self._read("white", 1)[0]
            asker = span(action["asker"])
            return {"whitelisted": int(any(low <= asker[0] and asker[1] <= high for low, high in (span(text) for text, _ in white)))}
        return {}

    @staticmethod
    def _restart(data):
        restart, warning = number(data, "restart_ssh", 1), data.get("warning_ssh")
        told = {"restart_ssh": restart} if restart is not None else {}
        return dict(told, warning_ssh=warning[:2 * MOST_SAID]) if restart and isinstance(warning, str) and warning else told


def placed(text):
    return span(text), text


def number(data, name, most=MAX_INTEGER):
    """A whole number, which WHM sometimes writes as a text; None where there is none."""
    value = data.get(name)
    if isinstance(value, str) and value.isdecimal() and len(value) < 17:
        value = int(value)
    return value if whole_number(value, 0, most) else None


def reasons(data):
    """Why addresses could not be entered or taken out."""
    failed = data.get("ips_failed")
    return {one: why for one, why in failed.items() if isinstance(why, str)} if isinstance(failed, dict) else {}


def split(ips, is_done, name, why):
    """All reasons together leave room for the rest of the statement, whatever their letters take when they are escaped."""
    told, most = {name: [one for one in ips if is_done(one)]}, min(MOST_SAID, ALL_SAID // len(ips))
    return dict(told, failed=[{"ip": one, "why": shortened(why(one), most)} for one in ips if one not in told[name]])


def shortened(text, most):
    text = text[:most]
    while len(dumped(text)) > most + 2:
        text = text[:-1]
    return text


def several(texts):
    """As whmapi1 takes several values of one parameter."""
    return ["ip=" + texts[0]] if len(texts) == 1 else ["ip-%d=%s" % one for one in enumerate(texts, 1)]


def quoted(text):
    """whmapi1 decodes its arguments as a URI's."""
    return urllib.parse.quote(text, safe="")


def absent(server):
    """That there is no cPHulk, what stands there instead, and what to do."""
    if not server.live:
        return ("it is a folder that stands for a server, and has no cPHulk; a program %s in the folder is taken for cPanel's, "
                "and docs/laptop.md names one to try this with" % PROGRAM)
    found = [(name, way) for name, program, way in GUARDS if programs.installed(program) and is_in_force(name)]
    rules = {"nftables", "iptables"} & {name for name, _ in found}
    if len(found) > len(rules):  # what another one writes
        found = [one for one in found if one[0] not in rules]
    if has_rules(server.path("/etc/hosts.allow")):
        found.append(("hosts.allow", "its lines"))
    if not found:
        return "it has no cPHulk (whmapi1 is not installed), and no other list of addresses was found there; leave it out of api.server"
    return ("it has no cPHulk (whmapi1 is not installed); instead there %s %s; change the addresses there, or leave it out of api.server" % (
        "is" if len(found) == 1 else "are", " and ".join(filter(None, (
            ", ".join("%s (%s)" % one for one in found[:-1]), "%s (%s)" % found[-1])))))


def is_in_force(name):
    """Those that are often installed and not used say so themselves."""
    with contextlib.suppress(Problem):
        return Firewalld([], [], None).running if name == "firewalld" else name != "ufw" or "Status: active" in programs.run(["ufw", "status"])[1]
    return True


def has_rules(path):
    with contextlib.suppress(OSError):
        with open(path, errors="replace") as file:
            return any(line.strip() and not line.startswith("#") for line in file)
    return False
