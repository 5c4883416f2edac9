"""A throw-away PostgreSQL for each run; tests connect as the application's role.

`db` (pytest-django's) rolls back what a test did. `committed_db` is for tests with threads or
servers: what they commit is there for everyone, and the owner empties the tables afterwards.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from caredesk.config import database, keys, migrating, testing
from caredesk.config.embedded import Addresses, Embedded, throw_away
from caredesk.config.testing import Server, open_browser

# How long an example takes is measured elsewhere: no test fails for being slow.
hypothesis.settings.register_profile("caredesk", deadline=None)
hypothesis.settings.load_profile("caredesk")

# Playwright keeps a loop running in this thread, in which Django would refuse to ask the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Heads of the audit chain and the like must not end up beside those of the real installation.
settings.CAREDESK_DATA = Path(tempfile.mkdtemp(prefix="caredesk-tests-"))
settings.CAREDESK_FILE_KEYS = keys.KeyRing(settings.CAREDESK_DATA / "keys" / "files")
# A test asks more in a second than anybody at a desk; those of the limits set their own.
settings.CAREDESK_LIMITS = {}
settings.PASSWORD_HASHERS = ["tests.hashing.Remembered", *settings.PASSWORD_HASHERS[1:]]
settings.STATIC_ROOT = settings.CAREDESK_DATA / "static"
settings.STATIC_ROOT.mkdir()
# In this process nothing is collected; the real servers of `server` use what they always use.
settings.STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}


def pytest_unconfigure() -> None:
    shutil.rmtree(settings.CAREDESK_DATA, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Embedded]:
    with throw_away() as embedded:
        yield embedded


@pytest.fixture(scope="session")
def addresses(cluster: Embedded, django_db_blocker: DjangoDbBlocker) -> Addresses:
    """The migrated test database, as the application and as the owner."""
    found = cluster.addresses()
    database.use(found.application, found.owner)
    with django_db_blocker.unblock():
        migrating.migrate()
        connections.close_all()
    return found


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, addresses: Addresses) -> None:
    """In place of pytest-django's: the application's role could not create a database."""


@pytest.fixture(scope="session")
def filled_by_tests(addresses: Addresses) -> list[str]:
    """The tables that migrations left empty."""
    with psycopg.connect(addresses.owner) as owner:
        return testing.empty_tables(owner)


@pytest.fixture
def committed_db(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    addresses: Addresses,
    filled_by_tests: list[str],
) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield
        connections.close_all()
    with psycopg.connect(addresses.owner, autocommit=True) as owner:
        testing.empty(owner, filled_by_tests)


@pytest.fixture(scope="session")
def _server(addresses: Addresses, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("serving")
    with testing.serving(addresses.application, folder, threads=16) as server:
        yield server


@pytest.fixture
def server(_server: Server, committed_db: None) -> Server:
    """The web server and the live process, as they really run, over the test database."""
    return _server


@pytest.fixture(scope="session")
def _browser() -> Iterator[object]:
    missing = testing.missing_browser()
    if missing and os.environ.get("CI") == "true":
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)
    with open_browser() as browser:
        yield browser


@pytest.fixture
def browser(_browser: object) -> object:
    """Chromium, through Playwright."""
    return _browser


@pytest.fixture
def page(browser: object, server: Server) -> Iterator[object]:
    """A page of a fresh browser profile, 1440 wide; relative addresses are the test server's."""
    context = browser.new_context(  # type: ignore[attr-defined]
        base_url=server.url, viewport={"width": 1440, "height": 900}
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()
