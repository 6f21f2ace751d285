"""Doors: what stands between the vendor's network and sshd. Each is looked at, opened and closed by itself."""
