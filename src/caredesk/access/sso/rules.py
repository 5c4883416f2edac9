"""What the provider's word is good for."""

from collections.abc import Collection, Mapping
from typing import Any

CLOCKS_DIFFER = 120
"""Seconds by which the provider's clock and ours may differ."""


def has_second_factor(
    claims: Mapping[str, Any], amr: Collection[str], acr: Collection[str]
) -> bool:
    """Whether the provider says that it asked for one, in words that were configured to count."""
    said = claims.get("amr")
    methods = said if isinstance(said, list) else []
    return any(each in amr for each in methods) or claims.get("acr") in acr


def is_fresh(claims: Mapping[str, Any], asked_at: float) -> bool:
    """Whether the person has proven themself to the provider for this very sign-in.

    Otherwise whoever sits down at a colleague's computer would be let in as the colleague.
    """
    proven_at = claims.get("auth_time")
    if isinstance(proven_at, bool) or not isinstance(proven_at, int | float):
        return False
    return proven_at >= asked_at - CLOCKS_DIFFER


def verified_email(claims: Mapping[str, Any]) -> str:
    """The address that the provider has verified; empty where it has not, or does not say."""
    email = claims.get("email")
    return (
        kept_email(email) if isinstance(email, str) and claims.get("email_verified") is True else ""
    )


def kept_email(typed: str) -> str:
    """As it is compared. Providers differ in capitals, and no practice has two who differ so."""
    return typed.strip().casefold()
