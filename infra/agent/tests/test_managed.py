"""Managed key files: a drop-in for sshd, and where a line is put; with a folder, and with a real sshd."""
import os
import unittest

from tests.machine import Machine
from tests.support import Folder, grant, observe, order

DROP_IN = "/etc/ssh/sshd_config.d/00-latchkey.conf"
MANAGED = "/etc/ssh/latchkey/bob"
BOBS = "/home/bob/.ssh/authorized_keys"


class FolderTest(Folder):

    def setUp(self):
        super().setUp()
        self.number = 0
        self.config("Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin prohibit-password\n")

    def config(self, text):
        self.put("/etc/ssh/sshd_config", text, 0o644)

    def order(self, grants=(), ending=(), key_file="managed"):
        self.number += 1
        return self.send(order(self.number, grants, ending, key_file=key_file))

    def given(self, **more):
        one = grant(user="bob", **more)
        return one, self.order([one])["grants"][0]

    def value(self):
        return self.get(DROP_IN).decode().splitlines()[1:]

    def test_the_line_is_in_a_file_of_roots_that_anybody_may_read(self):
        one, told = self.given()
        self.assertEqual(("PRESENT", MANAGED), (told["state"], told["file"]), told)
        self.assertNotIn("problem", told)
        self.assertEqual((b"", 1), (self.get(BOBS), self.get(MANAGED).count(b"latchkey-ticket-7")))
        status = [os.stat(self.path(path)) for path in (MANAGED, os.path.dirname(MANAGED), DROP_IN)]
        self.assertEqual([0o100644, 0o40755, 0o100644], [one.st_mode for one in status])
        self.assertEqual(["AuthorizedKeysFile .ssh/authorized_keys .ssh/authorized_keys2 /etc/ssh/latchkey/%u"], self.value())
        self.assertEqual(told, self.send(observe())["grants"][0])
        self.assertIsNone(self.sweep())
        ended = self.order([], [one])["ended"][0]
        self.assertEqual((True, False, True), (ended["gone"], os.path.exists(self.path(MANAGED)), bool(self.get(DROP_IN))))

    def test_the_operators_value_stands_before_ours_and_is_followed(self):
        self.config('Include sshd_config.d/*.conf\nAuthorizedKeysFile /etc/ssh/keys/%u "%h/.ssh/k"\n')
        self.given()
        self.assertEqual(["AuthorizedKeysFile /etc/ssh/keys/%u %h/.ssh/k /etc/ssh/latchkey/%u"], self.value())
        self.put("/etc/ssh/sshd_config.d/50-other.conf", "AuthorizedKeysFile .ssh/other\n")
        told = self.sweep()
        self.assertIn("AuthorizedKeysFile was changed to .ssh/other", told["grants"][0]["problem"])
        self.assertEqual("DONE", told["outcome"])
        self.assertEqual(["AuthorizedKeysFile .ssh/other /etc/ssh/latchkey/%u"], self.value())
        self.assertIsNone(self.sweep())

    def test_what_wins_is_named_and_the_accounts_own_file_is_used(self):
        for config, name, text, reason in (
                ("Include /etc/ssh/sshd_config.d/*.conf\n", "00-a.conf", "AuthorizedKeysFile .ssh/authorized_keys\n",
                 "an earlier AuthorizedKeysFile wins: /etc/ssh/sshd_config.d/00-a.conf"),
                ("AuthorizedKeysFile .ssh/authorized_keys\nInclude /etc/ssh/sshd_config.d/*.conf\n", "a", "", "wins: /etc/ssh/sshd_config"),
                ("Port 22\n", "a", "", "includes no /etc/ssh/sshd_config.d/*.conf")):
            self.config(config)
            self.put("/etc/ssh/sshd_config.d/" + name, text)
            one, told = self.given()
            self.assertEqual(("PRESENT", BOBS), (told["state"], told["file"]), told)
            self.assertIn("the account's own file is used: ", told["problem"])
            self.assertIn(reason, told["problem"])
            self.assertFalse(os.path.exists(self.path(DROP_IN)))
            os.unlink(self.path("/etc/ssh/sshd_config.d/" + name))
            self.order([], [one])

    def test_none_stays_none(self):
        self.config("AuthorizedKeysFile none\nInclude /etc/ssh/sshd_config.d/*.conf\n")
        self.assertEqual("FAILED", self.given()[1]["state"])
        self.assertFalse(os.path.exists(self.path(DROP_IN)))

    def test_lines_move_with_the_order_and_the_drop_in_goes_last(self):
        one, two = grant(user="bob"), grant(8, "root")
        self.order([one, two])
        self.assertEqual(b"", self.get(BOBS))
        told = self.order([one, two], key_file="account")
        self.assertEqual({BOBS, self.keys}, {one["file"] for one in told["grants"]})
        self.assertEqual((False, False), (os.path.exists(self.path(MANAGED)), os.path.exists(self.path(DROP_IN))))
        told = self.order([one, two])
        self.assertEqual((MANAGED, b""), (told["grants"][0]["file"], self.get(BOBS)))
        self.assertEqual(["authorized_keys"], os.listdir(self.path("/home/bob/.ssh")))

    def test_a_managed_file_is_closed_when_sshd_reads_it_no_more(self):
        one, _ = self.given()
        line = self.get(MANAGED)
        self.config("AuthorizedKeysFile none\nInclude /etc/ssh/sshd_config.d/*.conf\n")
        self.assertTrue(self.order([], [one])["ended"][0]["gone"] is True)
        self.assertNotIn(line, self.get(MANAGED))

    def test_nothing_is_left_when_the_agent_is_taken_off(self):
        one, _ = self.given()
        removal = order(5, verb="remove", key_file="managed")
        del removal["grants"], removal["ending"]
        told = self.send(dict(removal, ending=[one]))
        self.assertEqual("DONE", told["outcome"], told)
        self.assertEqual([False] * 3, [os.path.exists(self.path(path)) for path in (
            DROP_IN, os.path.dirname(MANAGED), "/var/lib/latchkey")])

    def test_a_hostile_account_is_no_matter(self):
        os.makedirs(self.path("/home/bob/.ssh"))
        os.mkfifo(self.path(BOBS))
        os.chmod(self.path("/home/bob"), 0o777)
        one, told = self.given()
        self.assertEqual(("PRESENT", MANAGED), (told["state"], told["file"]))
        self.assertTrue(self.order([], [one])["ended"][0]["gone"] is True)


