"""`caredesk migrate`: migrations, run by the owner, and the grants that follow them."""

import argparse
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from caredesk.config import roles
from caredesk.config.environment import CannotStart

_NOTIFYING = """SELECT tgname FROM pg_trigger WHERE tgrelid = 'procrastinate_jobs'::regclass
AND tgname LIKE '%notify%' AND tgenabled <> 'D'"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="do not name each migration")


def run(arguments: argparse.Namespace) -> int:
    if "owner" not in connections.settings:
        raise CannotStart("Set DATABASE_OWNER_URL: only the owner of the database can migrate it.")
    migrate(verbosity=0 if arguments.quiet else 1)
    return 0


def migrate(verbosity: int = 0) -> None:
    """Bring the database up to date as its owner, then grant the application its rights."""
    call_command("migrate", database="owner", verbosity=verbosity, interactive=False)
    owner = connections["owner"]
    owner.ensure_connection()
    roles.grant(owner.connection, connections.settings["default"]["USER"])
    silence_queue(owner.connection)
    owner.close()


def silence_queue(owner: psycopg.Connection[Any]) -> None:
    """Switch off the queue's triggers that notify: a commit that does waits for all others'."""
    for (trigger,) in owner.execute(_NOTIFYING).fetchall():
        owner.execute(
            sql.SQL("ALTER TABLE procrastinate_jobs DISABLE TRIGGER {}").format(
                sql.Identifier(trigger)
            )
        )


def unapplied() -> list[str]:
    """Names of the migrations that this program knows and the database does not have."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["default"])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
