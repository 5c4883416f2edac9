"""What is known of restrictions, and of a patient whom one may only see by her mark."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from caredesk.access.queries import names_of
from caredesk.access.rules import role_words
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import Barred, barred, refuse_barred
from caredesk.kernel.errors import Missing
from caredesk.kernel.looks import seen
from caredesk.people.models import BrokenGlass, Patient, Restriction
from caredesk.people.rules.names import FullName, display
from caredesk.people.rules.restrictions import (
    ENDED,
    PASSING_REASONS,
    PIECE_SEEN_BY,
    PIECE_WORDS,
    in_circle,
    kind_words,
)

MAY_END = "people.end_others_restrictions"


@dataclass(frozen=True, slots=True)
class Marked:
    """All that is shown of a restricted patient."""

    id: UUID
    name: str
    birth_date: str
    record_number: str


@dataclass(frozen=True, slots=True)
class RestrictionLine:
    """A restriction that stands. `piece_kind` is empty where it is on the patient.

    Who `is_outside` its circle is told that it is there, of which record and since when; all
    that has a default is for the others.
    """

    id: UUID
    record_number: str
    since: datetime
    is_outside: bool
    is_of_piece: bool
    may_end: bool
    patient: UUID | None = None
    kind: str = ""
    level: str = ""
    why: str = ""
    piece_kind: str = ""
    piece: UUID | None = None
    circle: list[str] = field(default_factory=list)
    set_by_label: str = ""

    @property
    def piece_words(self) -> str:
        """What the piece is called where it is spoken of."""
        return PIECE_WORDS.get(self.piece_kind, self.piece_kind)


@dataclass(frozen=True, slots=True)
class GlassLine:
    """That somebody broke the glass, or ended a restriction from outside its circle."""

    id: UUID
    patient: UUID
    piece_kind: str
    user: UUID
    user_label: str
    reason: str
    words: str
    at: datetime
    until: datetime
    has_ended_restriction: bool = False

    @property
    def did(self) -> str:
        """What is reviewed, after the name of who did it."""
        if self.has_ended_restriction:
            return "ended a restriction from outside its circle"
        return "broke the glass"


def marked_patients(viewer: Actor, ids: Iterable[UUID]) -> dict[UUID, Marked]:
    """These patients by name, birth date and record number alone; without the hidden ones."""
    unseen = barred(viewer)
    wanted = [id for id in set(ids) if not unseen.hides(id)]
    rows = Patient.objects.select_related("identity").filter(id__in=wanted)
    found = {row.id: _marked(row.identity) for row in rows}
    seen(viewer, [], marked=[each.id for each in found.values()])
    return found


def _marked(row: Patient) -> Marked:
    name = FullName(row.family, row.given, row.middle, suffix=row.suffix)
    return Marked(row.id, display(name), row.birth.words, row.record_number)


def patient_of_piece(viewer: Actor, piece: UUID) -> UUID:
    """Whose a restricted piece is, for who sees the patient."""
    unseen = barred(viewer)
    if not (unseen.marks(piece) or piece in unseen.lifted):
        raise Missing("record")
    row = Restriction.objects.filter(piece_id=piece, ended_at__isnull=True).first()
    if row is None or not viewer.may(PIECE_SEEN_BY[row.piece_kind]):
        raise Missing("record")
    refuse_barred(viewer, [row.patient_id])
    return row.patient_id


def restrictions_of(viewer: Actor, patient: UUID) -> list[RestrictionLine]:
    """The restrictions that stand on a patient or on pieces, of who may see her; two statements."""
    refuse_barred(viewer, [patient], "patient")
    unseen = barred(viewer)
    rows = Restriction.objects.filter(patient__identity__records=patient, ended_at__isnull=True)
    found = rows.select_related("patient")
    return _lines(viewer, [x for x in found if x.piece_id is None or x.piece_id not in unseen])


def restrictions_of_piece(viewer: Actor, piece: UUID) -> list[RestrictionLine]:
    """The restrictions that stand on a piece, of who may see it; two statements."""
    refuse_barred(viewer, [piece])
    rows = Restriction.objects.filter(piece_id=piece, ended_at__isnull=True)
    found = list(rows.select_related("patient").order_by("since"))
    refuse_barred(viewer, [row.patient_id for row in found])
    return _lines(viewer, found)


def standing_restrictions(viewer: Actor) -> list[RestrictionLine]:
    """All that stand, by record number and no name: for who keeps them, also outside the circle.

    Hidden ones only for who may end them from there.
    """
    rows = Restriction.objects.filter(ended_at__isnull=True).select_related("patient")
    return _listed(viewer, rows.order_by("patient__number", "since"))


def restriction_to_end(viewer: Actor, restriction: UUID) -> RestrictionLine:
    """One of them, whether it stands or not, for who may end it."""
    rows = Restriction.objects.filter(pk=restriction).select_related("patient")
    found = [each for each in _listed(viewer, rows) if each.may_end]
    if not found:
        raise Missing("restriction")
    return found[0]


def _listed(viewer: Actor, rows: Iterable[Restriction]) -> list[RestrictionLine]:
    """Of these what `viewer` may know, and that it is known."""
    found = list(rows)
    if not viewer.may(MAY_END):
        found = [row for row in found if not _is_hidden(viewer, row)]
    numbered = {row.patient_id for row in found if _is_hidden(viewer, row)}
    seen(viewer, [], marked={row.patient_id for row in found} - numbered, numbered=numbered)
    return _lines(viewer, found)


def _is_hidden(viewer: Actor, row: Restriction) -> bool:
    """Whether the patient or the piece is not there at all for `viewer`."""
    unseen = barred(viewer)
    return any(each is not None and unseen.hides(each) for each in (row.patient_id, row.piece_id))


def is_outside(viewer: Actor, row: Restriction) -> bool:
    """Whether `viewer` is not in the circle. Who set it is, a program by that alone."""
    return row.set_by != viewer.id and not in_circle(viewer.id, viewer.roles, row.users, row.roles)


def _lines(viewer: Actor, rows: Iterable[Restriction]) -> list[RestrictionLine]:
    unseen, found = barred(viewer), list(rows)
    told = {row.id for row in found if not (_is_barred(unseen, row) or is_outside(viewer, row))}
    # A program that restricted is in its circle, too, and is no user.
    names = {row.set_by: row.set_by_label for row in found if row.id in told}
    names |= names_of({user for row in found if row.id in told for user in row.users})
    return [_told(row, names) if row.id in told else _untold(viewer, row) for row in found]


def _is_barred(unseen: Barred, row: Restriction) -> bool:
    return row.patient_id in unseen or (row.piece_id is not None and row.piece_id in unseen)


def _untold(viewer: Actor, row: Restriction) -> RestrictionLine:
    """What who is outside the circle is told."""
    return RestrictionLine(
        id=row.id,
        record_number=row.patient.record_number,
        since=row.since,
        is_outside=True,
        is_of_piece=row.piece_id is not None,
        may_end=viewer.may(MAY_END) or not is_outside(viewer, row),
    )


def _told(row: Restriction, names: Mapping[UUID, str]) -> RestrictionLine:
    return RestrictionLine(
        id=row.id,
        is_outside=False,
        is_of_piece=row.piece_id is not None,
        may_end=True,
        patient=row.patient_id,
        record_number=row.patient.record_number,
        kind=kind_words(row.kind),
        level=row.level,
        why=row.why,
        piece_kind=row.piece_kind,
        piece=row.piece_id,
        circle=[
            *sorted(names.get(user, "") for user in row.users),
            *map(role_words, row.roles),
        ],
        since=row.since,
        set_by_label=row.set_by_label,
    )


def broken_glass(viewer: Actor, ids: Iterable[UUID]) -> dict[UUID, GlassLine]:
    """These grants, for who reviews them; they show nobody."""
    return {row.id: _glass_line(row) for row in BrokenGlass.objects.filter(id__in=list(ids))}


def glass_to_review(viewer: Actor, reviewed: QuerySet[Any], limit: int) -> list[GlassLine]:
    """Those not among the ids `reviewed`, the earliest first: these have waited longest."""
    rows = BrokenGlass.objects.exclude(id__in=reviewed).order_by("at", "id")
    return [_glass_line(row) for row in rows[:limit]]


def glass_reviewed(viewer: Actor, reviewed: QuerySet[Any], limit: int) -> list[GlassLine]:
    """Those among the ids `reviewed`, broken last, the latest first."""
    rows = BrokenGlass.objects.filter(id__in=reviewed).order_by("-at", "-id")
    return [_glass_line(row) for row in rows[:limit]]


def _glass_line(row: BrokenGlass) -> GlassLine:
    return GlassLine(
        id=row.id,
        patient=row.patient_id,
        piece_kind=row.piece_kind,
        user=row.user_id,
        user_label=row.user_label,
        reason=PASSING_REASONS[row.reason],
        words=row.words,
        at=row.at,
        until=row.ended_at or row.until,
        has_ended_restriction=row.reason == ENDED,
    )


def admitted_to_piece(piece: UUID) -> set[UUID] | None:
    """Who is in the circle of a restricted piece until others are; None where it is not restricted.

    Shows nobody.
    """
    rows = Restriction.objects.filter(piece_id=piece, ended_at__isnull=True)
    found = list(rows.values_list("admitted", flat=True))
    return set.intersection(*(set(each) for each in found)) if found else None
