"""Orders for many servers: each carries out its own line, on top of the state that is in force."""
import json
from unittest import mock

from latchkey_agent.orders import NOTHING_WANTED
from latchkey_agent.state import Store
from tests.support import Folder, NODE, grant, key, order, within

OTHER = "i-0fedcba9876543210"
HASH, ANOTHER = "a" * 64, "b" * 64


def line(generation, hash=HASH, node=NODE, **more):
    return dict({"node": node, "epoch": 0, "generation": generation, "hash": hash}, **more)


def act(*lines, request="many", **more):
    action = dict({"verb": "authorize_key", "not_after": within(), "authorize": 1, "key": key(9)}, **more)
    return {"latchkey": 1, "verb": "act", "request": request, "servers": list(lines), "action": action}


class ActTest(Folder):

    def many(self, *lines, node=NODE, **more):
        return self.send(act(*lines, **more), AWS_SSM_INSTANCE_ID=node)

    def refused(self, reason, told):
        self.assertEqual("REFUSED", told["outcome"], told)
        self.assertIn(reason, told["problem"])
        self.assertNotIn(key(9).encode(), self.get())

    def test_the_own_line_is_carried_out_and_the_state_in_force_stays(self):
        self.send(order(1, [grant()], hash=HASH))
        told = self.many(line(9, ANOTHER, OTHER), line(2))
        self.assertEqual(("DONE", NODE, 2, HASH), (told["outcome"], told["node"], told["generation"], told["hash"]))
        self.assertEqual((True, 1), (told["action"]["done"], told["action"]["authorized"]))
        self.assertEqual(["PRESENT"], [one["state"] for one in told["grants"]])
        self.assertIn(key(9).encode(), self.get())
        self.assertEqual("STALE", self.send(order(1, [grant()], hash=HASH))["outcome"])
        self.assertEqual("DONE", self.send(order(2, [grant()], hash=HASH))["outcome"])

    def test_a_server_that_was_never_ordered_anything_wants_nothing(self):
        told = self.many(line(1, NOTHING_WANTED))
        self.assertEqual(("DONE", 1, NOTHING_WANTED), (told["outcome"], told["generation"], told["hash"]))

    def test_nothing_is_done_without_a_line_or_on_another_state(self):
        self.refused("no line is for this node, " + NODE, self.many(line(1, node=OTHER)))
        self.refused("does not know its id", self.send(act(line(1))))
        self.refused("another state", self.many(line(1)))
        self.send(order(3, hash=HASH))
        self.refused("another state", self.many(line(4, ANOTHER)))
        self.assertEqual(3, self.send({"latchkey": 1, "verb": "observe", "request": "o", "node": NODE})["generation"])

    def test_an_older_line_is_stale(self):
        self.send(order(3, hash=HASH))
        self.assertEqual("DONE", self.many(line(5))["outcome"])
        told = self.many(line(4), request="late", authorize=0)
        self.assertEqual(("STALE", 5), (told["outcome"], told["generation"]))
        self.assertIn(key(9).encode(), self.get())
        self.assertEqual("STALE", self.many(line(5, ANOTHER), request="other")["outcome"])

    def test_a_line_for_the_node_of_the_state_where_the_environment_says_none(self):
        self.send(order(1, hash=HASH))
        self.assertEqual("DONE", self.send(act(line(2)))["outcome"])

    def test_a_request_is_done_once(self):
        self.send(order(1, hash=HASH))
        told = self.many(line(2))
        self.put(self.keys, "")
        self.assertEqual(told, self.many(line(2)))
        self.assertEqual(b"", self.get())

    def test_what_was_interrupted_is_not_done_again(self):
        self.send(order(1, hash=HASH))
        self.many(line(2))
        answers = json.loads(self.get("/var/lib/latchkey/answers.json").decode())
        answers["answers"][0]["answer"] = None
        self.put("/var/lib/latchkey/answers.json", json.dumps(answers))
        self.put(self.keys, "")
        told = self.many(line(2))
        self.assertEqual(("PARTIAL", False), (told["outcome"], told["action"]["done"]))
        self.assertIn("interrupted", told["action"]["problem"])

    def test_nothing_is_opened_that_cannot_be_written_down(self):
        self.send(order(1, hash=HASH))
        def full(store):
            store.unkept = "No space left on device"
            return False
        with mock.patch.object(Store, "keep", full):
            told = self.inside(act(line(2)))
        self.assertEqual(("PARTIAL", False), (told["outcome"], told["action"]["done"]))
        self.assertIn("cannot be written down", told["action"]["problem"])

    def test_after_its_time_nothing_is_done(self):
        self.send(order(1, hash=HASH))
        told = self.many(line(2), not_after=within(-5))
        self.assertEqual(("TOO_LATE", 1), (told["outcome"], told["generation"]))

    def test_an_order_that_was_not_finished_is_not_confirmed_by_it(self):
        self.send(order(1, hash=HASH))
        self.state(lambda state: state.update(finished=False))
        told = self.many(line(2))
        self.assertEqual(("PARTIAL", True), (told["outcome"], told["action"]["done"]))

    def test_lookers_have_lines_too(self):
        looked = {"latchkey": 1, "verb": "observe", "request": "o", "servers": [{"node": OTHER}, {"node": NODE}]}
        self.assertEqual("DONE", self.send(looked, AWS_SSM_INSTANCE_ID=NODE)["outcome"])
        self.refused("no line", self.send(dict(looked, servers=[{"node": OTHER}]), AWS_SSM_INSTANCE_ID=NODE))

    def test_lists_that_are_none(self):
        for lines, reason in (([], "1 to 50"), ([line(1)] * 51, "1 to 50"), ([line(1), line(2)], "two lines"), (["x"], "objects"),
                              ([line(0)], "generation"), ([line(1, "x")], "hash"), ([line(1, node="")], "node"),
                              ([line(1, epoch=-1)], "epoch")):
            self.refused(reason, self.many(*lines))
        self.refused("servers", self.send(dict(act(line(1)), verb="converge", grants=[], ending=[])))
        alone = act(line(1))
        del alone["servers"]
        self.refused("servers", self.send(dict(alone, node=NODE)))
        self.refused("action", self.send(dict(act(line(1)), action=None)))
        self.send(order(1, hash=HASH))
        told = self.send(dict(act(line(2)), action={"verb": "list_keys", "not_after": within()}))
        self.assertIn("does not come with act", told["action"]["problem"])
