"""Nothing serves with more rights than it needs."""

import psycopg
from django.db import connections

from caredesk.config import roles
from caredesk.config.environment import CannotStart


def refuse_too_powerful() -> None:
    """Stop unless the database is reached as a role that can only serve."""
    wrapper = connections["default"]
    try:
        with psycopg.connect(**wrapper.get_connection_params()) as connection:
            refuse(connection)
    except psycopg.OperationalError as error:
        raise CannotStart(f"The database cannot be reached: {error}") from error


def refuse(connection: psycopg.Connection[object]) -> None:
    reasons = roles.too_powerful(connection)
    if reasons:
        raise CannotStart(
            f"The database role {connection.info.user} {' and '.join(reasons)}: Caredesk serves "
            "only as a role that cannot. Give DATABASE_URL the application's role, and the "
            "owner's to DATABASE_OWNER_URL."
        )
