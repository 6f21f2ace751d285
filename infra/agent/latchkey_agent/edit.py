"""The edits: our lines in the accounts' files, taken out and put in."""
import functools

from latchkey_agent.accounts import as_account
from latchkey_agent.closing import Closing
from latchkey_agent.keylines import rewritten


class Edit:

    def __init__(self, server, store, leases, wanted, survey, findings):
        self.server, self.store, self.leases, self.wanted = server, store, leases, wanted
        self.survey, self.findings, self.changed = survey, findings, False
        self.closing = Closing(server, store, survey, findings)

    def close(self):
        """Takes out every line of ours that lets in what is not wanted, or longer than is wanted."""
        for user in self.wanted.users():
            for account, file in self._files(user):
                self._drop(user, account, file, lambda line, texts: any(line.within(text) for text in texts),
                           self.wanted.lines(user))

    def open(self):
        """Leaves exactly the wanted lines of ours, in the file that is the account's alone."""
        for user in self.wanted.users():
            files = self._files(user)
            own = next((file for _, file in files if file.own), None)
            # First where it is to stand: a line that moves is at no moment missing.
            for account, file in sorted(files, key=lambda one: one[1] is not own):
                if file is own and self.wanted.carried[user]:
                    self._put(user, account, file, stays)
                elif user not in self.findings.problems:
                    self._drop(user, account, file, stays, [])

    def differences(self):
        """Account, file, lines that are taken out and grants whose line is put in, of all that `open` would change."""
        for user in self.wanted.users():
            files = self._files(user)
            own = next((file for _, file in files if file.own), None)
            for account, file in files:
                drop, out = self._dropped(user, file, stays, []), []
                missing = dict(zip(self.wanted.lines(user), self.wanted.carried[user])) if file is own else {}
                for line in self.survey.lines_in(user, account, file):
                    stands = [text for text in missing if line.reads(text)]
                    out += [line] if not stands and drop(line) else []
                    missing = {text: one for text, one in missing.items() if text not in stands}
                if out or missing:
                    yield user, file, out, list(missing.values())

    def _files(self, user):
        account = self.wanted.accounts[user]
        try:
            return [(account, file) for file in self.survey.files(user, account)]
        except Exception as problem:  # one account never stops another
            self.findings.problems[user] = str(problem)
            return []

    def _drop(self, user, account, file, stays, texts):
        """Only a file with such a line is touched: no other can keep anybody in, whatever is wrong with it."""
        try:
            self.changed |= self.closing.take_out(user, account, file, self._dropped(user, file, stays, texts))
        except Exception as problem:  # one file never stops another
            self.findings.problems[user] = str(problem)

    def _put(self, user, account, file, stays):
        change = functools.partial(rewritten, drop=self._dropped(user, file, stays, []), wanted=self.wanted.lines(user))
        work = functools.partial(file.edit, change)
        try:
            self.survey.revoked.allow(user)
            # Where root alone may write, root writes; what is below the home is the account's.
            as_root = not file.private or file.is_roots()
            if work() if as_root else as_account(account, self.server.live, work):
                self.changed = True
                self.store.note("lines of %s put right" % file.shown, user)
        except Exception as problem:  # one file never stops another
            self.findings.problems[user] = str(problem)

    def _dropped(self, user, file, stays, texts):
        texts = texts + [text for other in self.leases.sharing[file.shown] - {user} for text in self.wanted.lines(other)]
        return lambda line: self.leases.is_swept(user, line, file.shown) and not stays(line, texts)


def stays(line, texts):
    """Whether it is one of these lines."""
    return any(line.reads(text) for text in texts)
