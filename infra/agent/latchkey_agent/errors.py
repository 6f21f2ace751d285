"""What stops an order, or a part of it."""
import contextlib

# What no state of a server should bring about: the agent itself is wrong.
FAULTS = (ArithmeticError, AssertionError, AttributeError, BufferError, ImportError, LookupError, NameError, SyntaxError, TypeError)


class Refused(Exception):
    """The order is not for this server or not whole; nothing was done."""


class Problem(Exception):
    """Something is not as ordered. The text is for people: it names the file and the cause, never contents."""


def stumbled(faults, what, error):
    """The sentence about an error that nobody foresaw; `faults` has those that are the agent's own."""
    told = ("%s: %s: %s" % (what, type(error).__name__, error))[:500]
    if isinstance(error, FAULTS):
        faults.append(told)
    return told


@contextlib.contextmanager
def asking(questions, faults, what):
    """Whatever goes wrong here becomes a question, and stops nothing that comes after it."""
    try:
        yield
    except Exception as error:
        told = stumbled(faults, what, error)
        questions += [told] if told not in questions else []
