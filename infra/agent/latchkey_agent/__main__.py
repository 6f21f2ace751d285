"""Starts the agent: as a module of its folder, or as the archive, at whose root a copy of this file lies."""
import sys

from latchkey_agent.command import main

if __name__ == "__main__":
    sys.exit(main())
