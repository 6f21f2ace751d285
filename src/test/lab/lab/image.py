"""The Debian that is booted: made once from the machine's own mirror, kept, and never changed by a run."""
import fcntl
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

# systemd-container is there for its systemd-nspawn, which boots the image with the image's own libraries.
PACKAGES = """
    acl at attr cron dbus dbus-user-session e2fsprogs fail2ban faketime firewalld iproute2 iptables libnss-systemd
    libpam-systemd nftables openssh-client openssh-server polkitd procps python3 python3-systemd screen sudo systemd
    systemd-container systemd-sysv tmux ufw
""".split()

# What the packages start by themselves and a row has to ask for, and what has no work in a laboratory.
DISABLED = """
    apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fail2ban.service
    firewalld.service fstrim.timer getty@tty1.service nftables.service systemd-timesyncd.service ufw.service
""".split()
MASKED = "console-getty.service getty.target systemd-machined.service systemd-pstore.service".split()

SETTLE = """
set -eu
printf 'lab\\n' > /etc/hostname
printf '127.0.0.1 localhost lab\\n::1 localhost\\n' > /etc/hosts
# An administrator with sudo, an ordinary account, and one of somebody else.
for account in support owner other; do
  useradd --create-home --shell /bin/bash "$account"
  echo "$account:$(head -c 18 /dev/urandom | base64)" | chpasswd
done
usermod --append --groups sudo support
echo 'support ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/support
chmod 0440 /etc/sudoers.d/support
# What must be dead after a revoke is a process of this name, so that it can be looked for whatever it belongs to.
cp /bin/sleep /usr/local/bin/lab-stay
# Orders come from a child of this service, as those of Systems Manager do.
cat > /etc/systemd/system/amazon-ssm-agent.service << 'END'
[Unit]
Description=Where the laboratory starts its orders
[Service]
ExecStart=/bin/sleep infinity
KillMode=process
[Install]
WantedBy=multi-user.target
END
systemctl enable -q amazon-ssm-agent.service ssh.service cron.service atd.service
systemctl disable -q @DISABLED@ 2> /dev/null || true
systemctl mask -q @MASKED@
rm -rf /etc/dpkg/dpkg.cfg.d/lab /var/cache/apt/* /var/lib/apt/lists/* /var/cache/debconf/*-old /usr/share/doc /usr/share/man /usr/share/locale
"""


class NoMirror(Exception):
    """The machine cannot reach Debian's packages, and no image was kept."""


def kept():
    """The folder of the image, made first where it is missing."""
    store = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "latchkey-lab"
    store.mkdir(parents=True, exist_ok=True)
    with open(store / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        recipe = pathlib.Path(__file__).read_bytes()
        image = store / hashlib.sha256(recipe).hexdigest()[:16]
        if not image.is_dir():
            _make(image)
        os.utime(str(image))
        _forget_unused(store)
    return image


def _make(image):
    mirror, suite = _mirror()
    draft = pathlib.Path(tempfile.mkdtemp(prefix="draft-", dir=str(image.parent)))
    draft.chmod(0o755)
    log = image.parent / "debootstrap.log"
    print("lab: there is no image; debootstrap makes one of Debian %s, which takes some minutes" % suite, flush=True)
    try:
        with open(log, "w") as out:
            _debootstrap(draft, suite, mirror, out)
            settle = SETTLE.replace("@DISABLED@", " ".join(DISABLED)).replace("@MASKED@", " ".join(MASKED))
            subprocess.run(["chroot", str(draft), "/bin/sh", "-c", settle], check=True, stdout=out, stderr=out,
                           env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"})
        draft.rename(image)
    except subprocess.CalledProcessError as failure:
        tail = log.read_text(errors="replace").splitlines()[-15:]
        sys.exit("lab: the image could not be made (%s); the end of %s:\n%s" % (failure, log, "\n".join(tail)))
    finally:
        if draft.exists():
            shutil.rmtree(str(draft), ignore_errors=True)


def _debootstrap(draft, suite, mirror, out):
    """Debootstrap of the machine, or the one of its package, unpacked and not installed."""
    # What is unpacked need not survive a crash; it is renamed into its place when it is whole.
    quick = draft / "etc/dpkg/dpkg.cfg.d/lab"
    quick.parent.mkdir(parents=True)
    quick.write_text("force-unsafe-io\n")
    with tempfile.TemporaryDirectory(prefix="latchkey-lab-") as folder:
        environment = dict(os.environ)
        program = shutil.which("debootstrap")
        if not program:
            subprocess.run(["apt-get", "-qq", "download", "debootstrap"], cwd=folder, check=True, stdout=out, stderr=out)
            package = next(pathlib.Path(folder).glob("*.deb"))
            subprocess.run(["dpkg", "-x", str(package), folder], check=True, stdout=out, stderr=out)
            program = folder + "/usr/sbin/debootstrap"
            environment["DEBOOTSTRAP_DIR"] = folder + "/usr/share/debootstrap"
        subprocess.run(["sh", program, "--variant=minbase", "--include=" + ",".join(PACKAGES), suite, str(draft), mirror],
                       check=True, stdout=out, stderr=out, env=environment)


def _mirror():
    """Where the machine's own apt finds Debian, and the name of the release; the first that answers."""
    found = _releases()
    if not found:
        subprocess.run(["apt-get", "-qq", "update"], stdout=subprocess.DEVNULL)
        found = _releases()
    problem = "apt's configuration has no release of Debian"
    for uri, name in found:
        try:
            with urllib.request.urlopen(uri + "dists/%s/InRelease" % name, timeout=20):
                return uri, name
        except OSError as failure:
            problem = "the mirror of apt's configuration does not answer (%s)" % failure
    raise NoMirror(problem)


def _releases():
    try:
        targets = subprocess.run(
            ["apt-get", "indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(CODENAME)|$(REPO_URI)", "Created-By: Packages"],
            check=True, stdout=subprocess.PIPE, universal_newlines=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError) as failure:
        raise NoMirror("this machine's apt cannot be asked for its mirror (%s)" % failure)
    rows = [row.split("|") for row in sorted(set(targets))]
    return [(uri, name) for origin, label, name, uri in rows if origin == label == "Debian" and "-" not in name]


def _forget_unused(store):
    """An image of another recipe may belong to another working copy; after two weeks without use it goes."""
    for folder in store.iterdir():
        if folder.is_dir() and folder.stat().st_mtime < time.time() - 14 * 86400:
            shutil.rmtree(str(folder), ignore_errors=True)
