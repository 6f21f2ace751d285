"""Every key that a text holds, however it is written: the search for proof is wider than what sshd takes."""
import base64
import re
import struct

from latchkey_agent.keys import KEY_FIELDS, fingerprint_of

LONGEST = 16384  # characters of one key; no key that an order may name is longer
PRINTABLE = bytes(range(0x21, 0x7f))
UNSEEN = bytes(set(range(256)) - set(PRINTABLE))


def beginning(kind):
    """How the Base64 of every key of this type begins."""
    head = struct.pack(">I", len(kind)) + kind.encode()
    return base64.b64encode(head)[:len(head) * 8 // 6]


# Each begins with three zero bytes of a length; to have them in front makes the search fast.
BEGINNINGS = re.compile(b"AAAA(?:%s)" % b"|".join(re.escape(beginning(kind)[4:]) for kind in sorted(KEY_FIELDS)))


def keys_in(text):
    """Fingerprints of the keys that the text holds, whatever stands around them.

    sshd skips a carriage return inside the Base64, so characters that cannot be seen are left out first.
    """
    return frozenset(fingerprint_of(blob) for fields in fields_in(text) for blob in {joined(fields), joined(plain(fields))})


def texts_in(text):
    """Fingerprint → type and Base64 of the keys that the text holds, as sshd compares them."""
    blobs = {joined(plain(fields)): fields[0] for fields in fields_in(text)}
    return {fingerprint_of(blob): "%s %s" % (kind.decode(), base64.b64encode(blob).decode()) for blob, kind in blobs.items()}


def fields_in(text):
    seen = text.translate(None, UNSEEN)
    for match in BEGINNINGS.finditer(seen):
        fields = first_fields(seen[match.start():match.start() + LONGEST])
        if fields:
            yield fields


def may_hold_keys(text):
    return BEGINNINGS.search(text.translate(None, UNSEEN)) is not None


def first_fields(text):
    """The fields of the key with which the text begins; None if it is cut off."""
    text = re.match(b"[A-Za-z0-9+/]*", text).group()
    fields, end = [], 0
    while not fields or len(fields) < KEY_FIELDS.get(fields[0].decode("ascii", "replace"), 0):
        length = decoded(text, end + 4)[end:]
        if len(length) < 4:
            return None
        start, end = end + 4, end + 4 + struct.unpack(">I", length)[0]
        if end > LONGEST:
            return None
        field = decoded(text, end)[start:]
        if len(field) < end - start:
            return None
        fields.append(field)
    return fields


def decoded(text, most):
    """The first bytes, as many as there are. Only what is asked for is decoded: a file may hold a million beginnings."""
    text = text[:(most + 2) // 3 * 4]
    text = text[:-1] if len(text) % 4 == 1 else text
    return base64.b64decode(text + b"=" * (-len(text) % 4))[:most]


def plain(fields):
    """The fields as sshd compares them: it ignores zeros in front of the numbers of an RSA key."""
    if fields[0] != b"ssh-rsa":
        return fields
    numbers = [field.lstrip(b"\0") for field in fields[1:]]
    return fields[:1] + [b"\0" + one if one[:1] >= b"\x80" else one for one in numbers]


def joined(fields):
    return b"".join(struct.pack(">I", len(field)) + field for field in fields)
