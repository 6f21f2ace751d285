"""The statement: the one JSON object that the agent prints."""
import json

MAX_OBSERVATION = 20000


def dumped(value):
    return json.dumps(value, separators=(",", ":"))


def fitted(told, most=MAX_OBSERVATION):
    """Cut to the length that Systems Manager passes on."""
    while len(dumped(told)) > most:
        ended = told.get("ended", [])
        owners = [told] + ended + [one["appeared"] for one in ended]
        lists = [(owner, name) for owner in owners
                 for name in ("unmanaged", "sessions_ended", "copies", "keys", "users", "sudoers", "faulty") if owner.get(name)]
        lists = lists or [(told, name) for name in ("ended", "grants") if told.get(name)]
        owner, name = max(lists, key=lambda pair: len(dumped(pair[0][pair[1]])))
        owner[name], owner["more"] = owner[name][:len(owner[name]) * 3 // 4], True
    return told
