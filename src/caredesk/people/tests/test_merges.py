"""A merge changes one pointer: all that is read and changed goes to the record that survives."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from caredesk.access.rules import permissions_of
from caredesk.kernel import looks
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import NeedsReason, Refused
from caredesk.kernel.undo import undo
from caredesk.people.actions import (
    add_phone,
    change_patient,
    record_deceased,
    register_patient,
)
from caredesk.people.models import Patient, Phone
from caredesk.people.queries import likely_duplicates
from caredesk.people.rules.birthdates import BirthDate
from caredesk.people.rules.names import FullName

pytestmark = pytest.mark.django_db

BY = Actor("user", UUID(int=1), "Ana Ruiz", frozenset({"manager"}), permissions_of(["manager"]))


@pytest.fixture(autouse=True)
def _collecting(db: None) -> Iterator[None]:
    with looks.collecting("test"):
        yield


def register(family: str, given: str, born: date, **more: Any) -> UUID:
    return register_patient(family=family, given=given, birth_date=born, **more, by=BY).patient


@pytest.fixture
def survivor() -> UUID:
    return register("Lind", "Eva", date(1980, 1, 2), sex="female")


@pytest.fixture
def merged(survivor: UUID) -> UUID:
    """Eva under her former name and with a slip in her birth date, merged with her now."""
    id = register("Soto", "Eva", date(1984, 8, 2), sex="female", phone="602 234 0142")
    Patient.objects.filter(pk=id).update(identity=survivor)
    return id


def test_a_merged_records_name_birth_and_telephone_still_stop(survivor: UUID, merged: UUID) -> None:
    old = Patient.objects.get(pk=merged).record_number
    (likely,) = likely_duplicates(BY, FullName("Soto", "Eva"), BirthDate(date(1984, 8, 2)))
    assert (likely.id, likely.name, likely.birth_date) == (survivor, "Eva Lind", "2 Jan 1980")
    assert likely.phone == "(602) 234-0142"
    assert f"by the merged record {old}" in likely.reasons
    (likely,) = likely_duplicates(
        BY,
        FullName("Wed", "Eva"),
        BirthDate(date(1980, 1, 2)),
        [("+16022340142", "6022340142")],
    )
    assert "same telephone" in likely.reasons
    with pytest.raises(NeedsReason):
        register("Soto", "Eva", date(1984, 8, 2))


def test_both_records_of_a_merge_are_shown_once(survivor: UUID, merged: UUID) -> None:
    Patient.objects.filter(pk=merged).update(family="Lind")
    change_patient(survivor, birth_date=date(1984, 8, 2), by=BY)
    found = likely_duplicates(BY, FullName("Lind", "Eva"), BirthDate(date(1984, 8, 2)))
    assert [(each.id, "merged" in str(each.reasons)) for each in found] == [(survivor, False)]


def test_a_change_through_a_merged_record_goes_to_the_survivor(
    survivor: UUID, merged: UUID
) -> None:
    kept = change_patient(merged, pronouns="she/her", by=BY)
    record_deceased(merged, deceased_on=date(2025, 3, 3), by=BY)
    added = add_phone(merged, "602 234 0155", by=BY)
    assert (kept.patient, added.patient) == (survivor, survivor)
    assert Phone.objects.get(pk=added.id).patient_id == survivor
    eva, old = Patient.objects.get(pk=survivor), Patient.objects.get(pk=merged)
    assert (eva.pronouns, eva.deceased_on) == ("she/her", date(2025, 3, 3))
    assert (old.pronouns, old.deceased) == ("", False)


def test_what_was_done_before_a_merge_is_not_undone_on_the_survivor(survivor: UUID) -> None:
    born = date(1984, 8, 2)
    given = {"family": "Soto", "given": "Eva", "birth_date": born, "sex": "male"}
    registered = register_patient.perform(given, by=BY)
    id = registered.answer.patient
    changed = change_patient.perform({"patient": id, "sex": "female"}, by=BY)
    Patient.objects.filter(pk=id).update(identity=survivor)
    number = Patient.objects.get(pk=survivor).record_number
    for deed in (changed.deed, registered.deed):
        with pytest.raises(Refused, match=f"merged into {number}"):
            undo(deed, by=BY)
    eva = Patient.objects.get(pk=survivor)
    assert (eva.sex, eva.withdrawn_at) == ("female", None)
