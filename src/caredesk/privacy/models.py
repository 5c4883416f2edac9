"""The tables of this room."""

from caredesk.privacy.access_log.models import (
    AccessDay,
    AccessReview,
    Accounting,
    Disclosure,
    OwnRecord,
    Suspension,
    UnusualAccess,
)

__all__ = [
    "AccessDay",
    "AccessReview",
    "Accounting",
    "Disclosure",
    "OwnRecord",
    "Suspension",
    "UnusualAccess",
]
