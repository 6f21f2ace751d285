"""What stands in the way, as the parts of one run find it."""
import collections


class Findings:

    def __init__(self):
        self.problems = {}  # account → why its files are not as wanted
        self.notes = {}  # (account, file) → what is unusual about the file, though it was read
        self.done = []  # (account, what was done to a file of it that is not done to others)
        self.questions = collections.defaultdict(list)  # account, None for all → what could not be answered
        self.put_aside = {}  # account → the names under which files of it were put aside
        self._asked = {}  # (account, file) → the question about it
        self.closed = None  # why nothing was opened
        self.beside = {}  # account → sessions that nobody can attribute, and what runs on, as the statement tells them
        self.alive = set()  # (account, fingerprint) of which a session is alive that must not be

    def ask(self, user, question):
        if question not in self.questions[user]:
            self.questions[user].append(question)

    def open(self, user):
        """The questions that stay open about an account."""
        return self.questions[None] + self.questions[user]

    def saw(self, user, file, note, question):
        """What the last look at a file was like; an earlier question about it is answered, or asked again.

        It is one for all: the key that is to be gone may be in the file of any account.
        """
        former = self._asked.pop((user, file), None)
        if former:
            self.questions[None].remove(former)
        self.notes.pop((user, file), None)
        if question:
            self.ask(None, question)
            self._asked[user, file] = question
        elif note:
            self.notes[user, file] = note

    def told_of(self, user):
        return "; ".join([text for (one, _), text in sorted(self.notes.items()) if one == user]
                         + [text for one, text in self.done if one == user])[:1000] or None

    def session(self, user, keys):
        return "a session of the key is alive" if any((user, key) in self.alive for key in keys) else None

    def concern(self, user, keys):
        """Whether there is one about the account, or about one of these keys of it."""
        return user in self.problems or bool(self.open(user)) or any((user, key) in self.alive for key in keys)
