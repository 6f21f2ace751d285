"""Namespaces that hold all of a run: mounts, processes, network and control groups end with its first process, also by SIGKILL."""
import os
import pathlib
import subprocess
import sys

INSIDE = "LATCHKEY_LAB_INSIDE"


def enter(program, arguments):
    """Comes back only within them, as process 1 of its own."""
    stage = os.environ.get(INSIDE)
    if stage is None:
        os.environ[INSIDE] = "latchkey-lab-%d" % os.getpid()
        _again(["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"], program, arguments)
    groups = pathlib.Path("/sys/fs/cgroup")
    if stage == "entered":
        subprocess.run(["umount", str(groups)], check=True)
    _mount("-t", "cgroup2", "lab-cgroup", groups)
    if stage != "entered":
        _remove_stale(groups)
        own = groups / stage
        own.mkdir()
        (own / "cgroup.procs").write_text("0")
        os.environ[INSIDE] = "entered"
        _again(["unshare", "--cgroup"], program, arguments)
    # systemd-nspawn asks for /run and does not look whether the machine's own manager is there.
    _mount("-t", "tmpfs", "lab-run", "/run")
    own = groups / "driver"
    own.mkdir()
    (own / "cgroup.procs").write_text("0")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    del os.environ[INSIDE]


def _again(prefix, program, arguments):
    command = prefix + [sys.executable, program] + arguments
    os.execvp(command[0], command)


def _mount(*words):
    subprocess.run(["mount"] + [str(word) for word in words], check=True)


def _remove_stale(groups):
    """An empty control group stays behind each run; only empty ones can be removed."""
    for old in groups.glob("latchkey-lab-*"):
        for folder, _, _ in os.walk(str(old), topdown=False):
            try:
                os.rmdir(folder)
            except OSError:
                break
