"""Tests of infra/bill: python3 -m unittest discover -s infra/tests"""
import base64
import contextlib
import gzip
import hashlib
import importlib.machinery
import importlib.util
import io
import json
import os
import subprocess
import tempfile
import unittest

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bill")
loader = importlib.machinery.SourceFileLoader("bill", PATH)
spec = importlib.util.spec_from_loader("bill", loader)
bill = importlib.util.module_from_spec(spec)
loader.exec_module(bill)

ID = "0123456789abcdef"


def row(function, calls, price="0.001", **more):
    amount = "%.3f" % (calls * float(price))
    return dict(user="bob", function=function, price_class="read", calls=calls, price=price, amount=amount, **more)


def line(calls, counted="yes", identity="1", at="2026-11-20T12:00:00Z", billed="bob"):
    return {"at": at, "id": identity, "counted": counted, "billed": billed, "calls": calls}


class BillTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.said = []
        self.data = {"month": "202611", "closed": 0, "complete_until": 1795175970, "currency": "USD",
                     "rows": [row("version", 3), row("myprivs", 1)], "amount": "0.004"}
        self.write("openapi.json", json.dumps({"paths": {
            "/json-api/version": {"get": {"x-latchkey-number": 36}},
            "/json-api/myprivs": {"get": {"x-latchkey-number": 8}}}}))

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def jsonl(self, name, items, before=""):
        return self.write(name, "".join(before + json.dumps(item) + "\n" for item in items))

    def run_bill(self, *more):
        self.said.clear()
        report = self.write("report.json", json.dumps({"metadata": {"result": 1}, "data": self.data}))
        return bill.main(["--user", "bob", "--month", "202611", "--report", report,
                          "--openapi", self.path("openapi.json")] + list(more), self.said.append)

    def told(self):
        return "\n".join(self.said)

    def test_the_log_agrees(self):
        log = self.jsonl("log", [line({"36": 2}, identity="1"), line({"36": 1, "8": 1}, identity="2"),
                                 line({"36": 9}, counted="no", identity="3"),
                                 line({"36": 9}, identity="4", billed="al"),
                                 line({"36": 9}, identity="5", at="2026-12-01T00:00:00Z")],
                         "2026-11-20T12:00:00.1Z ")
        self.assertEqual(0, self.run_bill("--log", log), self.told())
        self.assertIn("log: 4 calls counted, and 0 of which it is unknown", self.said)

    def test_a_line_that_is_there_twice_is_one_call(self):
        log = self.jsonl("log", [line({"36": 3, "8": 1})] * 2)
        self.assertEqual(0, self.run_bill("--log", log), self.told())

    def test_a_call_that_the_log_lacks_is_a_difference(self):
        log = self.jsonl("log", [line({"36": 2, "8": 1})])
        self.assertEqual(1, self.run_bill("--log", log))
        self.assertIn("DIFFERS  version: the bill has 3 calls, the log has 2", self.said)

    def test_what_is_unknown_may_differ_and_is_numbered(self):
        log = self.jsonl("log", [line({"36": 2, "8": 1}), line({"36": 1}, "unknown", "2"), line({"8": 1}, "unknown", "3")])
        self.assertEqual(0, self.run_bill("--log", log), self.told())
        self.assertIn("log: 3 calls counted, and 2 of which it is unknown", self.said)
        self.data["rows"] = [row("version", 4), row("myprivs", 1)]
        self.data["amount"] = "0.005"
        self.assertEqual(1, self.run_bill("--log", log))
        self.assertIn("DIFFERS  version: the bill has 4 calls, the log has 2 to 3", self.said)

    def table(self):
        # November 2026 is 2A in base 36 months; version is 36, which is 10, and myprivs 8.
        return [
            {"Item": {"pk": {"S": "U#bob"}, "sk": {"S": "C#" + ID + "f" * 48}, "2A10": {"N": "1"}, "2910": {"N": "7"},
                      "s3": {"N": "9"}, "calls_202611": {"N": "1"}}},
            {"Item": {"pk": {"S": "M#bob#202611"}, "sk": {"S": "T#aa" + ID[2:] + "#gone"}, "36": {"N": "2"}, "8": {"N": "1"}}},
            {"Item": {"pk": {"S": "M#bob#202611"}, "sk": {"S": "TOKENS"}, "36": {"N": "2"}, "8": {"N": "1"}}},
            {"Item": {"pk": {"S": "M#al#202611"}, "sk": {"S": "T#aa#gone"}, "36": {"N": "2"}}}]

    def test_the_table_agrees_also_gzipped(self):
        name = self.path("table.json.gz")
        with gzip.open(name, "wt") as file:
            for item in self.table():
                file.write(json.dumps(item) + "\n")
        self.assertEqual(0, self.run_bill("--table", name), self.told())
        self.assertIn("table: 4 calls of 2 tokens", self.said)

    def test_a_counter_that_was_changed_is_a_difference(self):
        items = self.table()
        items[0]["Item"]["2A10"]["N"] = "2"
        self.assertEqual(1, self.run_bill("--table", self.jsonl("table", items)))
        self.assertIn("DIFFERS  version: the bill has 3 calls, the table has 4", self.said)

    def test_amounts_are_recomputed(self):
        self.data["rows"][0]["amount"] = "0.002"
        self.assertEqual(1, self.run_bill())
        self.data["rows"][0]["amount"] = "0.003"
        self.data["amount"] = "0.005"
        self.assertEqual(1, self.run_bill())
        self.assertIn("DIFFERS  the rows are 0.004 together, the bill has 0.005", self.said)

    def close(self):
        subprocess.check_call(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256",
                               "-out", self.path("key.pem")], stderr=subprocess.DEVNULL)
        subprocess.check_call(["openssl", "pkey", "-in", self.path("key.pem"), "-pubout", "-out", self.path("key.pub")])
        table = bill.Table("bob", "202611")
        for item in self.table():
            table.add(item)
        self.data.update(closed=1, signing_key="k", statement=json.dumps({
            "user": "bob", "month": "202611", "amount": "0.004", "currency": "USD", "functions": self.data["rows"],
            "tokens": {"count": 2, "sha256": table.digest()}}))
        made = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.path("key.pem")],
                              input=self.data["statement"].encode(), stdout=subprocess.PIPE, check=True)
        self.data["signature"] = base64.b64encode(made.stdout).decode()

    def test_a_closed_month_is_verified(self):
        self.close()
        table = self.jsonl("table", self.table())
        self.assertEqual(0, self.run_bill("--key", self.path("key.pub"), "--table", table), self.told())
        self.assertIn("signature: verified, by the key that you gave, whose SHA-256 is %s; that it is k is what the report says"
                      % self.sha256(), self.said)
        self.data["signing_key"] = self.sha256()
        self.assertEqual(0, self.run_bill("--key", self.path("key.pub")), self.told())
        self.assertIn("signature: verified, by the key that you gave, whose SHA-256 is %s" % self.sha256(), self.said)

    def sha256(self):
        der = subprocess.check_output(["openssl", "pkey", "-pubin", "-in", self.path("key.pub"), "-outform", "DER"])
        return hashlib.sha256(der).hexdigest()

    def test_the_key_is_the_one_that_the_report_names(self):
        self.close()
        self.data["signing_key"] = "0" * 64
        self.assertEqual(1, self.run_bill("--key", self.path("key.pub")), self.told())
        self.assertIn("DIFFERS  the report names the key %s, and the one that signed is %s" % ("0" * 64, self.sha256()), self.said)
        self.assertNotIn("verified", self.told())

    def test_the_currency_is_that_of_the_statement_and_of_each_row(self):
        self.close()
        self.data["currency"] = "EUR"
        self.assertEqual(1, self.run_bill("--key", self.path("key.pub")), self.told())
        self.assertIn("DIFFERS  the statement has currency USD, not EUR", self.said)
        self.data["currency"] = "USD"
        self.data["rows"][1]["currency"] = "EUR"
        self.assertEqual(1, self.run_bill(), self.told())
        self.assertIn("DIFFERS  myprivs is in EUR, and the bill in USD", self.said)

    def test_the_prices_are_those_of_the_statement(self):
        self.data["rows"].append(row("nothing", 0))
        self.close()
        self.assertEqual(0, self.run_bill(), self.told())
        self.data["rows"][2]["price"] = "0.002"
        self.assertEqual(1, self.run_bill(), self.told())
        self.assertIn("DIFFERS  the rows of the report are not those of the statement", self.said)

    def test_a_key_or_a_report_that_cannot_be_read_is_wrong_use(self):
        self.close()
        self.assertEqual(2, self.run_bill("--key", self.path("openapi.json")), self.told())
        self.assertIn("has no “BEGIN PUBLIC KEY”", self.told())
        for name, value in (("statement", "{"), ("statement", "{}"), ("signature", "A"), ("amount", "much")):
            whole = dict(self.data)
            self.data[name] = value
            self.assertEqual(2, self.run_bill("--key", self.path("key.pub")), (name, value, self.told()))
            self.assertIn("bill: what was given is not in the form", self.told())
            self.data = whole

    def test_a_file_that_is_cut_is_wrong_use(self):
        whole = gzip.compress(json.dumps(self.table()[0]).encode())
        for cut in (whole[:-9], whole[:12], whole[:11] + b"\xff" * 20):
            with open(self.path("cut.json.gz"), "wb") as file:
                file.write(cut)
            self.assertEqual(2, self.run_bill("--table", self.path("cut.json.gz")), self.told())
            self.assertIn("cut.json.gz", self.told())

    def test_records_of_calls_are_said_and_not_compared(self):
        records = [{"Item": {"pk": {"S": "M#bob#202611"}, "sk": {"S": "request-%d" % i}, "function_name": {"S": "version"},
                             "calls": {"N": "2"}, "result": {"N": "1"}, "at": {"N": "1"}}} for i in range(3)]
        self.assertEqual(0, self.run_bill("--table", self.jsonl("table", self.table() + records)), self.told())
        self.assertIn("records: 6 calls in 3 records, which are not compared", self.told())

    def adjust(self):
        """One version too many was billed in October."""
        self.data["rows"].append(row("version", -1, adjusts="202610"))
        self.data["amount"] = "0.003"

    def state_adjustments(self):
        said = json.loads(self.data["statement"])
        said.update(amount="0.003", adjusted_month="202610", adjustments=[row("version", -1)])
        self.data["statement"] = json.dumps(said)

    def test_adjustments_are_said_to_be_compared_with_nothing(self):
        self.adjust()
        self.assertEqual(0, self.run_bill("--table", self.jsonl("table", self.table())), self.told())
        self.assertIn("adjustments: -1 calls of 202610, -0.001 USD: compared with nothing; compare that month's closed bill "
                      "with its table", self.said)

    def test_without_adjustments_nothing_is_said_of_them(self):
        self.assertEqual(0, self.run_bill("--table", self.jsonl("table", self.table())), self.told())
        self.assertNotIn("adjust", self.told())

    def test_adjustments_are_those_of_the_statement(self):
        self.close()
        self.adjust()
        self.state_adjustments()
        self.assertEqual(0, self.run_bill(), self.told())

    def test_adjustments_in_another_currency_stand_beside_the_sum(self):
        self.close()
        said = json.loads(self.data["statement"])
        said.update(adjusted_month="202610", adjustments=[row("version", -1, currency="EUR")])
        self.data["statement"] = json.dumps(said)
        self.data["rows"].append(row("version", -1, adjusts="202610", currency="EUR"))
        del self.data["currency"], self.data["amount"]
        self.assertEqual(0, self.run_bill(), self.told())
        self.assertIn("bill: 4 calls, 0.004 USD, closed", self.said)
        self.assertIn("adjustments: -1 calls of 202610, -0.001 EUR", self.told())
        self.data["rows"][-1]["currency"] = "USD"
        self.assertEqual(1, self.run_bill(), self.told())
        self.assertIn("DIFFERS  the adjustments of the report are not those of the statement", self.said)

    def test_other_adjustments_than_those_of_the_statement_are_a_difference(self):
        self.close()
        self.state_adjustments()
        self.data["amount"] = "0.003"
        for rows in ([], [row("version", -1, adjusts="202609")], [row("myprivs", -1, adjusts="202610")]):
            self.data["rows"] = [row("version", 3), row("myprivs", 1)] + rows
            self.assertEqual(1 if rows else 2, self.run_bill_counting(), self.told())
            self.assertIn("DIFFERS  the adjustments of the report are not those of the statement", self.said)

    def run_bill_counting(self):
        self.run_bill()
        return sum(said.startswith("DIFFERS") for said in self.said)

    def test_another_statement_is_not(self):
        self.close()
        self.data["statement"] = self.data["statement"].replace("0.004", "0.0040")
        self.assertEqual(1, self.run_bill("--key", self.path("key.pub")))
        self.assertIn("DIFFERS  the signature is not that of the key for this statement", self.said)

    def test_tokens_of_others_than_those_of_the_statement_are_a_difference(self):
        self.close()
        items = self.table()
        items[1]["Item"]["sk"]["S"] = "T#bb" + ID[2:] + "#gone"
        self.assertEqual(1, self.run_bill("--table", self.jsonl("table", items)))
        self.assertIn("DIFFERS  the tokens of the table are not those of the statement", self.said)

    def test_tokens_that_are_told_together_by_now_are_said(self):
        self.close()
        items = self.table()
        items[1]["Item"]["sk"]["S"] = "CALLS"
        self.assertEqual(0, self.run_bill("--table", self.jsonl("table", items)), self.told())
        self.assertIn("tokens: the table tells 1 of 2 apart; their digest is not compared", self.said)

    def test_a_key_without_a_signature_is_a_difference(self):
        self.assertEqual(1, self.run_bill("--key", self.path("openapi.json")))

    def test_that_no_call_was_compared_is_said(self):
        self.assertEqual(0, self.run_bill())
        self.assertIn("compared with nothing; give --log or --table", self.told())

    def test_a_report_without_rows_is_wrong_use(self):
        del self.data["rows"]
        self.assertEqual(2, self.run_bill())
        self.assertIn("without output=csv", self.told())

    def test_wrong_use_is_said(self):
        self.data["month"] = "202610"
        self.assertEqual(2, self.run_bill())
        self.assertIn("is of the month 202610", self.told())
        with contextlib.redirect_stderr(io.StringIO()), self.assertRaises(SystemExit):
            bill.main([])


if __name__ == "__main__":
    unittest.main()
