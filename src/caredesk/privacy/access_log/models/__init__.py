"""What this room keeps: days of work, findings of unusual access, reviews; disclosures."""

from caredesk.privacy.access_log.models.disclosures import Accounting, Disclosure, Suspension
from caredesk.privacy.access_log.models.unusual import (
    AccessDay,
    AccessReview,
    OwnRecord,
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
