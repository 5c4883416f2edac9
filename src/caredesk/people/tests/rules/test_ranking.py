from datetime import date

from caredesk.people.rules.ranking import Candidate, fits, rank
from caredesk.people.rules.typed import read

TODAY = date(2026, 11, 24)


def order(text: str, *candidates: Candidate) -> list[int]:
    return [each.number for each in rank(read(text, TODAY)[0], candidates)]


def test_exact_before_beginning_before_a_slip() -> None:
    found = order(
        "smith",
        Candidate(1, " smithson ann "),
        Candidate(2, " smtih ann "),
        Candidate(3, " smith ann "),
    )
    assert found == [3, 1, 2]


def test_recently_seen_first_among_equals() -> None:
    found = order("smith", Candidate(1, " smith ann ", recency=2), Candidate(2, " smith bo "))
    assert found == [2, 1]


def test_the_month_first_reading_of_a_date_comes_first() -> None:
    found = order(
        "smith 3/7/74",
        Candidate(1, " smith ann ", date(1974, 7, 3)),
        Candidate(2, " smith ann ", date(1974, 3, 7)),
        Candidate(3, " smith ann ", date(1974, 3, 8)),
        Candidate(4, " smith ann ", date(1980, 1, 1)),
    )
    assert found == [2, 1, 3, 4]


def test_nobody_fits_with_a_word_unanswered() -> None:
    typed = read("bob smiht", TODAY)[0]
    assert fits(typed, Candidate(1, " smith robert "))
    assert not fits(typed, Candidate(2, " smith linda "))
    assert not fits(typed, Candidate(3, " jones robert "))
