"""The verbs for cPHulk, by a stand-in of whmapi1 made from WHM's public documentation; real cPHulk was not to be had."""
import json
import os
import runpy
import shutil
import unittest
from unittest import mock

from latchkey_agent import hulkactions, programs
from latchkey_agent.agent import Agent
from latchkey_agent.doors.hulk import CpHulk
from latchkey_agent.doors.packets import span
from latchkey_agent.errors import Problem, Refused
from latchkey_agent.hulklists import HulkLists
from latchkey_agent.orders import Entries, action_for
from tests.standin import END, StandIn
from tests.support import FOLDER, Folder, NODE, grant, order, within

OFFICE, OTHER = "192.0.2.7", "2001:db8:1::/48"
VENDOR = "203.0.113.0/24"  # of the grants of tests


def action(verb, **more):
    told = {"verb": verb, "not_after": within()}
    if verb in ("list_hulk", "enter_hulk", "remove_hulk"):
        told.update(list="white", skip=0)
    return dict(told, **more)


class HulkCase(Folder):

    def setUp(self):
        super().setUp()
        os.makedirs(self.path("/usr/sbin"))
        shutil.copy(os.path.join(FOLDER, "tests", "whmapi1"), self.path("/usr/sbin/whmapi1"))
        self.generation, self.grants = 0, []

    def hulk(self, **change):
        """What cPHulk keeps, changed if so wanted."""
        kept = dict({"enabled": 1, "white": {}, "black": {}, "blocked": [], "restart_ssh": 0},
                    **json.loads(self.get("/usr/sbin/hulk.json").decode() or "{}"))
        if change:
            kept.update(change)
            self.put("/usr/sbin/hulk.json", json.dumps(kept))
        return kept

    def change(self, verb, **more):
        self.generation += 1
        return self.send(order(self.generation, self.grants, request="r%d" % self.generation, action=action(verb, **more)))["action"]

    def look(self, verb, **more):
        self.generation += 1
        return self.send({"latchkey": 1, "verb": "observe", "request": "o%d" % self.generation, "node": NODE,
                          "action": action(verb, **more)})["action"]


class ChangeTest(HulkCase):

    def test_addresses_are_entered_and_taken_out(self):
        self.hulk(blocked=[OFFICE])
        told = self.change("enter_hulk", ips=[OFFICE, OTHER], comment="new office: 100% + ä", asker=OFFICE)
        self.assertEqual({"added": [OFFICE, OTHER], "failed": [], "blocks": 1, "bans": 0, "whitelisted": 1}, told["hulk"])
        self.assertEqual({OFFICE: "new office: 100% + ä", OTHER: "new office: 100% + ä"}, self.hulk()["white"])
        told = self.change("remove_hulk", ips=[OFFICE, "192.0.2.99"], asker=OFFICE)
        self.assertEqual({"removed": [OFFICE], "failed": [{"ip": "192.0.2.99", "why": "it is not on the white list"}],
                          "whitelisted": 0}, told["hulk"])
        self.assertEqual([OTHER], list(self.hulk()["white"]))

    def test_an_address_in_another_form_is_the_same(self):
        self.hulk(white={"192.0.2.0-192.0.2.255": "", "2001:DB8:1::/48": ""})
        self.assertEqual(["192.0.2.0/24", OTHER], self.change("remove_hulk", ips=["192.0.2.0/24", OTHER])["hulk"]["removed"])
        self.assertEqual({}, self.hulk()["white"])

    def test_what_whmapi1_refuses_is_told_of_the_address_alone(self):
        told = self.change("enter_hulk", ips=["192.0.2.9/24", OFFICE])["hulk"]
        self.assertEqual([OFFICE], told["added"])
        self.assertEqual([{"ip": "192.0.2.9/24", "why": 'Invalid IP address or range: "192.0.2.9/24"'}], told["failed"])

    def test_a_disabled_cphulk_says_so_and_is_skipped_if_so_asked(self):
        self.hulk(enabled=0)
        for verb, more in (("enter_hulk", {"ips": [OFFICE]}), ("remove_hulk", {"ips": [OFFICE]})):
            told = self.change(verb, **more)
            self.assertEqual((False, "cPHulk is disabled on the server."), (told["done"], told["problem"]))
        self.assertEqual("cPHulk is disabled on the server.", self.look("list_hulk")["problem"])
        self.assertEqual([OFFICE], self.change("enter_hulk", ips=[OFFICE], skip=1)["hulk"]["added"])
        self.assertEqual(0, self.look("hulk_status")["hulk"]["enabled"])

    def test_the_failed_logins_of_addresses_are_forgotten(self):
        self.hulk(blocked=[OFFICE, "192.0.2.8", "192.0.2.9"])
        told = self.change("flush_hulk", ips=[OFFICE, "192.0.2.8"])
        self.assertEqual({"records": 2, "bans": 0}, told["hulk"])
        self.assertEqual(["192.0.2.9"], self.hulk()["blocked"])

    def test_what_closes_waits_for_no_books_and_may_be_done_again(self):
        for verb, which, closes in (("enter_hulk", "white", False), ("remove_hulk", "black", False), ("flush_hulk", None, False),
                                    ("remove_hulk", "white", True), ("enter_hulk", "black", True)):
            self.hulk(white={OFFICE: ""}, black={OFFICE: ""})
            agent, asked = Agent(self.root), action(verb, ips=[OFFICE], list=which)
            agent.store.unkept, agent.store.keep_answer = "no room", mock.Mock()
            work = agent._acted, verb, agent._change_keys, action_for(asked, "converge"), False, Entries({"grants": [], "ending": []})
            self.assertEqual(closes, work[0](*work[1:], False)["done"], asked)
            self.assertTrue(work[0](*work[1:], True)["done"])
            self.assertEqual([] if closes else [mock.call(None)], agent.store.keep_answer.mock_calls)


