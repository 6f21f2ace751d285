"""systemd's units: which were there before, what runs in them, and what a login may have left there."""
import os
import re

from latchkey_agent import programs
from latchkey_agent.processes import command_line, group, unit, up_at

# One of these is in every session: what it was told to run counts, not the program.
COMMON = re.compile(r"((ba|da|z|k|c|tc|fi|a)?sh|busybox|env|sudo|su|setsid|nohup|sleep|node|java"
                    r"|(python|perl|ruby|php|lua|tclsh)[-0-9.]*)$")

# What runs in these is what somebody asked for.
RUNNERS = re.compile(r"(sshd?|crond?|atd|anacron)(@.*)?\.service$")


class Units:

    def __init__(self):
        self._held = None

    @property
    def held(self):
        """By name, what systemd knows of each service; asked when it is needed, for it takes a while."""
        if self._held is None:
            self._held = self._asked()
        return self._held

    @staticmethod
    def _asked():
        _, out, _ = programs.run(["systemctl", "list-unit-files", "--type=service", "--no-legend", "--no-pager"], timeout=5)
        names = [line.split()[0] for line in out.splitlines() if "@." not in line]
        _, out, _ = programs.run(["systemctl", "show", "-p", "Id,FragmentPath,DropInPaths,ExecStart,User", "--all",
                                  "*.service"] + names[:2000], timeout=10)
        units = [dict(line.split("=", 1) for line in text.splitlines() if "=" in line) for text in out.split("\n\n")]
        return {one.get("Id", ""): one for one in units}

    def before(self, name, moment):
        """Whether the unit was there before, and its files are as they were."""
        one = self.held.get(name, {})
        paths = [one.get("FragmentPath", "")] + one.get("DropInPaths", "").split()
        try:
            return not paths[0].startswith("/run/systemd/transient/") and all(
                os.stat(path).st_ctime < moment for path in paths)
        except OSError:
            return False

    @staticmethod
    def main_pids(*names):
        _, out, _ = programs.run(["systemctl", "show", "-p", "MainPID"] + list(names), timeout=5)
        return {int(pid) for pid in re.findall(r"^MainPID=([1-9]\d*)$", out, re.MULTILINE)}

    def daemon_of(self, process, user, moment):
        """The unit that was there before and that this process is, or would be if it had been started by systemd."""
        own = unit(process.pid)
        if own and self.before(own, moment) and not RUNNERS.match(own):
            return own
        try:
            path = os.readlink("/proc/%d/exe" % process.pid)
        except OSError:
            return None
        for name, one in sorted(self.held.items()):
            for program, words in re.findall(r"path=(\S+) ; argv\[\]=(.*?) ; ", one.get("ExecStart", "")):
                same = os.path.realpath(program) == path or command_line(process.pid) == words
                if (same and (one.get("User") or "root") == user and self.before(name, moment)
                        and (command_line(process.pid) == words or not COMMON.match(os.path.basename(path)))):
                    return name
        return None

    def started(self, table, up, moment):
        """Services of the system that were started since, `up` since the boot: (process, unit, why it runs on)."""
        for process in table.values():
            name = unit(process.pid) if process.parent == 1 and up_at(process) >= up else None
            if name and not re.match(r"(user|user-runtime-dir)@|latchkey-|systemd-", name):
                yield process, name, ("a service that was there before" if self.before(name, moment)
                                      else "a service that came or was changed since the login began")


def of_manager(table, uid, up):
    """Processes of the account's own manager that were started since."""
    return [one for one in table.values() if "/user@%d.service/" % uid in group(one.pid)
            and "/init.scope" not in group(one.pid) and up_at(one) >= up]
