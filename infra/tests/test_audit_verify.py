"""Every change of an export is found and placed: python3 -m unittest discover -s infra/tests

AUDIT_FLIPS=all changes every byte of an export of 10,000 entries (minutes); without it some, the same on each run.
"""
import base64
import contextlib
import importlib.machinery
import importlib.util
import io
import multiprocessing
import os
import random
import shutil
import subprocess
import tempfile
import unittest
from unittest import mock

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


def ended(lines):
    """An export of these lines."""
    return lines + [verify.canonical({"line": "end", "sha256": verify.digest(b"\n".join(lines) + b"\n")}).encode()]


def openssl(*arguments):
    subprocess.run(("openssl",) + arguments, check=True, stderr=subprocess.DEVNULL)


def flips(first, last):
    """Changes bytes of these blocks, and says how many were changed and which were not found at their place.

    Each is checked with the blocks around it alone, by the code that checks a whole export.
    """
    made, every, chance = TEN_THOUSAND, os.environ.get("AUDIT_FLIPS") == "all", random.Random(first)
    count, wrongs = 0, []
    for n in range(first, last):
        block = made.blocks[n][1]
        for i in range(len(block)):
            size = len(block[i].encode())
            for at in range(size) if every else [chance.randrange(size)]:
                count += 1
                line, says = found(made, n, i, at)
                if line not in near(made, n, i):
                    wrongs.append((n, i, at, line, says))
    return count, wrongs


def found(made, n, i, at):
    """Where, from the block on, and what is said of a changed byte; 0 where it is the head alone that shows it."""
    (number, previous, high), block = made.blocks[n]
    lines = [line.encode() for some in made.blocks[n:n + 3] for line in some[1]]
    lines[i] = flipped(lines[i], at)
    chain = verify.Chain("ann", number, previous)
    chain.high = high or None
    try:
        for j, line in enumerate(lines):
            chain.take(j + 1, line)
    except verify.Wrong as wrong:
        return wrong.line, str(wrong)
    if chain.torn:
        return chain.torn[0], "torn"
    return 0 if (chain.number, chain.hash) != made.head and n == len(made.blocks) - 1 else None, "nothing"


