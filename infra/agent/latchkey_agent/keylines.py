"""The lines of an authorized_keys file, as sshd reads them."""
import base64
import collections
import contextlib
import functools
import re

from latchkey_agent.keys import fields_of, fingerprint_of
from latchkey_agent.keysearch import LONGEST, joined, keys_in, may_hold_keys, plain

# Names that sshd takes for another: those of signatures, and, in older versions, the short ones in any case.
NAMES = {b"rsa-sha2-256": b"ssh-rsa", b"rsa-sha2-512": b"ssh-rsa", b"rsa": b"ssh-rsa", b"ed25519": b"ssh-ed25519"}
ENDS = re.compile(b'expiry-time="([0-9]{8,14}Z?)"')


class Line(collections.namedtuple("Line", "number raw fingerprint ticket held")):
    """A line of an authorized_keys file; `ticket` when it has our comment.

    `fingerprint` is the key that sshd reads. `held` has every key that is in the line in any way: sshd of some version
    may take what we cannot read.
    """

    def keys(self):
        """The key that sshd reads, or, where we cannot tell which that is, all that the line holds."""
        return self.held if self.fingerprint is None else {self.fingerprint}

    def holds(self, fingerprint):
        return fingerprint == self.fingerprint or fingerprint in self.held

    def only_of(self, fingerprints):
        """Whether sshd reads one of these keys in it, or at least no other key."""
        return self.fingerprint in fingerprints or (self.fingerprint is None and bool(self.held & set(fingerprints)))

    def within(self, text):
        """Whether it is this line, or this line with an earlier end."""
        mine, wanted = ENDS.split(self.raw.rstrip(b"\n")), ENDS.split(text.encode())
        return mine[::2] == wanted[::2] and mine[1::2] <= wanted[1::2]

    def reads(self, text):
        return self.raw in (text.encode(), text.encode() + b"\n")


def line_of(number, raw):
    """One run reads a file several times, and its lines are the same ones but for a few."""
    fingerprint, ticket, keys = parsed(raw) if len(raw) <= 2000 else parsed.__wrapped__(raw)
    return Line(number, raw, fingerprint, ticket, keys)


@functools.lru_cache(maxsize=20000)
def parsed(raw):
    return key_and_ticket(raw) + (held(raw),)


def lines_of(data):
    return [line_of(number, raw)
            for number, raw in enumerate(re.findall(rb"[^\n]*\n|[^\n]+", data), 1)]


def runs(data):
    """The file in pieces: a Line for each line in which a key may be, and all that is between them as bytes."""
    start = number = 0
    while start < len(data):
        end = data.find(b"\n", start + (1 << 20)) + 1 or len(data)
        several = data[start:end]
        if may_hold_keys(several):
            for at, raw in enumerate(re.findall(rb"[^\n]*\n|[^\n]+", several), number + 1):
                yield line_of(at, raw) if may_hold_keys(raw) else raw
        else:
            yield several
        number, start = number + several.count(b"\n"), end


def with_keys(data):
    return (one for one in runs(data) if isinstance(one, Line) and (one.held or one.fingerprint))


def taken_out(data, drop):
    """The file without the lines to drop, of which each has a key."""
    return b"".join(one if isinstance(one, bytes) else b"" if drop(one) else one.raw for one in runs(data))


def held(raw):
    """The keys in the line; none in a comment, which sshd of every version passes over."""
    return frozenset() if raw.lstrip(b" \t").startswith(b"#") else keys_in(raw)


def key_and_ticket(raw):
    """What sshd would see in the line: a key of any type, perhaps after options."""
    text = raw.strip(b" \t\r\n")
    if text and not text.startswith(b"#"):
        for rest in (text, after_options(text)):
            parts = re.split(rb"[ \t]+", rest, maxsplit=2)
            with contextlib.suppress(ValueError):
                inside = b"".join(parts[1].split()) if len(parts) > 1 else b""  # a carriage return, for instance
                inside = inside if len(inside) <= LONGEST else b""
                fields = fields_of(base64.b64decode(inside, validate=True)) or [None]
                if fields[0] in (parts[0], NAMES.get(parts[0].lower(), parts[0])):
                    ours = re.match(rb"latchkey-ticket-(\d{1,16})$", parts[2] if len(parts) > 2 else b"")
                    return fingerprint_of(joined(plain(fields))), int(ours.group(1)) if ours else None
    return None, None


def options_of(raw):
    """The options of a line in which sshd reads a key, as they stand there."""
    text = raw.strip(b" \t\r\n")
    if re.match(rb"(ssh-|ecdsa-|sk-|rsa|ed25519)[^ \t=\",]*[ \t]+AAAA", text):
        return ""
    return text[:len(text) - len(after_options(text))].strip(b" \t").decode("utf-8", "replace")


def after_options(text):
    """What follows the options; options that are longer than any key are none of ours."""
    quoted, at = False, 0
    while at < min(len(text), LONGEST) and (quoted or text[at] not in b" \t"):
        if text[at:at + 2] == b'\\"':
            at += 1
        elif text[at] == ord('"'):
            quoted = not quoted
        at += 1
    return text[at:].lstrip(b" \t")


def rewritten(data, drop, wanted):
    """The file with each wanted line once and without those to drop; all others stay byte for byte, and in order."""
    kept, missing = [], list(wanted)
    for line in lines_of(data):
        stands = [text for text in missing if line.reads(text)]
        missing = [text for text in missing if text not in stands]
        kept += [line.raw] if stands or not drop(line) else []
    if missing and kept and not kept[-1].endswith(b"\n"):
        kept.append(b"\n")  # else our line would be glued to the last one
    return b"".join(kept + [text.encode() + b"\n" for text in missing])


def blanked(data, drop):
    """The file with each byte of the lines to drop made a #, which needs no room."""
    return b"".join(one if isinstance(one, bytes) else hidden(one.raw) if drop(one) else one.raw for one in runs(data))


def hidden(raw):
    text = raw.rstrip(b"\n")
    return b"#" * len(text) + raw[len(text):]
