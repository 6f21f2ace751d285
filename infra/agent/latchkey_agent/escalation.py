"""Whether an account becomes root without a password, which no ticket has: by sudo, which is asked."""
import os
import re

from latchkey_agent import programs
from latchkey_agent.admission.account import SHELLS

TRIED = ["another program"] + sorted(SHELLS | {"su"})  # what somebody would start as root


def obstacle(account, live):
    """(no or unknown, sentence), or None where nothing stands in the way."""
    name = account.pw_name
    if account.pw_uid == 0:
        return None
    if not live:
        return "unknown", "whether %s becomes root is not known: a folder has no sudo to ask" % name
    if not programs.installed("sudo"):
        return "no", "%s cannot become root: sudo is not installed" % name
    code, out, error = programs.run(["sudo", "-n", "-ll", "-U", name])
    if "not allowed to run sudo" not in out and (code != 0 or "Sudoers entry" not in out):
        return "unknown", "whether %s becomes root is not known: sudo -l says %s" % (name, programs.complaint(error, out))
    defaults, entries = parsed(out)
    if "exempt_group" in defaults:
        return "unknown", "whether %s becomes root is not known: sudoers has exempt_group" % name
    free = {tried: allowed(entries, tried, "!authenticate" in defaults) for tried in TRIED}
    if "yes" in free.values():
        return None
    if "unknown" in free.values():
        return "unknown", "whether %s becomes root is not known: sudoers has patterns; see sudo -l -U %s" % (name, name)
    what = "sudo asks it for a password, and a ticket has none" if "password" in free.values() else (
        "sudo lets it run no shell as root")
    return "no", "%s cannot become root: %s; NOPASSWD: ALL in sudoers would let it" % (name, what)


def parsed(out):
    """The defaults in force, and each entry's users, options and commands, in the sequence in which they count."""
    head, *blocks = re.split(r"^\s*Sudoers entry:?.*$", out, flags=re.MULTILINE)
    entries = []
    for block in blocks:
        fields = dict(re.findall(r"^ {4}(\w+): (.*)$", block, re.MULTILINE))
        commands = re.search(r"^ {4}Commands:\n((?:\t.*(?:\n|$))*)", block, re.MULTILINE)
        entries.append(([one.strip() for one in fields.get("RunAsUsers", "root").split(",")], fields.get("Options", ""),
                        [one.strip() for one in (commands.group(1) if commands else "").splitlines()]))
    return head, entries


def allowed(entries, tried, free):
    """yes, password, no or unknown for one program; of the entries that have it the last counts."""
    found = "no"
    for users, options, commands in entries:
        if not as_root(users):
            continue
        for command in commands:
            denied, path = command.startswith("!"), command.lstrip("! ")
            program = path.split(" ")[0]
            if path == "ALL" or os.path.basename(program) == tried and len(path.split(" ")) == 1:
                found = "no" if denied else "yes" if free_of(options, free) else "password"
            elif re.search(r"[*?\[]|/$", program) and found in ("yes", "no"):
                found = "unknown" if denied or found == "no" and free_of(options, free) else found
    return found


def as_root(users):
    """Whether a list of users to run as has root; the last one that names it counts."""
    found = False
    for one in users:
        if one.lstrip("!") in ("ALL", "root", "#0"):
            found = not one.startswith("!")
    return found


def free_of(options, free):
    """Whether no password is asked for: as the entry's tag says, else as the defaults do."""
    words = [one.strip() for one in options.split(",")]
    return "!authenticate" in words or free and "authenticate" not in words
