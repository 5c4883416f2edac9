"""Holding a time while the caller decides."""

from datetime import timedelta
from typing import Any

import pytest

from caredesk.audit.models import Entry
from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Busy, Missing, NeedsReason, Refused
from caredesk.kernel.ids import new_id
from caredesk.kernel.undo import undo
from caredesk.people.models import Patient
from caredesk.scheduling import actions
from caredesk.scheduling.actions.answers import Held
from caredesk.scheduling.jobs import release_expired_holds
from caredesk.scheduling.models import Booking, Hold
from caredesk.scheduling.queries import day_board, free_times, masks_differ
from caredesk.scheduling.queries.held_times import held_for, stops_ahead
from caredesk.scheduling.tests.test_booking import book
from caredesk.scheduling.tests.world import NOW, TUESDAY, World

LATER = NOW + timedelta(minutes=4)


def hold(world: World, at: str = "09:00", by: Actor | None = None, **more: Any) -> Held:
    given = {
        "visit_type": world.checkup,
        "starts_at": world.at(at),
        "resources": [world.chen],
        **more,
    }
    return actions.hold_time.perform(given, by=by or world.ana).answer


def test_others_are_told_who_holds_it(world: World) -> None:
    held = hold(world)
    assert held.expires_at == NOW + timedelta(minutes=3)
    with pytest.raises(Busy, match="Dr Mei Chen is held then, by Ana Ruiz"):
        book(world, patient=world.patient2, by=world.ben)
    with pytest.raises(Busy, match="held then, by Ana Ruiz"):
        hold(world, by=world.ben)
    offered = free_times(world.ben, world.checkup, practitioners=[world.chen], limit=1)
    assert offered[0].starts_at == world.at("09:20")
    assert masks_differ(world.ana) == []


def test_its_holder_books_on_it(world: World) -> None:
    held = hold(world)
    booked = book(world, hold=held.hold, resources=[one.id for one in held.resources])
    assert booked.resources == held.resources
    assert Hold.objects.get().released_at == NOW
    assert Booking.objects.filter(released_at__isnull=True, hold__isnull=False).count() == 0
    assert masks_differ(world.ana) == []
    release_expired_holds()
    assert Booking.objects.filter(released_at__isnull=True).count() == 2


def test_another_time_than_the_one_held_gives_the_hold_back(world: World) -> None:
    held = hold(world)
    book(world, "10:00", hold=held.hold)
    assert Hold.objects.get().released_at is not None
    book(world, "09:00", patient=world.patient2, by=world.ben)
    assert masks_differ(world.ana) == []


def test_nobody_books_on_anothers_hold(world: World) -> None:
    held = hold(world)
    with pytest.raises(Refused, match="This time is held by Ana Ruiz"):
        book(world, hold=held.hold, by=world.ben)
    with pytest.raises(Refused, match="held by Ana Ruiz"):
        actions.release_hold(held.hold, by=world.ben)
    with pytest.raises(Missing):
        book(world, hold=new_id())


def test_booking_releases_what_has_expired(world: World) -> None:
    hold(world)
    with clock.stopped_at(LATER):
        book(world, patient=world.patient2, by=world.ben)
        assert masks_differ(world.ana) == []


def test_what_a_booking_releases_stands_in_its_audit_row(world: World) -> None:
    hold(world)
    with clock.stopped_at(LATER):
        book(world, patient=world.patient2, by=world.ben)
    told = [
        change["id"]
        for change in Entry.objects.get(name="book_appointment").changes
        if "released_at" in (change["now"] or {})
    ]
    released = Booking.objects.filter(released_at=LATER).values_list("id", flat=True)
    assert sorted(told) == sorted(map(str, released))
    assert released


def test_an_expired_hold_that_nobody_took_still_serves(world: World) -> None:
    held = hold(world)
    with clock.stopped_at(LATER):
        book(world, hold=held.hold)
        assert masks_differ(world.ana) == []


def test_an_expired_hold_that_somebody_took_is_busy(world: World) -> None:
    held = hold(world)
    with clock.stopped_at(LATER):
        book(world, patient=world.patient2, by=world.ben)
        with pytest.raises(Busy, match="is booked then, by Ben Ode"):
            book(world, hold=held.hold)


def test_the_clock_releases_what_has_expired(world: World) -> None:
    hold(world)
    release_expired_holds()
    assert Hold.objects.get().released_at is None
    with clock.stopped_at(LATER):
        release_expired_holds()
        assert Hold.objects.get().released_at == LATER
        assert masks_differ(world.ana) == []
        release_expired_holds()


def test_a_hold_is_given_back(world: World) -> None:
    given = {"visit_type": world.checkup, "starts_at": world.at("09:00"), "site": world.main}
    done = actions.hold_time.perform(given, by=world.ana)
    undo(done.deed, by=world.ana)
    assert Hold.objects.get().released_at == NOW
    actions.release_hold(done.answer.hold, by=world.ana)
    assert masks_differ(world.ana) == []


def test_holding_something_else_instead(world: World) -> None:
    first = hold(world)
    hold(world, "09:20", instead_of=first.hold)
    assert Hold.objects.get(pk=first.hold).released_at == NOW
    hold(world, "09:00", by=world.ben)
    assert masks_differ(world.ana) == []


