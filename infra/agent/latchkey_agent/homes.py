"""The home of an account that a grant made: kept as an archive for a while, and removed."""
import contextlib
import os
import re
import select
import subprocess
import time

from latchkey_agent import programs
from latchkey_agent.errors import Problem

FOLDER = "/var/lib/latchkey-homes"
MOST_BYTES = 50 * 1024 * 1024
KEPT = 30 * 86400  # seconds
SECONDS = 15  # of the archive, and of the removal in one run


def archive(server, name, uid, now):
    """What is told of the archive: made with the rights of the uid alone, so that no link leads to what it could not read."""
    folder = server.path(FOLDER)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    os.chmod(folder, 0o700)
    file_name = "%s-%d-%d.tar.gz" % (name, uid, now)
    room = os.statvfs(folder)
    most = min(MOST_BYTES, room.f_bavail * room.f_frsize // 4)  # the server's own work needs the rest
    path = os.path.join(folder, file_name)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        try:
            written, whole = poured(server.path("/home/" + name), uid, file, most)
            os.fsync(file.fileno())
        except OSError as error:
            os.unlink(path)
            raise Problem("the home was not archived: %s" % error.strerror)
    if not written:
        os.unlink(path)
        raise Problem("the home was not archived: tar could not read it")
    return {"file": "%s/%s" % (FOLDER, file_name), "bytes": written, "whole": whole, "until": now + KEPT}


def poured(home, uid, file, most):
    """How many bytes tar wrote into the file, and whether that is all."""
    def drop():
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    process = subprocess.Popen([programs.installed("tar") or "tar", "--create", "--gzip", "--one-file-system", "-C", home, "."],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/",
                               env={"PATH": programs.PATH, "LC_ALL": "C"}, preexec_fn=drop if os.geteuid() == 0 else None)
    written, deadline, cut = 0, time.monotonic() + SECONDS, False
    try:
        with process.stdout as pipe:
            while True:
                ready, _, _ = select.select([pipe], [], [], max(0, deadline - time.monotonic()))
                data = os.read(pipe.fileno(), 65536) if ready else None
                if data == b"":
                    break
                if data is None or written + len(data) > most:
                    cut = True
                    break
                file.write(data)
                written += len(data)
        file.flush()
    finally:
        if cut:
            process.kill()
        code = process.wait()
    return written, not cut and code == 0


def remove(server, name):
    """REMOVED, PENDING where the time did not suffice, or LEFT; and what is in the way."""
    path = server.path("/home/" + name)
    mounts = [one for one in mounted() if one == path or one.startswith(path + "/")] if server.live else []
    if mounts:
        return "LEFT", "%s is a mount: the home was not removed" % mounts[0]
    code, out, error = rm(path)
    if code not in (0, 124):
        programs.run(["chattr", "-R", "-f", "-i", "-a", path])
        code, out, error = rm(path)
    if code == 124:
        return "PENDING", None
    return ("LEFT", programs.complaint(error, out)) if os.path.lexists(path) else ("REMOVED", None)


def rm(path):
    return programs.run(["rm", "-rf", "--one-file-system", "--", path], timeout=SECONDS)


def mounted():
    with open("/proc/self/mountinfo", errors="surrogateescape") as file:
        return [re.sub(r"\\(\d{3})", lambda found: chr(int(found.group(1), 8)), line.split()[4]) for line in file]


def tidy(server, now):
    """Removes the archives whose time is over."""
    folder = server.path(FOLDER)
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        made = re.match(r"lk-\d+-\d+-(\d+)\.tar\.gz$", name)
        if made and int(made.group(1)) + KEPT <= now:
            with contextlib.suppress(OSError):
                os.unlink(os.path.join(folder, name))
    with contextlib.suppress(OSError):
        os.rmdir(folder)
