"""Phones, mail, addresses, relatives, notes: one more, and those that no longer hold."""

from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from caredesk.people.models import Alert, Email, Phone, Relative
from caredesk.people.tests.views.test_finding import text_of

GOOD = {
    "phones": ({"number": "602 234 0199", "use": "home"}, "Phone", "(602) 234-0199"),
    "emails": ({"address": "lupe@example.org"}, "Email", "lupe@example.org"),
    "addresses": ({"line1": "12 Elm St", "use": "home"}, "Address", "12 Elm St"),
    "relatives": ({"name": "Inés Ortiz", "relationship": "daughter"}, "Relative", "Inés Ortiz"),
    "alerts": ({"text": "Hard of hearing", "severity": "note"}, "Alert", "Hard of hearing"),
}


def rows(model: str, patient: UUID) -> list[object]:
    found = apps.get_model("people", model)._default_manager.filter(patient=patient)
    return list(found.order_by("-id"))


@pytest.mark.parametrize("kind", GOOD)
def test_one_more_is_added_shown_and_undone(ana: Client, lupe: UUID, kind: str) -> None:
    sent, model, shown = GOOD[kind]
    before = len(rows(model, lupe))
    answer = ana.post(f"/patients/{lupe}/{kind}/", sent)
    assert (answer.status_code, answer["Location"]) == (303, f"/patients/{lupe}/")
    panel = text_of(ana.get(answer["Location"]))
    above, _, notice = panel.partition('id="notice"')
    assert shown in above
    assert "Added" in notice
    assert len(rows(model, lupe)) == before + 1
    assert shown in text_of(ana.get(f"/patients/{lupe}/{kind}/"))
    undo = panel.partition('action="/deeds/')[2].partition('"')[0]
    ana.post(f"/deeds/{undo}")
    assert shown not in text_of(ana.get(f"/patients/{lupe}/"))


@pytest.mark.parametrize("kind", GOOD)
def test_what_no_longer_holds_is_ended_once_and_undone(ana: Client, lupe: UUID, kind: str) -> None:
    sent, model, shown = GOOD[kind]
    ana.post(f"/patients/{lupe}/{kind}/", sent)
    row = rows(model, lupe)[0]
    address, key = f"/{kind}/{row.id}/end/", {"key": str(uuid4())}  # type: ignore[attr-defined]
    assert f'action="{address}"' in text_of(ana.get(f"/patients/{lupe}/{kind}/"))
    for _ in range(2):
        answer = ana.post(address, key)
        assert (answer.status_code, answer["Location"]) == (303, f"/patients/{lupe}/")
    panel = text_of(ana.get(answer["Location"]))
    assert "Ended the" in panel
    assert shown not in panel
    assert ana.post(address, {"key": str(uuid4())}).status_code == 422
    assert ana.get(address).status_code == 405
    undo = panel.partition('action="/deeds/')[2].partition('"')[0]
    ana.post(f"/deeds/{undo}")
    assert shown in text_of(ana.get(f"/patients/{lupe}/"))


@pytest.mark.parametrize("kind", GOOD)
def test_the_same_form_twice_is_one_row(ana: Client, lupe: UUID, kind: str) -> None:
    sent, model, _ = GOOD[kind]
    before = len(rows(model, lupe))
    for _ in range(2):
        answer = ana.post(f"/patients/{lupe}/{kind}/", {**sent, "key": "0" * 31 + "7"})
        assert answer.status_code == 303
    assert len(rows(model, lupe)) == before + 1


