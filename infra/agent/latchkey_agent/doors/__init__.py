"""Doors: what stands between the vendor's network and sshd."""
