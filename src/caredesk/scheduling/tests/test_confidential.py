"""Visits of a confidential kind are pieces of a chart that only a circle sees."""

from collections.abc import Iterator
from datetime import datetime, time
from uuid import UUID

import pytest
from django.test import Client
from django.utils.html import escape
from tests import world as cast
from tests.test_restrictions import post, signed_in
from tests.world import World

from caredesk.access.models import Adaptation
from caredesk.kernel import clock, looks
from caredesk.people.models import Restriction
from caredesk.scheduling import actions as calendar
from caredesk.scheduling.actions.visit_types import RequirementInput
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


def test_a_second_visit_at_the_time_says_when_and_not_what(world: World, talk: UUID) -> None:
    given = {
        "patient": str(world.patients["wei"]),
        "visit_type": str(world.visit_types["call"]),
        "starts_at": clock.now().replace(second=0, microsecond=0).isoformat(),
        "site": str(world.sites["main"]),
        "resources": [str(world.resources["okafor"])],
        "availability_reason": "x",
    }
    stopped = post(signed_in(world, "ana"), "book_appointment", given)
    assert (stopped.status_code, stopped.json()["code"]) == (409, "own_overlap")
    assert KIND not in stopped.content.decode()
    assert str(talk) not in stopped.content.decode()


def test_who_treats_after_a_move_is_in_the_circle(world: World) -> None:
    okafor = Practitioner.objects.get(given="Samuel")
    Practitioner.objects.filter(pk=okafor.pk).update(user=world.users["mia"])
    free = calendar.book_appointment(
        world.patients["wei"],
        world.visit_types["talk"],
        clock.instant(_tomorrow_at(world, 9), cast.ZONE),
        site=world.sites["main"],
        resources=[world.resources["chen"]],
        by=world.actor("ben"),
    ).appointment
    mia = signed_in(world, "mia")
    assert KIND not in mia.get(f"/appointments/{free}/", follow=True).content.decode()
    calendar.move_appointment(
        free,
        clock.instant(_tomorrow_at(world, 10), cast.ZONE),
        resources=[world.resources["okafor"]],
        asked_by="the patient",
        reason="x",
        by=world.actor("ben"),
    )
    assert KIND in mia.get(f"/appointments/{free}/").content.decode()


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
