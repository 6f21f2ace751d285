"""What takes long and changes nothing: done before the lock is taken, so that no order that closes access waits for it."""
import os
import time

from latchkey_agent import access, programs
from latchkey_agent.errors import Problem
from latchkey_agent.keys import parse_public_key
from latchkey_agent.remotessh import checked
from latchkey_agent.workfolder import work_folder

SECONDS_TO_MAKE_A_KEY = 20


def ahead(server, action):
    """A function that gives what came of it, or raises what stood in its way; None where there is nothing to do."""
    work = WORK.get(action["verb"]) if action and "fault" not in action and time.time() <= action["not_after"] else None
    if work is None:
        return None
    try:
        found = work(server, action)
        return lambda: found
    except Exception as problem:  # it stops the action alone, not the rest of the order
        stood = problem

        def told():
            raise stood
        return told


def made(server, action):
    """The private half and the public key of a new pair; None where one of its files is there that stops it."""
    file = os.path.join(server.path(server.account("root").pw_dir), ".ssh", action["file"])
    if action["abort"] and any(map(os.path.lexists, (file, file + ".pub"))):
        return None
    with work_folder(server, secret=True) as folder:
        path = os.path.join(folder, "key")
        length = ["-b", "4096"] if action["algorithm"] == "rsa" else []
        code, out, error = programs.run(["ssh-keygen", "-q", "-t", action["algorithm"]] + length
                                        + ["-N", "", "-C", action["comment"], "-f", path], timeout=SECONDS_TO_MAKE_A_KEY)
        if code != 0:
            raise Problem("ssh-keygen made no key: " + programs.complaint(error, out))
        with open(path, "rb") as private, open(path + ".pub", encoding="ascii") as public:
            return private.read(), parse_public_key(public.read())


WORK = {"generate_key": made, "check_ssh": checked, "list_access": access.found}
