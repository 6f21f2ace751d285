#!/usr/bin/env python3
"""Stands before the script of a command in tests: retell.py FOLDER WORDS…

Runs WORDS, notes the order in FOLDER/orders, and changes what the agent stated as FOLDER/lies says: {"top": {…}} is put
over the statement, {"each": {"ended": {…}}} over each entry of one of its lists, and {"order": ["…"]}
repeats what the order has under these names.
"""
import base64
import json
import os
import subprocess
import sys

folder, words = sys.argv[1], sys.argv[2:]
payload = os.environ.get("SSM_payload", "")
if payload:
    with open(folder + "/orders", "a") as orders:
        orders.write(base64.b64decode(payload).decode() + "\n")
ran = subprocess.run(words, stdout=subprocess.PIPE)
said = ran.stdout.decode()
try:
    with open(folder + "/lies") as file:
        lies = json.load(file)
    told = json.loads(said)
    told.update(lies.get("top", {}))
    order = json.loads(base64.b64decode(payload).decode()) if payload else {}
    told.update({name: order[name] for name in lies.get("order", ()) if name in order})
    for name, entry in lies.get("each", {}).items():
        for one in told.get(name, []):
            one.update(entry)
    said = json.dumps(told) + "\n"
except (OSError, ValueError):
    pass
sys.stdout.write(said)
sys.stdout.flush()
sys.exit(ran.returncode)
