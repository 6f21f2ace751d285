"""The emergency brake: an order that closes the firewall although grants stand."""
import hashlib
import json
import os
import unittest
from unittest import mock

from latchkey_agent.agent import Agent
from latchkey_agent.converge import Converge
from latchkey_agent.doors.doors import Doors
from latchkey_agent.orders import Entries
from latchkey_agent.state import Store
from tests.machine import Machine
from tests.support import Folder, grant, observe, order


class Kind:
    """A door of a folder that is as it is told."""

    def __init__(self, name, given):
        self.name, self.given, self.changed = name, given, False

    def make(self, ranges, change, judge=True):
        if change:
            self.given[self.name] = dict(ranges)
        given = self.given.get(self.name, {})
        return {"state": "PARTIAL" if given != ranges else "WHOLE" if ranges else "GONE"}


class BrakeTest(Folder):

    def setUp(self):
        super().setUp()
        self.given = {}
        os.makedirs(self.path("/var/lib/latchkey"))
        kinds = {name: Kind(name, self.given) for name in ("chain", "csf", "hulk", "hosts_allow")}
        patch = mock.patch.object(Doors, "__init__", lambda doors, *args: doors.__dict__.update(
            kinds={name: lambda kind=kind: kind for name, kind in kinds.items()}, found={}, judge=True))
        # The lock is held until a process ends, and all runs are in this one.
        for one in (patch, mock.patch.object(Store, "locked", return_value=True)):
            one.start()
            self.addCleanup(one.stop)

    def open(self):
        return sorted(name for name, ranges in self.given.items() if ranges)

    ALL = ["chain", "csf", "hosts_allow", "hulk"]

    def test_the_firewall_alone_is_closed_until_an_order_without_the_field(self):
        self.inside(order(1, [grant()]))
        self.assertEqual(self.ALL, self.open())
        told = self.inside(order(2, [grant()], firewall="closed"))
        self.assertEqual(["hosts_allow", "hulk"], self.open())
        self.assertEqual(("DONE", "PRESENT", "GONE", "GONE", "WHOLE"), (
            told["outcome"], told["grants"][0]["state"]) + tuple(told["doors"][name]["state"] for name in ("chain", "csf", "hulk")))
        self.assertIn(b"latchkey-ticket-7", self.get())
        look = self.inside(observe())
        self.assertEqual(("DONE", "GONE"), (look["outcome"], look["doors"]["chain"]["state"]))
        self.inside(order(3, [grant()], firewall="open"))
        self.assertEqual(self.ALL, self.open())

    def test_closing_comes_before_the_books(self):
        seen, books = [], Converge._keep_books
        with mock.patch.object(Converge, "_keep_books", lambda work: seen.append(self.open()) or books(work)):
            for one in ({}, {"firewall": "closed"}, {"firewall": "closed"}, {}):
                self.inside(order(len(seen) + 1, [grant()], **one))
        self.assertEqual([[], ["hosts_allow", "hulk"], ["hosts_allow", "hulk"], ["hosts_allow", "hulk"]], seen)
        self.assertEqual(self.ALL, self.open())

    def swept(self):
        return Agent(self.root).sweep()

    def test_a_sweep_does_not_reopen_and_closes_what_others_opened(self):
        self.inside(order(1, [grant()], firewall="closed"))
        self.put(self.keys, "")  # something to put right
        self.assertEqual("DONE", self.swept()["outcome"])
        self.assertEqual(["hosts_allow", "hulk"], self.open())
        self.given["chain"] = {"203.0.113.0/24": 1}
        self.swept()
        self.assertEqual(["hosts_allow", "hulk"], self.open())

    def test_a_run_that_was_killed_before_it_closed_is_finished_by_the_sweep(self):
        self.inside(order(1, [grant()]))
        self.state(lambda state: (state.update(finished=False), state["order"].update(firewall="closed")))
        self.swept()
        self.assertEqual(["hosts_allow", "hulk"], self.open())

    def unwritable(self):
        def keep(store):
            store.unkept = "/var/lib/latchkey/state.json: No space left on device"
            store.tell(store.unkept)
            return False
        return mock.patch.object(Store, "keep", keep)

    def test_closing_waits_for_no_room_on_the_disk_and_opening_does(self):
        self.inside(order(1, [grant()]))
        with self.unwritable():
            self.assertEqual("PARTIAL", self.inside(order(2, [grant()], firewall="closed"))["outcome"])
        self.assertEqual(["hosts_allow", "hulk"], self.open())
        self.inside(order(3, [grant()], firewall="closed"))
        with self.unwritable():
            told = self.inside(order(4, [grant()]))
        self.assertEqual(["hosts_allow", "hulk"], self.open(), told)
        self.inside(order(5, [grant()]))
        self.assertEqual(self.ALL, self.open())

    def test_another_value_is_refused(self):
        for value in ("shut", None, 1, True, "CLOSED", ["closed"]):
            told = self.send(order(1, [grant()], firewall=value))
            self.assertEqual(("REFUSED", "firewall: open or closed is expected"), (told["outcome"], told["problem"]), value)

    def test_it_is_part_of_the_wanted_state_and_what_is_open_has_the_digest_it_had(self):
        left, opened, closed = (Entries(order(1, [grant()], **more)) for more in (
            {}, {"firewall": "open"}, {"firewall": "closed"}))
        former = hashlib.sha256(json.dumps(["account", json.dumps(left.as_json()["grants"][0], sort_keys=True)]).encode())
        self.assertEqual([former.hexdigest()] * 2, [left.digest(), opened.digest()])
        self.assertNotEqual(left.digest(), closed.digest())
        self.assertNotIn("firewall", left.as_json())
        self.assertEqual("closed", Entries(closed.as_json()).firewall)
        self.inside(order(1, [grant()]))
        self.assertEqual("STALE", self.inside(order(1, [grant()], firewall="closed"))["outcome"])

    def test_a_state_of_an_agent_before_it_is_whole_and_a_damaged_word_opens_nothing(self):
        self.inside(order(1, [grant()]))
        self.state(lambda state: state.pop("firewall"))
        self.assertEqual("DONE", self.inside(order(2, [grant()], firewall="closed"))["outcome"])
        for damage in (lambda state: state.update(firewall="ajar"), lambda state: state["order"].update(firewall=["open"])):
            self.inside(order(2, [grant()], firewall="closed"))
            self.state(damage)
            self.swept()
            self.assertNotIn("chain", self.open())

    def test_the_end_of_the_last_grant_closes_the_rest(self):
        self.inside(order(1, [grant()], firewall="closed"))
        told = self.inside(order(2, [], [grant()], firewall="closed"))
        self.assertEqual(("DONE", True, []), (told["outcome"], told["ended"][0]["gone"], self.open()))


