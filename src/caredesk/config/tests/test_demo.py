"""The demo practice: the same every time, without overlaps, plausible at ten past ten."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connection, transaction
from hypothesis import example, given
from hypothesis import strategies as st

from caredesk.access.actions import add_user
from caredesk.access.rules import permissions_of
from caredesk.config import demo
from caredesk.config.embedded import Addresses
from caredesk.kernel import clock, looks
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing
from caredesk.people.models import Alert, Patient, Relative
from caredesk.practice.actions import name_organization, set_demo_clock
from caredesk.practice.demo import MAIN_ZONE
from caredesk.practice.queries import clock_offset, demo_clock, sites
from caredesk.scheduling.hours import differences, read_hours, whole_horizon
from caredesk.scheduling.models import Appointment, Resource
from caredesk.scheduling.queries import day_board

VIEWER = demo._program()

_CONTENT = """
SELECT p.number, p.family, p.given, p.birth_date, v.name, a.wall_start, a.state, a.reason,
  (SELECT array_agg(r.label ORDER BY r.label) FROM scheduling_booking b
   JOIN scheduling_resource r ON r.id = b.resource_id WHERE b.appointment_id = a.id),
  (SELECT array_agg(s.state || ' ' || s.at ORDER BY s.at, s.state) FROM scheduling_step s
   WHERE s.appointment_id = a.id)
FROM scheduling_appointment a
JOIN scheduling_visittype v ON v.id = a.visit_type_id
JOIN scheduling_participant q ON q.appointment_id = a.id
JOIN people_patient p ON p.id = q.patient_id
ORDER BY a.starts_at, p.family, p.given, p.birth_date"""


def content() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_CONTENT)
        rows = cursor.fetchall()
    # Numbers come from a sequence, which a rollback does not wind back.
    first = min(row[0] for row in rows)
    return [(row[0] - first, *row[1:]) for row in rows]


@pytest.mark.django_db
def test_the_demo_practice() -> None:
    with transaction.atomic():
        demo.create()
        before = content()
        transaction.set_rollback(True)
    demo.create()
    assert content() == before
    demo.create()
    _check_patients()
    _check_calendar()
    with clock.stopped_at(demo.morning()), looks.collecting("test"):
        _check_board()
    _check_sign_ins()


def _check_patients() -> None:
    assert Patient.objects.count() == 300
    children = Patient.objects.filter(birth_date__gt=demo.WORKING_DAY - timedelta(days=18 * 365))
    assert children.count() > 40
    languages = set(Patient.objects.values_list("language", flat=True))
    assert {"en", "es", "vi"} <= languages
    assert Patient.objects.filter(interpreter_needed=True).exists()
    assert Patient.objects.exclude(preferred_name="").count() > 20
    assert Alert.objects.count() > 20
    assert Relative.objects.filter(is_guardian=True).count() >= children.count()


def _check_calendar() -> None:
    """Nobody is in two places, and the free times follow from hours and bookings."""
    assert 700 < Appointment.objects.count() < 1500
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM (
              SELECT a.starts_at, max(a.ends_at) OVER (PARTITION BY p.patient_id
                ORDER BY a.starts_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
              FROM scheduling_participant p JOIN scheduling_appointment a ON a.id = p.appointment_id
              WHERE p.patient_id IS NOT NULL AND a.state <> 'cancelled') v
            WHERE v.starts_at < v.before"""
        )
        assert cursor.fetchone() == (0,)
    with clock.stopped_at(demo.morning()):
        for resource in Resource.objects.all():
            hours = read_hours([resource.id])[resource.id]
            assert not differences(resource.id, hours, whole_horizon()), resource.label


def _check_board() -> None:
    here = sites(VIEWER)
    assert [site.name for site in here] == ["Harbor Street", "Old Town", "Phoenix"]
    assert len({site.time_zone for site in here}) == 2
    board = day_board(VIEWER, [site.id for site in here], demo.WORKING_DAY)
    columns = [each for each in board.columns if each.visits]
    assert len(columns) == 6
    visits = [visit for column in columns for visit in column.visits]
    states = Counter(str(visit.state) for visit in visits)
    assert states["done"] >= 10
    assert states["with_practitioner"] >= 2
    assert states["arrived"] + states["in_room"] >= 2
    assert states["confirmed"] >= 10
    assert states["booked"] >= 10
    assert states["no_show"] == 1
    assert sum(visit.is_overbooked for visit in visits) == 1
    assert len(board.cancelled) == 1
    for column in columns:
        _check_column(column)


