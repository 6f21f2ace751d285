"""The search for a key: whatever sshd takes is seen, asked of the real sshd, and more."""
import base64
import time
import unittest
import unittest.mock

from latchkey_agent import keysearch
from latchkey_agent.keylines import lines_of
from latchkey_agent.keys import fields_of, fingerprint_of, parse_public_key
from latchkey_agent.keysearch import joined
from tests.machine import Machine
from tests.support import Folder, grant, key, order

RSA, ED = key(1, "ssh-rsa"), key(1)


def padded(public, zeros):
    """The same RSA key with more zeros in front of its numbers: another Base64."""
    kind, e, n = fields_of(base64.b64decode(public.split()[1]))
    return base64.b64encode(joined([kind, b"\0" * zeros + e, b"\0" * zeros + n])).decode()


def forms(kind, blob):
    """A key in the ways in which a line can hold it."""
    return ["%s %s" % (name, blob) for name in (kind, "rsa-sha2-512", "rsa-sha2-256", "RSA", "ed25519", "x", "")] + [
        "%s %s%s%s x" % (kind, blob[:40], between, blob[40:]) for between in ("\r", "\v", "\f", "\r\r", " ", "\t", "\x01")
    ] + ["no-pty,command=\"a b\" %s %s c" % (kind, blob), "cert-authority %s %s" % (kind, blob),
         "%s %s%s" % (kind, blob, "AAAA"), "%s %s" % (kind, blob.rstrip("=")), "\ufeff%s %s" % (kind, blob),
         "%s %s\0 rest" % (kind, blob), "\r#%s %s" % (kind, blob), "environment=\"A=%s\" x" % blob]


# Of a file, for each of its characters: a beginning has at most a few fields before it turns out to be none.
DECODED_PER_CHARACTER = 24


