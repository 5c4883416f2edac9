"""What came in before: read once for the whole import, so that what is unchanged costs nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import batched
from typing import Any
from uuid import UUID

from caredesk.interfaces.importing.models import Imported
from caredesk.interfaces.importing.sources import Sent

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Before:
    """A thing that came in before: the row it became, and the digest of what was sent.

    `address` is what it was found again by.
    """

    became: UUID
    digest: str
    address: str


@dataclass(slots=True)
class Known:
    """Everything of the sources that came in before, by kind and address."""

    _found: dict[tuple[str, str], Before] = field(default_factory=dict)

    @classmethod
    def of(cls, sent: Iterable[Sent[Any]]) -> "Known":
        known = cls()
        wanted: dict[str, set[str]] = {}
        for each in sent:
            wanted.setdefault(each.kind, set()).update(each.addresses)
        for kind, addresses in wanted.items():
            known.look_up(kind, addresses)
        return known

    def look_up(self, kind: str, addresses: Iterable[str]) -> None:
        for some in batched(sorted(addresses), _AT_ONCE, strict=False):
            for name, before in _read(kind, list(some)):
                self._found.setdefault((kind, name), before)

    def find(self, kind: str, addresses: Iterable[str]) -> Before | None:
        """The surest address first: an identifier counts more than where a file says it is."""
        return next(
            (self._found[kind, each] for each in addresses if (kind, each) in self._found), None
        )


def _read(kind: str, addresses: list[str]) -> Iterator[tuple[str, Before]]:
    rows = Imported.objects.filter(kind=kind)
    for named in ("address", "full_url"):
        found = rows.filter(**{f"{named}__in": addresses})
        for name, became, digest in found.values_list(named, "became", "digest"):
            yield name, Before(became, digest, name)
