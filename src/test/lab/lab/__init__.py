"""A laboratory for the agent: a real Debian in namespaces of its own, and rows that ask whether the agent's answers are true."""
