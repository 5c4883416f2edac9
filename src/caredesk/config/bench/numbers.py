"""What a measurement says: pure arithmetic over the times that were taken."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Times:
    """The seconds each operation took, and how long the whole run was."""

    seconds: tuple[float, ...]
    lasted: float
    failed: int = 0

    @property
    def per_second(self) -> float:
        return len(self.seconds) / self.lasted if self.lasted else 0.0

    @property
    def p50_ms(self) -> float:
        return 1000 * percentile(self.seconds, 50)

    @property
    def p95_ms(self) -> float:
        return 1000 * percentile(self.seconds, 95)


@dataclass(frozen=True, slots=True)
class Line:
    """One result. `more` holds what only this benchmark tells, beside the common fields."""

    name: str
    size: int
    clients: int
    times: Times
    floor: Times | None = None
    queries: float | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "size": self.size,
            "clients": self.clients,
            "per_second": round(self.times.per_second, 1),
            "p50_ms": round(self.times.p50_ms, 3),
            "p95_ms": round(self.times.p95_ms, 3),
            "floor_per_second": round(self.floor.per_second, 1) if self.floor else None,
            "floor_p95_ms": round(self.floor.p95_ms, 3) if self.floor else None,
            "ratio": rounded(ratio(self.times, self.floor)) if self.floor else None,
            "queries": self.queries,
            **self.more,
        }


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of all do not exceed (nearest rank)."""
    if not values:
        return 0.0
    rank = math.ceil(percent / 100 * len(values))
    return sorted(values)[max(0, rank - 1)]


def together(rounds: Sequence[Times]) -> Times:
    """Several rounds of the same measurement as one: every time counts."""
    seconds = tuple(each for one in rounds for each in one.seconds)
    return Times(seconds, sum(one.lasted for one in rounds), sum(one.failed for one in rounds))


def ratio(reached: Times, floor: Times) -> float | None:
    """Which share of the floor's operations a second was reached."""
    return reached.per_second / floor.per_second if floor.per_second else None


def best_ratio(lines: Sequence[Line]) -> float | None:
    """The best throughput over the floor's best, each at its own best number of clients."""
    reached = max((line.times.per_second for line in lines), default=0.0)
    floor = max((line.floor.per_second for line in lines if line.floor), default=0.0)
    return reached / floor if floor else None


def growth(small: Times, large: Times) -> float | None:
    """How many times longer the slow end takes when there is more history."""
    return large.p95_ms / small.p95_ms if small.p95_ms else None


def share_of_time(whole: Sequence[float], without: Sequence[float]) -> float:
    """Which share of the time of `whole` is what `without` leaves out.

    By the median of the differences of each pair, which were taken one after the other: what slows
    the machine down slows both. Below zero where the noise is greater than the difference.
    """
    of_whole = percentile(whole, 50)
    pairs = zip(whole, without, strict=True)
    return percentile([one - other for one, other in pairs], 50) / of_whole if of_whole else 0.0


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
