"""A failed sign-in, as whoever writes it and whoever reads it name it."""

from uuid import UUID

SIGN_IN_FAILED = "sign-in failed"
"""The kind of such an entry; its name says what was typed, its subject is the user, if any."""

NOBODY_YET = UUID(int=0)
"""Its actor: who typed it is nobody's to say."""
