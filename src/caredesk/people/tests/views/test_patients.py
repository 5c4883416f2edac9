"""The panel of a patient, the details, a death."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from caredesk.audit.models import Entry
from caredesk.kernel import clock, looks
from caredesk.people.actions import add_address, add_alert, add_identifier, add_relative
from caredesk.people.models import Patient, ToldApart
from caredesk.people.tests.views.conftest import FOUNDER
from caredesk.people.tests.views.test_finding import text_of
from caredesk.ui import registry
from caredesk.ui.registry import Section

PANEL = {"HX-Request": "true", "HX-Target": "section#panel"}


@pytest.fixture
def known(lupe: UUID) -> UUID:
    """Lupe with everything that can be known of her."""
    with looks.collecting("test"):
        add_alert(lupe, "Walks with two sticks", "note", by=FOUNDER)
        add_alert(lupe, "Anaphylaxis after latex", "danger", by=FOUNDER)
        add_address(lupe, "1420 East Camelback Road", city="Phoenix", state="AZ", by=FOUNDER)
        add_identifier(lupe, "urn:oid:2.16", "A-77", "Insurance", by=FOUNDER)
        add_relative(
            lupe,
            "Inés Ortiz",
            "daughter",
            phone="602 234 0110",
            may_be_told=["times"],
            proof="form signed 3 Mar 2026",
            by=FOUNDER,
        )
    return lupe


def test_the_panel_shows_who_alerts_contact_and_relatives(ana: Client, known: UUID) -> None:
    page = text_of(ana.get(f"/patients/{known}/"))
    number = Patient.objects.get().record_number
    for words in (
        "7 Mar 1974 · ", f"female · {number}", "(602) 234-0142", "1420 East Camelback Road",
        "Inés Ortiz", "May be told times of visits", "A-77", "Walks with two sticks",
    ):  # fmt: skip
        assert words in page
    assert page.index("Anaphylaxis") < page.index("Walks with two") < page.index("Contact")
    assert "<strong>Danger.</strong>" in page
    assert 'data-key="e"' in page


def test_of_a_social_security_number_the_page_holds_the_end_alone(ana: Client, lupe: UUID) -> None:
    with looks.collecting("test"):
        add_identifier(lupe, "http://hl7.org/fhir/sid/us-ssn", "999-67-4006", "SS", by=FOUNDER)
        add_identifier(lupe, "urn:oid:2.16.840.1.113883.4.3.25", "S9992", "DL", by=FOUNDER)
    page = text_of(ana.get(f"/patients/{lupe}/"))
    assert "<dt>Social security number</dt><dd>ending 4006</dd>" in page
    assert "<dt>Driver&#x27;s licence, Massachusetts</dt>" in page.replace("'", "&#x27;")
    for hidden in ("999-67", "us-ssn", "urn:oid"):
        assert hidden not in page


def test_why_somebody_is_somebody_else_stands_on_the_new_record(
    ana: Client, lupe: UUID, bill: UUID
) -> None:
    ToldApart.objects.create(
        patient_id=bill,
        other_id=lupe,
        reason="Twin brother",
        told_at=clock.now(),
        told_by=FOUNDER.id,
        told_by_label="Ana",
    )
    page = text_of(ana.get(f"/patients/{bill}/"))
    number = Patient.objects.get(pk=lupe).record_number
    assert f'Not <a href="/patients/{lupe}/">{number}</a>: Twin brother' in page
    assert "Somebody else" not in text_of(ana.get(f"/patients/{lupe}/"))


def test_as_a_part_it_is_the_panel_alone(ana: Client, known: UUID) -> None:
    part = text_of(ana.get(f"/patients/{known}/", headers=PANEL))
    assert part.startswith("<title>Guadalupe Fernández-Ortiz</title>")
    assert "<html" not in part


def test_other_rooms_stand_before_and_behind(
    ana: Client, known: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "_sections", {})
    for title, position in (("Next visits", 10), ("Past visits", 90)):
        registry.add_section(
            Section(
                "patient",
                title,
                "ui/stop_facts.html",
                lambda viewer, id: {},
                "people.view",
                position,
            )
        )
    page = text_of(ana.get(f"/patients/{known}/"))
    assert page.index("Next visits") < page.index("Contact") < page.index("Past visits")


def test_a_look_at_the_panel_is_on_record(ana: Client, known: UUID) -> None:
    ana.get(f"/patients/{known}/")
    assert Entry.objects.get(kind="look", name="people:patient").subjects == [known]


def test_a_merged_record_shows_who_survives(ana: Client, lupe: UUID, bill: UUID) -> None:
    Patient.objects.filter(pk=bill).update(identity=lupe)
    page = text_of(ana.get(f"/patients/{bill}/"))
    assert "Guadalupe" in page
    assert f"/patients/{lupe}/details/" in page


@pytest.mark.parametrize(
    "address",
    ["", "details/", "death/", "phones/", "emails/", "addresses/", "relatives/", "alerts/"],
)
def test_an_unknown_id_is_missing(ana: Client, address: str) -> None:
    for answer in (
        ana.get(f"/patients/{uuid4()}/{address}"),
        ana.get(f"/patients/{uuid4()}/{address}", headers=PANEL),
    ):
        assert answer.status_code == 404
        assert "There is no such patient." in text_of(answer)
    assert ana.get(f"/patients/nobody/{address}").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["details/", "death/", "phones/", "emails/", "addresses/", "relatives/", "alerts/"],
)
def test_each_page_by_who_opens_it(onlooker: Client, lupe: UUID, address: str) -> None:
    assert onlooker.get(f"/patients/{lupe}/").status_code == 200
    assert onlooker.get(f"/patients/{lupe}/{address}").status_code == 403
    assert onlooker.post(f"/patients/{lupe}/{address}", {"text": "x"}).status_code == 403
    assert address not in text_of(onlooker.get(f"/patients/{lupe}/"))


def test_a_stranger_sees_nothing(stranger: Client, lupe: UUID) -> None:
    answer = stranger.get(f"/patients/{lupe}/")
    assert answer.status_code == 404
    assert "Guadalupe" not in text_of(answer)


def typed(client: Client, patient: UUID, **changed: str) -> dict[str, str]:
    """What a browser sends: the values of the form's page, with some of them changed."""
    form = client.get(f"/patients/{patient}/details/").context["form"]
    sent: dict[str, str] = {}
    for field in form.visible_fields():
        value = field.value()
        if value not in {None, False, ""}:
            sent[field.html_name] = sent[field.html_initial_name] = str(value)
    sent["initial-interpreter_needed"] = "False"
    return {**sent, "key": str(uuid4()), **changed}


