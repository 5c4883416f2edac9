"""Visits of a confidential kind are pieces of a chart that only a circle sees."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from tests import world as cast
from tests.test_restrictions import post
from tests.world import World, signed_in

from caredesk.access.models import Adaptation
from caredesk.kernel import clock, looks
from caredesk.kernel.ids import new_id
from caredesk.people.actions import end_restriction
from caredesk.people.models import Restriction
from caredesk.scheduling import actions as calendar
from caredesk.scheduling.actions.visit_types import RequirementInput
from caredesk.scheduling.chosen import Chosen
from caredesk.scheduling.models import Appointment, Cancellation, Justification
from caredesk.scheduling.queries.held_times import held_time, stops_ahead
from caredesk.scheduling.tests.pages.reading import hidden, offered
from caredesk.workforce.models import Practitioner

pytestmark = pytest.mark.django_db
KIND = "Confidential talk"


@pytest.fixture
def world() -> Iterator[World]:
    made = cast.build()
    treating = Practitioner.objects.get(given="Mei")
    Practitioner.objects.filter(pk=treating.pk).update(user=made.users["chen"])
    doctor = RequirementInput(kind="practitioner", label="practitioner")
    made.visit_types["talk"] = calendar.add_visit_type(
        KIND, 20, [doctor], confidential="adolescent", by=cast.FOUNDER
    ).id
    with looks.collecting("confidential"):
        yield made


@pytest.fixture
def talk(world: World) -> UUID:
    """Wei's, booked by Ben with Dr Chen for now."""
    return calendar.book_appointment(
        world.patients["wei"],
        world.visit_types["talk"],
        clock.now().replace(second=0, microsecond=0),
        site=world.sites["main"],
        resources=[world.resources["chen"]],
        reason="Xreason",
        availability_reason="Came by herself",
        by=world.actor("ben"),
    ).appointment


def told(client: Client, address: str) -> set[str]:
    text = client.get(address, follow=True).content.decode()
    return {word for word in (KIND, "Xreason", "Liang-Wu") if escape(word) in text}


def test_who_books_and_who_treats_see_it_and_nobody_else(world: World, talk: UUID) -> None:
    row = Restriction.objects.get()
    assert (row.piece_id, row.kind, row.level) == (talk, "adolescent", "restricted")
    assert set(row.users) == {world.users["ben"].id, world.users["chen"].id}
    day = f"/day/{clock.today(cast.ZONE)}/?site={world.sites['main']}&by=practitioner"
    for name in ("ben", "chen"):
        client = signed_in(world, name)
        assert told(client, f"/appointments/{talk}/") == {KIND, "Xreason", "Liang-Wu"}
        assert told(client, day) == {KIND, "Xreason", "Liang-Wu"}
    for name in ("ana", "mia"):
        client = signed_in(world, name)
        assert told(client, f"/appointments/{talk}/") == {"Liang-Wu"}  # whose glass it is
        assert told(client, day) == set()
        assert "Restricted" in client.get(day).content.decode()


def test_in_the_patients_visits_it_is_a_time_and_no_more(world: World, talk: UUID) -> None:
    wei = world.patients["wei"]
    ana = signed_in(world, "ana")
    for address in (f"/patients/{wei}/", f"/patients/{wei}/appointments/"):
        text = ana.get(address).content.decode()
        assert KIND not in text
        assert "Xreason" not in text
        assert "Restricted" in text
    calendar_actions = {
        "record_step": {"appointment": str(talk), "state": "arrived"},
        "cancel_appointment": {"appointment": str(talk), "reason": "x", "asked_by": "x"},
        "move_appointment": {"appointment": str(talk), "starts_at": "2030-01-07T09:00:00Z"},
    }
    for name, given in calendar_actions.items():
        assert post(ana, name, given).status_code == 404, name
    for page in ("cancellation", "times", "times/new"):
        assert ana.get(f"/appointments/{talk}/{page}/").status_code == 404, page


def test_the_glass_before_a_visit_opens_that_visit(world: World, talk: UUID) -> None:
    ana = signed_in(world, "ana")
    asked = ana.get(f"/appointments/{talk}/", follow=True)
    assert "Open for a limited time" in asked.content.decode()
    said = {"reason": "desk", "words": "She is here and cannot find the room", "minutes": "15"}
    opened = ana.post(f"/pieces/{talk}/glass/", said)
    assert (opened.status_code, opened["Location"]) == (303, f"/appointments/{talk}/")
    shown = ana.get(f"/appointments/{talk}/").content.decode()
    assert "Xreason" in shown
    assert "behind the glass" in shown


