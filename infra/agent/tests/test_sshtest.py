"""The verb test_ssh: its word beside what ssh, sshd, a firewall and sudo do."""
import json
import shutil
import unittest

from latchkey_agent.escalation import allowed, as_root, parsed
from tests.machine import Machine
from tests.support import Folder, grant, observe, order, within

# Each case: a mark with the agent's word and what ssh came to, and its statement.
CASES = r"""
ssh-keygen -q -t ed25519 -N '' -f /root/key; mkdir -m 700 /root/.ssh
cp /etc/ssh/ssh_host_ed25519_key /run/host
chown -R root: /etc/sudoers.d; mkdir -p /run/clean; cp -a /etc/sudoers.d /run/clean
begin() { mkdir -p /run/sshd; printf "$1HostKey /run/host\nPidFile none\nUsePAM no\n" > /etc/ssh/sshd_config; shift
    /usr/sbin/sshd -D -E /run/log "$@" & pid=$!
    for _ in $(seq 100); do grep -q ':0016 .* 0A ' /proc/net/tcp && return; kill -0 $pid || return 0; sleep 0.02; done; }
order() { "$python" "$agent" order; }
number=0
trying() { number=$((number + 1))
    printf '{"latchkey":1,"verb":"converge","request":"c%s","node":"i-1","generation":%s,"ending":[],"grants":[{"ticket":7,"user":"%s","key":"%s","from":["203.0.113.7"],"expires_at":%s}]}' \
        $number $number "$2" "$(cut -d' ' -f1,2 /root/key.pub)" $(($(date +%s) + 600)) | order > /run/first || true
    eval "$3"
    printf '{"latchkey":1,"verb":"observe","request":"t%s","node":"i-1","action":{"verb":"test_ssh","ticket":7,"not_after":%s}}' \
        $number $(($(date +%s) + 60)) | order > /run/told || true
    printf '%s: ' "$1"; "$python" -c 'import json; one = json.load(open("/run/told"))["action"]["tests"][0]; print(one["result"], "|", "; ".join(one["because"]), end="|")'
    timeout ${4:-20} ssh -F none -T -b 203.0.113.7 -i /root/key -l $2 -o IdentitiesOnly=yes -o BatchMode=yes -o ConnectTimeout=${4:-20} -o LogLevel=ERROR \
        -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null 203.0.113.1 'echo in-$((40+2)); sudo -n /bin/sh -c "echo root-$((40+2))"' </dev/null 2>&1 | tr '\r\n|' '   ' || true
    echo; }
end() { kill -CONT $pid 2>/dev/null || true; kill $pid 2>/dev/null || true; wait $pid 2>/dev/null || true; }
begin ''
trying success root :
trying vanished root 'rm -f /root/.ssh/authorized_keys'
trying blocked root 'iptables -t raw -I PREROUTING -s 203.0.113.7 -j DROP' 2; iptables -t raw -F
trying silent root 'kill -STOP $pid' 2; kill -CONT $pid
trying password vendor 'echo "vendor ALL=(ALL) ALL" > /etc/sudoers.d/vendor; chmod 440 /etc/sudoers.d/vendor'
trying nopasswd vendor 'echo "vendor ALL=(ALL) NOPASSWD: ALL" > /etc/sudoers.d/vendor'
trying nobody vendor 'rm /etc/sudoers.d/vendor'
end; begin 'AllowUsers other\n'; trying denied root :
end; begin 'ForceCommand /bin/date\n'; trying forced root :
end; begin 'ListenAddress 0.0.0.0\n'; trying itself root "iptables -I INPUT -i lo -s 127.0.0.1 -p tcp --dport 22 -j DROP"; iptables -F INPUT
end; begin 'ListenAddress 127.0.0.1\n'; trying elsewhere root :
end; begin '' -o MaxStartups=1; "$python" -c 'import socket, time
held = socket.create_connection(("127.0.0.1", 22)); held.recv(9); print(flush=True); time.sleep(60)' > /run/held & held=$!
until [ -s /run/held ]; do sleep 0.02; done; trying full root :; kill $held
end; begin ''; trying wrapped root 'echo "sshd : 203.0.113.7" > /etc/hosts.deny; : > /etc/hosts.allow'; : > /etc/hosts.deny
end
"""


@unittest.skipUnless(shutil.which("sudo") and shutil.which("setpriv"), "sudo is not installed")
class RealTest(Machine):

    def test_each_word_is_what_a_login_comes_to(self):
        marks, _ = self.run_with(CASES)
        told = {name: [part.strip() for part in mark.split("|")] for name, mark in marks.items()}
        for name, word, why in (
                ("success", "SUCCESS", ""), ("nopasswd", "SUCCESS", ""), ("password", "ESCALATE", "sudo asks it for a password"),
                ("nobody", "ESCALATE", "sudo lets it run no shell as root"), ("vanished", "AUTH", "MISSING"),
                ("blocked", "REFUSED", "iptables raw PREROUTING blocks 203.0.113.7"), ("silent", "TIMEOUT", "says nothing for 5 seconds"),
                ("itself", "UNKNOWN", "sshd at 127.0.0.1 port 22 cannot be reached from the server itself"),
                ("denied", "AUTH", "AllowUsers (/etc/ssh/sshd_config line 1) does not name root; add it"),
                ("forced", "ENVIRONMENT", "runs /bin/date instead"), ("elsewhere", "REFUSED", "sshd listens for IPv4 on 127.0.0.1 port 22"),
                ("full", "PROTOCOL", "look at its log and at MaxStartups"), ("wrapped", "REFUSED", "/etc/hosts.deny line 1 refuses 203.0.113.7")):
            self.assertEqual(word, told[name][0], (name, told[name]))
            self.assertIn(why, told[name][1], name)
            self.assertEqual(word in ("SUCCESS", "ESCALATE", "UNKNOWN"), "in-42" in told[name][2], (name, told[name]))
            if name in ("password", "nopasswd", "nobody"):
                self.assertEqual("SUCCESS" if "root-42" in told[name][2] else "ESCALATE", word, (name, told[name]))


