"""The order: what is read from standard input, and checked before anything is done."""
import collections
import contextlib
import hashlib
import ipaddress
import json
import re

from latchkey_agent import hulkactions, keyoptions
from latchkey_agent.checks import MAX_INTEGER, flag, matches, need, whole_number
from latchkey_agent.errors import Refused
from latchkey_agent.grants import Grant, lease_name
from latchkey_agent.keys import parse_public_key

MAX_ORDER = 128 * 1024
MAX_TIME = 253402300799  # the last second of the year 9999: expiry-time has four digits for the year
FINGERPRINT = "SHA256:[A-Za-z0-9+/]{43}"
VERBS = {"authorize_key": ("converge", "act"), "import_key": ("converge",), "generate_key": ("converge",), "delete_key": ("converge", "act"),
         "list_keys": ("observe",), "list_logins": ("observe",), "list_access": ("observe",), "test_ssh": ("observe",),
         "check_ssh": ("observe",), **hulkactions.VERBS}  # and with what each comes
MOST_REVOKED = 100
MOST_SERVERS = 50  # as many as one command of Systems Manager has
NOTHING_WANTED = hashlib.sha256(b"key_file account\n").hexdigest()  # before the first order, as ServerState.hash has it


def checked_range(value):
    need(matches(r"[0-9A-Fa-f:./]{2,64}", value), "from: a range is an address or address/length")
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        raise Refused("from: a range is an address or address/length")
    widest = 16 if network.version == 4 else 32
    need(network.prefixlen >= widest, "from: %s is wider than /%d" % (network, widest))
    return str(network)


def checked_key(value):
    need(isinstance(value, str) and len(value) <= 16384, "key: a public key is expected")
    try:
        return parse_public_key(value)
    except ValueError as error:
        raise Refused("key: the public key %s" % error)


def checked_name(value):
    need(isinstance(value, dict), "a grant is an object")
    need(whole_number(value.get("ticket"), 1, MAX_INTEGER), "ticket: a number from 1 to 2^53-1 is expected")
    need(matches(r"[a-z_][a-z0-9_.-]{0,31}", value.get("user")), "user: not the name of an account")
    return value["ticket"], value["user"]


def checked_grant(value, ending=False):
    ticket, user = checked_name(value)
    ranges, expires_at, fingerprint = value.get("from"), value.get("expires_at"), value.get("fingerprint")
    if ending and fingerprint is not None:  # what is to be closed needs a name, and no key that could be malformed
        need(matches(FINGERPRINT, fingerprint), "fingerprint: SHA256: and 43 characters are expected")
        key, ranges = None, [] if ranges is None else ranges
    else:
        key = checked_key(value.get("key"))._replace(comment="")
        fingerprint = key.fingerprint
    need(isinstance(ranges, list) and (key is None or ranges) and len(ranges) <= 64,
         "from: a list of 1 to 64 ranges is expected")
    need(whole_number(expires_at, 1, MAX_TIME) or (ending and expires_at is None),
         "expires_at: seconds since 1970 are expected")
    own, sudo = value.get("account", "shared"), value.get("sudo", 0)
    need(own in ("shared", "own"), "account: shared or own is expected")
    need(own == "shared" or user == "lk-%d" % ticket, "user: an account of the grant's own is called lk-TICKET")
    need(whole_number(sudo, 0, 1) and (own == "own" or not sudo), "sudo: 0 or 1 is expected, and 1 only with an account of the grant's own")
    distinct = tuple(collections.OrderedDict.fromkeys(checked_range(item) for item in ranges))
    return Grant(ticket, user, key, fingerprint, distinct, expires_at, own == "own", sudo == 1)


Fault = collections.namedtuple("Fault", "where number value named problem")  # named: ticket and account, or None


