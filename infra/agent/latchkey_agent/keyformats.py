"""Files of public keys, in every form in which people keep them."""
import base64
import contextlib
import re
import struct

from latchkey_agent import programs
from latchkey_agent.errors import Problem
from latchkey_agent.keylines import after_options, lines_of
from latchkey_agent.keys import fields_of, fingerprint_of, parse_public_key

LONGEST_FILE = 16384
NOT_KEYS = re.compile(r"authorized_keys.*|known_hosts.*|config|environment|rc")
LIKE_A_KEY = re.compile(rb"(\xef\xbb\xbf)?\s*(ssh-|ecdsa-|sk-|-{4,5} ?BEGIN )|\xff\xfe|\xfe\xff")


def is_private(data):
    return re.match(rb"\s*(-----BEGIN [A-Z0-9 ]*PRIVATE KEY|PuTTY-User-Key-File)", data[:64]) is not None


def held_by(data):
    """The fingerprints of all keys that a file has, public or private, and why there may be others: None, or what it does."""
    if is_private(data):
        one = public_half(data)
        return ({fingerprint_of(one)}, None) if one else (set(), "is a private key whose public half cannot be read without its passphrase")
    found = {key for line in lines_of(data[:LONGEST_FILE]) for key in line.held | {line.fingerprint} if key}
    try:
        keys, wrong = keys_of(data)
    except Problem as problem:
        return found, str(problem)
    return found | {key.fingerprint for _, key, _ in keys}, "cannot be read whole (%s)" % wrong[0] if wrong and not found else None


def public_half(data):
    """The blob of a private key's public half; None where only its passphrase would tell. What is private goes to ssh-keygen alone."""
    with contextlib.suppress(ValueError, IndexError, AttributeError, struct.error):  # what is not whole tells nothing
        code, out, _ = programs.run(["ssh-keygen", "-y", "-P", "", "-f", "/dev/stdin"], data)
        if code == 0:
            return base64.b64decode(out.split()[1], validate=True)
        text = data.decode("ascii")
        if text.lstrip().startswith("PuTTY-User-Key-File"):  # it has the public half in clear text
            count, rest = re.search(r"(?m)^Public-Lines: ([0-9]{1,4})\r?\n((?:.*\n)*)", text).groups()
            blob = base64.b64decode("".join("".join(rest.split("\n")[:int(count)]).split()), validate=True)
            return blob if fields_of(blob) else None
        # OpenSSH's own form (PROTOCOL.key): cipher, kdf, its options, how many keys, the public half, the private one.
        inside = base64.b64decode("".join(re.search(r"-----BEGIN OPENSSH PRIVATE KEY-----(.*?)-----END", text, re.DOTALL).group(1).split()), validate=True)
        if inside.startswith(b"openssh-key-v1\0"):
            at, fields = 15, []
            for number in range(4):
                if number == 3:
                    if struct.unpack(">I", inside[at:at + 4])[0] != 1:
                        return None
                    at += 4
                length = struct.unpack(">I", inside[at:at + 4])[0]
                fields.append(inside[at + 4:at + 4 + length])
                at += 4 + length
            return fields[3] if at <= len(inside) and fields_of(fields[3]) else None
    return None


def keys_of(data):
    """Each key of the file, as its line, the key and the form; and why the others, or all, could not be read."""
    if len(data) > LONGEST_FILE:
        raise Problem("is longer than 16 KiB")
    if is_private(data):
        raise Problem("is a private key")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data:
        raise Problem("is not text: UTF-16 is not read; save it as UTF-8")
    data = data[3:] if data.startswith(b"\xef\xbb\xbf") else data
    text = data.decode("utf-8", "replace")
    form = re.match(r"\s*-{4,5} ?BEGIN (SSH2 PUBLIC|RSA PUBLIC|PUBLIC|CERTIFICATE)", text)
    try:
        if form:
            read = {"SSH2 PUBLIC": rfc4716, "RSA PUBLIC": pem, "PUBLIC": pkcs8}.get(form.group(1))
            if read is None:
                raise ValueError("is a certificate of TLS and no key of SSH")
            return [(None, read(text), {rfc4716: "RFC4716", pem: "PEM", pkcs8: "PKCS8"}[read])], []
    except ValueError as error:
        raise Problem(str(error))
    return lines_in(text)


def lines_in(text):
    found, wrong = [], []
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip(" \t\r")
        if line and not line.startswith("#"):
            try:
                found.append((number, parse_public_key(line), None))
            except ValueError as error:
                try:
                    key = parse_public_key(after_options(line.encode()).decode("utf-8", "replace"))
                    found.append((number, key, "OPTIONS"))
                except ValueError:
                    wrong.append("line %d %s" % (number, error))
    return found, wrong


def rfc4716(text):
    """RFC 4716 section 3: headers, of which a backslash continues one, then Base64."""
    inside = re.search(r"---- BEGIN SSH2 PUBLIC KEY ----\s*\n(.*?)\n---- END SSH2 PUBLIC KEY ----", text, re.DOTALL)
    if inside is None:
        raise ValueError("is cut off: the line END SSH2 PUBLIC KEY is missing")
    body = re.sub(r"\\\r?\n", "", inside.group(1))
    headers = dict(re.findall(r"(?m)^([A-Za-z0-9@.-]{1,64}):[ \t]*(.*?)\r?$", body))
    blob = "".join(re.sub(r"(?m)^[^:\n]*:.*$", "", body).split())
    try:
        fields = fields_of(base64.b64decode(blob, validate=True))
    except ValueError:
        fields = None
    if not fields:
        raise ValueError("has Base64 that is not whole")
    kind = fields[0].decode("ascii", "replace")
    return parse_public_key(" ".join((kind, blob, headers.get("Comment", "").strip().strip('"'))))


def pem(text):
    return converted(text, "PEM")


def pkcs8(text):
    return converted(text, "PKCS8")


def converted(text, form):
    code, out, error = programs.run(["ssh-keygen", "-i", "-m", form, "-f", "/dev/stdin"], text)
    if code != 0:
        raise ValueError("could not be read by ssh-keygen -i -m %s: %s" % (form, programs.complaint(error)))
    return parse_public_key(out)
