"""A revoke that is killed at random moments: what it leaves open, the next order ends, and nothing of others is lost."""
import os
import random
import signal
import time

from .machine import LabMistake


def play(game):
    """The row's `count` kills, whose moments its `seed` chooses; every second one is left to the sweep first."""
    row, verdict = game.row, game.verdict
    chance = random.Random(int(row.seed))
    other = game.second.public + " of somebody else"
    game.put_key(game.second, row.account, other)
    longest = _whole(game)
    open_after_kill = by_sweep = finished = 0
    for number in range(int(row.count)):
        game.granted()
        if not game.vendor.logs_in(row.account):
            raise LabMistake("kill %d: the vendor cannot log in before it" % number)
        moment = chance.uniform(0, longest)
        finished += not _kill(game, moment)
        kept = game.vendor.logs_in(row.account)
        open_after_kill += kept
        if kept and number % 2:
            game.agent.sweep()
            by_sweep += not game.vendor.logs_in(row.account)
        statement = game.revoked()
        verdict.statements.append(statement)
        ended = (statement.get("ended") or [{}])[0]
        if ended.get("gone") is not True or game.vendor.logs_in(row.account):
            verdict.fault("kill %d after %.3f s: the next order says gone=%s, and the key %s" % (
                number, moment, ended.get("gone"), "logs in" if game.vendor.logs_in(row.account) else "does not log in"))
        if other not in game.machine.run("cat ~%s/.ssh/authorized_keys" % row.account).stdout:
            verdict.fault("kill %d after %.3f s: the line of somebody else is lost" % (number, moment))
            game.put_key(game.second, row.account, other)
    left = game.machine.run("ls -A ~%s/.ssh /var/lib/latchkey" % row.account).stdout.split()
    verdict.note("%d kills within %.1f s (%d came after the end): the key still logged in after %d, the sweep ended %d of them, "
                 "the next order ended all others; files: %s"
                 % (int(row.count), longest, finished, open_after_kill, by_sweep, " ".join(left)))


def _whole(game):
    """How long a revoke takes here that is let alone."""
    game.granted()
    begin = time.monotonic()
    game.agent.start(**game.revoke_words())[0].wait()
    return time.monotonic() - begin


def _kill(game, moment):
    """False if it was over by then."""
    begin = time.monotonic()
    process, pid = game.agent.start(**game.revoke_words())
    time.sleep(max(0.0, moment - (time.monotonic() - begin)))
    alive = process.poll() is None and pid is not None
    if alive:
        os.kill(pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    return alive
