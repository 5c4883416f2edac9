"""Where a benchmark works: a cluster of its own, as durable as the product's, gone afterwards."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connections

from caredesk.audit import epochs
from caredesk.config import database, migrating
from caredesk.config.embedded import Addresses, Embedded, throw_away

_TEMPLATE = "bench_template"
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


@dataclass(frozen=True, slots=True)
class Place:
    """One database of the cluster, as the application and as the owner."""

    addresses: Addresses
    folder: Path

    @property
    def database_process(self) -> int:
        """The postmaster."""
        written = Embedded(self.folder).home / "data" / "postmaster.pid"
        return int(written.read_text().split()[0])

    def vacuum(self) -> None:
        """What autovacuum would have done by the time a practice has such a history."""
        with psycopg.connect(self.addresses.owner, autocommit=True) as owner:
            owner.execute("VACUUM (ANALYZE)")


class Cluster:
    """Gives each benchmark an empty, migrated database."""

    def __init__(self, embedded: Embedded) -> None:
        self._embedded = embedded
        embedded.make_database(_TEMPLATE)
        self._use(_TEMPLATE)
        migrating.migrate()
        connections.close_all()
        _refuse_not_durable(embedded.addresses().superuser)

    @contextlib.contextmanager
    def database(self, name: str) -> Iterator[Place]:
        connections.close_all()
        self._embedded.make_database(name, template=_TEMPLATE)
        addresses = self._use(name)
        with psycopg.connect(addresses.owner) as owner:
            epochs.begin_where_needed(owner)
        try:
            yield Place(addresses, self._embedded.folder)
        finally:
            connections.close_all()
            self._embedded.drop_database(name)

    def _use(self, name: str) -> Addresses:
        addresses = self._embedded.addresses(name)
        database.use(addresses.application, addresses.owner)
        return addresses


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """The cluster for one call of `caredesk bench`; keys and static files lie beside it."""
    with throw_away({}) as embedded:
        settings.CAREDESK_DATA = embedded.folder
        # What is measured asks more in a second than anybody at a desk.
        settings.CAREDESK_LIMITS = {}
        settings.STATIC_ROOT = embedded.folder / "static"
        yield Cluster(embedded)


def _refuse_not_durable(url: str) -> None:
    """A floor without the disk would flatter nobody but us."""
    with psycopg.connect(url) as connection:
        for name, wanted in _DURABLE.items():
            row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
            if row != (wanted,):
                raise RuntimeError(f"{name} is {row}: this is not how the product runs")
