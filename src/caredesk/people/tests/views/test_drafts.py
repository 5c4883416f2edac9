"""Forms about patients come back as they were half typed, to whoever typed them."""

import json
import re
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from caredesk.access.models import User
from caredesk.audit.models import Entry
from caredesk.people.models import Patient
from caredesk.people.tests.views.conftest import _signed_in
from caredesk.people.tests.views.test_finding import text_of
from caredesk.people.tests.views.test_registering import AGAIN, TYPED
from caredesk.ui.models import Draft

PANEL = {"HX-Request": "true", "HX-Target": "section#panel"}
NEW = "/patients/new/"
HALF = {
    "given": ["Tom"],
    "birth_date": ["3/7/88"],
    "sex": ["male"],
    "interpreter_needed": ["on"],
    "preferred_channel": ["text"],
}


@pytest.fixture
def ben(db: None) -> Client:
    """Another one at the desk."""
    return _signed_in("ben", ["secretary"])


def said_of(client: Client, address: str) -> dict[str, str]:
    """What the page gives the browser to keep its form with."""
    page = text_of(client.get(address))
    found = re.search(r'data-draft-form="([^"]*)"[^>]*data-draft-edition="([^"]*)"', page)
    assert found, page
    return {"form": found[1], "edition": found[2]}


def keep(client: Client, address: str, typed: Any, **more: str) -> Any:
    """Type half of a form."""
    sent = {**said_of(client, address), "typed": json.dumps(typed), **more}
    return client.post("/drafts/typed/", sent)


def bar_of(page: str) -> str:
    found = re.search(r'id="left-open".*?</div>', page, re.DOTALL)
    assert found
    return unescape(found[0])


def shown_hidden(page: str, name: str) -> str:
    found = re.search(rf'name="initial-{name}" value="([^"]*)"', page)
    return found[1] if found else ""


def test_it_comes_back_complete_and_says_so(ana: Client) -> None:
    assert "came-back" not in text_of(ana.get(NEW))
    assert keep(ana, NEW, HALF).status_code == 200
    page = text_of(ana.get(NEW))
    assert "Half typed, kept since" in page
    assert "Start afresh" in page
    for written in (
        r'name="given" value="Tom"',
        r'name="birth_date" value="3/7/88"',
        r'<option value="male" selected>',
        r'<option value="text" selected>',
        r'name="interpreter_needed"[^>]* checked',
        r'<details class="folded" open>',
        r"7 Mar 1988, 38 years old",
    ):
        assert re.search(written, page), written


def test_the_bar_of_every_other_page_leads_to_it_and_nobody_elses_does(
    ana: Client, ben: Client
) -> None:
    keep(ana, NEW, HALF)
    bar = bar_of(text_of(ana.get("/patients/")))
    assert "Left open" in bar
    assert '<a class="left-newest" href="/patients/new/">Register a patient</a>' in bar
    assert "Left open" not in bar_of(text_of(ana.get(NEW)))
    assert "Left open" not in bar_of(text_of(ben.get("/patients/")))
    assert "Tom" not in text_of(ben.get(NEW))


def test_whom_the_bar_names_is_in_the_pages_audit_row(ana: Client, lupe: UUID) -> None:
    keep(ana, f"/patients/{lupe}/details/", {"middle": ["María"]})
    before = set(Entry.objects.values_list("id", flat=True))
    assert "Details of Guadalupe" in bar_of(text_of(ana.get("/patients/")))
    look = Entry.objects.exclude(id__in=before).get()
    assert (look.kind, look.name, look.subjects) == ("look", "people:list", [lupe])


def test_the_list_of_all_names_all(ana: Client, lupe: UUID, bill: UUID) -> None:
    keep(ana, f"/patients/{lupe}/phones/", {"number": ["555"]})
    keep(ana, f"/patients/{bill}/death/", {"deceased_on": ["3 mar"]})
    assert "1 more" in bar_of(text_of(ana.get("/patients/")))
    page = text_of(ana.get("/drafts/", headers=PANEL))
    assert "Phone numbers of Guadalupe" in page
    assert "Death of William" in page
    look = Entry.objects.filter(name="ui:drafts").get()
    assert set(look.subjects) == {lupe, bill}
    assert "Nothing is left open" in text_of(_signed_in("cy", ["secretary"]).get("/drafts/"))


def test_sent_for_good_it_is_gone_and_refused_it_stays(ana: Client) -> None:
    keep(ana, NEW, HALF)
    assert ana.post(NEW, {**TYPED, "birth_date": "soon"}).status_code == 422
    assert Draft.objects.count() == 1
    assert ana.post(NEW, TYPED).status_code == 303
    assert not Draft.objects.exists()
    assert "came-back" not in text_of(ana.get(NEW))


def test_without_a_draft_sending_leaves_no_row_about_one(ana: Client) -> None:
    ana.post(NEW, TYPED)
    assert not Entry.objects.filter(name__contains="draft").exists()


def test_start_afresh_throws_it_away_with_undo(ana: Client, ben: Client) -> None:
    keep(ana, NEW, HALF)
    page = text_of(ana.get(NEW))
    afresh = re.search(r'action="(/drafts/[^"]+/end/)"', page)
    assert afresh
    assert ben.post(afresh[1], {"to": NEW}).status_code == 404
    assert "came-back" in text_of(ana.get(NEW))
    answer = ana.post(afresh[1], {"to": NEW})
    assert (answer.status_code, answer["Location"]) == (303, NEW)
    fresh = text_of(ana.get(NEW))
    assert "Tom" not in fresh
    assert "Thrown away." in fresh
    undo = re.search(r'action="(/deeds/[^"]+/undo/)"', fresh)
    assert undo
    ana.post(undo[1], {"to": NEW})
    assert 'value="Tom"' in text_of(ana.get(NEW))


