"""A visit's panel: the flow of the day, moving, cancelling; the visits on a patient's panel."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core import signing
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from caredesk.kernel import clock
from caredesk.people.actions import add_alert
from caredesk.people.models import Patient
from caredesk.scheduling import actions
from caredesk.scheduling.actions.history import PastVisit
from caredesk.scheduling.models import Appointment, Cancellation, Hold, Move, Step
from caredesk.scheduling.tests.pages.reading import (
    FOUNDER,
    PART,
    filters,
    finder,
    hidden,
    offered,
    signed_in,
    text_of,
)
from caredesk.scheduling.tests.world import NOW, World


@pytest.fixture
def visit(world: World) -> UUID:
    """Today at 9 with Dr Chen."""
    return actions.book_appointment(
        world.patient1,
        world.checkup,
        world.at("09:00"),
        site=world.main,
        resources=[world.chen],
        reason="Cough",
        note="Ring twice",
        by=world.ana,
    ).appointment


def panel(desk: Client, visit: UUID) -> str:
    response = desk.get(f"/appointments/{visit}/")
    assert response.status_code == 200
    return text_of(response)


def step(desk: Client, visit: UUID, state: str, **more: str) -> Any:
    sent = {**hidden(desk.get(f"/appointments/{visit}/")), "state": state, **more}
    return desk.post(f"/appointments/{visit}/steps/", sent)


def test_the_panel_tells_the_visit(world: World, desk: Client, visit: UUID) -> None:
    text = panel(desk, visit)
    for said in ("Given1 Family1", "9:00", "20 minutes", "Dr Mei Chen, Exam", "Check-up"):
        assert said in text
    for said in ("Main Street", "Cough", "Ring twice", "Booked", "Ana Ruiz"):
        assert said in text
    assert f'href="/patients/{world.patient1}/"' in text


def test_arriving_is_the_one_next_thing_on_its_day(desk: Client, visit: UUID) -> None:
    text = panel(desk, visit)
    assert re.findall(r'class="button next"[^>]*value="(\w+)" data-key="(\w)"', text) == [
        ("arrived", "a")
    ]
    assert 'data-key="m"' in text
    assert 'data-key="c"' in text
    assert 'value="no_show"' not in text


def test_on_another_day_it_can_only_be_confirmed(world: World, desk: Client) -> None:
    later = actions.book_appointment(
        world.patient1,
        world.checkup,
        world.at("09:00") + timedelta(days=1),
        site=world.main,
        by=world.ana,
    ).appointment
    assert re.findall(r'name="state" value="(\w+)"', panel(desk, later)) == ["confirmed"]


def test_the_flow_of_the_day_and_its_undo(desk: Client, visit: UUID) -> None:
    arrived = step(desk, visit, "arrived")
    assert (arrived.status_code, arrived["Location"]) == (303, f"/appointments/{visit}/")
    text = panel(desk, visit)
    assert "Arrived: 9:00 with Dr Mei Chen." in text
    undo = re.search(r'action="(/deeds/[^"]+/undo/)"', text)
    assert undo
    assert 'value="in_room"' in text
    desk.post(undo[1], {"to": "/"})
    assert Appointment.objects.get().state == "booked"


def test_undo_pressed_twice_is_undone_once_and_says_so_twice(desk: Client, visit: UUID) -> None:
    step(desk, visit, "arrived")
    text = panel(desk, visit)
    undo = re.search(r'action="(/deeds/[^"]+/undo/)".*?name="key" value="([^"]+)"', text)
    assert undo
    for _ in range(2):
        assert desk.post(undo[1], {"to": "/", "key": undo[2]}).status_code == 303
    again = desk.post(undo[1], {"to": "/", "key": str(uuid4())})
    assert "This was already undone." in text_of(again)


def test_the_same_step_sent_twice_is_one(desk: Client, visit: UUID) -> None:
    sent = {**hidden(desk.get(f"/appointments/{visit}/")), "state": "arrived"}
    for _ in range(2):
        assert desk.post(f"/appointments/{visit}/steps/", sent).status_code == 303
    assert Step.objects.count() == 1


def test_the_last_step_is_taken_back(desk: Client, visit: UUID) -> None:
    step(desk, visit, "arrived")
    retraction = re.search(r'action="([^"]+/retraction/)"', panel(desk, visit))
    assert retraction
    desk.post(retraction[1], {})
    text = panel(desk, visit)
    assert "Booked again: 9:00 with Dr Mei Chen." in text
    assert "<s>Arrived</s>" in text


def test_a_step_that_a_colleague_took_first_is_told_with_the_visit_anew(
    desk: Client, visit: UUID
) -> None:
    colleague = signed_in("secretary", "tom hale")
    seen = hidden(desk.get(f"/appointments/{visit}/"))
    with clock.stopped_at(NOW + timedelta(minutes=31)):
        step(colleague, visit, "arrived")
    with clock.stopped_at(NOW + timedelta(minutes=32)):
        second = desk.post(f"/appointments/{visit}/steps/", {**seen, "state": "arrived"})
        assert (second.status_code, second["Location"]) == (303, f"/appointments/{visit}/")
        text = panel(desk, visit)
    assert "Already arrived, by Tom Hale, 8:31." in text
    assert 'value="in_room"' in text
    assert Step.objects.count() == 1


def test_undoing_says_what_and_whose_time(desk: Client, visit: UUID) -> None:
    step(desk, visit, "arrived")
    text = panel(desk, visit)
    undo = re.search(r'action="(/deeds/[^"]+/undo/)".*?name="said" value="([^"]+)"', text)
    assert undo
    desk.post(undo[1], {"to": f"/appointments/{visit}/", "said": undo[2]})
    assert "Undone: arrived, 9:00 with Dr Mei Chen." in panel(desk, visit)


def test_no_notice_carries_the_patients_name(desk: Client, visit: UUID) -> None:
    """It travels in a cookie."""
    for answer in (step(desk, visit, "confirmed"), step(desk, visit, "arrived")):
        kept = signing.loads(answer.cookies["caredesk_notice"].value, salt="caredesk_notice")
        assert "9:00" in kept["text"]
        assert "Family1" not in str(kept)


@pytest.mark.parametrize("state", ["done", "cancelled", "asleep", ""])
def test_a_step_that_cannot_be_is_refused(desk: Client, visit: UUID, state: str) -> None:
    assert step(desk, visit, state).status_code == 422
    assert Appointment.objects.get().state == "booked"


def test_a_visit_is_moved_in_one_step(world: World, desk: Client, visit: UUID) -> None:
    address = f"/appointments/{visit}/times/"
    found = desk.get(address)
    text = text_of(found)
    assert "Move Check-up" in text
    assert "now Tue 24 Nov, 9:00" in text
    assert "Ada Okafor, Exam" not in text
    assert "visit_type" not in text
    held = desk.post(address, {**hidden(found), "time": offered(found)[-1]})
    page = desk.get(held["Location"])
    assert "Held for you until" in text_of(page)
    moved = desk.post(
        held["Location"], {**hidden(page), "reason": "Work", "asked_by": "the patient"}
    )
    assert moved["Location"] == f"/appointments/{visit}/"
    assert Move.objects.get().reason == "Work"
    text = panel(desk, visit)
    assert "Moved to " in text
    assert "Moved from Tue 24 Nov, 9:00" in text
    assert "Work, asked by the patient" in text
    assert ">Undo" in text


def test_a_visit_can_be_moved_by_ten_minutes(world: World, desk: Client, visit: UUID) -> None:
    """It stands in its own way only for a hold."""
    address = f"/appointments/{visit}/times/"
    typed = {"day": "today", "time_of_day": "9:10", "with_whom": str(world.chen)}
    going = desk.post(address, {**hidden(desk.get(address)), **typed, "at_site": str(world.main)})
    assert going.status_code == 303
    page = desk.get(going["Location"])
    assert "Not held" in text_of(page)
    assert desk.post(going["Location"], hidden(page)).status_code == 303
    assert Appointment.objects.get().starts_at == world.at("09:10")
    assert not Hold.objects.exists()


def test_to_the_same_time_it_is_not_moved(world: World, desk: Client, visit: UUID) -> None:
    address = f"/appointments/{visit}/times/"
    same = f"2026-11-24T14:00:00Z~{world.main}~{world.chen}"
    going = desk.post(address, {**hidden(desk.get(address)), "time": same})
    refused = desk.post(going["Location"], hidden(desk.get(going["Location"])))
    assert refused.status_code == 422
    assert "The visit is there already." in text_of(refused)


def test_a_visit_that_has_begun_cannot_be_moved(desk: Client, visit: UUID) -> None:
    step(desk, visit, "arrived")
    refused = desk.get(f"/appointments/{visit}/times/")
    assert refused.status_code == 422
    assert "This visit is arrived: it cannot be moved." in text_of(refused)


def test_calling_off_needs_reason_and_who_asked(desk: Client, visit: UUID) -> None:
    address = f"/appointments/{visit}/cancellation/"
    empty = desk.post(address, {"reason": "Is ill"})
    assert empty.status_code == 422
    assert text_of(empty).count("This is needed.") == 1
    assert 'value="Is ill"' in text_of(empty)
    form = hidden(desk.get(address))
    done = desk.post(address, {**form, "reason": "Is ill", "asked_by": "her son"})
    assert done["Location"] == f"/appointments/{visit}/"
    assert Cancellation.objects.get().asked_by == "her son"
    text = panel(desk, visit)
    assert "Cancelled: 9:00 with Dr Mei Chen." in text
    assert "Is ill, asked by her son" in text
    assert "Book another visit" in text


def call_off(desk: Client, visit: UUID) -> None:
    address = f"/appointments/{visit}/cancellation/"
    form = hidden(desk.get(address))
    desk.post(address, {**form, "reason": "Is ill", "asked_by": "her son"})


def take_back_the_cancellation(desk: Client, visit: UUID) -> Any:
    said = re.search(r'action="([^"]+/cancellation/[^"]+/retraction/)"', panel(desk, visit))
    assert said
    return desk.post(said[1], {"key": str(uuid4())})


def test_a_cancellation_is_taken_back_on_the_visit(desk: Client, visit: UUID) -> None:
    """Long after the notice with its Undo has gone."""
    call_off(desk, visit)
    panel(desk, visit)
    assert "Take back the cancellation" in panel(desk, visit)
    done = take_back_the_cancellation(desk, visit)
    assert (done.status_code, done["Location"]) == (303, f"/appointments/{visit}/")
    text = panel(desk, visit)
    assert "Not cancelled any more: 9:00 with Dr Mei Chen." in text
    assert "<s>Cancelled</s>" in text
    assert "Take back the cancellation" not in text
    assert 'data-key="a"' in text


def test_a_cancellation_is_not_taken_back_into_somebody_elses_time(
    world: World, desk: Client, visit: UUID
) -> None:
    """It is refused with who is there, and works when that one has gone."""
    call_off(desk, visit)
    other = actions.book_appointment(
        world.patient2,
        world.checkup,
        world.at("09:00"),
        site=world.main,
        resources=[world.chen],
        by=world.ana,
    ).appointment
    refused = take_back_the_cancellation(desk, visit)
    assert refused.status_code == 422
    assert "Dr Mei Chen is booked then" in text_of(refused)
    actions.cancel_appointment(other, "Mistaken", "the desk", by=world.ana)
    assert take_back_the_cancellation(desk, visit).status_code == 303


def test_moving_a_cancelled_visit_names_the_button_that_is_there(desk: Client, visit: UUID) -> None:
    call_off(desk, visit)
    refused = text_of(desk.get(f"/appointments/{visit}/times/"))
    assert "Press “Take back the cancellation” on the visit first" in refused


def test_beside_the_state_stands_since_when(desk: Client, visit: UUID) -> None:
    with clock.stopped_at(NOW + timedelta(minutes=1)):
        step(desk, visit, "confirmed")
    with clock.stopped_at(NOW + timedelta(minutes=7)):
        call_off(desk, visit)
        text = panel(desk, visit)
    assert re.search(r"</svg> Cancelled <time[^>]*>8:07</time>", text)


def test_the_history_says_when_a_step_was_taken_back(desk: Client, visit: UUID) -> None:
    with clock.stopped_at(NOW + timedelta(minutes=1)):
        step(desk, visit, "confirmed")
    with clock.stopped_at(NOW + timedelta(minutes=7)):
        retraction = re.search(r'action="([^"]+/retraction/)"', panel(desk, visit))
        assert retraction
        desk.post(retraction[1], {})
        text = panel(desk, visit)
    assert re.search(r"<s>Confirmed</s> <span[^>]*>taken back <time[^>]*>8:07</time>", text)


def test_who_may_only_look_sees_no_buttons(
    world: World, visit: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    from caredesk.access import rules

    looking = frozenset({"people.view", "scheduling.view"})
    monkeypatch.setitem(rules.PERMISSIONS, "secretary", looking)
    onlooker = signed_in("secretary", "olga")
    text = panel(onlooker, visit)
    assert 'data-key="a"' not in text
    assert "Cancel" not in text
    for closed in (finder(world), f"/appointments/{visit}/times/"):
        assert onlooker.get(closed).status_code == 403
    for closed in ("steps", "cancellation"):
        assert onlooker.post(f"/appointments/{visit}/{closed}/").status_code == 403


def test_who_may_not_overbook_is_not_asked(
    world: World, visit: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    from caredesk.access import rules

    booking = frozenset({"people.view", "scheduling.view", "scheduling.book"})
    monkeypatch.setitem(rules.PERMISSIONS, "secretary", booking)
    desk = signed_in("secretary", "olga")
    taken = f"2026-11-24T14:00:00Z~{world.main}~{world.chen}"
    found = desk.get(finder(world, "patient2"), filters(world))
    busy = desk.post(finder(world, "patient2"), {**hidden(found), "time": taken})
    assert busy.status_code == 409
    assert "Overbook" not in text_of(busy)


def test_the_patients_panel_shows_next_and_past_visits(
    world: World, desk: Client, visit: UUID
) -> None:
    text = text_of(desk.get(f"/patients/{world.patient1}/"))
    assert "Next visits" in text
    assert "Past visits" not in text
    assert f'href="/appointments/{visit}/"' in text
    assert "with Dr Mei Chen" in text
    with clock.stopped_at(NOW + timedelta(days=3)):
        text = text_of(desk.get(f"/patients/{world.patient1}/"))
    assert "No visit is booked." in text
    assert "Past visits" in text


def test_who_is_late_is_still_expected(world: World, desk: Client, visit: UUID) -> None:
    with clock.stopped_at(world.at("09:18")):
        text = text_of(desk.get(f"/patients/{world.patient1}/"))
        every = text_of(desk.get(f"/patients/{world.patient1}/appointments/", headers=PART))
    assert "Booked, 18 min late" in text
    assert "No visit is booked." not in text
    assert "Past visits" not in text
    assert every.count(f'href="/appointments/{visit}/"') == 1


def test_who_was_late_and_came_is_late_no_more(world: World, desk: Client, visit: UUID) -> None:
    with clock.stopped_at(world.at("09:18")):
        step(desk, visit, "arrived")
        text = text_of(desk.get(f"/patients/{world.patient1}/"))
    assert "min late" not in text
    assert f'href="/appointments/{visit}/"' in text


def test_notes_stand_on_the_visit_the_gravest_first(
    world: World, desk: Client, visit: UUID
) -> None:
    add_alert(world.patient1, "Needs the ground floor", "note", by=FOUNDER)
    add_alert(world.patient1, "Faints at blood draws: lie down first.", "danger", by=FOUNDER)
    text = panel(desk, visit)
    assert "<strong>Danger.</strong> Faints at blood draws: lie down first." in text
    assert text.index("Faints") < text.index("Needs the ground floor")


def test_the_dead_are_as_old_as_they_were(world: World, desk: Client, visit: UUID) -> None:
    Patient.objects.filter(pk=world.patient1).update(
        birth_date=date(1912, 7, 9), deceased=True, deceased_on=date(1981, 3, 3)
    )
    assert "9 Jul 1912 · Deceased 3 Mar 1981, aged 68 years · CD-" in panel(desk, visit)


def test_free_time_that_was_pointed_at_is_told(world: World, desk: Client) -> None:
    asked = {"at": "2026-11-24T14:20:00Z", "resource": str(world.chen), "site": str(world.main)}
    text = text_of(desk.get("/appointments/new/", asked, headers=PART))
    assert "Tue 24 Nov, 9:20 with Dr Mei Chen, Main Street. For whom?" in text
    asked["resource"] = str(world.room1)
    text = text_of(desk.get("/appointments/new/", asked, headers=PART))
    assert "9:20 in Exam 1, Main Street. For whom?" in text
    assert "<p>For whom?</p>" in text_of(desk.get("/appointments/new/", headers=PART))


def test_who_came_early_is_still_among_the_next(world: World, desk: Client, visit: UUID) -> None:
    step(desk, visit, "arrived")
    text = text_of(desk.get(f"/patients/{world.patient1}/"))
    assert f'href="/appointments/{visit}/"' in text


def test_all_visits_page_by_page(
    world: World, desk: Client, visit: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    from caredesk.scheduling.views import appointments

    for day in range(1, 4):
        actions.book_appointment(
            world.patient1,
            world.checkup,
            world.at("09:00") + timedelta(days=day),
            site=world.main,
            by=world.ana,
        )
    monkeypatch.setattr(appointments, "VISITS_A_PAGE", 2)
    with clock.stopped_at(NOW + timedelta(days=30)):
        first = text_of(desk.get(f"/patients/{world.patient1}/appointments/"))
        earlier = re.search(r'href="(\?before=[^"]+)"', first)
        assert earlier
        second = text_of(desk.get(f"/patients/{world.patient1}/appointments/{earlier[1]}"))
    links = [re.findall(r"href=\"/appointments/[-\w]{36}/\"", text) for text in (first, second)]
    assert [len(each) for each in links] == [2, 2]
    assert str(visit) in second
    assert str(visit) not in first


def test_a_patient_with_visits_is_in_use(world: World, visit: UUID) -> None:
    from caredesk.people.ports import patient_in_use

    assert patient_in_use.ask.uses(world.patient1) == "1 visit"
    assert patient_in_use.ask.uses(world.patient2) == ""


def test_a_booked_patient_was_seen_by_the_desk(world: World, visit: UUID) -> None:
    from caredesk.people.reactions import remember_the_patient
    from caredesk.scheduling.events import AppointmentBooked
    from caredesk.scheduling.tests.world import actor

    event = AppointmentBooked(visit, world.patient1, world.main, NOW.date())
    remember_the_patient(event, actor("reaction", frozenset({"people.change"})))
    assert Patient.objects.get(pk=world.patient1).last_seen_at == NOW


QUERIES = {
    "panel": 4,
    "cancellation": 5,
    "visits": 5,
    "finder": 9,  # one of them: what is held for the same errand
    "confirm": 8,
    "times": 10,
    "move": 9,
}


def test_pages_ask_a_fixed_number_of_times(
    world: World, desk: Client, visit: UUID, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    time = f"2026-11-25T14:00:00Z~{world.main}~{world.chen}"
    taking = {"time": time, "visit_type": str(world.checkup), "hold": str(world.main)}
    pages: dict[str, tuple[str, dict[str, Any]]] = {
        "panel": (f"/appointments/{visit}/", {}),
        "cancellation": (f"/appointments/{visit}/cancellation/", {}),
        "visits": (f"/patients/{world.patient1}/appointments/", {}),
        "finder": (finder(world), filters(world)),
        "confirm": (f"{finder(world)}time/", taking),
        "times": (f"/appointments/{visit}/times/", {}),
        "move": (f"/appointments/{visit}/times/new/", taking),
    }
    for name, (address, asked) in pages.items():
        with django_assert_num_queries(QUERIES[name], info=name):
            assert desk.get(address, asked, headers=PART).status_code == 200


@pytest.mark.parametrize("zone", ["+05:30", "Etc/GMT-15"])
def test_a_past_visit_is_shown_whatever_its_zone(world: World, desk: Client, zone: str) -> None:
    sent = PastVisit.model_validate(
        {
            "patient": world.patient1,
            "starts_at": "2019-03-10T09:00:00+05:30",
            "identifiers": [{"system": "urn:test", "value": "1"}],
        }
    )
    [id] = actions.record_past_visits([sent], by=world.ana).appointments
    Appointment.objects.update(zone=zone)
    for address in (f"/patients/{world.patient1}/", f"/appointments/{id}/"):
        shown = desk.get(address)
        assert shown.status_code == 200
        assert ("9:00" if zone == "+05:30" else "3:30") in text_of(shown)
    assert re.search(r"Imported</span><span[^>]*><time[^>]*>\w+ 2\d Nov</time>", text_of(shown))