class Entries:
    """The grants and endings of an order, each judged by itself: a bad one never stops another."""

    def __init__(self, order):
        grants, ending = order.get("grants"), order.get("ending")
        need(isinstance(grants, list) and isinstance(ending, list), "grants and ending: lists are expected")
        self.key_file = order.get("key_file", "account")
        need(self.key_file in ("account", "managed"), "key_file: account or managed is expected")
        self.firewall = order.get("firewall", "open")
        need(self.firewall in ("open", "closed"), "firewall: open or closed is expected")
        self.faults = []
        self.end_unattributed = list(self._sessions(order.get("end_unattributed", [])))
        self.revoked = sorted(set(self._fingerprints("revoked", order.get("revoked", []), MOST_REVOKED)))
        self.kept = sorted(set(self._fingerprints("kept", order.get("kept", []), MOST_REVOKED)) & set(self.revoked))  # of our own state
        self.revoking = sorted(set(self._fingerprints("revoking", order.get("revoking", []), 20)) & set(self.revoked))
        self.krl = order.get("revoked_keys") == "krl"
        wrong = order.get("revoked_keys", "sweep") not in ("krl", "sweep")
        self.faults += [Fault("revoked_keys", 0, None, None, "revoked_keys: krl or sweep is expected")] * wrong
        self.ending = list(self._good("ending", ending))
        leases = collections.Counter()
        for value in grants:
            with contextlib.suppress(Refused):
                leases[lease_name(*checked_name(value))] += 1
        ended = {(one.lease, one.fingerprint) for one in self.ending}
        self.grants = list(self._good("grants", grants, lambda one: (
            "grants: two for the same ticket and account" if leases[one.lease] > 1
            else "a grant is both in grants and in ending" if (one.lease, one.fingerprint) in ended else None)))

    def keep(self, fingerprints):
        """These stay revoked although the order does not name them, as far as there is room for them."""
        self.kept = sorted(set(fingerprints) - set(self.revoked))[:MOST_REVOKED - len(self.revoked)]
        self.revoked = sorted(self.revoked + self.kept)

    def _good(self, where, values, wrong=lambda one: None):
        for number, value in enumerate(values):
            named = None
            try:
                named = checked_name(value)
                one = checked_grant(value, where == "ending")
                need(not wrong(one), wrong(one))
                yield one
            except Refused as problem:
                self.faults.append(Fault(where, number, value, named, str(problem)))

    def _sessions(self, values):
        """Sessions that nobody can attribute and the operator ends; only the order that names them ends them."""
        if not isinstance(values, list) or len(values) > 50:
            values = [None]  # one fault, and the rest of the order is carried out
        for number, value in enumerate(values):
            if matches(r"[0-9a-f]{8}-[0-9]{1,10}-[0-9]{1,20}", value):
                yield value
            else:
                self.faults.append(Fault("end_unattributed", number, value, None,
                                         "end_unattributed: a list of at most 50 ids BOOT-PID-START is expected"))

    def _fingerprints(self, where, values, most):
        """Each that is well-formed counts, whatever stands beside it."""
        good = [value for value in values[:most] if matches(FINGERPRINT, value)] if isinstance(values, list) else []
        if not isinstance(values, list) or len(good) < len(values):
            self.faults.append(Fault(where, 0, None, None, "%s: a list of at most %d fingerprints, SHA256: and 43 characters, is expected" % (where, most)))
        return good

    def as_json(self):
        """As an order has them, the bad ones too: who looks later is to be told of them again."""
        told = {name: [one.as_json() for one in getattr(self, name)] for name in ("grants", "ending")}
        for one in self.faults:
            if one.where in told:
                told[one.where].append(one.value)
        more = {"firewall": "closed"} if self.firewall == "closed" else {}
        more.update({name: getattr(self, name) for name in ("revoked", "revoking", "kept") if getattr(self, name)})
        more.update({"revoked_keys": "krl"} if self.krl else {})
        return dict(told, key_file=self.key_file, **more)

    def digest(self):
        """What an order without a hash is told apart by."""
        told = self.as_json()
        grants = sorted(json.dumps(one, sort_keys=True) for one in told["grants"])
        closed = ["closed"] if self.firewall == "closed" else []
        revoked = ["krl"] * self.krl + self.revoked
        return hashlib.sha256(json.dumps([told["key_file"]] + closed + grants + revoked).encode("ascii")).hexdigest()

    def told(self, where):
        """What the statement says of the bad ones of this list."""
        more = {"state": "FAILED"} if where == "grants" else {
            "gone": False, "removed_at": None, "sessions_ended": [], "copies": [],
            "appeared": {"keys": [], "users": [], "sudoers": []}}
        never = {"stands": False}  # a line of it was never made
        return [dict(more, ticket=one.named[0], user=one.named[1], problem=one.problem,
                     **(never if where == "grants" and one.problem.startswith("key: ") else {}))
                for one in self.faults if one.where == where and one.named]

    def nameless(self):
        """The bad ones of which not even ticket and account are known."""
        return [{"in": one.where, "at": one.number, "problem": one.problem} for one in self.faults if not one.named]


