"""The one statement that decides, compared with the pure rule; and breaking glass at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import world as cast
from tests.world import World

from caredesk.access.actions import add_user
from caredesk.kernel import clock, looks
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import barred, with_sight
from caredesk.kernel.ids import new_id
from caredesk.people.actions import break_glass, register_patient, restrict_patient
from caredesk.people.models import BrokenGlass, Patient, Restriction
from caredesk.people.rules import restrictions as rule

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
minutes = st.integers(-90, 90).map(lambda number: NOW + timedelta(minutes=number))


@pytest.fixture
def people(db: None) -> list[Actor]:
    """A secretary and a physician."""
    made = []
    for name, role in (("ann", "secretary"), ("phil", "physician")):
        user = add_user(name, name, cast.PASSWORD, [role], by=cast.FOUNDER).user
        made.append(Actor("user", user, name, frozenset({role})))
    return made


@pytest.fixture
def patient(db: None) -> Iterator[UUID]:
    with looks.collecting("gate"):
        yield register_patient(
            "Quill", datetime(1961, 2, 3, tzinfo=UTC).date(), "Zeb", by=cast.FOUNDER
        ).patient


drawn_restriction = st.tuples(
    st.sampled_from(["restricted", "hidden"]),
    minutes,
    st.sets(st.integers(0, 1)),
    st.sets(st.sampled_from(["secretary", "physician"])),
    st.booleans(),
    st.booleans(),
)
drawn_grant = st.tuples(st.integers(0, 1), minutes, minutes, st.booleans(), st.booleans())


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(drawn_restriction, max_size=3), st.lists(drawn_grant, max_size=3))
def test_the_statement_decides_as_the_rule_does(
    people: list[Actor], patient: UUID, standing: list[Any], given_grants: list[Any]
) -> None:
    piece = UUID(int=77)
    with transaction.atomic():
        restrictions = [_restriction(patient, piece, people, *each) for each in standing]
        grants = [_grant(patient, piece, people, *each) for each in given_grants]
        with clock.stopped_at(NOW):
            for viewer in people:
                known = barred(viewer)
                for id, of in ((patient, None), (piece, piece)):
                    says = rule.sight(viewer.id, viewer.roles, restrictions, grants, NOW, of)
                    assert known.hides(id) == (says == "hidden")
                    assert known.marks(id) == (says == "restricted")
                    assert (id in known) == (says != "seen")
        transaction.set_rollback(True)


def _restriction(
    patient: UUID,
    piece: UUID,
    people: list[Actor],
    level: rule.Level,
    since: datetime,
    users: set[int],
    roles: set[str],
    on_piece: bool,
    ended: bool,
) -> rule.Restriction:
    circle = [people[number].id for number in users]
    Restriction.objects.bulk_create(
        [
            Restriction(
                patient_id=patient,
                piece_kind="appointment" if on_piece else "",
                piece_id=piece if on_piece else None,
                kind="vip",
                level=level,
                why="x",
                users=circle,
                roles=sorted(roles),
                since=since,
                set_by=new_id(),
                set_by_label="x",
                ended_at=NOW if ended else None,
            )
        ]
    )
    return rule.Restriction(
        level,
        since,
        frozenset(circle),
        frozenset(roles),
        piece if on_piece else None,
        NOW if ended else None,
    )


def _grant(
    patient: UUID,
    piece: UUID,
    people: list[Actor],
    user: int,
    at: datetime,
    until: datetime,
    on_piece: bool,
    ended: bool,
) -> rule.Grant:
    BrokenGlass.objects.bulk_create(
        [
            BrokenGlass(
                patient_id=patient,
                piece_kind="appointment" if on_piece else "",
                piece_id=piece if on_piece else None,
                user_id=people[user].id,
                user_label="x",
                reason="other",
                words="x",
                at=at,
                until=until,
                ended_at=NOW if ended else None,
            )
        ]
    )
    return rule.Grant(
        people[user].id, at, until, piece if on_piece else None, NOW if ended else None
    )


@pytest.mark.django_db
def test_every_record_of_a_merged_patient_is_barred(people: list[Actor], patient: UUID) -> None:
    with looks.collecting("gate"):
        born = datetime(1950, 1, 1, tzinfo=UTC).date()
        other = register_patient("Quill", born, "Zebulon", by=cast.FOUNDER).patient
        restrict_patient(other, "vip", "Mayor", by=cast.FOUNDER)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_patient SET identity_id = %s WHERE id = %s", [patient, other])
    known = barred(people[0])
    assert known.marks(patient)
    assert known.marks(other)


@pytest.mark.django_db
def test_two_thousand_restrictions_are_read_whole(people: list[Actor], patient: UUID) -> None:
    """A big house: all are read, packed, with the session."""
    with looks.collecting("gate"):
        Restriction.objects.bulk_create(
            [
                Restriction(
                    patient_id=patient,
                    piece_kind="appointment",
                    piece_id=UUID(int=number + 1),
                    kind="adolescent",
                    level="restricted",
                    why="x",
                    since=NOW,
                    set_by=new_id(),
                    set_by_label="x",
                )
                for number in range(2000)
            ]
        )
    assert len(barred(people[0]).ids) == 2000


def test_broken_twice_at_once_it_is_one_grant_and_one_review(committed_db: None) -> None:
    world: World = cast.build()
    patient = world.patients["lupe"]
    with looks.collecting("gate"):
        restrict_patient(patient, "staff", "Works here", by=cast.FOUNDER)
    ana = world.actor("ana")

    def broken(_: int) -> UUID:
        try:
            return break_glass("desk", "She is here", patient=patient, by=with_sight(ana)).grant
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        grants = set(pool.map(broken, range(4)))
    assert grants == {BrokenGlass.objects.get().id}
    assert Patient.objects.filter(pk=patient).exists()
