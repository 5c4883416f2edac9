"""What can be known of the calendar."""

from caredesk.scheduling.queries.appointments import AppointmentDetails, appointment
from caredesk.scheduling.queries.board import day_board
from caredesk.scheduling.queries.board_parts import (
    BoardHold,
    BoardVisit,
    Cancelled,
    Column,
    DayBoard,
)
from caredesk.scheduling.queries.free_times import free_times
from caredesk.scheduling.queries.health import masks_differ
from caredesk.scheduling.queries.setup import (
    practitioner_choices,
    resource_words,
    resources,
    visit_types,
)
from caredesk.scheduling.queries.treating import who_has
from caredesk.scheduling.queries.visits import VisitLine, next_visits_of, visits_of
from caredesk.scheduling.times import FreeTime, ResourceLine

__all__ = [
    "AppointmentDetails",
    "BoardHold",
    "BoardVisit",
    "Cancelled",
    "Column",
    "DayBoard",
    "FreeTime",
    "ResourceLine",
    "VisitLine",
    "appointment",
    "day_board",
    "free_times",
    "masks_differ",
    "next_visits_of",
    "practitioner_choices",
    "resource_words",
    "resources",
    "visit_types",
    "visits_of",
    "who_has",
]
