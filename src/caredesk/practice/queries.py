"""What the practice is made of."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from caredesk.kernel.actor import Actor
from caredesk.practice.models import Organization

BEFORE_ANY_SITE = "UTC"

MAIN_ZONE = f"""coalesce((SELECT time_zone FROM practice_site ORDER BY position, name LIMIT 1),
  '{BEFORE_ANY_SITE}')"""
"""The main site's zone, for a statement that is sent anyway."""


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A site for lists and choices."""

    id: UUID
    name: str
    time_zone: str


def sites(viewer: Actor) -> list[SiteLine]:
    """All sites in the practice's own order; the first is the main one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name, time_zone FROM practice_site ORDER BY position, name")
        return [SiteLine(*row) for row in cursor.fetchall()]


def zone_of(viewer: Actor) -> str:
    """The zone whose today counts where no site is chosen: the main site's.

    The door reads it with the session, so pages ask for it as often as they like; for who came
    in otherwise it is one statement.
    """
    return viewer.zone or _main_zone()


def _main_zone() -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {MAIN_ZONE}")
        return str(cursor.fetchone()[0])


def organization_name() -> str:
    """The practice's name; empty where it has none yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM practice_organization ORDER BY id LIMIT 1")
        found = cursor.fetchone()
    return str(found[0]) if found else ""


def is_demo() -> bool:
    return Organization.objects.filter(demo=True).exists()


def demo_clock() -> tuple[datetime, datetime] | None:
    """What the demo practice's clock showed, and when that was; nothing for a real practice."""
    found = Organization.objects.filter(demo=True).first()
    if found is None or found.clock_showed is None or found.clock_set_at is None:
        return None
    return found.clock_showed, found.clock_set_at


def clock_offset() -> float:
    """Seconds by which the practice's clock is moved: 0 where the practice is a real one."""
    found = demo_clock()
    return (found[0] - found[1]).total_seconds() if found else 0.0
