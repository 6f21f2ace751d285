"""Making and deleting an account: by the host's own programs, or, for a folder, in its files."""
import os
import shutil

from latchkey_agent import programs
from latchkey_agent.errors import Problem
from latchkey_agent.files import write_atomically

SHELLS = ("/bin/bash", "/bin/sh")
# Rows of a folder: passwd, group, shadow. No password matches *, but it does not lock the account: sshd without PAM refuses
# a locked one.
ROWS = (("/etc/passwd", "{name}:x:{uid}:{uid}:{comment}:{home}:{shell}"), ("/etc/group", "{name}:x:{uid}:"),
        ("/etc/shadow", "{name}:*:19000:0:99999:7:::"))


class Making:

    def __init__(self, server):
        self.server = server

    def make(self, name, uid, comment, home, there):
        """The account with a group and a home of its own; what of it is there already stays."""
        if there:
            pass
        elif self.server.live:
            self._by_programs(name, uid, comment, home)
        else:
            self._in_folder(name, uid, comment, home)
        path = self.server.path(home)
        if not os.path.lexists(path):
            os.makedirs(path, mode=0o700)
        if os.geteuid() == 0:
            os.lchown(path, uid, uid)
        os.chmod(path, 0o700)

    @staticmethod
    def _by_programs(name, uid, comment, home):
        code, out, _ = programs.run(["getent", "group", name])
        if code != 0:
            done("groupadd", "-g", str(uid), name)
        elif out.split(":")[2:3] != [str(uid)]:
            raise Problem("there is a group %s that is not Latchkey's" % name)
        shell = next((one for one in SHELLS if os.access(one, os.X_OK)), SHELLS[-1])
        # No subordinate uids: what runs or lies under them would be nobody's when the account is gone.
        done("useradd", "-u", str(uid), "-g", name, "-d", home, "-m", "-s", shell, "-c", comment, "-p", "*",
             "-K", "SUB_UID_COUNT=0", "-K", "SUB_GID_COUNT=0", name)

    def _in_folder(self, name, uid, comment, home):
        for path, row in ROWS:
            if os.path.exists(self.server.path(path)):
                row = row.format(name=name, uid=uid, comment=comment, home=home, shell=SHELLS[0])
                self._rewritten(path, name, [row])

    def _rewritten(self, path, name, more):
        path = self.server.path(path)
        with open(path, "rb") as file:
            lines, status = file.read().split(b"\n"), os.fstat(file.fileno())
        kept = [line for line in lines if line and not line.startswith(name.encode() + b":")]
        data = b"\n".join(kept + [row.encode() for row in more]) + b"\n"
        if data != b"\n".join(lines):
            write_atomically(path, data, status.st_mode & 0o777)
            if os.geteuid() == 0:
                os.chown(path, status.st_uid, status.st_gid)

    def lock(self, name):
        """No way in is left, whatever keys or passwords it was given; what speaks against it, or None."""
        if not self.server.live:
            return None
        code, out, error = programs.run(["usermod", "-L", "-e", "1", "-s", nologin(), name])
        return "usermod: %s" % programs.complaint(error, out) if code else None

    def delete(self, name, uid):
        """Deletes the account and its group, never its files."""
        if not self.server.live:
            for path, _ in ROWS:
                if os.path.exists(self.server.path(path)):
                    self._rewritten(path, name, [])
            return
        done("userdel", name)
        code, out, _ = programs.run(["getent", "group", name])
        if code == 0 and out.split(":")[2:3] == [str(uid)]:
            done("groupdel", name)


def done(*args):
    code, out, error = programs.run(list(args))
    if code != 0:
        raise Problem("%s: %s" % (args[0], programs.complaint(error, out)))


def nologin():
    return shutil.which("nologin", path=programs.PATH) or "/bin/false"
