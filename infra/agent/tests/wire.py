"""A server's network and a vendor's, joined by a cable: whether a packet arrives is tried, not worked out.

It is run in a network namespace of its own, which is the server's.
"""
import socket
import subprocess
import sys
import threading

# The vendor: it has every address of its networks.
VENDOR = r"""
import socket, subprocess, sys
print("ready", flush=True)
sys.stdin.readline()
subprocess.run(["ip", "-batch", "-"], check=True, input=b'''link set lo up
link set vendor0 up
address add 10.9.9.2/24 dev vendor0
address add fd99::2/64 dev vendor0 nodad
route add local 198.51.100.0/24 dev lo
route add local 203.0.113.0/24 dev lo
route add local 2001:db8::/32 dev lo
''')
open("/proc/sys/net/ipv6/ip_nonlocal_bind", "w").write("1")
print("up", flush=True)
for line in sys.stdin:
    source, port = line.split()
    family = socket.AF_INET6 if ":" in source else socket.AF_INET
    reached = "no"
    try:
        with socket.socket(family, socket.SOCK_STREAM) as one:
            one.settimeout(0.4)
            one.bind((source, 0))
            one.connect(("fd99::1" if ":" in source else "10.9.9.1", int(port)))
            one.settimeout(0.8)
            reached = "yes" if one.recv(3) == b"SSH" else "no"
    except OSError:
        pass
    print(reached, flush=True)
"""


class Wire:

    def __init__(self, port=22):
        self.port = port
        subprocess.run(["ip", "link", "add", "eth0", "type", "veth", "peer", "name", "vendor0"], check=True)
        self.vendor = subprocess.Popen(["unshare", "-n", sys.executable, "-c", VENDOR], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE)
        self._told()
        for args in (["link", "set", "vendor0", "netns", str(self.vendor.pid)], ["link", "set", "lo", "up"],
                     ["link", "set", "eth0", "up"], ["address", "add", "10.9.9.1/24", "dev", "eth0"],
                     ["address", "add", "fd99::1/64", "dev", "eth0", "nodad"], ["route", "add", "default", "via", "10.9.9.2"]):
            subprocess.run(["ip"] + args, check=True)
        self._say("go")
        self._told()
        subprocess.run(["ip", "-6", "route", "add", "default", "via", "fd99::2"], check=True)
        for family in (socket.AF_INET, socket.AF_INET6):
            listener = socket.socket(family, socket.SOCK_STREAM)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.bind(("", port))
            listener.listen(64)
            threading.Thread(target=self._serve, args=(listener,), daemon=True).start()

    def arrives(self, address, port=None):
        self._say("%s %d" % (address, port or self.port))
        return self._told() == "yes"

    def _say(self, line):
        self.vendor.stdin.write(line.encode() + b"\n")
        self.vendor.stdin.flush()

    def _told(self):
        return self.vendor.stdout.readline().decode().strip()

    @staticmethod
    def _serve(listener):
        while True:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"SSH")


def sh(text):
    run = subprocess.run(["sh", "-ec", text], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if run.returncode != 0:
        raise AssertionError("%s: %s" % (text, run.stderr.decode()))
    return run.stdout.decode()


def reset():
    """No rules of anybody's any more."""
    sh("nft flush ruleset")
    for name in ("ip", "ip6"):
        with open("/proc/net/%s_tables_names" % name) as file:
            tables = file.read().split()
        for table in tables:
            tool = ["%stables-legacy" % name, "-w", "-t", table]
            chains = subprocess.run(tool + ["-S"], stdout=subprocess.PIPE).stdout.decode().split("\n")
            for args in [["-F"], ["-X"]] + [["-P", line.split()[1], "ACCEPT"] for line in chains if line[:3] == "-P "]:
                subprocess.run(tool + args, check=True)
