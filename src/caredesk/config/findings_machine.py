"""The machine: its clock, what it knows of time zones, its disk."""

import importlib.metadata
import shutil
import time
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from caredesk.config.findings import Finding, fail, ok, warn
from caredesk.practice.models import Site

_SKEW_WARN, _SKEW_FAIL = 1.0, 30.0
_DISK_WARN, _DISK_FAIL = 2 * 2**30, 2**28
_MONTHS = 24

# Local clock minus UTC at a number of instants, as the database's own zone data has it.
_OFFSETS = """SELECT extract(epoch FROM (at AT TIME ZONE %s) - (at AT TIME ZONE 'UTC'))::int
FROM unnest(%s::timestamptz[]) WITH ORDINALITY AS instants(at, number) ORDER BY number"""


def clock() -> Iterator[Finding]:
    """The database writes the times of rows, we compare them with ours."""
    asked = time.time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        theirs = float(cursor.fetchone()[0])
    skew = abs(theirs - (asked + time.time()) / 2)
    if skew < _SKEW_WARN:
        yield ok("The clocks of this machine and of the database agree")
    else:
        say = fail if skew > _SKEW_FAIL else warn
        yield say(
            f"The clocks of this machine and of the database differ by {skew:.1f} s",
            "Let both follow a time server (chrony, systemd-timesyncd).",
        )
    if settings.CAREDESK_CLOCK_OFFSET:
        yield ok("The desk shows the demo practice's time")


def time_zones() -> Iterator[Finding]:
    """Python's zones decide; the database's are compared, since reports may use them."""
    version = importlib.metadata.version("tzdata")
    if not zoneinfo.available_timezones():
        yield fail("This machine knows no time zones", "Run `uv sync`: it brings tzdata.")
        return
    zones = sorted(set(Site.objects.values_list("time_zone", flat=True)))
    wrong = [zone for zone in zones if not _agrees(zone)]
    for zone in wrong:
        yield warn(
            f"Python (tzdata {version}) and the database disagree about {zone}",
            "Bring both up to date; appointments follow Python's.",
        )
    if not wrong:
        named = f" and the database agree about {', '.join(zones)}" if zones else " is here"
        yield ok(f"Time-zone data {version}{named}")


def _agrees(zone: str) -> bool:
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    instants = [start + timedelta(days=15 * half) for half in range(_MONTHS * 2)]
    ours = [each.astimezone(ZoneInfo(zone)).utcoffset() or timedelta() for each in instants]
    with connection.cursor() as cursor:
        cursor.execute(_OFFSETS, [zone, instants])
        theirs = [timedelta(seconds=seconds) for (seconds,) in cursor.fetchall()]
    return ours == theirs


def disk() -> Iterator[Finding]:
    free = shutil.disk_usage(settings.CAREDESK_DATA).free
    found = f"{free / 2**30:.1f} GB are free in {settings.CAREDESK_DATA}"
    if free > _DISK_WARN:
        yield ok(found)
        return
    say = fail if free < _DISK_FAIL else warn
    yield say(found, "Make room: a full disk stops the database.")
