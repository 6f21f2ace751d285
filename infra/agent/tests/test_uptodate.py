"""Whether sshd has read what its configuration is now: `sshd -T` tells what is on the disk, and a login what was there before."""
import os
import shutil
import tempfile
import time
import types
import unittest
from unittest import mock

from latchkey_agent import uptodate
from latchkey_agent.processes import Process
from latchkey_agent.sshdconfig import MAIN, Text
from latchkey_agent.uptodate import UpToDate
from tests.machine import Machine

INCLUDED = "/etc/ssh/sshd_config.d/10-site.conf"


class UpToDateTest(unittest.TestCase):

    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="latchkey-test-")
        self.addCleanup(shutil.rmtree, self.root, True)
        self.server = types.SimpleNamespace(live=True, path=lambda path: self.root + path, shown=lambda path: path[len(self.root):])
        for name, value in (("time", types.SimpleNamespace(sleep=self.waited)), ("KNOWN", self.root + "/known"), ("started_at", lambda process: process.started)):
            patch = mock.patch.object(uptodate, name, value)
            patch.start()
            self.addCleanup(patch.stop)
        self.process = Process(4711, 1, int(time.time()) - 3600, "sshd", "sshd: /usr/sbin/sshd", 0)
        self.meanwhile = []
        self.put(MAIN, "Include /etc/ssh/sshd_config.d/*.conf\nUsePAM no\n")
        self.put(INCLUDED, "Port 22\n")
        self.reads()

    def waited(self, _):
        if self.meanwhile:
            self.meanwhile.pop()()

    def put(self, path, text):
        os.makedirs(os.path.dirname(self.root + path), exist_ok=True)
        with open(self.root + path, "w") as file:
            file.write(text)

    def reads(self, path="/run/sshd.pid"):
        """sshd has read all that is there; what is changed after this has a later time, of which a file system has few in a second."""
        self.later()
        self.put(path, "4711\n")
        self.later()

    def later(self):
        self.put("/probe", "")
        first = os.stat(self.root + "/probe").st_mtime_ns
        while os.stat(self.root + "/probe").st_mtime_ns == first:
            self.put("/probe", "")

    def look(self):
        """What stays a question; what is known is noted, as at the end of a run."""
        work = UpToDate(self.server, [types.SimpleNamespace(process=self.process)], [Text(self.server)])
        work.remember()
        return work.late.get(0, "")

    def test_a_change_that_it_has_not_read_is_a_question_until_it_has(self):
        def earlier():
            os.rename(self.root + MAIN, self.root + "/kept")
            shutil.copy2(self.root + "/kept", self.root + MAIN)
            self.put(MAIN, "UsePAM yes\n")
            os.utime(self.root + MAIN, (1000, 1000))  # as cp -p leaves it
        for change, named in ((lambda: self.put(MAIN, "Include /etc/ssh/sshd_config.d/*.conf\n"), MAIN), (lambda: self.put(INCLUDED, ""), INCLUDED),
                              (lambda: os.unlink(self.root + INCLUDED), os.path.dirname(INCLUDED)),
                              (lambda: self.put(INCLUDED + ".conf", "Port 23\n"), INCLUDED + ".conf"), (earlier, MAIN)):
            self.assertEqual("", self.look())
            change()
            self.assertEqual(named + " was changed after sshd had read it; systemctl reload ssh (or sshd)", self.look())
            self.reads()

    def test_what_changes_no_contents_is_none_once_it_was_looked_at(self):
        for number, change in enumerate((lambda: os.chmod(self.root + MAIN, 0o640), lambda: os.utime(self.root + MAIN), lambda: self.put(INCLUDED, "Port 22\n"),
                                         lambda: self.put(os.path.dirname(INCLUDED) + "/10-site.conf.swp", "x"))):
            self.reads()
            change()
            self.assertNotEqual("", self.look(), number)  # nobody knows what stood there when it was read
            self.reads()
            self.assertEqual("", self.look(), number)
            change()
            self.assertEqual("", self.look(), number)

    def test_without_a_pidfile_its_start_counts(self):
        for text in ("4712\n", "x", None):
            self.put("/run/sshd.pid", text or "")
            if text is None:
                os.unlink(self.root + "/run/sshd.pid")
            self.process = self.process._replace(started=int(time.time()))
            self.assertEqual("", self.look(), text)
            self.process = self.process._replace(started=int(time.time()) - 3600)
            self.assertIn("was changed after sshd had read it; systemctl restart ssh (or sshd)", self.look(), text)
        work = UpToDate(self.server, [types.SimpleNamespace(process=self.process)], [Text(self.server)])
        work.reread()  # it got SIGHUP from us
        work.remember()
        self.assertEqual("", self.look())

    def test_one_that_is_just_reading_is_waited_for(self):
        os.unlink(self.root + "/run/sshd.pid")
        self.meanwhile = [self.reads]
        self.assertEqual(("", []), (self.look(), self.meanwhile))

    def test_one_that_does_not_run_yet_reads_all_of_it(self):
        self.process = None
        self.put(MAIN, "")
        self.assertEqual("", self.look())


