"""Every change of an export is found and placed: python3 -m unittest discover -s infra/tests

AUDIT_FLIPS=all changes every byte of an export of 10,000 entries (minutes); without it some, the same on each run.
"""
import importlib.machinery
import importlib.util
import os
import random
import shutil
import subprocess
import tempfile
import unittest

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "audit-verify")
loader = importlib.machinery.SourceFileLoader("audit_verify", PATH)
verify = importlib.util.module_from_spec(importlib.util.spec_from_loader("audit_verify", loader))
loader.exec_module(verify)


def entry(i):
    return verify.canonical({
        "line": "entry", "user": "ann", "place": "%015d#request-%d" % (1700000000000 + i, i), "at": 1700000000000 + i,
        "credential": "ci", "credential_id": "0123456789abcdef", "function_name": "api_token_create",
        "request_id": "request-%d" % i, "source_ip": "192.0.2.1", "what": "token “t%d” made\n" % i})


class Made:
    """An export as Latchkey makes it."""

    def __init__(self, entries, most, key=None):
        self.blocks = []  # the lines of a seal, and the number and hash of the one before it
        chance = random.Random(1)
        number, previous, high, i = 0, verify.NONE, "", 0
        while i < entries:
            some = [entry(i + j) for j in range(min(chance.randint(1, most), entries - i))]
            i += len(some)
            places = [verify.json.loads(one)["place"] for one in some]
            before = (number, previous, high)
            number += 1
            high = max([high] + places)
            seal = verify.canonical({
                "line": "seal", "user": "ann", "number": number, "previous": previous, "at": 1700000000000 + i, "table": "latchkey",
                "high": high, "entries": [[place, verify.digest(one)] for place, one in zip(places, some)]})
            previous = verify.digest(seal)
            self.blocks.append((before, some + [seal]))
        self.head = (number, previous)
        lines = [verify.canonical({"line": "export", "user": "ann", "first": 1, "last": number})]
        lines += [line for _, block in self.blocks for line in block]
        if key:
            lines.append(self.signed(number, previous, key))
        self.lines = [line.encode() for line in lines]
        self.lines.append(verify.canonical({"line": "end", "sha256": verify.digest(b"\n".join(self.lines) + b"\n")}).encode())

    @staticmethod
    def signed(number, value, key):
        leaf = verify.digest(verify.canonical({"line": "head", "user": "ann", "number": number, "hash": value}))
        other = "5" * 64
        statement = verify.canonical({"line": "heads", "at": 1, "heads": 2, "root": verify.digest(leaf + other)})
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=statement.encode(), stdout=subprocess.PIPE, check=True).stdout
        public = subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-outform", "DER"], stdout=subprocess.PIPE, check=True).stdout
        return verify.canonical({
            "line": "signature", "user": "ann", "number": number, "hash": value, "way": [["right", other]], "statement": statement,
            "key": verify.digest(public), "signature": verify.base64.b64encode(signature).decode()})

    def data(self, lines=None):
        return b"\n".join(lines or self.lines) + b"\n"


def flipped(line, at, bit=1):
    return line[:at] + bytes([line[at] ^ bit]) + line[at + 1:]


