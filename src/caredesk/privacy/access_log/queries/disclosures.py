"""The disclosures of a patient, and the account of them that the patient may ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Prefetch

from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing
from caredesk.kernel.looks import seen
from caredesk.people.queries import records_of
from caredesk.practice.queries import zone_of
from caredesk.privacy.access_log.models import Accounting, Disclosure, Suspension
from caredesk.privacy.access_log.rules.disclosures import (
    BASES,
    Told,
    Wait,
    is_in_account,
    is_waiting,
)


@dataclass(frozen=True, slots=True)
class SuspensionLine:
    id: UUID
    stated_by: str
    is_written: bool
    stated_on: date
    until: date


@dataclass(frozen=True, slots=True)
class DisclosureLine:
    """A disclosure; `waits` are the statements that hold it back on the day of the page."""

    id: UUID
    patient: UUID
    first: date
    last: date | None
    often: str
    to_name: str
    to_address: str
    what: str
    purpose: str
    basis: str
    basis_words: str
    section: str
    is_in_accounts: bool
    may_wait: bool
    is_waiting: bool
    is_withdrawn: bool
    recorded_by: str
    recorded_at: datetime
    suspensions: Sequence[SuspensionLine]

    def told(self) -> Told:
        waits = [Wait(each.stated_on, each.until) for each in self.suspensions]
        return Told(self.basis, self.first, self.last, waits)

    def as_kept(self) -> Mapping[str, str]:
        """What of it stands in an account (164.528(b)(2))."""
        return {
            "date": self.first.isoformat(),
            "last": self.last.isoformat() if self.last else "",
            "often": self.often,
            "to": self.to_name,
            "address": self.to_address,
            "what": self.what,
            "purpose": self.purpose,
        }


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account that was given before."""

    id: UUID
    given_at: datetime
    given_by: str
    since: date
    until: date
    many: int


def disclosures_of(viewer: Actor, patient: UUID) -> list[DisclosureLine]:
    """Everything that is recorded, the latest first, also what stands in no account."""
    found = _read(viewer, patient)
    seen(viewer, [patient])
    return found[::-1]


def disclosure(viewer: Actor, id: UUID) -> DisclosureLine:
    found = Disclosure.objects.filter(pk=id).values_list("patient_id", flat=True).first()
    if found is None:
        raise Missing("disclosure")
    seen(viewer, [found])
    return next(each for each in _read(viewer, found) if each.id == id)


def account_of(
    viewer: Actor, patient: UUID, since: date, until: date, asked_on: date
) -> list[DisclosureLine]:
    """What the patient's account of these days holds, in the order of time."""
    lines = _read(viewer, patient)
    seen(viewer, [patient])
    return [
        each
        for each in lines
        if not each.is_withdrawn and is_in_account(each.told(), since, until, asked_on)
    ]


def accounts_given(viewer: Actor, patient: UUID) -> list[AccountLine]:
    """The accounts that were given, the latest first."""
    rows = Accounting.objects.filter(patient__in=records_of(patient)).order_by("-given_at")
    return [
        AccountLine(row.id, row.given_at, row.given_by_label, row.since, row.until, len(row.lines))
        for row in rows
    ]


def _read(viewer: Actor, patient: UUID) -> list[DisclosureLine]:
    standing = Suspension.objects.filter(ended_at__isnull=True).order_by("stated_on")
    rows = (
        Disclosure.objects.filter(patient__in=records_of(patient))
        .prefetch_related(Prefetch("suspensions", standing))
        .order_by("disclosed_on", "id")
    )
    today = clock.today(zone_of(viewer))
    return [_line(row, today) for row in rows]


def _line(row: Disclosure, today: date) -> DisclosureLine:
    basis = BASES[row.basis]
    suspensions = [
        SuspensionLine(each.id, each.stated_by, each.is_written, each.stated_on, each.until)
        for each in row.suspensions.all()
    ]
    waits = [Wait(each.stated_on, each.until) for each in suspensions]
    return DisclosureLine(
        id=row.id,
        patient=row.patient_id,
        first=row.disclosed_on,
        last=row.last_on,
        often=row.often,
        to_name=row.to_name,
        to_address=row.to_address,
        what=row.what,
        purpose=row.purpose,
        basis=row.basis,
        basis_words=basis.words,
        section=basis.section,
        is_in_accounts=basis.is_in_account,
        may_wait=basis.may_wait,
        is_waiting=is_waiting(Told(row.basis, row.disclosed_on, row.last_on, waits), today),
        is_withdrawn=row.withdrawn_at is not None,
        recorded_by=row.recorded_by_label,
        recorded_at=row.recorded_at,
        suspensions=suspensions,
    )
