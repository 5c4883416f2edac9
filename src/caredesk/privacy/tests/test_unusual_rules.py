"""What is unusual, by property: a rule would rather miss than accuse."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.privacy.access_log.rules.unusual import (
    FEWEST_DAYS,
    LOOKED_BACK,
    MORE_THAN_MEDIAN,
    Name,
    WorkDay,
    address_key,
    days_to_note,
    far_more_charts,
    name_of,
    outside_usual_hours,
    same_name,
    shares_family_name,
)

hours = st.frozensets(st.integers(0, 23), max_size=8)
work_days = st.builds(WorkDay, charts=st.integers(1, 200), hours=hours, weekday=st.integers(0, 6))
many_days = st.lists(work_days, min_size=FEWEST_DAYS, max_size=40)
families = st.sampled_from(["Ruiz", "O'Sullivan", "Fernández-Ortiz", "Chen", "Liang-Wu"])
names = st.builds(Name, given=st.sampled_from(["Ana", "Mei", "Wei"]), family=families)


@given(st.integers(0, 10_000), st.lists(work_days, max_size=FEWEST_DAYS - 1))
def test_of_who_is_new_nothing_is_judged(charts: int, earlier: list[WorkDay]) -> None:
    assert far_more_charts(charts, earlier) is None
    assert outside_usual_hours(range(24), 0, earlier) == []


@given(many_days, st.integers(0, 2_000), st.randoms())
def test_the_order_of_days_does_not_matter(
    days: list[WorkDay], charts: int, random: object
) -> None:
    mixed = list(days)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert far_more_charts(charts, mixed) == far_more_charts(charts, days)
    assert outside_usual_hours({3, 9}, 2, mixed) == outside_usual_hours({3, 9}, 2, days)


@given(many_days, st.integers(0, 2_000), st.integers(1, 500))
def test_more_charts_are_never_less_unusual(days: list[WorkDay], charts: int, more: int) -> None:
    if far_more_charts(charts, days):
        assert far_more_charts(charts + more, days)


@given(many_days, st.integers(0, 2_000), st.data())
def test_a_busier_past_never_makes_a_day_more_unusual(
    days: list[WorkDay], charts: int, data: st.DataObject
) -> None:
    busier = [
        WorkDay(each.charts + data.draw(st.integers(0, 50)), each.hours, each.weekday)
        for each in days
    ]
    if far_more_charts(charts, busier):
        assert far_more_charts(charts, days)


@given(many_days)
def test_a_day_like_most_others_is_usual(days: list[WorkDay]) -> None:
    counts = sorted(each.charts for each in days)
    assert far_more_charts(counts[len(counts) // 2] + MORE_THAN_MEDIAN, days) is None
    found = far_more_charts(10_000, days)
    assert found is not None
    assert found.usual in counts


@given(many_days, hours, st.integers(0, 6))
def test_hours_outside_are_of_the_day_and_not_of_most_days(
    days: list[WorkDay], worked: frozenset[int], weekday: int
) -> None:
    found = outside_usual_hours(worked, weekday, days)
    assert set(found) <= worked
    assert found == sorted(found)
    usual = {hour for hour in range(24) if all(hour in each.hours for each in days)}
    if any(each.weekday == weekday for each in days):
        assert not usual & set(found)


def test_a_night_is_unusual_for_who_works_by_day() -> None:
    by_day = [WorkDay(20, frozenset(range(8, 17)), n % 5) for n in range(30)]
    assert outside_usual_hours({8, 16, 17}, 1, by_day) == []
    assert outside_usual_hours({9, 2}, 1, by_day) == [2]
    assert outside_usual_hours({9}, 6, by_day) == [9], "never on a Sunday"
    by_night = [WorkDay(20, frozenset({22, 23, 0, 1}), n % 7) for n in range(30)]
    assert outside_usual_hours({23, 2}, 1, by_night) == [], "give or take one, past midnight"


@pytest.mark.parametrize(
    ("charts", "found"), [(40, False), (60, False), (80, False), (81, True), (300, True)]
)
def test_far_more_is_three_times_twice_the_busy_day_and_thirty_more(
    charts: int, found: bool
) -> None:
    days = [WorkDay(each, frozenset(), 0) for each in [20] * 8 + [40] * 2 + [90]]
    assert bool(far_more_charts(charts, days)) is found


@given(names, names, st.integers(0, 10_000), st.integers(0, 1_000_000))
def test_family_names_are_compared_both_ways(
    one: Name, other: Name, bearers: int, patients: int
) -> None:
    found = shares_family_name(one, other, bearers, patients)
    assert found == shares_family_name(other, one, bearers, patients)
    if bearers > 5 and bearers * 200 > patients:
        assert not found
    assert same_name(one, other) == same_name(other, one)
    if one == other:
        assert same_name(one, other)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("Ruiz", "ruíz", True),
        ("O'Sullivan", "OSullivan", True),
        ("Fernández-Ortiz", "Ortiz", True),
        ("Wu", "Wuhan", False),
        ("", "", False),
    ],
)
def test_names_are_the_same_without_accents_and_halves(one: str, other: str, shared: bool) -> None:
    assert shares_family_name(Name("A", one), Name("B", other), 1, 1000) is shared


def test_a_former_name_counts() -> None:
    assert shares_family_name(Name("A", "Ruiz"), Name("B", "Ode", "Ruiz"), 1, 1000)


def test_a_label_is_read_as_a_name() -> None:
    assert name_of("Dr. Mei Chen") == Name("Mei", "Chen")
    assert name_of("Rosa María Medina") == Name("Rosa María", "Medina")
    assert name_of("Dr") == Name("", "")
    assert not same_name(name_of("Dr"), name_of("Dr"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("12 Elm Street", "Tempe", "85281"), ("12 elm st.", "TEMPE", "85281-1234"), True),
        (("12 Elm Street", "Tempe", "85281"), ("12 Elm Street", "Mesa", "85201"), False),
        (("12 Elm Street", "Tempe", ""), ("12 Elm St", "tempe", ""), True),
        (("12 Elm Street", "Tempe", "85281"), ("14 Elm Street", "Tempe", "85281"), False),
    ],
)
def test_an_address_is_the_same_however_it_is_written(
    one: tuple[str, str, str], other: tuple[str, str, str], same: bool
) -> None:
    assert (address_key(*one) == address_key(*other)) is same


@pytest.mark.parametrize(
    "vague",
    [("", "", ""), ("General Delivery", "Tempe", "85281"), ("12", "Tempe", ""), ("12 Elm", "", "")],
)
def test_a_vague_address_is_nobodys(vague: tuple[str, str, str]) -> None:
    assert address_key(*vague) == ""


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 400))
def test_every_day_that_is_over_is_noted_once(today: date, ago: int) -> None:
    last = today - timedelta(days=ago)
    days = days_to_note(last, today)
    assert all(last < day < today and today - day <= LOOKED_BACK for day, _ in days)
    assert [day for day, _ in days] == sorted({day for day, _ in days})
    if 1 < ago <= LOOKED_BACK.days:
        assert len(days) == ago - 1
    assert sum(judged for _, judged in days_to_note(None, today)) == 7
