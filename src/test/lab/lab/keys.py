"""Real logins by many keys: what the agent takes and writes, sshd takes; and afterwards none of it."""
import concurrent.futures

from .agent import fingerprint
from .vendor import Person

# As many as one order carries within Systems Manager's limit for a parameter.
BATCH = 20


def play(game):
    """The row's `count` keys of its type, through lines that the agent wrote."""
    row, verdict = game.row, game.verdict
    kind, _, bits = row.key.partition(" ")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        people = list(pool.map(lambda n: Person(game.folder, "key-%d" % n, game.vendor.address, kind, bits or None),
                               range(int(row.count))))
        entered = kept = 0
        for begin in range(0, len(people), BATCH):
            batch = people[begin:begin + BATCH]
            leases = [game.lease(begin + number + 1, person) for number, person in enumerate(batch)]
            statement = game.agent.converge(leases)
            verdict.statements.append(statement)
            states = [grant.get("state") for grant in statement.get("grants", [])]
            if states != ["PRESENT"] * len(batch):
                verdict.fault("not all keys were granted: %s, %s" % (statement.get("problem", ""), states))
            entered += sum(pool.map(lambda person: person.logs_in(row.account), batch))
        endings = [{"ticket": lease["ticket"], "user": lease["user"], "fingerprint": fingerprint(lease["key"])} for lease in leases]
        statement = game.agent.converge([], endings)
        verdict.statements.append(statement)
        gone = [ended.get("gone") for ended in statement.get("ended", [])]
        kept = sum(pool.map(lambda person: person.logs_in(row.account), people))
    verdict.note("%d keys of %s: %d log in; after the last order %d, and %d of %d are said to be gone"
                 % (len(people), row.key, entered, kept, gone.count(True), len(endings)))
    if entered != len(people):
        verdict.fault("%d keys that were granted do not log in" % (len(people) - entered))
    if kept:
        verdict.fault("%d keys still log in" % kept)
    if gone != [True] * len(endings):
        verdict.fault("not all are said to be gone: %s" % gone)
