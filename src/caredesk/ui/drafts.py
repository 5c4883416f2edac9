"""Half-typed forms on a page: what a form gets back, and what the bar shows as left open.

A view asks for the draft of its form and gives it to the form:

    draft = drafts.of_form(request, f"details-{patient}", about=[patient])
    form = DetailsForm(posted, of=found, draft=draft)

The form shows what was typed and says what may be kept of it; drafts.js sends that as it is typed.
The page's own words for the form travel signed, so that nobody else's stand in the bar.
"""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import HttpRequest

from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing
from caredesk.ui.actions import end_draft
from caredesk.ui.models import Draft
from caredesk.ui.queries import DraftLine, own_drafts, shown

LONGEST_TITLE = 200
_SALT = "caredesk.ui.drafts"


@dataclass(frozen=True, slots=True)
class FormDraft:
    """The draft of one form of a page. `kept` is what comes back, `subjects` whom it is about."""

    name: str
    owner: UUID
    subjects: Sequence[UUID] = ()
    kept: DraftLine | None = None

    def about(self, subjects: Sequence[UUID]) -> "FormDraft":
        """The same, where it is only known later whom the form is about."""
        return replace(self, subjects=subjects)

    def signed(self, title: str, address: str, fields: Iterable[str]) -> str:
        """What the page says of its form, for the browser to send along with what is typed."""
        said = {
            "owner": str(self.owner),
            "name": self.name,
            "title": title[:LONGEST_TITLE],
            "address": address,
            "subjects": [str(each) for each in self.subjects],
            "fields": list(fields),
        }
        return signing.dumps(said, salt=_SALT, compress=True)


@dataclass(frozen=True, slots=True)
class SaidOfForm:
    """What a page said of its form when it made it."""

    name: str
    title: str
    address: str
    subjects: Sequence[str]
    fields: Sequence[str]


def read_signed(text: str, viewer: Actor) -> SaidOfForm:
    """What one of our pages said of its form to this very person, else `Missing`."""
    try:
        said: dict[str, Any] = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        raise _not_theirs() from None
    if said.pop("owner") != str(viewer.id):
        raise _not_theirs()
    return SaidOfForm(**said)


def _not_theirs() -> Missing:
    return Missing("form", next_step="Reload the page: somebody else may have signed in.")


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """What the bar says: the newest form that was left half typed, and how many more were."""

    newest: DraftLine | None = None
    more: int = 0


@dataclass(slots=True)
class Drafts:
    """The drafts of who asks, read once a request. `here` are the forms of the page itself."""

    viewer: Actor
    here: set[str] = field(default_factory=set)
    read: list[DraftLine] | None = None

    def of_form(self, name: str, about: Sequence[UUID], *, comes_back: bool) -> FormDraft:
        self.here.add(name)
        if comes_back:
            self.read = own_drafts(self.viewer, name)
        kept = next((each for each in self.read or () if each.name == name), None)
        return FormDraft(name, self.viewer.id, about, kept)

    @property
    def elsewhere(self) -> list[DraftLine]:
        if self.read is None:
            self.read = own_drafts(self.viewer)
        return [each for each in self.read if each.name not in self.here]

    def left_open(self) -> LeftOpen:
        found = self.elsewhere
        for newest in shown(self.viewer, found[:1]):
            return LeftOpen(newest, len(found) - 1)
        return LeftOpen()


def of_request(request: HttpRequest) -> Drafts:
    """The drafts of who asks; the views behind the sign-in only."""
    found: Drafts | None = getattr(request, "drafts", None)
    if found is None:
        found = Drafts(request.actor)  # type: ignore[attr-defined]
        request.drafts = found  # type: ignore[attr-defined]
    return found


def of_form(request: HttpRequest, name: str, about: Sequence[UUID] = ()) -> FormDraft:
    """The draft of a form of this page, about these subjects. What is sent needs none back."""
    comes_back = request.method != "POST"
    return of_request(request).of_form(name, about, comes_back=comes_back)


def let_go(by: Actor, name: str) -> None:
    """A form was sent for good: nothing of it is left open."""
    if Draft.objects.filter(owner=by.id, name=name).exists():
        with contextlib.suppress(Missing):
            end_draft(name, by=by)
