"""What the database itself refuses, to the application's own role, whatever the code does."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, IntegrityError, ProgrammingError, connection, transaction

from caredesk.scheduling.models import Appointment, Booking, Hold
from caredesk.scheduling.tests.test_booking import book
from caredesk.scheduling.tests.world import NOW, World


def booking(world: World, minutes: tuple[int, int] = (0, 20), **more: Any) -> Booking:
    since, until = (world.at("10:00") + timedelta(minutes=n) for n in minutes)
    given = {"resource_id": world.chen, "starts_at": since, "ends_at": until, **more}
    if "hold" not in given and "appointment" not in given:
        given["appointment"] = Appointment.objects.get()
    return Booking(**given)


def refused(row: Booking) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        row.save(force_insert=True)
    return str(caught.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]


@pytest.fixture(autouse=True)
def as_the_application(world: World) -> None:
    book(world)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("caredesk_app", False)


def test_two_bookings_never_share_a_moment_of_a_lane(world: World) -> None:
    booking(world).save(force_insert=True)
    for minutes in ((0, 20), (19, 30), (-10, 1), (5, 10), (-5, 60)):
        assert refused(booking(world, minutes)) == "scheduling_no_double_booking"
    booking(world, (20, 40)).save(force_insert=True)
    booking(world, (-20, 0)).save(force_insert=True)


def test_holds_and_visits_stand_under_the_same_constraint(world: World) -> None:
    booking(world).save(force_insert=True)
    hold = Hold(
        visit_type_id=world.checkup,
        site_id=world.main,
        starts_at=NOW,
        ends_at=NOW,
        by=world.ana.id,
        by_label="Ana",
        at=NOW,
        expires_at=NOW,
    )
    hold.save(force_insert=True)
    assert refused(booking(world, hold=hold)) == "scheduling_no_double_booking"


def test_what_is_released_takes_nothing(world: World) -> None:
    booking(world, released_at=NOW).save(force_insert=True)
    booking(world).save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.filter(released_at=NOW).update(released_at=None)


def test_a_lane_lies_below_the_lanes_of_the_resource(world: World) -> None:
    booking(world, lane=1).save(force_insert=True)
    assert refused(booking(world, lane=2)) == "scheduling_booking_lane_of_resource"
    of_one_lane = booking(world, lane=1, resource_id=world.ultrasound)
    assert refused(of_one_lane) == "scheduling_booking_lane_of_resource"
    assert refused(booking(world, lane=-1)) == "scheduling_booking_lane"


def test_a_booking_ends_after_it_begins_and_is_for_one(world: World) -> None:
    assert refused(booking(world, (0, 0))) == "scheduling_booking_order"
    with pytest.raises(Error), transaction.atomic():
        booking(world, (10, 0)).save(force_insert=True)
    assert refused(booking(world, appointment=None)) == "scheduling_booking_for_one"


@pytest.mark.parametrize(
    "table",
    ["appointment", "booking", "participant", "step", "cancellation", "move", "freeday"],
)
def test_the_application_cannot_delete(world: World, table: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM scheduling_{table}")
