"""A session's lock, as the database keeps it.

Statements of their own, never a session's saving: a request that began before the lock and saves
its session after it must not open it again.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.crypto import get_random_string

from caredesk.access.locking.rules import MOST_TRIES, NOTED_EVERY

_KEY_LENGTH = 32
_KEY_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def note_activity(public_id: UUID) -> None:
    """Its holder does something. Requests at the same moment write it once."""
    _run(
        "UPDATE access_session SET active_at = now() WHERE public_id = %s "
        "AND locked_at IS NULL AND active_at < now() - %s * interval '1 second'",
        public_id,
        NOTED_EVERY,
    )


def lock(public_id: UUID) -> bool:
    """Whether it was open until now."""
    return bool(
        _run(
            "UPDATE access_session SET locked_at = now() "
            "WHERE public_id = %s AND locked_at IS NULL",
            public_id,
        )
    )


def unlock(public_id: UUID) -> None:
    _run(
        "UPDATE access_session SET locked_at = NULL, failed_unlocks = 0, active_at = now() "
        "WHERE public_id = %s",
        public_id,
    )


def hold(public_id: UUID) -> bool:
    """Keep the row until the transaction ends: of tries at once each is counted."""
    return bool(_run("SELECT 1 FROM access_session WHERE public_id = %s FOR UPDATE", public_id))


def count_failure(public_id: UUID) -> int:
    """How many tries are left."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE access_session SET failed_unlocks = failed_unlocks + 1 "
            "WHERE public_id = %s RETURNING failed_unlocks",
            [public_id],
        )
        [failed] = cursor.fetchone() or [MOST_TRIES]
    return max(0, MOST_TRIES - int(failed))


def end(public_ids: list[UUID]) -> None:
    """They let nobody in any more."""
    _run("DELETE FROM access_session WHERE public_id = ANY(%s)", public_ids)


def end_of(users: Collection[UUID]) -> list[tuple[UUID, UUID, str]]:
    """All sessions of these users end: which they were, whose, and at which browser."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM access_session WHERE user_id = ANY(%s) "
            "RETURNING public_id, user_id, browser",
            [list(users)],
        )
        return list(cursor.fetchall())


def renew_key(public_id: UUID) -> str:
    """Give the session another key: what a browser held before opens nothing."""
    key = get_random_string(_KEY_LENGTH, _KEY_LETTERS)
    _run("UPDATE access_session SET session_key = %s WHERE public_id = %s", key, public_id)
    return key


def seat(session_key: str, seat: str, browser: str, address: str) -> None:
    """Say of a new session at which browser it was begun."""
    _run(
        "UPDATE access_session SET seat = %s, browser = %s, address = %s WHERE session_key = %s",
        seat,
        browser,
        address,
        session_key,
    )


def move_seat(former: str, seat: str) -> list[tuple[UUID, UUID]]:
    """All sessions of a browser are of its new seat: which they are, and whose."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE access_session SET seat = %s WHERE seat = %s AND seat <> '' "
            "RETURNING public_id, user_id",
            [seat, former],
        )
        return list(cursor.fetchall())


def _run(statement: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return int(cursor.rowcount)
