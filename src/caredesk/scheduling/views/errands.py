"""What a time is looked for: a new visit, or another time for one that is booked."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing, Refused
from caredesk.people.queries import PatientLine, patient_lines
from caredesk.practice.queries import zone_of
from caredesk.scheduling.chosen import Chosen
from caredesk.scheduling.forms.offers import moment
from caredesk.scheduling.queries import AppointmentDetails, appointment
from caredesk.scheduling.rules.flow import way_back


@dataclass(frozen=True, slots=True)
class Errand:
    """`find` is the address of the free times, `take` the one where a time is confirmed.

    `desk` is the zone of the clock that one has before one. `visit` is the one that is moved.
    """

    heading: str
    patient: PatientLine
    find: str
    take: str
    back: str
    desk: str
    visit: AppointmentDetails | None = None

    @property
    def moving(self) -> UUID | None:
        return self.visit.id if self.visit else None

    @property
    def title(self) -> str:
        return f"{self.heading}: {self.patient.name}"

    @property
    def facts(self) -> str:
        """Whom it is about, and for a move from when."""
        who = f"{self.patient.name} · {self.patient.birth_date}"
        if self.visit is None:
            return who
        return f"{who} · now {moment(self.visit.starts_at, self.visit.zone, self.desk)}"

    def take_address(self, chosen: Chosen, **more: Any) -> str:
        """Where the chosen time is confirmed."""
        said = {name: value for name, value in more.items() if value}
        return f"{self.take}?{urlencode({'time': chosen.value, **said})}"

    def find_address(self, filters: str) -> str:
        return f"{self.find}?{filters}" if filters else self.find


def booking_for(viewer: Actor, patient: UUID) -> Errand:
    """A new visit for a patient."""
    line = patient_lines(viewer, [patient], told=True).get(patient)
    if line is None:
        raise Missing("patient")
    return Errand(
        "Book a visit",
        line,
        reverse("scheduling:new_appointment", args=[patient]),
        reverse("scheduling:new_appointment_time", args=[patient]),
        reverse("people:patient", args=[patient]),
        zone_of(viewer),
    )


def moving_of(viewer: Actor, id: UUID) -> Errand:
    """Another time for a visit that is still to come."""
    visit = appointment(viewer, id)
    if not visit.is_ahead or not visit.patients:
        raise Refused(
            f"This visit is {visit.state.words}: it cannot be moved.",
            next_step=way_back(visit.state),
        )
    return Errand(
        f"Move {visit.visit_type_name}",
        visit.patients[0],
        reverse("scheduling:times", args=[id]),
        reverse("scheduling:new_time", args=[id]),
        reverse("scheduling:appointment", args=[id]),
        zone_of(viewer),
        visit,
    )
