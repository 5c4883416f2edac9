"""Drafts: kept for one person, limited, thrown away and brought back, and gone in time."""

import threading
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from django import forms
from django.core import signing
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from caredesk.audit.models import Entry
from caredesk.kernel import clock, looks
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.models import Deed
from caredesk.kernel.undo import undo
from caredesk.ui import drafts, rules
from caredesk.ui.actions import drop_draft, end_draft, keep_draft
from caredesk.ui.drafts import FormDraft
from caredesk.ui.forms import PlainForm
from caredesk.ui.jobs import let_drafts_go
from caredesk.ui.models import Draft
from caredesk.ui.queries import DraftLine, own_drafts, shown

DESK = frozenset({"desk.use", "kernel.undo"})
ANA = Actor("user", uuid4(), "Ana Ruiz", permissions=DESK)
BEN = Actor("user", uuid4(), "Ben Ode", permissions=DESK)
LUPE = uuid4()
TYPED = {"given": ["Tom"], "interpreter_needed": ["on"]}


def keep(by: Actor = ANA, name: str = "register", **more: Any) -> Any:
    said = {"title": "Register a patient", "address": "/patients/new/", "subjects": []}
    return keep_draft(**{"name": name, "typed": TYPED, **said, **more}, by=by)


def typed_of(by: Actor, name: str = "register") -> Any:
    return next((each.typed for each in own_drafts(by, name) if each.name == name), None)


@pytest.mark.django_db
def test_a_draft_is_kept_for_one_person_and_each_keeping_takes_the_place_of_the_last() -> None:
    first = keep()
    second = keep(typed={"given": ["Tomás"]})
    assert second.draft == first.draft
    assert second.edition > first.edition
    assert typed_of(ANA) == {"given": ["Tomás"]}
    assert own_drafts(BEN) == []
    keep(BEN, typed={"given": ["Bill"]})
    assert typed_of(ANA) == {"given": ["Tomás"]}
    assert typed_of(BEN) == {"given": ["Bill"]}


@pytest.mark.django_db
def test_what_is_typed_is_on_no_record_and_twenty_pauses_are_one_row() -> None:
    for length in range(1, 21):
        keep(typed={"note": ["Afraid of needles"[:length]]}, subjects=[LUPE])
    entry = Entry.objects.get()
    assert (entry.name, entry.actor, entry.subjects) == ("keep_draft", ANA.id, [LUPE])
    assert Deed.objects.count() == 1
    end_draft("register", by=ANA)
    assert [each.name for each in Entry.objects.order_by("seq")] == ["keep_draft", "end_draft"]
    kept = str(list(Entry.objects.values())) + str(list(Deed.objects.values()))
    assert "Afraid" not in kept
    assert "Register a patient" in kept


@pytest.mark.django_db
def test_another_persons_draft_is_missing() -> None:
    kept = keep()
    for other in (lambda: drop_draft(kept.draft, by=BEN), lambda: end_draft("register", by=BEN)):
        with pytest.raises(Missing):
            other()
    thrown = drop_draft.perform({"draft": kept.draft}, by=ANA)
    with pytest.raises(Missing):
        undo(thrown.deed, by=BEN)
    assert Draft.objects.get().owner == ANA.id


@pytest.mark.django_db
def test_thrown_away_it_is_gone_and_can_be_brought_back() -> None:
    kept = keep()
    thrown = drop_draft.perform({"draft": kept.draft}, by=ANA)
    assert own_drafts(ANA) == []
    with pytest.raises(Missing):
        drop_draft(kept.draft, by=ANA)
    undo(thrown.deed, by=ANA)
    assert typed_of(ANA) == TYPED


@pytest.mark.django_db
def test_what_was_typed_anew_since_is_not_overwritten_by_undo() -> None:
    thrown = drop_draft.perform({"draft": keep().draft}, by=ANA)
    keep(typed={"given": ["Bill"]})
    with pytest.raises(Refused, match="anew"):
        undo(thrown.deed, by=ANA)
    assert typed_of(ANA) == {"given": ["Bill"]}
    begun = Entry.objects.filter(name="keep_draft")
    assert begun.count() == 2


