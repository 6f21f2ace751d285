"""The sweep's timer: put in its place, asked of systemd or cron, put right; and the stamp of the last sweep."""
import contextlib
import json
import os
import shlex
import sys
import time

from latchkey_agent import itself, programs
from latchkey_agent.files import write_atomically
from latchkey_agent.quiet import SPARE, STAMP, boot

ARCHIVE = "/usr/local/lib/latchkey/latchkey_agent.pyz"
UNITS = "/etc/systemd/system/"
NAMES = ("latchkey-sweep.service", "latchkey-sweep.timer")
CRON = "/etc/cron.d/latchkey"
LATE = 300  # seconds without a sweep that are a problem
SERVICE = """[Unit]
Description=Latchkey sweep

[Service]
Type=oneshot
TimeoutStartSec=300
ExecStart=%s
"""
TIMER = """[Unit]
Description=Latchkey sweep

[Timer]
OnCalendar=minutely
AccuracySec=1s

[Install]
WantedBy=timers.target
"""
ASKED = ("Id", "LoadState", "ActiveState", "UnitFileState", "FragmentPath", "DropInPaths", "NeedDaemonReload",
         "StateChangeTimestamp")


def put_file(server, path, data, mode):
    path = server.path(path)
    os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
    write_atomically(path, data, mode)


