"""Many visits at once by COPY: under the same constraints, checked afterwards."""

from dataclasses import replace
from datetime import timedelta

import pytest
from psycopg.errors import ExclusionViolation

from caredesk.kernel.under_way import UnderWay, as_current
from caredesk.scheduling.bulk import BulkBooking, BulkVisit, copy_visits, finish
from caredesk.scheduling.models import Appointment
from caredesk.scheduling.queries import masks_differ
from caredesk.scheduling.tests.world import NOW, World


def copy(world: World, *visits: BulkVisit) -> int:
    with as_current(UnderWay("copy", world.ana)):
        return copy_visits(visits, world.ana)


def visit(world: World, number: int) -> BulkVisit:
    starts_at = world.at("09:00") + timedelta(minutes=20 * number)
    ends_at = starts_at + timedelta(minutes=20)
    return BulkVisit(
        patient=world.patient1,
        visit_type=world.call,
        site=world.main,
        zone="America/New_York",
        starts_at=starts_at,
        ends_at=ends_at,
        wall_start=starts_at.replace(tzinfo=None) - timedelta(hours=5),
        booked_at=NOW,
        bookings=[BulkBooking(world.chen, starts_at, ends_at)],
        practitioners=[world.chen_person],
    )


def test_what_is_copied_adds_up(world: World) -> None:
    arrived = replace(visit(world, 3), steps=[("arrived", NOW)])
    assert copy(world, visit(world, 0), visit(world, 1), arrived) == 3
    assert len(masks_differ(world.ana)) == 1
    assert finish([world.chen]) == []
    assert masks_differ(world.ana) == []
    assert Appointment.objects.get(pk=arrived.id).state == "arrived"


def test_two_of_one_time_are_refused_by_the_database(world: World) -> None:
    with pytest.raises(ExclusionViolation):
        copy(world, visit(world, 0), visit(world, 0))


def test_what_does_not_add_up_is_said(world: World) -> None:
    copy(world, replace(visit(world, 0), bookings=[]))
    assert finish([world.chen]) == ["a visit that stands has no booking"]