def test_only_the_hold_that_is_named_makes_way(world: World) -> None:
    """Two callers of one secretary: what is held for the first is not given to the second."""
    first = hold(world)
    before = set(Booking.objects.filter(released_at__isnull=True))
    with pytest.raises(Busy) as caught:
        hold(world)
    assert caught.value.message == "Dr Mei Chen is held then, by you until 8:03."
    with pytest.raises(Busy, match="by you until 8:03"):
        book(world, patient=world.patient2)
    second = hold(world, "09:40")
    with pytest.raises(Busy, match="by you until 8:03"):
        hold(world, instead_of=second.hold)
    with pytest.raises(Busy, match="by you until 8:03"):
        book(world, "09:10", hold=second.hold)
    assert before <= set(Booking.objects.filter(released_at__isnull=True))
    book(world, hold=first.hold)
    assert masks_differ(world.ana) == []


def test_for_whom_it_is_held(world: World) -> None:
    held = hold(world, patient=world.patient1)
    assert Entry.objects.get(name="hold_time").subjects == [world.patient1]
    found = held_for(world.ana, world.patient1)
    assert found is not None
    assert (found.id, found.labels[0]) == (held.hold, "Dr Mei Chen")
    assert held_for(world.ben, world.patient1) is None
    assert held_for(world.ana, world.patient2) is None
    assert held_for(world.ana, world.patient1, moving=new_id()) is None
    with clock.stopped_at(LATER):
        assert held_for(world.ana, world.patient1) is None


def test_nobody_who_died_has_a_time_held(world: World) -> None:
    Patient.objects.filter(pk=world.patient1).update(deceased=True)
    with pytest.raises(Refused, match="recorded as deceased"):
        hold(world, patient=world.patient1)
    with pytest.raises(Missing):
        hold(world, patient=new_id())
    with pytest.raises(Missing):
        hold(world, moving=new_id())
    assert not Hold.objects.exists()


@pytest.mark.parametrize("at", ["08:40", "08:50", "11:50", "12:00"])
def test_what_is_foreseen_is_what_stops_the_booking(world: World, at: str) -> None:
    held = hold(world, at, site=world.main, patient=world.patient1)
    found = held_for(world.ana, world.patient1)
    assert found is not None
    [foreseen] = stops_ahead(world.ana, found, anyone=False)
    with pytest.raises(NeedsReason) as stop:
        book(world, at, site=world.main, hold=held.hold)
    assert (stop.value.message, stop.value.field) == (foreseen.message, foreseen.field)


@pytest.mark.parametrize("at", ["09:00", "11:40"])
def test_where_nothing_is_foreseen_nothing_stops_the_booking(world: World, at: str) -> None:
    held = hold(world, at, patient=world.patient1)
    found = held_for(world.ana, world.patient1)
    assert found is not None
    assert stops_ahead(world.ana, found, anyone=False) == []
    book(world, at, hold=held.hold)


def test_a_visit_is_no_overlap_of_its_own_move(world: World) -> None:
    booked = book(world)
    ids: dict[str, Any] = {"patient": world.patient1, "resources": [world.okafor]}
    hold(world, "09:10", moving=booked.appointment, **ids)
    moving = held_for(world.ana, world.patient1, booked.appointment)
    assert moving is not None
    assert stops_ahead(world.ana, moving, anyone=False) == []
    hold(world, "09:10", **{**ids, "resources": []}, instead_of=moving.id)
    another = held_for(world.ana, world.patient1)
    assert another is not None
    [stop] = stops_ahead(world.ana, another, anyone=True)
    assert stop.facts["appointment"] == str(booked.appointment)


def test_outside_all_hours_those_of_the_site_are_chosen(world: World) -> None:
    """Dr Okafor is never in Phoenix."""
    for minute in range(0, 60, 10):
        held = hold(world, site=world.phoenix, resources=[], starts_at=world.at(f"22:{minute:02d}"))
        assert held.resources[0].label == "Dr Mei Chen"
        actions.release_hold(held.hold, by=world.ana)


def test_a_visit_that_is_moved_waits_for_ones_own_holds_too(world: World) -> None:
    booked = book(world, "11:00")
    held = hold(world)
    with pytest.raises(Busy, match="by you"):
        actions.move_appointment(booked.appointment, world.at("09:10"), by=world.ana)
    actions.move_appointment(booked.appointment, world.at("09:10"), hold=held.hold, by=world.ana)
    assert masks_differ(world.ana) == []


def test_the_board_shows_whose_it_is(world: World) -> None:
    hold(world)
    [mine] = [c for c in day_board(world.ana, [world.main], TUESDAY).columns if c.holds]
    [theirs] = [c for c in day_board(world.ben, [world.main], TUESDAY).columns if c.holds]
    assert mine.holds[0].is_own
    assert not theirs.holds[0].is_own
    assert theirs.holds[0].by_label == "Ana Ruiz"
    with clock.stopped_at(LATER):
        assert not [c for c in day_board(world.ana, [world.main], TUESDAY).columns if c.holds]
