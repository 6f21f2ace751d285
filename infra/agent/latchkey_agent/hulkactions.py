"""The verbs for cPHulk, as an order has them, and with what each comes."""
from latchkey_agent.checks import flag, matches, need
from latchkey_agent.doors.hulk import OURS
from latchkey_agent.doors.packets import span

VERBS = {"hulk_status": ("observe",), "list_hulk": ("observe",), "enter_hulk": ("converge", "act"),
         "remove_hulk": ("converge", "act"), "flush_hulk": ("converge", "act")}
MOST_ADDRESSES = 40
MOST_COMMENT = 100


def closes(action):
    """Whether it lets nobody in who was kept out."""
    return (action["verb"], action.get("list")) in (("enter_hulk", "black"), ("remove_hulk", "white"))


def is_address(value):
    """An address, a network, or a range from one address to another."""
    try:
        first, last = span(value) if matches("[0-9A-Fa-f:./-]{2,100}", value) else (1, 0)
        return first[0] == last[0] and first <= last
    except (ValueError, TypeError):
        return False


def checked_addresses(action):
    ips = action.get("ips")
    need(isinstance(ips, list) and 1 <= len(ips) <= MOST_ADDRESSES, "ips: a list of 1 to %d is expected" % MOST_ADDRESSES)
    for one in ips:
        need(is_address(one), "ips: addresses, networks and ranges from one address to another are expected")
    return list(dict.fromkeys(ips))


def checked_list(action):
    need(action.get("list") in ("white", "black"), "list: white or black is expected")
    asker = action.get("asker")
    need(asker is None or is_address(asker), "asker: an address is expected")
    return {"list": action["list"], "skip": flag(action, "skip"), "asker": asker}


def checked_entry(action):
    comment = action.get("comment", "")
    need(isinstance(comment, str) and len(comment) <= MOST_COMMENT and comment == "".join(filter(str.isprintable, comment)),
         "comment: at most %d printable characters are expected" % MOST_COMMENT)
    need(comment != OURS, "comment: %s is the comment of entries that grants need" % OURS)
    return dict(checked_list(action), ips=checked_addresses(action), comment=comment)


def checked_removal(action):
    return dict(checked_list(action), ips=checked_addresses(action))


def checked_page(action):
    cursor = action.get("cursor", "")
    need(cursor == "" or is_address(cursor), "cursor: not one that we gave")
    return dict(checked_list(action), cursor=cursor)


CHECKS = {"hulk_status": lambda action: {}, "list_hulk": checked_page, "enter_hulk": checked_entry, "remove_hulk": checked_removal,
          "flush_hulk": lambda action: {"ips": checked_addresses(action)}}
