"""What was asked for."""

from dataclasses import dataclass

NAMES = ["search", "day", "find", "record", "book", "peer", "audit"]

_GROWTH_FROM = 100_000
_SERIOUS_FROM = 1_000


@dataclass(frozen=True, slots=True)
class Options:
    size: int
    clients: tuple[int, ...]
    operations: int
    rounds: int

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
        return min(200, self.operations)

    @property
    def a_round(self) -> int:
        """Operations of one round; at least one."""
        return max(1, self.operations // self.rounds)
