"""A password is kept and compared by the same rule: whoever chose one can sign in with it."""

import json
import unicodedata

import pytest
from django.test import Client
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from tests.test_actions import MANAGER

from caredesk.access.actions import add_user
from caredesk.access.credentials import (
    LONGEST,
    SHORTEST,
    Secret,
    is_common,
    is_own_name,
    password_as_kept,
    username_as_kept,
)
from caredesk.audit.models import Entry
from caredesk.kernel.errors import Refused

SECRET: TypeAdapter[str] = TypeAdapter(Secret)
TYPED = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), max_size=60)


def signs_in(name: str, password: str) -> bool:
    answer = Client().post("/sign-in/", {"username": name, "password": password})
    return answer.status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    "password",
    [
        "two  spaces  in it",
        "  a space before",
        "a space behind  ",
        "a\ttab in it",
        "e\u0301cole primaire",
        "école primaire",
        "\u00a0no-break space",
        "        ",
        "x" * LONGEST,
        "e\u0301" * LONGEST,
    ],
)
def test_whoever_chose_a_password_signs_in_with_it(password: str) -> None:
    add_user("Ana", "Ana Ruiz", password, ["secretary"], by=MANAGER)
    assert signs_in("ana", password)
    assert signs_in("ana", unicodedata.normalize("NFD", password))
    assert not signs_in("ana", password + " ")


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["jose\u0301  luis", "JOSÉ LUIS", "\u00a0José Luis "])
def test_a_name_is_the_same_however_it_is_typed(typed: str) -> None:
    add_user("Jose\u0301 Luis", "José Luis Ode", "correct horse", ["secretary"], by=MANAGER)
    assert signs_in(typed, "correct horse")
    with pytest.raises(Refused, match="taken"):
        add_user(typed, "Another", "correct horse", ["secretary"], by=MANAGER)


@given(TYPED)
@example("\u1fbe\u0345")
@example("İ")
def test_what_is_kept_is_kept_as_it_is(typed: str) -> None:
    kept, name = password_as_kept(typed), username_as_kept(typed)
    assert password_as_kept(kept) == kept
    assert username_as_kept(name) == name
    assert username_as_kept(f" {typed} ") == name


@given(TYPED)
def test_only_the_length_and_the_list_decide(typed: str) -> None:
    kept = unicodedata.normalize("NFC", typed)
    good = SHORTEST <= len(kept) <= LONGEST and not is_common(kept)
    try:
        assert SECRET.validate_python(typed) == password_as_kept(typed)
        assert good
    except ValidationError:
        assert not good


@pytest.mark.parametrize(
    "typed", ["password", "PassWord1", " iloveyou ", "qwertyuiop", "123456789"]
)
def test_a_common_password_is_chosen_nowhere(typed: str) -> None:
    with pytest.raises(ValidationError, match="common"):
        SECRET.validate_python(typed)


@given(TYPED)
def test_a_password_is_not_the_name_with_something_around_it(typed: str) -> None:
    assert is_own_name("Ana.Ruiz2026", "ana", "Ana Ruiz")
    assert is_own_name("RUIZ!1999", "ana", "Ana Ruiz")
    assert not is_own_name("", "ana", "Ana Ruiz")
    letters = "".join(each for each in typed.casefold() if each.isalpha())
    assert is_own_name(typed, "ana", "Ana Ruiz") == (letters in {"ana", "anaruiz", "ruiz"})


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["short 1", "x" * 1_001, "hidden\0hidden", "two\nlines of it"])
def test_a_refusal_says_why_and_never_what(password: str) -> None:
    with pytest.raises(Refused) as refused:
        add_user("ana", "Ana Ruiz", password, ["secretary"], by=MANAGER)
    assert [each.field for each in refused.value.problems] == ["password"]
    assert "password" in refused.value.problems[0].message
    assert password not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.django_db
def test_the_audit_row_says_who_was_let_in_and_never_by_which_password() -> None:
    add_user("somename", "Ana Ruiz", "correct horse battery", ["secretary"], by=MANAGER)
    kept = json.dumps(list(Entry.objects.values_list("changes", flat=True)))
    assert "Ana Ruiz" in kept
    assert "somename" in kept
    assert "correct horse" not in kept
    assert "argon2" not in kept