def near(made, n, i):
    """The line alone; of the last seal only a head tells whether it was changed, or what is before it."""
    block = made.blocks[n][1]
    return {i + 1} if n < len(made.blocks) - 1 or i < len(block) - 1 else set(range(len(block) + 1)) | {None}


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
                    # Of the last seal and the end only a head tells whether they were changed, or what is before them.
                    near = {i + 1} if 0 < i < len(made.lines) - 2 else set(range(1, len(made.lines) + 2))
                    self.assertTrue(found.line in near or b"\n" in lines[i], (i + 1, at, str(found)))
        whole = made.data()
        for at in [at for at in range(len(whole)) if whole[at:at + 1] == b"\n"]:
            self.wrong(flipped(whole, at))

    def test_bytes_of_an_export_of_ten_thousand_entries(self):
        made = TEN_THOUSAND
        step = 50
        with multiprocessing.Pool() as pool:
            results = pool.starmap(flips, [(n, min(n + step, len(made.blocks))) for n in range(0, len(made.blocks), step)], 1)
        self.assertEqual([wrong for _, wrongs in results for wrong in wrongs], [])
        print("%d changes of one byte in %d bytes of 10,000 entries: each found and placed" % (
            sum(count for count, _ in results), len(made.data())))

    def test_a_whole_export_says_the_same_of_a_changed_byte_as_the_blocks_around_it(self):
        made, chance = TEN_THOUSAND, random.Random(3)
        starts = [1]
        for _, block in made.blocks:
            starts.append(starts[-1] + len(block))
        for _ in range(200 if os.environ.get("AUDIT_FLIPS") == "all" else 4):
            n = chance.randrange(len(made.blocks) - 3)
            i = chance.randrange(len(made.blocks[n][1]))
            at = chance.randrange(len(made.blocks[n][1][i].encode()))
            lines = list(made.lines)
            lines[starts[n] + i] = flipped(lines[starts[n] + i], at)
            whole = self.wrong(made.data(lines))
            line, says = found(made, n, i, at)
            self.assertEqual(whole.line, starts[n] + line, (n, i, at))
            self.assertEqual(str(whole).split(": ")[1:2], says.split(": ")[1:2])

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

    def test_the_newest_seal_has_the_form_that_the_function_requires(self):
        made = Made(1, 1)
        seal = made.lines[-2].decode()
        at, high = (verify.json.loads(seal)[name] for name in ("at", "high"))
        for old, new in (('"number":1', '"number":1.0'), ('"number":1', '"number":true'), ('"at":%d' % at, '"at":"%d"' % at),
                         ('"table":"latchkey"', '"table":1'), ('"high":"%s"' % high, '"high":1'), ('"number":1', '"more":1,"number":1')):
            self.assertIn(old, seal)
            self.wrong(made.data(ended(made.lines[:-2] + [seal.replace(old, new).encode()])), "line 3: changed: it is ")

    def test_a_seal_of_nothing_or_of_what_is_not_a_place_cannot_be_read(self):
        made = Made(1, 1)
        seal = verify.json.loads(made.lines[2].decode())
        place, value = seal["entries"][0]
        for entries in ([], [["", value]], [[place + "x" * 200, value]], [[1, value]], [[place]], [place], {}):
            line = verify.canonical(dict(seal, entries=entries)).encode()
            self.assertEqual(self.wrong(made.data(made.lines[:2] + [line] + made.lines[3:]), "its entries cannot be read").line, 3)

    @unittest.skipUnless(shutil.which("openssl"), "openssl signs what is checked")
    def test_a_signature_is_checked_and_every_byte_of_it(self):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        key, public, other = (os.path.join(folder, name) for name in ("key.pem", "public.pem", "other.pem"))
        for path in (key, other):
            openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path)
        openssl("pkey", "-in", key, "-pubout", "-out", public)
        openssl("pkey", "-in", other, "-pubout", "-out", other + ".pub")
        made = Made(5, 2, key)
        mine, others = verify.der_of(public), verify.der_of(other + ".pub")
        self.assertTrue(verify.signatures(verify.check(made.data()), [mine]).endswith("the signatures are valid."))
        self.assertIn("not checked", verify.signatures(verify.check(made.data()), []))
        with self.assertRaises(verify.Wrong):
            verify.signatures(verify.check(made.data()), [others])
        self.assertTrue(verify.signatures(verify.check(made.data()), [others, mine]).endswith("are valid."))
        line = made.lines[-2]
        for at in range(0, len(line), 1 if os.environ.get("AUDIT_FLIPS") == "all" else 7):
            lines = made.lines[:-2] + [flipped(line, at)]
            with self.assertRaises(verify.Wrong) as caught:
                verify.signatures(verify.check(made.data(ended(lines))), [mine])
            self.assertEqual(caught.exception.line, len(made.lines) - 1, str(caught.exception))

        # The key in the file itself is taken for what it is.
        der = base64.b64encode(mine).decode()
        own = verify.canonical({"line": "key", "key": verify.json.loads(line.decode())["key"], "public": der,
                                "sha256": verify.digest(mine)}).encode()
        with_key = ended(made.lines[:-1] + [own])
        said = verify.signatures(verify.check(made.data(with_key)), [])
        self.assertIn("valid by the key in the file itself", said)
        self.assertIn("proves nothing alone", said)
        for at in range(0, len(own), 1 if os.environ.get("AUDIT_FLIPS") == "all" else 7):
            lines = ended(made.lines[:-1] + [flipped(own, at)])
            self.assertEqual(self.wrong(made.data(lines)).line, len(made.lines))


