"""Who looked at a patient and what a colleague looked at, through the real door."""

import re
from uuid import UUID, uuid4

import pytest
from django.test import Client
from tests import world as cast
from tests.planted import plant
from tests.world import World

from caredesk.audit.models import Entry
from caredesk.kernel import clock, looks
from caredesk.kernel.looks import seen
from caredesk.people.actions import change_patient, restrict_patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return cast.build()


def signed_in(world: World, name: str) -> Client:
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.force_login(world.users[name])
    return client


def rows_of(html: str) -> list[str]:
    """The rows of the list, as one reads them."""
    body = html.partition("<tbody>")[2].partition("</tbody>")[0]
    found = [re.sub(r"<[^>]+>", " ", each) for each in body.split("</tr>")]
    return [" ".join(each.split()) for each in found if each.strip()]


def test_who_looked_at_a_patient_is_told_in_plain_words(world: World) -> None:
    lupe, ana = world.patients["lupe"], signed_in(world, "ana")
    ana.get(f"/patients/{lupe}/")
    ana.post("/patients/", {"text": "fernandez", "enter": "1"})
    ana.get("/patients/")
    change_patient(lupe, middle="Maria", by=world.actor("ben"))
    answer = signed_in(world, "mia").get(f"/patients/{lupe}/access/")
    rows = rows_of(answer.content.decode())
    assert any("Ana Ruiz opened the page" in each and "192.0.2.7" in each for each in rows)
    assert any("Ana Ruiz saw in the list of patients" in each for each in rows)
    assert any("Ben Ode changed patient" in each for each in rows)
    assert "Ben Ode" in rows[0], "the newest first"


def test_reading_the_record_is_a_look_at_the_patient(world: World) -> None:
    mia = signed_in(world, "mia")
    lupe, bill = world.patients["lupe"], world.patients["bill"]
    signed_in(world, "ana").get(f"/patients/{bill}/")
    mia.get(f"/patients/{lupe}/access/")
    latest = Entry.objects.filter(kind="look").order_by("-id").first()
    assert latest is not None
    assert (latest.name, latest.actor) == ("privacy:patient_log", world.users["mia"].id)
    assert lupe in latest.subjects
    mia.get(f"/access/colleagues/{world.users['ana'].id}/")
    latest = Entry.objects.filter(kind="look").order_by("-id").first()
    assert latest is not None
    assert latest.name == "privacy:colleague_log"
    assert bill in latest.subjects


def test_what_a_colleague_looked_at_names_the_patients(world: World) -> None:
    signed_in(world, "ben").get(f"/patients/{world.patients['bill']}/")
    page = signed_in(world, "mia").get(f"/access/colleagues/{world.users['ben'].id}/")
    assert page.status_code == 200
    [row] = [each for each in rows_of(page.content.decode()) if "opened the page" in each]
    assert "Sullivan" in row
    assert world.record_numbers["bill"] in row


def test_an_entry_shows_what_was_changed_before_and_after(world: World) -> None:
    lupe = world.patients["lupe"]
    change_patient(lupe, preferred_name="Lupita", by=world.actor("ana"))
    entry = Entry.objects.filter(name="change_patient").order_by("-id")[0]
    text = signed_in(world, "mia").get(f"/access/entries/{entry.id}/").content.decode()
    assert "preferred name" in text
    assert "Lupita" in text
    assert "Ana Ruiz" in text
    assert str(entry.id) in text


def test_filters_by_person_kind_and_day(world: World) -> None:
    lupe, mia = world.patients["lupe"], signed_in(world, "mia")
    for name in ("ana", "ben"):
        signed_in(world, name).get(f"/patients/{lupe}/")
    address = f"/patients/{lupe}/access/"
    of_ben = rows_of(mia.get(address, {"who": str(world.users["ben"].id)}).content.decode())
    assert of_ben
    assert all("Ben Ode" in each for each in of_ben)
    changes = rows_of(mia.get(address, {"kind": "change"}).content.decode())
    assert changes
    assert not any("opened" in each for each in changes)
    today = clock.today(cast.ZONE).isoformat()
    assert rows_of(mia.get(address, {"since": today, "until": today}).content.decode())
    assert not rows_of(mia.get(address, {"until": "3/7/2020"}).content.decode())
    wrong = mia.get(address, {"since": "someday", "who": "nobody"})
    assert wrong.status_code == 200
    assert "Choose one of the list." in wrong.content.decode()


def test_pages_go_on_where_the_last_ended(world: World) -> None:
    lupe, mia = world.patients["lupe"], signed_in(world, "mia")
    for _ in range(70):
        with looks.collecting("people:patient"):
            seen(world.actor("ben"), [lupe])
    address = f"/patients/{lupe}/access/"
    found, query = [], f"?who={world.users['ben'].id}"
    while query:
        html = mia.get(address + query).content.decode()
        found += re.findall(r"/access/entries/([0-9a-f-]{36})/", html)
        older = re.search(r'href="(\?[^"]+)">Older entries', html)
        query = older[1].replace("&amp;", "&") if older else ""
    wanted = Entry.objects.filter(actor=world.users["ben"].id, subjects__contains=[lupe])
    assert found == [str(each.id) for each in wanted.order_by("-at", "-id")]


@pytest.mark.parametrize("name", ["ana", "chen"])
def test_who_has_not_the_permission_sees_none_of_it(world: World, name: str) -> None:
    client = signed_in(world, name)
    for address in (
        f"/patients/{world.patients['lupe']}/access/",
        "/access/colleagues/",
        f"/access/colleagues/{world.users['mia'].id}/",
        f"/access/entries/{uuid4()}/",
    ):
        assert client.get(address).status_code == 404
    assert "Who looked" not in client.get(f"/patients/{world.patients['lupe']}/").content.decode()


