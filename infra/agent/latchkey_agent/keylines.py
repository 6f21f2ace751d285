"""The lines of an authorized_keys file, as sshd reads them."""
import base64
import collections
import contextlib
import re

from latchkey_agent.keys import fields_of, fingerprint_of


class Line(collections.namedtuple("Line", "number raw fingerprint ticket")):
    """A line of an authorized_keys file; `ticket` when it has our comment."""

    def reads(self, text):
        return self.raw in (text.encode(), text.encode() + b"\n")


def lines_of(data):
    return [Line(number, raw, *key_and_ticket(raw))
            for number, raw in enumerate(re.findall(rb"[^\n]*\n|[^\n]+", data), 1)]


def key_and_ticket(raw):
    """What sshd would see in the line: a key of any type, perhaps after options."""
    text = raw.strip(b" \t\r\n")
    if text and not text.startswith(b"#"):
        for rest in (text, after_options(text)):
            parts = re.split(rb"[ \t]+", rest, maxsplit=2)
            with contextlib.suppress(ValueError):
                blob = base64.b64decode(parts[1], validate=True) if len(parts) > 1 else b""
                if (fields_of(blob) or [None])[0] == parts[0]:
                    ours = re.match(rb"latchkey-ticket-(\d{1,16})$", parts[2] if len(parts) > 2 else b"")
                    return fingerprint_of(blob), int(ours.group(1)) if ours else None
    return None, None


def after_options(text):
    quoted, at = False, 0
    while at < len(text) and (quoted or text[at] not in b" \t"):
        if text[at:at + 2] == b'\\"':
            at += 1
        elif text[at] == ord('"'):
            quoted = not quoted
        at += 1
    return text[at:].lstrip(b" \t")


def rewritten(data, drop, wanted):
    """The file with each wanted line once and without those to drop; all others stay byte for byte, and in order."""
    kept, missing = b"", list(wanted)
    for line in lines_of(data):
        stands = [text for text in missing if line.reads(text)]
        missing = [text for text in missing if text not in stands]
        kept += line.raw if stands or not drop(line) else b""
    if missing and kept and not kept.endswith(b"\n"):
        kept += b"\n"  # else our line would be glued to the last one
    return kept + b"".join(text.encode() + b"\n" for text in missing)
