"""Public keys: which are accepted, and what tells them apart."""
import base64
import collections
import hashlib
import re
import struct

# How many length-prefixed fields the blob of each accepted type has, the type itself included.
KEY_FIELDS = {"ssh-ed25519": 2, "ssh-rsa": 3, "ecdsa-sha2-nistp256": 3, "ecdsa-sha2-nistp384": 3,
              "ecdsa-sha2-nistp521": 3, "sk-ssh-ed25519@openssh.com": 3, "sk-ecdsa-sha2-nistp256@openssh.com": 4}


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
    parts = re.split("[ \t]+", text.strip(), maxsplit=2)
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
    if fields[0] != kind.encode() or (kind == "ssh-ed25519" and len(fields[1]) != 32):
        raise ValueError("has a type that is not that of its base64")
    if len(comment) > 255 or not comment.isprintable():
        raise ValueError("has a comment that is too long or not printable")
    return PublicKey(kind, blob, comment)
