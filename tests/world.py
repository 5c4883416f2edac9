"""The cast of the stories: a small practice, made by the same actions as at the desk.

Elm Street Family Practice has two sites in two zones. Dr Chen and Dr Okafor see patients at Main
Street on every day from 8 to 5; Ana and Ben sit at the desk, Mia manages.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.test import Client

from caredesk.access.actions import add_user
from caredesk.access.factors.true_time import true_now
from caredesk.access.models import User
from caredesk.access.rules import permissions_of
from caredesk.files.tests import samples
from caredesk.kernel import clock, looks
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import NOBODY, with_sight
from caredesk.people.actions import add_alert, add_document, add_relative, register_patient
from caredesk.practice.actions import add_device, add_room, add_site, name_organization
from caredesk.scheduling import actions as calendar
from caredesk.scheduling.actions.hours import HoursInput
from caredesk.scheduling.actions.visit_types import RequirementInput
from caredesk.scheduling.queries import free_times
from caredesk.ui.actions import keep_draft
from caredesk.workforce.actions import add_practitioner

PASSWORD = "correct horse battery"
ZONE = "America/New_York"

FOUNDER = Actor(
    "program",
    UUID(int=1),
    "Founder",
    frozenset({"manager"}),
    permissions_of(["manager"]),
    barred=NOBODY,
)


@dataclass
class World:
    """Ids by name, and the users."""

    users: dict[str, User] = field(default_factory=dict)
    sites: dict[str, UUID] = field(default_factory=dict)
    resources: dict[str, UUID] = field(default_factory=dict)
    visit_types: dict[str, UUID] = field(default_factory=dict)
    patients: dict[str, UUID] = field(default_factory=dict)
    record_numbers: dict[str, str] = field(default_factory=dict)
    relative: UUID | None = None
    document: UUID | None = None

    def actor(self, name: str) -> Actor:
        """A user as `by`, as the door would make it now."""
        user = self.users[name]
        role = ROLES[name]
        made = Actor("user", user.id, user.name, frozenset({role}), permissions_of([role]))
        return with_sight(made)

    @property
    def tomorrow(self) -> date:
        return clock.today(ZONE) + timedelta(days=1)


ROLES = {"ana": "secretary", "ben": "secretary", "mia": "manager", "chen": "physician"}
NAMES = {"ana": "Ana Ruiz", "ben": "Ben Ode", "mia": "Mia Wolf", "chen": "Dr Mei Chen"}

PATIENTS = {
    "lupe": ("Fernández-Ortiz", "Guadalupe", date(1974, 3, 7), "(602) 234-0142"),
    "bill": ("O'Sullivan", "William", date(1951, 12, 30), "(602) 234-0199"),
    "wei": ("Liang-Wu", "Wei", date(2019, 2, 28), "(602) 234-0177"),
}


def signed_in(world: World, name: str) -> Client:
    """A browser of theirs, without the sign-in's page."""
    client = Client()
    client.force_login(world.users[name])
    return client


def has_just_proved(client: Client) -> Client:
    """As after signing in by the page: whoever is asked once more who they are is not asked yet."""
    session = client.session
    session["proven_at"] = true_now().timestamp()
    session.save()
    return client


def build() -> World:
    """The whole cast, committed or rolled back with the test's transaction."""
    world = World()
    name_organization("Elm Street Family Practice", by=FOUNDER)
    for name, role in ROLES.items():
        made = add_user(name, NAMES[name], PASSWORD, [role], by=FOUNDER)
        world.users[name] = User.objects.get(pk=made.user)
    _rooms(world)
    _practitioners(world)
    _visit_types(world)
    with looks.collecting("world"):
        _patients(world)
    return world


def at_opening() -> AbstractContextManager[None]:
    """Today at eight: in the evening the first free time would be on another day."""
    return clock.stopped_at(clock.instant(datetime.combine(clock.today(ZONE), time(8)), ZONE))


def book_everybody(world: World) -> dict[str, UUID]:
    """A follow-up for each patient at the first free time; the appointments by patient."""
    by = world.actor("ana")
    kind = world.visit_types["follow_up"]
    made = {}
    with looks.collecting("world"):
        for name, patient in world.patients.items():
            time = free_times(by, kind, limit=1)[0]
            booked = calendar.book_appointment(
                patient, kind, time.starts_at, site=world.sites["main"], by=by
            )
            made[name] = booked.appointment
    return made


