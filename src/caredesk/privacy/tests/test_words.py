"""The log in plain words: what is kept under the name of an address or an action."""

from typing import get_args

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from caredesk.files.rules.unfit import Why
from caredesk.kernel.action import all_actions
from caredesk.privacy.access_log.queries.pages import about_somebody
from caredesk.privacy.access_log.rules.words import (
    Changed,
    changed_values,
    is_list,
    page_words,
    said,
    table_words,
)


@pytest.mark.parametrize(
    ("kind", "name", "is_about", "words"),
    [
        ("look", "people:patient", True, "opened the page of Ana"),
        ("look", "people:list", False, "saw in the list of patients Ana"),
        ("look", "people:patient", False, "saw in page Ana"),
        ("look", "charts:some_note", True, "opened the page “some note” of Ana"),
        ("change", "add_phone", True, "added phone of Ana"),
        ("change", "book_appointment", True, "booked visit of Ana"),
        ("change", "undo", True, "undid of Ana"),
        ("print", "people:patient", True, "printed the page of Ana"),
        ("print", "desk:day", False, "printed the day with Ana"),
        ("look", "people:glass", True, "saw only that there is a restriction on Ana"),
        ("look", "people:glass", False, "saw only that there is a restriction on Ana"),
        ("print", "people:glass", True, "printed only that there is a restriction on Ana"),
        ("refusal", "people:glass", True, "was refused the way past a restriction of Ana"),
        ("look", "people:document", True, "opened the document of Ana"),
        ("download", "people:document", True, "downloaded the document of Ana"),
        ("export", "privacy:export", False, "exported an export of the record with Ana"),
        ("refusal", "people:patient", True, "was refused the page of Ana"),
        ("sign-in failed", "password", False, "could not sign in with a wrong password Ana"),
        ("failed-unlock", "failed-unlock", False, "could not unlock Ana"),
        ("sign-in", "sign-in", False, "signed in Ana"),
    ],
)
def test_an_entry_is_said(kind: str, name: str, is_about: bool, words: str) -> None:
    assert said(kind, name, is_about=is_about).about("Ana") == words


def _ours() -> list[str]:
    """Without those that tests make for themselves."""
    made = all_actions().items()
    return [name for name, each in made if each.function.__module__.startswith("caredesk.")]


def test_every_action_has_a_verb_that_is_over() -> None:
    unsaid = [name for name in _ours() if said("change", name, is_about=True).verb == "did"]
    assert unsaid == []


def pages(patterns: list[URLPattern | URLResolver], space: str = "") -> set[str]:
    found = set()
    for each in patterns:
        if isinstance(each, URLResolver):
            found |= pages(
                each.url_patterns, f"{space}{each.namespace}:" if each.namespace else space
            )
        else:
            found.add(f"{space}{each.name}")
    return found


def test_what_is_named_is_there_and_no_list_is_about_somebody() -> None:
    known = pages(get_resolver().url_patterns)
    assert {"people:patient", "people:details", "scheduling:appointment"} <= about_somebody()
    assert about_somebody() <= known
    assert not any(is_list(name) for name in about_somebody())
    assert not {"people:list", "desk:day", "privacy:colleague_log"} & about_somebody()
    assert page_words("people:patient") == "page"


def test_every_reason_to_refuse_a_file_is_said() -> None:
    for why in get_args(Why.__value__):
        words = str(said("refusal", f"upload: {why}", is_about=False))
        assert words.startswith("was refused a"), why
        assert "page" not in words


def test_values_stand_side_by_side() -> None:
    change = {
        "table": "people_phone",
        "was": {"use": "home", "ended_at": None},
        "now": {"use": "work", "warning": True, "tags": ["a", "b"]},
    }
    assert changed_values(change) == [
        Changed("ended at", "", ""),
        Changed("tags", "", "a, b"),
        Changed("use", "home", "work"),
        Changed("warning", "", "yes"),
    ]
    assert table_words("people_phone") == "phone"
    assert table_words("odd") == "odd"
