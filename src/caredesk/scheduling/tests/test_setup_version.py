"""Whatever a plan is read from changes its version: else it would be remembered wrongly."""

import re

import pytest
from django.db import connection

from caredesk.scheduling import plans

# For each statement that inserts, deletes or updates: the bits 4, 8 and 16 of a trigger's type.
_WATCHED = """SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE t.tgname = 'scheduling_setup_changed' AND t.tgtype & 28 = 28 AND t.tgenabled = 'O'"""


def read_by_a_plan() -> set[str]:
    named = re.findall(r"\bFROM (\w+)", plans._PLAN)
    return set(named) - {"scheduling_setup"}


@pytest.mark.django_db
def test_every_table_that_a_plan_is_read_from_is_watched() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_WATCHED)
        watched = {name for (name,) in cursor.fetchall()}
    assert watched == read_by_a_plan()
    assert "scheduling_requirementresource" in watched


@pytest.mark.django_db
@pytest.mark.parametrize("table", sorted(read_by_a_plan()))
def test_a_change_of_any_of_them_is_another_version(table: str) -> None:
    before = plans._current_setup()
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} (id) SELECT id FROM {table} WHERE false")
    assert plans._current_setup() != before
