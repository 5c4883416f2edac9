"""The `caredesk` command: one module a sub-command.

Each module has `add_arguments(parser)` and `run(arguments) -> int`. Only the chosen one is
imported, so that `--help` is quick and works without a database.
"""

import argparse
import contextlib
import importlib
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from caredesk.config import environment, organisations
from caredesk.config.progress import complain


@dataclass(frozen=True, slots=True)
class Command:
    """A sub-command: its module, one line of help, and what it needs before it runs."""

    module: str
    summary: str
    uses_django: bool = True
    uses_database: bool = True
    needs_tables: bool = True
    passes_on: bool = False
    as_owner: bool = True
    of_one_organisation: bool = True


COMMANDS = {
    "serve": Command(
        "caredesk.config.serve",
        "start everything: database, web server, live updates, jobs",
        uses_django=False,
        uses_database=False,
        of_one_organisation=False,
    ),
    "organisation": Command(
        "caredesk.config.organisation",
        "several practices on one installation: add, list, remove (which exports first)",
        uses_django=False,
        uses_database=False,
        of_one_organisation=False,
    ),
    "worker": Command(
        "caredesk.config.worker", "run the jobs, as one of several workers", as_owner=False
    ),
    "check": Command(
        "caredesk.config.check",
        "is this installation healthy? Says what to do where it is not",
        needs_tables=False,
    ),
    "migrate": Command(
        "caredesk.config.migrating",
        "bring the database up to date, as its owner",
        needs_tables=False,
    ),
    "practice": Command(
        "caredesk.config.practice", "open a practice of your own", needs_tables=False
    ),
    "user": Command("caredesk.config.users", "who can sign in: add, set-password, role, end, list"),
    "demo": Command(
        "caredesk.config.demo", "make the demo practice in an empty database", needs_tables=False
    ),
    "import": Command(
        "caredesk.interfaces.importing.command", "take in patients and visits: FHIR R4 bundles, CSV"
    ),
    "bench": Command(
        "caredesk.config.bench",
        "measure search, day, find, record, book, audit in a database of their own",
        uses_database=False,
        of_one_organisation=False,
    ),
    "audit": Command(
        "caredesk.config.audit",
        "verify the sealed audit log; export it; accept-loss after a backup",
    ),
    "keys": Command("caredesk.config.filekeys", "the keys of encrypted files: list, rotate"),
    "manage": Command(
        "caredesk.config.manage",
        "Django's own commands, as the owner",
        needs_tables=False,
        passes_on=True,
    ),
}

_ENVIRONMENT = """environment:
  DATABASE_URL, DATABASE_OWNER_URL  your own PostgreSQL (15 or newer) as application role and as
                                    owner; without them the embedded one is used
  CAREDESK_DATA                     the folder of the embedded database and the keys (var)
  PORT, HOST                        where `serve` listens (8000, 127.0.0.1)
  CAREDESK_DEMO=0                   leave an empty database empty: no demo practice
  CAREDESK_WORKERS, CAREDESK_THREADS  web processes, and threads of each (2 of 4)
  CAREDESK_HOSTS, CAREDESK_HTTPS=1  the names it is reached by, and that a proxy speaks TLS
  CAREDESK_PROXIES                  addresses or networks of proxies that may say for whom they ask
  CAREDESK_CLAMD                    where ClamAV listens (a path, or host:port): files are scanned
  CAREDESK_LIVE_URL                 where pages listen for changes, behind a proxy
  CAREDESK_ORGANISATION             where several are on one installation: which; the same as
                                     --organisation NAME after the command"""


def main(words: list[str] | None = None) -> int:
    """Run what the words say, for the one organisation they say, and return the exit code."""
    words = sys.argv[1:] if words is None else words
    chosen = _outer_parser().parse_args(words[:1]).command
    return run(chosen, words[1:], choose=COMMANDS[chosen].of_one_organisation)


def run(name: str, words: list[str], *, choose: bool = False) -> int:
    """Run one sub-command and return its exit code.

    It works for the organisation whose environment this process has, unless it is to `choose`.
    """
    try:
        return _run(name, _choose_organisation(words) if choose else words)
    except environment.CannotStart as error:
        complain(str(error))
        return 2
    except PermissionError as error:
        complain(
            f"{error.filename} is not ours to use ({error.strerror}). Run this as the user who "
            "started Caredesk first, or choose another folder with CAREDESK_DATA."
        )
        return 2
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _outer_parser() -> argparse.ArgumentParser:
    listed = "\n".join(f"  {name:<12} {each.summary}" for name, each in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="caredesk",
        description="Caredesk: front-desk software for medical practices.",
        usage="caredesk COMMAND [...]\n       caredesk COMMAND --help",
        epilog=f"commands:\n{listed}\n\n{_ENVIRONMENT}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="one of those below")
    return parser


def _choose_organisation(words: list[str]) -> list[str]:
    """What the command is told beside `--organisation`, wherever that stands."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--organisation", metavar="NAME")
    found, rest = parser.parse_known_args(words)
    if not {"-h", "--help"} & set(rest):
        organisations.choose(found.organisation)
    return rest


def _run(name: str, words: list[str]) -> int:
    command = COMMANDS[name]
    if command.uses_django:
        _set_up_django()
    module = importlib.import_module(command.module)
    parser = argparse.ArgumentParser(
        prog=f"caredesk {name}",
        description=f"{command.summary[0].upper()}{command.summary[1:]}.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=not command.passes_on,
    )
    module.add_arguments(parser)
    arguments = parser.parse_args(["--", *words] if command.passes_on else words)
    opened = _open_database(command) if command.uses_database else contextlib.nullcontext()
    with opened:
        return int(module.run(arguments))


def _set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caredesk.config.settings")
    import django

    django.setup()


@contextlib.contextmanager
def _open_database(command: Command) -> Iterator[None]:
    """The database, with the clock of the practice in it; one that is not ready is said plainly."""
    from django.db import OperationalError, ProgrammingError
    from psycopg.errors import UndefinedColumn, UndefinedTable

    from caredesk.config.database import use

    with environment.database() as urls:
        use(urls.application, urls.owner if command.as_owner else None)
        _follow_the_practices_clock()
        try:
            if command.needs_tables:
                _need_tables()
            yield
        except environment.CannotStart:
            raise
        except OperationalError as error:
            raise environment.CannotStart(
                f"The database does not answer ({str(error).strip().splitlines()[0]})."
            ) from error
        except ProgrammingError as error:
            if isinstance(error.__cause__, UndefinedTable | UndefinedColumn):
                raise environment.CannotStart(
                    "The database is not up to date: run `caredesk migrate`."
                ) from error
            raise


def _need_tables() -> None:
    """A database that nobody has begun is said before anything else is read or started."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('practice_site') IS NOT NULL")
        has_tables = cursor.fetchone()[0]
    if not has_tables:
        raise environment.CannotStart(
            "There is no practice in this database yet: `caredesk serve` makes it ready "
            "(`caredesk practice create` for a practice of your own)."
        )


def _follow_the_practices_clock() -> None:
    """Only a demo practice has another than the true one, and only the database knows."""
    from django.conf import settings
    from django.db import DatabaseError

    from caredesk.practice.queries import clock_offset

    # Away, or not migrated yet: that is for the command to say.
    with contextlib.suppress(DatabaseError):
        settings.CAREDESK_CLOCK_OFFSET = clock_offset()
