"""Made-up people and what is typed to find them: repeatable, and what they claim to be."""

import random
from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from caredesk.config.bench.callers import mix, slip, slips
from caredesk.config.bench.names import people
from caredesk.people.rules.names import fold
from caredesk.people.rules.typed import read

TODAY = date(2026, 11, 24)
SOME = list(people(2_000, TODAY))


def test_the_same_seed_makes_the_same_people() -> None:
    assert list(people(50, TODAY)) == SOME[:50]
    assert list(people(50, TODAY, seed=9)) != SOME[:50]


def test_a_few_names_are_common_and_many_are_rare() -> None:
    families = Counter(each.family for each in SOME)
    (_, most), *_ = families.most_common()
    assert 5 <= most <= 40
    assert sum(count == 1 for count in families.values()) > len(SOME) / 3


def test_births_are_in_the_past() -> None:
    assert all(date(1900, 1, 1) < each.birth_date < TODAY for each in SOME)


def test_queries_are_of_every_kind_and_can_be_read() -> None:
    queries = mix(SOME, 90)
    assert queries == mix(SOME, 90)
    assert {"short prefix", "one error", "nickname", "birth date", "phone"} <= {
        each.kind for each in queries
    }
    assert all(read(each.text, TODAY) for each in queries)


@given(st.text("abcdefgh", min_size=3, max_size=12), st.integers())
def test_a_slip_is_one_error(word: str, seed: int) -> None:
    assert OSA.distance(word, slip(word, random.Random(seed))) <= 1


def test_a_slip_is_in_one_of_two_names() -> None:
    for query in slips(SOME, 100):
        assert OSA.distance(query.text, fold(query.correct)) <= 1
