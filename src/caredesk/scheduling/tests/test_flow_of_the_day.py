"""Steps of a visit on its day, recorded and taken back."""

from datetime import timedelta

import pytest

from caredesk.kernel import clock
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.ids import new_id
from caredesk.kernel.models import LoggedEvent
from caredesk.kernel.undo import undo
from caredesk.scheduling import actions
from caredesk.scheduling.models import Appointment, OpenRequirement, Step
from caredesk.scheduling.tests.test_booking import book
from caredesk.scheduling.tests.world import World


def test_a_day_with_its_times(world: World) -> None:
    booked = book(world)
    times = ["08:50", "08:58", "09:05", "09:20", "09:30"]
    states = ["arrived", "in_room", "with_practitioner", "done", "left"]
    for at, state in zip(times, states, strict=True):
        with clock.stopped_at(world.at(at)):
            changed = actions.record_step.perform(
                {"appointment": booked.appointment, "state": state}, by=world.ana
            ).answer
    assert changed.words == "Left, 9:30"
    steps = Step.objects.order_by("recorded_at").values_list("state", "at")
    assert list(steps) == [(s, world.at(at)) for at, s in zip(times, states, strict=True)]
    assert Appointment.objects.get().state == "left"
    body = LoggedEvent.objects.filter(name="StepRecorded").latest("at").body
    assert body["site"] == str(world.main)


def test_a_step_of_a_moment_ago(world: World) -> None:
    booked = book(world)
    at = world.at("07:50")
    actions.record_step(booked.appointment, "arrived", at, by=world.ana)
    assert Step.objects.get().at == at
    with pytest.raises(Refused, match="before the last step, 7:50"):
        actions.record_step(booked.appointment, "in_room", at - timedelta(minutes=1), by=world.ana)
    with pytest.raises(Refused, match="not come yet"):
        actions.record_step(booked.appointment, "in_room", world.at("08:30"), by=world.ana)


def test_a_wrong_step_is_taken_back(world: World) -> None:
    booked = book(world)
    actions.record_step(booked.appointment, "confirmed", by=world.ana)
    done = actions.record_step.perform(
        {"appointment": booked.appointment, "state": "arrived"}, by=world.ana
    )
    undo(done.deed, by=world.ana)
    assert Appointment.objects.get().state == "confirmed"
    wrong = Step.objects.get(state="arrived")
    assert wrong.retracted_by == world.ana.id
    with pytest.raises(Refused, match="already taken back"):
        actions.retract_step(wrong.id, by=world.ana)
    confirmed = Step.objects.get(state="confirmed")
    actions.record_step(booked.appointment, "arrived", by=world.ana)
    with pytest.raises(Refused, match="has gone on since then: it is arrived"):
        actions.retract_step(confirmed.id, by=world.ana)


def test_what_is_refused(world: World) -> None:
    booked = book(world)
    with pytest.raises(Refused, match="cannot become done"):
        actions.record_step(booked.appointment, "done", by=world.ana)
    with pytest.raises(Refused, match="begins at 9:00"):
        actions.record_step(booked.appointment, "no_show", by=world.ana)
    with pytest.raises(Refused):
        actions.record_step.perform(
            {"appointment": booked.appointment, "state": "asleep"}, by=world.ana
        )
    with pytest.raises(Missing):
        actions.record_step(new_id(), "arrived", by=world.ana)
    with pytest.raises(Missing):
        actions.retract_step(new_id(), by=world.ana)


def test_a_no_show_may_come_after_all(world: World) -> None:
    booked = book(world)
    with clock.stopped_at(world.at("09:15")):
        actions.record_step(booked.appointment, "no_show", by=world.ana)
    with clock.stopped_at(world.at("09:18")):
        actions.record_step(booked.appointment, "arrived", by=world.ana)
    assert Appointment.objects.get().state == "arrived"


def test_what_a_visit_waits_for(world: World) -> None:
    booked = book(world)
    actions.open_requirement(booked.appointment, "referral", by=world.ana)
    actions.open_requirement(booked.appointment, "referral", by=world.ana)
    assert OpenRequirement.objects.filter(settled_at__isnull=True).count() == 1
    actions.settle_requirement(booked.appointment, "referral", by=world.ana)
    with pytest.raises(Missing):
        actions.settle_requirement(booked.appointment, "referral", by=world.ana)
