"""A bucket that fills steadily: so much at once, and so much a minute in the long run."""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from threading import Lock

MOST_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`at_once` after a rest, and `per_minute` for as long as one likes."""

    per_minute: float
    at_once: int

    @property
    def interval(self) -> float:
        """Seconds between two, in the long run."""
        return 60.0 / self.per_minute


def usual(per_minute: float) -> Rate:
    """Half a minute's worth at once."""
    return Rate(per_minute, max(1, round(per_minute / 2)))


class Buckets:
    """Who has asked how much: the generic cell rate algorithm, one number for each who asks.

    That number is the instant at which the bucket is full again. `now` is any clock that goes
    forward steadily. Who has a full bucket is forgotten; so is, where too many ask, who came first.
    """

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()
        self._most = most
        self._lock = Lock()

    def take(self, who: Hashable, rate: Rate, now: float) -> float:
        """0.0 where one more is allowed, and taken; else the seconds until it is."""
        with self._lock:
            full_at = max(self._full_at.get(who, now), now)
            wait = full_at - now - (rate.at_once - 1) * rate.interval
            # What is left of a subtraction is no wait.
            if wait > 1e-9:
                return wait
            self._full_at[who] = full_at + rate.interval
            self._full_at.move_to_end(who)
            self._forget(now)
            return 0.0

    def clear(self) -> None:
        with self._lock:
            self._full_at.clear()

    def __len__(self) -> int:
        return len(self._full_at)

    def _forget(self, now: float) -> None:
        while self._full_at:
            oldest, full_at = next(iter(self._full_at.items()))
            if full_at > now and len(self._full_at) <= self._most:
                return
            del self._full_at[oldest]


# A person who clicks and types as fast as they can stays below a third of the first.
DEFAULTS: Mapping[str, float] = {"session": 1_200, "address": 600, "sign-in": 30}
OFF = "off"


def read_limits(text: str) -> dict[str, Rate]:
    """What a setting says, "session=1200, sign-in=30"; `ValueError` in words where it is wrong.

    "off" is none at all, for who measures.
    """
    if text.strip() == OFF:
        return {}
    said = dict(_pair(each) for each in text.split(",") if each.strip())
    return {name: usual(said.get(name, usually)) for name, usually in DEFAULTS.items()}


def _pair(text: str) -> tuple[str, float]:
    name, _, number = (part.strip() for part in text.partition("="))
    if name not in DEFAULTS or not number.isdecimal() or int(number) < 1:
        names = ", ".join(DEFAULTS)
        raise ValueError(f"CAREDESK_LIMITS: write like session=1200; there are {names}, or off")
    return name, float(number)
