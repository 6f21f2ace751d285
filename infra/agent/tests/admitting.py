"""Runs inside a machine of namespaces: what the agent says of a login, beside what ssh and sshd do.

    python3 admitting.py AGENT rows [EVERY | PART OF THE NAME]
    python3 admitting.py AGENT random SEED FIRST COUNT
    python3 admitting.py AGENT options FILE
    python3 admitting.py AGENT keys [EVERY | PART OF THE NAME]
"""
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import time

HOST, RANGE = "203.0.113.1", "203.0.113.0/24"
KINDS = {"ed25519": [], "rsa": ["-b", "3072"], "ecdsa": ["-b", "256"]}


def call(*args, **more):
    return subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)


def put(path, text, mode=0o644, owner=0):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)
    os.chown(path, owner, owner)


class Machine:
    """One server whose /etc and /home are as at the beginning for each case."""

    def __init__(self):
        call("ip", "route", "add", "local", RANGE, "dev", "lo")
        shell("echo 1 > /proc/sys/net/ipv6/ip_nonlocal_bind")()
        call("ip", "-6", "route", "add", "local", "2001:db8::/48", "dev", "lo")
        os.makedirs("/run/keys", mode=0o700)
        for kind, options in KINDS.items():
            call("ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "", "-f", "/run/keys/" + kind, *options)
        with open("/etc/passwd", "a") as file:
            file.write("owner:x:4300:4300::/home/owner:/bin/bash\ntoor:x:0:0::/root:/bin/sh\n")
        with open("/etc/shadow", "a") as file:
            file.write("owner:*:19000:0:99999:7:::\ntoor:*:19000:0:99999:7:::\n")
        shutil.copytree("/etc", "/run/etc.clean", symlinks=True)
        with open("/run/etc.clean/group", "a") as file:
            file.write("owner:x:4300:\nsupport:x:4400:owner\n")
        shutil.rmtree("/run/etc.clean/ssh/sshd_config.d", ignore_errors=True)
        os.chmod("/run/etc.clean/ssh", 0o755)
        os.makedirs("/run/etc")
        self.sshd, self.generation = None, 0

    def fresh(self):
        self.stop()
        call("umount", "/etc")
        shutil.rmtree("/run/etc")
        shutil.copytree("/run/etc.clean", "/run/etc", symlinks=True)
        call("mount", "--bind", "/run/etc", "/etc")
        for home, uid in (("/home/owner", 4300), ("/root", 0)):
            call("chattr", "-R", "-i", home)
            for name in os.listdir(home) if os.path.isdir(home) else ():
                call("rm", "-rf", os.path.join(home, name))
            os.makedirs(home, exist_ok=True)
            os.chown(home, uid, uid)
            os.chmod(home, 0o755 if uid else 0o700)
        shutil.rmtree("/var/lib/latchkey", ignore_errors=True)
        for path in ("/run/nologin", "/var/run/nologin"):
            if os.path.exists(path):
                os.unlink(path)

    def start(self, config, *options):
        put("/etc/ssh/sshd_config", config)
        put("/run/sshd.log", "")
        self.sshd = subprocess.Popen(["/usr/sbin/sshd", "-D", "-E", "/run/sshd.log"] + list(options))
        for _ in range(100):
            if self.sshd.poll() is not None:
                return False
            if b":0016 " in open("/proc/net/tcp", "rb").read() or b" 0A " in open("/proc/net/tcp", "rb").read():
                return True
            time.sleep(0.02)
        return False

    def stop(self):
        if self.sshd:
            self.sshd.terminate()
            self.sshd.wait()
            self.sshd = None

    @staticmethod
    def public(kind="ed25519"):
        with open("/run/keys/%s.pub" % kind) as file:
            return file.read().strip()

    def agent_says(self, grants, action=None):
        self.generation += 1
        order = {"latchkey": 1, "verb": "converge", "request": "r-%d" % self.generation, "node": "i-0123456789abcdef0",
                 "generation": self.generation, "grants": grants, "ending": [], "action": action}
        run = subprocess.run([sys.executable, "-I", sys.argv[1], "order"], input=json.dumps(order).encode(), stdout=subprocess.PIPE)
        return json.loads(run.stdout.decode())

    @staticmethod
    def logs_in(user="owner", kind="ed25519", source="203.0.113.7", port=22, host=HOST):
        host = "2001:db8::1" if ":" in source else host
        run = call("ssh", "-F", "none", "-T", "-b", source, "-p", str(port), "-i", "/run/keys/" + kind, "-l", user,
                   "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-o", "BatchMode=yes", "-o", "ConnectTimeout=5",
                   "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
                   host, "echo in-$((40+2))", stdin=subprocess.DEVNULL, timeout=30)
        return b"in-42" in run.stdout, run.stdout.decode("utf-8", "replace")


def grant(user="owner", kind="ed25519", ranges=("203.0.113.7",)):
    return {"ticket": 7, "user": user, "key": Machine.public(kind), "from": list(ranges), "expires_at": int(time.time()) + 600}


BASE = "ListenAddress 0.0.0.0\nListenAddress [::]\nHostKey /etc/ssh/ssh_host_ed25519_key\nPidFile none\nLogLevel VERBOSE\n"


def shell(command):
    return lambda: subprocess.check_call(["sh", "-c", command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def row(name, config="", before="", after="", user="owner", **more):
    """`before` and `after` are done before and after the agent's order."""
    return dict({"name": name, "config": config, "before": before, "after": after, "user": user}, **more)


PAM, PLAIN = "UsePAM yes\n", "UsePAM no\n"
NOSHELL = ("mkdir -p /run/c/bin; printf '#!/bin/sh\\necho Shell access is not enabled\\nexit 1\\n' > /run/c/bin/noshell; "
           "chmod 755 /run/c/bin/noshell; usermod -s /run/c/bin/noshell owner")
MINE = "install -d -m 700 -o owner -g owner /home/owner/.ssh; "
EARLIER = MINE + ("f=/home/owner/.ssh/authorized_keys; echo '%s '$(cat /run/keys/ed25519.pub) > $f; chown owner:owner $f; chmod 600 $f")
ROWS = [
    row("plain"), row("plain, PAM", PAM), row("plain, root", user="root"), row("plain, rsa", kind="rsa"),
    row("plain, ecdsa", kind="ecdsa"), row("plain, IPv6", ranges=["2001:db8::7"], source="2001:db8::7"),
    # AllowUsers and its kin
    row("AllowUsers another", "AllowUsers other\n"), row("AllowUsers user at another host", "AllowUsers owner@198.51.100.1\n"),
    row("AllowUsers user at his network", "AllowUsers owner@203.0.113.0/29\n"),
    row("AllowUsers user, network and not him", "AllowUsers owner@!203.0.113.7,203.0.113.0/24\n"),
    row("AllowUsers by wildcards", "AllowUsers other o?n*@203.*.7\n"), row("AllowUsers with !", "AllowUsers !other\n"),
    row("AllowUsers in other case", "AllowUsers Owner\n"), row("AllowUsers of old address form", "AllowUsers owner@203.0.28935\n"),
    row("DenyUsers", "DenyUsers own*\n"), row("DenyUsers elsewhere", "DenyUsers owner@198.51.100.0/24\n"),
    row("AllowGroups another", "AllowGroups sshusers\n"), row("AllowGroups supplementary", "AllowGroups supp*\n"),
    row("DenyGroups primary", "DenyGroups owner\n"), row("DenyGroups in Match User", "Match User owner\nDenyGroups support\n"),
    row("AllowUsers beside AllowGroups", "AllowUsers owner\nAllowGroups nobody\n"),
    # the key
    row("PubkeyAuthentication no", "PubkeyAuthentication no\n"),
    row("PubkeyAuthentication no in Match Address", "Match Address 203.0.113.4/30\nPubkeyAuthentication no\n"),
    row("Algorithms without the key's", "PubkeyAcceptedAlgorithms ecdsa-sha2-nistp256,rsa-sha2-512\n"),
    row("Algorithms without the key's by minus", "PubkeyAcceptedAlgorithms -ssh-ed*\n"),
    row("Algorithms with the certificate's name alone", "PubkeyAcceptedAlgorithms ssh-ed25519-cert-v01@openssh.com\n"),
    row("Algorithms rsa-sha2-256 alone", "PubkeyAcceptedAlgorithms rsa-sha2-256\n", kind="rsa"),
    row("Algorithms ssh-rsa alone", "PubkeyAcceptedAlgorithms ssh-rsa\n", kind="rsa"),
    row("RequiredRSASize above it", "RequiredRSASize 4096\n", kind="rsa"), row("RequiredRSASize, ed25519", "RequiredRSASize 4096\n"),
    row("RevokedKeys with the key", "RevokedKeys /etc/ssh/revoked\n", "cp /run/keys/ed25519.pub /etc/ssh/revoked"),
    row("RevokedKeys as KRL", "RevokedKeys /etc/ssh/revoked\n", "ssh-keygen -q -k -f /etc/ssh/revoked /run/keys/ed25519.pub"),
    row("RevokedKeys as KRL of another", "RevokedKeys /etc/ssh/revoked\n", "ssh-keygen -q -k -f /etc/ssh/revoked /run/keys/rsa.pub"),
    row("RevokedKeys missing", "RevokedKeys /etc/ssh/revoked\n"),
    row("RevokedKeys empty", "RevokedKeys /etc/ssh/revoked\n", ": > /etc/ssh/revoked"),
    row("RevokedKeys with text that is no key", "RevokedKeys /etc/ssh/revoked\n", "echo what > /etc/ssh/revoked"),
    row("RevokedKeys of others, comments", "RevokedKeys /etc/ssh/revoked\n",
        "(echo '# x'; cat /run/keys/rsa.pub; echo) > /etc/ssh/revoked"),
    # what is asked for, and what is run
    row("AuthenticationMethods publickey,password", "AuthenticationMethods publickey,password\n"),
    row("AuthenticationMethods with an alternative", "AuthenticationMethods publickey,password publickey\n"),
    row("AuthenticationMethods two keys", "AuthenticationMethods publickey,publickey\n"),
    row("ForceCommand", "ForceCommand internal-sftp\n"), row("ForceCommand in Match User", "Match User owner\nForceCommand /bin/date\n"),
    row("ForceCommand for another", "Match User other\nForceCommand /bin/date\n"),
    row("ChrootDirectory in Match User", "Match User owner\nChrootDirectory /run/chroot\n", "mkdir -p /run/chroot"),
    row("ChrootDirectory /", "ChrootDirectory /\n"), row("MaxSessions 0", "MaxSessions 0\n"), row("MaxAuthTries 0", "MaxAuthTries 0\n"),
    row("PermitTTY no", "PermitTTY no\n"),
    # root
    row("PermitRootLogin no", "PermitRootLogin no\n", user="root"), row("PermitRootLogin no, toor", "PermitRootLogin no\n", user="toor"),
    row("PermitRootLogin forced-commands-only", "PermitRootLogin forced-commands-only\n", user="root"),
    row("PermitRootLogin no for a part", "Match Address 203.0.113.4/30\nPermitRootLogin no\n", user="root"),
    row("PermitRootLogin no but for him", "PermitRootLogin no\nMatch Address 203.0.113.7\nPermitRootLogin prohibit-password\n", user="root"),
    row("PermitRootLogin no but for another", "PermitRootLogin no\nMatch Address 203.0.113.8\nPermitRootLogin prohibit-password\n",
        user="root"),
    # the account
    row("nologin, PAM", PAM, "echo later > /etc/nologin"), row("nologin, no PAM", PLAIN, "echo later > /etc/nologin"),
    row("nologin of a start, PAM", PAM, ": > /run/nologin"), row("nologin of a start, no PAM", PLAIN, ": > /run/nologin"),
    row("nologin, root", PAM, ": > /etc/nologin", user="root"),
    row("pam_access refuses", PAM, "echo '-:owner:203.0.113.0/29' > /etc/security/access.conf; "
        "sed -i '1i account required pam_access.so' /etc/pam.d/sshd"),
    row("pam_access lets him in", PAM, "printf '+:(support):203.0.113.\\n-:ALL EXCEPT root:ALL\\n' > /etc/security/access.conf; "
        "sed -i '1i account required pam_access.so' /etc/pam.d/sshd"),
    row("pam_access for the network beside", PAM, "printf '+:owner:203.0.113.8/29\\n-:ALL:ALL EXCEPT LOCAL\\n' > /etc/security/access.conf; "
        "sed -i '1i account required pam_access.so' /etc/pam.d/sshd"),
    row("pam_access refuses in its folder", PAM, "mkdir -p /etc/security/access.d; echo '-:owner:ALL' > /etc/security/access.d/50-site.conf; "
        "sed -i '1i account required pam_access.so' /etc/pam.d/sshd"),
    row("pam_access lets him in before its folder", PAM, "mkdir -p /etc/security/access.d; echo '-:owner:203.0.113.0/29' > /etc/security/access.d/a.conf; "
        "echo '+:owner:203.0.113.0/24' > /etc/security/access.conf; sed -i '1i account required pam_access.so' /etc/pam.d/sshd"),
    row("pam_access for a part, in its folder", PAM, "mkdir -p /etc/security/access.d; echo '-:owner:203.0.113.6' > /etc/security/access.d/a.conf; "
        "sed -i '1i account required pam_access.so' /etc/pam.d/sshd"),
    row("pam_access with a file of its own", PAM, "mkdir -p /etc/security/access.d; echo '-:owner:ALL' > /etc/security/access.d/a.conf; "
        "sed -i '1i account required pam_access.so accessfile=/etc/security/access.conf' /etc/pam.d/sshd"),
    row("pam_listfile", PAM, "echo root > /etc/in; sed -i '1i account required pam_listfile.so item=user sense=allow file=/etc/in "
        "onerr=fail' /etc/pam.d/sshd"),
    row("pam_succeed_if", PAM, "sed -i '1i account required pam_succeed_if.so uid < 1000' /etc/pam.d/sshd"),
    row("pam_succeed_if in group", PAM, "sed -i '1i account required pam_succeed_if.so quiet user ingroup support' /etc/pam.d/sshd"),
    row("pam_shells", PAM, "sed -i '/bash/d' /etc/shells; sed -i '1i account required pam_shells.so' /etc/pam.d/sshd"),
    row("pam_deny in a session", PAM, "echo 'session required pam_deny.so' >> /etc/pam.d/sshd"),
    row("maxlogins 0", PAM, "echo '@support hard maxlogins 0' > /etc/security/limits.d/x.conf"),
    row("a module that is not known", PAM, "sed -i '1i account optional pam_issue.so' /etc/pam.d/sshd"),
    row("a module that is not known, required", PAM, "sed -i '1i account required pam_debug.so' /etc/pam.d/sshd", unknown=True),
    row("a stack of EL", PAM, "printf 'account required pam_nologin.so\\naccount include password-auth\\nsession required pam_loginuid.so\\n"
        "session include password-auth\\n' > /etc/pam.d/sshd; printf 'account required pam_unix.so\\naccount sufficient pam_localuser.so\\n"
        "account sufficient pam_succeed_if.so uid < 1000 quiet\\naccount required pam_permit.so\\nsession optional pam_keyinit.so revoke\\n"
        "session required pam_limits.so\\n-session optional pam_systemd.so\\nsession [success=1 default=ignore] pam_succeed_if.so service in "
        "crond quiet use_uid\\nsession required pam_unix.so\\n' > /etc/pam.d/password-auth"),
    row("a module that is not there", PAM, "sed -i '1i account required pam_gone.so' /etc/pam.d/sshd"),
    row("a module that is known and not there", PAM, "sed -i '1i account required pam_tally2.so' /etc/pam.d/sshd"),
    row("a module that is not there, optional", PAM, "sed -i '1i account optional pam_gone.so' /etc/pam.d/sshd"),
    row("no process may start", PAM, "echo 'owner hard nproc 0' > /etc/security/limits.d/x.conf", unknown=True),
    row("no stack", PAM, "rm /etc/pam.d/sshd /etc/pam.d/other"),
    row("expired, PAM", PAM, "chage -E 1 owner"), row("expired, no PAM", PLAIN, "chage -E 1 owner"),
    row("expires today, PAM", PAM, "chage -E $(($(date +%s)/86400)) owner"),
    row("expires today, no PAM", PLAIN, "chage -E $(($(date +%s)/86400)) owner"),
    row("expired, root, PAM", PAM, "chage -E 1 root", user="root"),
    row("must change, PAM", PAM, "chage -d 0 owner"), row("must change, no PAM", PLAIN, "chage -d 0 owner"),
    row("must change, no_pass_expiry", PAM, "chage -d 0 owner; sed -i 's/pam_unix.so/& no_pass_expiry/' /etc/pam.d/common-account"),
    row("password too old, PAM", PAM, "chage -d 2020-01-01 -M 90 owner"),
    row("password too old, inactive, PAM", PAM, "chage -d 2020-01-01 -M 90 -I 10 owner"),
    row("locked, PAM", PAM, "usermod -L owner"), row("locked, no PAM", PLAIN, "usermod -p '!' owner"),
    row("locked by *LK*, no PAM", PLAIN, "usermod -p '*LK*' owner"), row("no password, no PAM", PLAIN, "usermod -p '' owner"),
    row("shell missing", before="usermod -s /bin/gone owner"), row("shell not executable", before="chmod 644 /etc/hosts; usermod -s /etc/hosts owner"),
    row("shell for its owner alone", before="cp /bin/sh /run/sh; chmod 700 /run/sh; usermod -s /run/sh owner"),
    row("nologin as shell", before="usermod -s /usr/sbin/nologin owner"), row("true as shell", before="usermod -s /bin/true owner"),
    row("a link to false", before="ln -sf /bin/false /run/mysh; usermod -s /run/mysh owner"),
    row("noshell", before=NOSHELL), row("an empty shell", before="sed -i 's,/home/owner:/bin/bash,/home/owner:,' /etc/passwd"),
    row("a shell of his own, listed", before="cp /bin/sh /run/own; chmod 755 /run/own; echo /run/own >> /etc/shells; "
        "usermod -s /run/own owner", unknown=True),
    row("a shell of his own", before="cp /bin/sh /run/own; chmod 755 /run/own; usermod -s /run/own owner", unknown=True),
    # what sshd and a client have in common
    row("ciphers of old", "Ciphers 3des-cbc\n"), row("ciphers of old and one of now", "Ciphers 3des-cbc,aes192-ctr\n"),
    row("key exchange of old", "KexAlgorithms diffie-hellman-group1-sha1\n"), row("MACs of old", "Ciphers aes128-ctr\nMACs hmac-md5\n"),
    row("MACs of old, which are not needed", "Ciphers aes128-gcm@openssh.com\nMACs hmac-md5\n"),
    row("host keys of other types", "HostKeyAlgorithms rsa-sha2-512\n"), row("host keys of SHA-1", "HostKeyAlgorithms ssh-rsa\n"),
    row("AuthorizedKeysCommand with a command for the key", "AuthorizedKeysCommand /etc/keycommand\nAuthorizedKeysCommandUser nobody\n",
        "(echo '#!/bin/sh'; echo \"echo 'command=\\\"/bin/date\\\" $(cat /run/keys/ed25519.pub)'\") > /etc/keycommand; chmod 755 /etc/keycommand"),
    row("AuthorizedKeysCommand with nothing", "AuthorizedKeysCommand /bin/true\nAuthorizedKeysCommandUser nobody\n"),
    # files
    row("home 0777", after="chmod 777 /home/owner"), row("home 0777, StrictModes no", "StrictModes no\n", after="chmod 777 /home/owner"),
    row(".ssh group-writable, alone in it", after="chmod g+w /home/owner/.ssh"),
    row(".ssh group-writable, others in it", after="chgrp support /home/owner/.ssh; chmod g+w /home/owner/.ssh; "
        "usermod -aG support vendor"),
    row("file 0666", after="chmod 666 /home/owner/.ssh/authorized_keys"),
    row("file unreadable", after="chown root /home/owner/.ssh/authorized_keys; chmod 600 /home/owner/.ssh/authorized_keys"),
    row("home of another", after="chown vendor /home/owner"), row("root's home 0777", after="chmod 777 /root", user="root"),
    row("above the home", after="chmod 777 /home"),
    row("another file for him", "Match Address 203.0.113.7\nAuthorizedKeysFile /etc/ssh/other_%u\n", ranges=["203.0.113.0/29"]),
    row("file none", "AuthorizedKeysFile none\n"), row("second file", "AuthorizedKeysFile .ssh/a .ssh/authorized_keys\n"),
    row("file of the system", "AuthorizedKeysFile /etc/ssh/k/%u\n", "install -d -m 755 /etc/ssh/k"),
    row("earlier line with command", before=EARLIER % 'command="/bin/date"'),
    row("earlier line with command, ended", before=EARLIER % 'expiry-time="20200101",command="/bin/date"'),
    row("earlier line with command, from elsewhere", before=EARLIER % 'from="198.51.100.0/24",command="/bin/date"'),
    row("earlier line with command, from here", before=EARLIER % 'command="/bin/date",from="203.0.*"'),
    row("earlier line, not understood", before=EARLIER % 'comand="/bin/date"'),
    row("earlier line of a CA", before=EARLIER % 'cert-authority,command="/bin/date"'),
    row("earlier line, 30 February", before=EARLIER % 'expiry-time="20200230",command="/bin/date"'),
    row("earlier line, twice from", before=EARLIER % 'from="203.0.113.7",from="203.0.113.7",command="/bin/date"'),
    row("earlier line, bad network", before=EARLIER % 'from="203.0.113.7/24",command="/bin/date"'),
    row("earlier line of the first file", "AuthorizedKeysFile .ssh/a .ssh/authorized_keys\n",
        before=(EARLIER % 'command="/bin/date"').replace("authorized_keys", "a")),
    # the way in
    row("hosts.deny", before="echo 'sshd: ALL' > /etc/hosts.deny"),
    row("hosts.deny, hosts.allow", before="echo 'sshd: ALL' > /etc/hosts.deny; echo 'sshd: 203.0.113.' > /etc/hosts.allow"),
    row("ListenAddress 127.0.0.1", base="ListenAddress 127.0.0.1\n"),
    row("IPv4 alone, from IPv6", base="AddressFamily inet\n", ranges=["2001:db8::7"], source="2001:db8::7"),
    row("port 2222", base="Port 2222\n", port=2222),
    row("by an option of its start", options=["-o", "DenyUsers=owner"]),
    # criteria
    row("Match LocalPort", "Match LocalPort 22\nPubkeyAuthentication no\n"),
    row("Match LocalPort, another", "Match LocalPort 2222\nPubkeyAuthentication no\n"),
    row("Match Host by address", "Match Host 203.0.113.7\nDenyUsers owner\n"),
    row("Match Host with UseDNS", "UseDNS yes\nMatch Host *.example.com\nDenyUsers owner\n", unknown=True),
    row("AllowUsers by name with UseDNS", "UseDNS yes\nAllowUsers owner@*.example.com\n", unknown=True),
    row("Match Group", "Match Group support\nDenyUsers owner\n"), row("Match all", "Match all\nMaxSessions 0\n"),
]


def log():
    """The end of what sshd told of the last logins, for whoever reads a failure."""
    with open("/run/sshd.log", errors="replace") as file:
        return file.read()[-400:]


def accepted():
    """Whether sshd took the key of a login."""
    with open("/run/sshd.log", errors="replace") as file:
        return "Accepted publickey" in file.read()


def rows(machine, chosen="1"):
    """Every so many of them, or those that have this in their names."""
    for one in ROWS[::int(chosen)] if chosen.isdigit() else [one for one in ROWS if chosen in one["name"]]:
        machine.fresh()
        if one["before"]:
            shell(one["before"])()
        ranges, kind, source = one.get("ranges", ["203.0.113.7"]), one.get("kind", "ed25519"), one.get("source", "203.0.113.7")
        config = one.get("base", BASE) + "HostKey /etc/ssh/ssh_host_ed25519_key\nPidFile none\n" + one["config"]
        if "UsePAM" not in config:
            config = PLAIN + config
        runs = machine.start(config, *one.get("options", []))
        told = machine.agent_says([grant(one["user"], kind, ranges)])
        if one["after"]:
            shell(one["after"])()
            told = machine.agent_says([grant(one["user"], kind, ranges)])
        stated = told.get("grants", [dict(told, state=told["outcome"])])[0]
        came, out = machine.logs_in(one["user"], kind, source, one.get("port", 22)) if runs else (False, "sshd does not start")
        print(json.dumps({"name": one["name"], "state": stated["state"], "problem": stated.get("problem"),
                          "says": stated.get("would_admit"), "because": stated.get("because"), "asked": stated.get("asked"),
                          "stage": stated.get("stage"), "accepted": accepted(), "login": came, "out": out[-200:], "log": log(), "unknown": one.get("unknown", False)}), flush=True)
    machine.stop()


class Draw:
    """A configuration, an account's state and addresses, all from one seed."""

    USERS = ["owner", "own*", "o?ner", "other", "root", "*", "Owner", "*er", "!owner", "*o*"]
    GROUPS = ["owner", "support", "sup*", "wheel", "*", "?????", "admin"]

    def __init__(self, seed):
        self.random = random.Random(seed)
        one = self.random
        self.six = one.random() < 0.15
        self.user, self.kind = one.choice(["owner"] * 4 + ["root"]), one.choice(list(KINDS) + ["ed25519"])
        self.net = ["2001:db8::%x/124" % (16 * one.randrange(4)), "203.0.113.%d/28" % (16 * one.randrange(1, 4))][not self.six]
        self.base = int(self.net.rpartition("/")[0].rpartition([".", ":"][self.six])[2] or "0", [10, 16][self.six])
        self.addresses = sorted({self.address(self.base + one.choice([0, 1, 7, 8, 14, 15, one.randrange(16)])) for _ in range(3)})

    def address(self, number):
        return "2001:db8::%x" % number if self.six else "203.0.113.%d" % number

    def maybe(self, *values):
        return self.random.choice(values)

    def pattern(self):
        """A pattern near the addresses: one, a network with an edge among them, wildcards, or something else."""
        one, most = self.random, [32, 128][self.six]
        near = self.base + one.choice([0, 4, 8, 12])
        return one.choice([one.choice(self.addresses), one.choice(self.addresses), "%s/%d" % (self.address(near), most - 2),
                           "%s/%d" % (self.address(self.base + one.choice([0, 8])), most - 3), self.net,
                           self.address(self.base)[:-1] + "*", self.address(self.base)[:-1] + "?", "*", "198.51.100.0/24",
                           "2001:db8:1::/48", "*.example.com"])

    def patterns(self):
        return ",".join(("!" if self.random.random() < 0.25 else "") + self.pattern() for _ in range(self.maybe(1, 1, 2, 3)))

    def users(self, most=3):
        return " ".join(self.maybe(*self.USERS) + ("@" + self.patterns() if self.random.random() < 0.4 else "")
                        for _ in range(self.maybe(*range(1, most + 1))))

    def directive(self, inside):
        one = self.maybe
        common = [
            lambda: "AllowUsers " + self.users(), lambda: "DenyUsers " + self.users(1),
            lambda: "AllowGroups %s %s %s" % (one(*self.GROUPS), one(*self.GROUPS), one(*self.GROUPS)), lambda: "DenyGroups " + one(*self.GROUPS),
            lambda: "PubkeyAuthentication " + one("yes", "yes", "yes", "no"),
            lambda: "PubkeyAcceptedAlgorithms " + one("ssh-ed25519,rsa-sha2-512", "+ssh-rsa", "-ssh-ed25519", "ecdsa-*,rsa-*",
                                                      "^rsa-sha2-256", "ssh-ed25519-cert-v01@openssh.com"),
            lambda: "AuthenticationMethods " + one("any", "publickey", "publickey,password publickey", "publickey,password"),
            lambda: "ForceCommand " + one("none", "none", "/bin/date", "internal-sftp"), lambda: "ChrootDirectory " + one("none", "none", "none", "/", "/run"),
            lambda: "MaxSessions " + one("0", "1", "2", "10"), lambda: "MaxAuthTries " + one("0", "2", "4", "6"),
            lambda: "PermitRootLogin " + one("yes", "no", "prohibit-password", "forced-commands-only"),
            lambda: "AuthorizedKeysFile " + one(".ssh/authorized_keys", ".ssh/other .ssh/authorized_keys", "%h/.ssh/authorized_keys",
                                                "/etc/ssh/keys/%u", "none"),
            lambda: "PermitTTY " + one("yes", "no"), lambda: "X11Forwarding " + one("yes", "no"),
            lambda: "AllowTcpForwarding " + one("yes", "no", "local"), lambda: "PasswordAuthentication " + one("yes", "no"),
            lambda: "KbdInteractiveAuthentication " + one("yes", "no"), lambda: "PermitUserRC " + one("yes", "no"),
            lambda: "DisableForwarding " + one("yes", "no"), lambda: "Banner " + one("none", "/etc/hostname"),
            lambda: "PermitEmptyPasswords " + one("yes", "no"), lambda: "ClientAliveInterval " + one("0", "30"),
            lambda: "PubkeyAuthOptions " + one("none", "touch-required", "verify-required"),
            lambda: "RevokedKeys " + one("none", "/etc/ssh/revoked", "/etc/ssh/revoked", "/etc/ssh/gone"), lambda: "RequiredRSASize " + one("2048", "4096")]
        whole = [lambda: "StrictModes " + one("yes", "no"), lambda: "UsePAM " + one("yes", "no"),
                 lambda: "UseDNS " + one("no", "no", "no", "yes"), lambda: "LoginGraceTime " + one("0", "30"),
                 lambda: "PrintMotd no", lambda: "MaxStartups 10:30:100", lambda: "AddressFamily " + one("any", "any", "any", "inet", "inet6")]
        return self.maybe(*common if inside else common + whole)()

    def match(self):
        one = self.maybe
        criteria = [lambda: "User " + one("owner", "own*,root", "!owner,*", "other", "root"), lambda: "Group " + one("support", "wheel", "s*"),
                    lambda: "Address " + self.patterns(), lambda: "Address " + self.patterns(), lambda: "Address " + self.patterns(),
                    lambda: "Host " + self.patterns(), lambda: "LocalPort " + one("22", "2222"), lambda: "All"]
        first = one(*criteria)()
        if first != "All" and self.random.random() < 0.3:
            second = one(*criteria[:-1])()
            first += " " + second if second.split()[0] != first.split()[0] else ""
        return "Match " + first

    def config(self):
        lines = [self.directive(False) for _ in range(self.maybe(0, 1, 2, 3, 4))]
        for _ in range(self.maybe(0, 1, 1, 2, 3)):
            lines += [self.match()] + [self.directive(True) for _ in range(self.maybe(1, 1, 2))]
        return "".join(line + "\n" for line in lines)

    def state(self):
        """A command that makes the account or the machine somewhat different; mostly none."""
        line = 'sed -i "1i %s $(cat /run/keys/%s.pub)" $f/.ssh/authorized_keys; ' % ("%s", self.kind)
        home = "f=/root; " if self.user == "root" else "f=/home/owner; "
        return home + self.maybe(*[":"] * 14 + [
            "chmod 777 $f", "chmod 775 $f/.ssh", "chmod 666 $f/.ssh/authorized_keys", "usermod -L owner", "chage -E 1 owner",
            "usermod -s /bin/false owner", "echo x > /etc/nologin", "echo 'sshd: %s' > /etc/hosts.deny" % self.addresses[0],
            line % 'command=\\"/bin/date\\"', line % ('from=\\"%s\\",command=\\"/bin/date\\"' % self.patterns())])


def at_random(machine, seed, first, count):
    from latchkey_agent.admission.judge import Judge
    from latchkey_agent.admission.rootline import admits
    from latchkey_agent.keylines import lines_of
    from latchkey_agent.orders import checked_grant
    from latchkey_agent.server import Server
    from latchkey_agent.sshd import Sshd
    for number in range(first, first + count):
        drawn = Draw("%d %d" % (seed, number))
        machine.fresh()
        while True:
            config = "HostKey /etc/ssh/ssh_host_ed25519_key\nPidFile none\nLogLevel VERBOSE\n" + drawn.config()
            shutil.copy("/run/keys/%s.pub" % drawn.maybe(*KINDS), "/etc/ssh/revoked")
            if machine.start(config):
                break
            machine.stop()
        home, uid = ("/root", 0) if drawn.user == "root" else ("/home/owner", 4300)
        wide, server = grant(drawn.user, drawn.kind, [drawn.net]), Server("/")
        sshd = Sshd(server, "9.2")
        os.makedirs(home + "/.ssh", mode=0o700, exist_ok=True)
        os.chown(home + "/.ssh", uid, uid)
        put(home + "/.ssh/authorized_keys", sshd.line(checked_grant(wide)) + "\n", 0o600, uid)
        state = drawn.state()
        shell(state)()
        owner = server.account(drawn.user)

        def judged(ranges):
            one = checked_grant(dict(wide, **{"from": ranges}))
            sshd = Sshd(server, "9.2")
            files = [(file, lines_of(file.read())) for file in sshd.key_files(owner, one.ranges)]
            return Judge(server, sshd).of(one, owner, files)
        whole, found = judged([drawn.net]), []
        anywhere = admits(Judge(server, Sshd(server, "9.2")), checked_grant(wide).key, 'from="%s"' % drawn.net, owner)
        named = [text.split(": ")[0][5:] for text in whole["because"][:1] if text.startswith("from ")]
        for address in dict.fromkeys(drawn.addresses + named):
            told = judged([address])
            came, out = machine.logs_in(drawn.user, drawn.kind, address)
            found.append({"address": address, "says": told["would_admit"], "because": told["because"], "login": came, "out": out[-150:]})
        print(json.dumps({"number": number, "config": config, "state": state, "user": drawn.user, "kind": drawn.kind, "net": drawn.net,
                          "whole": whole, "anywhere": anywhere, "named": named, "found": found, "log": log()}), flush=True)
    machine.stop()


BOTH, NONE = ["203.0.113.7", "203.0.113.77"], []
SEVERAL = "(echo '# these are gone'; cat /run/keys/rsa.pub; echo; cat /run/keys/ecdsa.pub; %s) > /etc/ssh/revoked"
KEYS = [
    # a key of root's: name, configuration, options, addresses that get in, of 203.0.113.7, 203.0.113.77 and 2001:db8::7
    row("plain", opens=BOTH + ["2001:db8::7"], quiet=True), row("plain, from", options='from="203.0.113.7"', opens=BOTH[:1], quiet=True),
    row("PermitRootLogin no", "PermitRootLogin no\n", opens=NONE),
    row("PermitRootLogin no but for a network", "PermitRootLogin no\nMatch Address 203.0.113.0/29\nPermitRootLogin prohibit-password\n",
        opens=BOTH[:1]),
    row("and the line is for another", "PermitRootLogin no\nMatch Address 203.0.113.0/29\nPermitRootLogin prohibit-password\n",
        options='from="203.0.113.64/27"', opens=NONE),
    row("AllowUsers of this machine alone", "AllowUsers root@127.0.0.1\n", opens=NONE),
    row("AllowUsers by a wildcard at the end", "AllowUsers root@203.0.113.*\n", opens=BOTH),
    row("AllowUsers by another wildcard", "AllowUsers root@203.0.113.?\n", opens=BOTH[:1], unknown=True),
    row("AllowUsers by another wildcard, from", "AllowUsers root@203.0.113.?\n", options='from="203.0.113.0/24"', opens=BOTH[:1]),
    row("DenyUsers of a network", "DenyUsers root@203.0.113.0/26\n", opens=[BOTH[1], "2001:db8::7"]),
    row("AllowUsers of IPv6", "AllowUsers root@2001:db8::/32\n", opens=["2001:db8::7"]),
    row("IPv4 alone", base="AddressFamily inet\n", opens=BOTH, quiet=True), row("this machine alone", base="ListenAddress 127.0.0.1\n", opens=NONE),
    row("IPv4 alone, from IPv6", base="AddressFamily inet\n", options='from="2001:db8::7"', opens=NONE),
    row("hosts.deny", before="echo 'sshd: ALL' > /etc/hosts.deny", opens=NONE),
    row("hosts.deny, hosts.allow", before="echo 'sshd: ALL' > /etc/hosts.deny; echo 'sshd: 203.0.113.64/27' > /etc/hosts.allow",
        opens=BOTH[1:]),
    row("another file for some", "Match Address 203.0.113.7\nAuthorizedKeysFile none\n", opens=[BOTH[1], "2001:db8::7"]),
    row("pam_access", PAM, "printf -- '-:root:ALL EXCEPT 203.0.113.64/27\\n' > /etc/security/access.conf; "
        "sed -i '1i account required pam_access.so' /etc/pam.d/sshd", opens=BOTH[1:]),
    row("pam_access inside of a Match", PAM + "PermitRootLogin no\nMatch Address 203.0.113.0/24\nPermitRootLogin prohibit-password\n",
        "printf -- '-:root:203.0.113.0/28\\n' > /etc/security/access.conf; sed -i '1i account required pam_access.so' /etc/pam.d/sshd",
        opens=BOTH[1:]),
    row("pam_access lets in what a Match refuses", PAM + "Match Address 203.0.113.0/24\nPermitRootLogin no\n",
        "printf -- '+:root:203.0.113.64/27\\n-:ALL:ALL\\n' > /etc/security/access.conf; "
        "sed -i '1i account required pam_access.so' /etc/pam.d/sshd", opens=NONE),
    row("ForceCommand", "ForceCommand /bin/date\n", opens=NONE), row("home 0777", before="chmod 777 /root", opens=NONE),
    row("revoked", "RevokedKeys /etc/ssh/revoked\n", SEVERAL % "cat /run/keys/ed25519.pub", opens=NONE),
    row("others revoked", "RevokedKeys /etc/ssh/revoked\n", SEVERAL % "echo", opens=BOTH + ["2001:db8::7"]),
    row("others revoked, a hash among them", "RevokedKeys /etc/ssh/revoked\n",
        SEVERAL % "ssh-keygen -lf /run/keys/rsa.pub | sed 's/^[0-9]* //'", opens=NONE),
    row("others revoked, a line of Windows", "RevokedKeys /etc/ssh/revoked\n", SEVERAL % "printf '\\r\\n'", opens=NONE),
    row("others revoked, with options", "RevokedKeys /etc/ssh/revoked\n", SEVERAL % "echo no-pty $(cat /run/keys/rsa.pub)", opens=NONE),
    row("others revoked, one too short", "RevokedKeys /etc/ssh/revoked\n",
        SEVERAL % "openssl genrsa 768 | openssl rsa -pubout | ssh-keygen -i -m PKCS8 -f /dev/stdin", opens=BOTH + ["2001:db8::7"]),
    row("names with UseDNS", "UseDNS yes\nMatch Host *.example.com\nDenyUsers root\n", opens=BOTH + ["2001:db8::7"], unknown=True),
]


def keys(machine, chosen="1"):
    for one in KEYS[::int(chosen)] if chosen.isdigit() else [one for one in KEYS if chosen in one["name"]]:
        machine.fresh()
        if one["before"]:
            shell(one["before"])()
        config = one.get("base", BASE) + "HostKey /etc/ssh/ssh_host_ed25519_key\nPidFile none\n" + one["config"]
        machine.start(config if "UsePAM" in config else PLAIN + config)
        told = machine.agent_says([], {"verb": "authorize_key", "not_after": int(time.time()) + 60, "authorize": 1,
                                       "key": machine.public(), "options": one.get("options", "")})["action"]
        logins = {address: machine.logs_in("root", source=address)[0] for address in BOTH + ["2001:db8::7"]}
        print(json.dumps({"name": one["name"], "told": told, "logins": logins, "opens": one["opens"], "log": log(), "quiet": one.get("quiet", False),
                          "unknown": one.get("unknown", False)}), flush=True)
    machine.stop()


def with_options(machine, path):
    """Whether sshd lets root in by lines with these options, from the address that belongs to them."""
    with open(path) as file:
        logins = json.load(file)
    machine.fresh()
    machine.start(BASE + "UsePAM no\n")
    for one in logins:
        put("/root/.ssh/authorized_keys", "".join("%s %s\n" % (options, machine.public()) for options in one["lines"]), 0o600)
        came, out = machine.logs_in("root", source=one.get("address", "203.0.113.7"))
        print(json.dumps(dict(one, login=came, out=out[-200:])), flush=True)
    machine.stop()


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    if sys.argv[2] == "rows":
        rows(Machine(), *sys.argv[3:])
    elif sys.argv[2] == "keys":
        keys(Machine(), *sys.argv[3:])
    elif sys.argv[2] == "options":
        with_options(Machine(), sys.argv[3])
    else:
        at_random(Machine(), *map(int, sys.argv[3:]))
