"""Drafts: kept for one person, limited, thrown away and brought back, and gone in time."""

import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from caredesk.audit.models import Entry
from caredesk.kernel import clock, looks
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.models import Deed
from caredesk.kernel.undo import undo
from caredesk.ui import rules
from caredesk.ui.actions import drop_draft, end_draft, keep_draft
from caredesk.ui.jobs import let_drafts_go
from caredesk.ui.models import Draft
from caredesk.ui.queries import own_drafts, shown

DESK = frozenset({"desk.use", "kernel.undo"})
ANA = Actor("user", uuid4(), "Ana Ruiz", permissions=DESK)
BEN = Actor("user", uuid4(), "Ben Ode", permissions=DESK)
LUPE = uuid4()
TYPED = {"given": ["Tom"], "interpreter_needed": ["on"]}


def keep(by: Actor = ANA, name: str = "register", **more: Any) -> Any:
    said = {"title": "Register a patient", "address": "/patients/new/", "subjects": []}
    return keep_draft(**{"name": name, "typed": TYPED, **said, **more}, by=by)


def typed_of(by: Actor, name: str = "register") -> Any:
    return next((each.typed for each in own_drafts(by, name) if each.name == name), None)


@pytest.mark.django_db
def test_a_draft_is_kept_for_one_person_and_each_keeping_takes_the_place_of_the_last() -> None:
    first = keep()
    second = keep(typed={"given": ["Tomás"]})
    assert second.draft == first.draft
    assert second.edition > first.edition
    assert typed_of(ANA) == {"given": ["Tomás"]}
    assert own_drafts(BEN) == []
    keep(BEN, typed={"given": ["Bill"]})
    assert typed_of(ANA) == {"given": ["Tomás"]}
    assert typed_of(BEN) == {"given": ["Bill"]}


@pytest.mark.django_db
def test_what_is_typed_is_on_no_record_and_twenty_pauses_are_one_row() -> None:
    for length in range(1, 21):
        keep(typed={"note": ["Afraid of needles"[:length]]}, subjects=[LUPE])
    entry = Entry.objects.get()
    assert (entry.name, entry.actor, entry.subjects) == ("keep_draft", ANA.id, [LUPE])
    assert Deed.objects.count() == 1
    end_draft("register", by=ANA)
    assert [each.name for each in Entry.objects.order_by("seq")] == ["keep_draft", "end_draft"]
    kept = str(list(Entry.objects.values())) + str(list(Deed.objects.values()))
    assert "Afraid" not in kept
    assert "Register a patient" in kept


@pytest.mark.django_db
def test_another_persons_draft_is_missing() -> None:
    kept = keep()
    with pytest.raises(Missing):
        drop_draft(kept.draft, by=BEN)
    with pytest.raises(Missing):
        end_draft("register", by=BEN)
    thrown = drop_draft.perform({"draft": kept.draft}, by=ANA)
    with pytest.raises(Missing):
        undo(thrown.deed, by=BEN)
    assert Draft.objects.get().owner == ANA.id


@pytest.mark.django_db
def test_thrown_away_it_is_gone_and_can_be_brought_back() -> None:
    kept = keep()
    thrown = drop_draft.perform({"draft": kept.draft}, by=ANA)
    assert own_drafts(ANA) == []
    with pytest.raises(Missing):
        drop_draft(kept.draft, by=ANA)
    undo(thrown.deed, by=ANA)
    assert typed_of(ANA) == TYPED


@pytest.mark.django_db
def test_what_was_typed_anew_since_is_not_overwritten_by_undo() -> None:
    thrown = drop_draft.perform({"draft": keep().draft}, by=ANA)
    keep(typed={"given": ["Bill"]})
    with pytest.raises(Refused, match="anew"):
        undo(thrown.deed, by=ANA)
    assert typed_of(ANA) == {"given": ["Bill"]}
    begun = Entry.objects.filter(name="keep_draft")
    assert begun.count() == 2


