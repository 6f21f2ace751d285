"""Whether root could log in by a line that was asked for, from anywhere that the line itself lets somebody in."""
import collections
import ipaddress

from latchkey_agent.admission.judge import MOST, MOST_ADDRESSES
from latchkey_agent.admission.settings import NO, UNKNOWN
from latchkey_agent.errors import Problem
from latchkey_agent.keylines import lines_of
from latchkey_agent.keyoptions import read
from latchkey_agent.listening import from_outside
from latchkey_agent.points import points
from latchkey_agent.settings import MOST as MOST_QUESTIONS

# Every address that a client may have, but for those within this machine and this link.
EVERYWHERE = ("0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/3", "2000::/3", "fc00::/7")
NOBODY = [ipaddress.ip_network("0.0.0.0/8"), ipaddress.ip_network("127.0.0.0/8")]


def admits(judge, key, options, owner):
    """`yes` where a login from one of the addresses goes through; `because` then says from where one does not."""
    asked, limited = judge.sshd.asked, _from(options)
    ranges = limited or _outside(judge)
    lines = _lines(judge.sshd, key, owner, ranges)
    known = {one for text in asked.texts for one in asked.patterns(text)} | judge.patterns(lines)
    addresses, gaps = points(ranges, sorted(known))
    if not limited:
        addresses = [one for one in addresses if not any(ipaddress.ip_address(one) in net for net in NOBODY)]
    chosen = _spread(addresses, _most(asked.texts))
    if len(chosen) < len(addresses):
        gaps.append("%d addresses are to be asked for; %d were" % (len(addresses), len(chosen)))
    answers, doubts = asked.answers(owner.pw_name, chosen)
    return verdict(chosen, judge.at_each(owner, key, chosen, answers, lines), doubts, gaps)


def _from(options):
    return [one for name, value in read(options) or () if name == "from" for one in value.split(",")]


def _outside(judge):
    """Everywhere, as far as sshd listens for it; a folder listens nowhere."""
    sockets = judge.reached()[0] if judge.server.live else None
    versions = {ipaddress.ip_address(address).version for address, _ in from_outside(sockets or ())}
    return [one for one in EVERYWHERE if ipaddress.ip_network(one).version in versions or not versions]


def _lines(sshd, key, owner, ranges):
    found = {}
    for file in sshd.key_files(owner, ranges):
        try:
            found[file.shown] = [one for one in lines_of(file.read()) if one.fingerprint == key.fingerprint]
        except (Problem, OSError):
            continue  # the judge says that it is not read
    return found


def _most(texts):
    """How many addresses: where settings depend on them, sshd is asked for each, and 40 times for an account."""
    criteria = set().union(*[text.criteria for text in texts])
    if not criteria & {"address", "host"}:
        return MOST_ADDRESSES
    return (MOST_QUESTIONS - 1) // (4 if criteria & {"localport", "localaddress"} else 1)


def _spread(found, most):
    step = max(1.0, (len(found) - 1) / float(most - 1))
    return [found[int(number * step)] for number in range(min(len(found), most))]


def verdict(addresses, found, doubts, gaps):
    """`doubts` may be wrong about any address, `gaps` about those alone that were not asked for."""
    where = collections.OrderedDict()
    for address, objections in zip(addresses, found):
        for one in objections:
            where.setdefault((one.kind, one.text), []).append(address)
    because = [text if len(at) == len(addresses) else "from %s%s: %s" % (
        at[0], " and %d more of %d addresses" % (len(at) - 1, len(addresses)) if at[1:] else "", text)
        for (_, text), at in sorted(where.items(), key=lambda one: one[0][0] != NO)]
    if doubts:
        kind, because = UNKNOWN, doubts + because
    elif not all(found):
        kind = "yes"
    elif gaps or not all(any(one.kind == NO for one in some) for some in found):
        kind, because = UNKNOWN, gaps + because
    else:
        kind = NO
    return {"would_admit": kind, "because": because[:MOST], "asked": len(addresses)}