SCRIPT = r"""
ssh-keygen -q -t ed25519 -N '' -f /root/theirs
ssh-keygen -q -t ed25519 -N '' -f /root/own
mkdir /etc/ssh/sshd_config.d; mkdir -m 700 /home/vendor/.ssh; cp /root/own.pub /home/vendor/.ssh/authorized_keys
chown -R 4242:4242 /home/vendor
printf 'Include /etc/ssh/sshd_config.d/*.conf\nUsePAM no\n' > /etc/ssh/sshd_config
/usr/sbin/sshd -E /var/log/auth.log
until [ -s /run/sshd.pid ]; do sleep 0.05; done # its parent is gone before it writes that
theirs=$(cut -d' ' -f1,2 /root/theirs.pub)
one='{"ticket":7,"user":"vendor","key":"'$theirs'","from":["203.0.113.0/29"],"expires_at":'$(($(date +%s) + 600))'}'
order() {
    case $2 in on) grants=$one ending=;; off) grants= ending=$one;; esac
    "$python" "$agent" order <<EOT || true
{"latchkey":1,"verb":"converge","request":"r$1","node":"i-1","generation":$1,"grants":[$grants],"ending":[$ending]$3}
EOT
}
login() {
    ssh -F none -i /root/$1 -b 203.0.113.7 -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o BatchMode=yes \
        -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR vendor@203.0.113.1 true </dev/null >/dev/null 2>&1 && echo in || echo out
}
"""

