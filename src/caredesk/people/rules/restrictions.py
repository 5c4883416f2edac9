"""Who sees a restricted patient, or a restricted piece of what is kept of one: pure decisions.

A restriction names its circle: users and roles who see everything as ever. For all others the
patient is known by name, birth date and record number only (`restricted`), until they break the
glass for a limited time; or is not there at all (`hidden`), which no glass lifts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

Kind = Literal["staff", "vip", "psychotherapy", "substance_use", "adolescent", "own_request"]
Level = Literal["restricted", "hidden"]
Sight = Literal["seen", "restricted", "hidden"]

KIND_WORDS: dict[Kind, str] = {
    "staff": "Staff member or relative of staff",
    "vip": "Person of public interest",
    "psychotherapy": "Psychotherapy notes",
    "substance_use": "Substance-use treatment (42 CFR Part 2)",
    "adolescent": "Adolescent's confidential visit",
    "own_request": "The patient's own request",
}
LEVEL_WORDS: dict[Level, str] = {
    "restricted": "Restricted: the glass can be broken",
    "hidden": "Hidden: for all others not there",
}
PIECE_WORDS: dict[str, str] = {"appointment": "visit"}
# The permission without which one would not see such a piece if it were open to all.
PIECE_SEEN_BY: dict[str, str] = {"appointment": "scheduling.view"}
GLASS_REASONS: dict[str, str] = {
    "emergency": "Emergency",
    "treatment": "I take part in the treatment",
    "desk": "The patient is at the desk or on the telephone",
    "billing": "Billing or records",
    "other": "Something else",
}
# Opened for everybody and without a limit: not a reason that one chooses.
ENDED = "ended"
PASSING_REASONS = {**GLASS_REASONS, ENDED: "Ended the restriction"}
USUAL_MINUTES = 60
MOST_MINUTES = 8 * 60


@dataclass(frozen=True, slots=True)
class Restriction:
    """What holds from `since` to `ended`. Without a `piece` it is on the patient as a whole."""

    level: Level
    since: datetime
    users: frozenset[UUID] = frozenset()
    roles: frozenset[str] = frozenset()
    piece: UUID | None = None
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """That a user broke the glass: for the patient, or for one piece."""

    user: UUID
    at: datetime
    until: datetime
    piece: UUID | None = None
    ended: datetime | None = None

    def holds(self, now: datetime) -> bool:
        return self.ended is None and now < self.until


def sight(
    viewer: UUID,
    roles: Iterable[str],
    restrictions: Iterable[Restriction],
    grants: Iterable[Grant],
    now: datetime,
    piece: UUID | None = None,
) -> Sight:
    """What a viewer sees of one patient, or of one piece where the patient is seen.

    The strictest restriction that stands counts. A grant lifts what stood when it was given, and
    only where it was given: that of the patient opens no restricted piece.
    """
    held = frozenset(roles)
    open_grants = [each for each in grants if each.user == viewer and each.holds(now)]
    left: set[Sight] = set()
    for each in restrictions:
        if each.ended is not None or each.piece != piece:
            continue
        if in_circle(viewer, held, each.users, each.roles):
            continue
        if each.level == "restricted" and any(
            grant.piece == piece and grant.at >= each.since for grant in open_grants
        ):
            continue
        left.add(each.level)
    if "hidden" in left:
        return "hidden"
    return "restricted" if left else "seen"


def in_circle(user: UUID, held: Iterable[str], users: Iterable[UUID], roles: Iterable[str]) -> bool:
    """Whether somebody with these roles is in the circle of these users and roles."""
    return user in users or not frozenset(held).isdisjoint(roles)


def kind_words(kind: str) -> str:
    """What a restriction of this kind is for."""
    return {str(known): words for known, words in KIND_WORDS.items()}[kind]


def glass_until(at: datetime, minutes: int) -> datetime:
    """When a broken glass is whole again."""
    return at + timedelta(minutes=min(max(minutes, 1), MOST_MINUTES))
