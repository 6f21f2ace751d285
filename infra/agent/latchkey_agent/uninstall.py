"""Taking the agent off a server, once nothing that it opened is left."""
import contextlib
import os

from latchkey_agent.timer import ARCHIVE, Timer

KEPT = "/var/log/latchkey"
STATE = ("/run/latchkey", "/var/lib/latchkey")


def known(state, ending):
    """Every lease of which the state knows as one to be proven gone, with those of the order."""
    named = {(one["ticket"], one["user"], one["fingerprint"]) for one in ending}
    for name, lease in sorted(state["leases"].items()):
        ticket, _, user = name.partition(" ")
        ending = ending + [{"ticket": int(ticket), "user": user, "fingerprint": key, "from": ranges}
                           for key, ranges in sorted(lease["keys"].items()) if (int(ticket), user, key) not in named]
    return {"grants": [], "ending": ending}


def uninstall(server, stages):
    """The timer, then the further stages, then the state, and last the archive. What is left, as sentences."""
    timer = Timer(server)
    for stage in [timer.remove] + stages + [lambda: emptied(server, STATE)]:
        left = stage()
        if left:
            timer.put()  # what is left is to be closed again and again
            return left
    return emptied(server, [os.path.dirname(ARCHIVE)])


def emptied(server, folders):
    """Removes these folders with the files in them; what is left of them."""
    for folder in folders:
        path = server.path(folder)
        try:
            for name in os.listdir(path):
                with contextlib.suppress(IsADirectoryError, PermissionError):
                    os.unlink(os.path.join(path, name))
            os.rmdir(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            return ["%s: %s" % (folder, error.strerror)]
    return []