def test_what_is_not_there_is_missing(world: World) -> None:
    mia = signed_in(world, "mia")
    for address in ("/patients/{}/access/", "/access/colleagues/{}/", "/access/entries/{}/"):
        assert mia.get(address.format(uuid4())).status_code == 404


def test_a_forbidden_page_is_on_record(world: World) -> None:
    lupe = world.patients["lupe"]
    signed_in(world, "ana").get(f"/patients/{lupe}/access/")
    entry = Entry.objects.get(kind="refusal")
    assert (entry.name, entry.subjects) == ("privacy:patient_log", [lupe])
    assert (entry.actor, entry.address) == (world.users["ana"].id, "192.0.2.7")
    assert entry.changes == [{"status": 404, "asked": {}}]
    rows = rows_of(signed_in(world, "mia").get(f"/patients/{lupe}/access/").content.decode())
    assert "was refused the record of access" in " ".join(rows)


def test_a_patient_who_is_not_there_is_on_record(world: World) -> None:
    guessed = uuid4()
    signed_in(world, "ana").get(f"/patients/{guessed}/")
    entry = Entry.objects.get(kind="refusal")
    assert (entry.name, entry.subjects) == ("people:patient", [guessed])
    signed_in(world, "ana").get(f"/appointments/{guessed}/")
    entry = Entry.objects.get(kind="refusal", name="scheduling:appointment")
    assert entry.changes == [{"status": 404, "asked": {"appointment": str(guessed)}}]


def test_a_forbidden_action_is_on_record_with_whom_it_was_for(world: World) -> None:
    answer = signed_in(world, "ana").post(
        "/api/actions/add_user",
        {"username": "x", "name": "Somebody Secret", "password": "long enough", "roles": []},
        content_type="application/json",
    )
    assert answer.status_code == 403
    entry = Entry.objects.get(kind="refusal")
    assert (entry.name, entry.door) == ("add_user", "json")
    assert "Secret" not in str(entry.changes) + entry.name + entry.reason
    guessed = uuid4()
    signed_in(world, "ana").post(
        "/api/actions/change_patient",
        {"patient": str(guessed), "middle": "x"},
        content_type="application/json",
    )
    assert Entry.objects.get(kind="refusal", name="change_patient").subjects == [guessed]


def test_who_is_signed_out_leaves_no_row(world: World) -> None:
    Client().get(f"/patients/{world.patients['lupe']}/")
    assert not Entry.objects.filter(kind="refusal").exists()


def test_a_stated_reason_stands_in_the_row(world: World) -> None:
    lupe = world.patients["lupe"]
    with looks.collecting("people:patient"):
        seen(world.actor("ben"), [lupe])
        looks.because("Called about a fall tonight")
    text = signed_in(world, "mia").get(f"/patients/{lupe}/access/").content.decode()
    assert "Called about a fall tonight" in text


def printed(client: Client, rows: list[UUID], address: str, only: str = "") -> int:
    sent = {"row": [str(each) for each in rows], "address": address, "only": only}
    return int(client.post("/prints/", sent).status_code)


def test_a_print_is_a_row_with_those_who_were_on_the_page(world: World) -> None:
    lupe, ana = world.patients["lupe"], signed_in(world, "ana")
    look = UUID(ana.get(f"/patients/{lupe}/")["Caredesk-Look"])
    assert printed(ana, [look], f"/patients/{lupe}/", "first") == 204
    entry = Entry.objects.get(kind="print")
    assert (entry.name, entry.subjects) == ("people:patient", [lupe])


def test_nobody_prints_what_another_session_saw(world: World) -> None:
    lupe, ana = world.patients["lupe"], signed_in(world, "ana")
    look = UUID(ana.get(f"/patients/{lupe}/")["Caredesk-Look"])
    assert printed(signed_in(world, "ben"), [look], f"/patients/{lupe}/") == 204
    assert printed(signed_in(world, "ana"), [look], "/nowhere/at all") == 204
    assert not Entry.objects.filter(kind="print").exists()


def test_a_row_of_ones_own_is_no_way_to_see_more_of_lately(world: World) -> None:
    """Whom one was refused does not stand among those one dealt with lately."""
    guessed = world.patients["wei"]
    ana = signed_in(world, "ana")
    with looks.collecting("nothing"):
        pass
    ana.get(f"/patients/{guessed}/access/")
    assert "Liang" not in ana.get("/patients/").content.decode()


def test_a_print_with_a_restricted_patients_mark_is_on_record(world: World) -> None:
    secret, ana = plant(world, "restricted"), signed_in(world, "ana")
    address = f"/patients/{secret.patient}/"
    shown = ana.get(address)
    assert secret.record_number in shown.content.decode()
    assert printed(ana, [UUID(shown["Caredesk-Look"])], address) == 204
    entry = Entry.objects.get(kind="print")
    assert (entry.name, entry.subjects) == ("people:glass", [secret.patient])
    assert not Entry.objects.filter(kind="refusal").exists()


def test_a_print_of_somebody_hidden_meanwhile_is_on_record(world: World) -> None:
    lupe, ana = world.patients["lupe"], signed_in(world, "ana")
    look = UUID(ana.get(f"/patients/{lupe}/")["Caredesk-Look"])
    restrict_patient(lupe, "vip", "Mayor", "hidden", by=world.actor("mia"))
    assert ana.get(f"/patients/{lupe}/").status_code == 404
    assert printed(ana, [look], f"/patients/{lupe}/", "first") == 204
    entry = Entry.objects.get(kind="print")
    assert (entry.name, entry.subjects) == ("people:patient", [lupe])
