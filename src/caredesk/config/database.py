"""A database's address as Django wants it."""

from typing import Any

from django.db import connections
from psycopg.conninfo import conninfo_to_dict

_OWN_SETTINGS = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}


def from_url(url: str, *, serves: bool) -> dict[str, Any]:
    """Django's settings for a PostgreSQL URL (or connection string).

    A connection that `serves` requests binds values on the server and prepares what it repeats;
    the owner's runs DDL, where PostgreSQL takes no bound values.
    """
    found = {key: value for key, value in conninfo_to_dict(url).items() if value is not None}
    database: dict[str, Any] = {"ENGINE": "caredesk.config.postgres", "NAME": ""}
    for name, setting in _OWN_SETTINGS.items():
        database[setting] = str(found.pop(name, ""))
    database["PORT"] = str(found.pop("port", ""))
    options: dict[str, Any] = {"connect_timeout": 10, "application_name": "caredesk", **found}
    if serves:
        options |= {"prepare_threshold": 2, "server_side_binding": True}
    database |= {
        "OPTIONS": options,
        "CONN_MAX_AGE": 600 if serves else 0,
        "CONN_HEALTH_CHECKS": serves,
        "ATOMIC_REQUESTS": False,
        "SERVES": serves,
    }
    return database


def use(application_url: str, owner_url: str | None) -> None:
    """Work with this database from now on, whatever the settings said."""
    wanted = {"default": from_url(application_url, serves=True)}
    if owner_url is not None:
        wanted["owner"] = from_url(owner_url, serves=False)
    replace(wanted)


def replace(wanted: dict[str, dict[str, Any]]) -> None:
    """Put these databases in place of those of the settings."""
    for opened in connections.all(initialized_only=True):
        opened.close()
        del connections[opened.alias]
    connections.settings = connections.configure_settings(wanted)
