"""The running product that is measured: its own processes with its own settings."""

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.test import Client
from django.utils.crypto import get_random_string

from caredesk.access.actions import add_user
from caredesk.access.models import User
from caredesk.access.sessions import SessionStore
from caredesk.config.bench import load
from caredesk.config.bench.place import Place
from caredesk.config.serve import _environment
from caredesk.config.supervising import Asked, Children
from caredesk.kernel.actor import Actor
from caredesk.kernel.ids import new_id

_HOST = "127.0.0.1"
_START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user's browser: what it sends with each request, and whom the database knows it as."""

    user: UUID
    session_key: str
    csrf: str

    def headers(self) -> dict[str, str]:
        cookies = {
            settings.SESSION_COOKIE_NAME: self.session_key,
            settings.CSRF_COOKIE_NAME: self.csrf,
        }
        return {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "X-CSRFToken": self.csrf,
        }


@dataclass(frozen=True, slots=True)
class Product:
    """A product that answers at `address`; `processes` by kind are the leaders of its groups."""

    address: tuple[str, int]
    processes: dict[str, int]

    def post(self, who: SignedIn, path: str, body: bytes, key: str = "") -> bytes:
        headers = {**who.headers(), "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        return load.request("POST", path, self._name, headers, body)

    def book(self, who: SignedIn, path: str, body: dict[str, object]) -> bytes:
        """An action's input, with a key of its own."""
        return self.post(who, path, json.dumps(body).encode(), key=str(new_id()))

    def submit(self, who: SignedIn, path: str, form: bytes) -> bytes:
        """A form, as the page's scripts send it."""
        headers = {**who.headers(), "Content-Type": "application/x-www-form-urlencoded"}
        return load.request("POST", path, self._name, {**headers, "HX-Request": "true"}, form)

    def get(self, who: SignedIn, path: str, **headers: str) -> bytes:
        return load.request("GET", path, self._name, {**who.headers(), **headers})

    @property
    def _name(self) -> str:
        return f"{self.address[0]}:{self.address[1]}"


@contextlib.contextmanager
def running(place: Place, kinds: tuple[str, ...] = ("web",)) -> Iterator[Product]:
    """Run the product's processes as `caredesk serve` would."""
    port = _two_free_ports()
    known = _environment(_HOST, port) | {
        "DATABASE_URL": place.addresses.application,
        "CAREDESK_DATA": str(place.folder),
        "CAREDESK_LIMITS": "off",
        "CAREDESK_SECRET_KEY": settings.SECRET_KEY,
        "CAREDESK_CLOCK_OFFSET": str(settings.CAREDESK_CLOCK_OFFSET),
    }
    collect_static_files()
    children = Children(known)
    try:
        found = {kind: children.start(kind).pid for kind in kinds}
        _wait_until_answering(port)
        yield Product((_HOST, port), found)
    finally:
        children.end()


def collect_static_files() -> None:
    """Pages name their scripts and styles by content, so these must be there; once a run."""
    if not settings.STATIC_ROOT.exists():
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)


def _wait_until_answering(port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not Asked("/health/", port=(_HOST, port)).answers():
        if time.monotonic() > deadline:
            raise RuntimeError("the web server does not answer")
        time.sleep(0.05)


def _two_free_ports() -> int:
    """A port whose neighbour, for live updates, is free as well."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind((_HOST, 0))
            port = int(first.getsockname()[1])
            with contextlib.suppress(OSError, OverflowError):
                second.bind((_HOST, port + 1))
                return port


def sign_in(name: str, role: str, by: Actor) -> SignedIn:
    """A new user with a session in the database, as the sign-in page would leave it."""
    user = User.objects.get(
        pk=add_user(name, name.title(), get_random_string(20), [role], by=by).user
    )
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save(must_create=True)
    return SignedIn(user.id, str(session.session_key), get_random_string(32))


def client(who: SignedIn) -> Client:
    """The same browser without a server between: for counting and for profiles."""
    collect_static_files()
    made = Client(enforce_csrf_checks=True, SERVER_NAME=_HOST)
    made.cookies.load(
        {
            settings.SESSION_COOKIE_NAME: who.session_key,
            settings.CSRF_COOKIE_NAME: who.csrf,
        }
    )
    return made


def actor_of(who: SignedIn) -> Actor:
    """The actor that the middleware makes of this session."""
    found = SessionStore(who.session_key).actor()
    assert found is not None
    return found


def set_up_by() -> Actor:
    """Who sets the practice up."""
    from caredesk.access.rules import PERMISSIONS

    may = frozenset().union(*PERMISSIONS.values())
    return Actor(kind="program", id=new_id(), label="bench", permissions=may, door="command")