WRONG = [
    ("phones", {"number": ""}, "number", "This is needed."),
    ("phones", {"number": "602"}, "number", "digits"),
    ("phones", {"number": "602 234 0142"}, "number", "there already"),
    ("phones", {"use": "fax"}, "use", "Choose one of the list."),
    ("phones", {"number": "6" * 10_000}, "number", "At most 200 characters"),
    ("emails", {"address": "lupe"}, "address", "not a mail address"),
    ("emails", {"address": "a\x00@b.org"}, "address", "cannot be shown"),
    ("addresses", {"line1": ""}, "line1", "This is needed."),
    ("addresses", {"line1": "x" * 10_000}, "line1", "At most 200 characters"),
    ("addresses", {"city": "\x00"}, "city", "cannot be shown"),
    ("relatives", {"name": ""}, "name", "This is needed."),
    ("relatives", {"name": "I\x00"}, "name", "cannot be shown"),
    ("relatives", {"may_be_told": "times"}, "proof", "Say what allows this"),
    ("relatives", {"may_be_told": "all"}, "may_be_told", "all"),
    ("relatives", {"phone": "123"}, "phone", "digits"),
    ("alerts", {"text": ""}, "text", "This is needed."),
    ("alerts", {"text": "x" * 10_000}, "text", "At most 500 characters"),
    ("alerts", {"text": "a\x00b"}, "text", "cannot be shown"),
    ("alerts", {"shown_from": "30 feb"}, "shown_from", "is not a date"),
    ("alerts", {"shown_from": "1/5/2027", "shown_until": "1/4/2027"}, "shown_until", "before"),
]


@pytest.mark.parametrize(("kind", "wrong", "field", "says"), WRONG)
def test_what_is_wrong_is_said_at_its_field(
    ana: Client, lupe: UUID, kind: str, wrong: dict[str, str], field: str, says: str
) -> None:
    sent, model, _ = GOOD[kind]
    before = len(rows(model, lupe))
    answer = ana.post(f"/patients/{lupe}/{kind}/", {**sent, **wrong})
    at_field = text_of(answer).partition(f'id="id_{field}_error">')[2].partition("</div>")[0]
    assert answer.status_code == 422
    assert says in at_field
    assert len(rows(model, lupe)) == before


@pytest.mark.parametrize("kind", GOOD)
def test_an_unknown_row_is_missing(ana: Client, kind: str) -> None:
    assert ana.post(f"/{kind}/{uuid4()}/end/").status_code == 404


@pytest.mark.parametrize("kind", GOOD)
def test_who_may_not_change_ends_nothing(onlooker: Client, lupe: UUID, kind: str) -> None:
    phone = Phone.objects.get(patient=lupe)
    assert onlooker.post(f"/{kind}/{phone.id}/end/").status_code == 403


def test_a_relative_is_changed(
    ana: Client, lupe: UUID, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ana.post(f"/patients/{lupe}/relatives/", GOOD["relatives"][0])
    row = Relative.objects.get()
    address = f"/patients/{lupe}/relatives/{row.id}/"
    assert 'value="Inés Ortiz"' in text_of(ana.get(address))
    sent = {
        "name": "Inés Ortiz",
        "relationship": "daughter",
        "may_be_told": ["times", "billing"],
        "proof": "form signed today",
        "is_guardian": "on",
    }
    answer = ana.post(address, sent)
    assert answer.status_code == 303
    row.refresh_from_db()
    assert (row.is_guardian, row.may_be_told) == (True, ["billing", "times"])
    assert "May be told billing, times of visits" in text_of(ana.get(answer["Location"]))
    assert ana.get(f"/patients/{lupe}/relatives/{uuid4()}/").status_code == 404
    # session, seven of the patient, the draft, the look
    with django_assert_num_queries(10):
        ana.get(address, headers={"HX-Request": "true", "HX-Target": "section#panel"})


def test_a_relative_of_another_patient_is_missing(ana: Client, lupe: UUID, bill: UUID) -> None:
    ana.post(f"/patients/{lupe}/relatives/", GOOD["relatives"][0])
    row = Relative.objects.get()
    assert ana.get(f"/patients/{bill}/relatives/{row.id}/").status_code == 404


def test_a_note_has_its_days(ana: Client, lupe: UUID) -> None:
    ana.post(
        f"/patients/{lupe}/alerts/",
        {"text": "Away", "severity": "danger", "shown_from": "yesterday", "shown_until": "+30"},
    )
    alert = Alert.objects.get()
    assert alert.shown_from is not None
    assert alert.shown_until is not None
    page = text_of(ana.get(f"/patients/{lupe}/"))
    assert "until" in page
    assert not Email.objects.exists()
