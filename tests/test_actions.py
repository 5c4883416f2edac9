"""How every action behaves, shown by the simplest ones there are."""

import threading
from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import connection

from caredesk.access.actions import add_user, end_user
from caredesk.access.models import RoleGrant, User
from caredesk.access.rules import permissions_of
from caredesk.audit.models import Entry
from caredesk.kernel import action as kernel_action
from caredesk.kernel import looks
from caredesk.kernel.action import (
    RunAgain,
    action,
    all_actions,
    carry_on,
    lessons,
    undo_with,
)
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert
from caredesk.kernel.errors import Busy, Missing, Refused
from caredesk.kernel.models import Deed
from caredesk.kernel.undo import undo
from caredesk.people.actions import add_identifier, register_patient
from caredesk.practice.actions import add_site, name_organization
from caredesk.practice.models import Organization, Site
from caredesk.workforce.actions import add_practitioner
from caredesk.workforce.models import Practitioner

MANAGER = Actor(
    "user", UUID(int=1), "Ana Ruiz", frozenset({"manager"}), permissions_of(["manager"])
)
SECRETARY = Actor(
    "user", UUID(int=2), "Bo Lind", frozenset({"secretary"}), permissions_of(["secretary"])
)
MAIN = {"name": "Main Street", "time_zone": "America/New_York"}


@pytest.mark.django_db
def test_a_change_leaves_one_audit_row_with_its_values() -> None:
    site = add_site(**MAIN, by=MANAGER).id
    entry = Entry.objects.get(name="add_site")
    assert (entry.kind, entry.actor, entry.actor_label) == ("change", MANAGER.id, "Ana Ruiz")
    [change] = entry.changes
    assert change["table"] == "practice_site"
    assert change["id"] == str(site)
    assert change["was"] is None
    assert change["now"]["time_zone"] == "America/New_York"


@pytest.mark.django_db
def test_an_update_is_kept_before_and_after_and_only_where_it_differs() -> None:
    name_organization("Old name", by=MANAGER)
    name_organization("New name", by=MANAGER)
    name_organization("New name", by=MANAGER)
    first, second, third = Entry.objects.filter(name="name_organization").order_by("seq")
    assert first.changes[0]["was"] is None
    assert second.changes[0]["was"] == {"name": "Old name"}
    assert second.changes[0]["now"] == {"name": "New name"}
    assert third.changes == []


@pytest.mark.django_db
def test_a_password_is_in_no_audit_row() -> None:
    add_user("ana", "Ana", "a long enough secret", ["secretary"], by=MANAGER)
    assert User.objects.get(username="ana").password.startswith("argon2")
    text = str(list(Entry.objects.values_list("changes", flat=True)))
    assert "argon2" not in text
    assert "a long enough secret" not in text


@pytest.mark.django_db
def test_who_may_not_is_refused_and_nothing_is_written() -> None:
    with pytest.raises(Refused) as refused:
        add_site(**MAIN, by=SECRETARY)
    assert refused.value.forbidden
    assert not Site.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_every_wrong_field_is_named_and_what_was_typed_is_not_quoted() -> None:
    with pytest.raises(Refused) as refused:
        add_site.perform({"name": "x" * 10_000, "surprise": 1}, by=MANAGER)
    found = {problem.field: problem.message for problem in refused.value.problems}
    assert set(found) == {"name", "time_zone", "surprise"}
    assert found["name"] == "At most 200 characters, please: this has 10,000."
    assert "xxx" not in str(found)


@pytest.mark.django_db
def test_the_same_key_gets_the_same_answer_and_is_done_once() -> None:
    first = add_site.perform(MAIN, by=MANAGER, key="k1")
    again = add_site.perform(MAIN, by=MANAGER, key="k1")
    assert again.repeated
    assert (again.answer, again.deed) == (first.answer, first.deed)
    assert Site.objects.count() == 1


@pytest.mark.django_db
def test_a_key_with_another_body_is_refused_and_another_actors_key_is_another_key() -> None:
    name_organization.perform({"name": "One"}, by=MANAGER, key="k1")
    with pytest.raises(Refused, match="other content"):
        name_organization.perform({"name": "Two"}, by=MANAGER, key="k1")
    other = Actor("user", uuid4(), "Cy", permissions=permissions_of(["manager"]))
    assert not name_organization.perform({"name": "Two"}, by=other, key="k1").repeated


