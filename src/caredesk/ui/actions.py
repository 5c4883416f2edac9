"""What becomes of a half-typed form: kept, thrown away, brought back, ended.

Its beginning and its end are on record, with what the form is and whom it is about; never what is
typed in it (docs/decisions/0007-drafts.md).
"""

import unicodedata
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from pydantic import AfterValidator, BaseModel, StringConstraints

from caredesk.kernel import clock
from caredesk.kernel.action import about, action, carry_on, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert, remove
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.text import Line
from caredesk.kernel.under_way import under_way
from caredesk.ui.models import Draft
from caredesk.ui.rules import BROUGHT_BACK_FOR, LASTS, LONGEST_KB, MOST_OF_ONE_PERSON, is_too_long

_A_BATCH = 500


def _storable(text: str) -> str:
    """As it was typed, without what no database holds."""
    return "".join(each for each in text if each != "\0" and unicodedata.category(each) != "Cs")


Address = Annotated[str, StringConstraints(pattern=r"^/", max_length=4000)]
FieldName = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Typed = dict[FieldName, list[Annotated[str, AfterValidator(_storable)]]]


class Kept(BaseModel):
    """A draft as it was kept. `edition` tells it from what another window keeps later."""

    draft: UUID
    edition: int
    kept_at: datetime


class DraftNamed(BaseModel):
    draft: UUID


@action("desk.use", no_undo="Start afresh in the form instead.", internal=True)
def keep_draft(
    name: Line, title: Line, address: Address, typed: Typed, subjects: list[UUID], *, by: Actor
) -> Kept:
    """Keep a half-typed form for whoever types it; each keeping takes the place of the last."""
    _check(typed)
    draft = _mine(by, name=name)
    if draft is None:
        _lock_beginning(by)
        draft = _mine(by, name=name)
    now = clock.now()
    what: dict[str, Any] = {"title": title, "address": address, "typed": typed}
    what |= {"subjects": subjects, "kept_at": now}
    if draft is None:
        draft = insert(Draft(owner=by.id, name=name, begun=under_way().id, **what))
        _make_room(by)
    elif draft.thrown_away_at is not None:
        amend(draft, **what, edition=draft.edition + 1, begun=under_way().id, thrown_away_at=None)
    else:
        carry_on(draft.begun)
        amend(draft, **what, edition=draft.edition + 1)
    about(*subjects)
    return Kept(draft=draft.id, edition=draft.edition, kept_at=now)


@action("desk.use", internal=True)
def drop_draft(draft: UUID, *, by: Actor) -> DraftNamed:
    """Throw a half-typed form away; for an hour it can be brought back."""
    found = _mine(by, id=draft, thrown_away_at=None)
    if found is None:
        raise Missing("draft", next_step="It was sent or thrown away already.")
    amend(found, thrown_away_at=clock.now())
    about(*found.subjects)
    undo_with("restore_draft", draft=found.id)
    return DraftNamed(draft=found.id)


@action("desk.use", internal=True)
def restore_draft(draft: UUID, *, by: Actor) -> DraftNamed:
    """Bring back a half-typed form that was thrown away."""
    found = _mine(by, id=draft)
    if found is None:
        raise Missing("draft", next_step="It was thrown away too long ago.")
    if found.thrown_away_at is None:
        raise Refused(
            "You have typed into this form anew since.", next_step="Open it under “Left open”."
        )
    amend(found, thrown_away_at=None)
    about(*found.subjects)
    undo_with("drop_draft", draft=found.id)
    return DraftNamed(draft=found.id)


@action("desk.use", no_undo="What was sent can be undone itself.", internal=True)
def end_draft(name: Line, edition: int | None = None, *, by: Actor) -> DraftNamed:
    """Let a draft go: its form was sent for good, or emptied by hand where `edition` is given."""
    found = _mine(by, name=name)
    if found is None or edition not in (None, found.edition):
        raise Missing("draft")
    about(*found.subjects)
    remove(found)
    return DraftNamed(draft=found.id)


@action("ui.tidy", no_undo="Nobody came back to them.", internal=True)
def expire_drafts(*, by: Actor) -> int:
    """Let go what nobody came back to, and what was thrown away; how many."""
    rows = list(run_out().select_for_update(skip_locked=True).order_by("id")[:_A_BATCH])
    for row in rows:
        about(*row.subjects)
        remove(row)
    return len(rows)


def run_out() -> Any:
    """The drafts to which nobody will come back."""
    now = clock.now()
    untouched = Q(kept_at__lte=now - LASTS)
    return Draft.objects.filter(untouched | Q(thrown_away_at__lte=now - BROUGHT_BACK_FOR))


def _check(typed: Typed) -> None:
    if not typed:
        raise Refused("Nothing was typed.", field="typed", next_step="Type something first.")
    if is_too_long(typed):
        raise Refused(
            f"This is too long to be kept for later: a draft holds {LONGEST_KB} kB.",
            field="typed",
            next_step="Shorten it, or send it before you go on to something else.",
        )


def _mine(by: Actor, **which: Any) -> Draft | None:
    """One's own draft, locked; another person's is not there."""
    return Draft.objects.select_for_update().filter(owner=by.id, **which).first()


def _lock_beginning(by: Actor) -> None:
    """Two windows of one person may begin the same form at the same moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"ui {by.id}"])


def _make_room(by: Actor) -> None:
    """The oldest go."""
    for row in Draft.objects.filter(owner=by.id).order_by("-kept_at")[MOST_OF_ONE_PERSON:]:
        remove(row)