MANAGE = SCRIPT + r"""
listener=$(cat /run/sshd.pid)
order 1 on ',"key_file":"managed"'
echo "given: $(login theirs) $(login own) $(stat -c '%U %a' /etc/ssh/latchkey/vendor)"
chmod 777 /home/vendor
echo "opened: $(login theirs)"
chmod 755 /home/vendor
echo "listener: $([ "$(cat /run/sshd.pid)" = $listener ] && echo same)"
order 2 on ',"key_file":"account"'
echo "moved: $(login theirs) $(login own) $(ls /etc/ssh/sshd_config.d /etc/ssh/latchkey 2>/dev/null | grep -c latchkey)"
order 3 on ',"key_file":"managed"'
printf 'Match User vendor\n AuthorizedKeysFile .ssh/authorized_keys\n' >> /etc/ssh/sshd_config
kill -HUP $(cat /run/sshd.pid); sleep 0.3
"$python" "$agent" sweep || true
echo "matched: $(login theirs) $(login own)"
order 4 off ',"key_file":"managed"'
echo "ended: $(login theirs) $(login own)"
"""

CHANGED = SCRIPT + r"""
order 1 on
echo "given: $(login theirs)"
printf 'AuthorizedKeysFile .ssh/other\n' >> /etc/ssh/sshd_config
kill -HUP $(cat /run/sshd.pid); sleep 0.3
order 2 off
sed -i '/AuthorizedKeysFile/d' /etc/ssh/sshd_config
kill -HUP $(cat /run/sshd.pid); sleep 0.3
echo "changed back: $(login theirs) $(login own)"
order 3 on
mv /home/vendor/.ssh/authorized_keys /home/vendor/.ssh/beside; ln -s beside /home/vendor/.ssh/authorized_keys
echo "link: $(login theirs)"
order 4 off
echo "no link: $(login theirs) $(login own)"
mkdir -m 700 /root/.ssh; mkdir -m 700 /root/priv; cp /root/theirs.pub /root/priv/keys; ln -s ../priv/keys /root/.ssh/authorized_keys
: > /etc/ssh/revoked; echo 'RevokedKeys /etc/ssh/revoked' >> /etc/ssh/sshd_config
one=$(echo "$one" | sed 's/"vendor"/"root"/')
rm /root/.ssh/authorized_keys; order 5 on; cat /root/.ssh/authorized_keys > /root/priv/keys; ln -sf ../priv/keys /root/.ssh/authorized_keys
login() { ssh -F none -i /root/$1 -b 203.0.113.7 -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o BatchMode=yes \
        -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR root@203.0.113.1 true </dev/null >/dev/null 2>&1 && echo in || echo out; }
echo "root's link: $(login theirs)"
order 6 off
echo "revoked: $(login theirs) $(readlink /root/.ssh/authorized_keys) $(grep -c ticket /root/priv/keys)"
"""


class RealTest(Machine):

    def test_the_vendor_is_in_by_roots_file_and_others_as_before(self):
        marks, told = self.run_with(MANAGE)
        self.assertEqual(("in in root 644", "in", "same"), (marks["given"], marks["opened"], marks["listener"]), told)
        self.assertEqual("/etc/ssh/latchkey/vendor", told[0]["grants"][0]["file"])
        self.assertEqual("in in 0", marks["moved"], told)
        self.assertEqual("in in", marks["matched"], told)
        self.assertIn("Match User vendor", told[3]["grants"][0]["problem"])
        self.assertEqual(("out in", True), (marks["ended"], told[4]["ended"][0]["gone"] is True), told)

    def test_every_file_a_line_was_put_into_is_closed(self):
        marks, told = self.run_with(CHANGED)
        self.assertEqual(("in", "out in"), (marks["given"], marks["changed back"]), told)
        self.assertEqual(("in", "out in"), (marks["link"], marks["no link"]), told)
        self.assertEqual(("in", "out ../priv/keys 1"), (marks["root's link"], marks["revoked"]), told)
        for one in told:
            self.assertTrue(all(end["gone"] is True for end in one["ended"]), one)


if __name__ == "__main__":
    unittest.main()
