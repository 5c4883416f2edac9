"""What secretaries type to find a caller: a mix of queries, each for one known patient."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from caredesk.config.bench.names import Person
from caredesk.people.rules.names import fold
from caredesk.people.rules.nicknames import nicknames

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Query:
    """What is typed, of which kind, for which patient (by place in the list of people).

    `correct` is the same without the slip.
    """

    kind: str
    text: str
    wanted: int
    correct: str = ""


def mix(people: Sequence[Person], count: int, seed: int = 2) -> list[Query]:
    """`count` queries, every kind in turn, for patients drawn by chance."""
    chance = random.Random(seed)  # noqa: S311  repeatable, nothing secret
    kinds = list(_KINDS.items())
    found: list[Query] = []
    while len(found) < count:
        kind, typed = kinds[len(found) % len(kinds)]
        wanted = chance.randrange(len(people))
        text = typed(people[wanted], chance)
        if text:
            found.append(Query(kind, text, wanted))
    return found


def slips(people: Sequence[Person], count: int, seed: int = 3) -> list[Query]:
    """Full names with one typing error in one of the two, and as they should have been."""
    chance = random.Random(seed)  # noqa: S311  repeatable, nothing secret
    found: list[Query] = []
    while len(found) < count:
        wanted = chance.randrange(len(people))
        correct = full_name(people[wanted], chance)
        text = with_slip(people[wanted], chance)
        if text:
            found.append(Query("one error", text, wanted, correct))
    return found


def full_name(person: Person, chance: random.Random) -> str:
    return f"{person.given} {person.family}".lower()


def with_slip(person: Person, chance: random.Random) -> str:
    """A letter too many, missing, wrong or exchanged; nothing where that changes nothing."""
    names = [fold(person.given), fold(person.family)]
    place = chance.randrange(2)
    if len(names[place]) < 3:
        return ""
    slipped = slip(names[place], chance)
    if slipped == names[place]:
        return ""
    names[place] = slipped
    return " ".join(names)


def slip(word: str, chance: random.Random) -> str:
    """One random edit of the word."""
    at = chance.randrange(len(word))
    letter = chance.choice([each for each in _LETTERS if each != word[at]])
    match chance.randrange(4):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + letter + word[at:]
        case 2:
            return word[:at] + letter + word[at + 1 :]
        case _:
            at = max(1, at)
            return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]


def _short_prefix(person: Person, chance: random.Random) -> str:
    return fold(person.family)[: chance.choice((2, 3, 4))]


def _two_prefixes(person: Person, chance: random.Random) -> str:
    given, family = fold(person.given), fold(person.family)
    return f"{given[: chance.choice((1, 2, 3))]} {family[: chance.choice((2, 3, 4))]}"


def _family_first(person: Person, chance: random.Random) -> str:
    return f"{person.family}, {person.given[: chance.choice((1, 3, 20))]}"


def _nickname(person: Person, chance: random.Random) -> str:
    known = sorted(nicknames(fold(person.given)))
    return f"{chance.choice(known)} {person.family}" if known else ""


def _birth_date(person: Person, chance: random.Random) -> str:
    born = person.birth_date
    forms = (
        f"{born.month}/{born.day}/{born:%y}",
        f"{born:%m/%d/%Y}",
        f"{born.day} {born:%b} {born.year}".lower(),
        born.isoformat(),
    )
    return chance.choice(forms)


def _name_and_birth(person: Person, chance: random.Random) -> str:
    return f"{fold(person.family)[:3]} {_birth_date(person, chance)}"


def _phone(person: Person, chance: random.Random) -> str:
    digits = person.phone[2:]
    forms = (
        f"({digits[:3]}) {digits[3:6]}-{digits[6:]}",
        f"{digits[3:6]}-{digits[6:]}",
        digits[-4:],
        f"{digits[:3]} {digits[3:6]}",
    )
    return chance.choice(forms)


_KINDS: dict[str, Callable[[Person, random.Random], str]] = {
    "full name": full_name,
    "short prefix": _short_prefix,
    "one error": with_slip,
    "two prefixes": _two_prefixes,
    "family first": _family_first,
    "nickname": _nickname,
    "birth date": _birth_date,
    "name and birth": _name_and_birth,
    "phone": _phone,
}
