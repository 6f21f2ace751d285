"""The tables: text files, a section for each row; docs/testing.md explains the keys."""
import configparser
import pathlib

from .machine import LabMistake

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "tables"
# The tables of a run that names none.
DUE = ("golden", "settings", "firewalls", "stay", "faults", "managed", "hostile", "keys", "killed", "own", "revoked")
# What a row may say, and what holds when it does not.
KEYS = {
    "asks": "gone", "account": "support", "from": "203.0.113.7", "key": "ed25519", "key_file": "", "setup": "", "vendor": "",
    "session": "open", "terminal": "no", "logs_in_as": "", "administrator": "no", "second": "no", "between": "", "after": "", "then": "order",
    "grant": "", "login": "", "door": "", "arrives": "", "gone": "true", "access": "no", "lives": "no", "untold": "no", "named": "",
    "because": "", "holds": "", "doors": "", "recorded": "", "stands_in": "", "later": "", "ports": "22", "addresses": "", "verb": "converge", "own": "no", "count": "", "seed": "1",
    "revoked_keys": "krl", "krl": "1", "others": "yes", "put_back": "no", "rekeyed": "no",
}


class Row:
    """One row; the keys are its attributes."""

    def __init__(self, table, name, words):
        unknown = set(words) - set(KEYS)
        if unknown:
            raise LabMistake("%s.ini, [%s]: there is no key %s" % (table, name, ", ".join(sorted(unknown))))
        self.table, self.name = table, name
        for key, default in KEYS.items():
            setattr(self, key.replace("from", "ranges"), words.get(key, default).strip())

    def __str__(self):
        return "%s / %s" % (self.table, self.name)


def tables():
    """The names of all tables."""
    return sorted(path.stem for path in FOLDER.glob("*.ini"))


def read(table):
    """The rows of one table, in its sequence."""
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",), default_section="*")
    if not parser.read(str(FOLDER / (table + ".ini"))):
        raise LabMistake("there is no table %s; there are %s" % (table, ", ".join(tables())))
    return [Row(table, name, dict(parser[name])) for name in parser.sections()]