PLAY = r"""
ssh-keygen -q -t ed25519 -N '' -f /root/theirs
printf 'UsePAM no\nAuthorizedKeysFile .ssh/authorized_keys\n' > /etc/ssh/sshd_config; cp -p /etc/ssh/sshd_config /etc/ssh/saved
/usr/sbin/sshd -E /var/log/auth.log
until [ -s /run/sshd.pid ]; do sleep 0.05; done
order() {
    one='{"ticket":7,"user":"vendor","key":"'$(cut -d' ' -f1,2 /root/theirs.pub)'","from":["203.0.113.0/29"],"expires_at":'$(($(date +%s) + 600))'}'
    case $2 in on) grants=$one ending=;; off) grants= ending=$one;; esac
    echo '{"latchkey":1,"verb":"converge","request":"r'$1'","node":"i-1","generation":'$1',"grants":['$grants'],"ending":['$ending']}' |
        "$python" "$agent" order || true
}
again() { rm -f /run/sshd.pid; kill -HUP $(pgrep -o -x sshd); until [ -s /run/sshd.pid ]; do sleep 0.05; done; }
enters() { ssh -F none -i /root/theirs -b 203.0.113.7 -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=no \
    -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR vendor@203.0.113.1 true 2>/dev/null && echo "$1: yes" || echo "$1: no"; }
order 1 on
mkdir /etc/ssh/extra; cp /root/theirs.pub /etc/ssh/extra/vendor
printf 'UsePAM no\nAuthorizedKeysFile .ssh/authorized_keys /etc/ssh/extra/%%u\n' > /etc/ssh/sshd_config
again; cp -p /etc/ssh/saved /etc/ssh/sshd_config
order 2 off; enters tidied
again
order 3 off; enters read
chmod 600 /etc/ssh/sshd_config
order 4 off
order 5 on
echo 'AllowUsers nobody' >> /etc/ssh/sshd_config; again; cp -p /etc/ssh/saved /etc/ssh/sshd_config
order 6 on; enters allowed
"""


class ReadTest(Machine):

    def test_a_file_of_keys_that_only_the_sshd_that_runs_knows(self):
        marks, told = self.run_with(PLAY)
        self.assertEqual(("yes", "no", "no"), (marks["tidied"], marks["read"], marks["allowed"]), told)
        self.assertEqual(["unknown", True, True], [one["ended"][0]["gone"] for one in told[1:4]], told)
        late = "/etc/ssh/sshd_config was changed after sshd had read it; systemctl reload ssh (or sshd)"
        self.assertEqual([late], told[1]["ended"][0]["questions"])
        self.assertEqual([("yes", []), ("yes", []), ("unknown", [late])], [
            (one["grants"][0]["would_admit"], one["grants"][0]["because"]) for one in (told[0], told[4], told[5])], told)


if __name__ == "__main__":
    unittest.main()
