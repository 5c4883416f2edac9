"""Decisions without rows: what the log says in words, what is unusual, what an account holds."""
