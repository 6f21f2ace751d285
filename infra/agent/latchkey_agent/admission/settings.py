"""What sshd's settings say of a login: as `sshd -T -C` prints them for the account and an address."""
import collections

from latchkey_agent.admission import patterns

NO, UNKNOWN = "no", "unknown"
# stage: how far the login comes. sshd does not answer, it does not take the key, or it takes it and gives no shell.
CONNECTION, AUTHENTICATION, SESSION = "connection", "authentication", "session"
Objection = collections.namedtuple("Objection", "kind text stage")
STAGES = {"RefuseConnection": CONNECTION, "KexAlgorithms": CONNECTION, "Ciphers": CONNECTION, "MACs": CONNECTION,
          "HostKeyAlgorithms": CONNECTION, "MaxSessions": SESSION, "ForceCommand": SESSION, "ChrootDirectory": SESSION}
# Keyword, the value that stands in the way, and what it means.
PLAIN = (("PubkeyAuthentication", "no", "sshd takes no key; set it to yes"),
         ("MaxSessions", "0", "no shell can be opened; set it to 10, the default"),
         ("MaxAuthTries", "0", "each login is refused; set it to 6, the default"),
         ("RefuseConnection", "yes", "each connection is refused; set it to no"))
INSTEAD = (("ForceCommand", "runs %s instead of what was asked for"), ("ChrootDirectory", "confines the login to %s"))


class Login:
    """Who would log in, with what, and from where."""

    def __init__(self, account, groups, key, address, lists_signatures):
        self.account, self.groups, self.key, self.address = account, groups, key, address
        self.lists_signatures = lists_signatures  # whether sshd tells a client which of them it takes


class Settings:
    """Keyword → values; a keyword that sshd does not print has its default."""

    def __init__(self, values):
        self.values = values

    def one(self, keyword, default=""):
        return self.values.get(keyword.lower(), [default])[0]

    def all(self, keyword):
        return " ".join(self.values.get(keyword.lower(), [])).split()

    def every(self, keyword):
        """For a keyword that may be said more than once."""
        return self.values.get(keyword.lower(), [])

    def objections(self, login):
        """(no or unknown, keyword, what it does) for each setting that stands in the way."""
        for keyword, value, why in PLAIN:
            if self.one(keyword).lower() == value:
                yield NO, keyword, "is %s: %s" % (value, why)
        for keyword in ("DenyUsers", "AllowUsers"):
            yield from self._users(keyword, keyword == "DenyUsers", login)
        for keyword in ("DenyGroups", "AllowGroups"):
            wanted = self.all(keyword)
            named = [one for one in wanted if any(patterns.like(group, one) for group in login.groups)]
            yield from self._listed(keyword, keyword == "DenyGroups", wanted, named, "a group of " + login.account.pw_name)
        value = self.one("PermitRootLogin", "prohibit-password").lower()
        if login.account.pw_uid == 0 and value in ("no", "forced-commands-only"):
            yield NO, "PermitRootLogin", "is %s: root cannot log in with a key; set it to prohibit-password" % value
        yield from self._key(login.key, login.lists_signatures)
        methods = self.all("AuthenticationMethods")
        if methods and not {"any", "publickey"} & set(methods):
            yield NO, "AuthenticationMethods", "asks for more than a key: %s; add publickey by itself" % " ".join(methods)
        for keyword, what in INSTEAD:
            value = self.one(keyword, "none")
            if value.lower() != "none" and (keyword, value) != ("ChrootDirectory", "/"):
                yield NO, keyword, what % value + "; leave the account out of it"

    def _users(self, keyword, denies, login):
        wanted, name = self.all(keyword), login.account.pw_name
        named = [one for one in wanted if patterns.names(name, login.address, one)]
        if self.one("UseDNS") == "yes":  # the name of the client's address may be any
            open_to_names = [one for one in wanted if patterns.like(name, one.rpartition("@")[0])
                             and patterns.by_name(one.rpartition("@")[2])]
            named = [one for one in named if one not in open_to_names]
            if open_to_names and not named:
                yield UNKNOWN, keyword, "has %s, and with UseDNS the name of the client decides" % open_to_names[0]
                return
        yield from self._listed(keyword, denies, wanted, named, name)

    @staticmethod
    def _listed(keyword, denies, wanted, named, who):
        if denies and named:
            yield NO, keyword, "has %s%s; take it out" % (named[0], "" if named[0] == who else ", which is " + who)
        if wanted and not denies and not named:
            yield NO, keyword, "does not name %s; add it" % who

    def _key(self, key, lists_signatures):
        takes = [key.type]
        if key.type == "ssh-rsa":  # a client that is not told takes the first
            takes = ["rsa-sha2-512", "rsa-sha2-256"][:1 + lists_signatures]
        for keyword in ("PubkeyAcceptedAlgorithms", "PubkeyAcceptedKeyTypes"):
            accepted = self.one(keyword)
            if accepted and accepted[0] not in "+^" and not any(patterns.listed(one, accepted) == 1 for one in takes):
                yield NO, keyword, "has no %s; add it, or use another type of key" % " or ".join(takes)
        least = int(self.one("RequiredRSASize", "0"))
        if key.rsa_bits and key.rsa_bits < least:
            yield NO, "RequiredRSASize", "is %d and the key has %d bits; use a longer key" % (least, key.rsa_bits)
        if key.type.startswith("sk-") and "verify-required" in self.one("PubkeyAuthOptions"):
            yield UNKNOWN, "PubkeyAuthOptions", "is verify-required: only a key that asks for a PIN is taken"
