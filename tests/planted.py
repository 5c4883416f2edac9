"""Two more patients whom outsiders may not see, with something telling in every field."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from tests import world as cast
from tests.world import World

from caredesk.files.tests import samples
from caredesk.kernel import clock, looks
from caredesk.people import actions as people
from caredesk.people.models import Email, Phone
from caredesk.people.rules.restrictions import Level
from caredesk.privacy.access_log.actions import record_disclosure, suspend_disclosure
from caredesk.scheduling import actions as calendar
from caredesk.scheduling.models import Cancellation, Step
from caredesk.scheduling.queries import free_times
from caredesk.ui.actions import keep_draft

BORN = {"restricted": date(1961, 2, 3), "hidden": date(1962, 3, 4)}


@dataclass
class Secret:
    """The patient with the ids of what hangs on it, and the words that nobody else may read."""

    patient: UUID
    record_number: str
    family: str
    words: list[str]
    """Never shown to an outsider."""
    mark: list[str]
    """Shown where the glass can be broken, and nowhere else."""
    ids: dict[str, UUID]
    restriction: UUID
    level: Level

    @property
    def name(self) -> str:
        return f"Zebedee {self.family}"


def plant(world: World, level: Level) -> Secret:
    """A patient with all there can be of one, restricted: only Dr Chen sees her."""
    family = {"restricted": "Quillfeather", "hidden": "Umberstone"}[level]
    w = {name: f"{name}{family}" for name in ("Xpref", "Xform", "Xrel", "Xstr", "Xnote")}
    w |= {name: f"{name}{family}" for name in ("Xid", "Xdoc", "Xtold", "Xsaid", "Xdraft")}
    digits = {"restricted": "(602) 234-0831", "hidden": "(602) 234-0842"}[level]
    by = cast.FOUNDER
    with looks.collecting("planting"):
        made = people.register_patient(
            family,
            BORN[level],
            "Zebedee",
            preferred_name=w["Xpref"],
            former_family=w["Xform"],
            phone=digits,
            email=f"{family.lower()}@example.org",
            by=by,
        )
        patient = made.patient
        relative = people.add_relative(
            patient, w["Xrel"], "aunt", may_be_told=["times"], proof="form", by=by
        ).id
        alert = people.add_alert(patient, w["Xnote"], "danger", by=by).id
        address = people.add_address(patient, w["Xstr"], city="Tempe", by=by).id
        phone_email = Phone.objects.get(patient=patient).id, Email.objects.get(patient=patient).id
        identifier = people.add_identifier(patient, "urn:elsewhere", w["Xid"], by=by).id
        file = samples.examined(samples.PDF, "form.pdf")
        document = people.add_document(patient, w["Xdoc"], "form", file, by=by).id
        disclosure = record_disclosure(
            patient, clock.today(cast.ZONE), w["Xtold"], "Record", "Subpoena", "oversight", by=by
        ).disclosure
        suspension = suspend_disclosure(
            disclosure, w["Xsaid"], True, clock.today(cast.ZONE), clock.today(cast.ZONE), by=by
        ).suspension
        now = cast.book_now_for(world, patient, f"Xreason{family}")
        later = cast.book_now_for(world, patient, f"Xgone{family}", "follow_up", minutes_later=40)
        calendar.record_step(now, "arrived", by=by)
        calendar.cancel_appointment(later, f"Xwhy{family}", "the patient", by=by)
        hold = _held_for(world, patient)
        draft = keep_draft(
            "details",
            w["Xdraft"],
            f"/patients/{patient}/",
            {"a": ["b"]},
            [patient],
            by=world.actor("ana"),
        ).draft
        restriction = people.restrict_patient(
            patient,
            "staff",
            f"Xwhyrestricted{family}",
            level,
            users=[world.users["chen"].id],
            by=by,
        ).restriction
    words = [*w.values(), digits[-8:], f"{family.lower()}@", f"Xreason{family}", f"Xgone{family}"]
    words += [f"Xwhy{family}", f"Xwhyrestricted{family}"]
    return Secret(
        patient,
        made.record_number,
        family,
        words,
        [family, made.record_number],
        {
            "patient": patient,
            "appointment": now,
            "relative": relative,
            "alert": alert,
            "address": address,
            "phone": phone_email[0],
            "email": phone_email[1],
            "identifier": identifier,
            "document": document,
            "disclosure": disclosure,
            "suspension": suspension,
            "hold": hold,
            "draft": draft,
            "cancellation": Cancellation.objects.get(appointment=later).id,
            "step": Step.objects.get(appointment=now).id,
            "cancelled": later,
        },
        restriction,
        level,
    )


def _held_for(world: World, patient: UUID) -> UUID:
    """A time tomorrow that is held for the patient."""
    kind = world.visit_types["call"]
    found = free_times(cast.FOUNDER, kind, after=clock.now() + timedelta(days=1), limit=1)[0]
    return calendar.hold_time(
        kind, found.starts_at, found.site, patient=patient, by=cast.FOUNDER
    ).hold
