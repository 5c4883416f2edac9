"""Made-up people whose names are spread as in a census: a few very common, a long tail."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_FAMILIES = """Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez
Lopez Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris
Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores
Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Gomez Phillips Evans Turner
Diaz Parker Cruz Edwards Collins Reyes Stewart Morris Morales Murphy Cook Rogers Gutierrez Ortiz
Morgan Cooper Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward Richardson Watson Brooks Chavez
Wood James Bennett Gray Mendoza Ruiz Hughes Price Alvarez Castillo Sanders Patel Myers Long Ross
Foster Jimenez O'Brien Müller Sørensen García-Ruiz Nuñez D'Angelo Łukasz""".split()

_WOMEN = """Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Karen Sarah Lisa Nancy
Sandra Betty Ashley Emily Kimberly Margaret Donna Michelle Carol Amanda Melissa Deborah Stephanie
Rebecca Sharon Laura Cynthia Dorothy Amy Kathleen Angela Shirley Emma Brenda Pamela Nicole Anna
Samantha Katherine Christine Helen Debra Rachel Carolyn Janet María Catherine Heather Zoë""".split()

_MEN = """James Robert John Michael David William Richard Joseph Thomas Christopher Charles Daniel
Matthew Anthony Mark Donald Steven Andrew Paul Joshua Kenneth Kevin Brian Timothy Ronald George
Jason Edward Jeffrey Ryan Jacob Nicholas Gary Eric Jonathan Stephen Larry Justin Scott Brandon
Benjamin Samuel Gregory Alexander Patrick Frank Raymond Jack Dennis Jerry José""".split()

_ONSETS = "b br c ch cl d dr f fl g gr h j k kl l m n p pr r s sch st t tr v w z".split()
_VOWELS = "a e i o u ai ea ie oo ou".split()
_ENDINGS = "n r l ck ng s rd tt ll man son ski ez ini berg er ard ley ton well".split()

_FAMILY_COUNT = 50_000
_GIVEN_COUNT = 2_000
_AREA_CODES = (212, 305, 312, 404, 415, 503, 602, 617, 702, 713)


@dataclass(frozen=True, slots=True)
class Person:
    """One made-up patient."""

    family: str
    given: str
    middle: str
    sex: str
    birth_date: date
    phone: str
    seen_days_ago: int | None


def people(count: int, today: date, seed: int = 1) -> Iterator[Person]:
    """Always the same people for the same seed."""
    chance = random.Random(seed)  # noqa: S311  repeatable, nothing secret
    families = _Frequent(_spread(_FAMILIES, _FAMILY_COUNT, chance), offset=8, power=0.9)
    women = _Frequent(_spread(_WOMEN, _GIVEN_COUNT, chance), offset=12, power=1.1)
    men = _Frequent(_spread(_MEN, _GIVEN_COUNT, chance), offset=12, power=1.1)
    for _ in range(count):
        sex, given = ("female", women) if chance.random() < 0.53 else ("male", men)
        family = families.one(chance)
        if chance.random() < 0.03:
            family = f"{family}-{families.one(chance)}"
        yield Person(
            family=family,
            given=given.one(chance),
            middle=given.one(chance) if chance.random() < 0.3 else "",
            sex=sex,
            birth_date=today - timedelta(days=int(chance.triangular(30, 36_000, 15_000))),
            phone=_phone(chance),
            seen_days_ago=_seen(chance),
        )


class _Frequent:
    """Draws the r-th word with a weight of 1 / (r + offset) ** power."""

    def __init__(self, words: list[str], offset: int, power: float) -> None:
        weights = (1 / (rank + offset) ** power for rank in range(1, len(words) + 1))
        self._words, self._weights = words, list(itertools.accumulate(weights))

    def one(self, chance: random.Random) -> str:
        return chance.choices(self._words, cum_weights=self._weights)[0]


def _spread(known: list[str], count: int, chance: random.Random) -> list[str]:
    """The known words, then made-up ones."""
    found = dict.fromkeys(known)
    while len(found) < count:
        found[_made_up(chance)] = None
    return list(found)


def _made_up(chance: random.Random) -> str:
    syllables = chance.choices((1, 2, 3), weights=(2, 6, 3))[0]
    middle = "".join(chance.choice(_ONSETS) + chance.choice(_VOWELS) for _ in range(syllables))
    return (middle + chance.choice(_ENDINGS)).capitalize()


def _phone(chance: random.Random) -> str:
    area = chance.choice(_AREA_CODES)
    return f"+1{area}{chance.randrange(200, 1000)}{chance.randrange(10_000):04}"


def _seen(chance: random.Random) -> int | None:
    """Every tenth was here within 90 days, a third within two years, some never."""
    drawn = chance.random()
    if drawn < 0.1:
        return chance.randrange(90)
    if drawn < 0.4:
        return chance.randrange(90, 730)
    return chance.randrange(730, 5000) if drawn < 0.9 else None
