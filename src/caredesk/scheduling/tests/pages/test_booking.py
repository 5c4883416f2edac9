"""Booking from the finder to the notice."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from caredesk.kernel import clock
from caredesk.people.models import Patient
from caredesk.scheduling import actions
from caredesk.scheduling.models import Appointment, Hold, Justification, Overbooking
from caredesk.scheduling.tests.pages.reading import (
    PART,
    TIMES,
    filters,
    finder,
    hidden,
    offered,
    signed_in,
    text_of,
)
from caredesk.scheduling.tests.world import World


def confirm(world: World, desk: Client, **typed: Any) -> tuple[str, Any]:
    """Take the first free time, or the one typed; its address and its page."""
    found = desk.get(finder(world), filters(world))
    choice = typed or {"time": offered(found)[0]}
    held = desk.post(finder(world), {**hidden(found), **choice})
    assert held.status_code == 303, text_of(held)
    return held["Location"], desk.get(held["Location"])


def book(desk: Client, address: str, page: Any, **typed: Any) -> Any:
    return desk.post(address, {**hidden(page), **typed})


def test_a_visit_is_found_held_and_booked(world: World, desk: Client) -> None:
    begun = desk.get(finder(world))
    assert "Choose the kind of visit, and its first free times stand here." in text_of(begun)
    address, page = confirm(world, desk)
    assert Hold.objects.count() == 1
    assert "Held for you until 8:03" in text_of(page)
    booked = book(desk, address, page, reason="Cough", asked_by="her daughter", note="Ring twice")
    appointment = Appointment.objects.get()
    assert booked.status_code == 303
    assert booked["Location"] == f"/appointments/{appointment.id}/"
    assert (appointment.reason, appointment.asked_by) == ("Cough", "her daughter")
    panel = text_of(desk.get(booked["Location"]))
    assert re.search(r"Booked Tue 24 Nov, 9:00 with Dr \w+ \w+, Exam \d\.", panel), panel
    assert "Cough" in panel
    assert "Ring twice" in panel


def test_undo_takes_the_booking_back(world: World, desk: Client) -> None:
    address, page = confirm(world, desk)
    panel = text_of(desk.get(book(desk, address, page)["Location"]))
    undo = re.search(r'action="(/deeds/[^"]+/undo/)"', panel)
    assert undo
    undone = desk.post(undo[1], {"to": f"/patients/{world.patient1}/", "said": "Booked"})
    assert undone["Location"] == f"/patients/{world.patient1}/"
    assert Appointment.objects.get().state == "withdrawn"


def test_the_same_form_sent_twice_books_once(world: World, desk: Client) -> None:
    address, page = confirm(world, desk)
    first = book(desk, address, page, reason="Cough")
    again = book(desk, address, page, reason="Cough")
    assert Appointment.objects.count() == 1
    assert again["Location"] == first["Location"]


def test_free_times_come_as_a_part_and_later_ones_follow(world: World, desk: Client) -> None:
    part = desk.get(finder(world), filters(world), headers=TIMES)
    text = text_of(part)
    assert "<html" not in text
    assert "find-time" not in text
    assert "Tue 24 Nov" in text
    later = re.search(r'href="([^"]+)"[^>]*>Later times', text)
    assert later
    following = desk.get(later[1], headers=TIMES)
    assert not set(offered(following)) & set(offered(part))
    assert "First free times</a>" in text_of(following)


def test_who_asks_for_the_times_is_taken_to_the_first(world: World, desk: Client) -> None:
    assert "autofocus" not in text_of(desk.get(finder(world), filters(world), headers=TIMES))
    shown = desk.get(finder(world), filters(world, show="1"), headers=TIMES)
    assert re.findall(r'autofocus name="time" value="([^"]+)"', text_of(shown)) == [
        offered(shown)[0]
    ]


def test_filters_narrow_the_times(world: World, desk: Client) -> None:
    chen = str(world.chen)
    asked = filters(world, practitioner=[chen], weekday=["2"], since="2pm", until="4pm")
    text = text_of(desk.get(finder(world), asked, headers=TIMES))
    assert "Wed 25 Nov" in text
    assert "Tue" not in text
    assert "Ada Okafor" not in text
    assert "Cactus · Phoenix" in text
    assert "9:00" not in text


def test_times_of_several_zones_stand_in_their_order_and_name_theirs(
    world: World, desk: Client
) -> None:
    """Dr Chen is at Main Street until noon in New York, in Phoenix from 2 pm there."""
    asked = filters(world, practitioner=[str(world.chen)], since="11:30am", until="2:30pm")
    both = desk.get(finder(world), asked, headers=TIMES)
    told = re.findall(r'class="nowrap">([^<]+)</span><span>([^<]+)<', text_of(both))
    assert told[0][0] == "11:40 EST"
    assert told[1][0] == "2:00 pm MST"
    assert told[1][1].endswith("· Phoenix")
    here = desk.get(finder(world), filters(world, site=str(world.main)), headers=TIMES)
    assert "EST" not in text_of(here)


def test_a_time_elsewhere_names_its_zone_until_it_is_booked(world: World, desk: Client) -> None:
    typed = {"day": "today", "time_of_day": "2pm", "with_whom": str(world.chen)}
    address, page = confirm(world, desk, **typed, at_site=str(world.phoenix))
    assert "Tue 24 Nov, 2:00 pm MST" in text_of(page)
    assert "Held for you until 8:03." in text_of(page)
    booked = desk.get(book(desk, address, page)["Location"])
    assert "Booked Tue 24 Nov, 2:00 pm MST with Dr Mei Chen" in text_of(booked)
    told = re.findall(r"<time[^>]*>([^<]+)</time>", text_of(booked))
    assert "2:20 pm MST" in told
    assert "8:00" in told  # when it was booked, by the clock at the desk
    for shown in (f"/patients/{world.patient1}/", f"/patients/{world.patient1}/appointments/"):
        assert "2:00 pm MST" in text_of(desk.get(shown))


def test_a_gap_of_the_board_is_the_first_to_press(world: World, desk: Client) -> None:
    at = world.at("09:40").isoformat()
    gap = {"at": at, "resource": str(world.okafor), "site": str(world.main)}
    begun = desk.get(finder(world), gap)
    times = desk.get(finder(world), {**hidden(begun), **filters(world)}, headers=TIMES)
    text = text_of(times)
    assert text.index("The time you began with") < text.index("First free times")
    assert "Tue 24 Nov, 9:40" in text
    held = desk.post(finder(world), {**hidden(times), "time": offered(times)[0]})
    page = desk.get(held["Location"])
    assert "with Dr Ada Okafor, Exam" in text_of(page)
    assert "Tue 24 Nov, 9:40" in text_of(page)


def test_any_day_and_time_may_be_typed(world: World, desk: Client) -> None:
    typed = {"day": "wed", "time_of_day": "10:25", "with_whom": str(world.chen)}
    address, page = confirm(world, desk, **typed, at_site=str(world.main))
    assert "Wed 25 Nov, 10:25" in text_of(page)
    assert book(desk, address, page).status_code == 303
    assert Appointment.objects.get().starts_at == world.at("10:25") + timedelta(days=1)


def test_going_back_gives_the_time_back_and_keeps_the_filters(world: World, desk: Client) -> None:
    _, page = confirm(world, desk)
    release = re.search(r'action="(/holds/[^"]+/release/)"', text_of(page))
    assert release
    back = desk.post(release[1], {"to": hidden(page)["to"]})
    assert Hold.objects.get().released_at is not None
    assert str(world.checkup) in back["Location"]
    assert offered(desk.get(back["Location"]))


def test_another_time_replaces_the_hold_that_the_page_names(world: World, desk: Client) -> None:
    """Held for one caller, a time is not given to the next; on its own page it makes way."""
    typed = {"day": "today", "time_of_day": "9:00", "with_whom": str(world.chen)}
    address, page = confirm(world, desk, **typed)
    found = desk.get(finder(world, "patient2"), filters(world))
    begun = desk.post(finder(world, "patient2"), {**hidden(found), **typed, "time_of_day": "9:10"})
    assert begun.status_code == 409
    assert "Dr Mei Chen is held then, by you until 8:03." in text_of(begun)
    other = offered(begun, "alternative")[0]
    moved = desk.post(address, {**hidden(page), "alternative": other})
    assert moved.status_code == 303
    assert Hold.objects.get().released_at is not None
    assert desk.post(finder(world, "patient2"), {**hidden(found), **typed}).status_code == 303


def test_outside_the_hours_it_is_told_with_the_chosen_time(world: World, desk: Client) -> None:
    typed = {"day": "tomorrow", "time_of_day": "7am", "with_whom": str(world.chen)}
    address, page = confirm(world, desk, **typed, at_site=str(world.main))
    assert page.status_code == 200
    assert "This is outside the hours of Dr Mei Chen." in text_of(page)
    assert 'name="availability_reason"' in text_of(page)
    assert "Book it all the same" in text_of(page)
    stopped = book(desk, address, page, reason="Fever", note="early")
    text = text_of(stopped)
    assert stopped.status_code == 409
    assert text.count("This is outside the hours of") == 1
    assert text.count('name="availability_reason"') == 1
    assert 'value="Fever"' in text
    sent = {"reason": "Fever", "availability_reason": "Dr Chen said so"}
    assert book(desk, address, stopped, **sent).status_code == 303
    assert Justification.objects.get().reason == "Dr Chen said so"


def test_within_the_hours_nothing_is_asked(world: World, desk: Client) -> None:
    _, page = confirm(world, desk)
    assert "outside the hours" not in text_of(page)
    assert 'name="availability_reason"' not in text_of(page)


def test_with_anyone_those_of_the_site_are_chosen_and_it_is_said(
    world: World, desk: Client
) -> None:
    typed = {"day": "tomorrow", "time_of_day": "8pm", "at_site": str(world.phoenix)}
    _, page = confirm(world, desk, **typed)
    assert (
        "Nobody at Phoenix is free within hours then. This is outside the hours of Dr Mei Chen."
    ) in text_of(page)


def test_a_patients_own_overlap_is_told_with_the_chosen_time(world: World, desk: Client) -> None:
    address, page = confirm(world, desk, time=f"2026-11-24T14:00:00Z~{world.main}~{world.chen}")
    book(desk, address, page)
    other = f"2026-11-24T14:00:00Z~{world.main}~{world.okafor}"
    address, page = confirm(world, desk, time=other)
    assert "The patient already has a visit then: Check-up" in text_of(page)
    assert f"/appointments/{Appointment.objects.get().id}/" in text_of(page)
    stopped = book(desk, address, page)
    assert stopped.status_code == 409
    assert text_of(stopped).count("The patient already has a visit then: Check-up") == 1
    both = book(desk, address, stopped, overlap_reason="Two of them look at it")
    assert both.status_code == 303
    assert Appointment.objects.count() == 2


def test_all_that_is_foreseen_is_asked_at_once(world: World, desk: Client) -> None:
    early = f"2026-11-24T13:30:00Z~{world.main}~"
    address, page = confirm(world, desk, time=f"{early}{world.chen}")
    book(desk, address, page, availability_reason="Dr Chen said so")
    address, page = confirm(world, desk, time=f"{early}{world.okafor}")
    assert "already has a visit then" in text_of(page)
    assert "This is outside the hours of Dr Ada Okafor" in text_of(page)
    why = {"overlap_reason": "Both look", "availability_reason": "Both come early"}
    assert book(desk, address, page, **why).status_code == 303


def test_for_somebody_who_died_no_time_is_held(world: World, desk: Client) -> None:
    Patient.objects.filter(pk=world.patient1).update(deceased=True)
    found = desk.get(finder(world), filters(world))
    refused = desk.post(finder(world), {**hidden(found), "time": offered(found)[0]})
    assert refused.status_code == 422
    assert "This patient is recorded as deceased." in text_of(refused)
    assert not Hold.objects.exists()
    assert "Book a visit" not in text_of(desk.get(f"/patients/{world.patient1}/"))


def test_a_time_that_was_left_is_found_again_and_makes_way(world: World, desk: Client) -> None:
    _, page = confirm(world, desk)
    assert f'href="{finder(world)}?' in text_of(page)
    left = text_of(desk.get(finder(world), filters(world)))
    assert left.index("The time you hold") < left.index("First free times")
    assert "Held by you until 8:03." in left
    going_on = re.search(r'href="([^"]+)">Go on</a>', left)
    assert going_on
    assert "Held for you until 8:03." in text_of(desk.get(going_on[1]))
    other = desk.get(finder(world, "patient2"), filters(world))
    assert "The time you hold" not in text_of(other)
    confirm(world, desk)
    assert Hold.objects.filter(released_at__isnull=True).count() == 1
    assert Hold.objects.count() == 2


def test_a_time_that_was_left_can_be_released(world: World, desk: Client) -> None:
    confirm(world, desk)
    left = desk.get(finder(world), filters(world))
    release = re.search(r'action="(/holds/[^"]+/release/)"', text_of(left))
    assert release
    back = desk.post(release[1], {"to": hidden(left)["to"]})
    assert "The time you hold" not in text_of(desk.get(back["Location"]))
    assert Hold.objects.get().released_at is not None


def test_a_time_held_for_a_move_is_not_that_of_a_new_visit(world: World, desk: Client) -> None:
    address, page = confirm(world, desk)
    visit = book(desk, address, page)["Location"]
    times = desk.get(f"{visit}times/")
    held = desk.post(f"{visit}times/", {**hidden(times), "time": offered(times)[-1]})
    assert held.status_code == 303
    assert "The time you hold" in text_of(desk.get(f"{visit}times/"))
    assert "The time you hold" not in text_of(desk.get(finder(world), filters(world)))


def lost_to_ben(world: World, desk: Client) -> tuple[str, Any]:
    """A time that was chosen, whose hold ran out, and that somebody else has booked since."""
    chosen = f"2026-11-24T14:00:00Z~{world.main}~{world.chen}"
    address, page = confirm(world, desk, time=chosen)
    with clock.stopped_at(clock.now() + timedelta(minutes=4)):
        ben = signed_in("secretary", "ben")
        found = ben.get(finder(world, "patient2"), filters(world))
        sent = {**hidden(found), "time": chosen}
        other = ben.post(finder(world, "patient2"), sent)["Location"]
        assert book(ben, other, ben.get(other)).status_code == 303
    return address, page


def test_a_lost_time_offers_three_others_with_all_that_was_typed(
    world: World, desk: Client
) -> None:
    address, page = lost_to_ben(world, desk)
    lost = book(desk, address, page, reason="Cough")
    text = text_of(lost)
    assert lost.status_code == 409
    assert "Dr Mei Chen is booked then, by Ben." in text
    assert 'value="Cough"' in text
    alternatives = offered(lost, "alternative")
    assert len(alternatives) == 3
    assert "Tue 24 Nov, 9:20" in text
    booked = book(desk, address, lost, reason="Cough", alternative=alternatives[0])
    assert booked.status_code == 303
    assert Appointment.objects.filter(reason="Cough", starts_at=world.at("09:20")).exists()


def test_overbooking_asks_for_its_reason(world: World, desk: Client) -> None:
    address, page = lost_to_ben(world, desk)
    lost = book(desk, address, page, reason="Cough")
    asked = book(desk, address, lost, reason="Cough", ask="1")
    assert asked.status_code == 200
    assert 'name="overbook_reason"' in text_of(asked)
    assert 'value="Cough"' in text_of(asked)
    empty = book(desk, address, asked, reason="Cough")
    assert empty.status_code == 422
    assert "Say why in a few words" in text_of(empty)
    done = book(desk, address, asked, reason="Cough", overbook_reason="She is in pain")
    assert done.status_code == 303
    assert {each.reason for each in Overbooking.objects.all()} == {"She is in pain"}
    assert "She is in pain" in text_of(desk.get(done["Location"]))


def test_a_taken_time_that_is_typed_offers_others_and_overbooking(
    world: World, desk: Client
) -> None:
    lost_to_ben(world, desk)
    found = desk.get(finder(world), filters(world))
    typed = {"day": "24 nov", "time_of_day": "9", "with_whom": str(world.chen)}
    sent = {**hidden(found), **typed, "at_site": str(world.main)}
    busy = desk.post(finder(world), sent)
    assert busy.status_code == 409
    assert len(offered(busy, "alternative")) == 3
    assert 'value="24 nov"' in text_of(busy)
    over = desk.post(finder(world), {**hidden(busy), "ask": "1"})
    assert over.status_code == 303
    page = desk.get(over["Location"])
    assert 'name="overbook_reason"' in text_of(page)
    done = book(desk, over["Location"], page, overbook_reason="She is in pain")
    assert done.status_code == 303, text_of(done)
    assert Overbooking.objects.exists()


@pytest.mark.parametrize("headers", [{}, PART])
def test_every_page_comes_whole_and_as_the_panel(
    world: World, desk: Client, headers: dict[str, str]
) -> None:
    address, _ = confirm(world, desk)
    for each in (finder(world), address):
        text = text_of(desk.get(each, headers=headers))
        assert ("<html" in text) is (not headers)
        assert "data-panel-title" in text


def test_the_room_that_was_held_is_the_one_booked(world: World, desk: Client) -> None:
    """Although the one whose turn it would be has become free again."""
    at, chen = world.at("09:00"), [world.chen]
    usual = actions.hold_time(world.checkup, at, world.main, chen, by=world.ben)
    room = next(one.id for one in usual.resources if one.kind == "room")
    actions.release_hold(usual.hold, by=world.ben)
    other = next(one for one in (world.room1, world.room2) if one != room)
    mine = actions.hold_time(world.checkup, at, world.main, [*chen, other], by=world.ana)
    booked = actions.book_appointment(
        world.patient1, world.checkup, at, world.main, chen, hold=mine.hold, by=world.ana
    )
    assert other in {one.id for one in booked.resources}