class GrantTest(HulkCase):
    """The door's own entries, which it makes on a machine alone, have the comment latchkey; the rest is somebody's."""

    def setUp(self):
        super().setUp()
        self.grants = [grant()]

    def test_what_a_standing_grant_needs_stays(self):
        self.hulk(white={VENDOR: "latchkey", OFFICE: ""})
        told = self.change("remove_hulk", ips=[VENDOR, OFFICE])["hulk"]
        self.assertEqual([OFFICE], told["removed"])
        self.assertEqual([{"ip": VENDOR, "why": "the grant of ticket 7 needs it, so it stays until that ends, and goes then"}],
                         told["failed"])
        self.assertEqual({VENDOR: "latchkey"}, self.hulk()["white"])
        self.grants = []
        self.assertEqual([VENDOR], self.change("remove_hulk", ips=[VENDOR])["hulk"]["removed"])

    def test_what_somebody_entered_and_takes_out_is_left_to_the_grant(self):
        self.hulk(white={VENDOR: "agency"})
        self.assertIn("goes then", str(self.change("remove_hulk", ips=[VENDOR])["hulk"]["failed"]))
        self.assertEqual({VENDOR: "latchkey"}, self.hulk()["white"])

    def test_an_entry_of_the_door_that_somebody_enters_is_his(self):
        self.hulk(white={VENDOR: "latchkey"})
        with mock.patch("latchkey_agent.hulklists.whmapi1", self.keeping):
            told = self.inside(order(1, self.grants, request="r", action=action("enter_hulk", ips=[VENDOR], comment="agency")))
        self.assertEqual([VENDOR], told["action"]["hulk"]["added"])
        self.assertEqual({VENDOR: "agency"}, self.hulk()["white"])

    def keeping(self, function, *args, program):
        """A cPHulk that keeps the comment of an entry that stands."""
        from latchkey_agent.doors.hulk import whmapi1
        before = self.hulk()["white"]
        told = whmapi1(function, *args, program=program)
        if function == "create_cphulk_record":
            self.hulk(white=dict(self.hulk()["white"], **before))
        return told

    def test_the_black_list_is_the_operators(self):
        self.hulk(black={VENDOR: ""})
        self.assertEqual([VENDOR], self.change("remove_hulk", list="black", ips=[VENDOR])["hulk"]["removed"])
        self.assertEqual([VENDOR], self.change("enter_hulk", list="black", ips=[VENDOR])["hulk"]["added"])


