"""What the tests of the agent share: folders that are servers, keys, orders, and runs of the agent."""
import atexit
import base64
import importlib.util
import io
import json
import marshal
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile

import build
from latchkey_agent.agent import Agent
from latchkey_agent.keys import CURVES

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NODE = "i-0123456789abcdef0"
STARTED = int(time.time())


def built():
    """The archive that is installed, readable by its owner alone as there."""
    folder = tempfile.mkdtemp(prefix="latchkey-test-")
    atexit.register(shutil.rmtree, folder, True)
    path = os.path.join(folder, "latchkey_agent.pyz")
    with open(path, "wb") as file:
        file.write(build.archive())
    compile_into(path)
    os.chmod(path, 0o700)
    return path


def compile_into(path):
    """Beside each source its code: the agent is started some thousand times, and compiling it takes most of its time.

    A Python of another version passes over the code and takes the source.
    """
    if sys.version_info < (3, 7):  # which knows no code that is valid whatever the source's time
        return
    with zipfile.ZipFile(path, "a") as packed:
        for name in packed.namelist():
            code = compile(packed.read(name), os.path.join(path, name), "exec", dont_inherit=True)
            packed.writestr(name + "c", importlib.util.MAGIC_NUMBER + struct.pack("<L", 1) + bytes(8) + marshal.dumps(code))


AGENT = built()


def field(data):
    return struct.pack(">I", len(data)) + data


def point(number):
    """A point of nistp256, from the first x at or after this number's that has one."""
    prime, b, _ = CURVES[b"nistp256"]
    x = int.from_bytes(bytes([number]) * 32, "big")
    while True:
        square = (x ** 3 - 3 * x + b) % prime
        y = pow(square, (prime + 1) // 4, prime)
        if y * y % prime == square:
            return b"\4" + x.to_bytes(32, "big") + y.to_bytes(32, "big")
        x += 1


def key(number, kind="ssh-ed25519"):
    """A well-formed public key that is nobody's."""
    body = {"ssh-ed25519": field(bytes([number]) * 32),
            "ssh-rsa": field(b"\1\0\1") + field(b"\0" + bytes([200 + number % 50]) * 383 + b"\1"),
            "ecdsa-sha2-nistp256": field(b"nistp256") + field(point(number))}[kind]
    return kind + " " + base64.b64encode(field(kind.encode()) + body).decode()


def grant(ticket=7, user="root", public=None, ranges=("203.0.113.0/24",), lasts=7200):
    """The same each time in one run of the tests, as an order that is repeated has it, unless it ends soon."""
    return {"ticket": ticket, "user": user, "key": public or key(1), "from": list(ranges),
            "expires_at": (STARTED if lasts >= 600 else int(time.time())) + lasts}


def order(generation, grants=(), ending=(), **more):
    return dict({"latchkey": 1, "verb": "converge", "request": "r-%d" % generation, "node": NODE,
                 "generation": generation, "grants": list(grants), "ending": list(ending)}, **more)


def observe(**more):
    return dict({"latchkey": 1, "verb": "observe", "request": "look", "node": NODE}, **more)


def within(seconds=30):
    return int(time.time()) + seconds


class Folder(unittest.TestCase):
    """A folder that is a server: root, bob (uid 1000), and an account without a shell."""
    wrapped = ()  # what the agent is run by

    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="latchkey-test-")
        self.addCleanup(shutil.rmtree, self.root, True)
        os.chmod(self.root, 0o755)
        # Without root all accounts are the one that runs the tests.
        bob = 1000 if os.geteuid() == 0 else os.geteuid()
        self.put("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nbob:x:%d:%d::/home/bob:/bin/sh\n"
                                "daemon:x:2:2::/:/usr/sbin/nologin\n" % (bob, bob))
        for home, uid in (("/root", 0), ("/home/bob", bob)):
            os.makedirs(self.path(home))
            if os.geteuid() == 0:
                os.chown(self.path(home), uid, uid)
        self.keys = "/root/.ssh/authorized_keys"

    def path(self, path):
        return os.path.join(self.root, path.lstrip("/"))

    def put(self, path, data, mode=0o600):
        data = data.encode() if isinstance(data, str) else data
        os.makedirs(os.path.dirname(self.path(path)), exist_ok=True)
        with open(self.path(path), "wb") as file:
            file.write(data)
        os.chmod(self.path(path), mode if path != "/etc/passwd" else 0o644)

    def get(self, path=None):
        try:
            with open(self.path(path or self.keys), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return b""

    def start(self, verb, given="", path=None, **environment):
        environment = dict({"PATH": os.environ["PATH"]}, **environment)
        process = subprocess.Popen(list(self.wrapped) + [sys.executable, "-I", AGENT, verb] + ([path] if path else [])
                                   + ["--root", self.root], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
        process.given = given if isinstance(given, bytes) else given.encode()
        return process

    def finish(self, process):
        out, err = process.communicate(process.given, timeout=30)
        self.assertEqual(b"", err)
        self.assertLessEqual(len(out), 20001)
        told = json.loads(out.decode("ascii")) if out else None
        if told:
            self.assertEqual(process.returncode, 0 if told["outcome"] == "DONE" else 1)
        return told

    def send(self, order, **environment):
        return self.finish(self.start("order", order if isinstance(order, (str, bytes)) else json.dumps(order),
                                      **environment))

    def inside(self, order):
        """The same in this process, for tests that put something in the place of a part of the agent."""
        return Agent(self.root).order(io.BytesIO(json.dumps(order).encode()))

    def sweep(self):
        return self.finish(self.start("sweep"))

    def give(self, generation=1, **more):
        told = self.send(order(generation, [grant(**more)]))
        self.assertEqual("DONE", told["outcome"], told)
        return told

    def state(self, change=None):
        """The kept state, changed if so wanted: the only way to make time pass for a lease."""
        state = json.loads(self.get("/var/lib/latchkey/state.json").decode())
        if change:
            change(state)
            self.put("/var/lib/latchkey/state.json", json.dumps(state))
        return state