def leave_open(world: World, name: str, by: str = "ana") -> None:
    """Details of a patient, half typed: they stand in the bar of every page."""
    family, given, *_ = PATIENTS[name]
    patient = world.patients[name]
    keep_draft(
        f"details-{patient}",
        f"Details of {given} {family}",
        f"/patients/{patient}/details/",
        {"middle": ["Ming"]},
        [patient],
        by=world.actor(by),
    )


def book_tomorrow(world: World, name: str) -> UUID:
    """A follow-up for a patient tomorrow at the first free time."""
    by, kind = world.actor("ana"), world.visit_types["follow_up"]
    morning = datetime.combine(world.tomorrow, time(8), ZoneInfo(ZONE))
    with looks.collecting("world"):
        found = free_times(by, kind, after=morning, limit=1)[0]
        booked = calendar.book_appointment(
            world.patients[name], kind, found.starts_at, site=world.sites["main"], by=by
        )
    return booked.appointment


def book_now(world: World, name: str) -> UUID:
    """A follow-up for a patient that begins at this minute, whatever the hour."""
    by, kind = world.actor("ana"), world.visit_types["follow_up"]
    with looks.collecting("world"):
        booked = calendar.book_appointment(
            world.patients[name],
            kind,
            clock.now().replace(second=0, microsecond=0),
            site=world.sites["main"],
            availability_reason="Came without an appointment",
            by=by,
        )
    return booked.appointment


def book_now_for(
    world: World, patient: UUID, reason: str, kind: str = "call", minutes_later: int = 0
) -> UUID:
    """A visit for any patient that begins at this minute or so later, whatever the hour."""
    start = clock.now().replace(second=0, microsecond=0) + timedelta(minutes=minutes_later)
    booked = calendar.book_appointment(
        patient,
        world.visit_types[kind],
        start,
        site=world.sites["main"],
        resources=[world.resources["chen"]],
        reason=reason,
        availability_reason="Came without an appointment",
        overbook_reason="Came all the same",
        by=FOUNDER,
    )
    return booked.appointment


def _rooms(world: World) -> None:
    world.sites["main"] = add_site("Main Street", ZONE, by=FOUNDER).id
    world.sites["desert"] = add_site("Desert", "America/Phoenix", by=FOUNDER).id
    for number in (1, 2):
        room = add_room(world.sites["main"], f"Exam {number}", "exam", by=FOUNDER).id
        world.resources[f"exam{number}"] = calendar.add_room_resource(room, by=FOUNDER).id
    device = add_device(world.sites["main"], "Ultrasound", "ultrasound", by=FOUNDER).id
    world.resources["ultrasound"] = calendar.add_device_resource(device, by=FOUNDER).id


def _practitioners(world: World) -> None:
    hours = [HoursInput(weekday=day, from_time=time(8), until_time=time(17)) for day in range(7)]
    for name, given, family in (("chen", "Mei", "Chen"), ("okafor", "Samuel", "Okafor")):
        person = add_practitioner(family, given, "Dr", by=FOUNDER).practitioner
        resource = calendar.add_practitioner_resource(person, by=FOUNDER).id
        world.resources[name] = resource
        calendar.set_availability(
            resource, world.sites["main"], date(2026, 1, 1), hours, by=FOUNDER
        )


def _visit_types(world: World) -> None:
    doctor = RequirementInput(kind="practitioner", label="practitioner")
    exam = RequirementInput(kind="room", label="exam room", feature="exam", with_setup=True)
    world.visit_types["follow_up"] = calendar.add_visit_type(
        "Follow-up",
        20,
        [doctor, exam],
        cleanup_minutes=5,
        grid_minutes=20,
        colour="teal",
        by=FOUNDER,
    ).id
    world.visit_types["call"] = calendar.add_visit_type(
        "Call", 10, [doctor], grid_minutes=10, colour="sky", by=FOUNDER
    ).id


def _patients(world: World) -> None:
    for name, (family, given, born, phone) in PATIENTS.items():
        made = register_patient(family, born, given, phone=phone, sex="unknown", by=FOUNDER)
        world.patients[name] = made.patient
        world.record_numbers[name] = made.record_number
    add_alert(world.patients["lupe"], "Needs the ground floor", "important", by=FOUNDER)
    told = add_relative(
        world.patients["lupe"],
        "Inés Ortiz",
        "daughter",
        may_be_told=["times"],
        proof="form signed 3 Mar 2026",
        by=FOUNDER,
    )
    world.relative = told.id
    world.document = add_document(
        world.patients["lupe"],
        "HIPAA form",
        "form",
        samples.examined(samples.PDF, "form.pdf"),
        by=FOUNDER,
    ).id