def call_beside(world: World, talk: UUID, **more: str) -> dict[str, Any]:
    """Another visit of Wei's at the same time."""
    return {
        "patient": str(world.patients["wei"]),
        "visit_type": str(world.visit_types["call"]),
        "starts_at": Appointment.objects.get(pk=talk).starts_at.isoformat(),
        "site": str(world.sites["main"]),
        "resources": [str(world.resources["okafor"])],
        "availability_reason": "x",
        **more,
    }


def test_a_second_visit_at_the_time_says_when_and_not_what(world: World, talk: UUID) -> None:
    stopped = post(signed_in(world, "ana"), "book_appointment", call_beside(world, talk))
    assert (stopped.status_code, stopped.json()["code"]) == (409, "own_overlap")
    assert KIND not in stopped.content.decode()
    assert str(talk) not in stopped.content.decode()


def test_the_page_says_it_without_a_way_to_that_visit(world: World, talk: UUID) -> None:
    starts_at = Appointment.objects.get(pk=talk).starts_at
    chosen = Chosen(starts_at, world.sites["main"], (world.resources["okafor"],)).value
    wanted = {"visit_type": str(world.visit_types["call"]), "time": chosen}
    address = reverse("scheduling:new_appointment_time", args=[world.patients["wei"]])
    told = signed_in(world, "ana").post(address, wanted, follow=True)
    assert "The patient already has a visit then" in told.content.decode()
    assert "Open that visit" not in told.content.decode()
    assert KIND not in told.content.decode()


def test_a_visit_beside_a_restricted_one_is_cancelled_and_stands_again(
    world: World, talk: UUID
) -> None:
    ana = signed_in(world, "ana")
    given = call_beside(world, talk, overlap_reason="On the telephone meanwhile")
    booked = post(ana, "book_appointment", given)
    assert booked.status_code == 200
    assert str(talk) not in booked.content.decode()
    beside = booked.json()["answer"]["appointment"]
    # As it was once kept: without which visit it was.
    Justification.objects.create(
        appointment_id=talk,
        code="own_overlap",
        reason="x",
        facts={"words": "Restricted visit"},
        at=clock.now(),
        by=world.users["ana"].id,
        by_label="Ana",
    )
    cancelling = {"appointment": beside, "reason": "x", "asked_by": "the patient"}
    assert post(ana, "cancel_appointment", cancelling).status_code == 200
    called_off = Cancellation.objects.get(appointment_id=beside)
    again = post(ana, "reinstate_appointment", {"cancellation": str(called_off.id)})
    assert (again.status_code, again.json()["answer"]["state"]) == (200, "booked")


def foreseen(world: World, talk: UUID, name: str) -> list[str]:
    """Which stops somebody is told of who holds that time for the patient."""
    by, given = world.actor(name), call_beside(world, talk)
    held = calendar.hold_time(
        world.visit_types["call"],
        datetime.fromisoformat(given["starts_at"]),
        site=world.sites["main"],
        resources=[world.resources["okafor"]],
        patient=world.patients["wei"],
        by=by,
    ).hold
    kept = held_time(by, held)
    assert kept is not None
    codes = [stop.code for stop in stops_ahead(by, kept, anyone=False)]
    calendar.release_hold(held, by=by)
    return codes


def test_beside_a_hidden_visit_one_books_as_if_there_were_none(world: World, talk: UUID) -> None:
    assert "own_overlap" in foreseen(world, talk, "ana")
    circle = [world.users["chen"].id]
    calendar.restrict_visit(talk, "staff", "x", "hidden", circle, by=cast.FOUNDER)
    assert "own_overlap" not in foreseen(world, talk, "ana")
    assert "own_overlap" in foreseen(world, talk, "chen")
    ana = signed_in(world, "ana")
    booked = post(ana, "book_appointment", call_beside(world, talk))
    assert booked.status_code == 200, booked.content
    cancelling = {
        "appointment": booked.json()["answer"]["appointment"],
        "reason": "x",
        "asked_by": "x",
    }
    assert post(ana, "cancel_appointment", cancelling).status_code == 200
    called_off = Cancellation.objects.get(appointment_id=cancelling["appointment"])
    again = post(ana, "reinstate_appointment", {"cancellation": str(called_off.id)})
    assert (again.status_code, again.json()["answer"]["state"]) == (200, "booked")


