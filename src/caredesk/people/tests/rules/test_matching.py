from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.people.rules.birthdates import BirthDate
from caredesk.people.rules.matching import Person, compare, deletions
from caredesk.people.rules.names import FullName
from caredesk.people.rules.nicknames import nicknames
from caredesk.people.rules.sounds import sound

words = st.text("abcdefghijklmnopqrstuvwxyz", min_size=5, max_size=12)


def person(given_name: str, family: str, born: str, *phones: str, former: str = "") -> Person:
    name = FullName(family=family, given=given_name, former_family=former)
    return Person(name, BirthDate(date.fromisoformat(born)), frozenset(phones))


ANN = person("Robert", "Nguyen", "1974-03-07", "+14155550123")


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (person("Robert", "Nguyen", "1974-03-07"), "same date of birth"),
        (person("Bob", "Nguyen", "1974-03-07"), "short form of the given name"),
        (person("Robret", "Nguyen", "1974-03-07"), "similar given name"),
        (person("Robert", "Ngyuen", "1974-03-07"), "similar surname"),
        (person("Nguyen", "Robert", "1974-03-07"), "given name and surname exchanged"),
        (person("Robert", "Nguyen", "1974-07-03"), "date of birth one slip apart"),
        (person("Robert", "Nguyen", "1975-03-07"), "date of birth one slip apart"),
        (person("Robert", "Tran", "1974-03-07", former="Nguyen"), "same surname as before"),
        (person("Robert", "Tran", "1974-03-07", "+14155550123"), "same telephone"),
        (person("ROBÉRT", "nguyên", "1974-03-07"), "same surname"),
    ],
)
def test_likely_one_person(other: Person, reason: str) -> None:
    for likeness in (compare(ANN, other), compare(other, ANN)):
        assert likeness.is_likely
        assert reason in likeness.reasons


@pytest.mark.parametrize(
    "other",
    [
        person("Robert", "Nguyen", "2001-11-30", "+14155550123"),
        person("Linda", "Nguyen", "1974-03-07", "+14155550123"),
        person("Robert", "Tran", "1974-03-07"),
        person("Linda", "Garcia", "1974-03-07"),
        person("Linda", "Garcia", "1950-01-01"),
    ],
    ids=["father and son", "twins", "common given name", "same day", "nobody"],
)
def test_two_people(other: Person) -> None:
    assert not compare(ANN, other).is_likely
    assert not compare(other, ANN).is_likely


@given(words, st.data())
def test_words_one_slip_apart_share_a_deletion_or_are_one(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    slips = {
        word[:place] + letter + word[place:],
        word[:place] + word[place + 1 :],
        word[:place] + letter + word[place + 1 :],
        word[:place] + word[place + 1 : place + 2] + word[place] + word[place + 2 :],
    }
    for slip in slips:
        assert (deletions(slip) | {slip}) & (deletions(word) | {word})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("catherine", "kathryn"),
        ("stephen", "steven"),
        ("geoffrey", "jeffrey"),
        ("mackenzie", "mckenzie"),
        ("philip", "filip"),
        ("smith", "smyth"),
        ("johnson", "jonson"),
        ("christopher", "kristofer"),
        ("schultz", "shults"),
    ],
)
def test_names_that_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other) != ""


@given(st.text(max_size=40))
def test_any_word_has_a_sound(word: str) -> None:
    assert len(sound(word)) <= 8


def test_nicknames_go_both_ways() -> None:
    assert "robert" in nicknames("bob")
    assert "bob" in nicknames("robert")
    assert "rob" in nicknames("bob")
    assert nicknames("nguyen") == frozenset()


@given(st.sampled_from(["bob", "liz", "jim", "bill", "peggy", "paco", "lupe", "sean"]))
def test_every_nickname_is_mutual(name: str) -> None:
    assert all(name in nicknames(each) for each in nicknames(name))
