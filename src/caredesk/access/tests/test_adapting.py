"""A practice adapts roles: with a trace, with undo, and never so far that nobody can go back."""

from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.test_actions import MANAGER

from caredesk.access.actions import add_user, grant_role
from caredesk.access.adapting import give_permission, take_permission
from caredesk.access.models import Adaptation, RoleGrant, User
from caredesk.access.rules import OF_ANYBODY, OUTSIDE, ROLES, STAFF, permissions_of
from caredesk.access.sessions import SessionStore
from caredesk.access.tests.test_actions import PASSWORD, actor, added
from caredesk.audit.models import Entry
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Refused
from caredesk.kernel.permissions import declared
from caredesk.kernel.undo import undo

pytestmark = pytest.mark.django_db


def signed_in(user: UUID) -> tuple[Client, Actor]:
    """The browser, and who its session says that it is."""
    client = Client()
    client.force_login(User.objects.get(pk=user))
    return client, now_is(client)


def now_is(client: Client) -> Actor:
    found = SessionStore(client.cookies["caredesk_session"].value).actor()
    assert found is not None
    return found


def test_what_is_given_and_taken_counts_at_once_for_who_has_the_role() -> None:
    ana, bo = added("ana", "biller"), added("bo", "nurse")
    client, before = signed_in(ana)
    assert not before.may("people.change")
    give_permission("biller", "people.change", by=MANAGER)
    take_permission("biller", "scheduling.view", by=MANAGER)
    assert now_is(client).permissions == before.permissions - {"scheduling.view"} | {
        "people.change"
    }
    assert signed_in(bo)[1].permissions == permissions_of(["nurse"])


def test_what_one_role_loses_another_still_allows() -> None:
    both = added("ana", "nurse", "biller")
    take_permission("nurse", "people.view", by=MANAGER)
    assert signed_in(both)[1].may("people.view")
    take_permission("biller", "people.view", by=MANAGER)
    assert not signed_in(both)[1].may("people.view")


@pytest.mark.parametrize(
    ("role", "permission", "change"),
    [
        ("biller", "people.change", give_permission),
        ("secretary", "scheduling.overbook", take_permission),
    ],
)
def test_undo_makes_the_role_as_it_was(role: str, permission: str, change: object) -> None:
    done = change.perform({"role": role, "permission": permission}, by=MANAGER)  # type: ignore[attr-defined]
    row = Adaptation.objects.get(ended_at__isnull=True)
    assert (row.role, row.permission, row.by, row.by_label) == (
        role,
        permission,
        MANAGER.id,
        MANAGER.label,
    )
    undo(done.deed, by=MANAGER)
    row.refresh_from_db()
    assert row.ended_at
    assert row.ended_by == MANAGER.id
    assert Adaptation.objects.count() == 1
    changes = [entry.changes for entry in Entry.objects.filter(actor=MANAGER.id) if entry.changes]
    assert any(change["table"] == "access_adaptation" for each in changes for change in each)


def test_what_is_so_already_is_refused() -> None:
    with pytest.raises(Refused, match="may do this already"):
        give_permission("secretary", "people.view", by=MANAGER)
    with pytest.raises(Refused, match="No biller"):
        take_permission("biller", "people.change", by=MANAGER)
    assert not Adaptation.objects.exists()


@pytest.mark.parametrize(
    ("role", "permission"),
    [
        *[(role, "people.view") for role in sorted(OUTSIDE)],
        ("emperor", "people.view"),
        ("biller", "people.everything"),
        ("biller", "ui.tidy"),
        ("biller", "access.own_password"),
        ("biller", "desk.use"),
    ],
)
def test_what_is_not_the_practices_to_give_is_refused(role: str, permission: str) -> None:
    with pytest.raises(Refused):
        give_permission(role, permission, by=MANAGER)
    with pytest.raises(Refused):
        take_permission(role, permission, by=MANAGER)


def test_a_patient_gets_nothing_of_the_staffs_whatever_the_database_holds() -> None:
    insert = """INSERT INTO access_adaptation (id, role, permission, is_given, since, by, by_label)
        VALUES (gen_random_uuid(), %s, 'people.view', true, now(), gen_random_uuid(), 'x')"""
    for role in sorted(OUTSIDE):
        with (
            pytest.raises(IntegrityError, match="access_adapts_staff"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(insert, [role])
        assert permissions_of([role]) == OF_ANYBODY
        for other in STAFF:
            assert permissions_of([role, other]) <= OF_ANYBODY


def test_nobody_is_staff_and_patient_with_one_account() -> None:
    ana, lu = added("ana", "secretary"), added("lu", "patient")
    for user, role in ((ana, "patient"), (ana, "proxy"), (lu, "secretary"), (lu, "manager")):
        with pytest.raises(Refused, match="one account"):
            grant_role(user, role, by=MANAGER)
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            RoleGrant.objects.create(user_id=user, role=role)
        assert isinstance(refused.value.__cause__, psycopg.errors.ExclusionViolation)
    with pytest.raises(Refused, match="one account"):
        add_user("cy", "Cy", PASSWORD, ["proxy", "nurse"], by=MANAGER)
    grant_role(lu, "proxy", by=MANAGER)


def test_the_last_who_can_manage_stays() -> None:
    mia = added("mia", "manager")
    for permission in ("access.manage", "access.roles", "access.view"):
        with pytest.raises(Refused, match="Nobody would be left"):
            take_permission("manager", permission, by=MANAGER)
    added("ada", "administrator")
    take_permission("manager", "access.roles", by=MANAGER)
    assert not signed_in(mia)[1].may("access.roles")
    with pytest.raises(Refused, match="Nobody would be left"):
        take_permission("administrator", "access.manage", by=MANAGER)


def test_who_was_adapted_away_from_managing_does_not_count_as_the_last() -> None:
    from caredesk.access.actions import end_user

    added("mia", "manager")
    ada = added("ada", "administrator")
    take_permission("manager", "access.roles", by=MANAGER)
    with pytest.raises(Refused, match="only one"):
        end_user(ada, by=MANAGER)


def test_nobody_widens_what_they_may_themselves() -> None:
    added("mia", "manager")
    ada = added("ada", "administrator")
    by = actor(ada, "administrator")
    with pytest.raises(Refused, match="themselves"):
        give_permission("administrator", "people.view", by=by)
    with pytest.raises(Refused, match="themselves"):
        grant_role(ada, "secretary", by=by)
    give_permission("biller", "people.change", by=by)
    mia = User.objects.get(username="mia")
    grant_role(mia.id, "physician", by=actor(mia.id, "manager"))


def test_it_costs_a_page_no_statement_more() -> None:
    ana, _ = signed_in(added("ana", "secretary"))
    with CaptureQueriesContext(connection) as before:
        ana.get("/drafts/")
    give_permission("secretary", "practice.setup", by=MANAGER)
    with CaptureQueriesContext(connection) as after:
        ana.get("/drafts/")
    assert len(after) == len(before)


def test_the_database_knows_every_role_and_no_other() -> None:
    for role in ROLES:
        added(f"user-{role}", role)
    with pytest.raises(IntegrityError, match="access_known_role"), transaction.atomic():
        RoleGrant.objects.create(user_id=added("eve", "nurse"), role="emperor")


def test_only_what_is_declared_is_given_by_default() -> None:
    known = declared()
    for role in ROLES:
        for permission in permissions_of([role]):
            assert known[permission].whose != "programs"
    for each in known.values():
        if each.whose == "all_staff":
            assert all(each.name in permissions_of([role]) for role in STAFF)
