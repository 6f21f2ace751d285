"""Accounts of a directory service that lists nobody, and two rows of one name: a key in their files is found."""
import os
import pwd
import unittest
from contextlib import ExitStack
from unittest import mock

from latchkey_agent import directory
from latchkey_agent.access import Access
from latchkey_agent.keys import parse_public_key
from latchkey_agent.server import Server
from tests.support import Folder, grant, key, order


def row(name, uid, home, shell="/bin/sh"):
    return pwd.struct_passwd((name, "x", uid, uid, "", home, shell))


class DirectoryTest(Folder):
    """A service `lazy` has carol, dave, erin, frank, gina and ivy, and lists none of them."""

    def setUp(self):
        super().setUp()
        self.homes, self.elsewhere = self.path("/home"), self.path("/data/people")
        self.rows = [row("carol", 7001, self.path("/data/more/carol")), row("ivy", 7006, self.path("/data/more/ivy")), row("dave", 7002, self.homes + "/example.com/dave"),
                     row("erin", 7003, self.homes + "/of-erin"), row("frank", 7004, self.elsewhere + "/frank"),
                     row("gina", 7005, self.path("/nowhere/gina"))]
        self.listed = [row("root", 0, "/root"), row("bob", 1000, self.homes + "/bob"), row("hal", 1001, self.elsewhere + "/hal")]
        self.owners = {self.homes + "/of-erin": 7003, self.elsewhere + "/frank": 7004}
        for folder in ("carol", "example.com/dave", "of-erin"):
            os.makedirs(os.path.join(self.homes, folder))
        os.makedirs(self.elsewhere + "/frank")
        os.makedirs(self.path("/data/more/ivy"))

    def found(self, switch="passwd: files lazy\n", **more):
        """By name where root made the folder, by its owner else."""
        self.put("/switch", switch)
        known, asked = self.listed + self.rows, []

        def by(field):
            def ask(what):
                asked.append(what)
                return next((one for one in known if getattr(one, field) == what), None) or {}[what]
            return ask
        with ExitStack() as stack:
            for name, value in (("getpwnam", by("pw_name")), ("getpwuid", by("pw_uid"))):
                stack.enter_context(mock.patch.object(directory.pwd, name, value))
            stack.enter_context(mock.patch.object(directory, "HOMES", self.homes))
            stack.enter_context(mock.patch.object(directory, "services", lambda: REAL(self.path("/switch"))))
            for name, value in more.items():
                stack.enter_context(mock.patch.object(directory, name, value))
            if os.geteuid() == 0:
                for path, uid in self.owners.items():
                    os.chown(path, uid, uid)
            told = directory.Directory(self.listed)
        return told, asked

    @unittest.skipIf(os.geteuid(), "root alone can give folders away")
    def test_an_account_is_found_by_the_name_or_the_owner_of_a_folder_where_homes_are(self):
        told, _ = self.found()
        self.assertEqual(["carol", "dave", "erin", "frank", "ivy"], sorted(one.pw_name for one in told.found))
        self.assertRegex(told.unsearched(), "^accounts that lazy has and does not list were looked for by .* elsewhere were not$")

    def test_where_every_service_lists_its_accounts_nobody_is_asked_for(self):
        for switch in ("passwd: files systemd\n", "passwd: compat [NOTFOUND=return] db\n", "group: lazy\n", "passwd: files sss # lazy\n"):
            told, asked = self.found(switch, DAEMONS={"sss": "/nowhere"})
            self.assertEqual(([], [], None), (told.found, asked, told.unsearched()), switch)
        self.assertEqual(["sss"], self.found("passwd: files sss\n", DAEMONS={"sss": "/"})[0].services)

    def test_it_has_a_bound_and_says_so(self):
        told, asked = self.found(MOST=2)
        with mock.patch.object(directory, "MOST", 2):
            self.assertIn("nor those of all folders: 2 names and owners were asked for", told.unsearched())
        self.assertEqual(2, len(asked))

    def test_the_server_has_them_and_says_what_was_not_searched(self):
        told, _ = self.found()
        server = Server("/")
        with mock.patch("latchkey_agent.server.pwd.getpwall", lambda: self.listed), \
                mock.patch("latchkey_agent.server.Directory", lambda listed: told):
            self.assertEqual(self.listed + told.found, server.accounts())
            self.assertEqual(told.unsearched(), server.unsearched())
        with mock.patch.object(Server, "unsearched", lambda server: told.unsearched()):
            self.assertEqual([{"user": "(not listed)", "why": told.unsearched()}], Access(Server(self.root)).page("", 9000)["unread"])
            self.give()
            ended = self.inside(order(2, [], [grant()]))["ended"][0]
            self.assertEqual((True, [told.unsearched()]), (ended["gone"], ended["appeared"]["unread"]))


REAL = directory.services


class TwiceTest(Folder):

    def test_of_two_rows_of_one_name_both_homes_are_searched(self):
        with open(self.path("/etc/passwd"), "a") as file:
            file.write("bob:x:1999:1999::/home/other:/bin/sh\n")
        self.put("/home/bob/.ssh/authorized_keys", key(1) + "\n")
        self.give()
        told = self.send(order(2, [], [grant()]))["ended"][0]
        self.assertEqual((False, ["/home/bob/.ssh/authorized_keys"]), (told["gone"], [one["file"] for one in told["copies"]]))
        fingerprint = parse_public_key(key(1)).fingerprint
        told = self.send(order(3, revoked=[fingerprint], revoking=[fingerprint]))["revoked"][0]
        self.assertEqual((True, b""), (told["gone"], self.get("/home/bob/.ssh/authorized_keys")))


if __name__ == "__main__":
    unittest.main()
