"""The modules of PAM that are known, and what they answer for a login by a key."""
import contextlib
import fnmatch
import glob
import ipaddress
import operator
import os
import re
import time

# These let everyone pass: in `account` they count or look elsewhere, in `session` they prepare.
PASS = {"account": "permit faillock tally tally2 warn echo rootok hulk cap sepermit umask",
        "session": "permit unix env loginuid selinux keyinit motd mail systemd umask lastlog lastlog2 mkhomedir cap echo"
                   " warn oddjob_mkhomedir namespace tty_audit ck_connector elogind wtmpdb apparmor xauth gnome_keyring"}
SUCCESS = ("success", None)
LEAST = {"nproc": 32, "nofile": 64, "as": 65536, "data": 16384, "stack": 1024, "cpu": 1, "fsize": 1}  # what a shell may need
# Where later releases of Linux-PAM may have files beside those of /etc/security, as they were built.
VENDORS = ["/usr%s/security/access%s" % (folder, name) for folder in ("/etc", "/share/pam", "/lib/pam") for name in (".conf", ".d/*.conf")]
COMPARED = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "lt": "lt", "le": "le", "gt": "gt", "ge": "ge", "eq": "eq", "ne": "ne"}


class Modules:

    def __init__(self, kind, service, login, shadow):
        self.kind, self.service, self.login, self.shadow = kind, service, login, shadow
        self.account = login.account

    def answer(self, module, args):
        """What the module answers, and why; None where that is not known."""
        name = module[4:] if module.startswith("pam_") else module
        if name in PASS[self.kind].split():
            return SUCCESS
        known = getattr(self, "_" + name, None)
        if known is None:
            return None, "not a module that is known here"
        try:
            return known([one.strip("[]") for one in args])
        except (OSError, ValueError, LookupError) as error:
            return None, str(error)

    def _deny(self, _):
        return "perm_denied", None

    def _nologin(self, args):
        files = [one[5:] for one in args if one.startswith("file=")] or ["/run/nologin", "/etc/nologin"]
        here = [one for one in files if os.path.exists(one)]
        if here and self.account.pw_uid:
            return "auth_err", "%s exists: root alone may log in; remove it" % here[0]
        return ("success" if "successok" in args else "ignore"), None

    def _unix(self, args):
        if self.shadow is None:
            if self.account.pw_passwd == "x":
                return None, "%s has no entry in shadow" % self.account.pw_name
            return SUCCESS
        answer, why = self.shadow.judged()
        return SUCCESS if answer != "acct_expired" and "no_pass_expiry" in args else (answer, why)

    def _shells(self, _):
        with open("/etc/shells") as file:
            here = (self.account.pw_shell or "/bin/sh") in file.read().split()
        return SUCCESS if here else ("auth_err", "pam_shells: %s is not in /etc/shells" % self.account.pw_shell)

    def _localuser(self, _):
        with open("/etc/passwd", errors="replace") as file:
            return SUCCESS if any(line.startswith(self.account.pw_name + ":") for line in file) else ("perm_denied", None)

    def _usertype(self, args):
        system = self.account.pw_uid < 1000 or self.account.pw_uid == 65534
        wanted = {"issystem": system, "isregular": not system}[args[-1]]
        return SUCCESS if wanted else ("auth_err", "pam_usertype: %s" % args[-1])

    def _time(self, _):
        return (None, "/etc/security/time.conf has rules") if rows("/etc/security/time.conf") else SUCCESS

    def _succeed_if(self, args):
        words = [one for one in args if one not in ("debug", "quiet", "quiet_fail", "quiet_success", "audit")]
        account = self.account
        fields = {"user": account.pw_name, "uid": account.pw_uid, "gid": account.pw_gid, "shell": account.pw_shell,
                  "home": account.pw_dir, "service": self.service, "rhost": self.login.address}
        for field, test, value in zip(words[::3], words[1::3], words[2::3]):
            if "group" in test:
                holds = bool(set(value.split(":")) & set(self.login.groups)) == (test == "ingroup")
            else:
                holds = self._compared(fields[field], test, value)
            if not holds:
                return "auth_err", "pam_succeed_if: not %s %s %s" % (field, test, value)
        return SUCCESS if words and len(words) % 3 == 0 else (None, "its arguments are not understood")

    @staticmethod
    def _compared(have, test, value):
        if test in COMPARED:
            return getattr(operator, COMPARED[test])(int(have), int(value))
        plain = {"=": str(have) == value, "=~": fnmatch.fnmatchcase(str(have), value), "in": str(have) in value.split(":")}
        return plain[test] if test in plain else not plain[{"!=": "=", "!~": "=~", "notin": "in"}[test]]

    def _listfile(self, args):
        given = dict(one.split("=", 1) for one in args if "=" in one)
        item = {"user": [self.account.pw_name], "group": self.login.groups, "shell": [self.account.pw_shell],
                "rhost": [self.login.address]}[given["item"]]
        with open(given["file"], errors="replace") as file:
            inside = bool(set(item) & {line.strip() for line in file})
        if inside == (given["sense"] == "allow"):
            return SUCCESS
        return "auth_err", "pam_listfile: %s %s %s" % (given["file"], "names" if inside else "does not name", self.account.pw_name)

    def _limits(self, _):
        """Limits make a session fail where nobody may be logged in at all, and, who knows, where a shell cannot start."""
        doubt = None
        for path in ["/etc/security/limits.conf"] + sorted(glob.glob("/etc/security/limits.d/*.conf")):
            for row in rows(path):
                parts = row.split()
                mine = parts[0] == self.account.pw_name or (self.account.pw_uid and (
                    parts[0] == "*" or (parts[0][0] in "@%" and parts[0][1:] in self.login.groups)))
                if not mine or len(parts) < 4 or not parts[3].isdigit():
                    continue
                told = "%s has %s %s for %s" % (path, parts[2], parts[3], parts[0])
                if parts[2] in ("maxlogins", "maxsyslogins") and parts[3] == "0":
                    return "perm_denied", told
                if int(parts[3]) < LEAST.get(parts[2], 0):
                    doubt = told
        return (None, doubt) if doubt else SUCCESS

    def _access(self, args):
        paths = [one[11:] for one in args if one.startswith("accessfile=")][:1] or access_files()
        if {one.split("=")[0] for one in args} - {"accessfile", "nodefgroup", "debug", "noaudit"}:
            return None, "its arguments are not understood"
        for path, row in ((path, row) for path in paths for row in rows(path)):
            permission, users, origins = (part.strip() for part in row.split(":", 2))
            old = "nodefgroup" not in args
            if excepted(users, lambda one: self._is_user(one, old)) and excepted(origins, self._is_origin):
                return SUCCESS if permission == "+" else ("perm_denied", "pam_access: %s has \"%s\"" % (path, row))
        return SUCCESS

    def _is_user(self, one, by_group):
        if "@" in one:
            raise ValueError("%s in access.conf is not understood" % one)
        if one.startswith("("):
            return one.strip("()") in self.login.groups
        return one.lower() in ("all", self.account.pw_name) or (by_group and one in self.login.groups)

    def _is_origin(self, one):
        if one.upper() in ("ALL", "LOCAL", "NONE") or one.startswith("/") or re.match(r"(tty|pts|cron|:)", one):
            return one.upper() == "ALL"
        if one.endswith(".") and re.match("[0-9.]+$", one):
            return self.login.address.startswith(one)
        with contextlib.suppress(ValueError):
            return ipaddress.ip_address(self.login.address) in ipaddress.ip_network(one, strict=False)
        if one == self.login.address:
            return True
        raise ValueError("%s in access.conf is a name, which the client's address decides" % one)


