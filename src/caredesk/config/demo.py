"""The demo practice: `caredesk demo`, and what `caredesk serve` asks about it.

Made up from beginning to end and the same every time: 300 patients, three sites in two zones, a
month of visits around a working day on which it is mid-morning whenever it is served.

Its clock never goes back: what was recorded at 10:45 would lie ahead at 10:10, and the visit could
not go on. Served again, it stands just after what was recorded last; where that would be past the
morning, at ten past ten of the next working day, rather than at a desk that is about to close.
"""

import argparse
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max

from caredesk.access import demo as access
from caredesk.access.models import User
from caredesk.access.rules import PERMISSIONS
from caredesk.config.progress import complain, say
from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.models import Deed
from caredesk.people import demo as people
from caredesk.practice import demo as practice
from caredesk.practice.actions import set_demo_clock
from caredesk.practice.queries import clock_offset, demo_clock, is_demo, organization_name
from caredesk.scheduling import demo as calendar
from caredesk.scheduling.demo_confidential import book_confidentially
from caredesk.scheduling.demo_days import make_month
from caredesk.scheduling.demo_plan import Somebody
from caredesk.ui import times
from caredesk.workforce import demo as workforce

WORKING_DAY = date(2026, 11, 24)
IN_THE_MORNING = time(10, 10)
LATEST_START = time(11, 30)

_SATURDAY = 5
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
        book_confidentially(cal, who, by=by, chen=users["chen"])
        people.restrict_staff(patients, users["chen"])
    start_clock()


def morning(day: date = WORKING_DAY) -> datetime:
    """The instant at which the demo practice's clock stands when it is started for the first time,
    or the like on another day."""
    return datetime.combine(day, IN_THE_MORNING, _zone()).astimezone(UTC)


def next_start(last: datetime) -> datetime:
    """Where the clock stands at the next start, after something was recorded at `last`."""
    after = last.replace(second=0, microsecond=0) + timedelta(minutes=1)
    day = after.astimezone(_zone()).date()
    while True:
        start = max(after, morning(day))
        if _works(day) and start.astimezone(_zone()).time() <= LATEST_START:
            return start
        day += timedelta(days=1)


def _works(day: date) -> bool:
    return day.weekday() < _SATURDAY and day != WORKING_DAY + calendar.HOLIDAY_AFTER


def start_clock() -> None:
    """Set the demo practice's clock for this start; a real practice has the true time."""
    if not is_demo():
        return
    found, now = demo_clock(), datetime.now(UTC)
    set_demo_clock(shows=_starts(*found) if found else morning(), at=now, by=_program())


def _starts(showed: datetime, set_at: datetime) -> datetime:
    """Rows tell the true time at which they were written; the demo's clock ran beside it."""
    people = User.objects.values("id")
    done = Deed.objects.filter(at__gte=set_at, actor__in=people).aggregate(last=Max("at"))["last"]
    return next_start(showed + (done - set_at)) if done else showed


def time_shown() -> str:
    """What its clock shows now, in words; empty where the practice is a real one."""
    if not is_demo():
        return ""
    shown = datetime.now(UTC) + timedelta(seconds=clock_offset())
    local = shown.astimezone(_zone())
    return f"{times.full_day_words(local.date())}, {times.clock_words(local)}"


def _zone() -> ZoneInfo:
    return ZoneInfo(practice.MAIN_ZONE)


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
