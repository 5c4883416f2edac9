"""A time that somebody chose, as it travels in buttons and addresses: ids and instants only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from .times import FreeTime

_BETWEEN = "~"


@dataclass(frozen=True, slots=True)
class Chosen:
    """When and where, with whom was asked for; the rest is chosen when the time is taken."""

    starts_at: datetime
    site: UUID | None = None
    resources: tuple[UUID, ...] = ()

    @property
    def value(self) -> str:
        """2026-11-24T14:20:00Z~site~resource,resource"""
        return _BETWEEN.join(
            [stamp(self.starts_at), str(self.site or ""), ",".join(map(str, self.resources))]
        )


def read_chosen(text: str) -> Chosen | None:
    """What `value` wrote; None where it is not that."""
    parts = text.split(_BETWEEN)
    if len(parts) != 3:
        return None
    at, site = read_instant(parts[0]), read_id(parts[1])
    resources = [read_id(one) for one in parts[2].split(",") if one]
    if at is None or (parts[1] and site is None) or None in resources:
        return None
    return Chosen(at, site, tuple(one for one in resources if one))


def stamp(at: datetime) -> str:
    """An instant without a plus, which an address would turn into a space."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def read_instant(text: str) -> datetime | None:
    """An ISO instant; None where it is not one, or names no zone."""
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))
        return at.astimezone(UTC) if at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def read_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def choose(free: FreeTime) -> Chosen:
    """Of a free time only who leads it is asked for, so that another room may take its place."""
    return Chosen(free.starts_at, free.site, tuple(one.id for one in free.resources[:1]))


def choose_alternative(found: Mapping[str, Any]) -> Chosen:
    """The same of what `Busy` offers."""
    lead = tuple(one["id"] for one in found["resources"][:1])
    return Chosen(found["starts_at"], found["site"], lead)
