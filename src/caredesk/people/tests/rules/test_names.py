import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.people.rules.names import (
    FullName,
    fold,
    forms,
    search_line,
    words,
)

LETTERS = string.ascii_letters + "éèüöäßøłđæœñçåşžğıÉÜØŁ’'- "
names = st.text(LETTERS, min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("O’Brien-Łoś", "obrien los"),
        ("MÜLLER", "muller"),
        ("Straße", "strasse"),
        ("Sørensen", "sorensen"),
        ("Đặng", "dang"),
        ("Æsir", "aesir"),
        ("José  María", "jose maria"),
        ("St. John", "st john"),
        ("İnan", "inan"),
        ("Иванов", "иванов"),
        ("王小明", "王小明"),
        ("ﬁeld", "field"),
        ("<script>", "script"),
        ("", ""),
    ],
)
def test_folding(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("O'Brien", {"obrien", "brien"}),
        ("Smith-Jones", {"smith", "jones", "smithjones"}),
        ("De La Cruz", {"de", "la", "cruz", "delacruz"}),
        ("Mary Ann", {"mary", "ann", "maryann"}),
        ("García López", {"garcia", "lopez"}),
        ("Müller", {"muller", "mueller"}),
        ("D’Angelo", {"dangelo", "angelo"}),
    ],
)
def test_every_form_of_a_name(written: str, found: set[str]) -> None:
    assert set(forms(written)) == found


@given(names)
def test_folding_is_settled(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(names)
def test_case_and_composition_make_no_difference(name: str) -> None:
    for written in (name.lower(), unicodedata.normalize("NFD", name)):
        assert fold(written) == fold(name)


@given(st.text(max_size=300))
def test_any_text_folds_to_words(text: str) -> None:
    assert all(word and " " not in word and len(word) <= 40 for word in words(text))


@given(family=names, given_name=names, suffix=st.sampled_from(["", "Jr.", "III"]))
def test_every_beginning_of_every_word_is_in_the_line(
    family: str, given_name: str, suffix: str
) -> None:
    line = search_line(FullName(family=family, given=given_name, suffix=suffix))
    for word in (*words(family), *words(given_name), *words(suffix)):
        for length in range(1, len(word) + 1):
            assert f" {word[:length]}" in line
