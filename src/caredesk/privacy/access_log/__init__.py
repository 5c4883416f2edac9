"""Who looked at whom, what of it was unusual, and what was told to others outside."""
