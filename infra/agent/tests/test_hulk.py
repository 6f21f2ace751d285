"""cPHulk, fail2ban and Imunify360, by stand-ins."""
import json
import unittest
from unittest import mock

from latchkey_agent.doors.hulk import CpHulk, Imunify, hulk
from tests.standin import END, RANGES, StandIn


class CpHulkTest(StandIn):
    """From the public documentation of WHM API 1."""

    PROGRAMS = ("whmapi1",)

    def setUp(self):
        super().setUp()
        self.lists, self.restart, self.broken = {"white": {"192.0.2.1": "office"}, "black": {}}, 0, False

    def command(self, program, output, function, which, *args):
        if self.broken:
            return 0, json.dumps({"metadata": {"result": 0, "reason": "cPHulk is disabled on the server"}}), ""
        given, data = dict(one.split("=", 1) for one in args), {}
        which = which.partition("=")[2]
        if function == "read_cphulk_records":
            data = {"ips_in_list": self.lists[which], "list_name": which}
        elif function == "create_cphulk_record":
            self.lists[which][given["ip"]] = given["comment"]
            data = {"restart_ssh": self.restart}
        else:
            del self.lists[which][given["ip"]]
        return 0, json.dumps({"metadata": {"result": 1, "reason": "OK"}, "data": data}), ""

    def test_records_of_ours_come_and_go(self):
        server = mock.Mock(live=True)
        self.assertEqual({"state": "WHOLE", "by": "cphulk"}, hulk(server, [], None).make(RANGES, True))
        self.assertEqual({"latchkey", "office"}, set(self.lists["white"].values()))
        self.lists["white"]["203.0.113.9"] = self.lists["white"].pop("203.0.113.9/32")
        self.assertEqual({"state": "WHOLE", "by": "cphulk"}, CpHulk().make(RANGES, False))
        self.assertEqual({"state": "GONE", "by": "cphulk"}, CpHulk().make({}, True))
        self.assertEqual({"192.0.2.1": "office"}, self.lists["white"])

    def test_a_restart_and_the_black_list_are_told(self):
        self.restart, self.lists["black"] = 1, {"198.51.100.0/24": "bad", "10.0.0.1-10.0.0.9": ""}
        told = CpHulk().make(RANGES, True)
        self.assertEqual(("PARTIAL", "cPHulk's black list has 198.51.100.0/24"), (told["state"], told["blocked_by"]))
        self.assertIn("restarted", told["notes"][0])

    def test_a_refusal_is_unknown(self):
        self.broken = True
        told = CpHulk().make(RANGES, True)
        self.assertEqual("UNKNOWN", told["state"])
        self.assertIn("disabled", told["problem"])


class Fail2banTest(StandIn):
    """From fail2ban 1.0.2 as it was seen."""

    PROGRAMS = ("fail2ban-client",)

    def setUp(self):
        super().setUp()
        self.ignored, self.banned, self.owned, self.up, self.kept = ["127.0.0.0/8"], ["198.51.100.7", "192.0.2.9"], [], True, 0

    def command(self, program, *args):
        if not self.up:
            return 255, "", "ERROR  Failed to access socket path: /var/run/fail2ban/fail2ban.sock. Is fail2ban running?"
        if args == ("status",):
            return 0, "Status\n|- Number of jail:\t2\n`- Jail list:\tapache, sshd\n", ""
        if args[0] == "status":
            return 0, "   `- Banned IP list:\t%s\n" % " ".join(self.banned), ""
        if args[2] == "ignoreip":
            return 0, "These IP addresses/networks are ignored:\n" + "".join("|- %s\n" % one for one in self.ignored[:-1]) \
                + "`- %s\n" % self.ignored[-1], ""
        if args[2] == "unbanip":
            self.banned.remove(args[3])
        elif args[2] == "addignoreip":
            self.ignored.append(args[3])
        else:
            self.ignored.remove(args[3])
        return 0, "", ""

    def remember(self):
        self.kept += 1

    def make(self, ranges, change=True):
        return hulk(mock.Mock(live=True), self.owned, self.remember).make(ranges, change)

    def test_ranges_are_ignored_bans_end_and_a_reload_is_put_right(self):
        self.assertEqual({"state": "WHOLE", "by": "fail2ban"}, self.make(RANGES))
        self.assertEqual(["192.0.2.9"], self.banned)
        self.assertEqual(["127.0.0.0/8", "198.51.100.0/28", "2001:db8::/32", "203.0.113.9"], self.ignored)
        self.assertEqual((3, 3), (len(self.owned), self.kept))
        self.ignored = ["127.0.0.0/8"]
        self.assertEqual(["PARTIAL", "WHOLE"], [self.make(RANGES, change)["state"] for change in (False, True)])
        self.assertEqual({"state": "GONE", "by": "fail2ban"}, self.make({}))
        self.assertEqual((["127.0.0.0/8"], []), (self.ignored, self.owned))

    def test_what_the_owner_ignores_stays_and_what_he_bans_is_named(self):
        self.ignored.append("203.0.113.9")
        wanted = {"203.0.113.9/32": END}
        self.assertEqual(["WHOLE", "GONE"], [self.make(wanted)["state"], self.make({})["state"]])
        self.assertIn("203.0.113.9", self.ignored)
        self.banned.append("203.0.113.9")
        told = self.make(wanted)
        self.assertEqual(("PARTIAL", "fail2ban's jail sshd has banned 203.0.113.9"), (told["state"], told["blocked_by"]))

    def test_one_that_does_not_run_is_absent(self):
        self.up = False
        self.assertIsNone(hulk(mock.Mock(live=True), [], None))


class ImunifyTest(StandIn):
    """From scripts that the public has of Imunify360."""

    PROGRAMS = ("imunify360-agent",)

    def setUp(self):
        super().setUp()
        self.items = [{"ip": "192.0.2.1/32", "comment": "office", "expiration": 0, "purpose": "white"}]

    def command(self, *args):
        purpose = args[args.index("--purpose") + 1]
        if args[3] == "list":
            return 0, json.dumps({"items": [one for one in self.items if one["purpose"] == purpose]}), ""
        if args[3] == "add":
            self.items.append({"ip": args[6], "comment": args[8], "expiration": int(args[10]), "purpose": purpose})
        else:
            self.items = [one for one in self.items if one["ip"] != args[6]]
        return 0, "", ""

    def test_entries_end_by_themselves_and_are_lengthened(self):
        for wanted in (RANGES, {one: END + 60 for one in RANGES}):
            self.assertEqual({"state": "WHOLE", "by": "imunify360"}, hulk(mock.Mock(live=True), [], None).make(wanted, True))
        self.assertEqual([0] + [END + 60] * 3, sorted(one["expiration"] for one in self.items))
        self.items.append({"ip": "198.51.100.7", "comment": "", "expiration": 0, "purpose": "drop"})
        self.assertIn("198.51.100.7", Imunify().make(wanted, True)["blocked_by"])
        self.assertEqual({"state": "GONE", "by": "imunify360"}, Imunify().make({}, True))
        self.assertEqual(2, len(self.items))


if __name__ == "__main__":
    unittest.main()
