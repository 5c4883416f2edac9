"""`caredesk audit export`: a part of the log as FHIR R4 AuditEvents."""

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TextIO
from uuid import UUID

from caredesk.audit import exporting
from caredesk.config.environment import CannotStart
from caredesk.config.progress import complain
from caredesk.config.terminal import ADMINISTRATOR
from caredesk.kernel import clock
from caredesk.people.queries import records_of
from caredesk.practice.queries import zone_of

_EPILOG = """Days are those of the main site's clock. The export is itself on record, with
everybody who is in it. It names no patient but by id; keep it as you keep the database."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("--from", dest="since", type=_day, metavar="DAY", help="as in 2026-11-01")
    parser.add_argument("--to", dest="until", type=_day, metavar="DAY", help="this day included")
    parser.add_argument("--patient", help="a record number (CD-000231) or an id")
    parser.add_argument(
        "--format", choices=exporting.MEDIA_TYPES, default="ndjson", help="default: ndjson"
    )
    parser.add_argument("--output", type=Path, help="a new file; default: standard output")


def run(arguments: argparse.Namespace) -> int:
    """Write it on record, then write it out."""
    part = exporting.Part(
        since=_starts(arguments.since),
        until=_starts(arguments.until and arguments.until + timedelta(days=1)),
        patients=_records(arguments.patient),
    )
    with _opened(arguments.output) as out:
        exporting.record_export(part, ADMINISTRATOR, "audit export")
        many = 0
        for line in exporting.lines(part, arguments.format):
            out.write(line)
            many += "AuditEvent" in line
    complain(f"{many:,} entries were exported.")
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no day: write it like 2026-11-01") from None


def _starts(day: date | None) -> datetime | None:
    if day is None:
        return None
    zone = clock.zone_named(zone_of(ADMINISTRATOR))
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _records(patient: str | None) -> tuple[UUID, ...]:
    if patient is None:
        return ()
    found = records_of(patient)
    if not found:
        raise CannotStart(f"There is no patient {patient}. Give a record number, or an id.")
    return found


@contextlib.contextmanager
def _opened(path: Path | None) -> Iterator[TextIO]:
    """A file that nobody else may read, and that did not exist: nothing is written over."""
    if path is None:
        yield sys.stdout
        return
    try:
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise CannotStart(f"{path} is there already. Choose a new name.") from None
    except OSError as error:
        raise CannotStart(f"{path} cannot be written: {error.strerror}.") from None
    with os.fdopen(made, "w", encoding="utf-8") as out:
        yield out
