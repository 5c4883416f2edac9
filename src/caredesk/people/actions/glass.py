"""Breaking the glass: whoever is outside the circle looks for a limited time, and says why."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from caredesk.kernel import clock
from caredesk.kernel.action import about, action
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import barred
from caredesk.kernel.changes import amend, insert
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.events import publish
from caredesk.kernel.text import Line
from caredesk.people.actions.rows import locked_patient
from caredesk.people.events import GlassBroken
from caredesk.people.models import BrokenGlass, Restriction
from caredesk.people.rules.restrictions import (
    MOST_MINUTES,
    PIECE_SEEN_BY,
    USUAL_MINUTES,
    glass_until,
)

Reason = Literal["emergency", "treatment", "desk", "billing", "other"]
Minutes = Annotated[int, Field(ge=5, le=MOST_MINUTES)]


class Opened(BaseModel):
    """What can be seen now, and until when."""

    grant: UUID
    patient: UUID
    until: datetime


@action(
    "people.break_glass",
    no_undo="End it early instead; that the glass was broken stays on record.",
    past_the_gate=True,
)
def break_glass(
    reason: Reason,
    words: Line,
    patient: UUID | None = None,
    piece: UUID | None = None,
    minutes: Minutes = USUAL_MINUTES,
    *,
    by: Actor,
) -> Opened:
    """See a restricted patient, or a restricted piece, for a limited time, and say why.

    It is reviewed. Broken twice at once, both see until the same time and one review is asked for.
    """
    if by.kind != "user":
        raise Refused("Only a person can break the glass.", forbidden=True)
    if not by.may("people.view"):
        raise Refused("You see no patients: there is nothing to open.", forbidden=True)
    if (patient is None) == (piece is None):
        raise Refused("Say what is to be opened.", field="patient")
    whose, kind = (patient, "") if patient else _whose(piece, by)
    if piece is not None and whose in barred(by):
        raise Missing("record")
    # Two who break it at once wait here for one another.
    found = locked_patient(whose)
    asked = piece or found.id
    now = clock.now()
    standing = _standing(found.identity_id, piece, now, by)
    if standing is not None:
        return Opened(grant=standing.id, patient=found.id, until=standing.until)
    known = barred(by)
    if known.hides(asked):
        raise Missing("patient" if piece is None else "record")
    if not known.marks(asked):
        raise Refused("You see this already.", next_step="Open it.")
    grant = insert(
        BrokenGlass(
            patient=found,
            piece_kind=kind,
            piece_id=piece,
            user_id=by.id,
            user_label=by.label,
            reason=reason,
            words=words,
            at=now,
            until=glass_until(now, minutes),
        )
    )
    about(found.id)
    publish(GlassBroken(grant.id, found.id, by.id))
    return Opened(grant=grant.id, patient=found.id, until=grant.until)


@action(
    "people.break_glass",
    no_undo="Break the glass again instead: it is reviewed, too.",
    past_the_gate=True,
)
def end_glass(grant: UUID, *, by: Actor) -> Opened:
    """End one's own look before its time is over."""
    found = BrokenGlass.objects.select_for_update().filter(pk=grant, user=by.id).first()
    if found is None:
        raise Missing("broken glass")
    now = clock.now()
    if found.ended_at is not None or found.until <= now:
        raise Refused("This has ended already.", next_step="Nothing is to do.")
    amend(found, ended_at=now)
    about(found.patient_id)
    return Opened(grant=found.id, patient=found.patient_id, until=now)


def _whose(piece: UUID | None, by: Actor) -> tuple[UUID, str]:
    """The patient of a restricted piece, and what kind of piece it is."""
    if piece is None or not (barred(by).marks(piece) or piece in barred(by).lifted):
        raise Missing("record")
    row = Restriction.objects.filter(piece_id=piece, ended_at__isnull=True).first()
    if row is None or not by.may(PIECE_SEEN_BY[row.piece_kind]):
        raise Missing("record")
    return row.patient_id, row.piece_kind


def _standing(identity: UUID, piece: UUID | None, now: datetime, by: Actor) -> BrokenGlass | None:
    """One's own that is open, unless a restriction was set since, which it does not lift."""
    found = (
        BrokenGlass.objects.filter(
            patient__identity=identity, piece_id=piece, user=by.id, ended_at__isnull=True
        )
        .filter(until__gt=now)
        .order_by("-until")
        .first()
    )
    if found is None:
        return None
    newer = Restriction.objects.filter(
        patient__identity=identity, piece_id=piece, ended_at__isnull=True, since__gt=found.at
    )
    return None if newer.exists() else found
