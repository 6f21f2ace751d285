"""The verb check_ssh: the version that an SSH server elsewhere greets with, and nothing of any other service."""
import contextlib
import ipaddress
import re
import socket
import threading
import time

from latchkey_agent.errors import Problem

SECONDS = 5  # for the name, the connections and the greeting together
MOST_ADDRESSES = 4
MOST_BEFORE = 2048  # bytes of the lines that RFC 4253, section 4.2, lets a server say before its version
MOST_VERSION = 255  # bytes, the line's end among them

# What is in nobody's reach but the server's own: IANA's registries of special-purpose addresses. What of it may be a
# server of the caller's is in PRIVATE; cloud metadata is link-local, or fd00:ec2::254, which is never let through.
PRIVATE = [ipaddress.ip_network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")]
NEVER = [ipaddress.ip_network(one) for one in (
    "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
    "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "100.100.100.200/32", "fd00:ec2::/32", "2001::/23", "2001:db8::/32", "3fff::/20")]
GLOBAL = ipaddress.ip_network("2000::/3")  # all that is in use of IPv6 but private networks
# Networks of IPv6 that hold an address of IPv4, and how many bits follow it: mapped, translated, NAT64 (RFC 6052, 8215), 6to4.
HOLDING = [(ipaddress.ip_network(network), after) for network, after in (
    ("::ffff:0:0/96", 0), ("::ffff:0:0:0/96", 0), ("64:ff9b::/96", 0), ("64:ff9b:1::/48", 0), ("2002::/16", 80))]


def refusal(address, trusted):
    """Why no connection may be made to this address; None if one may."""
    for network, after in HOLDING:
        if address.version == 6 and address in network:
            inside = ipaddress.ip_address((int(address) >> after) & 0xffffffff)
            why = refusal(inside, trusted)
            return "%s holds %s" % (address, why) if why else None
    if any(address.version == one.version and address in one for one in NEVER):
        return "%s is an address of the server itself, its link, its cloud or none in use" % address
    if any(address.version == one.version and address in one for one in PRIVATE):
        return None if trusted else "%s is private, and the host is not a registered server of yours" % address
    return "%s is not in use on the internet" % address if address.version == 6 and address not in GLOBAL else None


def checked(server, action):
    """The greeting; `server` is not asked for anything."""
    end = time.monotonic() + SECONDS
    addresses = resolved(action["host"], action["port"], end)
    refused = next(filter(None, (refusal(address, action["trusted"]) for address in addresses)), None)
    if refused:
        raise Problem("host: no connection is made: " + refused)
    found = None
    for address in addresses[:MOST_ADDRESSES]:
        try:
            return {"verb": "check_ssh", "done": True, "received": greeting(str(address), action["port"], end)}
        except Problem as problem:
            found = found or problem
    raise found


def resolved(host, port, end):
    """The addresses of the name, each once: what is connected to is what was judged, whatever the name says a moment later."""
    with contextlib.suppress(ValueError):
        return [ipaddress.ip_address(host)]
    found = []

    def look():
        try:
            found.append(socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.append(error)
    thread = threading.Thread(target=look, daemon=True)  # a resolver may take longer than anybody waits
    thread.start()
    thread.join(max(0.1, end - time.monotonic()))
    if not found:
        raise Problem("the name was not resolved within %d seconds" % SECONDS)
    if isinstance(found[0], Exception):
        raise Problem("the name could not be resolved: %s" % (getattr(found[0], "strerror", None) or "it is not a name"))
    addresses = []
    for one in found[0]:
        address = ipaddress.ip_address(one[4][0].partition("%")[0])
        if address not in addresses:
            addresses.append(address)
    return addresses


def connected(address, port, seconds):
    """By number: no name is looked up a second time."""
    connection = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect((address, port))
    except BaseException:
        connection.close()
        raise
    return connection


def greeting(address, port, end):
    """The line with the version. Nothing is sent, and no byte of what does not begin with SSH- is told."""
    where, data = "%s port %d" % (address, port), b""
    left = lambda: max(0.1, end - time.monotonic())
    try:
        connection = connected(address, port, left())
    except socket.timeout:
        raise Problem("%s: the connection timed out" % where)
    except OSError as error:
        raise Problem("%s: %s" % (where, error.strerror or "it cannot be reached"))
    with connection:
        while time.monotonic() < end:
            version = re.search(rb"(?:^|\n)(SSH-[^\n]*)", data)
            if version and (version.end() < len(data) or len(version.group(1)) >= MOST_VERSION):
                return "".join(one for one in version.group(1)[:MOST_VERSION].decode("ascii", "ignore") if " " <= one <= "~")
            if len(data) >= MOST_BEFORE + MOST_VERSION or b"\0" in data:
                raise Problem("%s: what answers is not SSH" % where)
            try:
                connection.settimeout(left())
                more = connection.recv(MOST_VERSION)
            except socket.timeout:
                break
            except OSError as error:
                raise Problem("%s: %s" % (where, error.strerror or "the connection broke"))
            if not more:
                raise Problem("%s: %s" % (where, "what answers is not SSH" if data else "the connection was closed without a greeting"))
            data += more
    raise Problem("%s: nothing that is SSH was said within %d seconds" % (where, SECONDS))
