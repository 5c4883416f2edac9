"""`caredesk check`: is this installation healthy? One line a finding, with what to do about it."""

import argparse
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import DatabaseError, connection

from caredesk.config.findings import Finding, fail, ok
from caredesk.config.findings_calendar import free_times, mend_free_times
from caredesk.config.findings_files import files
from caredesk.config.findings_front import proxies
from caredesk.config.findings_machine import clock, disk, time_zones
from caredesk.config.findings_server import (
    extensions,
    migrations,
    other_databases,
    reachable,
    rights,
    worker,
)
from caredesk.config.progress import say

type Check = Callable[[], Iterator[Finding]]

# The first says whether the others can be asked at all.
CHECKS: list[Check] = [
    rights,
    other_databases,
    migrations,
    extensions,
    worker,
    proxies,
    clock,
    time_zones,
    disk,
    free_times,
    files,
]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Ends with 1 where something fails; a warning is no failure."
    parser.add_argument("--quiet", action="store_true", help="only what is not ok")
    parser.add_argument(
        "--mend",
        action="store_true",
        help="first compute the free times of every resource anew from hours and bookings",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print every finding; 1 where one of them is a failure."""
    if arguments.mend:
        mend_free_times()
    findings = []
    for finding in find():
        findings.append(finding)
        if finding.state != "ok" or not arguments.quiet:
            say(finding.line())
    return 1 if any(finding.state == "fail" for finding in findings) else 0


def find() -> Iterator[Finding]:
    """All findings; a check that cannot be made is a failure of its own."""
    yield ok(f"Caredesk keeps its data in {settings.CAREDESK_DATA}")
    reached = list(reachable())
    yield from reached
    if any(finding.state == "fail" for finding in reached):
        return
    for check in CHECKS:
        try:
            yield from check()
        except DatabaseError as error:
            connection.close()
            yield fail(
                f"{check.__name__.replace('_', ' ')} could not be checked ({type(error).__name__})",
                "See the findings above first.",
            )
