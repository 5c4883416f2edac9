"""Percentiles, ratios and growth, on figures that can be checked by hand."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.config.bench.numbers import (
    Line,
    Times,
    best_ratio,
    growth,
    percentile,
    ratio,
    share_of_time,
    together,
)

COMMON_FIELDS = [
    "name",
    "size",
    "clients",
    "per_second",
    "p50_ms",
    "p95_ms",
    "floor_per_second",
    "floor_p95_ms",
    "ratio",
    "queries",
]


@pytest.mark.parametrize(
    ("percent", "expected"), [(0, 1), (5, 1), (50, 10), (95, 19), (96, 20), (100, 20)]
)
def test_percentiles_are_of_the_nearest_rank(percent: float, expected: int) -> None:
    assert percentile(list(range(20, 0, -1)), percent) == expected


def test_the_percentile_of_nothing_is_nothing() -> None:
    assert percentile([], 95) == 0


@given(st.lists(st.floats(0, 1e6), min_size=1), st.integers(1, 100))
def test_enough_values_lie_at_or_below_a_percentile(values: list[float], percent: int) -> None:
    found = percentile(values, percent)
    assert found in values
    assert sum(each <= found for each in values) >= percent / 100 * len(values) - 1e-9
    assert sum(each < found for each in values) < percent / 100 * len(values)


def test_a_line_has_the_common_fields_and_the_ratio_of_throughputs() -> None:
    line = Line(
        name="book",
        size=10,
        clients=4,
        times=Times((0.010, 0.020, 0.030, 0.040), lasted=0.02),
        floor=Times((0.001, 0.002), lasted=0.005),
        queries=9,
        more={"growth": 1.5},
    )
    told = json.loads(json.dumps(line.as_dict()))
    assert list(told) == [*COMMON_FIELDS, "growth"]
    assert told["per_second"] == 200
    assert told["p50_ms"] == 20
    assert told["p95_ms"] == 40
    assert told["floor_per_second"] == 400
    assert told["floor_p95_ms"] == 2
    assert told["ratio"] == 0.5


def test_without_a_floor_there_is_no_ratio() -> None:
    told = Line("search", 10, 1, Times((0.001,), 0.001)).as_dict()
    assert told["ratio"] is told["floor_per_second"] is told["floor_p95_ms"] is None


def test_rounds_count_together() -> None:
    found = together([Times((0.1, 0.2), 1.0, failed=1), Times((0.3,), 2.0, failed=2)])
    assert found == Times((0.1, 0.2, 0.3), 3.0, failed=3)
    assert found.per_second == 1


def test_the_best_ratio_compares_best_with_best() -> None:
    lines = [
        Line("book", 1, 1, _at(100), _at(1000)),
        Line("book", 1, 4, _at(400), _at(900)),
        Line("book", 1, 16, _at(300), _at(500)),
    ]
    assert best_ratio(lines) == 0.4
    assert best_ratio([]) is None


def test_growth_compares_the_slow_ends() -> None:
    small, large = Times((0.004,) * 20, 1), Times((0.001,) * 18 + (0.006,) * 2, 1)
    assert growth(small, large) == pytest.approx(1.5)
    assert growth(Times((), 0), large) is None


def test_nothing_in_no_time_is_no_throughput() -> None:
    assert Times((), 0.0).per_second == 0
    assert ratio(Times((), 0.0), Times((), 0.0)) is None


def _at(per_second: int) -> Times:
    return Times((0.001,) * per_second, 1.0)


@pytest.mark.parametrize(
    ("whole", "without", "share"),
    [
        ([10, 10, 90], [9, 9, 9], 0.1),
        ([4], [3], 0.25),
        ([5, 5, 5], [5, 6, 4], 0.0),
        ([10, 40, 10], [9, 36, 9], 0.1),
        ([], [], 0.0),
    ],
)
def test_the_share_of_what_was_left_out(
    whole: list[float], without: list[float], share: float
) -> None:
    assert share_of_time(whole, without) == pytest.approx(share)


@given(st.lists(st.floats(0.001, 100), min_size=1), st.floats(1, 1000))
def test_the_share_is_the_same_on_a_slower_machine(seconds: list[float], slower: float) -> None:
    half = [each / 2 for each in seconds]
    assert share_of_time(seconds, half) == pytest.approx(0.5)
    slow = [each * slower for each in seconds]
    assert share_of_time(slow, [each / 2 for each in slow]) == pytest.approx(0.5)