@pytest.mark.django_db
def test_an_empty_form_is_never_kept_and_ends_only_what_it_knows() -> None:
    with pytest.raises(Refused):
        keep(typed={})
    older = keep()
    newer = keep(typed={"given": ["Tomás"]})
    with pytest.raises(Missing):
        end_draft("register", older.edition, by=ANA)
    assert typed_of(ANA) == {"given": ["Tomás"]}
    end_draft("register", newer.edition, by=ANA)
    assert not Draft.objects.exists()


@pytest.mark.django_db
def test_sixty_four_kilobytes_and_no_more() -> None:
    fits = rules.LONGEST_KB * 1024 - len('{"note": [""]}')
    keep(typed={"note": ["x" * fits]})
    for too_long in ("x" * (fits + 1), "é" * (fits // 2 + 1)):
        with pytest.raises(Refused, match="too long to be kept") as refused:
            keep(typed={"note": [too_long]})
        assert refused.value.next_step
    assert typed_of(ANA) == {"note": ["x" * fits]}


@pytest.mark.django_db
def test_the_oldest_go_when_there_are_fifty() -> None:
    now = clock.now()
    keep(BEN, name="first")
    for number in range(rules.MOST_OF_ONE_PERSON + 2):
        with clock.stopped_at(now + timedelta(minutes=number)):
            keep(name=f"form-{number}")
    names = [each.name for each in own_drafts(ANA)]
    assert len(names) == rules.MOST_OF_ONE_PERSON
    assert {"form-0", "form-1"}.isdisjoint(names)
    assert [each.name for each in own_drafts(BEN)] == ["first"]


@pytest.mark.django_db
def test_what_nobody_came_back_to_goes_after_a_fortnight() -> None:
    keep(subjects=[LUPE])
    touched = clock.now()
    with clock.stopped_at(touched + rules.LASTS - timedelta(minutes=1)):
        let_drafts_go()
        keep(BEN)
    assert Draft.objects.count() == 2
    with clock.stopped_at(touched + rules.LASTS + timedelta(minutes=1)):
        let_drafts_go()
        let_drafts_go()
    assert Draft.objects.get().owner == BEN.id
    gone = Entry.objects.get(name="expire_drafts")
    assert (gone.actor_kind, gone.subjects) == ("program", [LUPE])
    assert "Tom" not in str(gone.changes)


@pytest.mark.django_db
def test_what_was_thrown_away_goes_within_the_hour() -> None:
    thrown = drop_draft.perform({"draft": keep().draft}, by=ANA)
    with clock.stopped_at(clock.now() + rules.BROUGHT_BACK_FOR + timedelta(seconds=1)):
        let_drafts_go()
    assert not Draft.objects.exists()
    with pytest.raises(Missing):
        undo(thrown.deed, by=ANA)


@pytest.mark.django_db
def test_whoever_stands_in_the_bar_was_looked_at() -> None:
    keep(subjects=[LUPE], title="Details of Guadalupe")
    with looks.collecting("a page") as found:
        shown(ANA, own_drafts(ANA))
    assert list(found.subjects) == [LUPE]
    with pytest.raises(RuntimeError, match="a look outside a door"):
        shown(ANA, own_drafts(ANA))


@pytest.mark.django_db
def test_what_no_database_holds_is_left_out() -> None:
    keep(typed={"given": ["To\0m\ud800"], "note": ["two\nlines"]})
    assert typed_of(ANA) == {"given": ["Tom"], "note": ["two\nlines"]}


def test_two_windows_that_begin_at_once_make_one_draft(committed_db: None) -> None:
    start = threading.Barrier(8)
    failed: list[Exception] = []

    def type_at_once(number: int) -> None:
        start.wait()
        try:
            keep(typed={"given": [f"Tom {number}"]})
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=type_at_once, args=[number]) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failed == []
    assert Draft.objects.get().edition == 8


def test_the_pages_words_are_for_one_person_and_not_to_be_altered() -> None:
    text = FormDraft("register", ANA.id).signed("Register", "/patients/new/", ["given"])
    assert drafts.read_signed(text, ANA).title == "Register"
    for said, viewer in ((text, BEN), (text[:-1] + "x", ANA), ("", ANA), ("a:b:c", ANA)):
        with pytest.raises(Missing):
            drafts.read_signed(said, viewer)
    with pytest.raises(Missing):
        drafts.read_signed(signing.dumps({"owner": str(ANA.id)}), ANA)


COLOURS = [("", "Choose"), ("r", "Red"), ("g", "Green")]
SIZES = [("s", "Small"), ("m", "Middle"), ("l", "Large")]


class ManyKinds(PlainForm):
    line = forms.CharField(initial="as it was")
    text = forms.CharField(widget=forms.Textarea)
    tick = forms.BooleanField(initial=True)
    colour = forms.ChoiceField(choices=COLOURS)
    size = forms.ChoiceField(choices=SIZES, widget=forms.RadioSelect)
    sizes = forms.MultipleChoiceField(
        choices=SIZES, widget=forms.CheckboxSelectMultiple, initial=["l", "s"]
    )
    colours = forms.MultipleChoiceField(choices=COLOURS[1:])
    password = forms.CharField(widget=forms.PasswordInput)
    file = forms.FileField(required=False)
    secret = forms.CharField(widget=forms.HiddenInput, initial="of the page")


UNTOUCHED = {
    "line": ["as it was"],
    "text": [""],
    "tick": ["on"],
    "colour": [""],
    "size": [],
    "sizes": ["l", "s"],
    "colours": [],
}

plain = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]))
one_of_sizes = st.sampled_from([each for each, _ in SIZES])
typed_in = st.fixed_dictionaries(
    {},
    optional={
        "line": plain.map(lambda text: [text]),
        "text": plain.map(lambda text: [text]),
        "tick": st.sampled_from([[], ["on"]]),
        "colour": st.sampled_from([[each] for each, _ in COLOURS]),
        "size": one_of_sizes.map(lambda each: [each]),
        "sizes": st.lists(one_of_sizes, unique=True),
        "colours": st.lists(st.sampled_from(["r", "g"]), unique=True),
    },
)


