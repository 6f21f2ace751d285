"""The archive that runs: its version, its hash, and its contents for the installation."""
import hashlib

from latchkey_agent.errors import Problem

VERSION = "1"
# None when the modules come from a folder, as in tests of single modules.
ARCHIVE = getattr(__spec__.loader, "archive", None)


def sha256():
    """The hash by which orders ask for this agent; None when it runs from a folder, which no order asks for."""
    return None if ARCHIVE is None else hashlib.sha256(contents()).hexdigest()


def contents():
    if ARCHIVE is None:
        raise Problem("the agent runs from a folder; only its archive, which infra/agent/build.py makes, is installed")
    with open(ARCHIVE, "rb") as file:
        return file.read()
