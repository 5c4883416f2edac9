"""Who of those found comes first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import OSA

from caredesk.people.rules.birthdates import BirthDate, neighbours
from caredesk.people.rules.nicknames import nicknames
from caredesk.people.rules.sounds import sound
from caredesk.people.rules.typed import Number, Typed

WHOLE_NUMBER = 7
"""So many digits of a telephone number are nothing else."""

EXACT, PREFIX, NICKNAME, ONE_SLIP, SOUND, TWO_SLIPS, NOTHING = 100, 80, 60, 55, 45, 30, 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of somebody found, as far as the order needs it."""

    number: int
    line: str
    birth_date: date | None = None
    recency: int = 0
    by_digits: bool = False
    by_record: bool = False


def grade_word(typed: str, words: Sequence[str]) -> int:
    """How well the best of a person's words answers one typed word."""
    best = NOTHING
    for word in words:
        if word == typed:
            return EXACT
        best = max(best, _grade(typed, word))
    return best


def fits(typed: Typed, candidate: Candidate) -> bool:
    """Whether nothing that was typed is left without an answer."""
    words = candidate.line.split()
    return all(grade_word(word, words) for word in typed.words)


def is_forgiven(typed: Typed, candidate: Candidate) -> bool:
    """Whether a slip, a sound or a short form is all that answers one of the words."""
    words = candidate.line.split()
    return any(grade_word(word, words) < PREFIX for word in typed.words)


def rank(typed: Typed, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best first; those alike in order of how recently they were seen."""
    graded = {each.number: grade(typed, each) for each in candidates}
    return sorted(candidates, key=lambda each: (-graded[each.number], each.recency, each.number))


def grade(typed: Typed, candidate: Candidate) -> int:
    words = candidate.line.split()
    named = sum(grade_word(word, words) for word in typed.words)
    numbered = sum(_grade_number(number, candidate) for number in typed.numbers)
    return named + numbered + _in_order(typed.words, words)


def by_number(candidates: Sequence[Candidate]) -> Mapping[int, Candidate]:
    """Each person once, with everything she was found by."""
    found: dict[int, Candidate] = {}
    for each in candidates:
        known = found.get(each.number)
        if known is None or each.by_digits or each.by_record:
            found[each.number] = each
    return found


def _grade(typed: str, word: str) -> int:
    if word.startswith(typed):
        return PREFIX
    if word in nicknames(typed):
        return NICKNAME
    return _grade_slips(typed, word) if len(typed) >= 3 else NOTHING


def _grade_slips(typed: str, word: str) -> int:
    slips = OSA.distance(typed, word, score_cutoff=2)
    if slips == 1:
        return ONE_SLIP
    if sound(typed) and sound(typed) == sound(word):
        return SOUND
    if len(typed) >= 4 and _begins_with_one_slip(typed, word):
        return SOUND
    return TWO_SLIPS if slips == 2 and len(typed) >= 6 else NOTHING


def _begins_with_one_slip(typed: str, word: str) -> bool:
    lengths = (len(typed) - 1, len(typed), len(typed) + 1)
    return any(OSA.distance(typed, word[:length], score_cutoff=1) <= 1 for length in lengths)


def _grade_number(number: Number, candidate: Candidate) -> int:
    if candidate.by_record or (candidate.by_digits and len(number.digits) >= WHOLE_NUMBER):
        return EXACT
    return PREFIX if candidate.by_digits else _grade_birth(number, candidate)


def _grade_birth(number: Number, candidate: Candidate) -> int:
    born = candidate.birth_date
    if born is None:
        return NOTHING
    for place, birth in enumerate(number.births):
        if birth.day <= born <= birth.last:
            return _of_birth(birth) - place
    if any(born in neighbours(birth) for birth in number.births):
        return TWO_SLIPS
    return NOTHING


def _of_birth(birth: BirthDate) -> int:
    return EXACT if birth.precision == "day" else PREFIX


def _in_order(typed: Sequence[str], words: Sequence[str]) -> int:
    """A little for the surname typed first, as lists and most callers have it."""
    return 1 if typed and words and words[0] == typed[0] else 0
