"""What was asked for."""

from dataclasses import dataclass, replace
from typing import Self

NAMES = ["search", "day", "find", "book", "peer"]

OPERATIONS = 2_000
PAGES = 300
"""A page of 420 visits takes as long as ten or twenty bookings; so many tell its p95."""

_GROWTH_FROM = 100_000
_SERIOUS_FROM = 1_000


@dataclass(frozen=True, slots=True)
class Options:
    """`asked` is how many of each operation somebody wants measured, where they said so."""

    size: int
    clients: tuple[int, ...]
    asked: int | None
    rounds: int
    usual: int = OPERATIONS

    @property
    def operations(self) -> int:
        return self.asked or self.usual

    @property
    def of_pages(self) -> Self:
        """The same for whole pages, of which fewer are enough."""
        return replace(self, usual=PAGES)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes to measure at, one after the other in the same database."""
        return (self.size // 100, self.size) if self.size >= _GROWTH_FROM else (self.size,)

    @property
    def is_serious(self) -> bool:
        """Below that, one only wants to see that it works."""
        return self.size >= _SERIOUS_FROM

    @property
    def warm_up(self) -> int:
        """Operations before those that count: every thread has met its statements by then."""
        return min(200, max(1, self.operations // 3))

    @property
    def a_round(self) -> int:
        """Operations of one round; at least one."""
        return max(1, self.operations // self.rounds)
