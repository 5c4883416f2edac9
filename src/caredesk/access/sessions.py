"""Django's session engine over our table.

It reads session, user, roles, the practice's zone and what the user may not see in one query.
"""

from collections.abc import Collection
from typing import Any, Self

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import CreateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.utils.crypto import constant_time_compare

from caredesk.access.models import Session, User
from caredesk.access.ports import gate_columns
from caredesk.access.rules import permissions_of
from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.practice.queries import MAIN_ZONE

__all__ = ["CreateError", "SessionStore"]

_READ = f"""SELECT s.session_data, s.public_id, s.signed_in_at, u.id, u.name, u.password, ARRAY(
  SELECT role FROM access_rolegrant g WHERE g.user_id = u.id AND g.ended_at IS NULL), {MAIN_ZONE},
  s.session_key{{gate}}
FROM access_session s LEFT JOIN access_user u ON u.id = s.user_id AND u.is_active
  AND (%s OR NOT u.demo)
WHERE s.expire_date > now()"""
_KNOWN = 9
"""So many columns are of the session itself; those of the gate stand behind them."""

_LOAD = f"{_READ} AND s.session_key = %s"
_LOAD_MANY = f"{_READ} AND s.session_key = ANY(%s)".replace("{gate}", "")


class SessionStore(DatabaseStore):
    """A session that knows who is signed in."""

    _found: tuple[Any, ...] | None = None
    _found_under: str | None = None
    _gate: tuple[Any, ...] | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            gate = gate_columns.ask
            known = [*gate.parameters(clock.now()), settings.CAREDESK_DEMO_SIGN_INS]
            cursor.execute(_LOAD.replace("{gate}", f", {gate.sql}"), [*known, self.session_key])
            row = cursor.fetchone()
        self._found, self._gate = (row[:_KNOWN], row[_KNOWN:]) if row else (None, None)
        self._found_under = self.session_key
        if self._found is None:
            self._session_key = None
            return {}
        return dict(self.decode(self._found[0]))

    @classmethod
    def signed_in(cls, keys: Collection[str]) -> set[str]:
        """Those of these sessions that have not ended, in one query."""
        with connection.cursor() as cursor:
            cursor.execute(_LOAD_MANY, [settings.CAREDESK_DEMO_SIGN_INS, list(keys)])
            rows = cursor.fetchall()
        return {row[-1] for row in rows if cls(row[-1])._loaded(row).actor() is not None}

    def _loaded(self, found: tuple[Any, ...]) -> Self:
        self._found, self._found_under = found, self.session_key
        self._session_cache = self.decode(found[0])
        return self

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = Session(
            session_key=self._get_or_create_session_key(),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            user_id=data.get(SESSION_KEY),
        )
        if self._found is not None and row.session_key == self._found_under:
            row.public_id, row.signed_in_at = self._found[1:3]
        return row

    def actor(self) -> Actor | None:
        """Who is signed in, or nobody: a changed password ends the sessions made before it."""
        signed = self.get(HASH_SESSION_KEY)
        if signed is None or self._found is None or self._found[3] is None:
            return None
        _, public_id, _, id, name, password, roles, zone, _ = self._found
        if not constant_time_compare(signed, User(password=password).get_session_auth_hash()):
            return None
        return Actor(
            kind="user",
            id=id,
            label=name,
            roles=frozenset(roles),
            permissions=permissions_of(roles),
            session=public_id,
            zone=zone,
            barred=gate_columns.ask.read(self._gate) if self._gate else None,
        )
