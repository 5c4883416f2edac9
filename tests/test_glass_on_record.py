"""Who looks behind the glass: why stands in the record of each look, and what is reviewed."""

import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import world as cast
from tests.planted import Secret, plant
from tests.test_restrictions import PANEL, post, told_of
from tests.world import World, signed_in

from caredesk.audit.models import Entry
from caredesk.audit.searches import settle_searches
from caredesk.kernel import clock, looks
from caredesk.kernel.barred import with_sight
from caredesk.kernel.ids import new_id
from caredesk.kernel.looks import seen
from caredesk.people.actions import register_patient
from caredesk.privacy.access_log.queries.opened import MOST
from caredesk.scheduling.actions import restrict_visit

pytestmark = pytest.mark.django_db

WORDS = "She stands before me"
WHY = f"The patient is at the desk or on the telephone: {WORDS}"


@pytest.fixture
def world() -> World:
    return cast.build()


@pytest.fixture
def secret(world: World) -> Secret:
    return plant(world, "restricted")


@pytest.fixture
def ana(world: World) -> Client:
    return signed_in(world, "ana")


def break_it(client: Client, **which: UUID) -> UUID:
    named = {name: str(id) for name, id in which.items()}
    answer = post(client, "break_glass", {**named, "reason": "desk", "words": WORDS})
    assert answer.status_code == 200
    return UUID(answer.json()["answer"]["grant"])


def newest(**asked: Any) -> Entry:
    return Entry.objects.filter(**asked).order_by("-id")[0]


def log_of(client: Client, address: str) -> list[str]:
    body = client.get(address).content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in body.split("</tr>")]


def test_a_look_behind_the_glass_says_why_and_after_its_end_no_more(
    world: World, secret: Secret, ana: Client
) -> None:
    ana.get(f"/patients/{secret.patient}/")
    assert newest(name="people:glass").reason == ""
    grant = break_it(ana, patient=secret.patient)
    ana.get(f"/patients/{secret.patient}/")
    look = newest(name="people:patient")
    assert look.reason == WHY
    assert look.changes == [{"lifted": {str(secret.patient): {"grant": str(grant), "why": WHY}}}]
    mia = signed_in(world, "mia")
    assert any(is_told(each) for each in log_of(mia, colleague_log(world)))
    break_it(mia, patient=secret.patient)
    assert any(is_told(each) for each in log_of(mia, f"/patients/{secret.patient}/access/"))
    ana.get(f"/patients/{world.patients['lupe']}/", headers=PANEL)
    assert newest(name="people:patient").reason == ""
    ana.post(f"/glass/{grant}/end/")
    ana.get(f"/patients/{secret.patient}/")
    assert newest(kind="look", actor=world.users["ana"].id).name == "people:glass"
    assert newest(name="people:glass").reason == ""


def is_told(row: str) -> bool:
    return "opened the page" in row and WHY in row


def colleague_log(world: World) -> str:
    return f"/access/colleagues/{world.users['ana'].id}/"


def test_in_a_list_the_reason_is_read_of_that_patient_alone(
    world: World, secret: Secret, ana: Client
) -> None:
    with cast.at_opening():
        cast.book_everybody(world)
    break_it(ana, patient=secret.patient)
    ana.get(f"/day/{clock.today(cast.ZONE)}/?site={world.sites['main']}&by=practitioner")
    board = newest(kind="look", actor=world.users["ana"].id)
    others = [each for each in board.subjects if each != secret.patient]
    assert secret.patient in board.subjects
    assert others
    assert board.reason == WHY
    mia = signed_in(world, "mia")
    about_other = log_of(mia, f"/patients/{others[0]}/access/")
    assert any("Ana Ruiz saw in the day" in each for each in about_other)
    assert not any(WORDS in each for each in about_other)


def test_the_log_of_a_colleague_names_first_whose_the_reason_is(
    world: World, secret: Secret, ana: Client
) -> None:
    with looks.collecting("registering"):
        others = [
            register_patient(name, date(1950, 1, day), name, by=cast.FOUNDER).patient
            for day, name in enumerate(("Ash", "Birch", "Cedar", "Dogwood", "Elm"), start=1)
        ]
    break_it(ana, patient=secret.patient)
    viewer = with_sight(world.actor("ana"))
    with looks.collecting("desk:day"):
        seen(viewer, [*others, secret.patient])
    mia = signed_in(world, "mia")
    break_it(mia, patient=secret.patient)
    [row] = [each for each in log_of(mia, colleague_log(world)) if "saw in the day" in each]
    assert WHY in row
    named = re.findall(r"CD-\d+", row)
    assert named[0] == secret.record_number
    assert len(named) == 5


def test_the_end_of_a_look_leads_back_to_where_the_glass_is(
    world: World, secret: Secret, ana: Client
) -> None:
    grant = break_it(ana, patient=secret.patient)
    assert ana.post(f"/glass/{grant}/end/")["Location"] == f"/patients/{secret.patient}/"
    assert told_of(secret, ana.get(f"/patients/{secret.patient}/")) <= set(secret.mark)
    visit = cast.book_now_for(world, world.patients["lupe"], "Wants to talk alone")
    restrict_visit(visit, "adolescent", "Came alone", "restricted", [], [], by=world.actor("mia"))
    grant = break_it(ana, piece=visit)
    assert ana.post(f"/glass/{grant}/end/")["Location"] == f"/appointments/{visit}/"


