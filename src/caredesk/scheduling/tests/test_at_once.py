"""Many at once, each on a connection of its own: one wins, nobody deadlocks."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from caredesk.kernel import clock, looks
from caredesk.kernel.errors import ActionError, Busy
from caredesk.scheduling import actions
from caredesk.scheduling.models import Appointment, Booking
from caredesk.scheduling.queries import masks_differ
from caredesk.scheduling.tests.elsewhere import a_second_connection, until_it_waits
from caredesk.scheduling.tests.test_booking import book
from caredesk.scheduling.tests.world import NOW, World, actor, at_the_desk

CLIENTS = 8


@pytest.fixture
def world(committed_db: None) -> Iterator[World]:
    with at_the_desk() as built, looks.collecting("test"):
        yield built


def at_once(tasks: list[Callable[[], Any]]) -> Counter[str]:
    """Run them all at the same moment; counts what came of it."""
    ready = Barrier(len(tasks))

    def run(task: Callable[[], Any]) -> str:
        try:
            with clock.stopped_at(NOW), looks.collecting("test"):
                ready.wait()
                task()
            return "done"
        except Busy as busy:
            return "Busy" if len(busy.alternatives) == 3 else "Busy without alternatives"
        except ActionError as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return Counter(pool.map(run, tasks))


def test_one_of_many_gets_the_time(world: World) -> None:
    def book() -> None:
        actions.book_appointment(
            world.patient1,
            world.checkup,
            world.at("09:00"),
            resources=[world.chen],
            overlap_reason="Whoever",
            by=actor("Client"),
        )

    assert at_once([book] * CLIENTS) == {"done": 1, "Busy": CLIENTS - 1}
    assert Appointment.objects.count() == 1
    assert masks_differ(world.ana) == []


def test_rooms_are_found_while_others_look_for_them(world: World) -> None:
    """Two practitioners and three rooms at the same moment: both are seated, in two rooms."""

    def book(who: Any, patient: Any) -> Callable[[], Any]:
        return lambda: actions.book_appointment(
            patient, world.checkup, world.at("09:00"), resources=[who], by=actor("Client")
        )

    tasks = [book(world.chen, world.patient1), book(world.okafor, world.patient2)]
    assert at_once(tasks) == {"done": 2}
    rooms = Booking.objects.filter(resource__kind="room").values_list("resource_id", flat=True)
    assert len(set(rooms)) == 2
    assert masks_differ(world.ana) == []


def test_lanes_are_lowered_while_somebody_overbooks(world: World) -> None:
    book(world)
    with a_second_connection() as elsewhere, transaction.atomic():
        actions.change_resource(world.chen, "Dr Mei Chen", 1, by=world.ana)
        overbooking = elsewhere(
            lambda: book(world, patient=world.patient2, overbook_reason="Fever", by=world.ben)
        )
        until_it_waits(overbooking)
    with pytest.raises(Busy, match="Dr Mei Chen is booked then, by Ana Ruiz") as caught:
        overbooking.result()
    assert len(caught.value.alternatives) == 3


def test_everything_at_once_ends_in_order(world: World) -> None:
    """Bookings, moves and cancellations across one another: only the four errors, no overlap."""
    booked = [
        actions.book_appointment(
            world.ids[f"patient{n}"], world.call, world.at("09:00") + timedelta(minutes=10 * n),
            resources=[world.chen], by=world.ana,
        ).appointment
        for n in range(1, 5)
    ]  # fmt: skip
    random = Random(7)

    def task(n: int) -> Callable[[], Any]:
        at = world.at("09:00") + timedelta(minutes=10 * random.randrange(16))
        who = random.choice([world.chen, world.okafor])
        patient, visit = world.ids[f"patient{n % 6 + 1}"], booked[n % 4]
        reasons: dict[str, Any] = {"overlap_reason": "Yes"}
        return random.choice(
            [
                lambda: actions.book_appointment(
                    patient, world.checkup, at, resources=[who], by=actor("Client"), **reasons
                ),
                lambda: actions.move_appointment(
                    visit, at, resources=[who], by=actor("Client"), **reasons
                ),
                lambda: actions.hold_time(world.scan, at, site=world.main, by=actor("Client")),
                lambda: actions.cancel_appointment(visit, "Flu", "patient", by=actor("Client")),
            ]
        )

    for _ in range(4):
        outcome = at_once([task(n) for n in range(CLIENTS)])
        assert set(outcome) <= {"done", "Busy", "Refused", "NeedsReason"}
    assert masks_differ(world.ana) == []
