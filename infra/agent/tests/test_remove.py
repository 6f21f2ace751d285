"""The verb remove: everything is closed and proven first, and the agent goes last."""
import json
import os
import subprocess
import sys

from latchkey_agent import timer
from tests.support import AGENT, Folder, grant, key, order


class RemoveTest(Folder):

    def setUp(self):
        super().setUp()
        subprocess.check_output([sys.executable, "-I", AGENT, "install", "--root", self.root])

    def remove(self, generation, *ending):
        given = order(generation, [], ending, verb="remove")
        del given["grants"]
        run = subprocess.run([sys.executable, "-I", self.path(timer.ARCHIVE), "order", "--root", self.root],
                             input=json.dumps(given).encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(b"", run.stderr)
        return json.loads(run.stdout.decode())

    def left(self):
        return sorted(os.path.join(folder, name)[len(self.root):] for folder, _, names in os.walk(self.root)
                      for name in names if "latchkey" in os.path.join(folder, name)[len(self.root):])

    def test_nothing_but_the_log_is_left(self):
        self.put(self.keys, "# mine\n")
        self.send(order(1, [grant(), grant(8, "bob")]))
        self.put("/var/lib/latchkey/state.json.damaged-x", "")
        told = self.remove(2, grant())
        self.assertEqual(("DONE", ["/var/log/latchkey"], 2), (told["outcome"], told["kept"], told["generation"]))
        self.assertEqual({(7, True), (8, True)}, {(one["ticket"], one["gone"]) for one in told["ended"]})
        self.assertEqual(["/var/log/latchkey/audit.log"], self.left())
        self.assertEqual(b"# mine\n", self.get())
        self.assertIn(b"the agent is taken off", self.get("/var/log/latchkey/audit.log"))

    def test_what_is_not_gone_keeps_the_agent(self):
        self.put("/home/bob/.ssh/authorized_keys", key(1) + " before\n")
        self.send(order(1, [grant(user="bob")]))
        told = self.remove(2)
        self.assertEqual(("PARTIAL", False), (told["outcome"], told["ended"][0]["gone"]))
        self.assertIn("the agent was not taken off", told["problem"])
        self.assertTrue({timer.ARCHIVE, "/etc/systemd/system/latchkey-sweep.timer"} <= set(self.left()))
        self.put("/home/bob/.ssh/authorized_keys", "")
        self.assertEqual("DONE", self.remove(2)["outcome"])
        self.assertEqual(["/var/log/latchkey/audit.log"], self.left())

    def test_lines_of_which_nothing_is_known_any_more_are_closed_too(self):
        self.send(order(1, [grant(user="bob")]))
        os.unlink(self.path("/var/lib/latchkey/state.json"))
        self.assertEqual(("DONE", b""), (self.remove(2)["outcome"], self.get("/home/bob/.ssh/authorized_keys")))

    def test_an_older_one_is_stale_and_what_cannot_be_removed_is_told(self):
        self.send(order(5, epoch=1))
        self.assertEqual("STALE", self.remove(4)["outcome"])
        self.send(order(1))
        os.makedirs(self.path("/var/lib/latchkey/kept/x"))
        told = self.remove(6)
        self.assertEqual("STALE", told["outcome"])  # of an earlier epoch
        self.state(lambda state: state.update(epoch=0))
        told = self.remove(6)
        self.assertEqual("PARTIAL", told["outcome"])
        self.assertIn("/var/lib/latchkey: Directory not empty", told["problem"])
        self.assertTrue({timer.ARCHIVE, "/etc/systemd/system/latchkey-sweep.timer"} <= set(self.left()))