@pytest.mark.django_db
def test_undo_runs_the_inverse_once_and_is_on_record() -> None:
    added = add_user.perform(
        {"username": "bo", "name": "Bo", "password": "correct horse", "roles": ["secretary"]},
        by=MANAGER,
    )
    assert added.can_undo
    undo(added.deed, by=MANAGER)
    assert not User.objects.get(username="bo").is_active
    undone = Entry.objects.get(name="undo")
    assert Entry.objects.get(name="end_user").parent == undone.id
    with pytest.raises(Refused, match="already undone"):
        undo(added.deed, by=MANAGER)


@pytest.mark.django_db
def test_undo_needs_the_permission_of_the_inverse() -> None:
    added = add_user.perform(
        {"username": "bo", "name": "Bo", "password": "correct horse", "roles": ["secretary"]},
        by=MANAGER,
    )
    with pytest.raises(Refused) as refused:
        undo(added.deed, by=SECRETARY)
    assert refused.value.forbidden
    assert User.objects.get(username="bo").is_active


@pytest.mark.django_db
def test_what_cannot_be_undone_says_why() -> None:
    done = name_organization.perform({"name": "Elm"}, by=MANAGER)
    assert not done.can_undo
    with pytest.raises(Refused) as refused:
        undo(done.deed, by=MANAGER)
    assert refused.value.next_step == "Change the name instead."
    with pytest.raises(Missing):
        undo(uuid4(), by=MANAGER)


@pytest.mark.django_db
def test_an_action_that_fails_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    # The test's own action is no other test's.
    monkeypatch.setattr(kernel_action, "_all", kernel_action._all.copy())
    site = add_site(**MAIN, by=MANAGER).id
    before = Entry.objects.count()

    @action("practice.setup", no_undo="It is a test.")
    def add_two_sites_of_one_name(*, by: Actor) -> None:
        """Fail at the second step."""
        add_site("New", "America/Phoenix", by=by)
        add_site("new", "America/Phoenix", by=by)

    with pytest.raises(Refused):
        add_two_sites_of_one_name(by=MANAGER)
    assert [row.id for row in Site.objects.all()] == [site]
    assert Entry.objects.count() == before
    assert not Deed.objects.filter(action="add_two_sites_of_one_name").exists()


def test_sixteen_threads_with_one_key_do_it_once(committed_db: None) -> None:
    answers = at_once(lambda: add_site.perform(MAIN, by=MANAGER, key="same").answer.id, 16)
    assert len(answers) == 16
    assert len(set(answers)) == 1
    assert Site.objects.count() == 1


def test_what_refers_to_nothing_is_missing(committed_db: None) -> None:
    with pytest.raises(Missing):
        add_practitioner("Chen", user=uuid4(), by=MANAGER)
    assert not Practitioner.objects.exists()


def test_every_action_says_what_it_does_and_how_it_is_undone() -> None:
    for name, each in all_actions().items():
        assert each.summary.endswith("."), name
        assert "." in each.permission, name


@action("practice.setup", no_undo="It is a test.", internal=True)
def rename_again(name: str, deed: UUID, *, undoable: bool = False, by: Actor) -> None:
    """Go on with what an earlier deed began."""
    carry_on(deed)
    amend(Organization.objects.get(), name=name)
    if undoable:
        undo_with("rename_again", name="", deed=deed)


@pytest.mark.django_db
def test_what_carries_on_an_earlier_deed_writes_no_row_and_does_no_more() -> None:
    deed = name_organization.perform({"name": "Elm"}, by=MANAGER).deed
    done = rename_again.perform({"name": "Elm Street", "deed": deed}, by=MANAGER)
    assert (done.deed, Organization.objects.get().name) == (deed, "Elm Street")
    assert Entry.objects.count() == Deed.objects.count() == 1
    with pytest.raises(RuntimeError, match="does more"):
        rename_again("Oak", deed, undoable=True, by=MANAGER)
    with pytest.raises(RuntimeError, match="does more"):
        rename_again.perform({"name": "Oak", "deed": deed}, by=MANAGER, key="k")
    assert Organization.objects.get().name == "Elm Street"


