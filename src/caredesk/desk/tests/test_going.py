"""A day as one types it, in the bar and in the day's own name."""

from datetime import date

import pytest

from caredesk.desk.day import Choice, read_day
from caredesk.desk.finding import Option, said_day
from caredesk.kernel.ids import new_id
from caredesk.practice.queries import SiteLine
from caredesk.ui.typed import ReadingError

TODAY = date(2026, 11, 24)
SITE = SiteLine(new_id(), "Main Street", "America/New_York")
CHOICE = Choice(TODAY, SITE, "practitioner", TODAY, [SITE])


def meant(text: str) -> Option | None:
    return said_day(text, lambda: CHOICE)


@pytest.mark.parametrize(
    ("text", "name", "day"),
    [
        ("tomorrow", "Go to Wed 25 Nov", "2026-11-25"),
        ("27 nov", "Go to Fri 27 Nov", "2026-11-27"),
        ("dec 1", "Go to Tue 1 Dec", "2026-12-01"),
        ("in 2 weeks", "Go to Tue 8 Dec", "2026-12-08"),
        ("24 jan", "Go to Sun 24 Jan 2027", "2027-01-24"),
    ],
)
def test_the_bar_knows_a_day(text: str, name: str, day: str) -> None:
    found = meant(text)
    assert found is not None
    assert found.name == name
    assert found.address.startswith(f"/day/{day}/?site={SITE.id}")
    assert found.is_likely


@pytest.mark.parametrize("text", ["thu", "su", "112726"])
def test_what_may_be_a_name_or_a_number_gives_way_to_patients(text: str) -> None:
    found = meant(text)
    assert found is not None
    assert not found.is_likely


@pytest.mark.parametrize("text", ["", "chen", "7 mar 1974", "april", "1990", "31 feb"])
def test_what_is_no_day_of_the_calendar_is_none(text: str) -> None:
    assert meant(text) is None


def test_the_calendar_has_an_end() -> None:
    assert read_day("24 dec", TODAY) == date(2026, 12, 24)
    with pytest.raises(ReadingError, match="from 2000 to 2099"):
        read_day("1 jan 2100", TODAY)
