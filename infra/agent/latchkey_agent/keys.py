"""Public keys: which are accepted, and what tells them apart."""
import base64
import collections
import hashlib
import re
import struct

# How many length-prefixed fields the blob of each accepted type has, the type itself included (RFC 4253 section 6.6,
# RFC 5656 section 3.1, RFC 8709 section 4, OpenSSH's PROTOCOL.u2f).
KEY_FIELDS = {"ssh-ed25519": 2, "ssh-rsa": 3, "ecdsa-sha2-nistp256": 3, "ecdsa-sha2-nistp384": 3,
              "ecdsa-sha2-nistp521": 3, "sk-ssh-ed25519@openssh.com": 3, "sk-ecdsa-sha2-nistp256@openssh.com": 4}
# Prime of the field, b of the equation y^2 = x^3 - 3x + b, and order (FIPS 186-4, D.1.2).
CURVES = {
    b"nistp256": (2 ** 256 - 2 ** 224 + 2 ** 192 + 2 ** 96 - 1,
                  0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b,
                  0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551),
    b"nistp384": (2 ** 384 - 2 ** 128 - 2 ** 96 + 2 ** 32 - 1,
                  0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef,
                  0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973),
    b"nistp521": (2 ** 521 - 1,
                  int("51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e"
                      "156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00", 16),
                  int("1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
                      "a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409", 16))}
LEAST_RSA_BITS, MOST_RSA_BITS = 1024, 16384  # as OpenSSH has it; what may be authorized anew is decided elsewhere


class PublicKey(collections.namedtuple("PublicKey", "type blob comment")):
    """Keys are told apart by the fingerprint, never by the comment."""

    @property
    def text(self):
        return self.type + " " + self.blob

    @property
    def fingerprint(self):
        return fingerprint_of(base64.b64decode(self.blob))

    @property
    def rsa_bits(self):
        if self.type != "ssh-rsa":
            return None
        return int.from_bytes(fields_of(base64.b64decode(self.blob))[2], "big").bit_length()


def fingerprint_of(blob):
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def fields_of(blob):
    """The length-prefixed fields of a key blob; None if it is not one."""
    fields = []
    while blob:
        if len(blob) < 4:
            return None
        length = struct.unpack(">I", blob[:4])[0]
        if len(blob) < 4 + length:
            return None
        fields.append(blob[4:4 + length])
        blob = blob[4 + length:]
    return fields


def parse_public_key(text):
    """At least as strict as sshd. A key that sshd reads but would write differently is refused as well: its fingerprint
    in sshd's log is not the one of these bytes."""
    text = text.strip(" \t\r\n")
    if "\n" in text or "\r" in text:
        raise ValueError("has more than one line")
    parts = re.split("[ \t]+", text, maxsplit=2)
    if len(parts) < 2:
        raise ValueError("is not a public key: type and base64 are expected")
    kind, blob, comment = parts[0], parts[1], parts[2] if len(parts) > 2 else ""
    if kind not in KEY_FIELDS:
        raise ValueError("has a type of key that is not accepted")
    try:
        raw = base64.b64decode(blob.encode("ascii"), validate=True)
    except ValueError:
        raise ValueError("has base64 that is not whole")
    fields = fields_of(raw)
    if base64.b64encode(raw).decode() != blob or not fields or len(fields) != KEY_FIELDS[kind]:
        raise ValueError("is not whole")
    if fields[0] != kind.encode():
        raise ValueError("has a type that is not that of its base64")
    problem = problem_of(kind, fields)
    if problem:
        raise ValueError(problem)
    # The comment is only for people: it loses what cannot be printed, and never costs a key.
    return PublicKey(kind, blob, "".join(one for one in comment if one.isprintable())[:255])


def problem_of(kind, fields):
    """What is wrong with the fields after the type, or None."""
    if kind == "ssh-rsa":
        return problem_of_rsa(*fields[1:])
    if kind.startswith("sk-") and (not fields[-1] or b"\0" in fields[-1]):
        return "has an application that is empty or has a zero byte"
    if "ed25519" in kind:
        return None if len(fields[1]) == 32 else "has a point that does not have 32 bytes"
    if fields[1] != kind.partition("@")[0].rpartition("-")[2].encode():
        return "names a curve that is not that of its type"
    return None if on_curve(fields[2], *CURVES[fields[1]]) else "has a point that is not on its curve"


def problem_of_rsa(*numbers):
    for one in numbers:  # RFC 4251 section 5, mpint: positive, without a zero byte that is not needed
        if not one or one[0] > 127 or (one[0] == 0 and (len(one) < 2 or one[1] < 128)):
            return "has a number that is not positive or not in its shortest form"
    exponent, modulus = (int.from_bytes(one, "big") for one in numbers)
    if exponent % 2 == 0 or exponent < 3:
        return "has an exponent that no real key has"
    if not LEAST_RSA_BITS <= modulus.bit_length() <= MOST_RSA_BITS or modulus % 2 == 0:
        return "has a modulus that is even, too short or too long"
    return None


def on_curve(point, prime, b, order):
    """As sshd has it: not compressed, on the curve, and neither coordinate tiny or as large as the order."""
    size = (prime.bit_length() + 7) // 8
    if len(point) != 1 + 2 * size or point[0] != 4:
        return False
    x, y = int.from_bytes(point[1:1 + size], "big"), int.from_bytes(point[1 + size:], "big")
    sane = all(one.bit_length() > order.bit_length() // 2 and one < order - 1 for one in (x, y))
    return sane and (y * y - x * x * x + 3 * x - b) % prime == 0
