"""Codes by time and recovery codes: pure decisions, the time passed in."""

import hmac
import re
import secrets
from collections.abc import Iterable
from datetime import datetime

import pyotp

STEP_SECONDS = 30
# One step before and after: clocks differ, and typing takes a while (RFC 6238, 5.2).
STEPS_AROUND = 1

RECOVERY_CODES = 10
# Letters and digits that nobody confuses; ten of them are 49 bits.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_LENGTH = 10


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def step_of(secret: str, code: str, now: datetime, after: int) -> int | None:
    """The step whose code this is, if it is near and later than `after`: each counts once."""
    totp = pyotp.TOTP(secret)
    here = step_at(now)
    near = range(here - STEPS_AROUND, here + STEPS_AROUND + 1)
    typed = code.encode()
    # Every step is compared, so that the time taken tells nothing.
    fitting = [
        step
        for step in near
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed) and step > after
    ]
    return max(fitting, default=None)


def code_as_compared(typed: str) -> str:
    """Digits only: "123 456" as apps show it."""
    return re.sub(r"\s", "", typed)


def new_recovery_codes() -> list[str]:
    """As they are shown: 7k2mx-q9v4t."""
    return [_one_code() for _ in range(RECOVERY_CODES)]


def _one_code() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def recovery_code_as_kept(typed: str) -> str:
    """In any case, with or without the hyphen and spaces."""
    return re.sub(r"[\s\-‐‑–]", "", typed).lower()


def demands_factor(roles: Iterable[str], demanded: Iterable[str]) -> bool:
    return not set(roles).isdisjoint(demanded)
