"""Letting programs in, and ending that."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from caredesk.access.tokens.models import ProgramToken
from caredesk.access.tokens.ports import known_patients
from caredesk.access.tokens.rules import (
    BEYOND_SOME_PATIENTS,
    LONGEST_DAYS,
    MOST_PATIENTS,
    MOST_PER_MINUTE,
    NEVER,
    SEES_PATIENTS,
    USUAL_PER_MINUTE,
    hash_secret,
    new_secret,
    written,
)
from caredesk.kernel import clock
from caredesk.kernel.action import about, action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.once import ToldOnce
from caredesk.kernel.permissions import declared
from caredesk.kernel.text import Line

type Days = Annotated[int, Field(ge=1, le=LONGEST_DAYS)]
type PerMinute = Annotated[int, Field(ge=1, le=MOST_PER_MINUTE)]


class TokenAdded(BaseModel):
    """`secret` is the whole token; it is told this once."""

    token: UUID
    secret: ToldOnce


class TokenEnded(BaseModel):
    token: UUID


@action("access.tokens", needs_proof=True)
def add_token(
    name: Line,
    permissions: Annotated[list[str], Field(min_length=1, max_length=100)],
    days: Days,
    patients: Annotated[list[UUID], Field(max_length=MOST_PATIENTS)] | None = None,
    per_minute: PerMinute = USUAL_PER_MINUTE,
    *,
    by: Actor,
) -> TokenAdded:
    """Let a program in for some days, to do some of what one may do oneself."""
    wanted = sorted(set(permissions))
    _check_permissions(wanted, by)
    only = None if patients is None else _check_patients(patients, wanted, by)
    secret, now = new_secret(), clock.now()
    row = ProgramToken(name=name, permissions=wanted, patients=only, per_minute=per_minute)
    row.digest = hash_secret(secret)
    row.added_at, row.added_by, row.added_by_label = now, by.id, by.label
    row.expires_at = now + timedelta(days=days)
    insert(row)
    undo_with("revoke_token", token=row.id)
    return TokenAdded(token=row.id, secret=written(row.id, secret))


@action("access.tokens", no_undo="What was ended stays so: add another token instead.")
def revoke_token(token: UUID, *, by: Actor) -> TokenEnded:
    """End a program's token at once. What it did stays on record."""
    found = ProgramToken.objects.select_for_update().filter(pk=token).first()
    if found is None:
        raise Missing("token")
    if found.ended_at is not None:
        raise Refused("This token was ended before.", next_step="Nothing is to do.")
    amend(found, ended_at=clock.now(), ended_by=by.id, ended_by_label=by.label)
    return TokenEnded(token=found.id)


def _check_permissions(wanted: list[str], by: Actor) -> None:
    known = declared()
    if unknown := [each for each in wanted if each not in known or known[each].whose != "staff"]:
        raise Refused(
            f"No program is given this: {', '.join(unknown)}.",
            field="permissions",
            next_step="See who may do what for the names.",
        )
    if reserved := sorted(NEVER.intersection(wanted)):
        raise Refused(
            f"Only people decide who may do what: no program is given {', '.join(reserved)}.",
            field="permissions",
            next_step="Leave it out.",
        )
    if beyond := [each for each in wanted if not by.may(each)]:
        raise Refused(
            f"You may not do this yourself: {', '.join(beyond)}.",
            field="permissions",
            next_step="Leave it out, or ask somebody who may.",
        )


def _check_patients(patients: list[UUID], wanted: list[str], by: Actor) -> list[UUID]:
    if SEES_PATIENTS not in wanted:
        raise Refused(
            "A program that may not see patients has nothing of any of them.",
            field="patients",
            next_step=f"Name no patients, or give it {SEES_PATIENTS}, too.",
        )
    if beyond := sorted(BEYOND_SOME_PATIENTS.intersection(wanted)):
        raise Refused(
            f"A program for some patients brings no new ones: not with {', '.join(beyond)}.",
            field="patients",
            next_step="Leave that out, or name no patients.",
        )
    if not patients:
        raise Refused(
            "Not one patient is named.",
            field="patients",
            next_step=f"Name some, or leave out {SEES_PATIENTS} where it is to see nobody.",
        )
    only = known_patients.ask.surviving(by, patients)
    about(*only)
    return only