def test_of_a_change_only_what_was_typed_comes_back(ana: Client, lupe: UUID) -> None:
    """A colleague's change in the meantime stays."""
    address = f"/patients/{lupe}/details/"
    keep(ana, address, {"preferred_name": ["Lupita"], "given": [""]})
    Patient.objects.filter(pk=lupe).update(middle="María", preferred_name="Lupe")
    page = text_of(ana.get(address))
    assert 'name="preferred_name" value="Lupita"' in page
    assert not re.search(r'name="given" value', page)
    assert 'name="middle" value="María"' in page
    assert shown_hidden(page, "preferred_name") == "Lupe"
    assert shown_hidden(page, "given") == "Guadalupe"


def test_what_a_colleague_has_entered_since_is_not_half_typed(ana: Client, lupe: UUID) -> None:
    address = f"/patients/{lupe}/details/"
    keep(ana, address, {"middle": ["María"]})
    Patient.objects.filter(pk=lupe).update(middle="María")
    assert "came-back" not in text_of(ana.get(address))


def test_the_reason_for_a_soft_stop_comes_back_too(ana: Client, lupe: UUID) -> None:
    stopped = text_of(ana.post(NEW, AGAIN))
    assert 'name="duplicate_reason"' in stopped
    keep(ana, NEW, {"given": ["Lupe"], "duplicate_reason": ["Her cousin"]})
    assert re.search(r'name="duplicate_reason" value="Her cousin"', text_of(ana.get(NEW)))


def test_a_refused_form_says_what_was_typed_into_it(ana: Client) -> None:
    """So that the browser can keep it, too."""
    page = unescape(text_of(ana.post(NEW, {**TYPED, "birth_date": "soon"})))
    usual = re.search(r'data-draft-usual="(.*?)" data-draft-edition="" data-bound', page)
    assert usual
    assert json.loads(usual[1])["birth_date"] == [""]
    assert "phone_use" not in json.loads(usual[1])


def test_only_fields_of_that_form_are_kept(ana: Client) -> None:
    keep(ana, NEW, {"given": ["Tom"], "key": ["x"], "password": ["hunter2"], "x" * 999: ["y"]})
    assert Draft.objects.get().typed == {"given": ["Tom"]}


def test_another_users_page_keeps_nothing(ana: Client, ben: Client) -> None:
    """Somebody else signed in while the form stood open in a window."""
    sent = {**said_of(ana, NEW), "typed": json.dumps(HALF)}
    assert ben.post("/drafts/typed/", sent).status_code == 404
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "typed", ["", "{", "[]", "5", "null", "[" * 100_000, '{"given": "Tom"}', '{"given": [5]}']
)
def test_nonsense_is_refused(ana: Client, typed: str) -> None:
    sent = {**said_of(ana, NEW), "typed": typed}
    assert ana.post("/drafts/typed/", sent).status_code == 422
    assert not Draft.objects.exists()


@pytest.mark.parametrize("form", ["", "x", "a:b:c", "\x00"])
def test_a_form_that_is_none_of_ours_is_missing(ana: Client, form: str) -> None:
    assert ana.post("/drafts/typed/", {"form": form, "typed": "{}"}).status_code == 404


def test_what_is_too_long_is_said_clearly(ana: Client) -> None:
    sent = {**said_of(ana, NEW), "typed": json.dumps({"given": ["x" * 70_000]})}
    answer = ana.post("/drafts/typed/", sent, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "a draft holds 64 kB" in text_of(answer)
    assert "Shorten it" in text_of(answer)


def test_an_emptied_form_ends_its_draft_and_no_newer_one(ana: Client) -> None:
    first = keep(ana, NEW, HALF).json()["edition"]
    second = keep(ana, NEW, {"given": ["Tomás"]}).json()["edition"]
    assert keep(ana, NEW, {}, edition="").status_code == 422
    assert keep(ana, NEW, {}, edition=str(first)).status_code == 200
    assert Draft.objects.get().typed == {"given": ["Tomás"]}
    assert keep(ana, NEW, {}, edition=str(second)).status_code == 200
    assert not Draft.objects.exists()


def test_who_is_signed_in_sees_nothing_of_the_one_before(ana: Client, ben: Client) -> None:
    """At one computer, with one cookie jar."""
    keep(ana, NEW, HALF)
    ana.post("/sign-out/")
    ana.force_login(User.objects.get(username="ben"))
    assert "Left open" not in bar_of(text_of(ana.get("/patients/")))
    assert "Tom" not in text_of(ana.get(NEW))
    ana.force_login(User.objects.get(username="ana"))
    assert 'value="Tom"' in text_of(ana.get(NEW))


def test_statements_do_not_grow_with_what_is_left_open(
    ana: Client, lupe: UUID, bill: UUID, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for name in ("phones", "emails", "details"):
        field = {"phones": "number", "emails": "address", "details": "middle"}[name]
        keep(ana, f"/patients/{lupe}/{name}/", {field: ["5"]})
    # session with the zone, the drafts, the look
    with django_assert_num_queries(3):
        ana.get("/drafts/", headers=PANEL)
    # session with the zone, seven of the patient, the draft, the look
    with django_assert_num_queries(10):
        ana.get(f"/patients/{lupe}/phones/", headers=PANEL)
