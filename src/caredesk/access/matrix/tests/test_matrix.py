"""The page of who may do what: made from the code, changed there by who may."""

import re
from html import unescape
from uuid import UUID

import pytest
from django.test import Client
from tests.test_actions import MANAGER
from tests.world import has_just_proved

from caredesk.access.adapting import give_permission, take_permission
from caredesk.access.matrix import queries
from caredesk.access.models import User
from caredesk.access.pages import pages
from caredesk.access.rules import ROLES, STAFF, permissions_of
from caredesk.access.tests.test_actions import added
from caredesk.kernel.action import all_actions
from caredesk.kernel.permissions import declared

pytestmark = pytest.mark.django_db


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=added(f"the {role}", role)))
    return has_just_proved(client)


def text_of(answer: object) -> str:
    text = answer.content.decode()  # type: ignore[attr-defined]
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text)))


def test_it_shows_every_role_with_every_permission_as_the_code_has_them() -> None:
    found = queries.matrix(MANAGER)
    shown = {
        (cell.role, line.permission.name): cell.may
        for _, lines in found.groups
        for line in lines
        for cell in line.cells
    }
    expected = {
        (role, name): name in permissions_of([role])
        for role in ROLES
        for name, each in declared().items()
        if each.whose != "programs"
    }
    assert shown == expected
    of_programs = {name for name, each in declared().items() if each.whose == "programs"}
    assert {each.name for each in found.of_programs} == of_programs >= {"ui.tidy"}
    text = text_of(signed_in("auditor").get("/roles/"))
    assert all(each.sentence in text for each in declared().values())


def test_what_is_adapted_is_marked_with_who_and_when() -> None:
    give_permission("biller", "people.change", by=MANAGER)
    take_permission("biller", "scheduling.view", by=MANAGER)
    auditor = signed_in("auditor")
    whole = auditor.get("/roles/").content.decode()
    assert whole.count("may, given here") == 1
    assert whole.count("may not, taken here") == 1
    assert "2 adapted" in whole
    panel = text_of(auditor.get("/roles/biller/"))
    assert f"Given by {MANAGER.label}" in panel
    assert f"Taken by {MANAGER.label}" in panel


def test_each_permission_names_the_actions_and_pages_that_ask_for_it() -> None:
    auditor = signed_in("auditor")
    for name in declared():
        text = text_of(auditor.get(f"/permissions/{name}/"))
        for action in all_actions().values():
            assert (f" {action.name} " in text) == (action.permission == name), (name, action.name)
        for page in pages():
            asks = page.needed is not None and name in page.needed.all
            assert (f" {page.route} " in text) == asks or not asks, (name, page.route)
    assert auditor.get("/permissions/people.everything/").status_code == 404


def test_who_may_changes_it_there_and_can_undo_it() -> None:
    manager, secretary = signed_in("manager"), signed_in("secretary")
    assert secretary.get("/patients/").status_code == 200
    done = manager.post("/roles/secretary/permissions/", {"take": "people.view"}, follow=True)
    assert "A secretary may no longer: find patients" in text_of(done)
    assert secretary.get("/patients/").status_code == 404
    undo = re.search(r'action="(/deeds/[^"]+/undo/)"', done.content.decode())
    assert undo
    manager.post(undo[1], {"to": "/roles/secretary/"})
    assert secretary.get("/patients/").status_code == 200


def test_who_may_only_look_is_offered_no_change_and_refused_one() -> None:
    auditor = signed_in("auditor")
    panel = auditor.get("/roles/nurse/").content.decode()
    assert "<button" not in panel.partition('id="panel"')[2].partition("</section>\n</main>")[0]
    refused = auditor.post("/roles/nurse/permissions/", {"give": "access.manage"})
    assert refused.status_code == 403
    assert "You may not do this." in text_of(refused)


@pytest.mark.parametrize("role", STAFF)
def test_only_what_the_practice_may_adapt_has_a_button(role: str) -> None:
    panel = signed_in("manager").get(f"/roles/{role}/").content.decode()
    offered = set(re.findall(r'name="(?:give|take)" value="([^"]+)"', panel))
    assert offered == {name for name, each in declared().items() if each.whose == "staff"}


@pytest.mark.parametrize("role", ["patient", "proxy"])
def test_nothing_is_offered_for_patients(role: str) -> None:
    manager = signed_in("manager")
    panel = manager.get(f"/roles/{role}/").content.decode()
    assert not re.search(r'name="(give|take)"', panel)
    refused = manager.post(f"/roles/{role}/permissions/", {"give": "people.view"})
    assert refused.status_code == 422


def test_what_cannot_be_is_said_in_words() -> None:
    manager = signed_in("manager")
    last = manager.post("/roles/manager/permissions/", {"take": "access.roles"})
    assert last.status_code == 422
    assert "Nobody would be left" in text_of(last)
    assert manager.post("/roles/nurse/permissions/", {}).status_code == 422
    assert manager.post("/roles/emperor/permissions/", {"give": "desk.use"}).status_code == 404
    assert manager.get("/roles/emperor/").status_code == 404


def test_it_names_who_has_a_role() -> None:
    kept: list[UUID] = [added("ada", "nurse"), added("bo", "nurse")]
    User.objects.filter(pk=kept[1]).update(is_active=False)
    panel = text_of(signed_in("manager").get("/roles/nurse/"))
    assert "Ada" in panel
    assert "Bo " not in panel
    assert "Nobody has this role." in text_of(signed_in("auditor").get("/roles/pharmacist/"))
