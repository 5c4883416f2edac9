"""A code word by which a caller proves who it is: kept as a hash, compared, never shown."""

from typing import Annotated
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from pydantic import AfterValidator, BaseModel, StringConstraints

from caredesk.kernel import clock
from caredesk.kernel.action import about, action
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert
from caredesk.kernel.errors import Refused
from caredesk.kernel.text import printable
from caredesk.people.actions.answers import Kept
from caredesk.people.actions.rows import locked_row, tell_changed
from caredesk.people.models import CodeWordCheck, Relative
from caredesk.people.rules.telling import (
    SHORTEST_CODE_WORD,
    WITHIN,
    code_word_as_kept,
    may_still_guess,
)

Said = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    AfterValidator(printable),
]


class Compared(BaseModel):
    """Whether what a caller said is the code word."""

    relative: UUID
    matches: bool


@action("people.change", no_undo="Agree on another code word instead.")
def set_code_word(relative: UUID, code_word: Said, *, by: Actor) -> Kept:
    """Keep the code word that was agreed with a relative; the former one holds no more."""
    row = locked_row(Relative, relative)
    kept = code_word_as_kept(code_word)
    if len(kept) < SHORTEST_CODE_WORD:
        raise Refused(
            "This is too short to prove anything.",
            field="code_word",
            next_step=f"Agree on a word of at least {SHORTEST_CODE_WORD} letters.",
        )
    amend(row, code_word=make_password(kept))
    return tell_changed(row)


@action("people.change", no_undo="Agree on another code word instead.")
def end_code_word(relative: UUID, *, by: Actor) -> Kept:
    """Say that the code word of a relative holds no more."""
    row = locked_row(Relative, relative)
    if not row.code_word:
        raise Refused("There is no code word.", next_step="Reload the page.")
    amend(row, code_word="")
    return tell_changed(row)


@action("people.view", no_undo="It was only compared; that it was stays on record.")
def check_code_word(relative: UUID, said: Said, *, by: Actor) -> Compared:
    """Compare what a caller says with the code word: yes or no. After a few no more guesses."""
    row = locked_row(Relative, relative)
    now = clock.now()
    if not row.code_word or row.ended_at is not None:
        raise Refused("No code word was agreed.", field="said", next_step="Ask for another proof.")
    wrong = CodeWordCheck.objects.filter(relative=row, matched=False, at__gt=now - WITHIN)
    if not may_still_guess(wrong.count()):
        raise Refused(
            "It was said wrongly too often just now.",
            field="said",
            next_step="Tell this caller nothing; call back on the number on file.",
        )
    matched = check_password(code_word_as_kept(said), row.code_word)
    insert(CodeWordCheck(relative=row, at=now, by=by.id, by_label=by.label, matched=matched))
    about(row.patient_id)
    return Compared(relative=row.id, matches=matched)
