"""Restricting who sees a patient or a piece of what is kept of her, and ending that."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from caredesk.access.queries import refuse_unknown_circle
from caredesk.kernel import clock
from caredesk.kernel.action import about, action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert
from caredesk.kernel.errors import Missing, NeedsReason, Refused
from caredesk.kernel.events import publish
from caredesk.kernel.text import Line, OptionalLine
from caredesk.people.actions.rows import locked_patient
from caredesk.people.events import RestrictionEnded, RestrictionSet
from caredesk.people.models import BrokenGlass, Restriction
from caredesk.people.queries.restrictions import MAY_END, is_outside
from caredesk.people.rules.restrictions import ENDED, Kind, Level

_KEPT = (
    "patient_id",
    "piece_kind",
    "piece_id",
    "kind",
    "level",
    "why",
    "roles",
    "since",
    "set_by",
    "set_by_label",
)


class Restricted(BaseModel):
    """The restriction concerned, and on whom it is."""

    restriction: UUID
    patient: UUID


@action("people.restrict")
def restrict_patient(
    patient: UUID,
    kind: Kind,
    why: Line,
    level: Level = "restricted",
    users: list[UUID] | None = None,
    roles: list[str] | None = None,
    *,
    by: Actor,
) -> Restricted:
    """Let only some see a patient: these users, whoever has one of these roles, and oneself."""
    circle = refuse_unknown_circle(users or [], roles or [])
    return _restrict(patient, kind, level, why, [*circle[0], by.id], circle[1], None, by)


@action("people.view", internal=True)
def restrict_piece(
    patient: UUID,
    piece_kind: Line,
    piece: UUID,
    kind: Kind,
    why: Line,
    level: Level = "restricted",
    users: list[UUID] | None = None,
    roles: list[str] | None = None,
    admitted: list[UUID] | None = None,
    *,
    by: Actor,
) -> Restricted:
    """Let only some see a piece of what is kept of a patient; a room does it for its own pieces.

    Who may is asked by that room's action: booking keeps a confidential visit from the others. The
    `admitted` are in its circle, too, until `admit_to_piece` admits others instead.
    """
    circle = refuse_unknown_circle(users or [], roles or [])
    guests, _ = refuse_unknown_circle(admitted or [], [])
    of = (piece_kind, piece)
    return _restrict(patient, kind, level, why, [*circle[0], by.id], circle[1], of, by, guests)


@action("people.view", no_undo="Restrict it anew with another circle.", internal=True)
def admit_to_piece(piece: UUID, users: list[UUID], *, by: Actor) -> Restricted:
    """Let these users into the circle of a restricted piece, instead of who was admitted before.

    Who was put into it when it was restricted stays, and so does whoever of the circle does this.
    The row with the former circle is ended, another takes its place since when it stands.
    """
    circle, _ = refuse_unknown_circle(users, [])
    rows = Restriction.objects.select_for_update().filter(piece_id=piece, ended_at__isnull=True)
    answer = None
    for row in rows.order_by("id"):
        staying = set(row.users) - set(row.admitted)
        admitted = ({*circle} | ({by.id} & {*row.users})) - staying
        answer = Restricted(restriction=row.id, patient=row.patient_id)
        if admitted == set(row.admitted):
            continue
        amend(row, ended_at=clock.now(), ended_by=by.id, ended_by_label=by.label)
        values = {name: getattr(row, name) for name in _KEPT}
        other = Restriction(**values, users=sorted(staying | admitted), admitted=sorted(admitted))
        answer.restriction = insert(other).id
    if answer is None:
        raise Missing("restriction")
    about(answer.patient)
    return answer


@action("people.restrict", past_the_gate=True)
def end_restriction(restriction: UUID, why: OptionalLine = "", *, by: Actor) -> Restricted:
    """End a restriction: everybody who may see patients sees this one again.

    Who is outside its circle needs a permission for that and says why; it is reviewed.
    """
    found = _locked(restriction)
    from_outside = is_outside(by, found)
    if from_outside and not by.may(MAY_END):
        raise Missing("restriction")
    if found.ended_at is not None:
        raise Refused("This restriction was ended already.", next_step="Reload the page.")
    passed = _pass(found, why, by) if from_outside else None
    amend(found, ended_at=clock.now(), ended_by=by.id, ended_by_label=by.label)
    about(found.patient_id)
    publish(RestrictionEnded(found.id, found.patient_id, passed))
    undo_with("restore_restriction", restriction=found.id, why=why)
    return Restricted(restriction=found.id, patient=found.patient_id)


@action("people.restrict", past_the_gate=True, internal=True)
def restore_restriction(restriction: UUID, why: OptionalLine = "", *, by: Actor) -> Restricted:
    """Make an ended restriction hold again, with the circle it had; `why` it had been ended."""
    found = _locked(restriction)
    if is_outside(by, found) and found.ended_by != by.id:
        raise Missing("restriction")
    if found.ended_at is None:
        raise Refused("This restriction holds.", next_step="Reload the page.")
    amend(found, ended_at=None, ended_by=None, ended_by_label="")
    about(found.patient_id)
    publish(RestrictionSet(found.id, found.patient_id))
    undo_with("end_restriction", restriction=found.id, why=why)
    return Restricted(restriction=found.id, patient=found.patient_id)


def _restrict(
    patient: UUID,
    kind: Kind,
    level: Level,
    why: str,
    users: list[UUID],
    roles: list[str],
    piece: tuple[str, UUID] | None,
    by: Actor,
    admitted: Collection[UUID] = (),
) -> Restricted:
    found = locked_patient(patient)
    piece_kind, piece_id = piece or ("", None)
    standing = Restriction.objects.filter(
        patient__identity=found.identity_id, piece_id=piece_id, kind=kind, ended_at__isnull=True
    )
    if standing.exists():
        raise Refused(
            "This restriction holds already.",
            field="kind",
            next_step="End it first, if somebody else is to be in its circle.",
        )
    since: datetime = clock.now()
    row = insert(
        Restriction(
            patient=found,
            piece_kind=piece_kind,
            piece_id=piece_id,
            kind=kind,
            level=level,
            why=why,
            users=sorted({*users, *admitted}),
            roles=sorted(set(roles)),
            admitted=sorted({*admitted} - {*users}),
            since=since,
            set_by=by.id,
            set_by_label=by.label,
        )
    )
    about(found.id)
    publish(RestrictionSet(row.id, found.id))
    undo_with("end_restriction", restriction=row.id)
    return Restricted(restriction=row.id, patient=found.id)


def _pass(found: Restriction, why: str, by: Actor) -> UUID:
    """That it was ended from outside, and why: kept with the broken glass, and reviewed as that."""
    if by.kind != "user":
        raise Refused("Only a person in its circle can end this.", forbidden=True)
    if not why:
        raise NeedsReason(
            "You are outside the circle of this restriction. It is reviewed who ends it.",
            field="why",
            code="outside_the_circle",
        )
    now = clock.now()
    passed = BrokenGlass(
        patient_id=found.patient_id,
        piece_kind=found.piece_kind,
        piece_id=found.piece_id,
        user_id=by.id,
        user_label=by.label,
        reason=ENDED,
        words=why,
        at=now,
        until=now,
    )
    return insert(passed).id


def _locked(restriction: UUID) -> Restriction:
    found = Restriction.objects.select_for_update().filter(pk=restriction).first()
    if found is None:
        raise Missing("restriction")
    return found
