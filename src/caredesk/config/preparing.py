"""Before anything serves: migrations, grants, static files, the demo practice.

Runs as a process of its own that knows the owner; what the supervisor must know of it is left in
`prepared.json`.
"""

import hashlib
import json
import os
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core import checks
from django.core.management import call_command
from django.db import connections

from caredesk.config import environment
from caredesk.config.progress import complain, step


def prepare() -> int:
    """Leave a database and static files that can be served, or say what is missing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caredesk.config.settings")
    django.setup()
    try:
        _prepare()
    except environment.CannotStart as error:
        complain(str(error))
        return 2
    return 0


def _prepare() -> None:
    from caredesk.config.refusal import refuse_too_powerful

    _refuse_what_is_unfinished()
    refuse_too_powerful()
    bring_up_to_date()
    _collect_static_files()
    settings.CAREDESK_CLOCK_OFFSET = 0.0
    _write_down()


def _refuse_what_is_unfinished() -> None:
    """Django's checks and ours: a port that nobody answers stops the start."""
    errors = [each for each in checks.run_checks() if each.is_serious()]
    if errors:
        raise environment.CannotStart("\n".join(str(each) for each in errors))


def bring_up_to_date() -> None:
    """Migrate where we know the owner; otherwise insist that somebody has."""
    from caredesk.config import migrating

    if "owner" in connections.settings:
        with step("Bringing the database up to date"):
            migrating.migrate()
        return
    missing = migrating.unapplied()
    if missing:
        raise environment.CannotStart(
            f"The database lacks {len(missing)} migrations ({missing[0]} ...). Set "
            "DATABASE_OWNER_URL, or run `caredesk migrate` with it once."
        )


def _collect_static_files() -> None:
    """Only when a file has changed: compressing them takes a while."""
    mark = settings.STATIC_ROOT.parent / "static-files"
    wanted = _fingerprint()
    if mark.exists() and mark.read_text() == wanted and settings.STATIC_ROOT.is_dir():
        return
    with step("Preparing scripts, styles and pictures"):
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    mark.write_text(wanted)


def _fingerprint() -> str:
    found = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            file = Path(storage.path(path))
            found.update(f"{path} {file.stat().st_mtime_ns} {file.stat().st_size}\n".encode())
    return found.hexdigest()


def _write_down() -> None:
    from caredesk.access.queries import anybody_can_sign_in
    from caredesk.config import demo
    from caredesk.practice.queries import clock_offset, organization_name

    if os.environ.get("CAREDESK_DEMO") != "0":
        with step("Making the demo practice"):
            demo.create()
    demo.start_clock()
    prepared = {
        "clock_offset": clock_offset(),
        "time_shown": demo.time_shown(),
        "sign_ins": [list(each) for each in demo.sign_ins()],
        "way_in": "" if anybody_can_sign_in() else _way_in(organization_name()),
    }
    (environment.data_folder() / "prepared.json").write_text(json.dumps(prepared))


def _way_in(practice: str) -> str:
    """The command that lets the first one in."""
    return "caredesk user add --help" if practice else "caredesk practice create --help"
