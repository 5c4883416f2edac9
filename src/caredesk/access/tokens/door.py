"""Who a program is: the one statement that reads its token, at the JSON door only (RFC 6750).

A request that brings a token is the program's alone: a cookie beside it counts for nothing, and
without a cookie no other site can have made a browser send it, so it needs no form's token.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest

from caredesk.access.tokens.rules import ALWAYS, bound_of, read_token
from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.practice.queries import MAIN_ZONE

PLACE = "/api/"
_SCHEME = "bearer"
_NOTED_AGAIN = timedelta(minutes=1)

_READ = f"""SELECT id, name, digest, permissions, patients, per_minute, expires_at, ended_at,
  last_used_at, {MAIN_ZONE} FROM access_programtoken WHERE id = %s"""

# Whoever else has noted it meanwhile has noted as much.
_NOTE = """UPDATE access_programtoken SET last_used_at = %(now)s
WHERE id = %(id)s AND (last_used_at IS NULL OR last_used_at <= %(before)s)"""


@dataclass(frozen=True, slots=True)
class Program:
    """Whose token was sent; `refused` says why it opens nothing (any more)."""

    actor: Actor
    per_minute: int
    refused: str = ""


def brings_token(request: HttpRequest) -> bool:
    """Whether this request is to be judged by a token, and by nothing else."""
    return request.path.startswith(PLACE) and _scheme(request) == _SCHEME


def program_of(request: HttpRequest) -> Program | None:
    """The program, if the token is one of ours, the secret included."""
    presented = read_token(request.headers.get("Authorization", "").partition(" ")[2].strip())
    row = _read(presented.id) if presented else None
    if presented is None or row is None or not presented.fits(bytes(row[2])):
        return None
    now = clock.now()
    program = _program(row, request, now)
    if not program.refused:
        _note_use(program.actor.id, row[8], now)
    return program


def _scheme(request: HttpRequest) -> str:
    return request.headers.get("Authorization", "").partition(" ")[0].lower()


def _read(id: UUID) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(_READ, [id])
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found


def _program(row: tuple[Any, ...], request: HttpRequest, now: datetime) -> Program:
    id, name, _, permissions, patients, per_minute, expires_at, ended_at, _, zone = row
    actor = Actor(
        kind="program",
        id=id,
        label=name,
        permissions=ALWAYS.union(permissions),
        door="json",
        address=request.META.get("REMOTE_ADDR", ""),
        zone=zone,
        only=bound_of(permissions, patients),
        is_proven=False,
    )
    return Program(actor, per_minute, _why_not(ended_at, expires_at, now))


def _why_not(ended_at: datetime | None, expires_at: datetime, now: datetime) -> str:
    if ended_at is not None:
        return "This token was ended."
    return "This token has expired." if expires_at <= now else ""


def _note_use(id: UUID, last: datetime | None, now: datetime) -> None:
    """At most once a minute, so that a request is not a write."""
    before = now - _NOTED_AGAIN
    if last is None or last <= before:
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, {"id": id, "now": now, "before": before})
