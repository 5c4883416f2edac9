"""How long somebody waits after how many failures. Pure: the time is passed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# A failure is forgotten when nothing failed for so long.
FORGOTTEN_AFTER = timedelta(hours=24)

# At a known device so many in a row are tried; then it counts as any other device.
TRIES_AT_KNOWN_DEVICE = 20


@dataclass(frozen=True, slots=True)
class Limit:
    """The first `free` failures cost nothing; then the wait doubles from `first` to `longest`."""

    free: int
    first: timedelta
    longest: timedelta

    def wait_after(self, failures: int) -> timedelta:
        beyond = failures - self.free
        if beyond < 0:
            return timedelta(0)
        # 2 ** 20 first waits are longer than any longest: no number grows without bound.
        doublings: int = 2 ** min(beyond, 20)
        return min(self.first * doublings, self.longest)


LIMITS = {
    # Somebody at one address tries one account.
    "pair": Limit(free=5, first=timedelta(seconds=5), longest=timedelta(minutes=15)),
    # Many addresses try one account.
    "account": Limit(free=30, first=timedelta(seconds=15), longest=timedelta(minutes=15)),
    # One address tries many accounts; a whole practice may share it, so its wait stays short.
    "address": Limit(free=100, first=timedelta(seconds=5), longest=timedelta(minutes=1)),
}


def counted(failures: int, last_at: datetime, now: datetime) -> int:
    """What still counts of so many failures."""
    return 0 if now - last_at >= FORGOTTEN_AFTER else failures


def waits_until(limit: Limit, failures: int, last_at: datetime, now: datetime) -> datetime | None:
    """When the next try is checked; None where it is checked now."""
    until = last_at + limit.wait_after(counted(failures, last_at, now))
    return until if until > now else None
