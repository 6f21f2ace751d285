"""Files of a uid outside of its home: looked for on every local file system, named, and without rights to lend."""
import contextlib
import os
import re
import select
import stat
import subprocess
import time

from latchkey_agent import programs

MOST = 50  # that are named
# Nothing of a uid's lies there, or it is another server's, which may not answer.
UNSEARCHED = re.compile(r"(proc|sysfs|cgroup2?|devpts|securityfs|debugfs|tracefs|bpf|pstore|configfs|fusectl|efivarfs|autofs"
                        r"|binfmt_misc|nsfs|rpc_pipefs|selinuxfs|squashfs|iso9660|nfs[d4]?|cifs|smb3?|ceph|glusterfs|lustre|afs|9p"
                        r"|fuse(\..*)?)$")


def search(server, uid, home, seconds):
    """`searched`: yes, or unknown with `why`; `files`: at most 50, `more` beside them; `cleared`: of how many the bits went."""
    told = {"searched": "yes", "files": [], "more": 0, "cleared": 0}
    if not server.live and os.geteuid() != 0:
        return dict(told, searched="unknown", why="the files of a folder are all of one user")
    roots, passed = places(server)
    process = subprocess.Popen([programs.installed("find") or "find", "-P"] + roots + ["-xdev", "-uid", str(uid), "-printf", "%m %p\\0"],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/",
                               env={"PATH": programs.PATH, "LC_ALL": "C"})
    errors, pending, deadline = b"", b"", time.monotonic() + seconds
    pipes = {process.stdout.fileno(), process.stderr.fileno()}
    try:
        while pipes:
            ready, _, _ = select.select(list(pipes), [], [], max(0, deadline - time.monotonic()))
            if not ready or time.monotonic() > deadline:
                told.update(searched="unknown", late=True, why="%d seconds did not suffice to look at every file" % seconds)
                break
            for pipe in ready:
                data = os.read(pipe, 65536)
                if not data:
                    pipes.discard(pipe)
                elif pipe == process.stderr.fileno():
                    errors = (errors + data)[:65536]
                else:
                    *rows, pending = (pending + data).split(b"\0")
                    for row in rows:
                        noted(server, uid, row, server.path(home), told)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()
    unread = [line for line in errors.decode("utf-8", "replace").splitlines() if "No such file or directory" not in line]
    if told["searched"] == "yes" and (unread or passed):
        why = unread[0] if unread else "not searched: %s" % ", ".join(passed[:5])
        told.update(searched="unknown", why=why[:200])
    return told


def noted(server, uid, row, home, told):
    mode, _, path = row.decode("utf-8", "surrogateescape").partition(" ")
    if path == home or path.startswith(home + "/") or path.startswith("/proc/"):
        return
    lent = mode.isdigit() and int(mode, 8) & (stat.S_ISUID | stat.S_ISGID) and cleared(path, uid)
    told["cleared"] += bool(lent)
    if len(told["files"]) < MOST:
        shown = server.shown(path).encode("ascii", "backslashreplace").decode()[:300]
        told["files"].append({"path": shown, "mode": mode, "cleared": int(bool(lent))})
    else:
        told["more"] += 1


def cleared(path, uid):
    """Takes setuid and setgid from a file of that uid, whatever the path leads to by now."""
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            status = os.fstat(descriptor)
            if status.st_uid == uid and stat.S_ISREG(status.st_mode):
                os.fchmod(descriptor, stat.S_IMODE(status.st_mode) & 0o1777)
                return True
        finally:
            os.close(descriptor)
    return False


def places(server):
    """Where to look, each file system once, and the mounts of other servers, which are passed over."""
    if not server.live:
        return [server.root], []
    best, passed = {}, []
    with open("/proc/self/mountinfo", errors="surrogateescape") as file:
        for line in file:
            fields, _, rest = line.partition(" - ")
            number, device, root, point = fields.split()[1:5]
            point = re.sub(r"\\(\d{3})", lambda found: chr(int(found.group(1), 8)), point)
            if UNSEARCHED.match(rest.split()[0]):
                if re.match(r"nfs[4]?$|cifs|smb|ceph|gluster|lustre|afs|fuse", rest.split()[0]) and rest.split()[0] != "fusectl":
                    passed.append(point)
            elif device not in best or len(root) < len(best[device][0]):
                best[device] = root, point
    return sorted(point for _, point in best.values()), passed
