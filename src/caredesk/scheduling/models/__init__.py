"""The tables of the calendar, by noun."""

from .appointments import (
    Appointment,
    AppointmentIdentifier,
    Cancellation,
    Justification,
    Move,
    OpenRequirement,
    Participant,
    Step,
)
from .bookings import Booking, Hold, Overbooking
from .hours import Availability, AvailabilityException, FreeDay
from .resources import Requirement, RequirementResource, Resource, VisitType

__all__ = [
    "Appointment",
    "AppointmentIdentifier",
    "Availability",
    "AvailabilityException",
    "Booking",
    "Cancellation",
    "FreeDay",
    "Hold",
    "Justification",
    "Move",
    "OpenRequirement",
    "Overbooking",
    "Participant",
    "Requirement",
    "RequirementResource",
    "Resource",
    "Step",
    "VisitType",
]
