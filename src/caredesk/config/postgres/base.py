"""The connection of a web thread, kept between requests and looked at before each."""

import select
from typing import Any

from django.db.backends.postgresql import base
from psycopg.pq import ConnStatus

from caredesk.config.postgres import lists


class DatabaseWrapper(base.DatabaseWrapper):
    """Asks the socket, not the server, whether the connection still lives."""

    health_check_enabled: bool
    health_check_done: bool

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
