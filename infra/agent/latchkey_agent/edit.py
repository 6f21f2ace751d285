"""The edits: our lines in the accounts' files, taken out and put in."""
import functools

from latchkey_agent.accounts import as_account
from latchkey_agent.keylines import blanked, rewritten


class Edit:

    def __init__(self, server, store, leases, wanted, survey, findings):
        self.server, self.store, self.leases, self.wanted = server, store, leases, wanted
        self.survey, self.findings, self.changed = survey, findings, False

    def close(self):
        """Takes out every line of ours that lets in what is not wanted, or longer than is wanted."""
        for user in self.wanted.users():
            lines = self.wanted.lines(user)
            self._edit(user, lambda line: (
                self.leases.is_ours(user, line) and not any(line.within(text) for text in lines)), [])

    def open(self):
        """Leaves exactly the wanted lines of ours."""
        for user in self.wanted.users():
            self._edit(user, lambda line: self.leases.is_ours(user, line), self.wanted.lines(user))

    def _edit(self, user, drop, wanted):
        """Adds to the first of the account's files, drops from all: their order may have changed."""
        account = self.wanted.accounts[user]
        try:
            for number, file in enumerate(self.survey.files(account)):
                change = functools.partial(rewritten, drop=drop, wanted=[] if number else wanted)
                work = functools.partial(file.edit, change, functools.partial(blanked, drop=drop))
                # Where root alone may write, root writes; what is below the home is the account's.
                if as_account(account, self.server.live, work) if file.private else work():
                    self.changed = True
                    self.store.note("lines of %s put right" % file.shown, user)
        except Exception as problem:  # one account never stops another
            self.findings.problems[user] = str(problem)
