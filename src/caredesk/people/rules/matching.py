"""How likely two records are one person, and why."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from caredesk.people.rules.birthdates import BirthDate, neighbours
from caredesk.people.rules.names import FullName, fold, words
from caredesk.people.rules.nicknames import nicknames
from caredesk.people.rules.sounds import sound

LIKELY = 60
MIN_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Person:
    """What two records are compared by."""

    name: FullName
    birth: BirthDate
    phones: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Likeness:
    """From 0 to 100; from `LIKELY` on, somebody should look before going on."""

    score: int
    reasons: tuple[str, ...] = ()

    @property
    def is_likely(self) -> bool:
        return self.score >= LIKELY


def deletions(word: str) -> frozenset[str]:
    """The word with each one letter left out: two words one slip apart share one of these."""
    if len(word) < MIN_LETTERS:
        return frozenset()
    return frozenset(word[:place] + word[place + 1 :] for place in range(len(word)))


def compare(one: Person, other: Person) -> Likeness:
    """How alike two people are, with the reasons in the desk's words."""
    given, given_reason = _compare_given(one.name, other.name)
    family, family_reason = _compare_family(one.name, other.name)
    if _is_swapped(one.name, other.name):
        given, given_reason, family, family_reason = 30, "given name and surname exchanged", 30, ""
    birth, birth_reason = _compare_births(one.birth, other.birth)
    same_phone = bool(one.phones & other.phones)
    score = given + family + birth + (20 if same_phone else 0)
    if not given or (not family and not same_phone) or birth < 0:
        score = min(score, LIKELY - 1)
    phone_reason = "same telephone" if same_phone else ""
    reasons = (family_reason, given_reason, birth_reason, phone_reason)
    return Likeness(max(0, min(score, 100)), tuple(filter(None, reasons)))


def _compare_given(one: FullName, other: FullName) -> tuple[int, str]:
    here, there = _given_words(one), _given_words(other)
    if fold(one.given) == fold(other.given):
        return 30, "same given name"
    if here & there:
        return 25, "a given name in common"
    if any(nicknames(word) & there for word in here):
        return 25, "short form of the given name"
    if _any_similar(here, there):
        return 20, "similar given name"
    return 0, ""


def _compare_family(one: FullName, other: FullName) -> tuple[int, str]:
    if fold(one.family) == fold(other.family):
        return 30, "same surname"
    here, there = _family_words(one), _family_words(other)
    if here & set(words(other.former_family)) or there & set(words(one.former_family)):
        return 25, "same surname as before"
    if here & there:
        return 25, "a surname in common"
    if _any_similar(here, there):
        return 20, "similar surname"
    return 0, ""


def _compare_births(one: BirthDate, other: BirthDate) -> tuple[int, str]:
    if one == other and one.precision == "day":
        return 40, "same date of birth"
    if one.may_be(other):
        return 15, "date of birth agrees as far as known"
    if other.precision == "day" and other.day in neighbours(one):
        # So little that both names must be near: many people are born one slip apart.
        return 12, "date of birth one slip apart"
    return -40, ""


def _is_swapped(one: FullName, other: FullName) -> bool:
    return fold(one.family) == fold(other.given) != fold(one.given) == fold(other.family)


def _given_words(name: FullName) -> frozenset[str]:
    return frozenset((*words(name.given), *words(name.preferred)))


def _family_words(name: FullName) -> frozenset[str]:
    return frozenset(words(name.family))


def _any_similar(here: Iterable[str], there: Iterable[str]) -> bool:
    others = list(there)
    return any(_is_similar(word, other) for word in here for other in others)


def _is_similar(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    if shorter >= MIN_LETTERS and OSA.distance(one, other, score_cutoff=1) <= 1:
        return True
    if shorter >= 7 and OSA.distance(one, other, score_cutoff=2) <= 2:
        return True
    return bool(sound(one)) and sound(one) == sound(other)
