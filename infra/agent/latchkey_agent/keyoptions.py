"""Options of a line of authorized_keys: as sshd reads them, and the few in one form that authorize_key takes."""
import calendar
import datetime
import ipaddress
import json
import re
import time

from latchkey_agent.admission.patterns import addressed
from latchkey_agent.keylines import options_of

MOST_TEXT = 2000
# The version of OpenSSH that took each of them first; earlier ones pass over the whole line.
FLAGS = {"restrict": (7, 2), "cert-authority": (), "no-touch-required": (8, 2), "touch-required": (8, 2),
         "verify-required": (8, 4), "no-verify-required": (8, 4)}
for _name in ("pty", "port-forwarding", "agent-forwarding", "x11-forwarding", "user-rc"):
    FLAGS.update({_name: (7, 2), "no-" + _name: ()})
PORT = r"(\*|[1-9][0-9]{0,4}|[a-z][a-z0-9-]*)"
VALUES = {"command": ((), ""), "from": ((), ""), "principals": ((), ""), "expiry-time": ((7, 7), ""),
          "environment": ((), r"[A-Za-z0-9_]*="), "tunnel": ((), r"(any|[0-9]+)$"),
          "permitopen": ((), r"(\[[^]]*\]|[^][:/]*)[:/]%s$" % PORT),
          "permitlisten": ((7, 8), r"((\[[^]]*\]|[^][:/]*)[:/])?%s$" % PORT)}
ONCE = ("command", "from", "principals")
ONE = re.compile(r'(?:([A-Za-z0-9-]+)(?:="((?:\\"|\\(?!")|[^"\\])*)")?)?(?:,|\Z)')
TIME = re.compile("([0-9]{4})([ 0-9][0-9])([ 0-9][0-9])(?:([ 0-9][0-9])([ 0-9][0-9])([ 0-9][0-9])?)?(Z|UTC)?", re.IGNORECASE)

# What authorize_key takes; dev.latchkey.ssh.KeyOptions is the same rule, and options.json holds both to it.
TAKEN = sorted(set(FLAGS) - {"cert-authority", "touch-required", "no-verify-required"})
ALLOWED = ", ".join(one.replace("x11", "X11") for one in TAKEN) + ', from="ADDRESSES", expiry-time="YYYYMMDD"'
OURS = re.compile(r'([A-Za-z0-9-]+)(?:="([^"\\]*)")?(?:,(?=[^,])|\Z)')
IPV4 = r"(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}"
SINGLE = re.compile("(%s|[0-9A-Fa-f:]+(:%s)?)(/(0|[1-9][0-9]{0,2}))?" % (IPV4, IPV4))


def any_version(*_):
    return True


def read(text, at_least=any_version):
    """[(name in lower case, value or None)]; None where sshd, of a version that `at_least` tells, refuses them."""
    found, at = [], 0
    while at < len(text):
        one = ONE.match(text, at)
        if not one:
            return None
        at = one.end()
        if one.group(1) is None:  # sshd passes over an empty one
            continue
        name, value = one.group(1).lower(), one.group(2)
        since, form = (FLAGS.get(name), "") if value is None else VALUES.get(name, (None, ""))
        if since is None or not at_least(*since or (0,)) or not re.match(form, value or "", re.IGNORECASE):
            return None
        found.append((name, value))
    names = [name for name, _ in found if name in ONCE]
    return None if len(names) != len(set(names)) else found


def options_in(raw, at_least=any_version):
    """Those before the key in a line."""
    return read(options_of(raw), at_least)


def ends(value, at_least=any_version):
    """The second of a time of expiry-time; ValueError for what is none. sshd takes 30 February for 2 March."""
    match = TIME.fullmatch(value)
    if not match or (match.group(7) and not at_least(9, 1)):
        raise ValueError(value)
    year, month, day, hour, minute, second = [int(one or 0) for one in match.groups()[:6]]
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 62):
        raise ValueError(value)
    moment = year, month, day, hour, minute, second, 0, 0, 0
    return calendar.timegm(moment) if match.group(7) else time.mktime(moment)


