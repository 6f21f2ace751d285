#!/usr/bin/env python3
"""What an order and a sweep cost, beside those of another commit, in one run:

    python3 infra/agent/bench/cost.py [--before COMMIT | --revoked KEYS] [--rounds N]

With --revoked it is this agent without and with so many keys that are revoked, of which no file has a line.

Servers are folders: foreign lines in root's file of keys, or accounts with three lines each. Each figure is a median of
processor time, user and system, of the whole process in milliseconds; the two agents take turns.
"""
import argparse
import base64
import hashlib
import json
import os
import shutil
import statistics
import struct
import subprocess
import sys
import tarfile
import tempfile
import time

AGENT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SIZES = (("10 lines", 10, 0), ("1,000 lines", 1000, 0), ("10,000 lines", 10000, 0), ("1,000 accounts", 10, 1000))


def key(number):
    blob = struct.pack(">I", 11) + b"ssh-ed25519" + struct.pack(">I", 32) + struct.pack(">Q", number) * 4
    return "ssh-ed25519 " + base64.b64encode(blob).decode()


def built(folder, commit=None):
    """The archive of these sources, or of a commit's."""
    sources, path = AGENT, os.path.join(folder, "%s.pyz" % (commit or "after"))
    if commit:
        sources = os.path.join(folder, commit)
        with open(path + ".tar", "wb") as file:
            subprocess.check_call(["git", "-C", AGENT, "archive", commit, "."], stdout=file)
        with tarfile.open(path + ".tar") as file:
            file.extractall(sources)
    subprocess.check_call([sys.executable, os.path.join(sources, "build.py"), "--archive", path])
    return path


def server(folder, lines, accounts):
    names = [("root", 0, "/root")] + [("u%d" % n, 20000 + n, "/home/u%d" % n) for n in range(accounts)]
    put(folder, "etc/passwd", "".join("%s:x:%d:%d::%s:/bin/sh\n" % (name, uid, uid, home) for name, uid, home in names))
    for name, uid, home in names:
        count = lines if name == "root" else 3
        put(folder, home[1:] + "/.ssh/authorized_keys", "".join("%s line %d\n" % (key(uid * 100000 + n), n) for n in range(count)))
        for part in (home[1:], home[1:] + "/.ssh", home[1:] + "/.ssh/authorized_keys"):
            os.chown(os.path.join(folder, part), uid, uid) if os.geteuid() == 0 else None
    return folder


def put(folder, name, text):
    os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
    with open(os.path.join(folder, name), "w") as file:
        file.write(text)


def run(agent, folder, verb, order=None):
    """Milliseconds of processor time."""
    process = subprocess.Popen([sys.executable, "-I", agent, verb, "--root", folder], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE)
    process.stdin.write(json.dumps(order).encode() if order else b"")
    process.stdin.close()
    told = process.stdout.read()
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    assert not order or json.loads(told.decode())["outcome"] == "DONE", told
    return (used.ru_utime + used.ru_stime) * 1000


def order(generation, grants, ending, revoked=0):
    one = {"ticket": 7, "user": "root", "key": key(2 ** 40), "from": ["203.0.113.0/24"], "expires_at": int(time.time()) + 7200}
    more = {"revoked": [fingerprint(2 ** 41 + n) for n in range(revoked)]} if revoked else {}
    return {"latchkey": 1, "verb": "converge", "request": "r", "node": "i", "generation": generation,
            "grants": [one] * grants, "ending": [one] * ending, **more}


def fingerprint(number):
    digest = hashlib.sha256(base64.b64decode(key(number).split()[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def measured(agent, folder, generation, revoked):
    """What each step of one round took."""
    took = {"grant": run(agent, folder, "order", order(generation, 1, 0, revoked))}
    took["whole"] = run(agent, folder, "sweep")
    took["next"] = run(agent, folder, "sweep")
    took["revoke"] = run(agent, folder, "order", order(generation + 1, 0, 1, revoked))
    run(agent, folder, "order", order(generation + 2, 0, 0, revoked))
    took["idle"] = run(agent, folder, "sweep")
    took["idle next"] = run(agent, folder, "sweep")
    return took


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--before", default="96cc34c")
    parser.add_argument("--revoked", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    work = tempfile.mkdtemp(prefix="latchkey-bench-")
    try:
        agents = {"before": built(work, None if args.revoked else args.before), "after": built(work)}
        revoked = {"before": 0, "after": args.revoked or 0}
        print("| CPU ms, %s | grant | revoke | first sweep | next sweeps | first without a grant | next |\n| --- | --- | --- | --- | --- | --- | --- |"
              % ("without → with %d" % args.revoked if args.revoked else "before → after"))
        for name, lines, accounts in SIZES:
            folders = {one: server(os.path.join(work, name.replace(" ", ""), one), lines, accounts) for one in agents}
            rounds = {one: [] for one in agents}
            for number in range(args.rounds):
                for one in agents:
                    rounds[one].append(measured(agents[one], folders[one], 3 * number + 1, revoked[one]))
            cells = [" → ".join("%.0f" % statistics.median(took[step] for took in rounds[one]) for one in ("before", "after"))
                     for step in ("grant", "revoke", "whole", "next", "idle", "idle next")]
            print("| %s | %s |" % (name, " | ".join(cells)), flush=True)
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
