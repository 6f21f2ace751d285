"""Latchkey's agent: makes a server as an order says, reads everything back, and prints one JSON object.

../README.md is the contract, and says which module does what. Python 3.6 and its standard library only, because EL8 has
nothing newer.

Two things shape the code. The whole wanted state is in each order, so everything here is "make it so", never "do this":
a crash at any point is repaired by the same order again, or by the sweep. And whatever an account owns is hostile: its
files are edited with the account's own rights, and only digests of what is in them leave this program.
"""
