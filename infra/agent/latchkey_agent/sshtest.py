"""The verb test_ssh: what the vendor of a ticket would come to with his key, in WHM's words, and why."""
import ipaddress
import socket
import time

from latchkey_agent.escalation import obstacle
from latchkey_agent.libwrap import admits, linked
from latchkey_agent.listening import from_outside, listening

SECONDS, MOST_SOCKETS, MOST_GREETING = 5, 4, 8192
STAGES = {"connection": "REFUSED", "authentication": "AUTH", "session": "ENVIRONMENT"}


class SshTest:
    """Of a statement: what it says of the ticket's grants and of the doors, sshd's greeting, and sudo."""

    def __init__(self, server, told):
        self.server, self.told = server, told

    def of(self, ticket):
        mine = [one for one in self.told["grants"] if one["ticket"] == ticket]
        greeting = self._greeting() if mine and self.server.live else None
        tests = []
        for one in mine:
            found = [self._way(), greeting, self._login(one), self._doubt(), self._root(self.server.account(one["user"]))]
            result, because = next(filter(None, found), ("SUCCESS", []))
            tests.append({"user": one["user"], "result": result, "because": because})
        return {"verb": "test_ssh", "done": True, "tests": tests}

    def _way(self):
        """What surely keeps his packets from sshd."""
        blocked = [door["problem"] for _, door in sorted(self.told["doors"].items()) if "blocked_by" in door]
        return ("REFUSED", blocked) if blocked else None

    @staticmethod
    def _login(grant):
        if grant["state"] != "PRESENT":
            return "AUTH", [grant.get("problem", "the grant is " + grant["state"])]
        if grant["would_admit"] == "no":
            return STAGES[grant["stage"]], grant["because"]
        return ("UNKNOWN", grant["because"]) if grant["would_admit"] == "unknown" else None

    def _doubt(self):
        """What may keep his packets from sshd."""
        chain = self.told["doors"]["chain"]
        doubts = list(chain.get("notes", []))
        if chain["state"] == "GONE":
            doubts.append("the firewall is not open for the vendor; whether it lets him in all the same was not looked at")
        doubts += ["%s: %s" % (name, door.get("problem", "its state is not known"))
                   for name, door in sorted(self.told["doors"].items()) if door["state"] == "UNKNOWN"]
        return ("UNKNOWN", doubts) if doubts else None

    def _root(self, account):
        why = obstacle(account, self.server.live) if account else None
        return ("ESCALATE" if why[0] == "no" else "UNKNOWN", [why[1]]) if why else None

    def _greeting(self):
        """How sshd answers to a connection of this machine to itself; what does not get through here says nothing."""
        sockets = from_outside(listening(self.server) or [])[:MOST_SOCKETS]
        found, end = [], time.monotonic() + SECONDS
        for address, port in sockets:
            here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)
            found.append(self._greeted(here, port, end))
        # One socket that greets is enough: `would_admit` says at which addresses sshd listens.
        return None if None in found else next(iter(found), None)

    def _greeted(self, address, port, end):
        where, data = "sshd at %s port %d" % (address, port), b""
        try:
            connection = socket.create_connection((address, port), timeout=max(0.1, end - time.monotonic()))
        except OSError as error:  # a firewall of its own, perhaps, that the vendor does not meet
            return "UNKNOWN", ["%s cannot be reached from the server itself: %s" % (where, error.strerror or "no answer")]
        with connection:
            source = ipaddress.ip_address(connection.getsockname()[0])
            try:
                while not spoken(data) and len(data) < MOST_GREETING:
                    connection.settimeout(max(0.1, end - time.monotonic()))
                    more = connection.recv(1024)
                    if not more:
                        break
                    data += more
            except socket.timeout:
                return "TIMEOUT", ["%s says nothing for %d seconds" % (where, SECONDS)]
            except OSError:
                pass  # reset: it has closed
        version = spoken(data)
        if version and version.startswith(("SSH-2.0-", "SSH-1.99-")):
            return None
        if not data and linked(self.server) is not False and not admits(self.server, source)[0]:
            return "UNKNOWN", ["%s was not asked: libwrap keeps the server itself out" % where]
        text = (version or data.decode("ascii", "replace").strip())[:100]
        return "PROTOCOL", ["%s %s; look at its log and at MaxStartups" % (
            where, "answers “%s”" % text if text else "closes the connection without a greeting")]


def spoken(data):
    """The line with the version, which may come after others (RFC 4253, section 4.2)."""
    lines = data.decode("ascii", "replace").split("\n")[:-1]
    return next((line.rstrip("\r") for line in lines if line.startswith("SSH-")), None)
