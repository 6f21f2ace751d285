"""The verb list_logins: by which keys, grants aside, root could log in."""
from latchkey_agent.admission.judge import Judge
from latchkey_agent.admission.rootline import admits
from latchkey_agent.errors import Problem
from latchkey_agent.keylines import after_options, lines_of, options_of
from latchkey_agent.keyoptions import end_in, read
from latchkey_agent.keys import parse_public_key
from latchkey_agent.statement import dumped

MOST, MOST_JUDGED, MOST_BECAUSE, MOST_OPTIONS = 40, 10, 2, 500


class RootLogins:

    def __init__(self, root):
        self.root, self.judge = root, Judge(root.server, root.sshd)

    def listed(self, room):
        found, unread = [], [{"file": "AuthorizedKeysFile", "why": one[:300]} for one in self.root.sshd.doubts(["root"])]
        for file in self.root.files:
            try:
                found += [(file, one) for one in lines_of(file.read()) if one.fingerprint and self.root.is_foreign(file, one)]
            except (Problem, OSError) as problem:
                unread.append({"file": file.shown, "why": str(problem)[:300]})
        logins = [self._login(file, line, number < MOST_JUDGED) for number, (file, line) in enumerate(found[:MOST])]
        told = {"verb": "list_logins", "done": True, "logins": logins, "unread": unread, "more_logins": max(0, len(found) - MOST)}
        while logins and len(dumped(told)) > room:
            logins.pop()
            told["more_logins"] += 1
        return told

    def _login(self, file, line, judged):
        options = options_of(line.raw)
        given = dict(read(options, self.root.sshd.knows) or ())
        told = {"fingerprint": line.fingerprint, "file": file.shown, "line": line.number, "options": options[:MOST_OPTIONS]}
        if "from" in given:
            told["from"] = given["from"].split(",")[:64]
        try:
            told.update(end_in(given, self.root.sshd.knows))
            key = parse_public_key(after_options(line.raw.strip()).decode() if options else line.raw.decode().strip())
            verdict = admits(self.judge, key, options, self.root.account) if judged else {
                "would_admit": "unknown", "because": ["the first %d keys are judged, and no more" % MOST_JUDGED]}
        except (Problem, ValueError, OverflowError, OSError) as problem:
            verdict = {"would_admit": "unknown", "because": [str(problem) or type(problem).__name__]}
        return dict(told, would_admit=verdict["would_admit"], because=verdict["because"][:MOST_BECAUSE])
