"""What a file changes in a patient known already."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from caredesk.interfaces.importing.merging import Changes, Difference, what_changes
from caredesk.people.fhir import SentPatient, SentPhone
from caredesk.people.rules.birthdates import BirthDate

ANA = SentPatient(
    family="Reyes",
    given="Ana",
    middle="",
    suffix="",
    preferred_name="",
    former_family="",
    birth=BirthDate(date(1974, 3, 7)),
    sex="female",
    gender_identity="",
    pronouns="",
    language="es",
    interpreter_needed=False,
    deceased=False,
    deceased_on=None,
    phones=(SentPhone("(602) 253-0101", "home"),),
    emails=("ana@example.org",),
    addresses=(),
    identifiers=(),
    relatives=(),
)


def ana(**changed: Any) -> SentPatient:
    return replace(ANA, **changed)


def test_the_same_again_changes_nothing() -> None:
    assert what_changes(ANA, ANA, ANA).is_empty
    assert what_changes(None, ANA, ANA).is_empty


@pytest.mark.parametrize(
    ("last", "sent", "ours", "fields", "kept"),
    [
        # The file has changed, the desk has not: the file's.
        ("es", "en", "es", {"language": "en"}, ()),
        # The desk has changed, the file has not: the desk's.
        ("es", "es", "en", {}, ()),
        # Both have changed: the desk's, and it is told.
        ("es", "fr", "en", {}, ("language",)),
        # Both have changed to the same.
        ("es", "en", "en", {}, ()),
        # Nothing here yet: the file's.
        ("", "en", "", {"language": "en"}, ()),
        ("es", "en", "", {"language": "en"}, ()),
        # The file has nothing any more, the desk has not touched it.
        ("es", "", "es", {"language": ""}, ()),
        # The file has nothing any more, the desk has its own.
        ("es", "", "en", {}, ()),
    ],
)
def test_three_things_are_compared(
    last: str, sent: str, ours: str, fields: dict[str, Any], kept: tuple[str, ...]
) -> None:
    found = what_changes(ana(language=last), ana(language=sent), ana(language=ours))
    assert (found.fields, found.kept) == (fields, kept)


def test_the_first_meeting_fills_what_is_empty_and_overwrites_nothing() -> None:
    ours = ana(language="", given="Anna", deceased=False)
    found = what_changes(None, ana(deceased=True), ours)
    assert found == Changes(fields={"language": "es", "deceased": True}, kept=("given",))


def test_a_telephone_is_the_same_however_it_is_written() -> None:
    ours = ana(phones=(SentPhone("+1 602 253 0101", "mobile"),))
    assert what_changes(None, ANA, ours).phones == Difference()


def test_telephones_that_came_and_went() -> None:
    new = SentPhone("602-253-0202", "mobile")
    ours = ana(phones=(*ANA.phones, SentPhone("602-253-0303", "work")))
    assert what_changes(ANA, ana(phones=(new,)), ours).phones == Difference(
        add=(new,), end=ANA.phones
    )


def test_what_the_desk_ended_does_not_come_back() -> None:
    assert what_changes(ANA, ANA, ana(emails=())).emails == Difference()
