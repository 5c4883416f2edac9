"""What this room keeps: days of work, findings of unusual access, reviews; disclosures."""

from caredesk.privacy.models.disclosures import Accounting, Disclosure, Suspension
from caredesk.privacy.models.unusual import AccessDay, AccessReview, OwnRecord, UnusualAccess

__all__ = [
    "AccessDay",
    "AccessReview",
    "Accounting",
    "Disclosure",
    "OwnRecord",
    "Suspension",
    "UnusualAccess",
]
