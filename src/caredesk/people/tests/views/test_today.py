"""Today is the day on the practice's wall: in Denver in the evening, in Auckland in the morning.

UTC has another date then: it is a day ahead of the one and a day behind the other.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from caredesk.kernel import clock, looks
from caredesk.kernel.errors import Refused
from caredesk.people.actions import (
    add_alert,
    change_patient,
    record_deceased,
    record_seen,
    register_patient,
)
from caredesk.people.models import Patient
from caredesk.people.queries import patient_lines
from caredesk.people.tests.views.conftest import FOUNDER, Register
from caredesk.people.tests.views.test_finding import FOUND, text_of
from caredesk.people.tests.views.test_registering import TYPED
from caredesk.practice.actions import add_site

WALLS = {
    "America/Denver": (datetime(2026, 11, 26, 2, tzinfo=UTC), date(2026, 11, 25)),
    "Pacific/Auckland": (datetime(2026, 11, 25, 20, tzinfo=UTC), date(2026, 11, 26)),
}
DAY = timedelta(days=1)


@pytest.fixture(params=WALLS)
def zone(request: pytest.FixtureRequest, db: None) -> str:
    name: str = request.param
    add_site("Main Street", name, by=FOUNDER)
    return name


@pytest.fixture
def today(zone: str) -> Iterator[date]:
    instant, day = WALLS[zone]
    with clock.stopped_at(instant):
        yield day


@pytest.fixture
def noted(today: date, lupe: UUID) -> UUID:
    """Lupe with a note for each of the days about today."""
    with looks.collecting("test"):
        add_alert(lupe, "gone by", shown_until=today - DAY, by=FOUNDER)
        add_alert(lupe, "on its last day", shown_until=today, by=FOUNDER)
        add_alert(lupe, "on its first day", shown_from=today, by=FOUNDER)
        add_alert(lupe, "not yet", shown_from=today + DAY, by=FOUNDER)
    return lupe


def test_a_note_pops_up_from_its_first_to_its_last_day(ana: Client, noted: UUID) -> None:
    panel = text_of(ana.get(f"/patients/{noted}/"))
    shown = {note for note in ("gone by", "last day", "first day", "not yet") if note in panel}
    assert shown == {"last day", "first day"}
    listed = text_of(ana.get(f"/patients/{noted}/alerts/"))
    assert "not yet" in listed
    assert "gone by" not in listed


def test_the_line_of_a_patient_counts_the_notes_of_today(register: Register, today: date) -> None:
    days: dict[str, dict[str, Any]] = {
        "Before": {"shown_until": today - DAY},
        "Last": {"shown_until": today},
        "First": {"shown_from": today},
        "After": {"shown_from": today + DAY},
    }
    patients = {register(family, "Ana", date(1974, 3, 7)): family for family in days}
    with looks.collecting("test"):
        for patient, family in patients.items():
            add_alert(patient, "Sore", **days[family], by=FOUNDER)
        lines = patient_lines(FOUNDER, patients)
    noted = {family for patient, family in patients.items() if lines[patient].alerts}
    assert noted == {"Last", "First"}


def test_one_is_a_year_older_on_the_birthday_and_no_sooner(
    ana: Client, register: Register, today: date
) -> None:
    tomorrow = today + DAY
    on_it = register("Onit", "Ann", today.replace(year=1986))
    before = register("Before", "Bo", tomorrow.replace(year=1986))
    with looks.collecting("test"):
        for patient in (on_it, before):
            record_seen(patient, clock.now(), by=FOUNDER)
        lines = patient_lines(FOUNDER, [on_it, before])
    for patient, family, age in ((on_it, "Onit", "40 years"), (before, "Before", "39 years")):
        assert f"· {age} ·" in text_of(ana.get(f"/patients/{patient}/"))
        assert age in text_of(ana.post("/patients/", {"text": family}, headers=FOUND))
        assert lines[patient].life == age
    lately = text_of(ana.get("/patients/", headers=FOUND))
    assert {"40 years", "39 years"} == set(re.findall(r"\d+ years", lately))


def test_who_is_born_today_is_registered_and_found(ana: Client, today: date) -> None:
    answer = ana.post("/patients/new/", {**TYPED, "birth_date": "today"})
    assert answer.status_code == 303
    child = Patient.objects.get()
    assert child.birth_date == today
    assert "· 0 days ·" in text_of(ana.get(answer["Location"]))
    for text in (f"{today:%m/%d/%y}", f"reyes {today:%m/%d/%Y}"):
        assert "Tom Reyes" in text_of(ana.post("/patients/", {"text": text}, headers=FOUND))


def test_a_year_of_two_digits_is_never_ahead(ana: Client, today: date) -> None:
    tomorrow = today + DAY
    ana.post("/patients/new/", {**TYPED, "birth_date": f"{tomorrow:%m/%d/%y}"})
    assert Patient.objects.get().birth_date == tomorrow.replace(year=1926)


def test_nobody_is_born_or_dies_tomorrow(ana: Client, lupe: UUID, today: date) -> None:
    answer = ana.post("/patients/new/", {**TYPED, "birth_date": "tomorrow"})
    assert answer.status_code == 422
    answer = ana.post(f"/patients/{lupe}/death/", {"deceased_on": "tomorrow"})
    assert answer.status_code == 422


def test_no_door_takes_a_date_of_birth_or_death_that_has_not_come(lupe: UUID, today: date) -> None:
    tomorrow = today + DAY
    with looks.collecting("test"):
        with pytest.raises(Refused) as birth:
            register_patient("Reyes", tomorrow, by=FOUNDER)
        with pytest.raises(Refused) as change:
            change_patient(lupe, birth_date=tomorrow, by=FOUNDER)
        with pytest.raises(Refused) as death:
            record_deceased(lupe, deceased_on=tomorrow, by=FOUNDER)
    fields = [each.value.problems[0].field for each in (birth, change, death)]
    assert fields == ["birth_date", "birth_date", "deceased_on"]
    assert "day of death" in death.value.problems[0].message


def test_a_death_of_today(ana: Client, lupe: UUID, today: date) -> None:
    assert ana.post(f"/patients/{lupe}/death/", {"deceased_on": "today"}).status_code == 303
    assert Patient.objects.get().deceased_on == today


def test_a_newborn_may_die_in_the_month_of_birth(register: Register, today: date) -> None:
    child = register("Reyes", "Ana", today)
    with looks.collecting("test"):
        record_deceased(child, deceased_on=today, precision="month", by=FOUNDER)
    assert Patient.objects.get().deceased_on == today.replace(day=1)


def test_what_is_typed_is_said_back_by_the_same_clock(
    ana: Client, lupe: UUID, zone: str, today: date
) -> None:
    page = text_of(ana.get(f"/patients/{lupe}/alerts/"))
    assert set(re.findall(r'data-zone="([^"]+)"', page)) == {zone}
    said = [
        text_of(ana.post("/echo/", {"kind": "day", "zone": zone, "text": text}))
        for text in ("today", "tomorrow")
    ]
    tomorrow = today + DAY
    assert said == [
        f"{today:%a} {today.day} Nov 2026, today",
        f"{tomorrow:%a} {tomorrow.day} Nov 2026, in 1 day",
    ]
