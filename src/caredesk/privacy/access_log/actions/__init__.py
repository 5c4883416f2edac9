"""Every change of this room."""

from caredesk.privacy.access_log.actions.disclosures import (
    end_suspension,
    give_accounting,
    record_disclosure,
    restore_disclosure,
    suspend_disclosure,
    withdraw_disclosure,
)
from caredesk.privacy.access_log.actions.unusual import (
    end_own_record,
    note_access_day,
    record_own_record,
    reopen_unusual_access,
    settle_unusual_access,
)

__all__ = [
    "end_own_record",
    "end_suspension",
    "give_accounting",
    "note_access_day",
    "record_disclosure",
    "record_own_record",
    "reopen_unusual_access",
    "restore_disclosure",
    "settle_unusual_access",
    "suspend_disclosure",
    "withdraw_disclosure",
]
