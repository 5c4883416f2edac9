"""Deaths as they are told: at their field, as exactly as known, out of archives too."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from caredesk.access.rules import permissions_of
from caredesk.kernel import clock, looks
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Refused
from caredesk.people.actions import change_patient, record_deceased, register_patient
from caredesk.people.models import Patient
from caredesk.people.queries import find_patients
from caredesk.people.rules.birthdates import BirthDate, Death, Precision

pytestmark = pytest.mark.django_db

BY = Actor("user", UUID(int=1), "Ana Ruiz", frozenset({"manager"}), permissions_of(["manager"]))


@pytest.fixture(autouse=True)
def _november() -> Iterator[None]:
    with clock.stopped_at(datetime(2026, 11, 24, 15, 10, tzinfo=UTC)), looks.collecting("test"):
        yield


def register(born: date, by: Actor = BY, **more: Any) -> UUID:
    given = {"family": "Reyes", "given": "Ana", "birth_date": born, "as_sent": True, **more}
    return register_patient(**given, by=by).patient


def refusal(function: Any, *given: Any, **named: Any) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        function(*given, **named, by=BY)
    problem = refused.value.problems[0]
    return problem.field, problem.message


@pytest.mark.parametrize("precision", ["year", "month"])
def test_who_died_in_the_year_of_birth(precision: Precision) -> None:
    born = date(2019, 5, 1)
    for child in (
        register(born),
        register(born, deceased_on=born, deceased_precision=precision),
    ):
        record_deceased(child, deceased_on=born, precision=precision, by=BY)
        assert Patient.objects.get(pk=child).deceased


def test_a_death_to_come_is_told_as_one() -> None:
    told = ("deceased_on", "This day of death is in the future.")
    ana = register(date(1974, 3, 7))
    assert refusal(record_deceased, ana, deceased_on=date(2027, 1, 1)) == told
    assert refusal(register, date(1974, 3, 7), deceased_on=date(2027, 1, 1)) == told


def test_who_died_long_ago_comes_in_and_is_found() -> None:
    id = register(date(1890, 5, 1), deceased_on=date(1950, 1, 1), deceased_precision="year")
    assert Patient.objects.get(pk=id).death == Death(BirthDate(date(1950, 1, 1), "year"))
    assert [each.id for each in find_patients(BY, "5/1/1890")] == [id]
    register(date(1890, 5, 1), deceased=True)
    change_patient(id, birth_date=date(1889, 5, 1), by=BY)


def test_nobody_lives_longer_than_anyone_has() -> None:
    too_old = "Nobody is older than 130 years."
    assert refusal(register, date(1890, 5, 1)) == ("birth_date", too_old)
    assert refusal(register, date(1860, 5, 1), deceased_on=date(1999, 1, 1))[1] == too_old
    id = register(date(1890, 5, 1), deceased_on=date(1950, 1, 1))
    assert refusal(record_deceased, id, deceased=False) == ("deceased", too_old)
    assert refusal(change_patient, id, birth_date=date(1955, 1, 1)) == (
        "birth_date", "This is after the patient died.",
    )  # fmt: skip
    assert refusal(change_patient, id, birth_date=date(1849, 1, 1))[0] == "birth_date"
