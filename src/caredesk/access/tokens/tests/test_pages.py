"""The manager's pages about programs."""

import html
import re

import pytest
from django.test import Client
from tests import world as cast
from tests.world import PASSWORD, World

from caredesk.access.actions import add_user, end_role, end_user, grant_role, restore_user
from caredesk.access.adapting import take_permission
from caredesk.access.models import User
from caredesk.access.tokens.models import ProgramToken
from caredesk.kernel.permissions import declared

pytestmark = pytest.mark.django_db

TOKEN = re.compile(r"cdk_[0-9a-f]{32}_[A-Za-z0-9_-]{43}")


@pytest.fixture
def world() -> World:
    return cast.build()


@pytest.fixture
def mia(world: World) -> Client:
    client = Client()
    client.force_login(world.users["mia"])
    return cast.has_just_proved(client)


def sent(**more: object) -> dict[str, object]:
    return {
        "name": "Laboratory",
        "permissions": ["people.view"],
        "days": "30",
        "per_minute": "60",
        "patients": "",
        **more,
    }


def test_the_token_is_shown_once_and_lets_the_program_in(mia: Client) -> None:
    form = mia.get("/programs/new/").content.decode()
    key = re.search(r'name="key" value="([^"]+)"', form)
    assert key
    said = sent(key=key[1])
    shown = mia.post("/programs/new/", said)
    token = TOKEN.search(shown.content.decode())
    assert token
    assert shown["Cache-Control"] == "no-store"
    program = Client(headers={"Authorization": f"Bearer {token[0]}"})
    assert program.get("/api/openapi.json").status_code == 200
    again = mia.post("/programs/new/", said).content.decode()
    assert not TOKEN.search(again)
    assert "was shown before" in again
    for address in ("/programs/", f"/programs/{ProgramToken.objects.get().pk}/"):
        page = mia.get(address).content.decode()
        assert "Laboratory" in page
        assert not TOKEN.search(page)


def test_patients_are_named_by_their_numbers(mia: Client, world: World) -> None:
    number = world.record_numbers["lupe"]
    answer = mia.post("/programs/new/", sent(patients=f"{number}, CD-999999"))
    assert answer.status_code == 422
    assert "Nobody has this number: CD-999999" in answer.content.decode()
    assert number in answer.content.decode()
    assert mia.post("/programs/new/", sent(patients=number.lower())).status_code == 200
    assert ProgramToken.objects.get().patients == [world.patients["lupe"]]
    assert "1 patient" in mia.get("/programs/").content.decode()


def test_a_program_is_ended_by_one_button(mia: Client) -> None:
    mia.post("/programs/new/", sent())
    token = ProgramToken.objects.get()
    assert "End it now" in mia.get(f"/programs/{token.pk}/").content.decode()
    assert mia.post(f"/programs/{token.pk}/end/").status_code == 303
    token.refresh_from_db()
    assert token.ended_by_label == "Mia Wolf"
    page = mia.get(f"/programs/{token.pk}/").content.decode()
    assert "Ended by" in page
    assert "End it now" not in page


@pytest.fixture
def zoe(world: World) -> Client:
    """A second manager, who lets a program in."""
    made = add_user("zoe", "Zoe Lund", PASSWORD, ["manager"], by=cast.FOUNDER)
    world.users["zoe"] = User.objects.get(pk=made.user)
    client = Client()
    client.force_login(world.users["zoe"])
    cast.has_just_proved(client)
    given = sent(permissions=["people.view", "scheduling.book"])
    assert client.post("/programs/new/", given).status_code == 200
    return client


def let_in_by(client: Client) -> list[str]:
    """What stands of the giver in the list and on the program's page."""
    token = ProgramToken.objects.get()
    pages = [client.get(each).content.decode() for each in ("/programs/", f"/programs/{token.pk}/")]
    found = [re.search(r"(Zoe Lund[^·]*) ·", page) for page in pages]
    return [each[1] for each in found if each]


