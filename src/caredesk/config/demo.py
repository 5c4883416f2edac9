"""The demo practice: `caredesk demo`, and what `caredesk serve` asks about it.

Made up from beginning to end and the same every time: 300 patients, three sites in two zones, a
month of visits around a working day on which it is always ten past ten in the morning.
"""

import argparse
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.db import transaction

from caredesk.access import demo as access
from caredesk.access.rules import PERMISSIONS
from caredesk.config.progress import complain, say
from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.people import demo as people
from caredesk.practice import demo as practice
from caredesk.practice.queries import is_demo, organization_name
from caredesk.scheduling import demo as calendar
from caredesk.scheduling.demo_days import make_month
from caredesk.scheduling.demo_plan import Somebody
from caredesk.workforce import demo as workforce

WORKING_DAY = date(2026, 11, 24)
IN_THE_MORNING = time(10, 10)

_PROGRAMS = UUID("6e2fdd0a-0b7c-4b52-9a54-0d1a40b6c5ee")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments: there is one demo practice."""


def run(arguments: argparse.Namespace) -> int:
    """Make it, or say why not."""
    if organization_name():
        complain("There is a practice in this database already: nothing was made.")
        return 1
    create()
    say(f"{practice.NAME} is there. Start `caredesk serve` and sign in as one of:")
    for username, password, who in sign_ins():
        say(f"  {username} / {password}  ({who})")
    return 0


def create() -> None:
    """Make the demo practice if the database is empty; do nothing otherwise."""
    if organization_name():
        return
    # All or nothing: a practice that is half there would be taken for a real one.
    with transaction.atomic():
        _create()


def _create() -> None:
    with clock.stopped_at(morning() - timedelta(days=35)):
        by = _program()
        made = practice.make_practice(by)
        users = access.make_users(by)
        practitioners = workforce.make_practitioners(users, by)
        cal = calendar.make_calendar(made, practitioners, WORKING_DAY, by)
    desk = users["rosa"]
    patients = people.make_patients(WORKING_DAY, desk)
    who = [Somebody(each.id, each.is_child, each.lives_in_phoenix) for each in patients]
    with clock.stopped_at(morning()):
        make_month(cal, practice.zones(), who, morning(), by, desk)


def morning() -> datetime:
    """The instant at which the demo practice's clock stands when it is started."""
    zone = ZoneInfo(practice.MAIN_ZONE)
    return datetime.combine(WORKING_DAY, IN_THE_MORNING, zone).astimezone(UTC)


def clock_offset() -> float:
    """Seconds by which the clock is moved; 0 where the practice is a real one."""
    return (morning() - datetime.now(UTC)).total_seconds() if is_demo() else 0.0


def sign_ins() -> list[tuple[str, str, str]]:
    """Username, password and who it is; empty where the practice is a real one."""
    if not is_demo():
        return []
    return [(each.username, each.password, f"{each.name}, {each.role}") for each in access.SIGN_INS]


def _program() -> Actor:
    return Actor(
        kind="program",
        id=uuid5(_PROGRAMS, "demo"),
        label="Demo practice",
        permissions=frozenset().union(*PERMISSIONS.values()),
        door="command",
    )
