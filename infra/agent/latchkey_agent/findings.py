"""What stands in the way, as the parts of one run find it."""
import collections


class Findings:

    def __init__(self):
        self.problems = {}  # account → why its files are not as wanted
        self.unread = {}  # (account, path or None for all) → the account, and why it could not be read
        self.questions = collections.defaultdict(list)  # account, None for all → what could not be answered
        self.put_aside = {}  # account → the names under which files of it were put aside
        self.closed = None  # why nothing was opened
        self.alive = set()  # (account, fingerprint) of which a session is alive that must not be

    def ask(self, user, question):
        if question not in self.questions[user]:
            self.questions[user].append(question)

    def open(self, user):
        """The questions that stay open about an account."""
        return self.questions[None] + self.questions[user]

    def session(self, grant):
        return "a session of the key is alive" if (grant.user, grant.fingerprint) in self.alive else None

    def concern(self, user, keys):
        """Whether there is one about the account, or about one of these keys of it."""
        return user in self.problems or any((user, key) in self.alive for key in keys)