def test_a_search_as_one_types_keeps_why(world: World, secret: Secret, ana: Client) -> None:
    break_it(ana, patient=secret.patient)
    search = str(new_id())
    for text in ("quillf", secret.family):
        ana.post("/find/options/", {"text": text, "search": search})
    assert settle_searches(after_seconds=-1) == 1
    assert newest(name="desk:find_options").reason == WHY


def test_a_print_keeps_why_it_was_seen_also_when_the_time_is_over(
    world: World, secret: Secret, ana: Client
) -> None:
    grant = break_it(ana, patient=secret.patient)
    address = f"/patients/{secret.patient}/"
    look = ana.get(address)["Caredesk-Look"]
    ana.post(f"/glass/{grant}/end/")
    ana.post("/prints/", {"row": [look], "address": address, "only": "first"})
    assert newest(kind="print").reason == WHY


def test_a_visit_behind_the_glass_says_why(world: World, ana: Client) -> None:
    visit = cast.book_everybody(world)["lupe"]
    with looks.collecting("restricting"):
        restrict_visit(visit, "own_request", "Asked", by=world.actor("chen"))
    break_it(ana, piece=visit)
    ana.get(f"/appointments/{visit}/")
    assert newest(name="scheduling:appointment").reason == WHY
    lupe = world.patients["lupe"]
    rows = log_of(signed_in(world, "mia"), f"/patients/{lupe}/access/")
    assert any("Ana Ruiz opened the visit" in each and WHY in each for each in rows)


def test_the_reason_costs_no_statement(world: World, secret: Secret, ana: Client) -> None:
    chen = signed_in(world, "chen")
    counts = []
    break_it(ana, patient=secret.patient)
    for client in (chen, ana):
        client.get(f"/patients/{secret.patient}/details/")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(f"/patients/{secret.patient}/details/")
        counts.append(len(asked))
    assert newest(name="people:details").reason == WHY
    assert counts[1] <= counts[0]


def opened_on(client: Client, grant: UUID) -> list[str]:
    """What the review says was opened, without the times."""
    text = client.get(f"/reviews/{grant}/").content.decode()
    section = text.partition(">What was opened</h2>")[2].partition("</section>")[0]
    lines = re.findall(r'<li class="line"><span>(.*?)</span>', section)
    return lines or [re.sub(r"<[^>]+>", "", section).strip()]


def test_the_reviewer_reads_what_was_opened_and_done_and_of_nobody_else(
    world: World, secret: Secret, ana: Client
) -> None:
    cast.book_everybody(world)
    ana.get(f"/patients/{secret.patient}/details/")
    grant = break_it(ana, patient=secret.patient)
    assert opened_on(signed_in(world, "mia"), grant) == [
        "Nothing of this patient was opened in that time."
    ]
    ana.get(f"/patients/{secret.patient}/", headers=PANEL)
    ana.get(f"/patients/{world.patients['lupe']}/details/", headers=PANEL)
    ana.get(f"/day/{clock.today(cast.ZONE)}/?site={world.sites['main']}&by=practitioner")
    changed = {"patient": str(secret.patient), "middle": "Q"}
    assert post(ana, "change_patient", changed).status_code == 200
    signed_in(world, "chen").get(f"/patients/{secret.patient}/details/")
    ana.post(f"/glass/{grant}/end/")
    ana.get(f"/patients/{secret.patient}/details/")
    mia = signed_in(world, "mia")
    assert opened_on(mia, grant) == ["opened the page", "saw in the day", "changed patient"]
    shown = mia.get(f"/reviews/{grant}/")
    assert told_of(secret, shown) <= set(secret.mark)
    lupe = cast.PATIENTS["lupe"][0]
    assert lupe not in mia.get(f"/reviews/{grant}/", headers=PANEL).content.decode()


def test_of_very_much_the_first_is_shown(world: World, secret: Secret, ana: Client) -> None:
    grant = break_it(ana, patient=secret.patient)
    viewer = with_sight(world.actor("ana"))
    for _ in range(MOST + 1):
        with looks.collecting("people:details"):
            seen(viewer, [secret.patient])
    mia = signed_in(world, "mia")
    assert opened_on(mia, grant) == ["opened the details"] * MOST
    text = mia.get(f"/reviews/{grant}/").content.decode()
    assert f"Only the first {MOST} are shown." in text
    assert "All that Ana Ruiz looked at" in text


def test_the_list_of_what_was_opened_is_one_statement_more(
    world: World, secret: Secret, ana: Client
) -> None:
    grant = break_it(ana, patient=secret.patient)
    mia, counts = signed_in(world, "mia"), []
    for _ in range(2):
        for _ in range(20):
            ana.get(f"/patients/{secret.patient}/", headers=PANEL)
        with CaptureQueriesContext(connection) as asked:
            mia.get(f"/reviews/{grant}/", headers=PANEL)
        counts.append(len(asked))
        assert len([each for each in asked if "WITH broken" in each["sql"]]) == 1
    assert counts[1] <= counts[0]
