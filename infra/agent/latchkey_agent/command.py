"""The command line."""
import argparse
import os
import sys

from latchkey_agent import itself
from latchkey_agent.agent import Agent
from latchkey_agent.errors import Problem, Refused
from latchkey_agent.install import passed
from latchkey_agent.statement import dumped


def main():
    parser = argparse.ArgumentParser(prog="latchkey_agent.pyz")
    parser.add_argument("verb", choices=["install", "order", "selftest", "sweep", "restore-file", "version"])
    parser.add_argument("path", nargs="?", help="for restore-file: the path of what was put aside")
    parser.add_argument("--root", default="/", metavar="DIR")
    args = parser.parse_args()
    if args.verb == "version":
        print(itself.VERSION)
        return 0
    if (args.path is None) == (args.verb == "restore-file"):
        parser.error("restore-file, and no other verb, takes a path")
    if not os.path.isdir(args.root):
        parser.error("%s is not a directory" % args.root)
    os.umask(0o022)
    agent, whole = Agent(args.root), True
    os.chdir("/")  # as sshd does: a link to /proc/self/cwd is to lead where it leads sshd
    try:
        told = (agent.order(sys.stdin.buffer) if args.verb == "order" else agent.restore_file(args.path) if args.path
                else getattr(agent, args.verb)())
    except Exception as error:  # whatever happened, the control plane gets one object that says so
        problem = str(error) if isinstance(error, (Refused, Problem)) else "%s: %s" % (type(error).__name__, error)
        whole = False
        told = agent.told("PARTIAL" if agent.begun else "REFUSED", problem=problem[:500])
    if told and not agent.silent:
        sys.stdout.write(dumped(told) + "\n")
        sys.stdout.flush()
    if args.verb == "order" and whole and not agent.dry and told["outcome"] in ("DONE", "PARTIAL"):
        passed(agent.server)
    return 0 if told is None or told["outcome"] == "DONE" else 1