SCRIPT = r"""
ssh-keygen -q -t ed25519 -N '' -f /root/theirs
printf 'UsePAM no\n' > /etc/ssh/sshd_config
/usr/sbin/sshd -E /var/log/auth.log
until [ -s /run/sshd.pid ]; do sleep 0.05; done # it listens before it writes that, and its parent is gone before
for tables in iptables ip6tables; do
    $tables -A INPUT -p tcp --sport 22 -j ACCEPT
    $tables -A INPUT -p tcp -j REJECT --reject-with tcp-reset
done
theirs=$(cut -d' ' -f1,2 /root/theirs.pub)
one='{"ticket":7,"user":"vendor","key":"'$theirs'","from":["203.0.113.0/29"],"expires_at":'$(($(date +%s) + 600))'}'
order() {
    "$python" "$agent" order <<EOT || true
{"latchkey":1,"verb":"converge","request":"r$1","node":"i-1","generation":$1,"grants":[$one],"ending":[]$2}
EOT
}
login() {
    ssh -F none -i /root/theirs -b 203.0.113.7 -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o BatchMode=yes \
        -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR vendor@203.0.113.1 true </dev/null >/dev/null 2>&1 && echo in || echo out
}
rules() { iptables -S | grep -c LATCHKEY || true; }
order 1
echo "given: $(login)"
order 2 ',"firewall":"closed"'
echo "closed: $(login) $(rules) $(grep -c ticket-7 /home/vendor/.ssh/authorized_keys)"
rm -f /run/latchkey/quiet
"$python" "$agent" sweep || true
echo "swept: $(login) $(rules)"
iptables -N LATCHKEY; iptables -I INPUT -m comment --comment latchkey -j LATCHKEY; iptables -A LATCHKEY -j ACCEPT
echo "reopened: $(login)"
rm -f /run/latchkey/quiet
"$python" "$agent" sweep || true
echo "swept again: $(login) $(rules)"
order 3
echo "opened: $(login)"
"""


class RealTest(Machine):

    def test_the_vendor_is_out_until_the_firewall_is_opened_again(self):
        marks, told = self.run_with(SCRIPT)
        self.assertEqual(("in", "out 0 1", "out 0"), (marks["given"], marks["closed"], marks["swept"]), told)
        self.assertEqual(("in", "out 0", "in"), (marks["reopened"], marks["swept again"], marks["opened"]), told)
        orders = [one for one in told if one["request"] != "sweep"]
        self.assertEqual(["DONE"] * 3, [one["outcome"] for one in orders], orders)
        self.assertEqual(["WHOLE", "GONE", "WHOLE"], [one["doors"]["chain"]["state"] for one in orders])


if __name__ == "__main__":
    unittest.main()
