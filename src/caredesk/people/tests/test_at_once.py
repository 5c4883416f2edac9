"""Two desks register the same person at the same moment."""

import threading
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from caredesk.access.rules import permissions_of
from caredesk.kernel import looks
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import NeedsReason
from caredesk.people.actions import register_patient
from caredesk.people.models import Patient
from caredesk.people.rules.birthdates import BirthDate, neighbours

BY = Actor("user", UUID(int=1), "Ana Ruiz", frozenset({"manager"}), permissions_of(["manager"]))
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


def register(born: date, **more: Any) -> None:
    with looks.collecting("test"):
        register_patient(family="Reyes", given="Ana", birth_date=born, **more, by=BY)


def at_another_desk(born: date, **more: Any) -> tuple[threading.Thread, list[object]]:
    """Registers in a thread; what came of it, as soon as it is known."""
    came: list[object] = []

    def work() -> None:
        try:
            register(born, **more)
            came.append("registered")
        except Exception as error:
            came.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread, came


def is_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return bool(cursor.fetchone()[0])


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize(
    ("born", "more"),
    [
        (date(1974, 3, 7), {}),
        (date(1974, 7, 3), {}),
        (date(1984, 3, 7), {}),
        (date(1974, 3, 1), {"birth_precision": "month"}),
        (date(1974, 1, 1), {"birth_precision": "year"}),
    ],
)
def test_the_second_is_shown_the_first(born: date, more: dict[str, Any]) -> None:
    with transaction.atomic():
        register(date(1974, 3, 7))
        desk, came = at_another_desk(born, **more)
        while not came and not is_waiting():
            pass
    desk.join(timeout=20)
    assert [type(each) for each in came] == [NeedsReason]
    assert Patient.objects.count() == 1


@pytest.mark.usefixtures("committed_db")
def test_nobody_waits_for_somebody_else() -> None:
    with transaction.atomic():
        register(date(1974, 3, 7))
        desk, came = at_another_desk(date(1974, 9, 20))
        desk.join(timeout=20)
        assert came == ["registered"]


@given(st.dates(date(1850, 1, 1), date(2026, 11, 24)))
def test_who_is_a_slip_away_shares_a_lock(day: date) -> None:
    for near in neighbours(BirthDate(day)):
        assert day in neighbours(BirthDate(near))
