"""A vendor's own key with the comment of a grant: it is his, and nothing of ours hides it."""
import unittest

from latchkey_agent.keys import parse_public_key
from latchkey_agent.keylines import line_of
from latchkey_agent.leases import Leases
from tests.machine import Machine
from tests.support import Folder, grant, key, observe, order, within


HIS, OURS = key(5), key(1)
PRINT = parse_public_key(HIS).fingerprint
DISGUISED = HIS + " latchkey-ticket-7\n"


class DisguiseTest(Folder):
    """Ticket 7 has bob's account; the line is in root's file."""

    def setUp(self):
        super().setUp()
        self.number = 1
        self.bobs = grant(user="bob")
        self.send(order(1, [self.bobs]))
        self.put(self.keys, DISGUISED)

    def act(self, verb="authorize_key", grants=None, **more):
        self.number += 1
        action = dict({"verb": verb, "not_after": within()}, **more)
        return self.send(order(self.number, [self.bobs] if grants is None else grants, action=action))["action"]

    def test_the_receipt_has_it(self):
        told = self.send(order(2, [], [self.bobs]))["ended"][0]
        self.assertEqual((True, [{"user": "root", "file": self.keys, "fingerprint": PRINT}]), (told["gone"], told["appeared"]["keys"]))

    def test_root_s_logins_have_it(self):
        told = self.send(observe(action={"verb": "list_logins", "not_after": within()}))["action"]
        self.assertEqual([PRINT], [one["fingerprint"] for one in told["logins"]])

    def test_it_is_taken_out_by_its_key(self):
        told = self.act(authorize=0, key=HIS)
        self.assertEqual((True, 0, b""), (told["done"], told["authorized"], self.get()), told)

    def test_it_is_taken_out_with_its_file_and_told_where_it_stays(self):
        self.put("/root/.ssh/his.pub", HIS)
        notes = self.act("delete_key", file="his.pub", leave_authorized=1)["notes"]
        self.assertIn(PRINT + " is still authorized to log in as root", "".join(notes))
        self.put("/root/.ssh/his.pub", HIS)
        self.assertEqual(([PRINT], b""), (self.act("delete_key", file="his.pub", leave_authorized=0)["gone"], self.get()))

    def test_who_authorizes_it_gets_a_line_that_no_sweep_takes_out(self):
        self.assertTrue(self.act(authorize=1, key=HIS + " mine")["done"])
        self.assertEqual(HIS + " mine\n", self.get().decode())

    def test_nor_is_it_the_line_of_a_grant_of_the_same_account(self):
        one = grant(8)
        self.put(self.keys, "")
        self.act(grants=[self.bobs, one], authorize=0, key=key(9))
        line = self.get().decode()
        for ticket in (7, 8):  # a ticket of another account, and the grant's own, with a key that is none of its
            self.put(self.keys, "%s%s latchkey-ticket-%d\n" % (line, HIS, ticket))
            told = self.send(observe(request="look-%d" % ticket, action={"verb": "list_logins", "not_after": within()}))["action"]
            self.assertEqual([(PRINT, 2)], [(login["fingerprint"], login["line"]) for login in told["logins"]])
            self.sweep()
            self.assertEqual(line, self.get().decode())

    def test_a_line_of_a_grant_that_could_not_be_taken_out_yet_is_no_stranger_s(self):
        """Also for an account that reads the same file."""
        leases = Leases({"leases": {}, "logins": {}}, lambda digest: None)
        leases._held("7 bob").update(keys={PRINT: ["203.0.113.0/24"]}, files={"/home/bob/keys": 1})
        line = line_of(1, DISGUISED.encode())
        self.assertEqual((True, True, False), tuple(leases.has(user, line, path) for user, path in (
            ("bob", self.keys), ("root", "/home/bob/keys"), ("root", self.keys))))
        leases.find(8, "bob", PRINT)  # known by a line alone, and anybody can write one
        self.assertFalse(leases.has("bob", line_of(1, (HIS + " latchkey-ticket-8\n").encode()), self.keys))


# Root's file gets the line of the same ticket as the grant of another account, by hand of whoever is root there.
LOGINS = r"""
ssh-keygen -q -t ed25519 -N '' -f /root/theirs; ssh-keygen -q -t ed25519 -N '' -f /root/his; mkdir -m 700 /root/.ssh
printf 'UsePAM no\n' > /etc/ssh/sshd_config
/usr/sbin/sshd -E /var/log/auth.log
until [ -s /run/sshd.pid ]; do sleep 0.02; done # it listens before it writes that
theirs=$(cut -d' ' -f1,2 /root/theirs.pub); his=$(cut -d' ' -f1,2 /root/his.pub)
one='{"ticket":7,"user":"vendor","key":"'$theirs'","from":["203.0.113.0/29"],"expires_at":'$(($(date +%s) + 600))'}'
order() {
    "$python" "$agent" order <<EOT || true
{"latchkey":1,"verb":"converge","request":"r$1","node":"i-1","generation":$1,"grants":[$2],"ending":[$3]$4}
EOT
}
login() {
    ssh -F none -i /root/his -b 203.0.113.7 -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o BatchMode=yes \
        -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR root@203.0.113.1 true </dev/null >/dev/null 2>&1 && echo in || echo out
}
order 1 "$one"
echo "$his latchkey-ticket-7" > /root/.ssh/authorized_keys
order 2 '' "$one"
echo "revoked: $(login)"
order 3 '' '' ',"action":{"verb":"authorize_key","authorize":0,"key":"'"$his"'","not_after":'$(($(date +%s) + 60))'}'
echo "taken out: $(login)"
"""


class LoginTest(Machine):

    def test_who_gets_in_by_it_is_told_and_taken_out(self):
        marks, told = self.run_with(LOGINS)
        self.assertEqual(["DONE"] * 3, [one["outcome"] for one in told], told)
        self.assertEqual(("in", "out"), (marks["revoked"], marks["taken out"]), told)
        self.assertEqual([("root", "/root/.ssh/authorized_keys")],
                         [(one["user"], one["file"]) for one in told[1]["ended"][0]["appeared"]["keys"]])


if __name__ == "__main__":
    unittest.main()
