"""Whether what was kept between runs can be trusted to have the form that this agent gave it."""
import contextlib
import ipaddress
import re

from latchkey_agent.orders import MAX_INTEGER, matches, whole_number

FORMAT = 1
LEASE = {"keys": {str: [str]}, "lines": [str], "placed": bool, "problem": (str, None), "removed_at": (int, None),
         "sessions": [{"pid": int, "from": str, "since": int}], "baseline": (str, None), "files": {str: int}}
STATE = {"format": int, "serial": int, "node": (str, None), "epoch": int, "generation": int,
         "hash": (str, None), "finished": bool, "lost": bool,
         "order": {"grants": list, "ending": list}, "leases": {str: LEASE},
         "baselines": {str: {"keys": [str], "users": [str], "sudoers": {str: str}}}, "authorized": [str],
         "firewalld": [list], "hulk": [str], "doors": {str: int}, "ssh": (str, None), "salt": str,
         "clock": int, "uid": int, "managed": {"mark": (str, None), "problem": (str, None)}, "firewall": str}
STATE["krl"] = dict({"loaded": bool}, **{name: (str, None) for name in ("digest", "made_of", "others", "problem", "mark")})
STATE["revoked"] = {str: {"begun": int, "gone_at": (int, None), "more": int, "done": [{"what": str, "told": int}]}}
LOGINS = {"begun": int, "dropped": int, "ended": [{"pid": int, "name": str, "since": int}], "more": int,
          "known": [{"pid": int, "at": int, "session": (str, None), "from": str, "port": int, "key": str, "boot": str,
                     "until": (int, None), "up": (int, None), "user": str}]}
STATE["logins"] = {str: LOGINS}
ANSWERS = {"answers": [{"request": str, "answer": (dict, None)}]}


def fits(value, shape):
    """A list of a shape, a dictionary with these members or from str to a shape, one of several, or just a type."""
    if isinstance(shape, tuple):
        return any(fits(value, one) for one in shape)
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(one, shape[0]) for one in value)
    if isinstance(shape, dict) and str in shape:
        return isinstance(value, dict) and all(fits(one, shape[str]) for one in value.values())
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(name in value and fits(value[name], shape[name]) for name in shape)
    return value is None if shape is None else type(value) is shape


def completed(state):
    """With what agents before this one did not keep of a lease."""
    leases = state["leases"].values() if isinstance(state["leases"], dict) else ()
    for lease in leases:
        if isinstance(lease, dict):
            lease.setdefault("files", {})
    for name, note in state["logins"].items() if isinstance(state["logins"], dict) else ():
        known = note.get("known") if isinstance(note, dict) else None
        for one in known if isinstance(known, list) else ():
            if isinstance(one, dict):
                one.setdefault("up", None)
                one.setdefault("user", name.partition(" ")[2])
    return state


def whole_state(state):
    return (fits(completed(state), STATE) and state["format"] <= FORMAT and moment_of(state).items() <= state.items()
            and state["order"].get("key_file", "account") in ("account", "managed")
            and all(one in ("open", "closed") for one in (state["firewall"], state["order"].get("firewall", "open")))
            and all(re.match(r"[1-9][0-9]{0,15} [a-z_][a-z0-9_.-]{0,31}$", name) for name in state["leases"])
            and all(lease["baseline"] in state["baselines"] or matches("[0-9a-f]{64}", lease["baseline"] or "0" * 64)
                    for lease in state["leases"].values())
            and all(is_range(one) for lease in state["leases"].values() for key in lease["keys"].values() for one in key)
            and all(map(is_range, state["doors"]))
            and all(fits(one, [str, str, int][number]) for rule in state["firewalld"]
                    for number, one in enumerate((rule + [None] * 3)[:3])))


def moment_of(value):
    """Epoch, generation and hash of a state, each as far as it can be one."""
    value = value if isinstance(value, dict) else {}
    told = {name: value.get(name) if whole_number(value.get(name), 0, MAX_INTEGER) else 0
            for name in ("epoch", "generation")}
    return dict(told, hash=value.get("hash") if matches("[0-9a-f]{64}", value.get("hash")) else None)


def is_range(value):
    with contextlib.suppress(ValueError):
        return bool(ipaddress.ip_network(value))
    return False


def whole_answers(answers):
    return fits(answers, ANSWERS)
