"""The flow of the day: steps, and steps taken back."""

from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from caredesk.kernel import clock
from caredesk.kernel.action import about, action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert
from caredesk.kernel.dates import Instant
from caredesk.kernel.errors import Busy, Missing, Refused
from caredesk.kernel.events import publish
from caredesk.kernel.text import Line
from caredesk.scheduling.actions.answers import Changed
from caredesk.scheduling.events import RequirementSettled, StepRecorded, StepRetracted
from caredesk.scheduling.kept import Kept, day_of, get_appointment
from caredesk.scheduling.models import OpenRequirement, Step
from caredesk.scheduling.rules.flow import State, Taken, refusal, state_after
from caredesk.scheduling.words import clock_at
from caredesk.ui import times


@action(permission="scheduling.book")
def record_step(
    appointment: UUID,
    state: Literal[
        "confirmed", "arrived", "in_room", "with_practitioner", "done", "left", "no_show"
    ],
    at: Instant | None = None,
    *,
    by: Actor,
) -> Changed:
    """Say what happened to a visit: confirmed, arrived, in room, with practitioner, done, left."""
    found = get_appointment(appointment)
    steps = _steps(found)
    now = clock.now()
    when = at.astimezone(UTC) if at is not None else now
    why_not = refusal(
        State(found.row.state),
        State(state),
        at=when,
        now=now,
        last_step_at=steps[-1].at if steps else None,
        starts_at=found.row.starts_at,
        booked_at=found.row.booked_at,
        zone=clock.zone_named(found.row.zone),
    )
    if why_not:
        _refuse_taken_already(found, steps, state)
        raise Refused(why_not, field="state")
    step = _insert(found, state, when, now, by)
    amend(found.row, state=state)
    about(*found.patients)
    publish(StepRecorded(appointment, step.id, state, found.site, day_of(found)))
    undo_with("retract_step", step=step.id)
    return _changed(found, when)


@action(permission="scheduling.book", no_undo="Record the step again instead.")
def retract_step(step: UUID, *, by: Actor) -> Changed:
    """Take the last step back, because it was recorded by mistake."""
    wrong = Step.objects.filter(pk=step).first()
    if wrong is None:
        raise Missing("step")
    found = get_appointment(wrong.appointment_id, named="step")
    steps = _steps(found)
    _refuse_unless_last(found, steps, wrong)
    amend(wrong, retracted_at=clock.now(), retracted_by=by.id)
    before = steps[:-1]
    state = state_after([Taken(State(each.state), each.at) for each in before])
    amend(found.row, state=state.value)
    about(*found.patients)
    publish(StepRetracted(found.id, wrong.id, state.value, found.site, day_of(found)))
    return _changed(found, before[-1].at if before else found.row.starts_at)


@action(permission="scheduling.book", no_undo="Settle it instead.")
def open_requirement(appointment: UUID, kind: Line, *, by: Actor) -> Changed:
    """Say that a visit still waits for something: a referral, an authorisation, a form."""
    found = get_appointment(appointment)
    known = OpenRequirement.objects.filter(appointment_id=appointment, kind=kind).first()
    if known is None:
        insert(OpenRequirement(appointment_id=appointment, kind=kind))
    else:
        amend(known, settled_at=None, settled_by=None)
    about(*found.patients)
    return _changed(found, found.row.starts_at)


@action(permission="scheduling.book", no_undo="Say again that the visit waits for it.")
def settle_requirement(appointment: UUID, kind: Line, *, by: Actor) -> Changed:
    """Say that what a visit waited for is there."""
    found = get_appointment(appointment)
    waiting = OpenRequirement.objects.filter(
        appointment_id=appointment, kind=kind, settled_at__isnull=True
    ).first()
    if waiting is None:
        raise Missing("requirement")
    amend(waiting, settled_at=clock.now(), settled_by=by.id)
    about(*found.patients)
    publish(RequirementSettled(appointment, kind))
    return _changed(found, found.row.starts_at)


def _steps(found: Kept) -> list[Step]:
    """The steps that hold, in the order in which they were recorded."""
    rows = Step.objects.filter(appointment_id=found.id, retracted_at__isnull=True)
    return list(rows.order_by("recorded_at", "id"))


def _insert(found: Kept, state: str, at: datetime, now: datetime, by: Actor) -> Step:
    row = Step(appointment_id=found.id, state=state, at=at, by=by.id, by_label=by.label)
    row.recorded_at = now
    return insert(row)


def _refuse_taken_already(found: Kept, steps: list[Step], state: str) -> None:
    """A colleague pressed the same button first: whoever is second reads who it was."""
    same = [step for step in steps if step.state == state]
    if not same:
        return
    words, zone = State(state).words, found.row.zone
    when = times.moment_words(same[-1].at.astimezone(clock.zone_named(zone)), clock.today(zone))
    now = f" It is {found.words} now." if found.row.state != state else ""
    raise Busy(
        f"Already {words}, by {same[-1].by_label}, {when}.{now}",
        field="state",
        next_step="Nothing more is needed.",
    )


def _refuse_unless_last(found: Kept, steps: list[Step], wrong: Step) -> None:
    if wrong.retracted_at is not None:
        raise Refused("This step was already taken back.")
    if steps[-1].id != wrong.id or found.row.state != wrong.state:
        newer = State(found.row.state).words
        raise Refused(
            f"The visit has gone on since then: it is {newer}.",
            next_step="Take the newer step back first.",
        )


def _changed(found: Kept, at: datetime) -> Changed:
    state = State(found.row.state)
    words = f"{state.words.capitalize()}, {clock_at(at, found.row.zone)}"
    return Changed(appointment=found.id, state=state.value, words=words)
