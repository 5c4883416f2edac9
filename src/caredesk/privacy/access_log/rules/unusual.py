"""What is unusual, decided on names, counts and hours alone.

Each rule would rather miss than accuse: a list that is full of the harmless is read by nobody. The
numbers that decide stand here and nowhere else, and the page tells them.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

RULES = {
    "own_record": "Opened their own record",
    "colleague": "Opened the record of a colleague",
    "address": "Lives at the same address",
    "family_name": "Has the same family name",
    "many": "Opened far more charts than usual",
    "hours": "Opened charts outside their usual hours",
}

LOOKED_BACK = timedelta(days=60)
JUDGED_FOR = timedelta(days=7)
FEWEST_DAYS = 10
"""Of who has worked for fewer days than this, nobody knows what is usual."""

TIMES_THE_MEDIAN, TIMES_THE_BUSIEST, MORE_THAN_MEDIAN = 3, 2, 30
RARE_SHARE, RARE_MOST = 200, 5
USUAL_SHARE = 10
FEWEST_DAYS_FOR_WEEKDAYS = 20

QUIET_AFTER_JUSTIFIED = timedelta(days=180)
QUIET_WHILE_OPEN = timedelta(days=30)

EXPLAINED = (
    "A family name counts where it is rare here: at most one in 200 patients bears it, or five "
    "patients in all.",
    "An address counts where street, number and town are the same as in the colleague's own "
    "record here, if that record is known.",
    "A colleague is who is known to be one, or bears the given and the family name of one.",
    "Far more charts than usual: over three times the median of the person's days in the last "
    "60, over twice a busy day (of ten the busiest but one), and over 30 more than the median.",
    "Outside usual hours: an hour in which, give or take one, the person opened charts on fewer "
    "than one in ten of those days; or a day of the week on which they never did. There is no "
    "rota yet to compare with.",
    "Of who has worked here for fewer than 10 days, hours and numbers are not judged. What was "
    "found justified is not brought up again for 180 days.",
)

_TITLES = {"dr", "prof", "mr", "mrs", "ms", "mx", "md", "do", "np", "pa", "rn", "phd"}
_SHORT = {
    "street": "st",
    "avenue": "ave",
    "road": "rd",
    "drive": "dr",
    "lane": "ln",
    "boulevard": "blvd",
    "court": "ct",
    "place": "pl",
    "apartment": "apt",
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
}


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name; `former` is a family name borne before."""

    given: str
    family: str
    former: str = ""


@dataclass(frozen=True, slots=True)
class WorkDay:
    """What somebody did on an earlier day: charts opened, hours, and which weekday it was (0-6)."""

    charts: int
    hours: frozenset[int]
    weekday: int


def name_of(label: str) -> Name:
    """A name as one signs in with it: "Dr Mei Chen" is Chen, Mei."""
    words = [each for each in label.split() if _plain(each) not in _TITLES]
    if not words:
        return Name("", "")
    return Name(" ".join(words[:-1]), words[-1])


def shares_family_name(viewer: Name, patient: Name, bearers: int, patients: int) -> bool:
    """Whether both bear a family name that is rare here. Of a double name either half counts."""
    is_rare = bearers <= max(RARE_MOST, patients // RARE_SHARE)
    return is_rare and bool(_families(viewer) & _families(patient))


def same_name(one: Name, other: Name) -> bool:
    """Whether given and family name are the same, whatever stands between them."""
    first, second = _plain(one.given).split(), _plain(other.given).split()
    return bool(first and second and first[0] == second[0] and _families(one) & _families(other))


def address_key(line1: str, city: str, postal_code: str) -> str:
    """The same for the same place, however it was written; "" where that cannot be said."""
    words = [_SHORT.get(each, each) for each in re.findall(r"\w+", _plain(line1))]
    town = re.sub(r"\W", "", postal_code)[:5] or _plain(city)
    if not town or not any(each[0].isdigit() for each in words) or len(words) < 2:
        return ""
    return " ".join([*words, town])


@dataclass(frozen=True, slots=True)
class Many:
    """How many charts, where usually there are so many."""

    charts: int
    usual: int


def far_more_charts(charts: int, earlier: Sequence[WorkDay]) -> Many | None:
    """Whether a day's charts are far more than on the person's own earlier days."""
    if len(earlier) < FEWEST_DAYS:
        return None
    counts = sorted(each.charts for each in earlier)
    median = counts[len(counts) // 2]
    busy = counts[(len(counts) - 1) * 9 // 10]
    limit = max(TIMES_THE_MEDIAN * median, TIMES_THE_BUSIEST * busy, median + MORE_THAN_MEDIAN)
    return Many(charts, median) if charts > limit else None


def outside_usual_hours(
    hours: Collection[int], weekday: int, earlier: Sequence[WorkDay]
) -> list[int]:
    """The hours of a day in which the person usually does not work, in their order."""
    if len(earlier) < FEWEST_DAYS:
        return []
    if len(earlier) >= FEWEST_DAYS_FOR_WEEKDAYS and all(
        each.weekday != weekday for each in earlier
    ):
        return sorted(set(hours))
    worked = Counter(hour for each in earlier for hour in each.hours)
    usual = {hour for hour, days in worked.items() if days * USUAL_SHARE >= len(earlier)}
    near = {(hour + by) % 24 for hour in usual for by in (-1, 0, 1)}
    return sorted(set(hours) - near)


def days_to_note(last: date | None, today: date) -> list[tuple[date, bool]]:
    """The days that are over and not noted yet, each with whether it is judged, too: what lies
    further back than a week only tells what is usual.
    """
    furthest = today - LOOKED_BACK
    first = max(last + timedelta(days=1), furthest) if last else furthest
    days = [first + timedelta(days=n) for n in range((today - first).days)]
    return [(day, today - day <= JUDGED_FOR) for day in days]


def _families(name: Name) -> set[str]:
    return {each for each in _parts(name.family, name.former) if len(each) > 1}


def _parts(*names: str) -> Iterable[str]:
    for name in names:
        yield from re.split(r"[\s-]+", _plain(name))


def _plain(text: str) -> str:
    """Without accents, case and dots."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in bare if not unicodedata.combining(each) and each not in ".'’,")