def excepted(text, match):
    """Whether a list of pam_access matches: its words, but not those after EXCEPT."""
    words = [one for one in re.split(r"[, \t]+", text) if one]
    at = next((number for number, one in enumerate(words) if one.upper() == "EXCEPT"), len(words))
    return any(match(one) for one in words[:at]) and not (words[at + 1:] and excepted(" ".join(words[at + 1:]), match))


def access_files():
    """What pam_access reads, where no file is named to it: the first row that matches counts, wherever it stands."""
    others = [path for pattern in VENDORS for path in sorted(glob.glob(pattern))]
    if others:
        raise ValueError("whether pam_access reads %s as well is not known" % others[0])
    return ["/etc/security/access.conf"] + sorted(glob.glob("/etc/security/access.d/*.conf"))


def rows(path):
    with contextlib.suppress(FileNotFoundError):
        with open(path, errors="replace") as file:
            return [line.strip() for line in file if line.strip() and not line.lstrip().startswith("#")]
    return []


class Shadow:
    """A row of shadow: name, password, days of last change, minimum, maximum, warning, inactivity, expiry."""

    def __init__(self, row):
        parts = row.rstrip("\n").split(":") + [""] * 9
        self.name, self.password = parts[:2]
        self.changed, _, self.most, _, self.inactive, self.expires = (
            int(one) if re.match("-?[0-9]+$", one) else -1 for one in parts[2:8])
        self.today = int(time.time() // 86400)

    @property
    def locked(self):
        return self.password.startswith("!")

    def expired(self):
        return "the account %s has expired; chage -E -1 %s" % (self.name, self.name)

    def judged(self):
        """As pam_unix sees it."""
        if self.expires != -1 and self.today >= self.expires:
            return "acct_expired", self.expired()
        must = "%s must change its password first; set a new one, or chage -d %d -M -1 %s" % (self.name, self.today, self.name)
        if self.changed == 0:
            return "new_authtok_reqd", must
        age = self.today - self.changed
        if self.most != -1 and self.changed != -1 and age > self.most:
            return ("authtok_expired" if self.inactive != -1 and age > self.most + self.inactive else "new_authtok_reqd"), must
        return SUCCESS