def test_a_token_goes_on_without_its_giver_and_the_list_says_so(
    mia: Client, zoe: Client, world: World
) -> None:
    assert let_in_by(mia) == ["Zoe Lund"] * 2
    end_user(world.users["zoe"].id, by=world.actor("mia"))
    assert let_in_by(mia) == ["Zoe Lund, who has left"] * 2
    restore_user(world.users["zoe"].id, by=world.actor("mia"))
    assert let_in_by(mia) == ["Zoe Lund"] * 2


def test_the_list_says_what_the_giver_no_longer_has(mia: Client, zoe: Client, world: World) -> None:
    user, by = world.users["zoe"].id, world.actor("mia")
    take_permission("manager", "scheduling.book", by=by)
    booking = declared()["scheduling.book"].sentence.rstrip(".")
    assert let_in_by(mia) == [f"Zoe Lund, who no longer has: {booking}"] * 2
    grant_role(user, "secretary", by=by)
    assert let_in_by(mia) == ["Zoe Lund"] * 2
    end_role(user, "secretary", by=by)
    end_role(user, "manager", by=by)
    assert let_in_by(mia) == ["Zoe Lund, who no longer has any of what it may do"] * 2


def test_of_much_that_is_lost_the_list_says_the_first_and_the_program_all(
    mia: Client, world: World
) -> None:
    may = ["people.change", "people.register", "people.view", "scheduling.book"]
    mia.post("/programs/new/", sent(permissions=[*may, "practice.setup"]))
    lost = {name: declared()[name].sentence.rstrip(".") for name in may}
    token = ProgramToken.objects.get()
    for name in may:
        take_permission("manager", name, by=cast.FOUNDER)
    in_list = mia.get("/programs/").content.decode()
    of_program = mia.get(f"/programs/{token.pk}/").content.decode()
    assert f"; {html.escape(lost['people.register'])}; and 2 more ·" in in_list
    assert all(html.escape(each) in of_program.partition("Let in by")[2] for each in lost.values())


def test_nothing_is_said_of_the_giver_of_a_program_that_comes_in_no_more(
    mia: Client, zoe: Client, world: World
) -> None:
    end_user(world.users["zoe"].id, by=world.actor("mia"))
    mia.post(f"/programs/{ProgramToken.objects.get().pk}/end/")
    assert let_in_by(mia) == ["Zoe Lund"] * 2


def test_ending_who_gave_tokens_tells_that_these_go_on(
    mia: Client, zoe: Client, world: World
) -> None:
    user = world.users["zoe"].id
    page = mia.get(f"/users/{user}/").content.decode()
    assert "The token they gave to 1 program goes on when their access ends." in page
    zoe.post("/programs/new/", sent(name="Partner"))
    zoe.post("/programs/new/", sent(name="Former"))
    zoe.post(f"/programs/{ProgramToken.objects.get(name='Former').pk}/end/")
    said = mia.post(f"/users/{user}/end/", follow=True).content.decode()
    told = "The tokens they gave to 2 programs go on."
    assert f"Ended their access. They are signed out. {told}" in said
    [(alert, link)] = re.findall(r'(Access ended\.[^<]*) <a href="([^"]+)">Programs</a>', said)
    assert alert.endswith(told)
    assert mia.get(link).content.decode().count("Zoe Lund, who has left") == 2
    page = mia.get(f"/users/{world.users['ben'].id}/").content.decode()
    assert "program" not in page.partition("user-sessions")[2]


def test_who_may_not_see_programs_is_told_without_a_link(zoe: Client, world: World) -> None:
    take_permission("manager", "access.tokens", by=cast.FOUNDER)
    mia = Client()
    mia.force_login(world.users["mia"])
    said = mia.post(f"/users/{world.users['zoe'].id}/end/", follow=True).content.decode()
    assert "The token they gave to 1 program goes on." in said
    assert 'href="/programs/"' not in said


def test_offered_is_what_one_may_oneself_and_a_program_can_be_given(mia: Client) -> None:
    page = mia.get("/programs/new/").content.decode()
    assert 'value="people.view"' in page
    for name in ("access.manage", "access.tokens", "ui.tidy", "desk.use"):
        assert f'value="{name}"' not in page
