"""Latchkey's agent; ../README.md is its contract and lists the modules."""
