"""Registering: what is asked, the likely duplicate, undo, and the way on to the booking."""

from datetime import date
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from caredesk.audit.models import Entry
from caredesk.kernel import clock
from caredesk.kernel.ids import new_id
from caredesk.people.models import Email, Patient, Phone, ToldApart
from caredesk.people.tests.views.test_finding import text_of

TYPED = {
    "given": "Tom",
    "family": "Reyes",
    "birth_date": "3/7/88",
    "sex": "male",
    "phone": "(602) 234-0155",
    "phone_use": "mobile",
    "preferred_channel": "phone",
}
AGAIN = {**TYPED, "given": "Lupe", "family": "Fernandez Ortiz", "birth_date": "7 mar 1974"}


def test_the_form_asks_for_little_and_folds_the_rest_away(ana: Client) -> None:
    page = text_of(ana.get("/patients/new/"))
    asked, _, folded = page.partition("<details")
    for name in ("given", "family", "birth_date", "sex", "phone"):
        assert f'name="{name}"' in asked
    for name in ("middle", "email", "language", "preferred_name"):
        assert f'name="{name}"' in folded
    assert "duplicate_reason" not in page
    assert '<details class="folded">' in page
    assert page.count("autofocus") == 1


def test_registering_leads_to_the_patient_with_undo(ana: Client) -> None:
    answer = ana.post("/patients/new/", {**TYPED, "email": "tom@example.org", "key": new_id()})
    tom = Patient.objects.get(family="Reyes")
    assert (answer.status_code, answer["Location"]) == (303, f"/patients/{tom.id}/")
    assert (tom.birth_date, tom.sex) == (date(1988, 3, 7), "male")
    assert Phone.objects.get(patient=tom).e164 == "+16022340155"
    assert Email.objects.get(patient=tom).address == "tom@example.org"
    panel = text_of(ana.get(answer["Location"]))
    assert f"Registered as {tom.record_number}." in panel
    assert "/undo/" in panel


def test_undo_takes_the_registration_back(ana: Client) -> None:
    ana.post("/patients/new/", TYPED)
    tom = Patient.objects.get(family="Reyes")
    panel = text_of(ana.get(f"/patients/{tom.id}/"))
    undo = panel.partition('action="/deeds/')[2].partition('"')[0]
    answer = ana.post(f"/deeds/{undo}", {"to": "/patients/", "said": "Registered Tom Reyes."})
    assert answer["Location"] == "/patients/"
    tom.refresh_from_db()
    assert tom.withdrawn_at is not None
    assert "Nobody has all of this" in text_of(ana.post("/patients/", {"text": "reyes"}))
    left = text_of(ana.get(f"/patients/{tom.id}/"))
    assert "This record was taken back" in left
    assert f"/patients/{tom.id}/details/" not in left


def test_only_the_month_or_year_may_be_known(ana: Client) -> None:
    ana.post("/patients/new/", {**TYPED, "birth_date": "mar 1988"})
    tom = Patient.objects.get(family="Reyes")
    assert (tom.birth_date, tom.birth_precision) == (date(1988, 3, 1), "month")


def test_a_likely_duplicate_is_shown_beside_what_was_typed(ana: Client, lupe: UUID) -> None:
    answer = ana.post("/patients/new/", AGAIN)
    page = text_of(answer)
    assert answer.status_code == 409
    assert Patient.objects.count() == 1
    assert "Guadalupe Fernández-Ortiz" in page
    assert "Lupe Fernandez Ortiz" in page
    assert f'href="/patients/{lupe}/"' in page
    assert "Open her record instead" in page
    assert '<tr class="same"><th scope="row">Born' in page
    assert 'name="duplicate_reason"' in page
    assert 'value="7 mar 1974"' in page
    look = Entry.objects.get(kind="look", name="people:new")
    assert look.subjects == [lupe]


def test_a_stop_that_is_sent_on_without_a_reason_says_what_is_wanted(
    ana: Client, lupe: UUID
) -> None:
    first = text_of(ana.post("/patients/new/", AGAIN))
    assert "Say why in a few words" not in first
    again = text_of(ana.post("/patients/new/", {**AGAIN, "duplicate_reason": " "}))
    assert "Say why in a few words" in again
    assert Patient.objects.count() == 1


def test_with_a_reason_it_goes_on_and_the_reason_is_kept(ana: Client, lupe: UUID) -> None:
    answer = ana.post("/patients/new/", {**AGAIN, "duplicate_reason": "Her cousin"})
    assert answer.status_code == 303
    told = ToldApart.objects.get()
    assert (told.other_id, told.reason, told.told_by_label) == (lupe, "Her cousin", "Ana")


