"""Whether the sshd that listens has read what its configuration is now: sshd -T tells only what is on the disk."""
import contextlib
import json
import os
import time

from latchkey_agent.files import write_atomically
from latchkey_agent.processes import boot, started_at
from latchkey_agent.sshdconfig import words_of

KNOWN = "/run/latchkey/sshd-read"  # each sshd, as it last read its configuration → the digest of that


class UpToDate:
    """An sshd reads when it starts, or gets SIGHUP, and then writes its PidFile anew. What stood there then is noted, so that a later
    change of the mode, the times or of other files beside it is not taken for one of the contents."""

    def __init__(self, server, listeners, texts):
        self.server, self.read, self.late, self.without = server, {}, {}, {}
        known = self._known()
        for at, (listener, text) in enumerate(zip(listeners, texts)):
            if server.live and listener.process:
                for _ in range(20):
                    written = self._written(listener, text)
                    # It reads after its start, which is a sum of two numbers of whole seconds.
                    moment = written if written is not None else started_at(listener.process) + 2
                    mark = "%s %d %d %s" % (boot(), listener.process.pid, listener.process.started, written)
                    late = [path for path in sorted(text.read, key=os.path.isdir) if self._changed(path) > moment]
                    whole = not late or known.get(mark) == text.digest
                    if whole or written is not None:
                        break
                    time.sleep(0.05)  # one that is just reading has none for a moment
                if whole:
                    self.read[mark] = text.digest
                else:
                    self.late[at] = "%s was changed after sshd had read it; systemctl %s ssh (or sshd)" % (
                        late[0], "reload" if written is not None else "restart")
                    if written is None:
                        self.without[at] = mark, text.digest

    def _written(self, listener, text):
        """When its PidFile was; None where there is none of it."""
        with contextlib.suppress(OSError, ValueError):
            with open(self.server.path((words_of(" ".join(text.values("pidfile")[:1])) or ["/run/sshd.pid"])[0])) as file:
                return os.fstat(file.fileno()).st_mtime if int(file.read(20)) == listener.process.pid else None
        return None

    def _changed(self, path):
        """Unlike its other times, this one nobody sets."""
        try:
            return os.stat(self.server.path(path)).st_ctime
        except OSError:
            return 0  # then its folder was changed

    def _known(self):
        with contextlib.suppress(OSError, ValueError):
            with open(KNOWN) as file:
                known = json.load(file)
            return known if isinstance(known, dict) else {}
        return {}

    def reread(self):
        """They were told to, just now; those without a PidFile cannot be seen to do it."""
        for at, (mark, digest) in self.without.items():
            self.read[mark] = digest
            del self.late[at]
        self.without = {}

    def remember(self):
        if self.read and self.read != self._known():
            with contextlib.suppress(OSError):
                os.makedirs(os.path.dirname(KNOWN), mode=0o700, exist_ok=True)
                write_atomically(KNOWN, json.dumps(self.read).encode(), 0o600)
