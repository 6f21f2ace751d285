"""Ending sessions: with a real sshd, on a machine of mounts, network and processes that are this test's alone."""
import ipaddress
import unittest

from latchkey_agent.sessions import Sessions, plain_address
from tests.machine import Machine

SCRIPT = r"""
ssh-keygen -q -t ed25519 -N '' -f /root/theirs
ssh-keygen -q -t ed25519 -N '' -f /root/own
printf 'UsePAM no\nPermitRootLogin prohibit-password\nLogLevel %s\n' "$4" > /etc/ssh/sshd_config
/usr/sbin/sshd -E /var/log/auth.log
mkdir -m 700 /root/.ssh; cp /root/own.pub /root/.ssh/authorized_keys

order() {
    theirs=$(cut -d' ' -f1,2 /root/theirs.pub)
    one='"key":"'$theirs'","from":["203.0.113.0/29"],"expires_at":'$(($(date +%s) + 600))
    both='{"ticket":7,"user":"root",'$one'},{"ticket":7,"user":"vendor",'$one'}'
    case $2 in on) grants=$both ending=;; off) grants= ending=$both;; esac
    "$python" "$agent" order <<EOT || true
{"latchkey":1,"verb":"converge","request":"r$1","node":"i-1","generation":$1,"grants":[$grants],"ending":[$ending]}
EOT
}
login() {
    key=$1; shift
    ssh -F none -i /root/$key -b 203.0.113.7 -o IdentitiesOnly=yes -o StrictHostKeyChecking=no \
        -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "$@" </dev/null >/dev/null 2>&1 &
}
alive() { ps -eo args | grep -c "^sleep $1\$" || true; }

order 1 on
login theirs root@203.0.113.1 'sleep 1001'
login theirs vendor@203.0.113.1 'setsid sleep 1002 & trap "" TERM; sleep 1003; sleep 1003'
login theirs -tt vendor@203.0.113.1 'sleep 1004'
login own root@203.0.113.1 'sleep 2001'
for _ in $(seq 100); do
    [ "$(alive 1001)$(alive 1002)$(alive 1003)$(alive 1004)$(alive 2001)" = 11111 ] && break; sleep 0.1
done
echo "before: $(alive 1001)$(alive 1002)$(alive 1003)$(alive 1004)$(alive 2001)"
order 2 off
echo "after: $(alive 1001)$(alive 1002)$(alive 1003)$(alive 1004)$(alive 2001)"
echo "listener: $(ps -eo args | grep -c '^sshd: .*\[listener\]')"
order 3 on
login theirs root@203.0.113.1 'sleep 3001'
for _ in $(seq 100); do [ "$(alive 3001)" = 1 ] && break; sleep 0.1; done
sed -i 's/"expires_at":[0-9]*/"expires_at":1000/g' /var/lib/latchkey/state.json
"$python" "$agent" sweep || true
echo "swept: $(alive 3001)$(alive 2001)"
"""


class SessionsTest(Machine):

    def test_sessions_of_the_ended_key_end_and_those_of_others_stay(self):
        marks, told = self.run_with(SCRIPT, "INFO")
        self.assertEqual(("11111", "00001", "1"), (marks["before"], marks["after"], marks["listener"]), told)
        self.assertEqual(["DONE", "DONE"], [one["outcome"] for one in told[:2]], told)
        ended = {one["user"]: one["sessions_ended"] for one in told[1]["ended"]}
        self.assertEqual([1, 2], [len(ended["root"]), len(ended["vendor"])])
        self.assertEqual({"203.0.113.7"}, {one["from"] for one in ended["vendor"]})
        self.assertTrue(all(abs(told[1]["at"] - one["since"]) < 60 for one in ended["vendor"]))
        self.assertEqual("01", marks["swept"])
        self.assertEqual([], told[2]["unmanaged"])
        self.assertEqual(["EXPIRED"] * 2, [one["state"] for one in told[3]["grants"]])

    def test_without_a_log_the_address_decides(self):
        marks, told = self.run_with(SCRIPT, "QUIET")
        self.assertEqual(("11111", "00000"), (marks["before"], marks["after"]), told)
        self.assertEqual("DONE", told[1]["outcome"])


class LogTest(unittest.TestCase):

    def accepted(self, line):
        found = Sessions.ACCEPTED.match(line)
        return found and found.groups()

    def test_the_line_of_a_login_is_known_with_any_prefix_of_syslog(self):
        line = "Accepted publickey for root from 203.0.113.7 port 4711 ssh2: ED25519 SHA256:abc"
        wanted = ("publickey", "root", "203.0.113.7", "4711", "SHA256:abc")
        for prefix in ("", "Nov  2 01:02:03 web01 sshd[12]: ", "2026-11-02T01:02:03.4+00:00 web01 sshd-session[12]: "):
            self.assertEqual(wanted, self.accepted(prefix + line))
        self.assertEqual("password", self.accepted("Accepted password for root from ::1 port 1 ssh2")[0])

    def test_a_login_name_cannot_forge_such_a_line(self):
        forged = "sshd[1]: Accepted publickey for root from 203.0.113.7 port 4711 ssh2: ED25519 SHA256:abc"
        self.assertIsNone(self.accepted("Nov  2 01:02:03 web01 sshd[12]: Invalid user x " + forged))
        self.assertIsNone(self.accepted("Invalid user Accepted publickey for root from 1.2.3.4 port 1 ssh2"))

    def test_mapped_addresses_are_those_of_ipv4(self):
        self.assertEqual(ipaddress.ip_address("203.0.113.7"), plain_address("::ffff:203.0.113.7"))


if __name__ == "__main__":
    unittest.main()