def test_the_same_form_twice_is_one_patient(ana: Client) -> None:
    typed = {**TYPED, "key": str(new_id())}
    first, second = ana.post("/patients/new/", typed), ana.post("/patients/new/", typed)
    assert first["Location"] == second["Location"]
    assert Patient.objects.count() == 1
    changed = ana.post("/patients/new/", {**typed, "family": "Reyes-Lind"})
    assert changed.status_code == 422
    assert "already sent" in text_of(changed)
    assert Patient.objects.count() == 1


def test_from_a_gap_one_goes_on_to_its_booking(ana: Client, lupe: UUID) -> None:
    gap = f"?at=2026-11-24T17%3A20%3A00%2B00%3A00&site={lupe}"
    page = text_of(ana.get(f"/patients/new/{gap}&text=unwanted"))
    assert f'action="/patients/new/{gap.replace("&", "&amp;")}"' in page
    assert "unwanted" not in page.partition("</header>")[2].partition('id="cover"')[0]
    answer = ana.post(f"/patients/new/{gap}", TYPED)
    tom = Patient.objects.get(family="Reyes")
    assert answer["Location"].startswith(f"/patients/{tom.id}/appointments/new/?at=")


WRONG = [
    ({"birth_date": "31/2/74"}, "birth_date", "28 days"),
    ({"birth_date": "1 jan 2999"}, "birth_date", "has not come yet"),
    ({"birth_date": "1 jan 1800"}, "birth_date", "too long ago"),
    ({"birth_date": "soon"}, "birth_date", "is not a date"),
    ({"birth_date": ""}, "birth_date", "This is needed."),
    ({"family": "x" * 10_000}, "family", "At most 200 characters, please: this has 10,000."),
    ({"given": "x" * 10_000}, "given", "At most 200 characters, please: this has 10,000."),
    ({"family": "Rey\x00es"}, "family", "character that cannot be shown"),
    ({"given": "To\x1bm"}, "given", "character that cannot be shown"),
    ({"middle": "\x07"}, "middle", "character that cannot be shown"),
    ({"email": "to\x00m@example.org"}, "email", "cannot be shown"),
    ({"email": "tom"}, "email", "This is not a mail address."),
    ({"email": "x" * 10_000}, "email", "At most 254 characters"),
    ({"family": "  "}, "family", "This is needed."),
    ({"given": "", "family": "!!"}, "family", "at least one letter"),
    ({"sex": "often"}, "sex", "Choose one of the list."),
    ({"sex": ""}, "sex", "This is needed."),
    ({"phone": "12"}, "phone", "digits"),
    ({"phone": "call me"}, "phone", "not a telephone number"),
    ({"phone": "\x00"}, "phone", "cannot be shown"),
    ({"language": "x" * 500}, "language", "Choose one of the list."),
]


@pytest.mark.parametrize(("wrong", "field", "says"), WRONG)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(
    ana: Client, wrong: dict[str, str], field: str, says: str
) -> None:
    answer = ana.post("/patients/new/", {**TYPED, **wrong})
    page = text_of(answer)
    assert answer.status_code == 422
    at_field = page.partition(f'id="id_{field}_error">')[2].partition("</div>")[0]
    assert says in at_field
    assert not Patient.objects.exists()
    assert 'value="(602) 234-0155"' in page or field == "phone"
    if field in {"middle", "email", "language"}:
        assert '<details class="folded" open>' in page


def test_what_was_typed_stays_where_the_text_is_endless(ana: Client) -> None:
    page = text_of(ana.post("/patients/new/", {**TYPED, "family": "x" * 10_000}))
    assert f'value="{"x" * 10_000}"' in page


def test_a_key_that_is_none_is_passed_over(ana: Client) -> None:
    assert ana.post("/patients/new/", {**TYPED, "key": "\x00" * 50}).status_code in {303, 422}


def test_who_may_not_register_neither_sees_nor_sends_the_form(onlooker: Client) -> None:
    assert onlooker.get("/patients/new/").status_code == 403
    assert onlooker.post("/patients/new/", TYPED).status_code == 403
    assert not Patient.objects.exists()


def test_its_statements(ana: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    panel = {"HX-Request": "true", "HX-Target": "section#panel"}
    # session with the main site's zone, the draft
    with django_assert_num_queries(2):
        ana.get("/patients/new/", headers=panel)


def test_a_child_born_today_is_no_error(ana: Client) -> None:
    today = clock.today("UTC")
    answer = ana.post("/patients/new/", {**TYPED, "birth_date": f"{today:%m/%d/%Y}"})
    assert answer.status_code == 303