def _check_column(column: Any) -> None:
    """One at a time with the practitioner; nobody is done who has not come, none left hanging."""
    seen = [visit for visit in column.visits if visit.state == "with_practitioner"]
    assert len(seen) <= 1
    now = demo.morning()
    for visit in column.visits:
        if visit.state == "done":
            assert visit.starts_at < now
        if visit.starts_at < now - timedelta(minutes=20):
            assert visit.state not in ("booked", "confirmed"), visit


def _check_sign_ins() -> None:
    signs = demo.sign_ins()
    roles = [who.partition(", ")[2] for _, _, who in signs]
    assert roles == ["secretary", "physician", "manager", "nurse", "biller", "auditor"]
    assert abs(clock_offset()) > 0


@pytest.mark.django_db
def test_a_real_practice_is_left_alone() -> None:
    name_organization(name="A real one", by=VIEWER)
    demo.create()
    assert Patient.objects.count() == 0
    assert demo.sign_ins() == []
    demo.start_clock()
    assert clock_offset() == 0
    assert demo.time_shown() == ""


@given(st.datetimes(datetime(2026, 11, 24, 18), datetime(2027, 3, 1), timezones=st.just(UTC)))
@example(datetime(2026, 11, 25, 20, tzinfo=UTC))
def test_the_next_start_is_later_and_in_the_morning_of_a_working_day(last: datetime) -> None:
    start = demo.next_start(last)
    wall = start.astimezone(ZoneInfo(MAIN_ZONE))
    assert start > last
    assert demo.IN_THE_MORNING <= wall.time() <= demo.LATEST_START
    assert wall.weekday() < 5
    assert wall.date() != date(2026, 11, 26)
    before = last.astimezone(ZoneInfo(MAIN_ZONE))
    if wall.date() == before.date():
        assert start - last <= max(timedelta(minutes=1), demo.morning(wall.date()) - last)


def test_started_again_its_clock_goes_on_and_never_back(
    committed_db: None, addresses: Addresses
) -> None:
    name_organization(name="A demo", demo=True, by=VIEWER)
    rosa = add_user("rosa", "Rosa Medina", "at the front desk", ["manager"], by=VIEWER).user
    by = Actor("user", rosa, "Rosa Medina", permissions=permissions_of(["manager"]))

    def started_again_after(worked: timedelta) -> datetime:
        """The desk is used when that long has passed, and the demo started once more."""
        with psycopg.connect(addresses.owner) as owner:
            owner.execute(
                "UPDATE practice_organization SET clock_set_at = clock_set_at - %s", [worked]
            )
        name_organization(name=f"A demo for {worked}", by=by)
        demo.start_clock()
        showed, _ = demo_clock() or pytest.fail("no clock")
        return showed

    demo.start_clock()
    assert demo_clock()[0] == demo.morning()  # type: ignore[index]
    demo.start_clock()
    assert demo_clock()[0] == demo.morning()  # type: ignore[index]
    minutes = timedelta(minutes=35)
    second = started_again_after(minutes)
    assert minutes < second - demo.morning() <= minutes + timedelta(minutes=3)
    third = started_again_after(timedelta(hours=5))
    assert third == demo.morning(demo.WORKING_DAY + timedelta(days=1))


def test_a_real_practice_has_the_true_time(committed_db: None, addresses: Addresses) -> None:
    name_organization(name="A real one", by=VIEWER)
    now = datetime.now(UTC)
    with pytest.raises(Missing):
        set_demo_clock(shows=now - timedelta(days=1), at=now, by=VIEWER)
    with (
        psycopg.connect(addresses.owner) as owner,
        pytest.raises(psycopg.errors.CheckViolation),
    ):
        owner.execute("UPDATE practice_organization SET clock_showed = now(), clock_set_at = now()")
