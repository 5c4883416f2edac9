"""Every change of the calendar, by noun."""

from caredesk.scheduling.actions.booking import book_appointment, withdraw_appointment
from caredesk.scheduling.actions.cancelling import cancel_appointment, reinstate_appointment
from caredesk.scheduling.actions.correcting import correct_past_visit
from caredesk.scheduling.actions.flow import (
    open_requirement,
    record_step,
    retract_step,
    settle_requirement,
)
from caredesk.scheduling.actions.history import record_past_visits
from caredesk.scheduling.actions.holding import hold_time, release_hold
from caredesk.scheduling.actions.hours import add_exception, set_availability, withdraw_exception
from caredesk.scheduling.actions.masks import mend_masks
from caredesk.scheduling.actions.moving import move_appointment, move_back
from caredesk.scheduling.actions.resources import (
    add_device_resource,
    add_other_resource,
    add_practitioner_resource,
    add_room_resource,
    change_resource,
)
from caredesk.scheduling.actions.restricting import restrict_visit
from caredesk.scheduling.actions.visit_types import add_visit_type, change_visit_type

__all__ = [
    "add_device_resource",
    "add_exception",
    "add_other_resource",
    "add_practitioner_resource",
    "add_room_resource",
    "add_visit_type",
    "book_appointment",
    "cancel_appointment",
    "change_resource",
    "change_visit_type",
    "correct_past_visit",
    "hold_time",
    "mend_masks",
    "move_appointment",
    "move_back",
    "open_requirement",
    "record_past_visits",
    "record_step",
    "reinstate_appointment",
    "release_hold",
    "restrict_visit",
    "retract_step",
    "set_availability",
    "settle_requirement",
    "withdraw_appointment",
    "withdraw_exception",
]
