"""What stands in the way, as the parts of one run find it."""


class Findings:

    def __init__(self):
        self.problems = {}  # account → why its files are not as wanted
        self.questions = {}  # account → sentences: what could not be answered, so that nothing is proven
        self.put_aside = {}  # account → the names under which files of it were put aside
        self.closed = None  # why nothing was opened
        self.alive = set()  # (account, fingerprint) of which a session is alive that must not be

    def ask(self, user, question):
        known = self.questions.setdefault(user, [])
        if question not in known:
            known.append(question)

    def session(self, grant):
        return "a session of the key is alive" if (grant.user, grant.fingerprint) in self.alive else None

    def concern(self, user, keys):
        """Whether there is one about the account, or about one of these keys of it."""
        return user in self.problems or any((user, key) in self.alive for key in keys)
