"""What was told of a patient to others outside is recorded, held back, and accounted for."""

from datetime import date
from typing import Annotated, Literal, get_args
from uuid import UUID

from pydantic import AfterValidator, BaseModel, StringConstraints

from caredesk.kernel import clock
from caredesk.kernel.action import about, action, refuse_if_barred, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert
from caredesk.kernel.dates import Day
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.text import Line, OptionalLine, printable
from caredesk.people.queries import records_of
from caredesk.practice.queries import zone_of
from caredesk.privacy.access_log.models import Accounting, Disclosure, Suspension
from caredesk.privacy.access_log.queries.disclosures import account_of
from caredesk.privacy.access_log.rules.disclosures import BASES, earliest, longest_wait

Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=1000),
    AfterValidator(printable),
]
BasisCode = Literal[
    "law", "public_health", "abuse", "oversight", "court", "police", "coroner", "donation",
    "research", "threat", "government", "compensation", "mistake", "treatment", "payment",
    "operations", "patient", "authorization", "involved", "security", "custody", "limited",
]  # fmt: skip
assert get_args(BasisCode) == tuple(BASES)


class Disclosed(BaseModel):
    disclosure: UUID


class Suspended(BaseModel):
    suspension: UUID


class Given(BaseModel):
    """The account that was given, and how many disclosures stand in it."""

    accounting: UUID
    lines: int


@action("privacy.disclosures")
def record_disclosure(
    patient: UUID,
    disclosed_on: Day,
    to_name: Line,
    what: Text,
    purpose: Text,
    basis: BasisCode,
    to_address: OptionalLine = "",
    last_on: Day | None = None,
    often: OptionalLine = "",
    *,
    by: Actor,
) -> Disclosed:
    """Record that something of a patient was disclosed: when, to whom, what and why."""
    if not records_of(patient):
        raise Missing("patient")
    about(patient)
    _check_days(disclosed_on, last_on, clock.today(zone_of(by)))
    row = Disclosure(
        patient_id=patient,
        disclosed_on=disclosed_on,
        last_on=last_on,
        often=often,
        to_name=to_name,
        to_address=to_address,
        what=what,
        purpose=purpose,
        basis=basis,
        recorded_by=by.id,
        recorded_by_label=by.label,
    )
    insert(row)
    undo_with("withdraw_disclosure", disclosure=row.id)
    return Disclosed(disclosure=row.id)


@action("privacy.disclosures")
def withdraw_disclosure(disclosure: UUID, *, by: Actor) -> Disclosed:
    """Take back what was recorded by mistake. It stays on record, and in no account."""
    found = _locked(disclosure)
    if found.withdrawn_at is not None:
        raise Refused("This was taken back already.", next_step="Nothing is to do.")
    amend(found, withdrawn_at=clock.now())
    undo_with("restore_disclosure", disclosure=found.id)
    return Disclosed(disclosure=found.id)


@action("privacy.disclosures")
def restore_disclosure(disclosure: UUID, *, by: Actor) -> Disclosed:
    """Let a disclosure stand again that was taken back."""
    found = _locked(disclosure)
    amend(found, withdrawn_at=None)
    undo_with("withdraw_disclosure", disclosure=found.id)
    return Disclosed(disclosure=found.id)


@action("privacy.disclosures")
def suspend_disclosure(
    disclosure: UUID,
    stated_by: Line,
    is_written: bool,
    stated_on: Day,
    until: Day | None = None,
    *,
    by: Actor,
) -> Suspended:
    """Keep a disclosure out of accounts, as an agency or official has stated (164.528(a)(2))."""
    found = _locked(disclosure)
    if not BASES[found.basis].may_wait:
        raise Refused(
            "An account waits only for what was disclosed to law enforcement or to a health "
            "oversight agency.",
            next_step="Correct what allowed the disclosure, if that is wrong.",
        )
    last = _until(until, stated_on, is_written=is_written)
    row = Suspension(
        disclosure=found,
        stated_by=stated_by,
        is_written=is_written,
        stated_on=stated_on,
        until=last,
        recorded_by=by.id,
        recorded_by_label=by.label,
    )
    insert(row)
    undo_with("end_suspension", suspension=row.id)
    return Suspended(suspension=row.id)


@action("privacy.disclosures", no_undo="Record the statement again instead.")
def end_suspension(suspension: UUID, *, by: Actor) -> Suspended:
    """Let a disclosure stand in accounts again, before its time."""
    found = Suspension.objects.select_for_update(of=("self",)).filter(pk=suspension).first()
    if found is None:
        raise Missing("statement")
    refuse_if_barred(found.disclosure.patient_id, what="statement")
    about(found.disclosure.patient_id)
    amend(found, ended_at=found.ended_at or clock.now())
    return Suspended(suspension=found.id)


@action("privacy.disclosures", no_undo="What was handed over cannot be taken back.")
def give_accounting(
    patient: UUID, since: Day | None = None, until: Day | None = None, *, by: Actor
) -> Given:
    """Give a patient the account of disclosures they asked for today, and keep what stood in it."""
    today = clock.today(zone_of(by))
    first, last = max(since or date.min, earliest(today)), min(until or today, today)
    if first > last:
        raise Refused(
            "The last day is before the first.", field="until", next_step="Choose other days."
        )
    lines = account_of(by, patient, first, last, today)
    if not lines and not records_of(patient):
        raise Missing("patient")
    about(patient)
    row = Accounting(
        patient_id=patient,
        asked_on=today,
        since=first,
        until=last,
        lines=[each.as_kept() for each in lines],
        given_by=by.id,
        given_by_label=by.label,
    )
    insert(row)
    return Given(accounting=row.id, lines=len(lines))


def _check_days(first: date, last: date | None, today: date) -> None:
    if first > today:
        raise Refused(
            "This day has not come yet.",
            field="disclosed_on",
            next_step="Record a disclosure once it was made.",
        )
    if last is not None and not first <= last <= today:
        raise Refused(
            "The last day lies before the first, or has not come yet.",
            field="last_on",
            next_step="Choose another day, or leave it out.",
        )


def _until(until: date | None, stated_on: date, *, is_written: bool) -> date:
    longest = longest_wait(stated_on, is_written=is_written)
    if until is None and longest is None:
        raise Refused(
            "A written statement says until when.",
            field="until",
            next_step="Type the day that it names.",
        )
    last = until or longest
    assert last is not None
    if longest is not None and last > longest:
        raise Refused(
            "An oral statement holds for at most 30 days.",
            field="until",
            next_step="Ask the agency for a written one.",
        )
    if last < stated_on:
        raise Refused(
            "This day is before the statement.", field="until", next_step="Choose a later day."
        )
    return last


def _locked(disclosure: UUID) -> Disclosure:
    found = Disclosure.objects.select_for_update(of=("self",)).filter(pk=disclosure).first()
    if found is None:
        raise Missing("disclosure")
    refuse_if_barred(found.patient_id, what="disclosure")
    about(found.patient_id)
    return found
