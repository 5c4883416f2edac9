"""Disclosures, and the account of them that a patient may ask for (45 CFR 164.528)."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import world as cast
from tests.world import World, signed_in

from caredesk.audit.models import Entry
from caredesk.kernel import clock, looks
from caredesk.kernel.errors import Refused
from caredesk.kernel.undo import undo
from caredesk.privacy.access_log import actions
from caredesk.privacy.access_log.models import Accounting, Disclosure
from caredesk.privacy.access_log.queries.disclosures import account_of
from caredesk.privacy.access_log.rules.disclosures import (
    BASES,
    Told,
    Wait,
    earliest,
    is_in_account,
    longest_wait,
)

days = st.dates(date(2000, 1, 1), date(2050, 1, 1))
bases = st.sampled_from(sorted(BASES))
waits = st.lists(st.builds(Wait, since=days, until=days), max_size=3)


@given(st.builds(Told, basis=bases, first=days, waits=waits), days)
def test_an_account_is_of_six_years_without_what_is_excepted(told: Told, asked: date) -> None:
    since = earliest(asked)
    found = is_in_account(told, since, asked, asked)
    if found:
        assert BASES[told.basis].is_in_account
        assert since <= told.first <= asked
    if told.basis in ("treatment", "payment", "operations", "patient", "authorization"):
        assert not found
    held = any(each.since <= asked <= each.until for each in told.waits)
    if BASES[told.basis].is_in_account and since <= told.first <= asked:
        assert found is not (held and told.basis in ("police", "oversight"))


@given(days, bases.filter(lambda code: BASES[code].is_in_account))
def test_of_several_it_is_enough_that_one_lies_in_the_days(first: date, basis: str) -> None:
    told = Told(basis, first, first + timedelta(days=400))
    assert is_in_account(told, first + timedelta(days=400), first + timedelta(days=500), first)
    assert is_in_account(told, first - timedelta(days=9), first, first)
    assert not is_in_account(told, first + timedelta(days=401), date.max, first)


@given(days)
def test_six_years_are_six_years(asked: date) -> None:
    assert earliest(asked).year == asked.year - 6
    assert (asked - earliest(asked)).days in (2190, 2191, 2192)


def test_an_oral_statement_holds_thirty_days() -> None:
    assert longest_wait(date(2026, 3, 1), is_written=False) == date(2026, 3, 31)
    assert longest_wait(date(2026, 3, 1), is_written=True) is None


@pytest.fixture
def world(db: None) -> World:
    return cast.build()


def today() -> date:
    return clock.today(cast.ZONE)


def disclosed(world: World, basis: str = "court", ago: int = 3, **more: Any) -> UUID:
    given: dict[str, Any] = {
        "patient": world.patients["lupe"],
        "disclosed_on": today() - timedelta(days=ago),
        "to_name": "County court",
        "what": "Notes of March",
        "purpose": "Subpoena 12/881",
        "basis": basis,
        **more,
    }
    return actions.record_disclosure.perform(given, by=world.actor("mia")).answer.disclosure


def in_account(world: World, on: date | None = None) -> list[UUID]:
    asked = on or today()
    with looks.collecting("test"):
        lines = account_of(
            world.actor("mia"), world.patients["lupe"], earliest(asked), asked, asked
        )
    return [each.id for each in lines]


def test_what_is_excepted_old_or_taken_back_stands_in_no_account(world: World) -> None:
    court = disclosed(world)
    disclosed(world, "treatment")
    disclosed(world, "authorization")
    disclosed(world, ago=6 * 366 + 1)
    mistaken = disclosed(world, "police")
    taken = actions.withdraw_disclosure.perform({"disclosure": mistaken}, by=world.actor("mia"))
    assert in_account(world) == [court]
    undo(taken.deed, by=world.actor("mia"))
    assert set(in_account(world)) == {court, mistaken}


def test_a_statement_of_the_police_holds_it_back_until_its_day(world: World) -> None:
    police = disclosed(world, "police")
    until = today() + timedelta(days=90)
    done = actions.suspend_disclosure.perform(
        {
            "disclosure": police,
            "stated_by": "Sgt Hall, Tempe police",
            "is_written": True,
            "stated_on": today(),
            "until": until,
        },
        by=world.actor("mia"),
    )
    assert in_account(world) == []
    assert in_account(world, until) == []
    assert in_account(world, until + timedelta(days=1)) == [police]
    actions.end_suspension(done.answer.suspension, by=world.actor("mia"))
    assert in_account(world) == [police]


@pytest.mark.parametrize(
    ("basis", "is_written", "until", "told"),
    [
        ("police", False, 31, "at most 30 days"),
        ("police", True, None, "says until when"),
        ("police", True, -1, "before the statement"),
        ("court", True, 9, "only for what was disclosed to law enforcement"),
    ],
)
def test_a_statement_that_does_not_hold_is_refused(
    world: World, basis: str, is_written: bool, until: int | None, told: str
) -> None:
    last = None if until is None else today() + timedelta(days=until)
    with pytest.raises(Refused) as refused:
        actions.suspend_disclosure(
            disclosed(world, basis), "Sgt Hall", is_written, today(), last, by=world.actor("mia")
        )
    assert told in refused.value.message


def test_an_oral_statement_needs_no_day(world: World) -> None:
    police = disclosed(world, "police")
    actions.suspend_disclosure(police, "Sgt Hall", False, today(), by=world.actor("mia"))
    assert in_account(world, today() + timedelta(days=30)) == []
    assert in_account(world, today() + timedelta(days=31)) == [police]


def test_a_day_to_come_is_refused_at_its_field(world: World) -> None:
    with pytest.raises(Refused) as refused:
        disclosed(world, ago=-1)
    assert refused.value.field == "disclosed_on"
    with pytest.raises(Refused) as refused:
        disclosed(world, last_on=today() - timedelta(days=9))
    assert refused.value.field == "last_on"


FORM = {
    "disclosed_on": "yesterday",
    "to_name": "County health department",
    "what": "Positive test for pertussis",
    "purpose": "Reportable disease",
    "basis": "public_health",
}


def test_it_is_recorded_shown_accounted_for_and_kept(world: World) -> None:
    mia, lupe = signed_in(world, "mia"), world.patients["lupe"]
    address = f"/patients/{lupe}/disclosures/"
    wrong = mia.post(f"{address}new/", {**FORM, "disclosed_on": "someday", "basis": ""})
    assert wrong.status_code == 422
    assert "County health department" in wrong.content.decode(), "what was typed is kept"
    assert mia.post(f"{address}new/", FORM).status_code == 303
    disclosed(world, "treatment", to_name="Dr Outside")
    html = mia.get(address).content.decode()
    assert "County health department" in html
    assert "Dr Outside" in html
    account = mia.get(f"{address}account/").content.decode()
    assert "County health department" in account
    assert "Dr Outside" not in account
    assert "Elm Street Family Practice" in account
    given = mia.post(f"{address}account/", {"since": "", "until": ""})
    assert given.status_code == 303
    kept = Accounting.objects.get()
    assert [each["to"] for each in kept.lines] == ["County health department"]
    assert (kept.patient_id, kept.given_by) == (lupe, world.users["mia"].id)
    assert "1 disclosure" in mia.get(address).content.decode()


def test_reading_and_giving_it_is_on_record(world: World) -> None:
    mia, lupe = signed_in(world, "mia"), world.patients["lupe"]
    mia.get(f"/patients/{lupe}/disclosures/account/")
    mia.post(f"/patients/{lupe}/disclosures/account/", {})
    rows = Entry.objects.filter(subjects__contains=[lupe], actor=world.users["mia"].id)
    kinds = [(each.kind, each.name) for each in rows]
    assert ("look", "privacy:accounting") in kinds
    assert ("change", "give_accounting") in kinds


def test_a_merged_patients_disclosures_are_in_one_account(world: World) -> None:
    from caredesk.people.models import Patient

    one, other = disclosed(world), disclosed(world, patient=world.patients["wei"])
    Patient.objects.filter(pk=world.patients["wei"]).update(identity=world.patients["lupe"])
    assert set(in_account(world)) == {one, other}


@pytest.mark.parametrize("name", ["ana", "chen"])
def test_who_has_not_the_permission_sees_and_does_none_of_it(world: World, name: str) -> None:
    client, lupe = signed_in(world, name), world.patients["lupe"]
    row = disclosed(world, "police")
    for address in (
        f"/patients/{lupe}/disclosures/",
        f"/patients/{lupe}/disclosures/new/",
        f"/patients/{lupe}/disclosures/account/",
        f"/disclosures/{row}/suspension/",
    ):
        assert client.get(address).status_code == 404
        assert client.post(address, FORM).status_code in {404, 405}
    assert client.post(f"/disclosures/{row}/withdrawal/").status_code == 404
    assert Disclosure.objects.count() == 1


def test_on_the_page_it_is_held_back_ended_and_taken_back(world: World) -> None:
    mia, row = signed_in(world, "mia"), disclosed(world, "police")
    address = f"/disclosures/{row}/suspension/"
    said = {"stated_by": "Sgt Hall", "is_written": "no", "stated_on": "today", "until": ""}
    assert mia.post(address, said).status_code == 303
    listed = f"/patients/{world.patients['lupe']}/disclosures/"
    assert "an agency asked to wait" in mia.get(listed).content.decode()
    mia.post(address, {"end": "1"})
    assert "an agency asked to wait" not in mia.get(listed).content.decode()
    mia.post(f"/disclosures/{row}/withdrawal/")
    assert "taken back" in mia.get(listed).content.decode()
