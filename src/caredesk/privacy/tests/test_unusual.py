"""The nightly look, and how a reviewer settles what it found: through the real door."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections
from tests import world as cast
from tests.world import World, signed_in

from caredesk.access.models import User
from caredesk.audit.models import Entry
from caredesk.kernel import clock, looks
from caredesk.kernel.errors import Refused
from caredesk.kernel.undo import undo
from caredesk.people.actions import add_address, register_patient, restrict_patient
from caredesk.people.models import Patient
from caredesk.privacy.access_log.actions import (
    note_access_day,
    record_own_record,
    reopen_unusual_access,
    settle_unusual_access,
)
from caredesk.privacy.access_log.jobs import REVIEW, look_for_unusual_access
from caredesk.privacy.access_log.models import AccessDay, AccessReview, OwnRecord, UnusualAccess

DAY = date(2026, 11, 10)
OPENED = "people:patient"


@pytest.fixture
def world(committed_db: None) -> World:
    return cast.build()


def opened(
    who: User, patients: list[UUID], day: date = DAY, hour: int = 10, name: str = OPENED
) -> None:
    """Rows of looks as the door writes them, of an earlier day: only the owner can write these."""
    at = datetime(day.year, day.month, day.day, hour, 5, tzinfo=clock.zone_named(cast.ZONE))
    with connections["owner"].cursor() as cursor:
        for patient in patients:
            cursor.execute(
                """INSERT INTO audit_entry (id, at, kind, name, actor_kind, actor, actor_label,
                door, address, subjects, changes) VALUES (%s, %s, 'look', %s, 'user', %s, %s,
                'page', '', ARRAY[%s]::uuid[], '[]')""",
                [uuid4(), at, name, who.id, who.name, patient],
            )


def found() -> list[tuple[str, str]]:
    rows = UnusualAccess.objects.select_related("user").order_by("rule", "user__name")
    return [(each.user.username, each.rule) for each in rows]


def a_patient(family: str, given: str, *, street: str = "") -> UUID:
    with looks.collecting("test"):
        made = register_patient(
            family,
            date(1980, 1, 2),
            given,
            sex="unknown",
            duplicate_reason="Another person",
            by=cast.FOUNDER,
        ).patient
        if street:
            add_address(made, street, city="Tempe", postal_code="85281", by=cast.FOUNDER)
    return made


def test_an_own_family_name_is_found_and_a_list_is_not(world: World) -> None:
    cousin = a_patient("Ruiz", "Carlos")
    opened(world.users["ana"], [cousin])
    opened(world.users["ben"], [cousin])
    opened(world.users["ana"], [cousin], DAY + timedelta(days=1), name="desk:day")
    note_access_day(DAY, by=REVIEW)
    note_access_day(DAY + timedelta(days=1), by=REVIEW)
    assert found() == [("ana", "family_name")]
    row = UnusualAccess.objects.get()
    assert row.patient_id == cousin
    assert row.facts == {"times": 1, "has_changed": False}
    assert Entry.objects.get(pk=row.first_entry).subjects == [cousin]


def test_a_common_family_name_is_nobodys_hint(world: World) -> None:
    for number in range(6):
        last = a_patient("Ruiz", f"Given{'abcdef'[number]}")
    opened(world.users["ana"], [last])
    note_access_day(DAY, by=REVIEW)
    assert found() == []


def test_a_colleagues_chart_ones_own_and_a_housemates(world: World) -> None:
    own = a_patient("Otherwise", "Anabel", street="12 Elm Street")
    housemate = a_patient("Smith", "Kim", street="12 elm st.")
    number = world_number(own)
    record_own_record(world.users["ana"].id, number, by=world.actor("mia"))
    opened(world.users["ben"], [own])
    opened(world.users["ana"], [own, housemate])
    namesake = a_patient("Chen", "Mei")
    opened(world.users["ben"], [namesake])
    note_access_day(DAY, by=REVIEW)
    assert found() == [
        ("ana", "address"),
        ("ben", "colleague"),
        ("ben", "colleague"),
        ("ana", "own_record"),
    ]


def world_number(patient: UUID) -> str:
    return Patient.objects.get(pk=patient).record_number


def test_far_more_than_usual_and_at_night(world: World) -> None:
    ana, patients = world.users["ana"], [a_patient(f"Pat{n:02}x", "One") for n in range(35)]
    for number in range(1, 13):
        opened(ana, patients[:2], DAY - timedelta(days=number))
        note_access_day(DAY - timedelta(days=number), False, by=REVIEW)
    opened(ana, patients, hour=3)
    note_access_day(DAY, by=REVIEW)
    assert found() == [("ana", "hours"), ("ana", "many")]
    many, at_night = (UnusualAccess.objects.get(rule=each) for each in ("many", "hours"))
    assert many.facts == {"charts": 35, "usual": 2}
    assert at_night.facts == {"hours": [3], "charts": 35}
    assert AccessDay.objects.get(day=DAY).charts == 35


def test_a_day_is_noted_once_and_a_pair_is_brought_up_once(world: World) -> None:
    cousin = a_patient("Ruiz", "Carlos")
    for number in range(4):
        opened(world.users["ana"], [cousin], DAY + timedelta(days=number))
        note_access_day(DAY + timedelta(days=number), by=REVIEW)
        note_access_day(DAY + timedelta(days=number), by=REVIEW)
    assert found() == [("ana", "family_name")], "open still: one line is enough"
    settle_unusual_access(
        UnusualAccess.objects.get().id, True, "A cousin, Dr Chen knows", by=world.actor("mia")
    )
    opened(world.users["ana"], [cousin], DAY + timedelta(days=9))
    note_access_day(DAY + timedelta(days=9), by=REVIEW)
    assert len(found()) == 1, "found justified lately"
    opened(world.users["ana"], [cousin], DAY + timedelta(days=200))
    note_access_day(DAY + timedelta(days=200), by=REVIEW)
    assert len(found()) == 2


def test_what_was_not_justified_is_brought_up_again(world: World) -> None:
    cousin = a_patient("Ruiz", "Carlos")
    opened(world.users["ana"], [cousin])
    note_access_day(DAY, by=REVIEW)
    settle_unusual_access(
        UnusualAccess.objects.get().id, False, "Only curious", by=world.actor("mia")
    )
    opened(world.users["ana"], [cousin], DAY + timedelta(days=2))
    note_access_day(DAY + timedelta(days=2), by=REVIEW)
    assert len(found()) == 2


def test_the_clock_notes_the_days_that_are_over(world: World) -> None:
    cousin = a_patient("Ruiz", "Carlos")
    today = clock.today(cast.ZONE)
    opened(world.users["ana"], [cousin], today - timedelta(days=1))
    opened(world.users["ana"], [cousin], today - timedelta(days=40))
    opened(world.users["ana"], [cousin], today)
    look_for_unusual_access()
    look_for_unusual_access()
    assert [each.day for each in UnusualAccess.objects.all()] == [today - timedelta(days=1)]
    assert set(AccessDay.objects.values_list("day", flat=True)) == {
        today - timedelta(days=1),
        today - timedelta(days=40),
    }


@pytest.fixture
def finding(world: World) -> UnusualAccess:
    opened(world.users["ana"], [a_patient("Ruiz", "Carlos")])
    note_access_day(DAY, by=REVIEW)
    return UnusualAccess.objects.get()


def test_a_reviewer_settles_it_in_words(world: World, finding: UnusualAccess) -> None:
    mia = signed_in(world, "mia")
    text = mia.get("/access/").content.decode()
    assert "Has the same family name" in text
    assert "Carlos Ruiz" in text
    address = f"/access/unusual/{finding.id}/"
    assert mia.post(address, {"justified": "yes", "words": ""}).status_code == 422
    assert mia.post(address, {"words": "He is her cousin"}).status_code == 422
    answer = mia.post(address, {"justified": "yes", "words": "He is her cousin"})
    assert answer.status_code == 303
    review = AccessReview.objects.get()
    assert (review.justified, review.words) == (True, "He is her cousin")
    assert "Carlos Ruiz" not in mia.get("/access/").content.decode()
    assert "Carlos Ruiz" in mia.get("/access/?settled=1").content.decode()
    assert "He is her cousin" in mia.get(address).content.decode()
    mia.post(f"/access/unusual/{finding.id}/reopening/")
    assert "Carlos Ruiz" in mia.get("/access/").content.decode()
    assert AccessReview.objects.get().withdrawn_at is not None


def test_settling_can_be_undone(world: World, finding: UnusualAccess) -> None:
    by = world.actor("mia")
    done = settle_unusual_access.perform(
        {"finding": finding.id, "justified": True, "words": "He is her cousin"}, by=by
    )
    with pytest.raises(Refused, match="settled already"):
        settle_unusual_access(finding.id, False, "Another thought", by=by)
    undo(done.deed, by=by)
    assert settle_unusual_access(finding.id, False, "Only curious", by=by)


def test_nobody_settles_what_is_about_oneself(world: World) -> None:
    opened(world.users["mia"], [a_patient("Wolf", "Otto")])
    note_access_day(DAY, by=REVIEW)
    finding = UnusualAccess.objects.get()
    with pytest.raises(Refused, match="about yourself"):
        settle_unusual_access(finding.id, True, "It was me", by=world.actor("mia"))
    text = signed_in(world, "mia").get(f"/access/unusual/{finding.id}/").content.decode()
    assert "Somebody else has to settle this" in text


def test_nobody_takes_back_the_verdict_on_oneself(world: World) -> None:
    opened(world.users["mia"], [a_patient("Wolf", "Otto")])
    note_access_day(DAY, by=REVIEW)
    finding = UnusualAccess.objects.get()
    settle_unusual_access(finding.id, False, "Only curious", by=cast.FOUNDER)
    with pytest.raises(Refused, match="about yourself"):
        reopen_unusual_access(finding.id, by=world.actor("mia"))
    answer = signed_in(world, "mia").post(f"/access/unusual/{finding.id}/reopening/")
    assert "about yourself" in answer.content.decode()
    assert AccessReview.objects.get().withdrawn_at is None


def test_nobody_says_which_record_is_ones_own(world: World) -> None:
    mia, own = world.users["mia"], a_patient("Wolf", "Maria")
    client, address = signed_in(world, "mia"), f"/access/colleagues/{mia.id}/record/"
    answer = client.post(address, {"patient": world_number(own)})
    assert (answer.status_code, OwnRecord.objects.count()) == (422, 0)
    record_own_record(mia.id, world_number(own), by=cast.FOUNDER)
    assert "about yourself" in client.post(address, {"end": "1"}).content.decode()
    assert OwnRecord.objects.get().ended_at is None
    text = client.get(address).content.decode()
    assert world_number(own) in text
    assert "Somebody else has to say" in text
    assert "This is somebody else" not in text


def of_today(world: World, who: str) -> list[str]:
    """What the nightly look would find of somebody's own day, through the door and the log."""
    note_access_day(clock.today(cast.ZONE), by=REVIEW)
    rows = UnusualAccess.objects.filter(user=world.users[who], day=clock.today(cast.ZONE))
    return sorted(rows.values_list("rule", flat=True))


