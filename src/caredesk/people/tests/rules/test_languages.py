"""Languages as the desk names them."""

import pytest

from caredesk.people.rules.languages import language_words


@pytest.mark.parametrize(
    ("tag", "words"),
    [("es", "Spanish"), ("es-MX", "Spanish"), ("EN-us", "English"), ("xx", "xx"), ("", "")],
)
def test_a_tag_in_words(tag: str, words: str) -> None:
    assert language_words(tag) == words