@pytest.mark.django_db
def test_an_empty_form_is_never_kept_and_ends_only_what_it_knows() -> None:
    with pytest.raises(Refused):
        keep(typed={})
    older = keep()
    newer = keep(typed={"given": ["Tomás"]})
    with pytest.raises(Missing):
        end_draft("register", older.edition, by=ANA)
    assert typed_of(ANA) == {"given": ["Tomás"]}
    end_draft("register", newer.edition, by=ANA)
    assert not Draft.objects.exists()


@pytest.mark.django_db
def test_sixty_four_kilobytes_and_no_more() -> None:
    fits = rules.LONGEST_KB * 1024 - len('{"note": [""]}')
    keep(typed={"note": ["x" * fits]})
    for too_long in ("x" * (fits + 1), "é" * (fits // 2 + 1)):
        with pytest.raises(Refused, match="too long to be kept") as refused:
            keep(typed={"note": [too_long]})
        assert refused.value.next_step
    assert typed_of(ANA) == {"note": ["x" * fits]}


@pytest.mark.django_db
def test_the_oldest_go_when_there_are_fifty() -> None:
    now = clock.now()
    keep(BEN, name="first")
    for number in range(rules.MOST_OF_ONE_PERSON + 2):
        with clock.stopped_at(now + timedelta(minutes=number)):
            keep(name=f"form-{number}")
    names = [each.name for each in own_drafts(ANA)]
    assert len(names) == rules.MOST_OF_ONE_PERSON
    assert {"form-0", "form-1"}.isdisjoint(names)
    assert [each.name for each in own_drafts(BEN)] == ["first"]


@pytest.mark.django_db
def test_what_nobody_came_back_to_goes_after_a_fortnight() -> None:
    keep(subjects=[LUPE])
    touched = clock.now()
    with clock.stopped_at(touched + rules.LASTS - timedelta(minutes=1)):
        let_drafts_go()
        keep(BEN)
    assert Draft.objects.count() == 2
    with clock.stopped_at(touched + rules.LASTS + timedelta(minutes=1)):
        let_drafts_go()
        let_drafts_go()
    assert Draft.objects.get().owner == BEN.id
    gone = Entry.objects.get(name="expire_drafts")
    assert (gone.actor_kind, gone.subjects) == ("program", [LUPE])
    assert "Tom" not in str(gone.changes)


@pytest.mark.django_db
def test_what_was_thrown_away_goes_within_the_hour() -> None:
    thrown = drop_draft.perform({"draft": keep().draft}, by=ANA)
    with clock.stopped_at(clock.now() + rules.BROUGHT_BACK_FOR + timedelta(seconds=1)):
        let_drafts_go()
    assert not Draft.objects.exists()
    with pytest.raises(Missing):
        undo(thrown.deed, by=ANA)


@pytest.mark.django_db
def test_whoever_stands_in_the_bar_was_looked_at() -> None:
    keep(subjects=[LUPE], title="Details of Guadalupe")
    with looks.collecting("a page") as found:
        shown(ANA, own_drafts(ANA))
    assert list(found.subjects) == [LUPE]
    with pytest.raises(RuntimeError, match="a look outside a door"):
        shown(ANA, own_drafts(ANA))


@pytest.mark.django_db
def test_what_no_database_holds_is_left_out() -> None:
    keep(typed={"given": ["To\0m\ud800"], "note": ["two\nlines"]})
    assert typed_of(ANA) == {"given": ["Tom"], "note": ["two\nlines"]}


def test_two_windows_that_begin_at_once_make_one_draft(committed_db: None) -> None:
    start = threading.Barrier(8)
    failed: list[Exception] = []

    def type_at_once(number: int) -> None:
        start.wait()
        try:
            keep(typed={"given": [f"Tom {number}"]})
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=type_at_once, args=[number]) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failed == []
    assert Draft.objects.get().edition == 8
