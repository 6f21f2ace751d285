"""Whether a login by a grant's key would be admitted, and what an administrator can change where it would not."""