class DoorTest(StandIn):
    """The door of a grant, and an operator who asks for the same range."""

    PROGRAMS = ("whmapi1",)
    RANGE, NEEDED = {VENDOR: END}, {span(VENDOR): (7, VENDOR)}

    def setUp(self):
        super().setUp()
        self.store = {"enabled": 1, "white": {}, "black": {}, "blocked": [], "restart_ssh": 0}
        self.stand_in = runpy.run_path(os.path.join(FOLDER, "tests", "whmapi1"))

    def command(self, program, output, function, *args):
        given = dict(one.split("=", 1) for one in args)
        ips = [value for name, value in given.items() if name.startswith("ip")]
        return 0, json.dumps({"metadata": {"result": 1}, "data": self.stand_in["answer"](self.store, function, given, ips)}), ""

    def asked(self, verb, **more):
        work = {"enter_hulk": HulkLists.entered, "remove_hulk": HulkLists.removed}[verb]
        asked = dict(action(verb, ips=[VENDOR]), comment="agency", asker=None)
        return work(HulkLists(mock.Mock(live=True)), asked, *([self.NEEDED] if verb == "remove_hulk" else []))

    def test_what_the_operator_enters_outlives_the_grant(self):
        for first in (lambda: CpHulk().make(self.RANGE, True), lambda: self.asked("enter_hulk")):
            self.store["white"].clear()
            first()
            self.asked("enter_hulk")
            self.assertEqual("WHOLE", CpHulk().make(self.RANGE, True)["state"])
            self.assertEqual("GONE", CpHulk().make({}, True)["state"])
            self.assertEqual({VENDOR: "agency"}, self.store["white"])

    def test_what_the_operator_takes_out_goes_with_the_grant(self):
        self.asked("enter_hulk")
        self.assertEqual([VENDOR], [one["ip"] for one in self.asked("remove_hulk")["failed"]])
        self.assertEqual("WHOLE", CpHulk().make(self.RANGE, False)["state"])
        self.assertEqual("GONE", CpHulk().make({}, True)["state"])
        self.assertEqual({}, self.store["white"])


class ListTest(HulkCase):

    def test_a_list_has_its_entries_and_what_is_said_beside_them(self):
        self.hulk(white={OTHER: "b", OFFICE: "a" * 300, "nonsense": ""}, restart_ssh=1)
        told = self.look("list_hulk", asker="2001:db8:1::9")["hulk"]
        self.assertEqual({"whitelisted": 1, "restart_ssh": 1, "warning_ssh": "You must restart sshd to implement the change.", "strange": 1,
                          "entries": [{"ip": OFFICE, "comment": "a" * 200}, {"ip": OTHER, "comment": "b"}]}, told)
        told = self.look("list_hulk", list="black", asker="198.51.100.1")["hulk"]
        self.assertEqual((0, []), (told["whitelisted"], told["entries"]))
        self.assertNotIn("whitelisted", self.look("list_hulk")["hulk"])

    def test_a_long_list_comes_in_pages(self):
        self.hulk(white={"10.%d.%d.1" % divmod(one, 200): "comment %d" % one for one in range(700)})
        seen, cursor = [], ""
        while cursor is not None:
            told = self.look("list_hulk", cursor=cursor)["hulk"]
            seen += [one["ip"] for one in told["entries"]]
            cursor = told.get("next")
        self.assertEqual((700, 700), (len(seen), len(set(seen))))


class AbsentTest(HulkCase):

    def test_a_folder_without_it_says_how_to_try(self):
        os.remove(self.path("/usr/sbin/whmapi1"))
        for verb, more in (("hulk_status", {}), ("list_hulk", {})):
            told = self.look(verb, **more)
            self.assertFalse(told["done"])
            self.assertIn("a folder that stands for a server, and has no cPHulk; a program /usr/sbin/whmapi1", told["problem"])
        self.assertFalse(self.change("flush_hulk", ips=[OFFICE])["done"])

    def test_a_link_out_of_the_folder_is_not_run(self):
        os.remove(self.path("/usr/sbin/whmapi1"))
        os.symlink(os.path.join(FOLDER, "tests", "whmapi1"), self.path("/usr/sbin/whmapi1"))
        self.assertIn("has no cPHulk", self.look("hulk_status")["problem"])


class InsteadTest(StandIn):
    """What a machine without cPHulk has instead."""

    PROGRAMS = ("csf", "fail2ban-client", "ufw", "iptables")
    status = "Status: inactive"

    def command(self, *args):
        return 0, self.status, ""

    def refusal(self, *installed):
        with mock.patch.object(programs, "installed", lambda name: name if name in installed else None):
            with self.assertRaises(Problem) as refused:
                HulkLists(mock.Mock(live=True, path=lambda path: "/nowhere"))
        return str(refused.exception)

    def test_it_is_named_with_its_commands(self):
        self.assertEqual(
            "it has no cPHulk (whmapi1 is not installed); instead there are CSF (csf -a, -d, -ar and -dr) and fail2ban "
            "(fail2ban-client set JAIL addignoreip, banip, delignoreip and unbanip); change the addresses there, or leave it out of "
            "api.server", self.refusal(*self.PROGRAMS))
        self.assertIn("instead there is iptables (iptables)", self.refusal("iptables", "ufw"))
        self.status = "Status: active"
        self.assertIn("instead there is ufw (ufw allow from, deny from and delete)", self.refusal("iptables", "ufw"))

    def test_nothing_is_said_so(self):
        self.assertIn("no other list of addresses was found", self.refusal())

    def test_hosts_allow_counts_where_it_has_rules(self):
        with mock.patch("latchkey_agent.hulklists.has_rules", return_value=True):
            self.assertIn("instead there is hosts.allow (its lines)", self.refusal())


