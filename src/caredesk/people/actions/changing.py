"""Changing who a patient is."""

from typing import Any
from uuid import UUID

from caredesk.kernel import clock
from caredesk.kernel.action import about, action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend
from caredesk.kernel.dates import Day, Instant
from caredesk.kernel.errors import Refused
from caredesk.kernel.events import publish
from caredesk.kernel.text import Line, OptionalLine
from caredesk.people.actions.answers import Kept
from caredesk.people.actions.rows import locked_patient, locked_record
from caredesk.people.actions.since import CHANGEABLE, changed_details, plain
from caredesk.people.actions.typed import Channel, Sex, read_birth, read_death, refuse_too_old
from caredesk.people.events import PatientChanged
from caredesk.people.models import Patient
from caredesk.people.rules.birthdates import Precision
from caredesk.people.rules.names import words_of
from caredesk.people.words import index_patient
from caredesk.practice.queries import zone_of

_SEARCHED = {
    "family", "given", "middle", "suffix", "preferred_name", "former_family", "birth_date",
    "birth_precision",
}  # fmt: skip


@action("people.change")
def change_patient(
    patient: UUID,
    family: Line | None = None,
    given: OptionalLine | None = None,
    middle: OptionalLine | None = None,
    suffix: OptionalLine | None = None,
    preferred_name: OptionalLine | None = None,
    former_family: OptionalLine | None = None,
    birth_date: Day | None = None,
    birth_precision: Precision = "day",
    sex: Sex | None = None,
    gender_identity: OptionalLine | None = None,
    pronouns: OptionalLine | None = None,
    language: OptionalLine | None = None,
    interpreter_needed: bool | None = None,
    preferred_channel: Channel | None = None,
    *,
    by: Actor,
) -> Kept:
    """Change what is known of a patient; what is left out stays as it is."""
    given_values: dict[str, Any] = {
        "family": family,
        "given": given,
        "middle": middle,
        "suffix": suffix,
        "preferred_name": preferred_name,
        "former_family": former_family,
        "sex": sex,
        "gender_identity": gender_identity,
        "pronouns": pronouns,
        "language": language,
        "interpreter_needed": interpreter_needed,
        "preferred_channel": preferred_channel,
    }
    values = {name: value for name, value in given_values.items() if value is not None}
    found = locked_patient(patient)
    if birth_date is not None:
        birth = read_birth(birth_date, birth_precision, clock.today(zone_of(by)), found.death)
        values |= {"birth_date": birth.day, "birth_precision": birth.precision}
    return _change(found, values)


@action("people.change")
def record_deceased(
    patient: UUID,
    deceased: bool = True,
    deceased_on: Day | None = None,
    precision: Precision = "day",
    *,
    by: Actor,
) -> Kept:
    """Record that a patient has died, and when as far as it is known; or that it was an error."""
    found = locked_patient(patient)
    today = clock.today(zone_of(by))
    if deceased_on is not None:
        deceased_on = read_death(deceased_on, precision, found.birth, today).day
    if not deceased:
        refuse_too_old(found.birth, today, None, field="deceased")
    return _change(
        found,
        {
            "deceased": deceased,
            "deceased_on": deceased_on if deceased else None,
            "deceased_precision": precision,
        },
    )


@action("people.change", internal=True)
def restore_patient_details(
    patient: UUID,
    was: dict[str, str | bool | None],
    now: dict[str, str | bool | None],
    *,
    by: Actor,
) -> Kept:
    """Give fields their former values back, unless somebody has changed them since."""
    found = locked_record(patient)
    if set(was) - CHANGEABLE or set(was) != set(now):
        raise Refused("These are not details of a patient.", field="was")
    changed = changed_details(found, now)
    if changed:
        raise Refused(
            f"Since then somebody changed: {', '.join(changed)}.",
            next_step="Change the details instead.",
        )
    columns = {each.name: each for each in Patient._meta.concrete_fields}
    return _change(found, {name: columns[name].to_python(value) for name, value in was.items()})


@action(
    "people.change", no_undo="It is only when the desk last dealt with the patient.", internal=True
)
def record_seen(patient: UUID, at: Instant, *, by: Actor) -> Kept:
    """Record when the desk dealt with a patient: the recent are found first."""
    found = locked_patient(patient)
    if found.last_seen_at is None or found.last_seen_at < at:
        amend(found, last_seen_at=at)
        index_patient(found)
    about(found.id)
    return Kept(patient=found.id, id=found.id)


def _change(found: Patient, values: dict[str, Any]) -> Kept:
    was = {n: plain(getattr(found, n)) for n, v in values.items() if getattr(found, n) != v}
    amend(found, **values)
    if not words_of(found.name):
        raise Refused("A name needs at least one letter.", field="family")
    if _SEARCHED & set(was):
        index_patient(found)
    now = {name: plain(getattr(found, name)) for name in was}
    about(found.id)
    publish(PatientChanged(found.id, sorted(was)))
    undo_with("restore_patient_details", patient=found.id, was=was, now=now)
    return Kept(patient=found.id, id=found.id)
