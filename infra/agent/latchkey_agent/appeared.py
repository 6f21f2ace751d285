"""What is there now that was not there before a lease, in words."""
MOST = 50  # of each list
EMPTY = {"keys": [], "users": [], "sudoers": []}


def unknown(why):
    return dict(EMPTY, unknown=why)


def appeared(before, now):
    """What the inventory has now and had not when the lease began; what an older agent did not note is left out."""
    keys, users = set(before["keys"]), set(before["users"])
    told = {"keys": [{"user": user, "file": file, "fingerprint": key} for user, file, key in now["keys"]
                     if "%s %s" % (user, key) not in keys],
            "users": [name for name in now["users"] if name not in users],
            "sudoers": [file for file, digest in sorted(now["sudoers"].items())
                        if before["sudoers"].get(file) != digest]}
    told["sudoers"] += sorted(set(before["sudoers"]) - set(now["sudoers"]))
    more = {"accounts": changes(before, now, "accounts"), "groups": groups(before, now),
            "passwords": [name for name, what, _, _ in pairs(before, now, "passwords") if what != "gone"],
            "settings": changes(before, now, "settings"),
            "files": [{"path": path, "what": what} for section in ("files", "security") for path, what, _, _ in pairs(before, now, section)],
            "setuid": ["%s (%s)" % (path, new) for path, what, _, new in pairs(before, now, "setuid") if what != "gone"],
            "listening": [{"address": one[0], "port": one[1], "name": one[2], "pid": one[3]}
                          for one in now.get("sockets", ()) if list(one[:3]) not in list(map(list, before["listening"]))]
            if "listening" in before else [],
            "unread": sorted(set(before.get("unread", [])) | set(now["unread"]))}
    told.update((name, found) for name, found in more.items() if found)
    cut = sum(max(0, len(found) - MOST) for found in told.values())
    told = {name: found[:MOST] for name, found in told.items()}
    return dict(told, more=cut) if cut else told


def pairs(before, now, section):
    """Name, what became of it, and both values, of each that differs."""
    if section not in before or section not in now:
        return
    old, new = before[section], now[section]
    for name in sorted(set(old) | set(new)):
        if old.get(name) != new.get(name):
            yield name, "new" if name not in old else "gone" if name not in new else "changed", old.get(name), new.get(name)


def changes(before, now, section):
    return ["%s: %s" % (name, "%s, was %s" % (new, old) if what == "changed" else "%s, %s" % (what, new or old))
            for name, what, old, new in pairs(before, now, section)]


def groups(before, now):
    told = []
    for name, what, old, new in pairs(before, now, "groups"):
        told += ["%s: %s joined" % (name, user) for user in sorted(set(new or ()) - set(old or ()))]
        told += ["%s: %s left" % (name, user) for user in sorted(set(old or ()) - set(new or ()))]
        told += ["%s: %s" % (name, what)] if what != "changed" else []
    return told
