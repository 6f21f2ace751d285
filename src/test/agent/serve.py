#!/usr/bin/env python3
"""Carries out orders for folder servers in tests: one process that has the agent loaded forks a child for each.

    serve.py ARCHIVE SOCKET    until standard input ends

An order arrives from run.py as JSON and two file descriptors, its output and its errors; the answer is the exit code.
"""
import array
import base64
import json
import os
import signal
import socket
import sys
import threading

archive, path = sys.argv[1:]
sys.path.insert(0, archive)
from latchkey_agent.command import main  # noqa: E402, the path comes first


def carry_out(client):
    data, ancillary, _, _ = client.recvmsg(256 * 1024, socket.CMSG_SPACE(2 * array.array("i").itemsize))
    out, err = array.array("i", ancillary[0][2])
    while not data.endswith(b"\n"):
        data += client.recv(256 * 1024)
    order = json.loads(data.decode())
    read, write = os.pipe()
    os.write(write, base64.b64decode(order["payload"]))  # an order is shorter than a pipe is deep
    os.close(write)
    for descriptor, number in ((read, 0), (out, 1), (err, 2)):
        os.dup2(descriptor, number)
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = [archive, "order", "--root", order["root"]]
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")
    try:
        code = main()
    except SystemExit as end:
        code = end.code or 0
    sys.stdout.flush()
    sys.stderr.flush()
    client.sendall(str(code).encode())


def end_with_input():
    sys.stdin.buffer.read()
    os._exit(0)


listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen(64)
threading.Thread(target=end_with_input, daemon=True).start()
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
print("ready", flush=True)
while True:
    connection, _ = listener.accept()
    if os.fork() == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        listener.close()
        try:
            carry_out(connection)
        finally:
            os._exit(0)
    connection.close()
