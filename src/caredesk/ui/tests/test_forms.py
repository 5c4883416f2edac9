"""Forms that end in an action: each refusal finds its field, nothing typed is lost."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from django import forms
from django.http import QueryDict

from caredesk.kernel import clock
from caredesk.kernel.action import Done
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Busy, Missing, NeedsReason, Problem, Refused
from caredesk.ui.fields import BirthField, ClockField, DayField, PastField, TypedField
from caredesk.ui.forms import ActionForm
from caredesk.ui.typed import PartialDate

ANA = Actor("user", uuid4(), "Ana Ruiz")
NOW = datetime(2026, 11, 24, 17, 10, tzinfo=UTC)


class VisitForm(ActionForm):
    day = DayField(label="Day")
    at = ClockField(label="Time", help_text="When it begins.")
    phones = forms.CharField(label="Phone", required=False)
    overlap_reason = forms.CharField(label="Why both?", required=False)
    aliases: ClassVar[Mapping[str, str]] = {"starts_at": "at"}
    asked_later = ("overlap_reason",)


class Answering:
    """Stands in for an action: raises what it is given, or remembers what it was asked."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.given: Mapping[str, Any] = {}
        self.key: str | None = None

    def perform(self, given: Mapping[str, Any], *, by: Actor, key: str | None) -> Done[str]:
        self.given, self.key = given, key
        if self.error:
            raise self.error
        return Done("answer", uuid4())


def filled(**more: str) -> VisitForm:
    data = QueryDict(mutable=True)
    data.update({"day": "tue", "at": "9:20", "phones": "555", **more})
    return VisitForm(data, zone="America/Phoenix")


def empty() -> VisitForm:
    return VisitForm(zone="America/Phoenix")


def in_phoenix[F: TypedField](field: F) -> F:
    field.zone = "America/Phoenix"
    return field


def perform(form: ActionForm, action: Answering) -> Done[Any] | None:
    with clock.stopped_at(NOW):
        return form.perform(action, ANA)  # type: ignore[arg-type]


def test_the_action_gets_what_was_meant_and_the_key() -> None:
    action, key = Answering(), str(uuid4())
    done = perform(filled(key=key), action)
    assert done is not None
    assert done.answer == "answer"
    expected = {"day": date(2026, 12, 1), "at": time(9, 20), "phones": "555", "overlap_reason": ""}
    assert action.given == expected
    assert action.key == key


def test_what_cannot_be_read_never_reaches_the_action() -> None:
    action = Answering()
    form = filled(at="25:10")
    assert perform(form, action) is None
    assert action.given == {}
    assert form.errors["at"] == ["“25:10” is not a time: hours go from 0 to 23."]
    assert form["at"].value() == "25:10"
    assert form.status == 422


def test_each_problem_finds_its_field_by_name_alias_or_path() -> None:
    problems = [
        Problem("day", "Closed.", "Choose another day."),
        Problem("starts_at", "It comes twice.", choices=(("0", "the first"), ("1", "the second"))),
        Problem("phones.0.number", "Not a number."),
        Problem("something_else", "Nobody knows."),
    ]
    form = filled()
    assert perform(form, Answering(Refused("No.", problems=problems))) is None
    assert form.errors["day"] == ["Closed. Choose another day."]
    assert form.errors["at"] == ["It comes twice."]
    assert form.errors["phones"] == ["Not a number."]
    assert form.non_field_errors() == ["Nobody knows."]
    assert form["at"].offered == (("0", "the first"), ("1", "the second"))  # type: ignore[attr-defined]
    assert filled(at_choice="1").chosen("at") == "1"


def test_a_soft_stop_asks_for_its_reason_and_no_sooner() -> None:
    assert "overlap_reason" not in [field.name for field in filled().shown]
    form = filled()
    stop = NeedsReason("Two visits.", field="overlap_reason", facts={"Then": "9:20"})
    assert perform(form, Answering(stop)) is None
    assert form.stop is stop
    assert form.answers_stop is not None
    assert form.answers_stop.name == "overlap_reason"
    assert form.status == 409
    html = form.render("ui/form.html")
    assert "Two visits." in html
    assert "Then" in html
    assert html.count('name="overlap_reason"') == 1
    answered = filled(overlap_reason="Both are short")
    assert "overlap_reason" in [field.name for field in answered.shown]