SUDOERS = (
    "vendor ALL=(ALL:ALL) NOPASSWD: ALL", "vendor ALL=(ALL) ALL", "vendor ALL=(root) NOPASSWD: /bin/bash",
    "vendor ALL=(daemon) NOPASSWD: ALL", "vendor ALL=(ALL, !root) NOPASSWD: ALL", "vendor ALL=(ALL) NOPASSWD: ALL, PASSWD: ALL",
    "vendor ALL=(ALL) NOPASSWD: ALL\nvendor ALL=(ALL) ALL", "vendor ALL=(ALL) ALL\nvendor ALL=(ALL) NOPASSWD: ALL",
    "Defaults:vendor !authenticate\nvendor ALL=(ALL) ALL", "Defaults:vendor !authenticate\nvendor ALL=(ALL) PASSWD: ALL",
    "vendor ALL=(ALL) NOPASSWD: ALL, !/bin/bash, !/usr/bin/bash", "vendor ALL=(ALL) NOPASSWD: /usr/bin/apt", "vendor ALL= NOPASSWD: /bin/sh",
    "vendor ALL=(ALL) NOPASSWD: /usr/bin/", "vendor elsewhere=(ALL) NOPASSWD: ALL", "%root ALL=(ALL) NOPASSWD: ALL",
    "vendor ALL=(ALL) NOPASSWD: /bin/sh -c true", "vendor ALL=(ALL) NOPASSWD: /bin/su, /usr/bin/su", "vendor ALL=(#0) NOPASSWD: ALL",
    "Runas_Alias R = root\nCmnd_Alias C = ALL\nvendor ALL=(R) NOPASSWD: C", "vendor ALL=(ALL) NOPASSWD: /bin/*", "vendor ALL=(ALL) NOPASSWD: ALL, !/usr/bin/env",
    "")
DRIVER = r"""
cat > "$work/driver.py" <<'EOT'
import json, subprocess, sys
sys.path.insert(0, sys.argv[1])
from latchkey_agent.escalation import obstacle
from latchkey_agent.server import Server
account, found = Server("/").account("vendor"), []
for text in json.loads(sys.argv[2]):
    with open("/etc/sudoers.d/vendor", "w") as file:
        file.write(text + "\n")
    subprocess.check_call(["chmod", "440", "/etc/sudoers.d/vendor"])
    came = False
    for words in (["/usr/bin/env", "id", "-u"], ["/bin/bash", "-c", "id -u"], ["/bin/sh", "-c", "id -u"], ["/bin/su", "-c", "id -u"], ["/usr/bin/su", "-c", "id -u"]):
        run = subprocess.run(["setpriv", "--reuid=4242", "--regid=4242", "--clear-groups", "sudo", "-n"] + words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        came = came or run.stdout.strip() == b"0"
    found.append([text, came, obstacle(account, True)])
print("found: " + json.dumps(found))
EOT
rm -f /etc/sudoers.d/*
"$python" "$work/driver.py" "$agent" "$4"
"""


@unittest.skipUnless(shutil.which("sudo") and shutil.which("setpriv"), "sudo is not installed")
class SudoTest(Machine):

    def test_each_entry_is_told_as_sudo_has_it(self):
        marks, _ = self.run_with(DRIVER, json.dumps(SUDOERS))
        told = json.loads(marks["found"])
        self.assertEqual(len(SUDOERS), len(told))
        for text, came, why in told:
            with self.subTest(text):
                self.assertIn(why[0] if why else "yes", ("yes", "unknown") if came else ("no", "unknown"))
        self.assertLessEqual(sum(bool(why) and why[0] == "unknown" for _, _, why in told), 2)


class FolderTest(Folder):

    def tested(self, ticket=7):
        self.looks = getattr(self, "looks", 0) + 1
        action = {"verb": "test_ssh", "ticket": ticket, "not_after": within()}
        return self.send(observe(request="look-%d" % self.looks, action=action))["action"]

    def test_a_folder_is_judged_by_its_files(self):
        self.send(order(1, [grant(), grant(8, "bob")]))
        self.assertEqual([{"user": "root", "result": "SUCCESS", "because": []}], self.tested()["tests"])
        self.assertEqual([("bob", "UNKNOWN")], [(one["user"], one["result"]) for one in self.tested(8)["tests"]])
        self.assertEqual([], self.tested(9)["tests"])
        self.put("/etc/ssh/sshd_config", "PermitRootLogin no\n")
        self.assertEqual("AUTH", self.tested()["tests"][0]["result"])
        self.put(self.keys, "")
        self.assertEqual("AUTH", self.tested()["tests"][0]["result"])

    def test_a_ticket_that_is_none_is_a_fault_of_the_action_alone(self):
        told = self.tested(0)
        self.assertEqual(("test_ssh", False), (told["verb"], told["done"]))
        self.assertIn("ticket: a number from 1", told["problem"])


class EntriesTest(unittest.TestCase):

    def test_the_last_entry_counts(self):
        self.assertEqual((True, False, False, True), (as_root(["ALL"]), as_root(["ALL", "!root"]), as_root(["daemon"]), as_root(["!root", "#0"])))
        both = [(["ALL"], "!authenticate", ["ALL"]), (["root"], "", ["ALL"])]
        self.assertEqual("password", allowed(both, "sh", False))
        self.assertEqual("yes", allowed(both[::-1], "sh", False))
        self.assertEqual(("", []), parsed(""))
