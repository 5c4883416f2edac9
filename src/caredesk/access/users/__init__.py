"""The people who sign in, for the manager: their roles, and what they sign in with."""