def checked_action(action, verb):
    """The action, or, for one that cannot be carried out, its `fault`."""
    if action is None:
        return None
    try:
        return action_for(action, verb)
    except Refused as problem:
        known = action if isinstance(action, dict) else {}
        told = {"verb": known["verb"] if known.get("verb") in VERBS else "list_keys" if verb == "observe" else "authorize_key",
                "fault": str(problem)}
        not_after = known.get("not_after")
        return dict(told, not_after=not_after if whole_number(not_after, 1, MAX_TIME) else MAX_TIME)


def checked_options(value):
    need(isinstance(value, str), "options: a text is expected")
    try:
        return keyoptions.checked(value)
    except ValueError as problem:
        raise Refused("options: %s" % problem)


def action_for(action, verb):
    need(isinstance(action, dict), "action: an object is expected")
    need(action.get("verb") in VERBS, "action: not a verb")
    need(verb in VERBS[action["verb"]], "action: %s does not come with %s" % (action["verb"], verb))
    need(whole_number(action.get("not_after"), 1, MAX_TIME), "not_after: seconds since 1970 are expected")
    checked = {"verb": action["verb"], "not_after": action["not_after"]}
    if action["verb"] == "list_keys":
        need(action.get("cursor", "") == "" or is_file_name(action["cursor"]), "cursor: not one that we gave")
        return dict(checked, cursor=action.get("cursor", ""))
    if action["verb"] == "list_logins":
        return checked
    if action["verb"] == "test_ssh":
        need(whole_number(action.get("ticket"), 1, MAX_INTEGER), "ticket: a number from 1 to 2^53-1 is expected")
        return dict(checked, ticket=action["ticket"])
    if action["verb"] in CHECKS:
        return dict(checked, **CHECKS[action["verb"]](action))
    need(whole_number(action.get("authorize"), 0, 1), "authorize: 0 or 1 is expected")
    need(("key" in action) != ("file" in action), "action: either key or file is expected")
    if "key" in action:
        checked["key"] = checked_key(action["key"])
        need(not checked["key"].comment.startswith("latchkey-ticket-"), "key: the comment is one of ours")
    else:
        need(is_file_name(action["file"]), "file: not the name of a key file")
        checked["file"] = action["file"]
    need(whole_number(action.get("replace", 0), 0, 1), "replace: 0 or 1 is expected")
    asked, until, options = action.get("fingerprint"), action.get("expires_at"), checked_options(action.get("options", ""))
    need(asked is None or matches(FINGERPRINT, asked), "fingerprint: SHA256: and 43 characters are expected")
    need(until is None or whole_number(until, 1, MAX_TIME), "expires_at: seconds since 1970 are expected")
    need(until is None or "expiry-time=" not in options.lower(), "options: expiry-time does not go with expires_at")
    return dict(checked, authorize=action["authorize"], options=options, replace=action.get("replace", 0),
                fingerprint=asked, expires_at=until)


def checked_import(action):
    checked = checked_key(action.get("key"))
    need(is_new_name(action.get("file")) and action["file"].endswith(".pub"), "file: not a name for a public key's file")
    need(action.get("fingerprint") == checked.fingerprint, "fingerprint: not that of the key")
    need(not checked.comment.startswith("latchkey-ticket-"), "key: the comment is one of ours")
    return {"key": checked, "file": action["file"]}


def checked_generate(action):
    need(is_new_name(action.get("file")), "file: not a name for a key's file")
    need((action.get("algorithm"), action.get("bits")) in (("rsa", 4096), ("ed25519", None)), "algorithm: rsa of 4096 bits or ed25519 is expected")
    comment = action.get("comment", "")
    need(isinstance(comment, str) and len(comment) <= 100 and matches(r"[A-Za-z0-9@._+ -]*", comment)
         and not comment.startswith("latchkey-ticket-"), "comment: at most 100 of A-Z, a-z, 0-9, blank and @._+- are expected")
    return {"file": action["file"], "algorithm": action["algorithm"], "comment": comment, "abort": flag(action, "abort")}


def checked_delete(action):
    need(is_file_name(action.get("file")), "file: not the name of a key file")
    held = action.get("held", [])
    need(isinstance(held, list) and len(held) <= 64 and all(isinstance(one, dict) and whole_number(one.get("ticket"), 1, MAX_INTEGER) and matches(
        FINGERPRINT, one.get("fingerprint")) for one in held), "held: a list of at most 64 with ticket and fingerprint is expected")
    return {"file": action["file"], "leave_authorized": flag(action, "leave_authorized"), "held": {one["fingerprint"]: one["ticket"] for one in held}}


