"""hosts.allow and hosts.deny, as libwrap reads them for sshd."""
import contextlib
import fnmatch
import ipaddress
import re
import struct

ALLOW, DENY = "/etc/hosts.allow", "/etc/hosts.deny"
PROGRAMS = ("/usr/sbin/sshd", "/usr/lib/openssh/sshd-session", "/usr/libexec/openssh/sshd-session")
HARMLESS = {"severity", "spawn", "keepalive", "linger", "rfc931", "nice", "setenv", "umask", "user", "group"}


def linked(server):
    """Whether sshd asks libwrap; None if its program cannot be read."""
    found = [_needed(server.path(path)) for path in PROGRAMS]
    return None if found[0] is None else any("libwrap.so" in one for one in found if one)


def _needed(path):
    """The names of the libraries that an ELF program is linked with, as one text."""
    with contextlib.suppress(OSError, ValueError, struct.error, IndexError), open(path, "rb") as file:
        data = file.read()
        wide, order = data[4] == 2, "<" if data[5] == 1 else ">"
        start, = struct.unpack_from(order + ("Q" if wide else "I"), data, 32 if wide else 28)
        size, count = struct.unpack_from(order + "HH", data, 54 if wide else 42)
        segments = [struct.unpack_from(order + ("IIQQQQQQ" if wide else "IIIIIIII"), data, start + at * size)
                    for at in range(count)]
        # Type, offset, address and length in the file.
        segments = [(one[0],) + ((one[2], one[3], one[5]) if wide else (one[1], one[2], one[4])) for one in segments]
        offset, length = next((one[1], one[3]) for one in segments if one[0] == 2)
        table = list(struct.iter_unpack(order + ("qQ" if wide else "iI"), data[offset:offset + length]))
        strings = next(value for tag, value in table if tag == 5)
        strings = next(strings - one[2] + one[1] for one in segments if one[0] == 1 and 0 <= strings - one[2] < one[3])
        return " ".join(data[strings + value:data.index(b"\0", strings + value)].decode("ascii", "replace")
                        for tag, value in table if tag == 1)
    return None


def admits(server, address):
    """Whether libwrap lets the address in to sshd (None: not to be told), and the line that says so."""
    unsure = None
    for path, otherwise in ((ALLOW, True), (DENY, False)):
        for number, line in _lines(server, path):
            if line is None:
                # libwrap passes over a line without its end, and then lets nobody in for it.
                line = "" if otherwise else "ALL : ALL"
            fields = [one.strip() for one in re.split(r"(?<!\\):(?![^\[]*\])", line)]
            if len(fields) < 2:
                continue
            applies = _both(_listed(fields[0], _is_daemon), _listed(fields[1], lambda one: _is_client(one, address)))
            if applies is False:
                continue
            verdict = _options(fields[2:], otherwise)
            where = "%s line %d" % (server.shown(server.path(path)), number)
            if applies and verdict is not None and (unsure is None or verdict == unsure[0]):
                return verdict, where
            if unsure and unsure[0] != verdict or verdict is None or applies:
                return None, unsure[1] if unsure else where
            unsure = verdict, where
    return (True, "") if unsure is None or unsure[0] else (None, unsure[1])


def edges(server):
    """The networks that the two files name."""
    found = set()
    for path in (ALLOW, DENY):
        for _, line in _lines(server, path):
            for word in re.split(r"[\s,]+|:(?![^\[]*\])", line or ""):
                found.add(_network(word))
    return found - {None}


def _lines(server, path):
    """Numbered lines; None for a last one without its newline."""
    text, begin = "", None
    with contextlib.suppress(OSError), open(server.path(path), errors="replace", newline="\n") as file:
        for number, line in enumerate(file, 1):
            begin = begin or number
            if line.endswith("\\\n"):
                text += line[:-2]
                continue
            text += line
            if not text.endswith("\n"):
                yield begin, None
            elif text[0] != "#" and text.strip():
                yield begin, text.rstrip("\n")
            text, begin = "", None


def _both(*found):
    return False if False in found else None if None in found else True


def _listed(text, matches):
    """A list with EXCEPT, as list_match() of libwrap goes through it."""
    words = re.split(r"[\s,]+", text.strip())
    parts = [[]]
    for word in words:
        if word.upper() == "EXCEPT":
            parts.append([])
        elif word:
            parts[-1].append(word)
    verdict = False
    for part in reversed(parts):
        found = [matches(word) for word in part]
        one = True if True in found else None if None in found else False
        verdict = _both(one, None if verdict is None else not verdict)
    return verdict


def _is_daemon(word):
    name, _, host = word.partition("@")
    found = name.upper() == "ALL" or fnmatch.fnmatchcase("sshd", name.lower())
    return None if found and host else found


def _is_client(word, address):
    if word.upper() == "ALL":
        return True
    if "@" in word:  # a netgroup, or a user as identd tells it
        return None
    if word[:1] == "/" or word.upper() in ("KNOWN", "UNKNOWN", "PARANOID", "LOCAL"):
        return None
    network = _network(word)
    if network:
        return network.version == address.version and address in network
    if re.match(r"[\d.]+\.$", word):
        return str(address).startswith(word)
    if re.match(r"[\d.*?]+$", word):
        return fnmatch.fnmatchcase(str(address), word)
    return None if re.search("[a-zA-Z]", word) else False


def _network(word):
    with contextlib.suppress(ValueError):
        address, slash, mask = word.partition("/")
        if address[:1] == "[" and address[-1:] == "]":
            return ipaddress.IPv6Network(address[1:-1] + slash + mask)
        return ipaddress.IPv4Network(word)
    return None


def _options(options, otherwise):
    verdict = otherwise
    for at, option in enumerate(options):
        name = re.split(r"[\s=]+", option)[0].lower()
        if name in ("allow", "deny") and option.lower() == name:
            return at == len(options) - 1 and name == "allow"
        if name == "twist":
            return False
        if name in ("aclexec", "banners"):
            verdict = None
        elif name and name not in HARMLESS:
            return False  # libwrap refuses what it does not know
    return verdict
