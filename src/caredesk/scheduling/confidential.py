"""Visits of a confidential kind: only who books and who treats sees them, as pieces of a chart."""

from collections.abc import Iterable
from uuid import UUID

from pydantic import TypeAdapter

from caredesk.kernel.actor import Actor
from caredesk.people.actions import admit_to_piece, restrict_piece
from caredesk.people.queries.restrictions import circle_of_piece
from caredesk.people.rules.restrictions import Kind
from caredesk.workforce.queries import users_of

from .plans import Plan
from .taking import Taken

PIECE = "appointment"


def keep_confidential(
    plan: Plan, taken: Taken, appointment: UUID, patient: UUID, by: Actor
) -> None:
    """Restrict a visit of such a kind at once, in the same transaction as its booking."""
    if not plan.confidential:
        return
    restrict_piece(
        patient=patient,
        piece_kind=PIECE,
        piece=appointment,
        kind=TypeAdapter(Kind).validate_python(plan.confidential),
        why=f"{plan.name}: a confidential kind of visit",
        users=_treating(taken),
        by=by,
    )


def admit_who_treats_now(taken: Taken, appointment: UUID, by: Actor) -> None:
    """Whoever has the visit after it was moved is in its circle, too."""
    circle = circle_of_piece(appointment)
    new = set(_treating(taken)) - circle if circle is not None else set()
    if new:
        admit_to_piece(piece=appointment, users=sorted(new), by=by)


def _treating(taken: Taken) -> list[UUID]:
    return users_of(_practitioners(taken))


def _practitioners(taken: Taken) -> Iterable[UUID]:
    return [each.resource.practitioner for each in taken.takings if each.resource.practitioner]
