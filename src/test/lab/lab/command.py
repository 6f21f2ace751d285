"""The command line: which rows, one line for each, and the count at the end."""
import argparse
import json
import os
import random
import shutil
import time

from . import image, namespaces, rows
from .play import Play


def main(program, arguments):
    options = _options(arguments)
    chosen = _chosen(options)
    if options.list:
        print("\n".join(str(row) for row in chosen))
        return
    if os.geteuid() != 0:
        print("lab: skipped: it boots a machine, which only root can")
        print("0 passed, 0 failed")
        return
    try:
        base = image.kept()
    except image.NoMirror as reason:
        print("lab: skipped: there is no image, and none can be made: %s" % reason)
        print("0 passed, 0 failed")
        return
    if options.image:
        print(base)
        return
    namespaces.enter(program, arguments)
    failed = 0
    begin = time.monotonic()
    for number, row in enumerate(chosen, 1):
        failed += not _played(row, base, number, options)
    print("%d s" % (time.monotonic() - begin))
    print("%d passed, %d failed" % (len(chosen) - failed, failed))
    raise SystemExit(1 if failed else 0)


def _options(arguments):
    parser = argparse.ArgumentParser(prog="src/test/lab/run", description="Plays rows on a real Debian; see docs/testing.md.")
    parser.add_argument("--table", action="append", help="a table, by name; more than one is allowed (default: those that are due)")
    parser.add_argument("--row", action="append", default=[], help="a row, by name")
    parser.add_argument("--sample", type=int, help="so many rows alone, chosen by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="print each statement")
    parser.add_argument("--list", action="store_true", help="print the rows and play none")
    parser.add_argument("--image", action="store_true", help="make the image where it is missing, print its folder and play nothing")
    return parser.parse_args(arguments)


def _chosen(options):
    names = options.table or (rows.tables() if options.row else rows.DUE)
    found = [row for table in names for row in rows.read(table)]
    if options.row:
        found = [row for row in found if row.name in options.row]
        missing = set(options.row) - {row.name for row in found}
        if missing:
            raise SystemExit("lab: there is no row %s" % ", ".join(sorted(missing)))
    if options.sample and options.sample < len(found):
        chosen = random.Random(options.seed).sample(range(len(found)), options.sample)
        found = [found[index] for index in sorted(chosen)]
    return found


def _played(row, base, number, options):
    begin = time.monotonic()
    folder = "/run/lab-%d" % number
    verdict = Play(row, base, folder).run()
    shutil.rmtree(folder, ignore_errors=True)
    print("%s  %s  (%.0f s)" % ("FAIL" if verdict.faults else "ok  ", row, time.monotonic() - begin))
    for fact in verdict.facts:
        print("        " + fact)
    for fault in verdict.faults:
        print("      ! " + fault)
    if options.verbose:
        for statement in verdict.statements:
            print("        " + json.dumps(statement))
    print(end="", flush=True)
    return not verdict.faults
