"""What one entry of an order says: an account for a ticket."""
import collections


Fields = collections.namedtuple("Fields", "ticket user key fingerprint ranges expires_at own sudo")
Fields.__new__.__defaults__ = (False, False)


class Grant(Fields):
    """One account for one ticket: what may log in, or, in `ending`, what must be proven gone; there `key` may be None.

    `own`: the account is made for it, and with `sudo` becomes root.
    """

    @property
    def lease(self):
        return lease_name(self.ticket, self.user)

    def as_json(self):
        named = {"key": self.key.text} if self.key else {"fingerprint": self.fingerprint}
        account = dict({"account": "own"}, **({"sudo": 1} if self.sudo else {})) if self.own else {}
        return dict(named, ticket=self.ticket, user=self.user, expires_at=self.expires_at, **{"from": list(self.ranges)}, **account)

    def told(self, **more):
        return dict(ticket=self.ticket, user=self.user, fingerprint=self.fingerprint, **more)


def lease_name(ticket, user):
    return "%d %s" % (ticket, user)
