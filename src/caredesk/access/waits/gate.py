"""Before a password or a code is checked: may it be, or is there a wait?

A try is counted as a failure before it is checked and taken back when it was right, so that many
at once count as many. One that comes during a wait is neither checked nor counted. All of this is
written at once, outside any action: what was refused must stay counted.
"""

import hmac
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest

from caredesk.access.credentials import username_as_kept
from caredesk.access.factors.true_time import true_now
from caredesk.access.models import User
from caredesk.access.networks import network_of
from caredesk.access.waits.devices import known_device
from caredesk.access.waits.models import LiftedWait
from caredesk.access.waits.rules import (
    FORGOTTEN_AFTER,
    LIMITS,
    TRIES_AT_KNOWN_DEVICE,
    counted,
    waits_until,
)

type What = Literal["password", "factor"]

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_READ = "SELECT key, failures, last_at FROM access_failures WHERE key = ANY(%s)"
_COUNT = """INSERT INTO access_failures AS f (key, scope, account, failures, last_at, turned_away)
VALUES (%s, %s, %s, 1, %s, false) ON CONFLICT (key) DO UPDATE
SET failures = CASE WHEN f.last_at < %s THEN 1 ELSE f.failures + 1 END, last_at = %s,
 turned_away = false
RETURNING failures"""
_OF_ACCOUNT = """SELECT scope, failures, last_at FROM access_failures
WHERE account = %s AND scope IN ('pair', 'account')"""
_TURN_AWAY = """UPDATE access_failures SET turned_away = true
WHERE key = ANY(%s) AND NOT turned_away AND failures > 0"""
_TAKE_BACK = "UPDATE access_failures SET failures = greatest(failures - 1, 0) WHERE key = ANY(%s)"
_CLEAR = "UPDATE access_failures SET failures = 0 WHERE key = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Try:
    """One try that may be checked, or must wait `until`. `then` is the wait if it is wrong.

    `is_first` is said of the first try that is turned away in a wait: it goes on record.
    """

    until: datetime | None = None
    then: datetime | None = None
    is_first: bool = False
    own: list[bytes] = field(default_factory=list)
    shared: list[bytes] = field(default_factory=list)

    def was_right(self) -> None:
        """What this person failed before is forgotten; what others tried stays counted."""
        with connection.cursor() as cursor:
            cursor.execute(_CLEAR, [self.own])
            cursor.execute(_TAKE_BACK, [self.shared])


def knock(request: HttpRequest, what: What, username: str, user: User | None) -> Try:
    """Ask to check what was typed for this account. `user` is who has the name, if anybody."""
    account = account_of(username)
    device = known_device(request, user.id if user else None)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK, [account.hex()])
        if device is not None:
            own = _key("device", what, account, device.hex)
            if _counted(cursor, own) < TRIES_AT_KNOWN_DEVICE:
                _count(cursor, "device", own, account)
                return Try(own=[own])
        address = network_of(request)
        keys = {
            "pair": _key("pair", what, account, address),
            "account": _key("account", what, account, ""),
            "address": _key("address", what, b"", address),
        }
        limited = dict(keys)
        # Asked of a name that nobody has, too: the time taken tells nothing.
        if _is_lifted(user):
            del limited["account"]
        if until := _latest_wait(cursor, limited):
            cursor.execute(_TURN_AWAY, [list(limited.values())])
            return Try(until=until, is_first=cursor.rowcount > 0)
        then = _count_all(cursor, keys, limited, account)
    return Try(then=then, own=[keys["pair"]], shared=[keys["account"], keys["address"]])


def account_of(username: str) -> bytes:
    """What stands for an account: nobody reads from it what was typed as a name."""
    return _hash(f"account:{username_as_kept(username)}".encode())


def longest_wait(user: User) -> datetime | None:
    """Until when somebody waits who is not at a known device; None where nobody does."""
    now = true_now()
    with connection.cursor() as cursor:
        cursor.execute(_OF_ACCOUNT, [account_of(user.username)])
        rows = cursor.fetchall()
    found = [waits_until(LIMITS[scope], count, at, now) for scope, count, at in rows]
    return max((each for each in found if each), default=None)


def _latest_wait(cursor: Any, limited: dict[str, bytes]) -> datetime | None:
    cursor.execute(_READ, [list(limited.values())])
    rows = {bytes(key): (failures, at) for key, failures, at in cursor.fetchall()}
    now = true_now()
    found = [
        waits_until(LIMITS[scope], *rows[key], now) for scope, key in limited.items() if key in rows
    ]
    return max((each for each in found if each), default=None)


def _count_all(
    cursor: Any, keys: dict[str, bytes], limited: dict[str, bytes], account: bytes
) -> datetime | None:
    now = true_now()
    counts = {
        scope: _count(cursor, scope, key, b"" if scope == "address" else account)
        for scope, key in keys.items()
    }
    found = [waits_until(LIMITS[scope], counts[scope], now, now) for scope in limited]
    return max((each for each in found if each), default=None)


def _count(cursor: Any, scope: str, key: bytes, account: bytes) -> int:
    now = true_now()
    cursor.execute(_COUNT, [key, scope, account, now, now - FORGOTTEN_AFTER, now])
    return int(cursor.fetchone()[0])


def _counted(cursor: Any, key: bytes) -> int:
    cursor.execute(_READ, [[key]])
    row = cursor.fetchone()
    return counted(row[1], row[2], true_now()) if row else 0


def _is_lifted(user: User | None) -> bool:
    of = user.id if user else UUID(int=0)
    return LiftedWait.objects.filter(user=of, until__gt=true_now()).exists()


def _key(scope: str, what: str, account: bytes, place: str) -> bytes:
    return _hash(f"{scope}:{what}:".encode() + account + place.encode())


def _hash(text: bytes) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), b"caredesk.waits:" + text, "sha256")
