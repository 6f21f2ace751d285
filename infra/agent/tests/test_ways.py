"""Other ways than files of keys by which sshd would take a key: a command that prints it, and authorities."""
from tests.machine import Machine
from tests.test_proof import SCRIPT

COMMAND = r"""
command() { printf '#!/bin/sh\n%s\n' "$1" > /etc/ssh/command; chmod ${2:-755} /etc/ssh/command; }
"""
PRINTS = "cat /etc/ssh/theirs"
WITH = "AuthorizedKeysCommand /etc/ssh/command %s\nAuthorizedKeysCommandUser %s\n"

LOGIN = SCRIPT.replace("order 1 on", r"""
mkdir -m 1777 /run/seen
ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/more
ssh-keygen -q -t rsa -b 2048 -N '' -f /etc/ssh/most
command 'for one in "$0" "$@"; do echo "$one"; done > /run/seen/$$; env | grep -v -e ^LANG= -e ^PATH= | sort >> /run/seen/$$; exit 1'
/usr/sbin/sshd
until [ -s /run/sshd.pid ]; do sleep 0.05; done # it listens before it writes that, and its parent is gone before
ssh -F none -i /root/theirs -b 203.0.113.7 -o IdentitiesOnly=yes -o StrictHostKeyChecking=no \
    -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR vendor@203.0.113.1 true </dev/null >/dev/null 2>&1 || true
mkdir /run/sshds; mv /run/seen/* /run/sshds
order 1 on
""") + r"""
for one in /run/sshds/*; do echo "sshd: $(tr '\n' '|' < $one)"; break; done
for one in $(grep -l '^vendor$' /run/seen/*); do echo "agent: $(tr '\n' '|' < $one)"; break; done
"""


REVOKED = SCRIPT.replace("order 1 on", COMMAND + "cp /root/theirs.pub /etc/ssh/theirs; command '%s'" % PRINTS).replace("order 2 off", r"""
print='["'$(ssh-keygen -lf /root/theirs.pub | cut -d' ' -f2)'"]'
"$python" "$agent" order <<EOT || true
{"latchkey":1,"verb":"converge","request":"r1","node":"i-1","generation":1,"grants":[],"ending":[],"revoked":$print,"revoking":$print}
EOT
""")


