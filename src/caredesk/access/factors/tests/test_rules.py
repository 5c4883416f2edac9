"""Codes by time and recovery codes, judged by RFC 6238 and by what people type."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caredesk.access.factors.rules import (
    RECOVERY_CODES,
    STEP_SECONDS,
    code_as_compared,
    new_recovery_codes,
    recovery_code_as_kept,
    step_at,
    step_of,
)

# RFC 6238, appendix B: the shared secret "12345678901234567890", SHA-1; the last six digits.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
]
TIMES = st.datetimes(datetime(2026, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


def code_at(now: datetime) -> str:
    import pyotp

    return str(pyotp.TOTP(SECRET).at(now))


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert step_of(SECRET, code, now, after=0) == seconds // STEP_SECONDS


@given(TIMES, st.integers(-4, 4))
def test_a_code_is_good_one_step_before_and_after(now: datetime, steps: int) -> None:
    shown = now + timedelta(seconds=steps * STEP_SECONDS)
    found = step_of(SECRET, code_at(shown), now, after=0)
    if abs(steps) <= 1:
        assert found == step_at(shown)
    else:
        # Six digits meet by chance now and then; never as the step that was shown.
        assert found != step_at(shown)


@given(TIMES, st.integers(0, 3 * STEP_SECONDS))
def test_a_code_counts_once_however_soon_it_comes_again(now: datetime, later: int) -> None:
    code = code_at(now)
    used = step_of(SECRET, code, now, after=0)
    assert used is not None
    again = step_of(SECRET, code, now + timedelta(seconds=later), after=used)
    assert again is None or again > used
    assert (
        step_of(SECRET, code, now, after=used) is None
        or code_at(now + timedelta(seconds=STEP_SECONDS)) == code
    )


@pytest.mark.parametrize("typed", ["123456", "123 456", " 123456 ", "1 2 3 4 5 6", "123\u00a0456"])
def test_a_code_is_typed_as_the_app_shows_it(typed: str) -> None:
    assert code_as_compared(typed) == "123456"


@pytest.mark.parametrize("typed", ["", "0", "000000", "abcdef", "１２３４５６", "1" * 40, "\0"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    assert step_of(SECRET, code_as_compared(typed), datetime(2026, 11, 26, tzinfo=UTC), 0) is None


def test_recovery_codes_differ_and_are_read_as_people_write_them() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == RECOVERY_CODES == 10
    for code in codes:
        kept = recovery_code_as_kept(code)
        assert len(kept) == 10
        assert not set(kept) & set("01loi"), "letters that are mistaken for one another"
        for written in (code.upper(), code.replace("-", " "), f" {kept} ", code.replace("-", "–")):
            assert recovery_code_as_kept(written) == kept
    assert not set(codes) & set(new_recovery_codes())
