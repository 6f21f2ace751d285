"""What an order's parts are checked with."""
import re

from latchkey_agent.errors import Refused

MAX_INTEGER = 2 ** 53 - 1


def need(condition, what):
    if not condition:
        raise Refused(what)


def whole_number(value, least, most):
    return type(value) is int and least <= value <= most  # isinstance would take true for 1


def matches(pattern, value):
    return isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII) is not None


def flag(action, name):
    need(whole_number(action.get(name), 0, 1), "%s: 0 or 1 is expected" % name)
    return action[name]