class SearchTest(unittest.TestCase):

    def held(self, text):
        return lines_of(text.encode())[0].held

    def test_a_key_is_seen_in_every_form(self):
        for public in (RSA, ED, key(1, "ecdsa-sha2-nistp256")):
            for text in forms(*public.split()):
                self.assertIn(parse_public_key(public).fingerprint, self.held(text), repr(text))

    def test_zeros_in_front_of_the_numbers_of_an_rsa_key_hide_nothing(self):
        for zeros in (1, 2, 7):
            self.assertIn(parse_public_key(RSA).fingerprint, self.held("ssh-rsa " + padded(RSA, zeros)))

    def test_two_keys_in_one_line_are_both_seen(self):
        both = {parse_public_key(one).fingerprint for one in (RSA, ED)}
        self.assertEqual(both, self.held("%s %s" % (RSA, ED)))

    def test_a_comment_and_half_a_key_hold_none(self):
        for text in ("#" + ED, " \t# " + RSA, ED[:-8], RSA[:100], "\n", "AAAAB3NzaC1yc2EA" * 3):
            self.assertEqual(frozenset(), self.held(text), text)

    def test_a_file_made_to_be_slow_costs_a_bounded_amount_of_decoding(self):
        size = 2 ** 16
        for unit in ("AAAAB3NzaC1yc2EA", "AAAAB3NzaC1yc2EAAAAg", "A", "AAAAC3NzaC1lZDI1NTE5AAAAI"):
            decoded, characters = keysearch.decoded, []

            def counted(text, most):
                characters.append(min(len(text), (most + 2) // 3 * 4))
                return decoded(text, most)

            with unittest.mock.patch.object(keysearch, "decoded", counted):
                lines_of(unit.encode() * (size // len(unit)))
            self.assertLess(sum(characters), DECODED_PER_CHARACTER * size, "%s: %d" % (unit, sum(characters) // size))


class FolderSearchTest(Folder):

    def test_a_line_that_came_during_the_lease_is_taken_out_in_every_form(self):
        kind, blob = RSA.split()
        for number, text in enumerate(forms(kind, blob) + ["ssh-rsa " + padded(RSA, 3)], 1):
            self.give(2 * number - 1, public=RSA)
            self.put(self.keys, self.get() + text.encode() + b"\n# theirs\n")
            told = self.send(order(2 * number, [], [grant(public=RSA)]))
            self.assertEqual(("DONE", [], b"# theirs\n"), (told["outcome"], told["ended"][0]["copies"], self.get()),
                             repr(text))
            self.put(self.keys, "")

    def test_a_line_that_was_there_before_stays_and_is_a_copy(self):
        theirs = b"rsa-sha2-512 %s x\n" % RSA.split()[1].encode()
        self.put(self.keys, theirs)
        self.assertEqual(["COPY"], [one["what"] for one in self.give(public=RSA)["unmanaged"]])
        told = self.send(order(2, [], [grant(public=RSA)]))["ended"][0]
        self.assertEqual((False, 1, theirs), (told["gone"], len(told["copies"]), self.get()))

    def test_the_line_of_another_key_that_holds_the_key_too_stays_and_is_a_copy(self):
        self.give()
        theirs = ("command=\"echo %s\" %s me\n" % (ED, key(9))).encode()
        self.put(self.keys, self.get() + theirs)
        told = self.send(order(2, [], [grant()]))["ended"][0]
        self.assertEqual((False, 1, theirs), (told["gone"], len(told["copies"]), self.get()))

    def test_a_line_that_sshd_alone_reads_appeared(self):
        self.give()
        self.put("/home/bob/.ssh/authorized_keys", "rsa-sha2-256 %s\n" % key(2, "ssh-rsa").split()[1])
        told = self.send(order(2, [], [grant()]))["ended"][0]
        self.assertEqual([parse_public_key(key(2, "ssh-rsa")).fingerprint],
                         [one["fingerprint"] for one in told["appeared"]["keys"]])

    def test_a_key_is_taken_out_by_hand_in_every_form(self):
        self.put(self.keys, "rsa-sha2-512 %s\nx ssh-rsa %s\n# mine\n" % (RSA.split()[1], padded(RSA, 1)))
        action = {"verb": "authorize_key", "not_after": int(time.time()) + 30, "authorize": 0, "key": RSA}
        self.assertTrue(self.send(order(1, action=action))["action"]["done"])
        self.assertEqual(b"# mine\n", self.get())


SCRIPT = r"""
printf 'UsePAM no\nPermitRootLogin prohibit-password\n' > /etc/ssh/sshd_config
/usr/sbin/sshd -E /var/log/auth.log
until [ -s /run/sshd.pid ]; do sleep 0.05; done # it listens before it writes that, and its parent is gone before
ssh-keygen -q -t rsa -b 3072 -N '' -f /root/rsa
ssh-keygen -q -t ed25519 -N '' -f /root/ed25519
mkdir -m 700 /root/.ssh
cat > /root/forms.py <<'EOT'
import base64, struct, sys
kind, blob = open("/root/%s.pub" % sys.argv[1]).read().split()[:2]
raw, at, fields = base64.b64decode(blob), 0, []
while at < len(raw):
    size = struct.unpack(">I", raw[at:at + 4])[0]
    fields.append(raw[at + 4:at + 4 + size])
    at += 4 + size
wide = fields[:1] + [b"\0\0\0" + one for one in fields[1:]]
wide = base64.b64encode(b"".join(struct.pack(">I", len(one)) + one for one in wide)).decode()
sys.stdout.buffer.write({
    "plain": "%s %s" % (kind, blob), "alias": "rsa-sha2-512 %s x" % blob, "short": "RSA %s" % blob,
    "return": "%s %s\r%s" % (kind, blob[:40], blob[40:]), "feed": "%s %s\v%s\f" % (kind, blob[:40], blob[40:]),
    "options": 'no-pty,from="*" rsa-sha2-256 %s' % blob, "zeros": "%s %s" % (kind, wide),
    "comment": "#%s %s" % (kind, blob), "return-comment": "\r#%s %s" % (kind, blob), "null": "%s %s\0 x" % (kind, blob),
    "tail": "%s %sAAAA" % (kind, blob), "other": "ssh-dss %s" % blob,
}[sys.argv[2]].encode() + b"\n")
EOT
order() {
    one='{"ticket":7,"user":"root","key":"'$(cut -d' ' -f1,2 /root/$2.pub)'","from":["203.0.113.0/29"],"expires_at":'
    one=$one$(($(date +%s) + 600))'}'
    case $3 in on) grants=$one ending=;; off) grants= ending=$one;; esac
    "$python" "$agent" order <<EOT || true
{"latchkey":1,"verb":"converge","request":"r$1","node":"i-1","generation":$1,"grants":[$grants],"ending":[$ending]}
EOT
}
enters() {
    ssh -F none -i /root/$1 -b 203.0.113.7 -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o BatchMode=yes \
        -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR root@203.0.113.1 true </dev/null >/dev/null 2>&1
}
number=0
for key in rsa ed25519; do
    for form in plain alias short return feed options zeros comment return-comment null tail other; do
        : > /root/.ssh/authorized_keys
        number=$((number + 1)); order $number $key on > /dev/null
        "$python" /root/forms.py $key $form > /root/.ssh/authorized_keys
        if enters $key; then before=in; else before=out; fi
        number=$((number + 1)); order $number $key off > /root/told
        if enters $key; then after=in; else after=out; fi
        echo "$key-$form: $before $after $(grep -o '"gone":[a-z]*' /root/told) $(wc -c < /root/.ssh/authorized_keys)"
    done
done
"""


class RealSearchTest(Machine):

    def test_whatever_the_real_sshd_takes_is_gone_after_the_revoke(self):
        marks, _ = self.run_with(SCRIPT)
        self.assertEqual(24, len(marks))
        for name, told in marks.items():
            before, after, gone, size = told.split()
            self.assertEqual(("out", '"gone":true'), (after, gone), (name, told))
            if before == "in":
                self.assertEqual("0", size, (name, told))
        taken = {name for name, told in marks.items() if told.startswith("in ")}
        self.assertLessEqual({"rsa-plain", "rsa-alias", "rsa-return", "rsa-options", "rsa-zeros", "ed25519-return",
                              "ed25519-null"}, taken)


if __name__ == "__main__":
    unittest.main()
