"""The file of sudoers of an account that a grant made."""
import contextlib
import os

from latchkey_agent import programs
from latchkey_agent.errors import Problem

FOLDER = "/etc/sudoers.d"
TEXT = "# Latchkey: %s until its grant ends.\n%s ALL=(ALL:ALL) NOPASSWD: ALL\n"


def path_of(name):
    return "%s/latchkey-%s" % (FOLDER, name)


def put(server, name):
    """Whether it was put there; only once visudo has read it, as sudo refuses everybody for one file that is wrong."""
    path, text = server.path(path_of(name)), (TEXT % (name, name)).encode()
    with contextlib.suppress(OSError), open(path, "rb") as file:
        if file.read(4096) == text:
            return False
    for program in ("sudo", "visudo"):
        if server.live and not programs.installed(program):
            raise Problem("%s is not installed; grant the account without sudo" % program)
    os.makedirs(os.path.dirname(path), mode=0o750, exist_ok=True)
    fresh = path + ".new"  # sudo passes over names with a dot
    with contextlib.suppress(FileNotFoundError):
        os.unlink(fresh)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o440), "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if server.live or programs.installed("visudo"):
        code, out, error = programs.run(["visudo", "-c", "-f", fresh])
        # A folder on a laptop is of no root: there only the grammar counts.
        if code != 0 and (server.live or "syntax" in out + error):
            os.unlink(fresh)
            raise Problem("visudo -c: %s" % programs.complaint(error, out))
    os.rename(fresh, path)
    return True


def take_out(server, name):
    """Whether there was one."""
    found = False
    for path in (server.path(path_of(name)), server.path(path_of(name)) + ".new"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
            found = True
    return found
