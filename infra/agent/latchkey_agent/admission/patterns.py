"""Patterns as sshd matches them: wildcards, lists, addresses, user@host."""
import contextlib
import ipaddress
import re
import socket


def like(text, pattern):
    """* and ? alone; in no more steps than one length times the other, as an account may have written the pattern."""
    at = here = 0
    star = None  # where the last * is, and what it has taken up to
    while at < len(text):
        if pattern[here:here + 1] == "*":
            star, here = (here, at), here + 1
        elif pattern[here:here + 1] in ("?", text[at]):
            at, here = at + 1, here + 1
        elif star:
            star = star[0], star[1] + 1
            here, at = star[0] + 1, star[1]
        else:
            return False
    return not pattern[here:].strip("*")


def parts(patterns):
    return [(one.startswith("!"), one[one.startswith("!"):]) for one in patterns.split(",")]


def listed(text, patterns):
    """1 for a match, -1 for one of a pattern with !, else 0."""
    found = 0
    for negated, pattern in parts(patterns):
        if like(text, pattern):
            if negated:
                return -1
            found = 1
    return found


def numeric(text):
    """The address, in all the forms that the resolver takes; None for another text."""
    with contextlib.suppress(OSError, ValueError):
        return ipaddress.ip_address(socket.getaddrinfo(text.encode("ascii"), None, 0, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST)[0][4][0])


def network(text):
    """An address with or without a length; None for neither. ValueError where the address does not begin its network."""
    address, slash, length = text.partition("/")
    base = numeric(address)
    if base is None or len(text) > 63 or (slash and not (re.fullmatch("[0-9]+", length) and int(length) <= 128)):
        return None
    return ipaddress.ip_network("%s/%s" % (base, length if slash else base.max_prefixlen))


def addressed(address, patterns):
    """As `listed`, for an address; ValueError where sshd calls the list invalid."""
    here, found = ipaddress.ip_address(address), 0
    for negated, pattern in parts(patterns):
        if not pattern:
            raise ValueError("an empty pattern")
        inside = network(pattern)
        if here in inside if inside is not None else like(address, pattern):
            if negated:
                return -1
            found = 1
    return found


def hosted(address, patterns):
    """Whether a client is in the list that has this address, and no other name."""
    by_address = addressed(address, patterns)
    by_name = listed(address.lower(), patterns.lower())
    return min(by_address, by_name) >= 0 and by_address + by_name > 0


def names(name, address, pattern):
    """Whether AllowUsers and its kin mean this account at this address."""
    user, at, host = pattern.rpartition("@")
    return like(name, user) and hosted(address, host) if at else like(name, host)


def by_name(patterns):
    """Whether the list has a name of a host, which is known only once the client has come."""
    return any(network(one) is None and re.search("[A-Za-z]", one) and ":" not in one for _, one in parts(patterns))
