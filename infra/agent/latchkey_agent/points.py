"""The addresses to ask for: where a range begins and ends, and where a pattern of the configuration divides it."""
import fnmatch
import ipaddress
import re

EVERYWHERE = ("0.0.0.0/0", "::/0")


def network_of(token):
    """The network that a pattern means: of sshd's, or of hosts.allow (`198.51.`, `[2001:db8::]/32`); None for another."""
    token = token.strip("!").replace("[", "").replace("]", "")
    if re.match(r"(\d{1,3}\.){1,3}\*?$", token):  # a * at the end means the same
        known = token.count(".")
        token = "%s/%d" % (token.rstrip(".*") + ".0" * (4 - known), 8 * known)
    elif re.match(r"([1-9a-f][0-9a-f]{0,3}:){1,7}\*$", token):
        token = "%s:/%d" % (token[:-1], 16 * token.count(":"))
    try:
        return ipaddress.ip_network(token, strict=False)
    except ValueError:
        return None


def points(ranges, patterns):
    """First, middle and last address of each range, the edges of each pattern in it with their neighbors; what is open."""
    found, open_questions = {}, []
    for network in map(ipaddress.ip_network, ranges):
        first, last = int(network.network_address), int(network.broadcast_address)
        numbers = {first, (first + last) // 2, last}
        for pattern in patterns:
            numbers |= edges(network, pattern, open_questions)
        for number in sorted(number for number in numbers if first <= number <= last):
            found[str(network.network_address + (number - first))] = None
    return list(found), open_questions


def edges(network, pattern, open_questions):
    other = network_of(pattern)
    if other is not None:
        if other.version != network.version:
            return set()
        low, high = int(other.network_address), int(other.broadcast_address)
        return {low - 1, low, high, high + 1}
    pattern = pattern.strip("!")
    if set(pattern) <= set("*") or not re.match(r"[0-9a-fA-F:.*?]+$", pattern) or ("*" not in pattern and "?" not in pattern):
        return set()  # matches all, or a name
    if network.num_addresses > 65536:
        if network.version == 4 and ":" not in pattern or network.version == 6 and (":" in pattern or "." not in pattern):
            open_questions.append("the pattern %s cannot be compared with %s" % (pattern, network))
        return set()
    matches, found, before = re.compile(fnmatch.translate(pattern)).match, set(), None
    for address in network:
        now = bool(matches(str(address)))
        if before is not None and now != before:
            found |= {int(address) - 1, int(address)}
        before = now
    return found


def tokens(text):
    """The parts of values that may be patterns of addresses, also those of user@host."""
    return sorted({part.rpartition("@")[2] for part in re.split(r'[\s,"=]+', text) if part})