def checked_check(action):
    need(matches(r"[A-Za-z0-9._:-]{1,253}", action.get("host")), "host: a name or an address is expected")
    need(whole_number(action.get("port"), 1, 65535), "port: 1 to 65535 is expected")
    return {"host": action["host"], "port": action["port"], "trusted": flag(action, "trusted")}


def checked_access(action):
    need(matches(r"|(account|key|sudoers) [!-~ ]{1,400}", action.get("cursor", "")), "cursor: not one that we gave")
    return {"cursor": action.get("cursor", "")}


CHECKS = {"list_access": checked_access, "check_ssh": checked_check, "import_key": checked_import, "generate_key": checked_generate, "delete_key": checked_delete, **hulkactions.CHECKS}


def is_new_name(value):
    """A name that no shell and no program of OpenSSH reads as anything but a key's."""
    return matches(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,67}", value) and not re.match(
        r"(authorized_keys|known_hosts).*|(config|environment|rc|identity)(\.pub)?$", value)


def is_file_name(value):
    """The name of a file in a directory, as people give names to keys."""
    return (isinstance(value, str) and 0 < len(value) <= 255 and value.isprintable() and "/" not in value
            and value[0] not in ".- ")


def read_order(stream):
    data = stream.read(MAX_ORDER + 1)
    need(len(data) <= MAX_ORDER, "the order is longer than 128 KiB")
    try:
        order = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused("the order is not whole JSON")
    need(isinstance(order, dict), "the order is not an object")
    return order


def checked_order(order):
    need(whole_number(order.get("latchkey"), 1, 1), "latchkey: this agent knows the format 1 alone")
    need(order.get("verb") in ("converge", "observe", "remove", "act"), "verb: converge, observe, remove or act is expected")
    need(matches(r"[A-Za-z0-9-]{1,64}", order.get("request")), "request: 1 to 64 of A-Z, a-z, 0-9 and - are expected")
    checked = {name: order[name] for name in ("verb", "request")}
    if "servers" in order:
        checked["servers"] = checked_servers(order["servers"], order["verb"])
    else:
        need(order["verb"] != "act", "servers: a list is expected")
        checked["node"] = checked_node(order.get("node"))
    if order["verb"] == "remove":  # nothing is wanted any more
        order = dict(order, grants=[], ending=order.get("ending", []), action=None)
    checked["action"] = checked_action(order.get("action"), order["verb"])
    need(order["verb"] != "act" or checked["action"], "action: an object is expected")
    if order["verb"] in ("converge", "remove"):
        entries = Entries(order)
        checked.update(checked_place(order, entries.digest()), entries=entries, key_file=entries.key_file,
                       end_unattributed=entries.end_unattributed)
    return checked


def checked_node(value):
    need(matches(r"[A-Za-z0-9_.:-]{1,128}", value), "node: the id of a node is expected")
    return value


def checked_place(value, digest=None):
    """Where an order stands among all of its server."""
    told = {"generation": value.get("generation"), "epoch": value.get("epoch", 0), "hash": value.get("hash", digest)}
    need(whole_number(told["generation"], 1, MAX_INTEGER), "generation: 1 to 2^53-1 is expected")
    need(whole_number(told["epoch"], 0, MAX_INTEGER), "epoch: 0 to 2^53-1 is expected")
    need(matches("[0-9a-f]{64}", told["hash"]), "hash: 64 of 0-9 and a-f are expected")
    return told


def checked_servers(lines, verb):
    """Node → its line of an order for many."""
    need(verb in ("observe", "act"), "servers: %s is for one server" % verb)
    need(isinstance(lines, list) and 1 <= len(lines) <= MOST_SERVERS and all(isinstance(one, dict) for one in lines),
         "servers: a list of 1 to %d objects is expected" % MOST_SERVERS)
    told = {checked_node(one.get("node")): checked_place(one) if verb == "act" else {} for one in lines}
    need(len(told) == len(lines), "servers: two lines are for one node")
    return told


def own_line(order, node):
    """An order for many as one for this node alone."""
    if "servers" not in order:
        return order
    need(node in order["servers"], "servers: no line is for this node, %s" % (node or "which does not know its id"))
    return dict(order, node=node, **order["servers"][node])


def is_stale(order, state):
    """Whether the order is from before the last one that was carried out: by epoch, then generation, then hash."""
    moment, last = (order["epoch"], order["generation"]), (state["epoch"], state["generation"])
    return moment < last or (moment == last and state["hash"] not in (None, order["hash"]))
