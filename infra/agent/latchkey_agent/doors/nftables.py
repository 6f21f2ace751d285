"""Base chains of nftables that are not ours: whether one of them would still drop the vendor."""
import collections
import contextlib
import ipaddress
import json

from latchkey_agent import programs


class InputHooks:
    """Other base chains of nftables, which an ACCEPT of ours does not overrule."""

    def __init__(self, spared):
        self.hooks, self.rules = {}, collections.defaultdict(list)
        with contextlib.suppress(ValueError, KeyError, TypeError):
            for kind, one in (pair for item in json.loads(programs.run(["nft", "-j", "list", "ruleset"])[1])["nftables"]
                              for pair in item.items()):
                if kind == "rule":
                    self.rules[one["family"], one["table"], one["chain"]].append(one["expr"])
                elif kind == "chain" and one.get("hook") == "input":
                    name = one["family"], one["table"], one["name"]
                    if not spared(name):
                        self.hooks[name] = one.get("policy")

    def blocking(self, networks, ports):
        for name, policy in sorted(self.hooks.items()):
            for network, port in ((ipaddress.ip_network(network), port) for network in networks for port in ports):
                if (name[0] in ("inet", "ip" if network.version == 4 else "ip6")
                        and (self._verdict(name, network, port, 0) or policy) == "drop"):
                    return " ".join(name)
        return None

    def _verdict(self, name, network, port, depth):
        """What becomes of a new connection, as far as rules that we understand say it."""
        for expressions in self.rules[name] if depth < 16 else ():
            for key, value in (pair for expression in expressions for pair in expression.items()):
                if key == "match" and self._holds(value, network, port) or key in ("counter", "log"):
                    continue
                if key in ("accept", "drop", "reject"):
                    return "accept" if key == "accept" else "drop"
                if key in ("jump", "goto"):
                    verdict = self._verdict(name[:2] + (value["target"],), network, port, depth + 1)
                    if verdict or key == "goto":
                        return verdict
                break  # the rule is not for us, or not to be understood
        return None

    @staticmethod
    def _holds(match, network, port):
        """Whether the match surely takes in all of them."""
        with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
            left, right = next(iter(match["left"].values())), match["right"]
            name = left.get("field") or left.get("key")
            values = right["set"] if isinstance(right, dict) and "set" in right else right
            values = values if isinstance(values, list) else [values]
            if match["op"] not in ("==", "in"):
                return False
            if name == "saddr":
                return any(covers(value, network) for value in values)
            if name == "dport" and left["protocol"] in ("tcp", "th"):
                ranges = [value["range"] if isinstance(value, dict) else (value, value) for value in values]
                return any(first <= port <= last for first, last in ranges)
            return {"l4proto": "tcp", "state": "new"}.get(name) in values
        return False


def covers(value, network):
    prefix = value["prefix"] if isinstance(value, dict) else {"addr": value, "len": network.max_prefixlen}
    other = ipaddress.ip_network("%s/%d" % (prefix["addr"], prefix["len"]))
    return (other.version == network.version and other.prefixlen <= network.prefixlen
            and network.network_address in other)
