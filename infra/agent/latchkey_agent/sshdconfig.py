"""The text of sshd's configuration: what stands in it. What is in force sshd itself is asked, except for a folder."""
import glob
import hashlib
import os
import re

MAIN = "/etc/ssh/sshd_config"
MOST = 1024 * 1024  # characters of one file
WORD = re.compile(r"""\s*((?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\\.|[^\s"'])+)""")
QUOTED = re.compile(r""""((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'""")
CRITERIA = {"all", "user", "group", "host", "address", "localaddress", "localport", "invalid-user"}


class Text:
    """The lines of a configuration and of what it includes: (keyword, value, the Match line above it or None)."""

    def __init__(self, server, path=MAIN, without=None):
        self.server, self.unread, self.paths, self.without = server, [], [], without
        self.included = []  # each pattern of Include as a path, and the Match line above it
        self.read = set()  # files, and folders in which more of them may come to be
        self.places = {}  # keyword → where it stands
        self._texts = []
        self.lines = list(self._lines(path, None, 0))
        self.digest = hashlib.sha256(repr(self._texts).encode("utf-8", "surrogatepass")).hexdigest()
        self.matches = {match for _, _, match in self.lines if match}
        self.criteria = {word for match in self.matches for word in criteria_of(match)} & CRITERIA
        self.strange = sorted({word for match in self.matches for word in criteria_of(match)} - CRITERIA)

    def _lines(self, path, match, depth):
        self.read.add(path)
        try:
            with open(self.server.path(path), errors="replace", newline="\n") as file:  # to sshd a carriage return is a blank
                text = file.read(MOST)
                lines = text.split("\n")
                self.paths.append(path)
                self.unread += ["%s: what follows the first MiB is not read" % path] if len(text) == MOST else []
                self._texts.append((path, text))
        except FileNotFoundError:
            return
        except OSError as error:
            self.unread.append("%s: %s" % (path, error.strerror))
            return
        for number, line in enumerate(lines, 1):
            found = re.match(r'\s*"?([A-Za-z0-9]+)"?(?:\s*=\s*|\s+)(.*)', line)
            if not found:
                continue
            keyword, value = found.group(1).lower(), found.group(2).strip()
            self.places.setdefault(keyword, []).append("%s line %d" % (path, number))
            if keyword == "match":
                match = value
                yield keyword, value, match
            elif keyword == "include" and depth < 16:
                for pattern in words_of(value):
                    self.read.add(os.path.dirname(os.path.join("/etc/ssh", pattern)))
                    self.included.append((os.path.join("/etc/ssh", pattern), match))
                    for name in sorted(glob.glob(self.server.path(os.path.join("/etc/ssh", pattern)))):
                        if self.server.shown(name) == self.without:
                            continue
                        for inner in self._lines(self.server.shown(name), match, depth + 1):
                            yield inner
            else:
                yield keyword, value, match

    def values(self, *keywords):
        return [value for keyword, value, _ in self.lines if keyword in keywords]

    def where(self, keyword):
        """The Match lines that have this keyword below them."""
        return sorted({match for name, _, match in self.lines if name == keyword and match})

    def first_values(self):
        """For a folder: the first value counts; nothing in a Match block does."""
        found = {}
        for keyword, value, match in self.lines:
            if value and match is None and (keyword in ("port", "hostkey") or keyword not in found):
                value = value if keyword == "match" else " ".join(words_of(value)) or value
                found.setdefault(keyword, []).append(value)
        return found


def words_of(value):
    """As sshd divides a value: at blanks outside of quotes. A word that begins with # begins a comment."""
    words, at, found = [], 0, WORD.match(value)
    while found and not found.group(1).startswith("#"):
        words.append(re.sub(r"""\\(["'\\ ])""", r"\1", QUOTED.sub(lambda one: one.group(1) or one.group(2) or "", found.group(1))))
        at = found.end()
        found = WORD.match(value, at)
    return words if found or not value[at:].strip() else value.split()  # a quote without its end


def criteria_of(match):
    """The criteria of a Match line, which sshd divides at blanks or one =."""
    words, found = iter(re.findall(r'"[^"]*"|[^\s="]+', re.sub(r"(^|\s)#.*", "", match))), []
    for word in words:
        found.append(word.strip('"').lower())
        if found[-1] not in ("all", "invalid-user"):
            next(words, None)  # its value
    return found
