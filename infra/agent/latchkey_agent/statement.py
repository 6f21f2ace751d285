"""The statement: the one JSON object that the agent prints."""
import json

MAX_OBSERVATION = 20000
VERDICTS = ("grants", "ended", "revoked", "questions")  # cut only when all else is: what is asked for is told before anything else


def dumped(value):
    return json.dumps(value, separators=(",", ":"))


def fitted(told, most=MAX_OBSERVATION):
    """Cut to the length that Systems Manager passes on; `more` counts what was left out of the lists beside it."""
    while len(dumped(told)) > most:
        ended = told.get("ended", []) + told.get("revoked", [])
        owners = [told] + ended + [one[name] for one in ended for name in ("appeared", "account") if name in one] + told.get("grants", [])
        lists = [(owner, name) for owner in owners for name in owner
                 if isinstance(owner[name], list) and len(owner[name]) and name not in VERDICTS]
        lists = (lists or [(one, "questions") for one in ended if len(one.get("questions", [])) > 1]
                 or [(told, name) for name in ("grants", "ended", "revoked") if told.get(name)])
        if not lists:
            break
        owner, name = max(lists, key=lambda pair: len(dumped(pair[0][pair[1]])))
        kept = owner[name][:len(owner[name]) * 3 // 4]
        owner["more"] = int(owner.get("more", 0)) + len(owner[name]) - len(kept)
        owner[name] = kept
    return told
