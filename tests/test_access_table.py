"""Every address and every action, as every role and as nobody, against the table kept beside this.

A new page or action is missing from the table and fails here: `make access-table` writes it anew,
and a person reads what has changed before it is committed.
"""

import os
from typing import Any

import pytest
from tests.access_walk import (
    COLUMNS,
    ELSEWHERE,
    NOBODY,
    TABLE,
    WITH_SESSION,
    Row,
    Walk,
    actions,
    browser,
    build,
    read_table,
    write_table,
)

from caredesk.access.pages import OPEN, SIGNED_IN, pages
from caredesk.access.rules import OF_ANYBODY, OUTSIDE, permissions_of
from caredesk.kernel import clock

pytestmark = pytest.mark.django_db

RENEW = "CAREDESK_RENEW_ACCESS_TABLE"
HOW = "Look at what has changed, then `make access-table` writes the table anew."
CLOSED = (302, 401)


@pytest.fixture
def walk(settings: Any) -> Walk:
    """With a provider that does not answer: its pages are there, and nobody comes in by it."""
    settings.SSO = {**settings.SSO, "issuer": "http://127.0.0.1:9", "client_id": "caredesk"}
    return build()


def test_everybody_gets_what_the_table_says_and_nothing_else(walk: Walk) -> None:
    with clock.stopped_at(clock.now()):
        found = {
            row: {column: walk.answer(row, column) for column in COLUMNS} for row in walk.rows()
        }
    if os.environ.get(RENEW):
        write_table(found)
    expected = read_table()
    assert sorted(found.keys() - expected.keys()) == [], f"Not in {TABLE.name}. {HOW}"
    assert sorted(expected.keys() - found.keys()) == [], f"Surplus in {TABLE.name}. {HOW}"
    differing = [
        f"{' '.join(row)} as {column}: {found[row][column]}, the table says {expected[row][column]}"
        for row in found
        for column in COLUMNS
        if found[row][column] != expected[row].get(column)
    ]
    assert differing == [], HOW


def may(row: Row, column: str) -> tuple[bool, bool]:
    """Whether somebody may do it by what the code declares, and whether they may see it at all."""
    kind, name, _ = row
    held = permissions_of([column])
    if kind != "page":
        return actions()[name].permission in held, True
    needed = next(page.needed for page in pages() if page.name == name)
    if needed is None:
        return True, True
    return held.issuperset(needed.all), bool(needed.sees) and needed.sees in held


def test_the_table_tells_may_from_may_not() -> None:
    """Not allowed is 404 for what one may not see, 403 for what one sees; allowed is neither."""
    faults = []
    for row, cells in read_table().items():
        name = row[1]
        for column in WITH_SESSION:
            allowed, sees = may(row, column)
            status = cells[column]
            refusal = 403 if sees else 404
            is_right = status not in (401, 403, 404) if allowed else status == refusal
            # Nobody comes back from the provider without having set out for it.
            is_right = is_right or (name, status) == ("access:sso_back", 403)
            # Which methods an address takes says nothing of what is there.
            if status != 405 and not is_right:
                faults.append(f"{' '.join(row)} as {column}: {status}, allowed: {allowed}")
    assert faults == []


def test_without_a_session_of_this_installation_everything_is_closed() -> None:
    for (kind, name, _), cells in read_table().items():
        assert cells[ELSEWHERE] == cells[NOBODY], name
        if name not in OPEN:
            assert cells[NOBODY] in (CLOSED if kind == "page" else (401,)), name


def test_nothing_fails_whoever_asks() -> None:
    told = {(row[1], status) for row, cells in read_table().items() for status in cells.values()}
    # The provider does not answer here, and that is said.
    told.remove(("access:sso_start", 502))
    answers = {200, 204, 302, 303, 401, 403, 404, 405, 409, 422}
    assert {status for _, status in told} <= answers


def test_patients_and_strangers_have_nothing_at_the_desk() -> None:
    """But where one goes in and out, the page that says so, and what is about oneself."""
    allowed = {
        (name, column)
        for (kind, name, method), cells in read_table().items()
        for column in (*OUTSIDE, "stranger")
        if cells[column] not in (403, 404, 405)
    }
    assert {"access.own_password", "access.own_factors", "access.own_session"} == OF_ANYBODY
    of_oneself = {name for name, each in actions().items() if each.permission in OF_ANYBODY}
    of_oneself |= {
        page.name for page in pages() if page.needed and OF_ANYBODY.issuperset(page.needed.all)
    }
    open_to_all = {*OPEN, *SIGNED_IN}
    assert {name for name, column in allowed if column == "stranger"} <= open_to_all
    assert {name for name, _ in allowed} <= open_to_all | of_oneself
    assert ("change_own_password", "patient") in allowed


def test_no_internal_action_is_at_the_door(walk: Walk) -> None:
    for name, action in actions().items():
        if action.internal:
            for column in WITH_SESSION:
                sent = browser(walk.everybody[column]).post(
                    f"/api/actions/{name}", "{}", content_type="application/json"
                )
                assert sent.status_code == 404
