"""What stops an order, or a part of it."""


class Refused(Exception):
    """The order is not for this server or not whole; nothing was done."""


class Problem(Exception):
    """Something is not as ordered. The text is for people: it names the file and the cause, never contents."""
