"""The page of all patients: searching as one types, and whom the desk saw lately."""

from datetime import date
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from caredesk.audit.models import Entry
from caredesk.audit.searches import settle_searches
from caredesk.kernel import clock, looks
from caredesk.kernel.ids import new_id
from caredesk.people.actions import record_seen
from caredesk.people.models import Patient
from caredesk.people.tests.views.conftest import FOUNDER

FOUND = {"HX-Request": "true", "HX-Target": "div#found"}


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_who_was_seen_lately_stands_on_the_page(ana: Client, lupe: UUID, bill: UUID) -> None:
    with looks.collecting("test"):
        record_seen(lupe, clock.now(), by=FOUNDER)
    page = text_of(ana.get("/patients/"))
    assert "Guadalupe Fernández-Ortiz" in page
    assert f'href="/patients/{lupe}/"' in page
    assert "Sullivan" not in page


def test_whom_one_opened_stands_before_whom_others_saw(ana: Client, lupe: UUID, bill: UUID) -> None:
    with looks.collecting("test"):
        record_seen(bill, clock.now(), by=FOUNDER)
    ana.get("/patients/")
    ana.get(f"/patients/{lupe}/")
    page = text_of(ana.get("/patients/"))
    assert 0 < page.index("Guadalupe") < page.index("Sullivan")
    Patient.objects.filter(id=lupe).update(withdrawn_at=clock.now())
    assert "Guadalupe" not in text_of(ana.get("/patients/"))


def test_passing_by_in_a_list_is_no_dealing(ana: Client, lupe: UUID) -> None:
    ana.post("/patients/", {"text": "gua"})
    ana.post("/find/", {"text": "gua"})
    settle_searches(after_seconds=-1)
    assert "Guadalupe" not in text_of(ana.get("/patients/"))


def test_an_empty_practice_says_how_to_begin(ana: Client) -> None:
    page = text_of(ana.get("/patients/"))
    assert "Nobody has been here yet" in page
    assert 'href="/patients/new/"' in page


@pytest.mark.parametrize("text", ["guad fern", "3/7/74", "0142", "fernandez"])
def test_a_patient_is_found_by_what_one_types(ana: Client, lupe: UUID, text: str) -> None:
    page = text_of(ana.post("/patients/", {"text": text}))
    assert "Guadalupe Fernández-Ortiz" in page
    assert "7 Mar 1974" in page
    assert f'value="{text}"' in page


def test_as_one_types_only_the_list_comes(ana: Client, lupe: UUID) -> None:
    part = ana.post("/patients/", {"text": "gua", "search": str(new_id())}, headers=FOUND)
    assert "Guadalupe" in text_of(part)
    assert "<html" not in text_of(part)
    assert part["HX-Push-Url"] == "false"
    assert "autofocus" not in text_of(part)


def test_enter_leads_to_the_first_that_was_found(ana: Client, lupe: UUID) -> None:
    part = text_of(ana.post("/patients/", {"text": "gua", "enter": "1"}, headers=FOUND))
    assert part.count("autofocus") == 1


def test_one_search_is_one_look_when_it_settles(ana: Client, lupe: UUID) -> None:
    search = str(new_id())
    for text in ("g", "gu", "gua"):
        ana.post("/patients/", {"text": text, "search": search}, headers=FOUND)
    looked = Entry.objects.filter(kind="look", name="people:list")
    assert not looked.exists()
    assert settle_searches(after_seconds=-1) == 1
    assert looked.get().subjects == [lupe]


def test_nobody_found_says_what_to_try(ana: Client, lupe: UUID) -> None:
    page = text_of(ana.post("/patients/", {"text": "xyzzy"}))
    assert "Nobody has all of this" in page
    assert 'href="/patients/new/"' in page


@pytest.mark.parametrize("text", ["a\x00b", "\n\t", "x" * 10_000, "'; DROP TABLE", "%_\\", "😀"])
@pytest.mark.parametrize("search", ["", "no-id", "\x00"])
def test_whatever_is_typed_is_only_text(ana: Client, lupe: UUID, text: str, search: str) -> None:
    assert ana.post("/patients/", {"text": text, "search": search}).status_code == 200


def test_a_search_never_stands_in_an_address(ana: Client, lupe: UUID) -> None:
    assert "Guadalupe" not in text_of(ana.get("/patients/?text=guadalupe"))


def test_who_may_not_see_patients_sees_none(stranger: Client, lupe: UUID) -> None:
    for answer in (stranger.get("/patients/"), stranger.post("/patients/", {"text": "gua"})):
        assert answer.status_code == 404
        assert "Guadalupe" not in text_of(answer)


def test_who_may_only_look_is_not_led_to_registering(onlooker: Client) -> None:
    assert "/patients/new/" not in text_of(onlooker.get("/patients/"))


def test_its_statements_do_not_grow_with_the_list(
    ana: Client, lupe: UUID, bill: UUID, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with looks.collecting("test"):
        record_seen(lupe, clock.now(), by=FOUNDER)
    # session, one's own, who was seen, they, the look
    with django_assert_num_queries(5):
        ana.get("/patients/", headers=FOUND)
    with looks.collecting("test"):
        record_seen(bill, clock.now(), by=FOUNDER)
    with django_assert_num_queries(5):
        ana.get("/patients/", headers=FOUND)
    for patient in (lupe, bill):
        ana.get(f"/patients/{patient}/")
        # and the numbers of one's own
        with django_assert_num_queries(6):
            ana.get("/patients/", headers=FOUND)


@pytest.mark.parametrize("text", ["gua", "guad fern 1974", "gaudalupe", "0142", "CD-000001"])
def test_a_search_is_few_statements(
    ana: Client,
    lupe: UUID,
    bill: UUID,
    text: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    # session, two to five of the search, the look
    with django_assert_max_num_queries(7):
        ana.post("/patients/", {"text": text, "search": str(new_id())}, headers=FOUND)


def test_who_has_died_is_said_in_words_wherever_somebody_is_found(ana: Client, lupe: UUID) -> None:
    Patient.objects.filter(pk=lupe).update(deceased=True, deceased_on=date(2025, 3, 3))
    found = text_of(ana.post("/patients/", {"text": "guadalupe"}))
    assert "died 3 Mar 2025" in found
    assert "years" not in found
    assert "7 Mar 1974 · died 3 Mar 2025 · CD-" in text_of(ana.post("/find/", {"text": "guadal"}))
    again = {"given": "Guadalupe", "family": "Fernández", "birth_date": "7 mar 1974"}
    again |= {"sex": "female", "phone_use": "mobile", "preferred_channel": "phone"}
    stop = text_of(ana.post("/patients/new/", again))
    assert "Died" in stop
    assert "3 Mar 2025" in stop
