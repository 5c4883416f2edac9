"""Reads of drafts. They are only ever one's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, F, When

from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import barred
from caredesk.kernel.looks import seen
from caredesk.ui.models import Draft


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A form that was left half typed. `typed` is only there of the one that was asked for."""

    id: UUID
    name: str
    title: str
    address: str
    kept_at: datetime
    edition: int
    subjects: Sequence[UUID]
    typed: Mapping[str, list[str]] | None


def own_drafts(viewer: Actor, typed_of: str = "") -> list[DraftLine]:
    """The newest first, one statement. Their titles may name somebody: show them by `shown`."""
    wanted: Any = Case(When(name=typed_of, then=F("typed")), default=None)
    rows = (
        Draft.objects.filter(owner=viewer.id, thrown_away_at=None)
        .annotate(wanted=wanted)
        .order_by("-kept_at")
    )
    names = ("id", "name", "title", "address", "kept_at", "edition", "subjects", "wanted")
    unseen = barred(viewer)
    lines = [DraftLine(*row) for row in rows.values_list(*names)]
    # Of whom one may not see any more, not even one's own half-typed form says anything.
    return [each for each in lines if not any(id in unseen for id in each.subjects)]


def shown(viewer: Actor, lines: Sequence[DraftLine]) -> Sequence[DraftLine]:
    """These lines, with the look at whom they name on record."""
    subjects = {subject for line in lines for subject in line.subjects}
    if subjects:
        seen(viewer, subjects)
    return lines
