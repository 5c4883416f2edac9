"""Pages and parts, the notice, what errors look like, undo and echo."""

import json
import logging
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.test import RequestFactory

from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Busy, Missing, NeedsReason, Refused
from caredesk.ui import registry, views
from caredesk.ui.errors import ErrorMiddleware, not_found, server_error
from caredesk.ui.notice import COOKIE, Notice, after, own_address, take
from caredesk.ui.page import page
from caredesk.ui.registry import Command, RailEntry, Section

pytestmark = pytest.mark.django_db

MAY = frozenset({"people.view", "desk.use", "kernel.undo"})
ANA = Actor("user", uuid4(), "Ana Ruiz", permissions=MAY)
PANEL = {"HX-Request": "true", "HX-Target": "section#panel"}
BOARD = {"HX-Request": "true", "HX-Target": "div#board"}


def asked(
    path: str = "/patients/", *, post: bool = False, actor: Actor | None = ANA, **more: Any
) -> HttpRequest:
    make = RequestFactory().post if post else RequestFactory().get
    request = make(path, **more)
    if actor is not None:
        request.actor = actor  # type: ignore[attr-defined]
    return request


def shown(request: HttpRequest, **more: Any) -> HttpResponse:
    context = {"title": "Not found", "error": Missing("patient"), **more}
    return page(request, "ui/error.html", context, partial="panel")


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def test_a_page_comes_whole_or_as_the_part_that_was_asked_for() -> None:
    whole = text_of(shown(asked()))
    assert whole.startswith("<!doctype html>")
    assert 'id="panel"' in whole
    part = text_of(shown(asked(headers=PANEL)))
    assert part.startswith("<title>Not found</title>")
    assert "<html" not in part
    assert 'id="panel"' not in part


def test_going_back_asks_for_the_whole() -> None:
    headers = {**PANEL, "HX-History-Restore-Request": "true"}
    assert "<html" in text_of(shown(asked(headers=headers)))


def test_a_page_without_that_part_takes_the_place_of_all() -> None:
    response = shown(asked(headers=BOARD))
    assert response["HX-Retarget"] == "body"
    assert "<html" in text_of(response)


def test_nothing_of_a_patient_stays_in_a_cache() -> None:
    assert shown(asked())["Cache-Control"] == "no-store"
    assert shown(asked(headers=PANEL))["Cache-Control"] == "no-store"


@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: {"rows": rows}])
def test_a_queryset_is_refused(wrap: Any) -> None:
    with pytest.raises(TypeError, match="queryset"):
        shown(asked(), people=wrap(get_user_model().objects.all()))


def test_the_notice_travels_to_the_next_page_and_no_further() -> None:
    deed = str(uuid4())
    said = Notice("Moved to Tue 24 Nov, 9:20.", deed=deed, draft="move")
    first = after(asked(post=True), "/patients/", said)
    assert (first.status_code, first["Location"]) == (303, "/patients/")
    request = asked(headers=PANEL)
    request.COOKIES[COOKIE] = first.cookies[COOKIE].value
    response = shown(request)
    assert "Moved to Tue 24 Nov, 9:20." in text_of(response)
    assert f"/deeds/{deed}/undo/" in text_of(response)
    assert json.loads(response["HX-Trigger"]) == {"day-changed": {}}
    assert response.cookies[COOKIE]["max-age"] == 0
    whole = asked()
    whole.COOKIES[COOKIE] = first.cookies[COOKIE].value
    assert "Moved to Tue 24 Nov, 9:20." in text_of(shown(whole))


def test_a_forged_notice_is_not_shown() -> None:
    request = asked()
    request.COOKIES[COOKIE] = "eyJ0ZXh0IjoiaGkifQ:forged"
    assert take(request) is None


@pytest.mark.parametrize(
    ("address", "to"),
    [
        ("/day/2026-11-24/?by=room", "/day/2026-11-24/?by=room"),
        ("https://evil.example/", "/"),
        ("//evil.example/x", "/"),
        ("javascript:alert(1)", "/"),
        ("http://testserver/patients/", "/patients/"),
    ],
)
def test_one_is_only_sent_to_addresses_of_our_own(address: str, to: str) -> None:
    assert own_address(asked(), address) == to