def test_who_reviews_is_not_found_for_it(world: World) -> None:
    """Neither by reading the finding and the record of access, nor by settling and undoing."""
    colleague = a_patient("Ruiz", "Ana")
    opened(world.users["ben"], [colleague])
    note_access_day(DAY, by=REVIEW)
    [finding] = UnusualAccess.objects.filter(rule="colleague")
    mia = signed_in(world, "mia")
    address = f"/access/unusual/{finding.id}/"
    assert mia.get(address).status_code == 200
    assert mia.get(f"/patients/{colleague}/access/").status_code == 200
    assert mia.get(f"/access/entries/{finding.first_entry}/").status_code == 200
    assert mia.post(address, {"justified": "yes", "words": "Her nurse"}).status_code == 303
    deed = Entry.objects.get(name="settle_unusual_access").deed
    assert mia.post(f"/deeds/{deed}/undo/", {"to": "/"}).status_code == 303
    mia.post(address, {"justified": "no", "words": "Only curious"})
    mia.post(f"{address}reopening/")
    assert of_today(world, "mia") == []


def test_who_opens_the_chart_beside_it_is_found(world: World) -> None:
    colleague = a_patient("Ruiz", "Ana")
    signed_in(world, "mia").get(f"/patients/{colleague}/")
    assert of_today(world, "mia") == ["colleague"]