def end_in(given, at_least=any_version):
    """The `expires_at` of a line with these options, if it has one: the moment as sshd on this machine reads it."""
    return {"expires_at": int(ends(given["expiry-time"], at_least))} if "expiry-time" in given else {}


def over(options, now, at_least=any_version):
    """Whether an expiry-time of these options is past: the earliest counts. ValueError where sshd refuses one."""
    return any([ends(value, at_least) <= now for name, value in options if name == "expiry-time"])


def passed_over(raw, now, at_least=any_version):
    """Whether sshd passes over a line for good, wherever the client comes from."""
    options = options_in(raw, at_least)
    if options is None or {"cert-authority", "principals"} & {name for name, _ in options}:
        return True
    try:
        for value in [value for name, value in options if name == "from"]:
            addressed("0.0.0.0", value)
        return over(options, now, at_least)
    except (ValueError, OverflowError):
        return True


def checked(text):
    """The text, if authorize_key takes it; a ValueError that names the option and what would be right."""
    if len(text) > MOST_TEXT:
        raise ValueError("at most 2,000 characters are taken; there are %d" % len(text))
    seen, at = set(), 0
    while at < len(text):
        match = OURS.match(text, at)
        name, value = (match.group(1).lower(), match.group(2)) if match else ("", None)
        if not (name in TAKEN if value is None else name in ("from", "expiry-time")):
            raise ValueError("%s is not allowed; allowed are %s" % (
                shown(re.match(r'("[^"]*"?|[^",])*', text[at:]).group() or ","), ALLOWED))
        if value is not None and name in seen:
            raise ValueError("%s= is given twice; give it once" % name)
        seen.add(name)
        for one in value.split(",") if name == "from" else ():
            _address(one)
        if name == "expiry-time":
            _date(value)
        at = match.end()
    return text


def shown(text):
    return json.dumps(text[:100])


def _address(text):
    if re.search("[*?!g-zG-Z]", text):
        raise ValueError("from=: %s: addresses and networks alone are taken, neither names nor patterns; use 192.0.2.1 or "
                         "192.0.2.0/24" % shown(text))
    try:
        network = ipaddress.ip_network(text if SINGLE.fullmatch(text) else "", strict=False)
    except ValueError:
        raise ValueError("from=: %s is not an IP address or CIDR range; use 192.0.2.1, 192.0.2.0/24, 2001:db8::1 or "
                         "2001:db8::/32" % shown(text))
    right, mapped = network, network.version == 6 and network.prefixlen >= 96 and network.network_address.ipv4_mapped
    if mapped:  # a client's address is written as IPv4
        right = ipaddress.ip_network("%s/%d" % (mapped, network.prefixlen - 96))
    if mapped or ipaddress.ip_address(text.partition("/")[0]) != network.network_address:
        raise ValueError("from=: %s never matches in sshd; use %s" % (
            shown(text), right if "/" in text else right.network_address))


def _date(text):
    try:
        digits = re.fullmatch("([0-9]{8}([0-9]{4}([0-9]{2})?)?)Z?", text).group(1)
        datetime.datetime(*map(int, re.findall("^....|..", digits)))
    except (AttributeError, ValueError):
        raise ValueError("expiry-time=: %s is not a date; use YYYYMMDD or YYYYMMDDHHMM, with Z for UTC" % shown(text))


def useless(text, now, at_least):
    """Why sshd of this server would pass over a line with such options now, or None."""
    for name, value in read(text) or ():
        since = FLAGS[name] if value is None else VALUES[name][0]
        if since and not at_least(*since):
            return "%s needs OpenSSH %d.%d, and sshd is older: it would pass over the line; leave it out" % ((name,) + since)
        if name == "expiry-time" and value.endswith("Z") and not at_least(9, 1):
            return "expiry-time=\"%s\" needs OpenSSH 9.1, and sshd is older; give the server's local time, without Z" % value
    try:
        ended = [value for name, value in read(text) or () if name == "expiry-time" and ends(value) <= now]
    except OverflowError:
        ended = [text]
    return "expiry-time=\"%s\" was over before now, by the server's clock; give a time to come" % ended[0] if ended else None