def test_a_held_time_tells_its_kind_to_nobody_else(world: World) -> None:
    calendar.hold_time(
        world.visit_types["talk"],
        clock.now().replace(second=0, microsecond=0),
        site=world.sites["main"],
        resources=[world.resources["chen"]],
        by=world.actor("ben"),
    )
    day = f"/day/{clock.today(cast.ZONE)}/?site={world.sites['main']}&by=practitioner"
    assert told(signed_in(world, "ben"), day) == {KIND}
    for name in ("ana", "mia", "chen"):
        client = signed_in(world, name)
        assert told(client, day) == set()
        assert "Held by Ben Ode<" in client.get(day).content.decode()


@pytest.fixture
def free(world: World) -> UUID:
    """Wei's, booked by Ben with Dr Chen for tomorrow; Mia signs in as Dr Okafor."""
    okafor = Practitioner.objects.get(given="Samuel")
    Practitioner.objects.filter(pk=okafor.pk).update(user=world.users["mia"])
    return calendar.book_appointment(
        world.patients["wei"],
        world.visit_types["talk"],
        clock.instant(_tomorrow_at(world, 9), cast.ZONE),
        site=world.sites["main"],
        resources=[world.resources["chen"]],
        by=world.actor("ben"),
    ).appointment


def move(world: World, visit: UUID, name: str, practitioner: str = "okafor", hour: int = 10) -> str:
    """The visit is moved at the JSON door; what undoes it."""
    given = {
        "appointment": str(visit),
        "starts_at": clock.instant(_tomorrow_at(world, hour), cast.ZONE).isoformat(),
        "resources": [str(world.resources[practitioner])],
        "asked_by": "the patient",
        "reason": "x",
    }
    answer = post(signed_in(world, name), "move_appointment", given)
    assert answer.status_code == 200, answer.content
    return str(answer.json()["deed"])


def undo(world: World, name: str, deed: str) -> None:
    answer = signed_in(world, name).post(f"/deeds/{deed}/undo/", {"key": str(new_id()), "to": "/"})
    assert answer.status_code in {200, 204, 303}, answer.content


def who_opens(world: World, visit: UUID) -> set[str]:
    address = f"/appointments/{visit}/"
    return {name for name in world.users if KIND in told(signed_in(world, name), address)}


def test_who_treats_after_a_move_is_in_the_circle_and_who_did_before_is_not(
    world: World, free: UUID
) -> None:
    assert who_opens(world, free) == {"ben", "chen"}
    move(world, free, "ben")
    assert who_opens(world, free) == {"ben", "mia"}
    move(world, free, "ben", "chen", 11)
    assert who_opens(world, free) == {"ben", "chen"}


def test_a_move_by_mistake_that_is_undone_lets_nobody_in(world: World, free: UUID) -> None:
    undo(world, "ben", move(world, free, "ben"))
    assert who_opens(world, free) == {"ben", "chen"}


def test_who_moves_her_own_visit_to_another_can_undo_it(world: World, free: UUID) -> None:
    deed = move(world, free, "chen")
    assert who_opens(world, free) == {"ben", "chen", "mia"}
    undo(world, "chen", deed)
    assert who_opens(world, free) == {"ben", "chen"}


def test_who_was_put_into_the_circle_stays_after_a_move(world: World, free: UUID) -> None:
    by = cast.FOUNDER
    end_restriction(Restriction.objects.get().id, by=world.actor("chen"))
    users = [world.users[name].id for name in ("ben", "chen", "ana")]
    calendar.restrict_visit(free, "adolescent", "x", users=users, by=by)
    move(world, free, "ben")
    assert who_opens(world, free) == {"ana", "ben", "chen", "mia"}


