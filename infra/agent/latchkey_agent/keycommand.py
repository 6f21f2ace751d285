"""AuthorizedKeysCommand: run as sshd runs it, to see whether it still gives a key that is to be gone."""
import os
import re
import selectors
import shlex
import signal
import stat
import subprocess
import time

from latchkey_agent.errors import Problem
from latchkey_agent.keylines import lines_of

MOST_ACCOUNTS, MOST_OUTPUT, SECONDS = 10, 1024 * 1024, 5


class KeyCommand:

    def __init__(self, server, sshd):
        self.server, self.sshd, self._printed = server, sshd, {}

    def of(self, account, ranges):
        """The commands that sshd runs for the account, each with its user and the address for which it was told."""
        found = {}
        for address, settings in self.sshd.asked.answers(account.pw_name, ranges)[0]:
            command = settings.get("authorizedkeyscommand", ["none"])[0]
            if command != "none":
                found.setdefault((command, settings.get("authorizedkeyscommanduser", ["none"])[0]), address or "127.0.0.1")
        return sorted(found.items())

    def lines(self, account, grant, command, user, address):
        """The numbers of the lines with the grant's key that it prints; a Problem if that cannot be told."""
        try:
            words = shlex.split(command)
            runner = self._user(user, account)
            checked(words[0])
        except (ValueError, IndexError, OSError) as error:
            raise Problem("AuthorizedKeysCommand %s: %s" % (command, error))
        args = [self._expanded(word, account, grant, address) for word in words[1:]] or [account.pw_name]
        name = (words[0], tuple(args), runner.pw_name)
        if name not in self._printed:
            self._printed[name] = printed([words[0]] + args, runner)
        if isinstance(self._printed[name], str):
            raise Problem("AuthorizedKeysCommand %s for %s: %s" % (words[0], account.pw_name, self._printed[name]))
        return words[0], [line.number for line in lines_of(self._printed[name]) if line.holds(grant.fingerprint)]

    def _user(self, user, account):
        runner = self.server.account(user.replace("%u", account.pw_name).replace("%%", "%"))
        if runner is None or runner.pw_uid == 0:
            raise ValueError("it is not run here as %s" % ("root" if runner else user))
        return runner

    def _expanded(self, word, account, grant, address):
        known = {"%": "%", "u": account.pw_name, "U": str(account.pw_uid), "h": account.pw_dir, "f": grant.fingerprint,
                 "C": "%s 40000 127.0.0.1 %d" % (address, self.sshd.ports[0]), "D": ""}
        if grant.key:
            known["t"], known["k"] = grant.key.text.split()[:2]

        def value(found):
            if found.group(1) not in known:
                raise Problem("AuthorizedKeysCommand: what %%%s stands for is not known here" % found.group(1))
            return known[found.group(1)]
        return re.sub("%(.?)", value, word)


def checked(path):
    """Root's all the way, as sshd demands."""
    if not path.startswith("/"):
        raise ValueError("it is not an absolute path")
    at = os.path.realpath(path)
    if not stat.S_ISREG(os.stat(at).st_mode):
        raise ValueError("it is not a file")
    while True:
        status = os.stat(at)
        if status.st_uid != 0 or status.st_mode & 0o022:
            raise ValueError("%s may be changed by others than root" % at)
        if at == "/":
            return
        at = os.path.dirname(at)


def printed(args, runner):
    """What it prints; nothing where it fails, as sshd has it; a sentence where that cannot be told."""
    def become():
        os.initgroups(runner.pw_name, runner.pw_gid)
        os.setgid(runner.pw_gid)
        os.setuid(runner.pw_uid)
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "USER": runner.pw_name, "LOGNAME": runner.pw_name,
                   "HOME": runner.pw_dir}  # what sshd gives it
    try:
        process = subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                   cwd="/", env=environment, preexec_fn=become, start_new_session=True)
    except (OSError, subprocess.SubprocessError) as error:
        return "it could not be started: %s" % error
    output, deadline, whole = b"", time.monotonic() + SECONDS, False
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while len(output) <= MOST_OUTPUT and selector.select(max(0, deadline - time.monotonic())):
                data = os.read(process.stdout.fileno(), 65536)
                output, whole = output + data, not data
                if whole:
                    break
        if len(output) > MOST_OUTPUT:
            return "it printed more than 1 MiB"
        if not whole:
            return "it did not end within %d seconds" % SECONDS
        code = process.wait(timeout=max(0.1, deadline - time.monotonic()))
        return output if code == 0 else b""
    except subprocess.TimeoutExpired:
        return "it did not end within %d seconds" % SECONDS
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except OSError:
            pass
        process.wait()
        process.stdout.close()