def test_busy_shows_what_is_still_to_be_had() -> None:
    form = filled()
    busy = Busy("Dr Chen took 9:20.", alternatives=[{"words": "9:40", "value": "x"}])
    assert perform(form, Answering(busy)) is None
    assert form.status == 409
    html = form.render("ui/form.html")
    assert "Dr Chen took 9:20." in html
    assert 'value="x"' in html
    assert 'value="tue"' in html


@pytest.mark.parametrize("error", [Missing("patient"), Refused("You may not.", forbidden=True)])
def test_what_no_field_can_mend_is_the_pages_matter(error: Exception) -> None:
    with pytest.raises(type(error)):
        perform(filled(), Answering(error))


def test_the_error_is_said_at_the_field() -> None:
    form = filled(at="never")
    perform(form, Answering())
    html = form["at"].as_field_group()
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_at_helptext id_at_error id_at_echo"' in html
    for id in ("id_at_helptext", "id_at_error", "id_at_echo"):
        assert f'id="{id}"' in html


def focused(form: ActionForm) -> list[str]:
    return [each.name for each in form.shown if each.field.widget.attrs.get("autofocus")]


def test_the_first_wrong_field_has_the_focus() -> None:
    form = filled(at="never")
    perform(form, Answering())
    assert focused(form) == ["at"]
    assert focused(empty()) == ["day"]


def test_every_form_brings_a_key_of_its_own() -> None:
    first, second = empty()["key"].value(), empty()["key"].value()
    assert first
    assert first != second


def test_fields_say_back_what_they_understood() -> None:
    with clock.stopped_at(NOW):
        form = filled()
        assert form["day"].echo == "Tue 1 Dec 2026, in 7 days"  # type: ignore[attr-defined]
        assert form["at"].echo == "9:20 in the morning"  # type: ignore[attr-defined]
        assert ClockField().words("14:20") == "2:20 in the afternoon"
        assert in_phoenix(BirthField()).words("3/7/74") == "7 Mar 1974, 52 years old"
        assert in_phoenix(BirthField()).words("x") == ""


def test_today_is_the_day_in_the_zone_of_the_form() -> None:
    """One instant, three calendars: the 24th in Phoenix, in Auckland the 25th."""
    said = {}
    with clock.stopped_at(datetime(2026, 11, 25, 2, tzinfo=UTC)):
        for zone in ("America/Phoenix", "Pacific/Auckland"):
            field, past = DayField(), PastField()
            field.zone = past.zone = zone
            said[zone] = [field.words("today"), field.words("25 nov"), past.words("24 nov")]
    assert said["America/Phoenix"] == [
        "Tue 24 Nov 2026, today",
        "Wed 25 Nov 2026, in 1 day",
        "24 Nov 2026, today",
    ]
    assert said["Pacific/Auckland"] == [
        "Wed 25 Nov 2026, today",
        "Wed 25 Nov 2026, today",
        "24 Nov 2026, yesterday",
    ]


def test_a_form_with_dates_is_told_in_which_zone() -> None:
    with pytest.raises(TypeError, match="in which zone"):
        VisitForm()


@pytest.mark.parametrize(
    ("text", "says"),
    [("25 nov 2026", "has not come yet"), ("1 jan 1849", "too long ago"), ("31/2/74", "28 days")],
)
def test_a_date_of_birth_that_cannot_be(text: str, says: str) -> None:
    with clock.stopped_at(NOW), pytest.raises(forms.ValidationError, match=says):
        in_phoenix(BirthField()).clean(text)


def test_known_values_are_shown_as_one_would_type_them() -> None:
    assert BirthField().prepare_value(PartialDate(date(1974, 3, 7))) == "7 Mar 1974"
    assert DayField().prepare_value(date(2026, 11, 24)) == "24 Nov 2026"
    assert ClockField().prepare_value(time(14, 20)) == "2:20 pm"
