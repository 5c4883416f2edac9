"""Django's session engine over our table.

It reads session, user, roles as this practice has them, lock, the practice's zone and what the user
may not see in one query.
"""

from collections.abc import Collection
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import CreateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import DEFAULT_DB_ALIAS, connection
from django.utils.crypto import constant_time_compare

from caredesk.access.adaptations import ADAPTED, read_adapted
from caredesk.access.locking.pins import OPENS as PIN_OPENS
from caredesk.access.locking.rules import idle_minutes, is_left_alone
from caredesk.access.models import Session, User
from caredesk.access.ports import gate_columns
from caredesk.access.rules import permissions_of
from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.practice.queries import MAIN_ZONE

__all__ = ["STANDS", "CreateError", "SessionStore"]

STANDS = "s.expire_date > now() AND s.signed_in_at > now() - %s * interval '1 second'"
"""That a session has not ended; `longest` is what it asks for."""


_READ = f"""SELECT s.session_data, s.public_id, s.signed_in_at, u.id, u.name, u.password, ARRAY(
  SELECT role FROM access_rolegrant g WHERE g.user_id = u.id AND g.ended_at IS NULL), {ADAPTED},
  {MAIN_ZONE}, s.locked_at IS NOT NULL, extract(epoch FROM now() - s.active_at)::float8,
  ARRAY(SELECT role || '=' || minutes FROM access_idlelimit),
  EXISTS (SELECT 1 FROM access_pin p WHERE p.user_id = u.id AND {PIN_OPENS}),
  ARRAY(SELECT rp_id FROM access_passkey k WHERE k.user_id = u.id AND k.ended_at IS NULL),
  s.session_key{{gate}}
FROM access_session s LEFT JOIN access_user u ON u.id = s.user_id AND u.is_active
  AND (%s OR NOT u.demo)
WHERE {STANDS}"""

_LOAD = f"{_READ} AND s.session_key = %s"
_LOAD_MANY = f"{_READ} AND s.session_key = ANY(%s)".replace("{gate}", "")


def longest() -> int:
    """Seconds from the sign-in, whatever is done meanwhile: saving a session gives it no more."""
    seconds: int = settings.CAREDESK_LONGEST_SESSION
    return seconds


class Found(NamedTuple):
    """A session as it was read."""

    data: str
    public_id: UUID
    signed_in_at: Any
    user: UUID | None
    name: str
    password: str
    roles: list[str]
    adapted: list[list[str]]
    zone: str
    is_locked: bool
    idle_seconds: float
    idle_limits: list[str]
    has_pin: bool
    passkey_hosts: list[str]
    key: str


class SessionStore(DatabaseStore):
    """A session that knows who is signed in, and whether it is locked."""

    _found: Found | None = None
    _written_under: str | None = None
    _gate: tuple[Any, ...] | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            gate = gate_columns.ask
            known = [*gate.parameters(clock.now()), settings.CAREDESK_DEMO_SIGN_INS, longest()]
            cursor.execute(_LOAD.replace("{gate}", f", {gate.sql}"), [*known, self.session_key])
            row = cursor.fetchone()
        of_session = len(Found._fields)
        self._found, self._gate = (
            (Found(*row[:of_session]), row[of_session:]) if row else (None, None)
        )
        self._written_under = self.session_key
        if self._found is None:
            self._session_key = None
            return {}
        return dict(self.decode(self._found.data))

    @classmethod
    def signed_in(cls, keys: Collection[str], permission: str) -> set[str]:
        """Those of these sessions that have not ended, are not locked, and may, in one query."""
        with connection.cursor() as cursor:
            cursor.execute(_LOAD_MANY, [settings.CAREDESK_DEMO_SIGN_INS, longest(), list(keys)])
            rows = [Found(*row) for row in cursor.fetchall()]
        actors = {row.key: cls(row.key)._loaded(row).actor() for row in rows}
        return {key for key, actor in actors.items() if actor and actor.may(permission)}

    def _loaded(self, found: Found) -> Self:
        self._found, self._written_under = found, self.session_key
        self._session_cache = self.decode(found.data)
        return self

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Of a session that is in the database only what Django keeps is written anew."""
        values = {
            "session_key": self._get_or_create_session_key(),  # type: ignore[attr-defined]
            "session_data": self.encode(data),
            "expire_date": self.get_expiry_date(),
            "user_id": data.get(SESSION_KEY),
        }
        if values["session_key"] == self._written_under:
            return Session.from_db(DEFAULT_DB_ALIAS, list(values), list(values.values()))
        self._written_under = values["session_key"]
        return Session(**values)

    def actor(self) -> Actor | None:
        """Who is signed in; nobody while the session is locked."""
        return None if self.is_locked else self.holder()

    def holder(self) -> Actor | None:
        """Whose session it is, locked or not: a changed password ends those made before it."""
        signed, found = self.get(HASH_SESSION_KEY), self._found
        if signed is None or found is None or found.user is None:
            return None
        expected = User(password=found.password).get_session_auth_hash()
        if not constant_time_compare(signed, expected):
            return None
        return Actor(
            kind="user",
            id=found.user,
            label=found.name,
            roles=frozenset(found.roles),
            permissions=permissions_of(found.roles, read_adapted(found.adapted)),
            session=found.public_id,
            zone=found.zone,
            barred=gate_columns.ask.read(self._gate) if self._gate else None,
        )

    @property
    def is_locked(self) -> bool:
        return self.was_locked or is_left_alone(self.idle_seconds, self.idle_minutes)

    @property
    def was_locked(self) -> bool:
        """Somebody locked it, or its idle time was noticed already."""
        self._get_session()  # type: ignore[attr-defined]
        return self._found is not None and self._found.is_locked

    @property
    def has_pin(self) -> bool:
        """Whether its holder has a PIN that unlocks it now."""
        self._get_session()  # type: ignore[attr-defined]
        return self._found is not None and self._found.has_pin

    @property
    def passkey_hosts(self) -> list[str]:
        """At which host names its holder has a passkey."""
        self._get_session()  # type: ignore[attr-defined]
        return self._found.passkey_hosts if self._found else []

    @property
    def idle_seconds(self) -> float:
        """Since something was last noted that its holder did."""
        self._get_session()  # type: ignore[attr-defined]
        return self._found.idle_seconds if self._found else 0.0

    @property
    def idle_minutes(self) -> int:
        """After so many it locks."""
        self._get_session()  # type: ignore[attr-defined]
        found = self._found
        pairs = (each.rsplit("=", 1) for each in found.idle_limits) if found else ()
        said = {role: int(minutes) for role, minutes in pairs}
        return idle_minutes(found.roles if found else (), said)
