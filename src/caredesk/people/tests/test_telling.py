"""What a relative may be told, by which proof, and the code word that a caller says."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests import world as cast
from tests.world import World

from caredesk.audit.models import Entry
from caredesk.kernel import clock, looks
from caredesk.kernel.errors import Refused
from caredesk.kernel.models import Deed, LoggedEvent
from caredesk.kernel.undo import undo
from caredesk.people.actions import (
    add_relative,
    change_relative,
    check_code_word,
    end_relative,
    set_code_word,
)
from caredesk.people.models import CodeWordCheck, Relative
from caredesk.people.rules.telling import Telling, code_word_as_kept

TODAY = date(2026, 11, 24)


@given(
    st.lists(st.sampled_from(["times", "clinical", "billing"]), unique=True),
    st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
)
def test_after_its_last_day_nothing_may_be_told(may: list[str], until: date | None) -> None:
    telling = Telling(may, until=until)
    if until is not None and until < TODAY:
        assert list(telling.now(TODAY)) == []
        assert telling.words(TODAY).startswith("nothing")
    else:
        assert list(telling.now(TODAY)) == may
        assert telling.words(TODAY) == "nothing" or may


@given(st.text(min_size=1))
def test_a_code_word_is_compared_as_it_is_said(word: str) -> None:
    once = code_word_as_kept(word)
    assert code_word_as_kept(f"  {once.upper()} ") == code_word_as_kept(once.upper())
    assert code_word_as_kept("  Márta   KÖRTE ") == "marta korte"


@pytest.fixture
def world(db: None) -> Iterator[World]:
    made = cast.build()
    with looks.collecting("telling"):
        yield made


@pytest.fixture
def relative(world: World) -> UUID:
    assert world.relative is not None
    return world.relative


def test_a_code_word_is_nowhere_to_be_read(world: World, relative: UUID) -> None:
    ana = world.actor("ana")
    set_code_word(relative, "Blue heron", by=ana)
    assert check_code_word(relative, "  blue HERON", by=ana).matches
    assert not check_code_word(relative, "red heron", by=ana).matches
    kept = Relative.objects.get(pk=relative).code_word
    assert kept.startswith("argon2")
    written = " ".join(
        [
            *map(str, Entry.objects.values_list("changes", flat=True)),
            *map(str, Deed.objects.values_list("answer", "inverse_arguments")),
            *map(str, LoggedEvent.objects.values_list("body", flat=True)),
        ]
    ).lower()
    assert "heron" not in written
    assert kept not in written
    checks = CodeWordCheck.objects.order_by("at").values_list("by", "matched")
    assert list(checks) == [(ana.id, True), (ana.id, False)]


def test_after_a_few_wrong_words_no_more_are_compared_for_a_while(
    world: World, relative: UUID
) -> None:
    ana = world.actor("ana")
    set_code_word(relative, "blue heron", by=ana)
    for _ in range(5):
        check_code_word(relative, "guess", by=ana)
    with pytest.raises(Refused, match="too often"):
        check_code_word(relative, "blue heron", by=ana)
    with clock.stopped_at(clock.now() + timedelta(minutes=16)):
        assert check_code_word(relative, "blue heron", by=ana).matches


def test_who_ended_it_is_kept_and_taken_back(world: World, relative: UUID) -> None:
    ana = world.actor("ana")
    end_relative(relative, by=ana)
    row = Relative.objects.get(pk=relative)
    assert (row.ended_by, row.ended_by_label) == (ana.id, "Ana Ruiz")
    undo(Deed.objects.get(action="end_relative").id, by=ana)
    row.refresh_from_db()
    assert (row.ended_at, row.ended_by, row.ended_by_label) == (None, None, "")


def test_a_change_of_proof_can_be_undone(world: World, relative: UUID) -> None:
    ana = world.actor("ana")
    signed, until = date(2026, 3, 3), date(2027, 3, 3)
    change_relative(
        relative,
        "Inés Ortiz",
        "daughter",
        may_be_told=["times", "clinical"],
        form_signed_on=signed,
        told_until=until,
        by=ana,
    )
    row = Relative.objects.get(pk=relative)
    assert (row.proof, row.form_signed_on, row.told_until) == ("", signed, until)
    undo(Deed.objects.get(action="change_relative").id, by=ana)
    row.refresh_from_db()
    assert (row.may_be_told, row.form_signed_on) == (["times"], None)


def test_it_stands_wherever_one_talks(world: World, relative: UUID) -> None:
    client, ana = Client(), world.actor("ana")
    client.force_login(world.users["ana"])
    lupe = world.patients["lupe"]
    set_code_word(relative, "blue heron", by=ana)
    add_relative(
        lupe,
        "Pia Ortiz",
        "cousin",
        may_be_told=["billing"],
        proof="release form",
        told_until=clock.today(cast.ZONE) - timedelta(days=1),
        by=ana,
    )
    visit = cast.book_tomorrow(world, "lupe")
    for address in (
        f"/patients/{lupe}/",
        f"/patients/{lupe}/appointments/new/",
        f"/appointments/{visit}/",
        f"/appointments/{visit}/cancellation/",
        f"/appointments/{visit}/times/",
    ):
        shown = client.get(address).content.decode()
        assert "Inés Ortiz" in shown, address
        assert "times of visits" in shown, address
        assert "nothing: it has run out" in shown, address


def test_the_desk_types_what_is_said_and_hears_yes_or_no(world: World, relative: UUID) -> None:
    client = Client()
    client.force_login(world.users["ana"])
    lupe = world.patients["lupe"]
    here = f"/patients/{lupe}/relatives/{relative}"
    assert "Compare the code word" not in client.get(f"{here}/calls/").content.decode()
    short = client.post(f"{here}/code-word/", {"code_word": "ab"})
    assert short.status_code == 422
    assert "at least 4 letters" in short.content.decode()
    assert client.post(f"{here}/code-word/", {"code_word": "blue heron"}).status_code == 303
    yes = client.post(f"{here}/calls/", {"said": "Blue Heron"}).content.decode()
    assert "Yes: this is the code word" in yes
    assert "heron" not in yes.lower()
    no = client.post(f"{here}/calls/", {"said": "grey goose"}).content.decode()
    assert "Tell this caller nothing" in no
    assert "goose" not in no
    assert client.post(f"{here}/code-word/", {"end": "1"}).status_code == 303
    assert "Compare the code word" not in client.get(f"{here}/calls/").content.decode()
