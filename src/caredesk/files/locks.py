"""Between who wraps by a key and who retires it."""

from django.db import connection

_KEYS = 7_283_001


def keys_are_in_use() -> None:
    """Until this transaction ends no key is retired: asked before one chooses the key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_KEYS])


def wait_for_users_of_keys() -> None:
    """Until all who chose a key before have committed; who comes later sees the newest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_KEYS])