class AuditVerify(unittest.TestCase):
    def wrong(self, data, *says):
        with self.assertRaises(verify.Wrong) as caught:
            verify.check(data)
        for text in says:
            self.assertIn(text, str(caught.exception))
        return caught.exception

    def test_what_was_made_is_whole(self):
        made = Made(200, 7)
        chain = verify.check(made.data())
        self.assertEqual((chain.number, chain.hash, chain.entries), made.head + (200,))

    def test_every_byte_of_a_small_export(self):
        made = Made(12, 4)
        for i, line in enumerate(made.lines):
            for at in range(len(line)):
                for bit in (1, 0x20, 0x80):
                    lines = list(made.lines)
                    lines[i] = flipped(line, at, bit)
                    found = self.wrong(made.data(lines))
                    # A seal is vouched for by the next one, and the end by all before it.
                    near = {i + 1} if 0 < i < len(made.lines) - 3 else set(range(1, len(made.lines) + 2))
                    seal = lines[i].startswith(b'{"at"') and b'"line":"seal"' in line
                    self.assertTrue(found.line in near or seal or b"\n" in lines[i], (i + 1, at, str(found)))
        whole = made.data()
        for at in [at for at in range(len(whole)) if whole[at:at + 1] == b"\n"]:
            self.wrong(flipped(whole, at))

    def test_bytes_of_an_export_of_ten_thousand_entries(self):
        made = Made(10000, 3)
        every = os.environ.get("AUDIT_FLIPS") == "all"
        chance = random.Random(2)
        count = 0
        for n, ((number, previous, high), block) in enumerate(made.blocks):
            following = made.blocks[n + 1][1] if n + 1 < len(made.blocks) else []
            lines = [line.encode() for line in block + following]
            for i in range(len(block)):
                places = range(len(lines[i])) if every else [chance.randrange(len(lines[i]))]
                for at in places:
                    chain = verify.Chain("ann", number, previous)
                    chain.high = high or None
                    count += 1
                    changed = flipped(lines[i], at)
                    try:
                        for j, line in enumerate(lines):
                            chain.take(j + 1, changed if j == i else line)
                        # The last seal of all: its hash is in the head alone.
                        self.assertEqual((n + 1, i + 1), (len(made.blocks), len(block)))
                        self.assertNotEqual((chain.number, chain.hash), made.head)
                    except verify.Wrong as wrong:
                        near = {i + 1} if i < len(block) - 1 else set(range(1, len(lines) + 1))
                        self.assertIn(wrong.line, near, (n, i, at, str(wrong)))
        print("%d changes of one byte in %d bytes of 10,000 entries: each found and placed" % (count, len(made.data())))

    def test_each_kind_is_named(self):
        made = Made(60, 4)
        seals = [i for i, line in enumerate(made.lines) if b'"line":"seal"' in line]
        entries = [i for i, line in enumerate(made.lines) if b'"line":"entry"' in line]
        without = lambda i: made.data(made.lines[:i] + made.lines[i + 1:])
        self.wrong(without(entries[5]), "deleted: the entry")
        self.wrong(without(seals[3]), "seal")
        self.wrong(without(len(made.lines) - 1), "truncated")
        self.wrong(made.data()[:-1], "truncated")
        self.wrong(made.data(made.lines[:seals[4] + 1] + made.lines[-1:]), "deleted: it ends with seal 5")
        block = made.lines[seals[1] + 1:seals[2] + 1]
        self.wrong(made.data(made.lines[:seals[1] + 1] + made.lines[seals[2] + 1:]), "deleted: seal 3 is missing before seal 4")
        after = made.lines[seals[2] + 1:seals[3] + 1]
        self.wrong(made.data(made.lines[:seals[1] + 1] + after + block + made.lines[seals[3] + 1:]), "seal")
        two = next(i for i in entries if i + 1 in entries)
        lines = list(made.lines)
        lines[two], lines[two + 1] = lines[two + 1], lines[two]
        self.assertEqual(self.wrong(made.data(lines), "reordered: the entry").line, two + 2)
        self.wrong(made.data(made.lines[:3] + [made.lines[entries[9]]] + made.lines[3:]), "line")

    @unittest.skipUnless(shutil.which("openssl"), "openssl signs what is checked")
    def test_a_signature_is_checked_and_every_byte_of_it(self):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        key, public = os.path.join(folder, "key.pem"), os.path.join(folder, "public.pem")
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key], check=True, stderr=subprocess.DEVNULL)
        subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-out", public], check=True)
        made = Made(5, 2, key)
        self.assertIn("signatures are valid", verify.signatures(verify.check(made.data()), public))
        self.assertIn("not checked", verify.signatures(verify.check(made.data()), None))
        line = made.lines[-2]
        for at in range(0, len(line), 1 if os.environ.get("AUDIT_FLIPS") == "all" else 7):
            lines = made.lines[:-2] + [flipped(line, at)]
            lines.append(verify.canonical({"line": "end", "sha256": verify.digest(b"\n".join(lines) + b"\n")}).encode())
            with self.assertRaises(verify.Wrong) as caught:
                verify.signatures(verify.check(made.data(lines)), public)
            self.assertEqual(caught.exception.line, len(made.lines) - 1, str(caught.exception))


if __name__ == "__main__":
    unittest.main()
