"""The connection of a web thread, kept between requests and looked at before each."""

import contextlib
import select
from typing import Any

import psycopg
from django.db import OperationalError
from django.db.backends.postgresql import base
from psycopg.pq import ConnStatus

from caredesk.audit import epochs
from caredesk.config.environment import CannotStart
from caredesk.config.postgres import lists

_NOT_MIGRATED = psycopg.errors.UndefinedTable
_NOT_GRANTED = psycopg.errors.InsufficientPrivilege


class WrittenElsewhere(CannotStart, OperationalError):
    """The database was restored here, and its audit log has not begun its next epoch."""

    def __init__(self) -> None:
        super().__init__(
            "This database was restored from a backup, or moved to another server: before "
            "anything is written, its owner begins a new epoch of the audit log. Run `caredesk "
            "migrate` with DATABASE_OWNER_URL; `caredesk serve` does it where it knows that."
        )


class DatabaseWrapper(base.DatabaseWrapper):
    """Asks the socket, not the server, whether the connection still lives.

    What serves is refused a database that was restored: what it writes there before the owner was
    asked would have no place in the audit log.
    """

    health_check_enabled: bool
    health_check_done: bool

    def connect(self) -> None:
        super().connect()
        if self.settings_dict.get("SERVES") and not self._is_at_home():
            self.close()
            raise WrittenElsewhere

    def _is_at_home(self) -> bool:
        # A database that is yet to be migrated, or to grant us anything, is refused for that.
        with contextlib.suppress(_NOT_MIGRATED, _NOT_GRANTED):
            return epochs.is_here(self.connection)
        return True

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        lists.register(connection)
        return connection

    def close_if_health_check_failed(self) -> None:
        """A server that restarted or ended our session has closed it, which reads as ready.

        Where there is something to read, the server is asked as Django does it.
        """
        if self.health_check_enabled and not self.health_check_done and self._is_quiet():
            self.health_check_done = True
            return
        super().close_if_health_check_failed()

    def _is_quiet(self) -> bool:
        if self.connection is None or self.connection.pgconn.status != ConnStatus.OK:
            return False
        waiting = select.poll()
        waiting.register(self.connection.fileno(), select.POLLIN)
        return not waiting.poll(0)
