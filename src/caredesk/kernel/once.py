"""Secrets in the answer of an action: told once, and never kept with it."""

from typing import Annotated

from pydantic import PlainSerializer, SerializationInfo

KEPT = {"kept": True}
"""The context in which an answer is written down for repetitions of its idempotency key."""


def _left_out_where_kept(secret: str, info: SerializationInfo) -> str:
    return "" if info.context == KEPT else secret


ToldOnce = Annotated[str, PlainSerializer(_left_out_where_kept, return_type=str)]
"""Empty in the answer to a repetition: who has lost it needs another."""
