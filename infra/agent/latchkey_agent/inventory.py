"""The inventory: what of the server lets somebody in or runs by itself, as digests that can be compared later."""
import contextlib
import glob
import hashlib
import os
import stat

from latchkey_agent.accounts import may_log_in
from latchkey_agent.errors import Problem
from latchkey_agent.listening import sockets
from latchkey_agent.processes import processes

MOST = 500  # files of one folder
MOST_FILES = 20000
MOST_BYTES = 1024 * 1024  # of one file
# sshd and logins; then what starts by itself; then ourselves.
FILES = """/etc/ssh/* /etc/ssh/sshd_config.d/* /etc/pam.conf /etc/pam.d/* /etc/security/*.conf /etc/nsswitch.conf
/etc/hosts.allow /etc/hosts.deny /etc/hosts.equiv /etc/ssh/shosts.equiv /etc/shosts.equiv /etc/doas.conf
/etc/profile /etc/profile.d/* /etc/bash.bashrc /etc/bashrc /etc/environment /etc/shells /usr/sbin/sshd
/etc/ld.so.preload /etc/ld.so.conf.d/* /etc/rc.local /etc/rc.d/rc.local /etc/init.d/* /etc/udev/rules.d/*
/etc/crontab /etc/anacrontab /etc/cron.d/* /etc/cron.hourly/* /etc/cron.daily/* /etc/cron.weekly/* /etc/cron.monthly/*
/var/spool/cron/* /var/spool/cron/crontabs/* /var/spool/at/* /var/spool/cron/atjobs/* /var/lib/systemd/linger/*
/etc/systemd/system/* /etc/systemd/system/*/* /run/systemd/system/* /run/systemd/system/*/* /etc/systemd/user/*
/etc/update-motd.d/* /usr/local/lib/latchkey/*.pyz""".split()
SECURITY = "/etc/security/*/*"  # a section of its own: an older agent did not note it
HOME = (".ssh/rc", ".ssh/environment", ".shosts", ".rhosts", ".profile", ".bash_profile", ".bash_login", ".bashrc",
        ".bash_logout", ".zshrc", ".zshenv", ".zprofile", ".cshrc", ".config/systemd/user/*",
        ".config/systemd/user/*/*", ".config/autostart/*")
SETUID = ("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/opt", "/tmp", "/var/tmp",
          "/dev/shm", "/root")
SPOOLS = ("/var/spool/cron/", "/var/lib/systemd/linger/")
OURS = ("/etc/ssh/latchkey/", "/etc/ssh/sshd_config.d/00-latchkey.conf",
        "/etc/ssh/sshd_config.d/00-latchkey-revoked.conf", "/etc/ssh/latchkey.krl")


