"""Visits of a confidential kind: only who books and who treats sees them, as pieces of a chart."""

from collections.abc import Collection
from uuid import UUID

from pydantic import TypeAdapter

from caredesk.kernel.actor import Actor
from caredesk.people.actions import admit_to_piece, restrict_piece
from caredesk.people.queries.restrictions import admitted_to_piece
from caredesk.people.rules.restrictions import Kind
from caredesk.workforce.queries import users_of

from .models import VisitType
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
        admitted=users_of(_practitioners(taken)),
        by=by,
    )


def admit_who_treats_now(appointment: UUID, practitioners: Collection[UUID], by: Actor) -> None:
    """After a move: whoever has the visit now is in its circle, who had it before no longer."""
    admitted = admitted_to_piece(appointment)
    treating = users_of(practitioners) if admitted is not None else []
    if admitted is not None and admitted != set(treating):
        admit_to_piece(piece=appointment, users=treating, by=by)


def is_confidential(visit_type: UUID) -> bool:
    """Whether visits of this kind are."""
    return VisitType.objects.filter(pk=visit_type).exclude(confidential="").exists()


def _practitioners(taken: Taken) -> list[UUID]:
    return [each.resource.practitioner for each in taken.takings if each.resource.practitioner]
