"""Whatever is done, in whatever order: no overlap in a lane, and the masks tell the truth."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from caredesk.kernel import clock
from caredesk.kernel.errors import ActionError
from caredesk.kernel.undo import undo
from caredesk.scheduling import actions
from caredesk.scheduling.hours import Stretch, differences, read_hours
from caredesk.scheduling.tests.world import NOW, World

TIMES = st.integers(0, 16).map(lambda n: timedelta(minutes=15 * n - 30))
MINUTES = st.sampled_from([None, 5, 35, 60])


class Desk(RuleBasedStateMachine):
    """A morning at a desk at which everything is tried, and most of it undone."""

    world: World
    visits = Bundle("visits")
    deeds = Bundle("deeds")

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.now = NOW

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def try_to(self, action: Any, **given: Any) -> Any:
        """Do it, or take no for an answer: only the four errors may come."""
        by = given.pop("by", self.world.ana)
        with clock.stopped_at(self.now):
            try:
                return action.perform(given, by=by)
            except ActionError:
                return None

    @rule(
        target=visits,
        patient=st.integers(1, 6),
        kind=st.sampled_from(["checkup", "scan", "call"]),
        who=st.sampled_from([[], ["chen"], ["okafor"]]),
        at=TIMES,
        minutes=MINUTES,
        overbook=st.sampled_from(["", "Urgent"]),
    )
    def book(
        self,
        patient: int,
        kind: str,
        who: list[str],
        at: timedelta,
        minutes: int | None,
        overbook: str,
    ) -> Any:
        done = self.try_to(
            actions.book_appointment,
            patient=self.world.ids[f"patient{patient}"],
            visit_type=self.world.ids[kind],
            starts_at=self.world.at("09:00") + at,
            site=self.world.main,
            resources=[self.world.ids[name] for name in who],
            minutes=minutes,
            overlap_reason="yes",
            availability_reason="yes",
            overbook_reason=overbook,
        )
        return multiple() if done is None else multiple((done.answer.appointment, done.deed))

    @rule(kind=st.sampled_from(["checkup", "scan"]), at=TIMES, mine=st.booleans())
    def hold(self, kind: str, at: timedelta, mine: bool) -> None:
        self.try_to(
            actions.hold_time,
            visit_type=self.world.ids[kind],
            starts_at=self.world.at("09:00") + at,
            site=self.world.main,
            by=self.world.ana if mine else self.world.ben,
        )

    @rule(target=deeds, visit=visits, at=TIMES, overbook=st.sampled_from(["", "Urgent"]))
    def move(self, visit: tuple[UUID, UUID], at: timedelta, overbook: str) -> Any:
        done = self.try_to(
            actions.move_appointment,
            appointment=visit[0],
            starts_at=self.world.at("09:00") + at,
            overlap_reason="yes",
            availability_reason="yes",
            overbook_reason=overbook,
        )
        return multiple() if done is None else done.deed

    @rule(target=deeds, visit=visits)
    def cancel(self, visit: tuple[UUID, UUID]) -> Any:
        done = self.try_to(
            actions.cancel_appointment, appointment=visit[0], reason="Flu", asked_by="patient"
        )
        return multiple() if done is None else done.deed

    @rule(deed=consumes(deeds))
    def undo_a_change(self, deed: UUID) -> None:
        self.try_to(undo, deed=deed)

    @rule(visit=visits)
    def undo_a_booking(self, visit: tuple[UUID, UUID]) -> None:
        self.try_to(undo, deed=visit[1])

    @rule(minutes=st.sampled_from([1, 4]))
    def time_goes_on(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @invariant()
    def the_masks_tell_the_truth(self) -> None:
        resources = [self.world.ids[n] for n in ("chen", "okafor", "room1", "room2", "room3")]
        resources.append(self.world.ultrasound)
        day = Stretch(NOW.date(), 1)
        hours = read_hours(resources)
        assert [d for one in resources for d in differences(one, hours[one], day)] == []

    @invariant()
    def no_two_share_a_lane(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM scheduling_booking a JOIN scheduling_booking b"
                " ON a.id < b.id AND a.resource_id = b.resource_id AND a.lane = b.lane"
                " AND a.during && b.during AND a.released_at IS NULL AND b.released_at IS NULL"
            )
            assert cursor.fetchone()[0] == 0

    @invariant()
    def every_visit_that_stands_has_its_time(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM scheduling_appointment a WHERE (a.state IN ('booked'))"
                " <> EXISTS (SELECT 1 FROM scheduling_booking b WHERE b.appointment_id = a.id"
                " AND b.released_at IS NULL)"
            )
            assert cursor.fetchone()[0] == 0


@pytest.mark.usefixtures("db")
def test_a_morning_at_the_desk(world: World) -> None:
    machine = type("AtTheDesk", (Desk,), {"world": world})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
