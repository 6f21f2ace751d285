"""Verbs for keys beside a real sshd whose files of keys depend on where somebody comes from."""
import unittest

from tests.machine import Machine

CONFIG = "UsePAM no\nMatch Address 198.51.100.0/24\n AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/office/%%%%u\n%s"
SCRIPT = r"""
ssh-keygen -q -t ed25519 -N '' -f /root/theirs
mkdir -m 700 /root/.ssh; mkdir /etc/ssh/office
cp /root/theirs.pub /root/.ssh/id.pub
for file in /root/.ssh/authorized_keys /etc/ssh/office/root; do cp /root/theirs.pub $file; chmod 600 $file; done
printf "$4" > /etc/ssh/sshd_config
ask() { printf '{"latchkey":1,"request":"%s","node":"i-1",%s}' $1 "$2" | "$python" "$agent" order || true; }
out='"verb":"converge","generation":1,"grants":[],"ending":[]'
at=$(($(date +%s) + 60))
ask r1 "$out,\"action\":{\"verb\":\"authorize_key\",\"not_after\":$at,\"authorize\":0,\"key\":\"$(cut -d' ' -f1,2 /root/theirs.pub)\"}"
echo "left: $(cat /root/.ssh/authorized_keys /etc/ssh/office/root | grep -c ed25519)"
cp /root/theirs.pub /etc/ssh/office/root
for verb in list_keys list_logins list_access; do
    case $verb in list_logins) more=;; *) more=',"cursor":""';; esac
    ask $(echo $verb | tr _ -) "\"verb\":\"observe\",\"action\":{\"verb\":\"$verb\",\"not_after\":$at$more}"
done
"""


class EverywhereTest(Machine):

    def told(self, more=""):
        marks, told = self.run_with(SCRIPT, CONFIG % more)
        return marks, [one["action"] for one in told]

    def test_a_file_that_is_read_for_some_addresses_alone_is_closed_and_listed(self):
        marks, (out, keys, logins, access) = self.told()
        self.assertEqual(("0", True, []), (marks["left"], out["done"], out["notes"]), out)
        self.assertEqual([1], [one["authorized"] for one in keys["keys"]])
        self.assertEqual(["/etc/ssh/office/root"], [one["file"] for one in logins["logins"]])
        self.assertEqual(["/etc/ssh/office/root"], [one["file"] for one in access["entries"] if one["kind"] == "key"])
        self.assertEqual([[], []], [logins["unread"], access["unread"]])
        self.assertNotIn("unread", keys)

    def test_what_sshd_does_not_tell_is_named(self):
        _, (out, keys, logins, access) = self.told("Match Address 203.0.?13.9*\n AuthorizedKeysFile none\n")
        self.assertIn("whether sshd reads root's keys elsewhere is not known: the pattern 203.0.?13.9* cannot be compared", out["notes"][0])
        self.assertTrue(out["done"])
        for unread in (keys["unread"], logins["unread"], access["unread"]):
            self.assertIn("cannot be compared", unread[0]["why"])


if __name__ == "__main__":
    unittest.main()
