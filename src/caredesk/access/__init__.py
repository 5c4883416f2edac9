"""Who signs in, with which roles, and what a role may do.

Owns users, role grants and sessions. It never decides about a single patient: that is `people`'s.
"""
