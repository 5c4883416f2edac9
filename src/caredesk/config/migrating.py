"""Migrations, run by the owner, and the grants that follow them."""

from django.core.management import call_command
from django.db import connections
from psycopg.conninfo import conninfo_to_dict

from caredesk.config import roles


def migrate(application_url: str, verbosity: int = 0) -> None:
    """Bring the database of the alias `owner` up to date, then grant the application its rights."""
    call_command("migrate", database="owner", verbosity=verbosity, interactive=False)
    owner = connections["owner"]
    owner.ensure_connection()
    roles.grant(owner.connection, str(conninfo_to_dict(application_url)["user"]))
    owner.close()