def came_back(typed: dict[str, list[str]]) -> ManyKinds:
    line = DraftLine(uuid4(), "many", "Many", "/", clock.now(), 1, [], typed)
    return ManyKinds(draft=FormDraft("many", ANA.id, kept=line))


@given(typed_in)
def test_a_form_comes_back_as_it_was_typed(typed: dict[str, list[str]]) -> None:
    form = came_back(typed)
    sent = sent_by(str(form))
    expected = {**UNTOUCHED, **typed}
    assert {name: sorted(sent.get(name, [])) for name in expected} == {
        name: sorted(values) for name, values in expected.items()
    }
    assert form.came_back == any(
        sorted(values) != sorted(UNTOUCHED[name]) for name, values in typed.items()
    )


def test_passwords_files_and_what_the_page_itself_holds_never_come_back() -> None:
    typed = {"password": ["hunter2"], "file": ["a.txt"], "secret": ["forged"], "gone": ["x"]}
    form = came_back(typed)
    assert not form.came_back
    assert not set(typed) & set(form.usual)
    assert "hunter2" not in str(form)
    assert 'value="of the page"' in str(form)


class Sent(HTMLParser):
    """What a browser would send of a form that nobody touches."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self._of: dict[str, Any] = {}
        self._first: str | None = None
        self._text: list[str] | None = None

    VOID: ClassVar[set[str]] = {"text", "hidden"}

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        said = dict(attrs)
        if tag == "input" and (said["type"] in self.VOID or "checked" in said):
            nothing = "on" if said["type"] == "checkbox" else ""
            self._add(said["name"], said.get("value") or nothing)
        elif tag == "select":
            self._of, self._first = said, None
        elif tag == "option":
            self._first = said["value"] if self._first is None else self._first
            if "selected" in said:
                self._add(self._of["name"], said["value"])
        elif tag == "textarea":
            self._of, self._text = said, []

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text is not None:
            self._add(self._of["name"], "".join(self._text).removeprefix("\n"))
            self._text = None
        if tag == "select" and "multiple" not in self._of:
            self.found.setdefault(self._of["name"], [self._first or ""])

    def _add(self, name: str, value: str) -> None:
        self.found.setdefault(name, []).append(value)


def sent_by(html: str) -> dict[str, list[str]]:
    reader = Sent()
    reader.feed(html)
    reader.close()
    return reader.found
