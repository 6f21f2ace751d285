"""A folder for the files that a program of the machine is given: for root alone, in memory, and gone with the run."""
import contextlib
import os
import shutil
import tempfile
import time

PLACE = "/run/latchkey"
PREFIX = "work-"
STALE = 120  # seconds; no run needs one for so long


@contextlib.contextmanager
def work_folder(server, secret=False):
    """In the temporary folder where /run cannot be written, but for a secret, which is on no disk before it has its place."""
    try:
        place = server.path(PLACE)
        os.makedirs(place, mode=0o700, exist_ok=True)
        sweep(place)
        folder = tempfile.mkdtemp(prefix=PREFIX, dir=place)
    except OSError:
        if secret:
            raise
        folder = tempfile.mkdtemp(prefix="latchkey-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, True)


def sweep(place):
    """What a run that was killed left there."""
    for name in os.listdir(place):
        path = os.path.join(place, name)
        with contextlib.suppress(FileNotFoundError):
            if name.startswith(PREFIX) and time.time() - os.lstat(path).st_mtime > STALE:
                shutil.rmtree(path, True)
