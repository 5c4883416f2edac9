"""docs/security.md names places and tests: each of them exists, and no safeguard is left out."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
TEXT = (PROJECT / "docs" / "security.md").read_text()
NAMED = sorted(set(re.findall(r"`((?:src|tests|docs)/[\w./-]+(?:::\w+)?)`", TEXT)))

SAFEGUARDS = [
    *("(a)(1)", "(a)(2)(i)", "(a)(2)(ii)", "(a)(2)(iii)", "(a)(2)(iv)", "(b)"),
    *("(c)(1)", "(c)(2)", "(d)", "(e)(1)", "(e)(2)(i)", "(e)(2)(ii)"),
]


@pytest.mark.parametrize("named", NAMED)
def test_what_it_names_exists(named: str) -> None:
    path, _, test = named.partition("::")
    assert (PROJECT / path).is_file()
    if test:
        assert f"def {test}(" in (PROJECT / path).read_text()


@pytest.mark.parametrize("point", SAFEGUARDS)
def test_every_safeguard_has_a_place_and_a_test(point: str) -> None:
    (row,) = re.findall(rf"^\| {re.escape(point)} \|(.*)\|$", TEXT, re.MULTILINE)
    _, place, test = row.split("|")
    assert re.search(r"`src/|proxy", place)
    assert re.search(r"`(?:tests|src/[\w/]+/tests)/", test)


def test_the_walk_finds_what_is_named() -> None:
    assert len(NAMED) > 40