def test_a_kind_of_visit_becomes_confidential_for_what_is_booked_from_then_on(
    world: World,
) -> None:
    """Also where the process has read the kind before; what was booked stays as it was."""
    mia = signed_in(world, "mia")
    before = _booked_at(world, "follow_up", 9)
    _change_follow_up(mia, world, "psychotherapy")
    confidential = _booked_at(world, "follow_up", 10)
    _change_follow_up(mia, world, "")
    after = _booked_at(world, "follow_up", 11)
    row = Restriction.objects.get()
    assert (row.piece_id, row.kind) == (confidential, "psychotherapy")
    ana = signed_in(world, "ana")
    for visit, is_seen in ((before, True), (confidential, False), (after, True)):
        assert ("Follow-up" in told_in_full(ana, f"/appointments/{visit}/")) == is_seen


def _change_follow_up(client: Client, world: World, confidential: str) -> None:
    given = {
        "visit_type": str(world.visit_types["follow_up"]),
        "name": "Follow-up",
        "minutes": 20,
        "requirements": [{"kind": "practitioner", "label": "practitioner"}],
        "confidential": confidential,
    }
    assert post(client, "change_visit_type", given).status_code == 200


def _booked_at(world: World, kind: str, hour: int) -> UUID:
    return calendar.book_appointment(
        world.patients["wei"],
        world.visit_types[kind],
        clock.instant(_tomorrow_at(world, hour), cast.ZONE),
        site=world.sites["main"],
        resources=[world.resources["chen"]],
        by=world.actor("ben"),
    ).appointment


def told_in_full(client: Client, address: str) -> str:
    return client.get(address, follow=True).content.decode()


def test_what_a_kind_is_confidential_for_is_one_of_a_few(world: World) -> None:
    given = {
        "name": "Secret talk",
        "minutes": 20,
        "requirements": [{"kind": "practitioner", "label": "practitioner"}],
        "confidential": "secret",
    }
    refused = post(signed_in(world, "mia"), "add_visit_type", given)
    assert refused.status_code == 422
    assert "confidential" in refused.content.decode()
    allowed = {**given, "confidential": "substance_use"}
    assert post(signed_in(world, "ana"), "add_visit_type", allowed).status_code == 403
    assert post(signed_in(world, "mia"), "add_visit_type", allowed).status_code == 200


def test_the_desk_books_it_from_the_first_page_to_the_notice(world: World) -> None:
    ana, ben = signed_in(world, "ana"), signed_in(world, "ben")
    finder = f"/patients/{world.patients['wei']}/appointments/new/"
    found = ana.get(finder, {"visit_type": str(world.visit_types["talk"]), "earliest": ""})
    held = ana.post(finder, {**hidden(found), "time": offered(found)[0]})
    assert held.status_code == 303, held.content.decode()
    sent = {**hidden(ana.get(held["Location"])), "reason": "Xreason"}
    booked = ana.post(held["Location"], sent)
    assert booked.status_code == 303, booked.content.decode()
    shown = told_in_full(ana, booked["Location"])
    assert "Booked" in shown
    assert "Xreason" in shown
    assert "<strong>Restricted:</strong> Adolescent&#x27;s confidential visit" in shown
    assert told(ben, booked["Location"]) == {"Liang-Wu"}  # whose glass it is
    move = {"appointment": booked["Location"].split("/")[2], "state": "confirmed"}
    assert post(ana, "record_step", move).status_code == 200


def test_who_books_needs_not_be_allowed_to_change_patients(world: World, talk: UUID) -> None:
    """Somebody may book and change nothing else: the visit is restricted all the same."""
    Adaptation.objects.create(
        role="secretary",
        permission="people.change",
        is_given=False,
        since=clock.now(),
        by=world.users["mia"].id,
        by_label="Mia",
    )
    given = {
        "patient": str(world.patients["wei"]),
        "visit_type": str(world.visit_types["talk"]),
        "starts_at": clock.instant(_tomorrow_at(world, 9), cast.ZONE).isoformat(),
        "site": str(world.sites["main"]),
        "resources": [str(world.resources["chen"])],
    }
    booked = post(signed_in(world, "ben"), "book_appointment", given)
    assert booked.status_code == 200, booked.content.decode()
    assert Restriction.objects.filter(ended_at=None).count() == 2
    assert post(signed_in(world, "ben"), "restrict_piece", {}).status_code == 404


def _tomorrow_at(world: World, hour: int) -> datetime:
    return datetime.combine(world.tomorrow, time(hour))