def raised(error: Exception, **more: Any) -> HttpResponse:
    middleware = ErrorMiddleware(lambda request: HttpResponse())
    response = middleware.process_exception(asked(**more), error)
    assert response is not None
    return response


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (Refused("Too late.", next_step="Choose a later time."), 422, "Choose a later time."),
        (Refused("You may not.", forbidden=True), 403, "You may not."),
        (NeedsReason("He has a visit."), 409, "He has a visit."),
        (Missing("patient"), 404, "There is no such patient."),
        (Http404("secret path"), 404, "There is no such page."),
        (Busy("Dr Chen took it."), 409, "Dr Chen took it."),
    ],
)
def test_errors_are_said_on_the_page_in_the_panel_and_in_the_line(
    error: Exception, status: int, says: str
) -> None:
    whole = raised(error)
    assert whole.status_code == status
    assert "<html" in text_of(whole)
    part = raised(error, headers=PANEL)
    assert part.status_code == status
    assert "<html" not in text_of(part)
    line = raised(error, headers=PANEL, post=True)
    assert line.status_code == status
    assert line["HX-Retarget"] == "#notice"
    for response in (whole, part, line):
        assert says in text_of(response)


def test_the_unexpected_says_a_number_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        responses = [
            raised(ValueError("Guadalupe Fernández, 7 Mar 1974"), **more)
            for more in ({}, {"headers": PANEL}, {"headers": PANEL, "post": True})
        ]
    for response, record in zip(responses, caplog.records, strict=True):
        assert response.status_code == 500
        assert "Traceback" not in text_of(response)
        assert "Guadalupe" not in text_of(response) + caplog.text
        incident = str(record.args[0])  # type: ignore[index]
        assert UUID(incident)
        assert incident in text_of(response)


def test_errors_before_the_sign_in_and_at_the_json_door() -> None:
    nobody = not_found(asked(actor=None), Http404())
    assert nobody.status_code == 404
    assert "Ana" not in text_of(nobody)
    door = not_found(asked("/api/nothing"), Http404())
    assert door["Content-Type"] == "application/problem+json"
    assert json.loads(door.content)["status"] == 404
    assert server_error(asked()).status_code == 500


def test_echo_says_what_was_understood() -> None:
    body = {"kind": "clock", "text": "920", "zone": "America/Phoenix"}
    assert text_of(views.echo(asked(post=True, data=body))) == "9:20 in the morning"
    for wrong in ({"kind": "clock", "text": "x"}, {"kind": "?"}, {"kind": "day", "zone": "../x"}):
        assert text_of(views.echo(asked(post=True, data=wrong))) == ""
    assert views.echo(asked()).status_code == 405


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_rail", "_commands", "_sections"):
        monkeypatch.setattr(registry, name, {})
    registry.add_rail(RailEntry("Late", "ui:echo", "day", "people.view", position=9))
    registry.add_rail(RailEntry("Early", "ui:echo", "day", "people.view", key="d", position=1))
    registry.add_rail(RailEntry("Hidden", "ui:echo", "day", "audit.view"))
    new = Command("Register a patient", "ui:echo", "people.view", ("new", "add"), key="n")
    registry.add_command(new)
    registry.add_command(Command("Set up rooms", "ui:echo", "practice.setup"))


@pytest.mark.usefixtures("registered")
def test_rooms_put_their_entries_on_every_page_for_who_may() -> None:
    assert [entry.name for entry in registry.rail_for(ANA)] == ["Early", "Late"]
    whole = text_of(shown(asked()))
    assert 'data-key="d"' in whole
    assert "Hidden" not in whole
    assert "Set up rooms" not in whole


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize("text", ["register", "reg pat", "pat REG", "new", "add"])
def test_commands_are_found_by_what_one_would_say(text: str) -> None:
    assert [each.name for each in registry.find_commands(ANA, text)] == ["Register a patient"]


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize("text", ["", "set up", "registering", "patx"])
def test_and_not_by_anything_else(text: str) -> None:
    assert registry.find_commands(ANA, text) == []


@pytest.mark.usefixtures("registered")
def test_sections_of_a_panel_come_in_order_and_may_stay_away() -> None:
    def section(title: str, facts: dict[str, str] | None, position: int) -> Section:
        return Section(
            "patient", title, "x.html", lambda viewer, id: facts, "people.view", position
        )

    registry.add_section(section("Visits", {"a": "b"}, 20))
    registry.add_section(section("Contact", {}, 10))
    registry.add_section(section("Nothing to say", None, 5))
    found = registry.sections_of("patient", ANA, uuid4())
    assert [each.title for each in found] == ["Contact", "Visits"]


def test_an_address_that_only_takes_forms_says_so_to_who_reloads_it() -> None:
    refused = HttpResponseNotAllowed(["POST"])
    response = ErrorMiddleware(lambda request: refused)(asked())
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "only takes what a form sends" in text_of(response)
