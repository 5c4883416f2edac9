"""Who may see a visit: the page on which one restricts it, and what the visit says then."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from caredesk.access.models import User
from caredesk.audit.models import Entry
from caredesk.kernel import clock
from caredesk.kernel.models import LoggedEvent
from caredesk.people.models import Restriction
from caredesk.scheduling import actions
from caredesk.scheduling.models import Participant
from caredesk.scheduling.tests.pages.reading import PART, hidden, signed_in, text_of
from caredesk.scheduling.tests.world import TUESDAY, World
from caredesk.workforce.models import Practitioner

LINK = "Who may see this visit"
MARK = "Restricted:"


@pytest.fixture
def visit(world: World) -> UUID:
    """Today at 9 with Dr Chen, who signs in."""
    user = signed_in_as("physician", "chen")
    Practitioner.objects.filter(pk=world.chen_person).update(user=user)
    return actions.book_appointment(
        world.patient1,
        world.checkup,
        world.at("09:00"),
        site=world.main,
        resources=[world.chen],
        reason="Xreason",
        by=world.ana,
    ).appointment


@pytest.fixture
def manager(world: World) -> Client:
    return signed_in("manager")


def signed_in_again(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def signed_in_as(role: str, name: str) -> User:
    signed_in(role, name)
    return User.objects.get(username=name)


def page_of(visit: UUID) -> str:
    return f"/appointments/{visit}/restrictions/"


def restrict(client: Client, visit: UUID, **typed: Any) -> Any:
    form = hidden(client.get(page_of(visit)))
    usual = {"kind": "adolescent", "level": "restricted", "why": "Wants to come alone"}
    return client.post(page_of(visit), {"key": form["key"], **usual, **typed})


def panel(client: Client, visit: UUID) -> str:
    return text_of(client.get(f"/appointments/{visit}/", follow=True))


def test_only_who_may_restrict_finds_the_page(manager: Client, desk: Client, visit: UUID) -> None:
    for client, status in ((manager, 200), (signed_in("physician"), 200), (desk, 403)):
        assert (LINK in panel(client, visit)) == (status == 200)
        assert client.get(page_of(visit)).status_code == status
    assert restrict_blindly(desk, visit).status_code == 403
    assert signed_in("pharmacist").get(page_of(visit)).status_code == 404
    assert not Restriction.objects.exists()


def restrict_blindly(client: Client, visit: UUID) -> Any:
    return client.post(page_of(visit), {"kind": "vip", "level": "hidden", "why": "x"})


def test_the_page_says_whose_and_when_and_has_chosen_who_has_the_visit(
    manager: Client, visit: UUID
) -> None:
    text = text_of(manager.get(page_of(visit)))
    for said in (LINK, "Given1 Family1", "9:00", "Restrict who sees this visit"):
        assert said in text
    chen = User.objects.get(username="chen")
    chosen = re.findall(r'name="users" value="([^"]+)"[^>]* checked', text)
    assert chosen == [str(chen.id)]
    assert "Whoever has the visit is chosen already." in text
    assert "is chosen already" not in text_of(signed_in_again(chen).get(page_of(visit)))
    assert "this patient" not in text
    assert "Theatre nurse" in text
    assert 'value="proxy"' not in text


def test_a_restricted_visit_says_so_to_its_circle_and_is_a_time_for_others(
    manager: Client, desk: Client, visit: UUID
) -> None:
    nurse, chen = signed_in("nurse"), User.objects.get(username="chen")
    done = restrict(manager, visit, users=[str(chen.id)], roles=["nurse"])
    assert (done.status_code, done["Location"]) == (303, f"/appointments/{visit}/")
    row = Restriction.objects.get()
    assert (row.piece_kind, row.piece_id, row.kind) == ("appointment", visit, "adolescent")
    assert set(row.users) == {chen.id, User.objects.get(username="manager").id}
    shown = panel(manager, visit)
    promised = "thers see that the time is taken, and among the patient's visits a time, no more."
    assert f"Restricted: o{promised}" in shown
    assert f"O{promised}" in shown
    assert "<strong>Restricted:</strong> Adolescent's confidential visit." in shown
    assert MARK in panel(nurse, visit)
    for address in (f"/appointments/{visit}/", f"/day/{TUESDAY}/?by=practitioner"):
        outside = text_of(desk.get(address, follow=True))
        assert "Xreason" not in outside
        assert MARK not in outside
    assert desk.get(page_of(visit)).status_code == 403


def test_its_notice_undoes_it(manager: Client, desk: Client, visit: UUID) -> None:
    restrict(manager, visit)
    undo = re.search(r'action="(/deeds/[^"]+/undo/)"', panel(manager, visit))
    assert undo
    manager.post(undo[1], {"to": f"/appointments/{visit}/"})
    assert Restriction.objects.get().ended_at is not None
    assert MARK not in panel(manager, visit)
    assert "Xreason" in panel(desk, visit)


def test_what_stands_is_listed_with_who_why_and_since_and_is_ended_there(
    manager: Client, visit: UUID
) -> None:
    restrict(manager, visit, roles=["theatre_nurse"])
    text = text_of(manager.get(page_of(visit)))
    for said in (
        "Adolescent's confidential visit", "Wants to come alone", "Set by Manager", "8:00",
        "Seen by Manager, theatre nurse", "One more restriction",
    ):  # fmt: skip
        assert said in text
    ending = re.search(r'action="(/restrictions/[^"]+/end/)"', text)
    assert ending
    ended = manager.post(
        ending[1], {"key": hidden(manager.get(page_of(visit)))["key"], "to": page_of(visit)}
    )
    assert (ended.status_code, ended["Location"]) == (303, page_of(visit))
    after = text_of(manager.get(page_of(visit)))
    assert "Ended the restriction." in after
    assert "Undo" in after
    assert "Set by" not in after


def test_ending_leads_to_no_other_site(manager: Client, visit: UUID) -> None:
    restrict(manager, visit)
    ending = f"/restrictions/{Restriction.objects.get().id}/end/"
    assert manager.post(ending, {"to": "https://example.org/"})["Location"] == "/"


@pytest.mark.parametrize(
    ("typed", "field", "says"),
    [
        ({"why": ""}, "why", "This is needed."),
        ({"why": "x" * 5000}, "why", "At most 200 characters"),
        ({"kind": "secret"}, "kind", "Choose one of the list."),
        ({"level": ""}, "level", "This is needed."),
        ({"roles": ["chief"]}, "roles", "chief is not one of the available choices"),
        ({"users": [str(UUID(int=7))]}, "users", "is not one of the available choices"),
        ({"users": ["x"]}, "users", "is not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    manager: Client, visit: UUID, typed: dict[str, Any], field: str, says: str
) -> None:
    chosen = {"users": [str(User.objects.get(username="chen").id)], "roles": ["nurse"]}
    sent = {"kind": "substance_use", "level": "hidden", **chosen, **typed}
    refused = restrict(manager, visit, **sent)
    assert refused.status_code == 422
    text = text_of(refused)
    error = re.search(rf'id="id_{field}_error">(.*?)</div>', text, re.DOTALL)
    assert error, text
    assert says in error[1]
    kept = {"why": 'value="Wants to come alone"', "roles": 'value="nurse"[^>]* checked'}
    kept |= {"kind": 'value="substance_use" selected', "level": 'value="hidden" selected'}
    kept["users"] = f'value="{chosen["users"][0]}"[^>]* checked'
    for name, pattern in kept.items():
        if name != field:
            assert re.search(pattern, text), name
    assert not Restriction.objects.exists()


def test_the_same_kind_twice_is_refused_at_the_kind(manager: Client, visit: UUID) -> None:
    restrict(manager, visit)
    again = restrict(manager, visit, why="Once more")
    assert again.status_code == 422
    error = re.search(r'id="id_kind_error">(.*?)</div>', text_of(again), re.DOTALL)
    assert error
    assert "This restriction holds already." in error[1]
    assert "End it first" in error[1]
    assert 'value="Once more"' in text_of(again)
    assert restrict(manager, visit, kind="own_request").status_code == 303
    both = panel(manager, visit)
    assert "Adolescent's confidential visit, The patient's own request." in both


def test_the_same_form_sent_twice_restricts_once(manager: Client, visit: UUID) -> None:
    sent = {"key": hidden(manager.get(page_of(visit)))["key"], "kind": "vip", "why": "Mayor"}
    for _ in range(2):
        done = manager.post(page_of(visit), {**sent, "level": "restricted"})
        assert done.status_code == 303
    assert Restriction.objects.count() == 1


def test_where_nobody_comes_there_is_nothing_to_restrict(manager: Client, visit: UUID) -> None:
    Participant.objects.filter(patient__isnull=False).update(ended_at=clock.now())
    assert LINK not in panel(manager, visit)
    asked = manager.get(page_of(visit))
    assert asked.status_code == 200
    assert "Nobody comes to this visit" in text_of(asked)
    assert 'name="why"' not in text_of(asked)
    refused = restrict_blindly(manager, visit)
    assert refused.status_code == 422
    assert "Nobody comes to this visit" in text_of(refused)
    assert not Restriction.objects.exists()


def test_a_visit_that_is_not_there_or_not_to_be_seen_has_no_page(
    manager: Client, visit: UUID
) -> None:
    assert manager.get(page_of(UUID(int=7))).status_code == 404
    assert restrict_blindly(manager, UUID(int=7)).status_code == 404
    restrict(signed_in("physician", "okafor"), visit)
    assert manager.get(page_of(visit)).status_code == 404
    assert restrict_blindly(manager, visit).status_code == 404
    assert Restriction.objects.count() == 1


def test_behind_the_glass_the_strip_says_it_and_not_the_mark(manager: Client, visit: UUID) -> None:
    restrict(signed_in("physician", "okafor"), visit)
    said = {"reason": "desk", "words": "She stands before me", "minutes": "15"}
    assert manager.post(f"/pieces/{visit}/glass/", said).status_code == 303
    shown = panel(manager, visit)
    assert "behind the glass" in shown
    assert MARK not in shown
    assert "behind the glass" in text_of(manager.get(page_of(visit)))


def test_a_look_at_the_page_is_on_record(world: World, manager: Client, visit: UUID) -> None:
    manager.get(page_of(visit))
    assert Entry.objects.get(name="scheduling:restrictions").subjects == [world.patient1]


def test_boards_that_are_open_hear_of_it(world: World, manager: Client, visit: UUID) -> None:
    restrict(manager, visit)
    event = LoggedEvent.objects.get(name="AppointmentRestricted")
    assert event.body == {
        "appointment": str(visit),
        "site": str(world.main),
        "day": str(TUESDAY),
    }


def test_its_statements_do_not_grow_with_what_stands(
    manager: Client, visit: UUID, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # Session and gate, the visit, its patient, who has it, colleagues, what stands, the look; and
    # the names in its circle, where something stands.
    with django_assert_num_queries(7):
        manager.get(page_of(visit), headers=PART)
    for kind in ("adolescent", "vip", "own_request"):
        restrict(manager, visit, kind=kind)
    with django_assert_num_queries(8):
        manager.get(page_of(visit), headers=PART)
