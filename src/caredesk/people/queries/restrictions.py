"""What is known of restrictions, and of a patient whom one may only see by her mark."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from caredesk.access.queries import names_of
from caredesk.access.rules import role_words
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import barred, refuse_barred
from caredesk.kernel.errors import Missing
from caredesk.kernel.looks import seen
from caredesk.people.models import BrokenGlass, Patient, Restriction
from caredesk.people.rules.names import FullName, display
from caredesk.people.rules.restrictions import GLASS_REASONS, PIECE_WORDS, kind_words


@dataclass(frozen=True, slots=True)
class Marked:
    """All that is shown of a restricted patient."""

    id: UUID
    name: str
    birth_date: str
    record_number: str


@dataclass(frozen=True, slots=True)
class RestrictionLine:
    """A restriction that stands. `piece_kind` is empty where it is on the patient."""

    id: UUID
    patient: UUID
    record_number: str
    kind: str
    level: str
    why: str
    piece_kind: str
    piece: UUID | None
    circle: list[str]
    since: datetime
    set_by_label: str

    @property
    def piece_words(self) -> str:
        """What the piece is called where it is spoken of."""
        return PIECE_WORDS.get(self.piece_kind, self.piece_kind)


@dataclass(frozen=True, slots=True)
class GlassLine:
    """That somebody broke the glass."""

    id: UUID
    patient: UUID
    piece_kind: str
    user: UUID
    user_label: str
    reason: str
    words: str
    at: datetime
    until: datetime


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
    if row is None:
        raise Missing("record")
    refuse_barred(viewer, [row.patient_id])
    return row.patient_id


def restrictions_of(viewer: Actor, patient: UUID) -> list[RestrictionLine]:
    """The restrictions that stand on a patient or on pieces, of who may see her; two statements."""
    refuse_barred(viewer, [patient], "patient")
    unseen = barred(viewer)
    rows = Restriction.objects.filter(patient__identity__records=patient, ended_at__isnull=True)
    return _lines(
        row
        for row in rows.select_related("patient")
        if row.piece_id is None or row.piece_id not in unseen
    )


def restrictions_of_piece(viewer: Actor, piece: UUID) -> list[RestrictionLine]:
    """The restrictions that stand on a piece, of who may see it; two statements."""
    refuse_barred(viewer, [piece])
    rows = Restriction.objects.filter(piece_id=piece, ended_at__isnull=True)
    found = list(rows.select_related("patient").order_by("since"))
    refuse_barred(viewer, [row.patient_id for row in found])
    return _lines(found)


def standing_restrictions(viewer: Actor) -> list[RestrictionLine]:
    """All that stand, by record number and no name: for who keeps them, also outside the circle."""
    rows = Restriction.objects.filter(ended_at__isnull=True).select_related("patient")
    return _lines(rows.order_by("patient__number", "since"))


def _lines(rows: Iterable[Restriction]) -> list[RestrictionLine]:
    found = list(rows)
    # A program that restricted is in its circle, too, and is no user.
    names = {row.set_by: row.set_by_label for row in found}
    names |= names_of({user for row in found for user in row.users})
    return [
        RestrictionLine(
            id=row.id,
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
        for row in found
    ]


def broken_glass(viewer: Actor, ids: Iterable[UUID]) -> dict[UUID, GlassLine]:
    """These grants, for who reviews them; they show nobody."""
    rows = BrokenGlass.objects.filter(id__in=list(ids))
    return {
        row.id: GlassLine(
            id=row.id,
            patient=row.patient_id,
            piece_kind=row.piece_kind,
            user=row.user_id,
            user_label=row.user_label,
            reason=GLASS_REASONS[row.reason],
            words=row.words,
            at=row.at,
            until=row.ended_at or row.until,
        )
        for row in rows
    }


def latest_glass(viewer: Actor, limit: int) -> list[GlassLine]:
    """Those broken last, the latest first."""
    rows = BrokenGlass.objects.order_by("-at", "-id")[:limit]
    found = broken_glass(viewer, rows.values_list("id", flat=True))
    return sorted(found.values(), key=lambda each: each.at, reverse=True)


def admitted_to_piece(piece: UUID) -> set[UUID] | None:
    """Who is in the circle of a restricted piece until others are; None where it is not restricted.

    Shows nobody.
    """
    rows = Restriction.objects.filter(piece_id=piece, ended_at__isnull=True)
    found = list(rows.values_list("admitted", flat=True))
    return set.intersection(*(set(each) for each in found)) if found else None
