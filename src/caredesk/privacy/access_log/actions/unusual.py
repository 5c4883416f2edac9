"""What is unusual is noted at night, and settled by a person."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, StringConstraints

from caredesk.access.models import User
from caredesk.kernel import clock
from caredesk.kernel.action import about, action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import barred
from caredesk.kernel.changes import amend, insert, insert_many
from caredesk.kernel.dates import Day
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.text import printable
from caredesk.people.models import Patient
from caredesk.people.queries import records_of
from caredesk.practice.queries import zone_of
from caredesk.privacy.access_log.actions.finding import by_user, find_unusual
from caredesk.privacy.access_log.models import AccessDay, AccessReview, OwnRecord, UnusualAccess
from caredesk.privacy.access_log.queries.viewings import is_quiet, viewings

Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=1000),
    AfterValidator(printable),
]


class Noted(BaseModel):
    """How many people worked that day, and how much of it was unusual."""

    people: int
    findings: int


class Settled(BaseModel):
    finding: UUID


class Linked(BaseModel):
    own_record: UUID


@action("privacy.review", no_undo="A finding is settled, not taken back.", internal=True)
def note_access_day(day: Day, judge: bool = True, *, by: Actor) -> Noted:
    """Note who opened how many charts on a day, and what of it was unusual; a day once."""
    if AccessDay.objects.filter(day=day).exists():
        return Noted(people=0, findings=0)
    days = by_user(viewings(day, zone_of(by)))
    found = list(find_unusual(days, day)) if judge else []
    insert_many(
        [
            AccessDay(
                user_id=each.user, day=day, charts=len(each.viewings), hours=sorted(each.hours)
            )
            for each in days
        ]
    )
    new = [each for each in found if not is_quiet(each.user, each.patient, each.rule, day)]
    insert_many(
        [
            UnusualAccess(
                user_id=each.user,
                patient_id=each.patient,
                rule=each.rule,
                day=day,
                facts=dict(each.facts),
                first_entry=each.first_entry,
            )
            for each in new
        ]
    )
    return Noted(people=len(days), findings=len(new))


@action("privacy.review", past_the_gate=True)
def settle_unusual_access(finding: UUID, justified: bool, words: Words, *, by: Actor) -> Settled:
    """Say of a finding whether the access was justified, and why. It tells of nobody."""
    found = _finding(finding)
    _refuse_about_oneself(found.user_id, by, field="words")
    if found.reviews.filter(withdrawn_at__isnull=True).exists():
        raise Refused("This is settled already.", next_step="Open it again first.")
    if found.patient_id:
        about(found.patient_id)
    insert(
        AccessReview(
            finding=found,
            justified=justified,
            words=words,
            reviewed_by=by.id,
            reviewed_by_label=by.label,
        )
    )
    undo_with("reopen_unusual_access", finding=found.id)
    return Settled(finding=found.id)


@action("privacy.review", no_undo="Settle it again instead.", past_the_gate=True)
def reopen_unusual_access(finding: UUID, *, by: Actor) -> Settled:
    """Open a settled finding again. What was said of it stays on record."""
    found = _finding(finding)
    _refuse_about_oneself(found.user_id, by)
    review = found.reviews.filter(withdrawn_at__isnull=True).first()
    if review is None:
        raise Refused("This is open.", next_step="Nothing is to do.")
    if found.patient_id:
        about(found.patient_id)
    amend(review, withdrawn_at=clock.now())
    return Settled(finding=found.id)


@action("privacy.review")
def record_own_record(user: UUID, patient: str, *, by: Actor) -> Linked:
    """Say that this patient, by record number, is this colleague."""
    colleague = User.objects.select_for_update().filter(pk=user).first()
    if colleague is None:
        raise Missing("user")
    _refuse_about_oneself(colleague.id, by, field="patient")
    unseen = barred(by)
    records = [each for each in records_of(patient) if each not in unseen]
    record = Patient.objects.filter(id__in=records, withdrawn_at__isnull=True).first()
    if record is None:
        raise Refused(
            "There is no such record number.",
            field="patient",
            next_step="Type the record number that stands on the patient's page: CD-000231.",
        )
    if OwnRecord.objects.filter(user=colleague, ended_at__isnull=True).exists():
        raise Refused(
            f"A record of {colleague.name} is known already.",
            field="patient",
            next_step="End that first, if it is the wrong one.",
        )
    about(record.id)
    made = insert(OwnRecord(user=colleague, patient=record, recorded_by=by.id))
    undo_with("end_own_record", own_record=made.id)
    return Linked(own_record=made.id)


@action("privacy.review", no_undo="Record it again instead.", past_the_gate=True)
def end_own_record(own_record: UUID, *, by: Actor) -> Linked:
    """Say that this patient is not this colleague, or works here no more."""
    found = OwnRecord.objects.select_for_update().filter(pk=own_record).first()
    if found is None:
        raise Missing("own record")
    _refuse_about_oneself(found.user_id, by)
    about(found.patient_id)
    amend(found, ended_at=found.ended_at or clock.now())
    return Linked(own_record=found.id)


def _refuse_about_oneself(user: UUID, by: Actor, field: str = "") -> None:
    """Nobody judges what they opened themselves, nor says which record is theirs."""
    if user == by.id:
        raise Refused(
            "This is about yourself.", next_step="Somebody else has to do it.", field=field
        )


def _finding(finding: UUID) -> UnusualAccess:
    # A finding never changes, so it cannot be locked: that it is settled once, the table holds.
    found = UnusualAccess.objects.filter(pk=finding).first()
    if found is None:
        raise Missing("finding", next_step="Go back to the list.")
    return found