class ExitCode(unittest.TestCase):
    """The exit code is not 0 if a check that was asked for could not be made. A file that is not an export is not called altered."""

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.made = Made(9, 2)
        self.head = "%d:%s" % self.made.head

    def file(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def key(self, name="key"):
        path = os.path.join(self.folder, name)
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path)
        openssl("pkey", "-in", path, "-pubout", "-out", path + ".pub")
        return path

    def run_on(self, data, *more):
        told = io.StringIO()
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
            code = verify.main([self.file("export", data)] + list(more))
        return "%d %s" % (code, told.getvalue())

    def test_without_a_question_it_is_whole(self):
        self.assertIn("(--key), tells.", self.run_on(self.made.data()))
        self.assertTrue(self.run_on(self.made.data()).startswith("0 Whole: 9 entries of ann, up to seal "))

    def test_a_head_that_the_file_does_not_have(self):
        number = self.made.head[0]
        self.assertTrue(self.run_on(self.made.data(), "--head", self.head).startswith("0 Whole"))
        said = self.run_on(self.made.data(), "--head", "%d:%s" % (number + 1, "a" * 64))
        self.assertTrue(said.startswith("3 Whole"), said)
        self.assertIn("seal %d, which you noted, comes after the end of this file" % (number + 1), said)
        self.assertIn("the chain was cut", said)
        self.assertIn("before this file", self.run_on(self.made.data(), "--head", "0:" + "a" * 64))
        other = self.run_on(self.made.data(), "--head", "%d:%s" % (number, "a" * 64))
        self.assertTrue(other.startswith("1 Not as it was sealed: seal %d is not the one" % number), other)

    @unittest.skipUnless(shutil.which("openssl"), "openssl signs what is checked")
    def test_a_key_where_nothing_is_signed(self):
        said = self.run_on(self.made.data(), "--key", self.key() + ".pub")
        self.assertTrue(said.startswith("3 Whole"), said)
        self.assertIn("Not checked: the file has no signature", said)

    @unittest.skipUnless(shutil.which("openssl"), "openssl signs what is checked")
    def test_a_key_where_later_signatures_were_taken_out(self):
        key = self.key()
        made = Made(9, 2, key)
        self.assertTrue(self.run_on(made.data(), "--key", key + ".pub").startswith("0 Whole"))
        lines, seals = [], 0
        for line in made.lines[:-2]:
            lines.append(line)
            if b'"line":"seal"' in line:
                seals += 1
                if seals == 1:
                    lines.append(made.signed(1, verify.digest(line), key).encode())
        data = made.data(ended(lines))
        said = self.run_on(data, "--key", key + ".pub")
        self.assertTrue(said.startswith("3 Whole"), said)
        self.assertIn("seals 2 to %d come after the last signature" % seals, said)
        self.assertTrue(self.run_on(data, "--key", key + ".pub", "--head", "%d:%s" % made.head).startswith("0 Whole"))

    @unittest.skipUnless(shutil.which("openssl"), "openssl signs what is checked")
    def test_a_key_where_openssl_is_missing(self):
        key = self.key()
        made = Made(9, 2, key)
        with mock.patch.object(verify.shutil, "which", return_value=None):
            said = self.run_on(made.data(), "--key", key + ".pub")
        self.assertTrue(said.startswith("3 Whole"), said)
        self.assertIn("openssl is not installed", said)

    def test_a_key_that_cannot_be_read(self):
        form = "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
        keys = [os.path.join(self.folder, "none"), self.folder, self.file("text", b"a key"), self.file("bytes", b"\xff\xfe"),
                self.file("letters", (form % "AB!=").encode())]
        if shutil.which("openssl"):
            keys.append(self.file("der", (form % "AAAA").encode()))
        for path in keys:
            said = self.run_on(self.made.data(), "--key", path)
            self.assertTrue(said.startswith("2 "), (path, said))
            self.assertNotIn("Whole", said)

    def test_an_answer_is_not_its_lines(self):
        lines = [line.decode() for line in self.made.lines]
        answer = {"metadata": {"result": 1}, "data": {"user": "ann", "lines": lines}}
        one = verify.json.dumps(answer)
        for text in (one, verify.json.dumps(answer, indent=2), one + "\n" + one, verify.json.dumps(answer["data"]), "---\ndata:\n  lines:\n", "<result><metadata/></result>"):
            said = self.run_on(text.encode())
            self.assertTrue(said.startswith("2 "), said)
            self.assertIn("is an answer, and not its lines", said)
        self.assertTrue(self.run_on(self.made.data()[1:]).startswith("1 Not as it was sealed: line 1"))