@pytest.mark.django_db
def test_the_end_of_a_users_access_can_be_undone() -> None:
    user = add_user("bo", "Bo", "correct horse", ["secretary"], by=MANAGER).user
    ended = end_user.perform({"user": user}, by=MANAGER)
    undo(ended.deed, by=MANAGER)
    assert User.objects.get(pk=user).is_active


def at_once(send: Callable[[], object], times: int = 8) -> list[object]:
    """What each of several callers gets who send the same at the same moment."""
    answers: list[object] = []
    start = threading.Barrier(times)

    def one() -> None:
        start.wait()
        try:
            answers.append(send())
        except Exception as error:
            answers.append(error)
        connection.close()

    threads = [threading.Thread(target=one) for _ in range(times)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return answers


def test_two_who_add_one_user_at_once_read_that_the_name_is_taken(committed_db: None) -> None:
    answers = at_once(lambda: add_user("bo", "Bo", "correct horse", ["secretary"], by=MANAGER))
    others = [each for each in answers if isinstance(each, Exception)]
    assert len(answers) - len(others) == 1
    assert {str(each) for each in others} == {"username: This name is taken."}


def test_two_who_give_two_patients_one_number_at_once_read_who_has_it(committed_db: None) -> None:
    with looks.collecting("test"):
        patients = [
            register_patient(name, date(1974, 3, 7), by=MANAGER).patient
            for name in ("Abel", "Baker", "Cole", "Dunn")
        ]
    turn = iter(patients)
    answers = at_once(lambda: add_identifier(next(turn), "urn:mrn", "17", by=MANAGER), 4)
    others = [each for each in answers if isinstance(each, Exception)]
    assert len(answers) - len(others) == 1
    assert {str(each) for each in others} == {"value: A patient already has this identifier."}


@pytest.mark.django_db
def test_what_stays_taken_the_second_time_is_said_in_words() -> None:
    """An action without a check of its own: the constraint alone knows."""

    @action("practice.setup", no_undo="It is a test.", internal=True)
    def grant_twice(*, by: Actor) -> None:
        """Grant the same role twice."""
        user = add_user("bo", "Bo", "correct horse", ["secretary"], by=by).user
        insert(RoleGrant(user_id=user, role="secretary", granted_by=by.id))

    with pytest.raises(Busy) as busy:
        grant_twice(by=MANAGER)
    assert busy.value.message == "Somebody has just done the same."
    assert not User.objects.filter(username="bo").exists()


@action("practice.setup", no_undo="It is a test.", internal=True)
def name_after_trying(wanted: list[str], *, by: Actor) -> str:
    """Take the first of these names with which no run before has failed."""
    tried = lessons()
    name = next(each for each in wanted if each not in tried)
    name_organization(name, by=by)
    if name != "Oak":
        raise RunAgain(name)
    return f"{name} after {len(tried)}"


@action("practice.setup", no_undo="It is a test.", internal=True)
def have_it_named(wanted: list[str], *, by: Actor) -> str:
    """Have another action try."""
    return name_after_trying(wanted, by=by)


@pytest.mark.django_db
def test_what_runs_again_leaves_nothing_of_its_former_runs_and_knows_what_they_learnt() -> None:
    for doing in (name_after_trying, have_it_named):
        assert doing(["Elm", "Ash", "Oak"], by=MANAGER) == "Oak after 2"
        entry = Entry.objects.filter(name="name_organization").latest("seq")
        assert [change["now"]["name"] for change in entry.changes] in (["Oak"], [])
    assert Organization.objects.get().name == "Oak"
    assert Deed.objects.count() == 2


@pytest.mark.django_db
def test_what_runs_again_and_again_is_given_up_in_words() -> None:
    with pytest.raises(Busy, match="Too much changes at this moment"):
        name_after_trying([str(n) for n in range(100)], by=MANAGER)
    assert not Organization.objects.exists()
