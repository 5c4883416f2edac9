"""What is to be reviewed, and what was said of it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing
from caredesk.people.queries.restrictions import (
    GlassLine,
    Marked,
    broken_glass,
    glass_reviewed,
    glass_to_review,
    marked_patients,
)
from caredesk.privacy.access_log.queries.opened import OpenedPage, opened_behind
from caredesk.privacy.models import Review
from caredesk.tasks.queries import is_asked_of

LATEST = 100
MOST_WAITING = 500


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """What one reviewer said."""

    verdict: str
    words: str
    by: UUID
    by_label: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ToReview:
    """A broken glass with the patient by her mark alone, and what was said of it so far.

    What was `opened` behind it is read where one of them is reviewed.
    """

    glass: GlassLine
    patient: Marked | None
    reviews: list[ReviewLine] = field(default_factory=list)
    opened: OpenedPage = field(default_factory=OpenedPage)


def glass_for(viewer: Actor, grant: UUID) -> GlassLine:
    """A broken glass, for the privacy officer and for whom it was asked; not there for others."""
    found = broken_glass(viewer, [grant]).get(grant)
    if found is None:
        raise Missing("review")
    if not viewer.may("privacy.review") and not is_asked_of(viewer, "glass", grant):
        raise Missing("review")
    return found


def to_review(viewer: Actor, grant: UUID) -> ToReview:
    """One broken glass, with its patient's mark, what was opened, and what reviewers said."""
    glass = glass_for(viewer, grant)
    return replace(_with_reviews(viewer, [glass])[0], opened=opened_behind(glass))


@dataclass(frozen=True, slots=True)
class Reviews:
    """What waits, and what was reviewed lately. `more` waits behind what is shown of it."""

    waiting: list[ToReview]
    done: list[ToReview]
    more: bool


def reviews(viewer: Actor) -> Reviews:
    """All broken glass that nobody has reviewed, the oldest first, then the latest reviewed."""
    said = Review.objects.filter(withdrawn_at__isnull=True).values("glass")
    waiting = glass_to_review(viewer, said, MOST_WAITING + 1)
    more, waiting = len(waiting) > MOST_WAITING, waiting[:MOST_WAITING]
    done = glass_reviewed(viewer, said, LATEST)
    found = _with_reviews(viewer, [*waiting, *done])
    return Reviews(found[: len(waiting)], found[len(waiting) :], more)


def _with_reviews(viewer: Actor, glass: list[GlassLine]) -> list[ToReview]:
    said: dict[UUID, list[ReviewLine]] = {}
    rows = Review.objects.filter(glass__in=[each.id for each in glass], withdrawn_at__isnull=True)
    for row in rows.order_by("at"):
        line = ReviewLine(row.verdict.replace("_", " "), row.words, row.by, row.by_label, row.at)
        said.setdefault(row.glass_id, []).append(line)
    people = marked_patients(viewer, [each.patient for each in glass])
    return [ToReview(each, people.get(each.patient), said.get(each.id, [])) for each in glass]
