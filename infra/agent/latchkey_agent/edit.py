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
            self._edit(user, [], lambda line, texts: any(line.within(text) for text in texts), self.wanted.lines(user))

    def open(self):
        """Leaves exactly the wanted lines of ours."""
        for user in self.wanted.users():
            self._edit(user, self.wanted.lines(user), lambda line, texts: any(line.reads(text) for text in texts), [])

    def _edit(self, user, wanted, stays, lines):
        """Adds to the file that is the account's alone; drops from all that sshd reads, each by itself."""
        try:
            account = self.wanted.accounts[user]
            files = self.survey.files(account)
            own = next((file for file in files if file.own), None)
        except Exception as problem:  # one account never stops another
            self.findings.problems[user] = str(problem)
            return
        for file in files:
            texts = lines + [text for other in self.leases.sharing[file.shown] - {user}
                             for text in self.wanted.lines(other)]
            drop = functools.partial(self._dropped, user, file.shown, stays, texts)
            change = functools.partial(rewritten, drop=drop, wanted=wanted if file is own else [])
            work = functools.partial(file.edit, change, functools.partial(blanked, drop=drop))
            try:
                # Where root alone may write, root writes; what is below the home is the account's.
                if as_account(account, self.server.live, work) if file.private else work():
                    self.changed = True
                    self.store.note("lines of %s put right" % file.shown, user)
            except Exception as problem:  # one file never stops another
                self.findings.problems[user] = str(problem)

    def _dropped(self, user, path, stays, texts, line):
        return self.leases.is_ours(user, line, path) and not stays(line, texts)
