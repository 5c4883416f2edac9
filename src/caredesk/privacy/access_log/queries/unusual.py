"""The findings of unusual access, for whoever settles them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing
from caredesk.people.queries import PatientLine, patient_lines
from caredesk.privacy.access_log.models import AccessReview, OwnRecord, UnusualAccess
from caredesk.privacy.access_log.rules.unusual import RULES
from caredesk.privacy.access_log.rules.words import reasons
from caredesk.ui.times import clock_words

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class ReviewLine:
    justified: bool
    words: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What was unusual: who, on which day, why; `patient` where it is about one."""

    id: UUID
    day: date
    user: UUID
    user_name: str
    patient: PatientLine | None
    rule: str
    rule_words: str
    reasons: str
    first_entry: UUID
    review: ReviewLine | None


@dataclass(frozen=True, slots=True)
class FindingPage:
    findings: Sequence[Finding]
    next: tuple[date, UUID] | None


def findings(
    viewer: Actor, *, settled: bool = False, behind: tuple[date, UUID] | None = None
) -> FindingPage:
    """The open ones, or those that are settled; the latest day first, a page at a time."""
    standing = AccessReview.objects.filter(finding=OuterRef("pk"), withdrawn_at__isnull=True)
    rows = UnusualAccess.objects.filter(Exists(standing) if settled else ~Exists(standing))
    if behind:
        day, id = behind
        rows = rows.filter(Q(day__lt=day) | Q(day=day, id__lt=id))
    found = list(rows.select_related("user").order_by("-day", "-id")[: A_PAGE + 1])
    shown = found[:A_PAGE]
    following = (shown[-1].day, shown[-1].id) if len(found) > A_PAGE else None
    return FindingPage(_lines(viewer, shown), following)


def finding(viewer: Actor, id: UUID) -> Finding:
    row = UnusualAccess.objects.select_related("user").filter(pk=id).first()
    if row is None:
        raise Missing("finding", next_step="Go back to the list.")
    return _lines(viewer, [row])[0]


def own_record_of(viewer: Actor, user: UUID) -> tuple[UUID, PatientLine | None] | None:
    """The link to a colleague's own record as a patient, and who that is if `viewer` may see."""
    row = OwnRecord.objects.filter(user=user, ended_at__isnull=True).first()
    if row is None:
        return None
    return row.id, patient_lines(viewer, [row.patient_id]).get(row.patient_id)


def _lines(viewer: Actor, rows: Sequence[UnusualAccess]) -> list[Finding]:
    names = patient_lines(viewer, [row.patient_id for row in rows if row.patient_id])
    standing = AccessReview.objects.filter(
        finding__in=[row.id for row in rows], withdrawn_at__isnull=True
    )
    reviews = {each.finding_id: each for each in standing}
    return [_line(row, names, reviews) for row in rows]


def _line(
    row: UnusualAccess, names: Mapping[UUID, PatientLine], reviews: Mapping[UUID, AccessReview]
) -> Finding:
    review = reviews.get(row.id)
    facts: Mapping[str, Any] = row.facts
    return Finding(
        id=row.id,
        day=row.day,
        user=row.user_id,
        user_name=row.user.name,
        patient=names.get(row.patient_id) if row.patient_id else None,
        rule=row.rule,
        rule_words=RULES[row.rule],
        reasons=reasons(row.rule, facts, clock_words),
        first_entry=row.first_entry,
        review=_review_line(review) if review else None,
    )


def _review_line(row: AccessReview) -> ReviewLine:
    return ReviewLine(row.justified, row.words, row.reviewed_at, row.reviewed_by_label)
