"""`caredesk migrate`: migrations, run by the owner, and the grants that follow them."""

import argparse
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from caredesk.audit import epochs
from caredesk.config import roles
from caredesk.config.environment import CannotStart
from caredesk.config.progress import say

_NOTIFYING = """SELECT tgname FROM pg_trigger WHERE tgrelid = 'procrastinate_jobs'::regclass
AND tgname LIKE '%notify%' AND tgenabled <> 'D'"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="do not name each migration")
    parser.add_argument(
        "--restored",
        action="store_true",
        help="files of the database server were put back as they once were: begin a new epoch of "
        "the audit log (a restored dump is noticed without this)",
    )


def run(arguments: argparse.Namespace) -> int:
    if "owner" not in connections.settings:
        raise CannotStart("Set DATABASE_OWNER_URL: only the owner of the database can migrate it.")
    migrate(verbosity=0 if arguments.quiet else 1, restored=arguments.restored)
    return 0


def migrate(verbosity: int = 0, *, restored: bool = False) -> None:
    """Bring the database up to date as its owner, then grant the application its rights.

    Where it was `restored`, in another place or by word, the audit log begins its next epoch.
    """
    if verbosity or unapplied("owner"):
        call_command("migrate", database="owner", verbosity=verbosity, interactive=False)
    owner = connections["owner"]
    owner.ensure_connection()
    begin_epoch(owner.connection, restored=restored)
    roles.grant(owner.connection, connections.settings["default"]["USER"])
    silence_queue(owner.connection)
    owner.close()


def begin_epoch(owner: psycopg.Connection[Any], *, restored: bool = False) -> None:
    """Begin the audit log's next epoch where the database lies in a new place."""
    from caredesk.audit import heads  # its models need Django to be set up

    began = epochs.begin_where_needed(owner, heads.newest_epoch_outside(), restored=restored)
    if began is not None:
        say(f"A backup was restored here: epoch {began} of the audit log begins.")


def silence_queue(owner: psycopg.Connection[Any]) -> None:
    """Switch off the queue's triggers that notify: a commit that does waits for all others'."""
    for (trigger,) in owner.execute(_NOTIFYING).fetchall():
        owner.execute(
            sql.SQL("ALTER TABLE procrastinate_jobs DISABLE TRIGGER {}").format(
                sql.Identifier(trigger)
            )
        )


def unapplied(database: str = "default") -> list[str]:
    """Names of the migrations that this program knows and the database does not have."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections[database])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