class Timer:

    def __init__(self, server):
        self.server = server
        systemd = os.path.isdir(server.path("/run/systemd/system"))
        self.cron = not systemd and (server.live or os.path.isdir(server.path("/etc/cron.d")))
        self.systemd = systemd and server.live  # one that answers

    def files(self):
        command = [sys.executable or "/usr/bin/python3", "-I", self.server.path(ARCHIVE), "sweep"]
        command = " ".join(map(shlex.quote, command + ([] if self.server.live else ["--root", self.server.root])))
        if self.cron:
            return {CRON: "* * * * * root %s >/dev/null 2>&1\n" % command.replace("%", "\\%")}
        return dict(zip((UNITS + name for name in NAMES), (SERVICE % command.replace("%", "%%"), TIMER)))

    def put(self):
        """Starts the sweep each minute. Why it could not be, or None."""
        try:
            for path, text in self.files().items():
                put_file(self.server, path, text.encode(), 0o644)
            if not self.systemd:
                return None
            for path in self._drop_ins(self._shown() or {}):
                os.rename(path, path + ".put-aside")
        except OSError as error:
            return "%s: %s" % (error.filename, error.strerror)
        for args in (["daemon-reload"], ["enable", NAMES[1]], ["restart", NAMES[1]]):
            code, _, error = programs.run(["systemctl"] + args)
            if code != 0:
                return "systemctl %s: %s" % (args[0], programs.complaint(error))
        return None

    def remove(self):
        """Takes all of it off; what is left of it."""
        left = []
        if self.systemd:
            programs.run(["systemctl", "disable", "--now", NAMES[1]])
        for path in [CRON] + [UNITS + name for name in NAMES]:
            try:
                os.unlink(self.server.path(path))
            except FileNotFoundError:
                pass
            except OSError as error:
                left.append("%s: %s" % (path, error.strerror))
        if self.systemd:
            programs.run(["systemctl", "daemon-reload"])
            left += ["%s is still active" % name for name, one in (self._shown() or {}).items()
                     if name == NAMES[1] and one["ActiveState"] == "active"]
        return left

    def wrong(self):
        """What keeps the sweep from running each minute, or None."""
        for path, text in self.files().items():
            try:
                if os.path.islink(self.server.path(path)):
                    return "%s was made a link to %s" % (path, os.readlink(self.server.path(path)))
                with open(self.server.path(path), "rb") as file:
                    if file.read(len(text) + 1) != text.encode():
                        return "%s was altered" % path
            except OSError as error:
                return "%s: %s" % (path, error.strerror)
        return self._units() if self.systemd else self._no_cron() if self.server.live else None

    def _units(self):
        shown = self._shown()
        if shown is None:
            return "systemd does not answer for %s" % NAMES[1]
        for name, one in sorted(shown.items(), reverse=True):
            if one["LoadState"] != "loaded" or one["FragmentPath"] != UNITS + name or one["NeedDaemonReload"] == "yes":
                return "systemd has %s as %s, of %s" % (name, one["LoadState"], one["FragmentPath"] or "no file")
        for path in self._drop_ins(shown):
            return "%s alters the unit" % path
        timer = shown[NAMES[1]]
        if timer["ActiveState"] != "active":
            return "the timer was %s since %s" % ("stopped" if timer["ActiveState"] == "inactive" else timer["ActiveState"],
                                                  timer["StateChangeTimestamp"] or "the start of the server")
        return None if timer["UnitFileState"] == "enabled" else "the timer was %s" % (timer["UnitFileState"] or "disabled")

    @staticmethod
    def _shown():
        """Unit → what systemd says of it; None if it does not say it of both."""
        code, out, _ = programs.run(["systemctl", "show", "-p", ",".join(ASKED)] + list(NAMES))
        units = [dict(line.split("=", 1) for line in part.splitlines() if "=" in line) for part in out.split("\n\n")]
        units = {one.get("Id"): dict(dict.fromkeys(ASKED, ""), **one) for one in units}
        return units if code == 0 and set(NAMES) <= set(units) else None

    @staticmethod
    def _drop_ins(shown):
        """Those of our units alone; a distribution may have some for all units."""
        return [path for name in sorted(shown) for path in shown[name]["DropInPaths"].split()
                if os.path.basename(os.path.dirname(path)) == name + ".d"]

    @staticmethod
    def _no_cron():
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                with open("/proc/%s/comm" % pid) as file:
                    if file.read().strip() in ("cron", "crond", "cronie", "anacron", "fcron", "busybox-crond"):
                        return None
        return "no cron runs, and no systemd: nothing starts the sweep"

    def told(self, change, note, installed=None):
        """What a statement says of the sweep; with `change` its timer is put right first."""
        last, age, problem = self.last(), None, None
        if last:
            age = time.monotonic() - last["up"] if last["boot"] == boot() else time.monotonic()
        if not (same_file(itself.ARCHIVE, self.server.path(ARCHIVE)) if installed is None else installed):
            told = {"by": None, "last_at": None, "problem": "this agent is not the one in %s" % ARCHIVE}
            return told if self.server.live else dict(told, last_at=last and last["at"])
        wrong = self.wrong()
        if wrong and change:
            failed = self.put() or self.wrong()
            problem = wrong + ("; it was put right" if not failed else "; it could not be put right: " + failed)
            note("sweep: " + problem)
            wrong = failed
        elif wrong:
            problem = wrong
        age = time.monotonic() if age is None else age
        if not problem and self.server.live and age > LATE:
            problem = "there was no sweep for %d minutes" % (age // 60)
        # By the clock of now, also where it was set back meanwhile.
        last_at = last["at"] and (int(time.time() - age) if last["boot"] == boot() else last["at"]) if last else None
        told = {"by": None if wrong and self.cron else "cron" if self.cron else "systemd", "last_at": last_at}
        return dict(told, problem=problem[:500]) if problem else told

    def last(self):
        found = []
        for path in (STAMP, SPARE):
            with contextlib.suppress(OSError, ValueError):
                with open(self.server.path(path)) as file:
                    one = json.load(file)
                if (isinstance(one, dict) and type(one.get("up")) in (int, float) and isinstance(one.get("boot"), str)
                        and (one.get("at") is None or type(one.get("at")) is int)):
                    found.append(one)
        return max(found, key=lambda one: (one["boot"] == boot(), one["up"]), default=None)


def same_file(one, other):
    with contextlib.suppress(OSError, TypeError):
        return os.path.samefile(one, other)
    return False