def test_details_are_changed_and_the_change_undone(ana: Client, lupe: UUID) -> None:
    sent = typed(ana, lupe, preferred_name="Lupe", birth_date="8 mar 1974", language="es")
    answer = ana.post(f"/patients/{lupe}/details/", sent)
    assert (answer.status_code, answer["Location"]) == (303, f"/patients/{lupe}/")
    patient = Patient.objects.get()
    assert (patient.preferred_name, patient.birth_date) == ("Lupe", date(1974, 3, 8))
    panel = text_of(ana.get(answer["Location"]))
    assert "Changed the details" in panel
    assert "Spanish" in panel
    undo = panel.partition('action="/deeds/')[2].partition('"')[0]
    ana.post(f"/deeds/{undo}")
    patient.refresh_from_db()
    assert (patient.preferred_name, patient.birth_date) == ("", date(1974, 3, 7))


def test_what_a_colleague_changed_meanwhile_stays(ana: Client, lupe: UUID) -> None:
    sent = typed(ana, lupe, pronouns="she/her")
    Patient.objects.update(suffix="III")
    ana.post(f"/patients/{lupe}/details/", sent)
    patient = Patient.objects.get()
    assert (patient.suffix, patient.pronouns) == ("III", "she/her")


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"family": ""}, "family", "This is needed."),
        ({"family": "x" * 10_000}, "family", "At most 200 characters"),
        ({"given": "G\x00"}, "given", "cannot be shown"),
        ({"birth_date": "30 feb 1974"}, "birth_date", "28 days"),
        ({"birth_date": "tomorrow"}, "birth_date", "has not come yet"),
        ({"sex": "never"}, "sex", "Choose one of the list."),
    ],
)
def test_wrong_details_are_said_at_their_field(
    ana: Client, lupe: UUID, wrong: dict[str, str], field: str, says: str
) -> None:
    answer = ana.post(f"/patients/{lupe}/details/", typed(ana, lupe, **wrong))
    at_field = text_of(answer).partition(f'id="id_{field}_error">')[2].partition("</div>")[0]
    assert answer.status_code == 422
    assert says in at_field
    assert Patient.objects.get().family == "Fernández-Ortiz"


def test_a_death_is_recorded_and_was_a_mistake(ana: Client, lupe: UUID) -> None:
    assert ana.post(f"/patients/{lupe}/death/", {"deceased_on": "mar 2026"}).status_code == 303
    page = text_of(ana.get(f"/patients/{lupe}/"))
    assert "Deceased Mar 2026" in page
    assert "It was a mistake" in text_of(ana.get(f"/patients/{lupe}/death/"))
    ana.post(f"/patients/{lupe}/death/", {"deceased_on": "", "mistake": "1"})
    assert not Patient.objects.get().deceased


@pytest.mark.parametrize(
    ("text", "says"),
    [("tomorrow", "has not come yet"), ("1970", "before the patient was born"), ("\x00", "date")],
)
def test_a_death_that_cannot_be(ana: Client, lupe: UUID, text: str, says: str) -> None:
    answer = ana.post(f"/patients/{lupe}/death/", {"deceased_on": text})
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert not Patient.objects.get().deceased


def test_its_statements(
    ana: Client,
    known: UUID,
    bill: UUID,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(registry, "_sections", {})
    # session with the main site's zone, seven of the patient, whom it was told apart from, the look
    with django_assert_num_queries(10):
        ana.get(f"/patients/{known}/", headers=PANEL)
    with django_assert_num_queries(10):
        ana.get(f"/patients/{bill}/", headers=PANEL)
    # the session, seven of the patient, the draft, the look
    for form in ("details", "death", "phones", "emails", "addresses", "relatives", "alerts"):
        with django_assert_num_queries(10):
            ana.get(f"/patients/{known}/{form}/", headers=PANEL)