class OfATicket(unittest.TestCase):
    """Evidence of one ticket in two answers, of which the file is made."""

    def setUp(self):
        self.lines, self.number, self.hash, self.high = [], 4, "4" * 64, "%015d#a" % 1
        self.part(["7 8", "7", "", "8"])
        self.part(["", "7"], end=[{"line": "ticket", "user": "ann", "ticket": 7, "status": "closed", "servers": ["web1"],
                                   "granted": ["web1 as root"], "standing": [], "unproven": [], "audits": [],
                                   "receipts": 1, "more_receipts": 0},
                                  {"line": "receipt", "user": "ann", "ticket": 7, "receipt": {
                                      "verdict": "Access is gone.", "server_name": "web1", "ssh_username": "root"}}])

    def part(self, about, end=(), **more):
        entries = [verify.canonical({
            "line": "entry", "user": "ann", "place": "%015d#r" % (100 * self.number + i), "tickets": tickets,
            "function_name": "ticket_create_stub_ticket" if i == 0 and tickets else "ticket_grant"}) for i, tickets in enumerate(about)]
        places = [verify.json.loads(one)["place"] for one in entries]
        self.high = max([self.high] + places)
        seal = verify.canonical({
            "line": "seal", "user": "ann", "number": self.number + 1, "previous": self.hash, "at": 1, "table": "t", "high": self.high,
            "entries": [[place, verify.digest(one)] for place, one in zip(places, entries)]})
        lines = [verify.canonical(dict({"line": "export", "user": "ann", "first": self.number + 1, "last": self.number + 1, "ticket": 7,
                                        "created_at": 0, "calls": 0, "unmarked": 1 - len(self.lines) // 4, "damaged": []}, **more))]
        lines += [one for one, tickets in zip(entries, about) if "7" in tickets.split()] + [seal]
        for tree in end:
            lines.append(verify.canonical(dict(tree, sha256=verify.digest(verify.canonical(tree)))))
        self.number, self.hash = self.number + 1, verify.digest(seal)
        self.lines += ended([line.encode() for line in lines])

    def check(self, lines):
        return verify.check(b"\n".join(lines) + b"\n")

    def test_it_says_what_is_proven_and_what_is_not(self):
        chain = self.check(self.lines)
        says = verify.evidence(chain)
        for text in ("3 entries say that they are about it, its creation among them", "Of 3 other entries the file has the hashes",
                     "Latchkey states it of 2; 1 are of an earlier release", "Not proven", "1 receipts", "not part of the chain"):
            self.assertIn(text, says)
        self.assertEqual((chain.first, chain.number), (5, 6))
        self.assertIn("is not the whole", verify.evidence(self.check(self.lines[:5])))

    def test_only_what_a_receipt_of_the_file_says_is_gone(self):
        def says(receipts, **more):
            ticket = dict({"granted": ["web1 as root", "web2 as root"], "standing": [], "unproven": []}, **more)
            return verify.access(ticket, [{"receipt": {"server_name": name, "ssh_username": "root"}} for name in receipts])
        self.assertEqual(says(["web1", "web2"]), "all its access is proven gone")
        self.assertEqual(says(["web1"]), "unknown whether access is gone, as no receipt of it is in the file: web2 as root")
        self.assertEqual(says(["web1"], standing=["web2 as root"]), "access stands or is not proven gone: web2 as root")
        self.assertEqual(says(["web1", "web2"], unproven=["web2 as root: the server was removed"]),
                         "unknown whether access is gone: web2 as root: the server was removed")
        self.assertEqual(says([], granted=[]), "no access was granted")
        self.assertIn("does not say", verify.access({"standing": []}, []))
        self.assertIn("all its access is proven gone; 1 receipts", verify.evidence(self.check(self.lines)))

    def test_an_entry_that_is_not_as_it_was_sealed_is_not_said_to_be_of_others(self):
        self.part(["7", "8"], damaged=["%015d#r" % 601])
        with self.assertRaises(verify.Wrong) as caught:
            self.check(self.lines)
        self.assertEqual(caught.exception.line, 12)
        self.assertIn('of these entries nobody knows whether they are about the ticket', str(caught.exception))
        self.assertIn("000000000000601#r", str(caught.exception))

    def test_a_file_of_a_release_that_did_not_compare_entries_is_read(self):
        first, second = self.lines[:5], self.lines[5:]
        old = [ended([part[0].replace(b'"damaged":[],', b"")] + part[1:-1]) for part in (first, second)]
        self.assertIn("Of 3 other entries", verify.evidence(self.check(old[0] + old[1])))

    def test_every_byte_of_it(self):
        for i, line in enumerate(self.lines):
            for at in range(len(line)):
                lines = list(self.lines)
                lines[i] = flipped(line, at)
                with self.assertRaises(verify.Wrong, msg=(i, at)) as caught:
                    verify.evidence(self.check(lines))
                if b'"line":"ticket"' in line or b'"line":"receipt"' in line or b'"line":"entry"' in line:
                    self.assertEqual(caught.exception.line, i + 1, str(caught.exception))

    def test_what_is_of_another_ticket_missing_or_in_another_order_is_found(self):
        def wrong(lines, says):
            with self.assertRaises(verify.Wrong) as caught:
                verify.evidence(self.check(lines))
            self.assertIn(says, str(caught.exception))
        first, second = self.lines[:5], self.lines[5:]
        wrong(second + first, "deleted or reordered: it begins with seal 5, and before it is seal 6")
        wrong(first + ended([line for line in second[:-1] if b'"line":"receipt"' not in line]), "1 receipts, and was made"[:0] + "0 receipts")
        wrong(first + second[:-1], "truncated")
        entry = second[1].replace(b'"tickets":"7"', b'"tickets":"8"')
        wrong(first + ended([second[0], entry] + second[2:-1]), "does not say that it is about ticket 7")


TEN_THOUSAND = Made(10000, 3)

if __name__ == "__main__":
    unittest.main()
