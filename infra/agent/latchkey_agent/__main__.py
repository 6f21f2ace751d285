"""Starts the agent: as a module of its folder, or as the archive, at whose root a copy of this file lies."""
import os
import sys

OPENED = "/proc/self/fd"

# An installation may replace the archive at any moment. All modules, and the hash in the statement, are to be those of
# the file that was opened here.
if __name__ == "__main__" and not __package__ and os.path.isdir(OPENED):
    sys.path[0] = "%s/%d" % (OPENED, os.open(sys.path[0], os.O_RDONLY))

from latchkey_agent.quiet import sweep

if __name__ == "__main__" and sweep(sys.argv[1:]):
    sys.exit(0)

from latchkey_agent.command import main

if __name__ == "__main__":
    sys.exit(main())
