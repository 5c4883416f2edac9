"""What was half typed stands in the form again, for the one to whom the page was made."""

from html.parser import HTMLParser
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from django import forms
from django.core import signing
from hypothesis import given
from hypothesis import strategies as st

from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing
from caredesk.ui import drafts
from caredesk.ui.drafts import FormDraft
from caredesk.ui.forms import PlainForm
from caredesk.ui.queries import DraftLine

ANA = Actor("user", uuid4(), "Ana Ruiz")
BEN = Actor("user", uuid4(), "Ben Ode")


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