def test_who_saw_only_the_mark_has_opened_no_chart(world: World) -> None:
    colleague = a_patient("Wolf", "Mia")
    with looks.collecting("test"):
        restrict_patient(
            colleague, "staff", "Works here", users=[world.users["chen"].id], by=cast.FOUNDER
        )
    ben = signed_in(world, "ben")
    address = f"/patients/{colleague}/"
    assert "restricted" in ben.get(address).content.decode()
    assert of_today(world, "ben") == []
    assert not AccessDay.objects.filter(user=world.users["ben"]).exists()


@pytest.mark.parametrize("name", ["ana", "chen"])
def test_only_who_may_sees_findings(world: World, finding: UnusualAccess, name: str) -> None:
    client = signed_in(world, name)
    for address in (
        "/access/",
        f"/access/unusual/{finding.id}/",
        f"/access/colleagues/{world.users['ben'].id}/record/",
    ):
        assert client.get(address).status_code == 404
    assert client.post(f"/access/unusual/{finding.id}/reopening/").status_code == 404


def test_the_list_is_a_look_at_those_on_it(world: World, finding: UnusualAccess) -> None:
    before = set(Entry.objects.values_list("id", flat=True))
    signed_in(world, "mia").get("/access/")
    [row] = Entry.objects.exclude(id__in=before)
    assert (row.name, finding.patient_id in row.subjects) == ("privacy:unusual", True)


def test_a_colleagues_own_record_is_linked_and_ended(world: World) -> None:
    mia, ana = signed_in(world, "mia"), world.users["ana"]
    own = a_patient("Ruiz", "Ana")
    address = f"/access/colleagues/{ana.id}/record/"
    wrong: Any = mia.post(address, {"patient": "CD-999999"})
    assert wrong.status_code == 422
    assert "no such record number" in wrong.content.decode()
    assert mia.post(address, {"patient": world_number(own)}).status_code == 303
    assert world_number(own) in mia.get(address).content.decode()
    with pytest.raises(Refused, match="known already"):
        record_own_record(ana.id, world_number(own), by=world.actor("mia"))
    mia.post(address, {"end": "1"})
    assert world_number(own) not in mia.get(address).content.decode()
