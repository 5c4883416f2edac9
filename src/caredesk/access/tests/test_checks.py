"""What would stop the start, were it so."""

from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import URLPattern, path

from caredesk.access import checks, pages, rules
from caredesk.kernel import action as kernel_action
from caredesk.kernel.action import Action, action
from caredesk.kernel.actor import Actor
from caredesk.ui import registry


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def faults_with(*patterns: URLPattern) -> list[str]:
    urls = type("Urls", (), {"urlpatterns": list(patterns)})
    with override_settings(ROOT_URLCONF=urls):
        found = checks.every_page_names_its_permission() + checks.every_permission_is_declared()
    return [each.msg for each in found if "is not there" not in each.msg]


@pytest.fixture
def undone() -> Iterator[None]:
    """Actions that a test registers go with it."""
    before = dict(kernel_action._all)
    yield
    kernel_action._all.clear()
    kernel_action._all.update(before)


def test_nothing_does_today() -> None:
    assert checks.every_page_names_its_permission() == []
    assert checks.every_permission_is_declared() == []
    assert checks.every_role_is_known() == []


def test_a_page_without_a_permission() -> None:
    [fault] = faults_with(path("new/", bare, name="new"))
    assert fault == "The page new names no permission and is not listed as open."


def test_a_page_whose_permission_nobody_declared() -> None:
    [fault] = faults_with(path("new/", pages.needs("people.everything")(bare), name="new"))
    assert fault == "The page new needs people.everything, which no permissions.py declares."
    seeing = pages.needs("people.view", sees="people.all")(bare)
    assert len(faults_with(path("new/", seeing, name="new"))) == 1


def test_a_page_that_is_behind_the_sign_in_in_one_place_only() -> None:
    needed = pages.needs("people.view")(bare)
    [fault] = faults_with(path("sign-in/again/", needed, name="again"))
    assert "open without a session" in fault
    assert faults_with(path("elsewhere/", bare, name="health"))


def test_a_page_that_is_open_and_not() -> None:
    needed = pages.needs("people.view")(bare)
    [fault] = faults_with(path("health/", needed, name="health"))
    assert fault == "The page health names a permission and is listed as open."


def test_a_list_of_open_pages_that_are_gone() -> None:
    with override_settings(ROOT_URLCONF=type("Urls", (), {"urlpatterns": []})):
        found = [each.msg for each in checks.every_page_names_its_permission()]
    assert "health is listed as open and is not there." in found
    assert len(found) == len(pages.OPEN) + len(pages.SIGNED_IN)


@pytest.mark.usefixtures("undone")
def test_an_action_whose_permission_nobody_declared() -> None:
    @action("people.everything", no_undo="Never.")
    def do_everything(*, by: Actor) -> int:
        return 1

    assert isinstance(do_everything, Action)
    [fault] = [each.msg for each in checks.every_permission_is_declared()]
    assert fault.startswith("The action do_everything needs people.everything")


def test_a_role_or_a_place_that_names_what_nobody_declared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(rules.PERMISSIONS, "emperor", frozenset({"people.everything"}))
    command = registry.Command("Rule", "desk:today", "people.more")
    monkeypatch.setitem(registry._commands, "Rule", command)
    found = [each.msg for each in checks.every_permission_is_declared()]
    assert [fault.partition(" needs ")[0] for fault in found] == [
        "The role emperor",
        "The command Rule",
    ]
    assert len(checks.every_role_is_known()) == 1