class DataTest(StandIn):
    """What whmapi1 prints is never trusted."""

    PROGRAMS = ("whmapi1",)
    told = None

    def command(self, *args):
        if callable(self.told):
            return 0, json.dumps({"metadata": {"result": 1}, "data": self.told(args[2])}), ""
        return 0, json.dumps(self.told), ""

    def lists(self):
        return HulkLists(mock.Mock(live=True))

    def test_what_is_not_of_the_shape_is_refused(self):
        for told in ([], {}, {"metadata": []}, {"metadata": {"result": "1"}, "data": {}}, {"metadata": {"result": 1}, "data": {"ips_in_list": []}},
                     {"metadata": {"result": 1}, "data": {"is_enabled": 2}}):
            self.told = told
            for work in (lambda lists: lists.status(), lambda lists: lists.listed(dict(action("list_hulk"), cursor="", asker=None), 9000)):
                with self.assertRaises(Problem, msg=told):
                    work(self.lists())

    def test_only_what_the_list_has_is_added_and_only_what_it_lacks_is_removed(self):
        self.told = lambda function: {"ips_added": [OFFICE], "ips_removed": [OFFICE], "ips_in_list": {} if self.empty else {OFFICE: ""}}
        asked = dict(action("enter_hulk", ips=[OFFICE]), comment="", asker=None)
        self.empty = True
        told = self.lists().entered(asked)
        self.assertEqual(([], [{"ip": OFFICE, "why": "whmapi1 did not say that it failed, and the list does not have it"}]),
                         (told["added"], told["failed"]))
        self.empty = False
        told = self.lists().removed(asked, {})
        self.assertEqual(([], [{"ip": OFFICE, "why": "whmapi1 did not say that it failed, and the list still has it"}]),
                         (told["removed"], told["failed"]))

    def test_reasons_leave_room_for_the_rest_of_the_statement(self):
        ips = ["2001:db8:1111:2222:3333:4444:5555:%x" % one for one in range(40)]
        self.told = lambda function: {"ips_in_list": {}, "ips_failed": {one: "\U0001f600" * 500 for one in ips}}
        told = self.lists().entered(dict(action("enter_hulk", ips=ips), comment="", asker=None))
        self.assertEqual(40, len(told["failed"]))
        self.assertLess(len(json.dumps(told)), 8000)
        self.assertIn("\U0001f600", told["failed"][0]["why"])

    def test_arguments_are_encoded_as_whmapi1_decodes_them_and_several_are_numbered(self):
        self.told = lambda function: {"ips_in_list": {}}
        self.lists().entered(dict(action("enter_hulk", ips=[OFFICE, OTHER]), comment="50% & +", asker=None))
        self.assertEqual(["whmapi1", "--output=json", "create_cphulk_record", "list_name=white", "ip-1=" + OFFICE, "ip-2=" + OTHER,
                          "comment=50%25%20%26%20%2B", "skip_enabled_check=0"], self.calls[0])


class CheckTest(unittest.TestCase):

    def test_what_an_order_may_say(self):
        for verb, wrong in (
                ("enter_hulk", {"ips": []}), ("enter_hulk", {"ips": ["192.0.2.1"] * 41}), ("enter_hulk", {"ips": ["--help"]}),
                ("enter_hulk", {"ips": ["192.0.2.9-192.0.2.1"]}), ("enter_hulk", {"ips": ["192.0.2.1-::1"]}), ("enter_hulk", {"ips": [7]}),
                ("enter_hulk", {"comment": "latchkey"}), ("enter_hulk", {"comment": "a\nb"}), ("enter_hulk", {"comment": "a" * 101}),
                ("enter_hulk", {"list": "grey"}), ("remove_hulk", {"skip": 2}), ("list_hulk", {"cursor": "x"}), ("list_hulk", {"asker": "me"})):
            with self.assertRaises(Refused, msg=wrong):
                action_for(dict(action(verb, ips=["192.0.2.1"]), **wrong), hulkactions.VERBS[verb][0])
        for verb in ("hulk_status", "list_hulk"):
            with self.assertRaises(Refused):
                action_for(action(verb), "act")


if __name__ == "__main__":
    unittest.main()