class Inventory:

    def __init__(self, server, sshd, salt):
        self.server, self.sshd, self.salt = server, sshd, salt
        self.unread, self.count, self.ours = [], 0, set()

    def taken(self, survey, ours=()):
        """What the survey found, and all the rest; `sockets` are with their pids, which no later look can compare.

        `ours` are accounts of our making: what they have goes with them, and the receipt tells of it elsewhere.
        """
        self.ours = set(ours)
        accounts = [one for one in self.server.accounts() if one.pw_name not in self.ours]
        homes = sorted({one.pw_dir for one in accounts if may_log_in(one) and one.pw_dir.strip("/")})
        files = {path: digest for pattern in FILES for path, digest in self._below(pattern)}
        files.update((path, digest) for home in homes for name in HOME
                     for path, digest in self._below(os.path.join(home, name)))
        told = {"accounts": {one.pw_name: "uid %d, shell %s, home %s" % (one.pw_uid, one.pw_shell, one.pw_dir)
                             for one in accounts},
                "groups": self._groups(), "files": files, "security": dict(self._below(SECURITY))}
        if self.server.live:
            found = listening()
            told.update(passwords=self._passwords(), settings=self._settings(), setuid=self._setuid(homes),
                        sockets=found, listening=sorted({one[:3] for one in found}))
        unsearched = self.server.unsearched()
        return dict(survey, unread=([unsearched] if unsearched else []) + self.unread[:20], **told)

    def _below(self, pattern):
        found = sorted(glob.iglob(self.server.path(pattern))) if "*" in pattern else [self.server.path(pattern)]
        if len(found) > MOST:
            self.unread.append("%s: %d files; the first %d were compared" % (pattern, len(found), MOST))
        for path in found[:MOST]:
            shown = self.server.shown(path)
            digest = None if shown in OURS or shown.startswith(SPOOLS) and os.path.basename(shown) in self.ours else digest_of(path)
            self.count += bool(digest)
            if digest and self.count <= MOST_FILES:
                yield shown, digest
            elif digest and self.count == MOST_FILES + 1:
                self.unread.append("there are more than %d files; the others were not compared" % MOST_FILES)

    def _rows(self, path, least):
        try:
            with open(self.server.path(path), errors="surrogateescape") as file:
                rows = [line.rstrip("\n").split(":") for line in file]
            return [row for row in rows if len(row) >= least]
        except FileNotFoundError:
            return []
        except OSError as error:
            self.unread.append("%s: %s" % (path, error.strerror))
            return []

    def _groups(self):
        return {ascii_of(row[0]): sorted(map(ascii_of, filter(None, row[3].split(",")))) for row in self._rows("/etc/group", 4)
                if row[0] not in self.ours}

    def _passwords(self):
        """Account → digest with a salt of this server's; the hash itself leaves /etc/shadow nowhere."""
        return {ascii_of(row[0]): short("%s %s %s" % (self.salt, row[0], row[1])) for row in self._rows("/etc/shadow", 2)
                if row[0] not in self.ours}

    def _settings(self):
        try:
            settings = self.sshd.settings("root")
        except Problem as problem:
            self.unread.append("sshd's settings: %s" % problem)
            return {}
        krl = settings.get("revokedkeys") == [OURS[-1]]  # what holds without ours is told by its own file
        return {name: " ".join(word for word in " ".join(values).split() if not word.startswith(OURS[0]))[:200]
                for name, values in settings.items() if not (krl and name == "revokedkeys")}

    def _setuid(self, homes):
        found = {}
        for folder in list(SETUID) + homes:
            with contextlib.suppress(OSError), os.scandir(self.server.path(folder)) as entries:
                for entry in entries:
                    with contextlib.suppress(OSError):
                        status = entry.stat(follow_symlinks=False)
                        if stat.S_ISREG(status.st_mode) and status.st_mode & (stat.S_ISUID | stat.S_ISGID):
                            found[ascii_of(self.server.shown(entry.path))] = "mode %o of uid %d" % (
                                stat.S_IMODE(status.st_mode), status.st_uid)
        return found


def digest_of(path):
    """Of its contents, owner and mode; of a link, where it leads; None where there is none."""
    try:
        status = os.lstat(path)
        if stat.S_ISLNK(status.st_mode):
            return short("link " + os.readlink(path))
        if stat.S_ISDIR(status.st_mode):
            return None
        text = "%o %d %d %d " % (status.st_mode, status.st_uid, status.st_gid, status.st_size)
        if stat.S_ISREG(status.st_mode):
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as file:
                text += hashlib.sha256(file.read(MOST_BYTES)).hexdigest()
        return short(text)
    except FileNotFoundError:
        return None
    except OSError as error:
        return "unread: %s" % error.strerror


def listening():
    """Address, port, name and pid of each process that listens on TCP."""
    found, names = sockets(), {}
    for pid, one in processes().items():
        with contextlib.suppress(OSError):
            for name in os.listdir("/proc/%d/fd" % pid):
                with contextlib.suppress(OSError):
                    target = os.readlink("/proc/%d/fd/%s" % (pid, name))
                    if target.startswith("socket:["):
                        names.setdefault(target[8:-1], (one.name, pid))
    return sorted({found[inode] + names.get(inode, ("systemd or the kernel", 0)) for inode in found})


def short(text):
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def ascii_of(text):
    return text.encode("ascii", "backslashreplace").decode()