class CommandTest(Machine):

    def gone(self, command, args="", user="nobody", mode="755", meanwhile="", block=""):
        # A file of the second in which the lease begins counts as changed since then.
        setup = (COMMAND + "command '%s' %s\ncp /root/theirs.pub /etc/ssh/theirs\n" % (command, mode)
                 + 'at=$(date +%s); while [ "$(date +%s)" = "$at" ]; do :; done\n')
        _, told = self.run_with(SCRIPT.replace("order 1 on", setup + "order 1 on"),
                                block + (WITH % (args, user)).replace("%", "%%"), meanwhile)
        return told[1]["ended"][0]

    def test_a_command_that_still_gives_the_key(self):
        for args in ("", "%u %h %U %f %k %t %%"):
            ended = self.gone("echo; " + PRINTS, args)
            self.assertEqual(False, ended["gone"])
            self.assertIn({"file": "AuthorizedKeysCommand /etc/ssh/command", "line": 2}, ended["copies"])

    def test_a_command_for_one_account_alone(self):
        ended = self.gone('[ "$1" = root ] && ' + PRINTS + "; exit 0")
        self.assertEqual([{"file": "AuthorizedKeysCommand /etc/ssh/command", "line": 1, "user": "root"}], ended["copies"])

    def test_a_command_for_root_where_the_vendor_comes_from(self):
        """Root has no grant here, so that only the vendor's own addresses tell of the block."""
        for block in ("Match Address 203.0.113.5\n", "Match User root Address 203.0.113.0/24\n"):
            ended = self.gone('[ "$1" = root ] && ' + PRINTS + "; exit 0", block=block)
            self.assertEqual((False, [{"file": "AuthorizedKeysCommand /etc/ssh/command", "line": 1, "user": "root"}]),
                             (ended["gone"], ended["copies"]))

    def test_a_key_that_is_revoked_may_come_from_anywhere(self):
        _, told = self.run_with(REVOKED, "Match Address 198.51.100.5\n" + (WITH % ("", "nobody")).replace("%", "%%"), "")
        revoked = told[0]["revoked"][0]
        self.assertEqual((False, [{"user": "root", "file": "AuthorizedKeysCommand /etc/ssh/command", "line": 1}]),
                         (revoked["gone"], revoked.get("copies")), revoked)

    def test_one_that_fails_gives_no_key(self):
        self.assertEqual((True, []), tuple(self.gone(PRINTS + "; exit 1")[name] for name in ("gone", "copies")))

    def test_what_cannot_be_told_is_a_question(self):
        for more, said in (({"mode": "775"}, "may be changed by others than root"), ({"user": "root"}, "is not run here as root"),
                           ({"args": "%z"}, "sshd could not be asked|what %z stands for is not known"),
                           ({"command": "yes"}, "more than 1 MiB"), ({"command": "sleep 60"}, "within 5 seconds"),
                           ({"meanwhile": "rm /etc/ssh/command"}, "No such file")):
            ended = self.gone(**dict({"command": PRINTS}, **more))
            self.assertEqual("unknown", ended["gone"], more)
            self.assertRegex(" ".join(ended["questions"]), said)

    def test_it_is_run_as_sshd_runs_it(self):
        marks, _ = self.run_with(LOGIN.replace("ssh-keygen", COMMAND + "ssh-keygen", 1),
                                 (WITH % ("%u %h %U %f %k %t %%", "nobody")).replace("%", "%%"), "")
        self.assertIn("SHA256:", marks["sshd"])
        self.assertEqual(marks["sshd"], marks["agent"])


class AuthorityTest(Machine):

    def test_the_key_as_an_authority_for_root_alone_is_a_copy(self):
        _, told = self.run_with(SCRIPT, "", "cp /root/theirs.pub /etc/ssh/ca; "
                                "printf 'Match User root Address 203.0.113.5\n TrustedUserCAKeys /etc/ssh/ca\n' >> /etc/ssh/sshd_config")
        ended = told[1]["ended"][0]
        self.assertEqual((False, [{"file": "/etc/ssh/ca", "line": 1}]), (ended["gone"], ended["copies"]))

    def test_the_key_as_an_authority_is_a_copy(self):
        _, told = self.run_with(SCRIPT, "", "cp /root/theirs.pub /etc/ssh/ca; echo TrustedUserCAKeys /etc/ssh/ca >> /etc/ssh/sshd_config")
        self.assertEqual([{"file": "/etc/ssh/ca", "line": 1}], told[1]["ended"][0]["copies"])

    def test_an_authority_that_came_since_may_have_signed_it(self):
        came = "ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ca; echo TrustedUserCAKeys /etc/ssh/ca.pub >> /etc/ssh/sshd_config"
        _, told = self.run_with(SCRIPT, "", came)
        self.assertEqual("unknown", told[1]["ended"][0]["gone"])
        _, told = self.run_with(SCRIPT.replace("order 1 on", came + "; sleep 1.1; order 1 on"), "", "")
        self.assertEqual(True, told[1]["ended"][0]["gone"])
        line = 'ssh-keygen -q -t ed25519 -N "" -f /root/ca; (printf "cert-authority "; cat /root/ca.pub) >> /root/.ssh/authorized_keys'
        _, told = self.run_with(SCRIPT, "", line)
        self.assertEqual("unknown", told[1]["ended"][0]["gone"])
        _, told = self.run_with(SCRIPT.replace("order 1 on", line + "; order 1 on"), "", "")
        self.assertEqual(True, told[1]["ended"][0]["gone"])
