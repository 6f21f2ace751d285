"""The verb list_logins: by which keys root could log in."""
import os
import time

from latchkey_agent.keys import parse_public_key
from tests.support import Folder, grant, key, observe, order, within

LATER = time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + 86400))


class LoginsTest(Folder):

    def listed(self):
        self.looks = getattr(self, "looks", 0) + 1
        action = {"verb": "list_logins", "not_after": within()}
        return self.send(observe(request="look-%d" % self.looks, action=action))["action"]

    def test_each_line_with_a_key_is_listed_but_for_those_of_grants(self):
        self.put(self.keys, "# %s\n%s me@example\nfrom=\"198.51.100.0/24,!198.51.100.7\",expiry-time=\"%s\" %s\n\nnonsense\n"
                 % (key(4), key(5), LATER, key(6)))
        self.send(order(1, [grant()]))
        told = self.listed()
        self.assertEqual((True, [], 0), (told["done"], told["unread"], told["more_logins"]))
        first, second = told["logins"]
        self.assertEqual((parse_public_key(key(5)).fingerprint, 2, "", "yes", []),
                         tuple(first[one] for one in ("fingerprint", "line", "options", "would_admit", "because")))
        self.assertNotIn("from", first)
        self.assertEqual(["198.51.100.0/24", "!198.51.100.7"], second["from"])
        self.assertAlmostEqual(time.time() + 86400, second["expires_at"], delta=120)

    def test_what_stands_in_the_way_is_named(self):
        self.put(self.keys, key(5) + "\nexpiry-time=\"20200101\" %s\n" % key(6))
        self.put("/etc/ssh/sshd_config", "DenyUsers root\n")
        told = self.listed()["logins"]
        self.assertEqual(["no", "no"], [one["would_admit"] for one in told])
        self.assertIn("DenyUsers (/etc/ssh/sshd_config line 1) has root", told[0]["because"][0])

    def test_it_has_a_bound_and_says_so(self):
        self.put(self.keys, "".join('environment="A=%s" %s\n' % ("x" * 700, key(number)) for number in range(60)))
        told = self.listed()
        self.assertEqual(60, len(told["logins"]) + told["more_logins"])
        self.assertLess(10, len(told["logins"]))
        self.assertEqual(["the first 10 keys are judged, and no more"], told["logins"][10]["because"])
        self.put(self.keys, b"\xff" * 2000000)
        self.assertEqual((True, []), (self.listed()["done"], self.listed()["logins"]))

    def test_a_file_that_cannot_be_read_is_named(self):
        self.put(self.keys, "")
        os.unlink(self.path(self.keys))
        os.mkdir(self.path(self.keys))
        self.assertIn("authorized_keys", self.listed()["unread"][0]["file"])
