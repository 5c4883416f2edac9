"""What cannot be booked is said at its field; what was typed stays, and nothing is half done."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from caredesk.kernel import clock
from caredesk.scheduling.models import Appointment, Hold
from caredesk.scheduling.tests.pages.reading import (
    TIMES,
    filters,
    finder,
    hidden,
    offered,
    text_of,
)
from caredesk.scheduling.tests.world import World


def take(world: World, desk: Client, kind: str = "checkup", **typed: str) -> Any:
    found = desk.get(finder(world), filters(world, kind))
    typed.setdefault("at_site", str(world.main))
    return desk.post(finder(world), {**hidden(found), **typed})


@pytest.mark.parametrize(
    ("day", "at", "says"),
    [
        ("31 feb", "9", "is not a date"),
        ("32/13/2026", "9", "is not a date"),
        ("", "9", "This is needed."),
        ("tomorrow", "25:10", "hours go from 0 to 23"),
        ("tomorrow", "9:75", "minutes go from 00 to 59"),
        ("tomorrow", "", "This is needed."),
        ("tomorrow", "soon", "is not a time"),
        ("x" * 5000, "9", "This is too long."),
        ("yesterday", "9", "This time has passed."),
        ("1 jan 2030", "9", "The calendar is kept for"),
        ("31 dec 9999", "23:59", "out of reach"),
        ("1 jan 0001", "0:00", ""),
    ],
)
def test_impossible_days_and_times(
    world: World, desk: Client, day: str, at: str, says: str
) -> None:
    refused = take(world, desk, day=day, time_of_day=at)
    assert refused.status_code == 422, text_of(refused)
    assert says in text_of(refused)
    assert f'value="{day}"' in text_of(refused)
    assert not Hold.objects.exists()


def test_a_time_that_the_clocks_skip_offers_the_next(world: World, desk: Client) -> None:
    with clock.stopped_at(datetime(2027, 3, 1, 12, tzinfo=UTC)):
        refused = take(world, desk, day="14 mar 2027", time_of_day="2:30 am")
        text = text_of(refused)
        assert refused.status_code == 422
        assert "does not exist on Sun 14 Mar 2027" in text
        following = offered(refused, "time_of_day_choice")
        assert following == ["2027-03-14T03:00:00"]
        sent = {"day": "14 mar 2027", "time_of_day": "2:30 am", "time_of_day_choice": following[0]}
        assert take(world, desk, **sent).status_code == 303
    assert Hold.objects.get().starts_at == datetime(2027, 3, 14, 7, tzinfo=UTC)


@pytest.mark.parametrize(("pressed", "hour"), [("0", 5), ("1", 6)])
def test_a_time_that_comes_twice_is_asked_about(
    world: World, desk: Client, pressed: str, hour: int
) -> None:
    with clock.stopped_at(datetime(2027, 11, 1, 12, tzinfo=UTC)):
        typed = {"day": "7 nov 2027", "time_of_day": "1:30 am"}
        refused = take(world, desk, **typed)
        assert "comes twice on Sun 7 Nov 2027" in text_of(refused)
        assert offered(refused, "time_of_day_choice") == ["0", "1"]
        assert take(world, desk, **typed, time_of_day_choice=pressed).status_code == 303
    assert Hold.objects.get().starts_at == datetime(2027, 11, 7, hour, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"since": "25:10"}, "hours go from 0 to 23"),
        ({"since": "10", "until": "9"}, "This is not after “From what time”."),
        ({"earliest": "31 feb"}, "is not a date"),
        ({"earliest": "1 jan 2036"}, "The calendar is kept for 400 days ahead."),
        ({"site": "elsewhere"}, "Choose one of the list."),
        ({"practitioner": str(uuid4())}, "Choose one of the list."),
        ({"weekday": "9"}, "Choose one of the list."),
        ({"visit_type": str(uuid4())}, "Choose one of the list."),
    ],
)
def test_filters_that_make_no_sense(
    world: World, desk: Client, wrong: dict[str, str], says: str
) -> None:
    asked = {**filters(world), **wrong}
    part = desk.get(finder(world), asked, headers=TIMES)
    assert part.status_code == 200
    whole = desk.get(finder(world), asked)
    assert says in text_of(whole)
    assert not offered(whole)
    if "visit_type" not in wrong:
        assert says in text_of(part)


@pytest.mark.parametrize("after", ["", "soon", "2026-11-24", "9999-12-31T23:59:59Z", "0001-01-01"])
@pytest.mark.parametrize("at", ["", "nonsense", "0001-01-01T00:00:00+14:00"])
def test_nonsense_in_the_address_is_left_aside(
    world: World, desk: Client, after: str, at: str
) -> None:
    asked = {**filters(world), "after": after, "at": at, "resource": "x", "site": ""}
    assert desk.get(finder(world), asked).status_code == 200


@pytest.mark.parametrize("time", ["nine", "~~", "2026-11-24T14:00:00Z~x~y", "2026-11-24~~"])
def test_a_time_that_is_no_button(world: World, desk: Client, time: str) -> None:
    refused = take(world, desk, time=time)
    assert refused.status_code == 422
    assert "This is not one of the times." in text_of(refused)
    address = f"{finder(world)}time/"
    asked = {"time": time, "visit_type": str(world.checkup)}
    assert desk.get(address, asked).status_code == 404


def test_a_resource_that_will_not_do(world: World, desk: Client) -> None:
    refused = take(world, desk, time=f"2026-11-24T14:00:00Z~{world.main}~{world.ultrasound}")
    assert refused.status_code == 422
    assert "will not do for Check-up." in text_of(refused)


def test_a_kind_of_visit_comes_first(world: World, desk: Client) -> None:
    typed = {"day": "tomorrow", "time_of_day": "9", "at_site": str(world.main), "earliest": ""}
    refused = desk.post(finder(world), typed)
    assert refused.status_code == 422
    assert "Choose the kind of visit first." in text_of(refused)
    assert 'value="tomorrow"' in text_of(refused)


@pytest.mark.parametrize("name", ["reason", "asked_by", "note"])
def test_ten_thousand_characters(world: World, desk: Client, name: str) -> None:
    address = take(world, desk, day="tomorrow", time_of_day="9")["Location"]
    form = hidden(desk.get(address))
    refused = desk.post(address, {**form, name: "x" * 10_000})
    assert refused.status_code == 422
    assert "x" * 10_000 in text_of(refused)
    assert f'id="id_{name}_error"' in text_of(refused)
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"visit_type": "checkup"}, {"hold": "mine"}, {"key": "x"}, {"time": ""}]
)
def test_hidden_fields_of_the_wrong_type(world: World, desk: Client, wrong: dict[str, str]) -> None:
    address = take(world, desk, day="tomorrow", time_of_day="9")["Location"]
    form = hidden(desk.get(address))
    answer = desk.post(address, {**form, **wrong})
    assert answer.status_code in {303, 404, 422}
    assert Appointment.objects.count() == (answer.status_code == 303)


def test_unknown_ids_are_not_found(world: World, desk: Client) -> None:
    nobody = uuid4()
    time = f"2026-11-25T14:00:00Z~{world.main}~"
    for address in (
        f"/patients/{nobody}/appointments/",
        f"/patients/{nobody}/appointments/new/",
        f"/patients/{nobody}/appointments/new/time/?time={time}&visit_type={world.checkup}",
        f"/patients/{world.patient1}/appointments/new/time/?time={time}&visit_type={nobody}",
        f"/patients/{world.patient1}/appointments/new/time/",
        f"/appointments/{nobody}/",
        f"/appointments/{nobody}/times/",
        f"/appointments/{nobody}/times/new/?time={time}",
        f"/appointments/{nobody}/cancellation/",
        "/appointments/nine/",
    ):
        assert desk.get(address).status_code == 404, address
    for address in (
        f"/appointments/{nobody}/steps/",
        f"/appointments/{nobody}/steps/{nobody}/retraction/",
        f"/holds/{nobody}/release/",
    ):
        assert desk.post(address, {"state": "arrived"}).status_code == 404, address
        assert desk.get(address).status_code == 405, address


def test_an_unknown_patient_is_not_booked(world: World, desk: Client) -> None:
    address = f"/patients/{uuid4()}/appointments/new/time/"
    time = f"2026-11-25T14:00:00Z~{world.main}~"
    answer = desk.post(address, {"time": time, "visit_type": str(world.checkup)})
    assert answer.status_code == 404
    assert not Appointment.objects.exists()


def test_a_visit_longer_than_a_day_is_no_kind_of_visit(world: World, desk: Client) -> None:
    """Lengths are set with the kind of visit; one that is longer cannot be held or booked."""
    long = {"visit_type": str(world.checkup), "starts_at": "2026-11-25T14:00:00Z", "minutes": 1500}
    answer = desk.post("/api/actions/hold_time", long, content_type="application/json")
    assert answer.status_code == 422
    assert "A visit cannot be longer than a day." in text_of(answer)


def test_a_time_that_has_passed_meanwhile(world: World, desk: Client) -> None:
    address = take(world, desk, day="today", time_of_day="9")["Location"]
    form = hidden(desk.get(address))
    with clock.stopped_at(clock.now() + timedelta(hours=3)):
        refused = desk.post(address, {**form, "reason": "Cough"})
    assert refused.status_code == 422
    assert "This time has passed." in text_of(refused)
    assert 'value="Cough"' in text_of(refused)
