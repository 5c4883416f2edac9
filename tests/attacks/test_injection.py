"""Statements, templates and signs that end lines: kept as they were typed, or refused in words."""

import unicodedata
from typing import Any

import pytest
from django.test import Client
from tests.access_walk import Walk
from tests.attacks.planting import query_names, taken_back
from tests.attacks.test_identifiers import describe, example_of
from tests.attacks.test_mass_assignment import all_forms, filled, mia, walk  # noqa: F401
from tests.test_hostile_json import Bodies

from caredesk.access.pages import pages
from caredesk.audit.models import Entry
from caredesk.kernel.action import offered_actions

pytestmark = pytest.mark.django_db

# By it a text is found again, whatever column it is in and whatever came around it.
MARK = "Zq7x"
TEXTS = (
    # Statements.
    """'; DROP TABLE people_patient; -- ' OR '1'='1 " OR ""=" 1); SELECT pg_sleep(9); -- $$; \\'""",
    # What fills in places, in Python, in SQL, in templates and in spreadsheets.
    "%s %d %(a)s %% {0.__class__.__mro__} {} ${7*191} #{7*191} {{ 7|add:191 }} {% debug %}",
    '=HYPERLINK("http://example.org") ../../../../etc/passwd \\x00 \\u0000',
    # Signs that end strings, lines and words, or turn them round.
    "a\x00b",
    "a\ud800b",
    "a\u202ebcd\u2066\u2069",
    "a\r\nSet-Cookie: planted=1",
    "e\u0301" * 20,
)

# Forms end in the same actions; a lone surrogate is nothing that a browser can send.
BY_FORMS = TEXTS[:4]


def kept_as(text: str) -> str:
    """As every door keeps a line: one way of writing accents, one space."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def planted_values(rows: Any) -> list[str]:
    """Every value with the mark in what was written."""

    def within(value: Any) -> Any:
        if isinstance(value, dict):
            for each in value.values():
                yield from within(each)
        elif isinstance(value, list):
            for each in value:
                yield from within(each)
        elif isinstance(value, str) and MARK.casefold() in value.casefold():
            yield value

    return [each for row in rows for each in within(row.changes)]


def send(client: Client, address: str, text: str, **sent: Any) -> tuple[int, int]:
    """The status, and in how many places it stands as it was typed; then it is taken back."""
    with taken_back(client):
        answer = client.post(address, **sent)
        rows = list(Entry.objects.filter(kind="change").order_by("-seq")[:5])
        found = planted_values(rows) if answer.status_code in (200, 302, 303) else []
    where = f"{address}: {text!r}"
    assert answer.status_code < 500, where
    assert "planted" not in answer.cookies, where
    # Beside what was typed there may be what it is searched by.
    as_typed = [each for each in found if kept_as(text) in kept_as(each)]
    assert bool(as_typed) == bool(found), f"{where} is kept as {found!r}"
    if answer.status_code == 422 and "json" in answer["Content-Type"]:
        assert answer.json()["detail"], where
    return answer.status_code, len(as_typed)


def string_fields(action: str) -> list[str]:
    """The inputs that are free text of an action, by name."""
    found = describe(action).get("properties", {})
    return [
        name
        for name, schema in found.items()
        if schema.get("type") == "string" and not {"format", "enum", "const"} & schema.keys()
    ]


def test_every_text_of_every_action_is_kept_as_typed_or_refused(
    mia: Client,  # noqa: F811
    walk: Walk,  # noqa: F811
) -> None:
    bodies = Bodies(
        {
            "patient": list(walk.world.patients.values()),
            "site": [walk.world.sites["main"]],
            "resource": [walk.world.resources["chen"]],
            "visit_type": list(walk.world.visit_types.values()),
            "user": [walk.world.users["ben"].id],
        },
        whole=True,
    )
    kept = 0
    for action in offered_actions():
        body = example_of(bodies, action)
        for name in string_fields(action):
            for text in TEXTS:
                sent = {
                    "data": {**body, name: f"{MARK} {text}"},
                    "content_type": "application/json",
                }
                _, found = send(mia, f"/api/actions/{action}", f"{MARK} {text}", **sent)
                kept += found
    assert kept > 50


def test_every_text_of_every_form_is_kept_as_typed_or_refused(
    mia: Client,  # noqa: F811
    walk: Walk,  # noqa: F811
) -> None:
    kept = sent = 0
    for form in all_forms(mia, walk):
        usual = filled(form)
        for name in form.texts:
            for text in BY_FORMS:
                sent += 1
                data = {**usual, name: [f"{MARK} {text}"]}
                kept += send(mia, form.action, f"{MARK} {text}", data=data)[1]
    assert sent > 200
    assert kept > 20


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_asked_behind_the_question_mark_makes_no_page_fail(
    mia: Client,  # noqa: F811
    walk: Walk,  # noqa: F811
    text: str,
) -> None:
    sent = text.encode("utf-8", "surrogatepass")
    for page in pages():
        address = walk.address(page.name, walk.everybody["manager"]).partition("?")[0]
        with taken_back(mia):
            status = mia.get(address, dict.fromkeys(query_names(), sent)).status_code
        assert status < 500, f"{page.name} with {text!r}"
