"""A machine of mounts, network and processes that are one test's alone, for tests with a real sshd."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

from tests.support import AGENT

# Everything the agent or sshd writes is in a copy of /etc or on file systems in memory that end with this namespace.
PRELUDE = r"""
set -e
work="$1"; python="$2"; agent="$3"
cp -a /etc "$work/etc"; mount --bind "$work/etc" /etc
cp /etc/passwd "$work/passwd"; cp /etc/shadow "$work/shadow"
for directory in /root /var/lib /var/log /etc/ssh /run /home; do mount -t tmpfs none $directory; done
echo 'vendor:x:4242:4242::/home/vendor:/bin/sh' >> "$work/passwd"
echo 'vendor:*:19000:0:99999:7:::' >> "$work/shadow"
mount --bind "$work/passwd" /etc/passwd; mount --bind "$work/shadow" /etc/shadow
chmod 700 /root; chmod 755 /etc/ssh; mkdir -p /home/vendor /run/sshd; chown 4242:4242 /home/vendor; chmod 755 /run/sshd
ip link set lo up; ip address add 203.0.113.1/32 dev lo; ip address add 203.0.113.7/32 dev lo
ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
"""


def unable():
    tools = ("unshare", "sshd", "ssh", "ssh-keygen", "ip", "ps")
    if os.geteuid() != 0:
        return "root alone can have a machine of its own"
    if not all(shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin:/sbin") for tool in tools):
        return "sshd, ip or unshare is not installed"
    run = subprocess.run(["unshare", "-mnpf", "--mount-proc", "mount", "-t", "tmpfs", "none", "/root"],
                         stderr=subprocess.DEVNULL)
    return None if run.returncode == 0 else "no namespaces here"


REASON = unable()


@unittest.skipIf(REASON, REASON)
class Machine(unittest.TestCase):

    def run_with(self, script, *args):
        """What the script printed: its marks, each "name: value", and the agent's statements."""
        work = tempfile.mkdtemp(prefix="latchkey-test-")
        self.addCleanup(shutil.rmtree, work, True)
        agent = shutil.copy(AGENT, work)
        # The interpreter may be below a directory that the namespace hides.
        hidden = os.path.realpath(sys.executable).startswith(("/root", "/home"))
        python = "/usr/bin/python3" if hidden else sys.executable
        if not os.path.exists(python):
            self.skipTest("no python outside of the home directories")
        run = subprocess.run(["unshare", "-mnpf", "--mount-proc", "--kill-child", "sh", "-c", PRELUDE + script, "sh",
                              work, python, agent] + list(args),
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600)  # many times what it takes: nothing here measures speed
        lines = run.stdout.decode().splitlines()
        self.assertEqual((0, ""), (run.returncode, run.stderr.decode()), lines)
        marks = dict(line.split(": ", 1) for line in lines if not line.startswith("{"))
        return marks, [json.loads(line) for line in lines if line.startswith("{")]
