"""What a restored backup no longer holds, told apart from what was cut off or altered.

A head kept outside that the chain lacks is explained by a backup only where the log has since gone
on in another epoch. Whoever owns the database could begin one to hide that he removed the end of
the log: it is the same loss then, and is told until somebody who knows better accepts it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """Where seals were made. A backup restored twice may leave two of the same number."""

    epoch: int
    cluster: str


@dataclass(frozen=True, slots=True)
class Segment:
    """The seals of one origin in the chain; `total` counts the entries up to its end."""

    origin: Origin
    first: int
    last: int
    entries: int
    total: int
    until: datetime

    def __str__(self) -> str:
        return (
            f"epoch {self.origin.epoch} in cluster {self.origin.cluster}: {self.entries:,} entries "
            f"in seals {self.first} to {self.last}, the last on {_words(self.until)}"
        )


@dataclass(frozen=True, slots=True)
class Head:
    """A seal as it was kept outside; `total` counts the entries up to it, where that is known."""

    at: datetime
    origin: Origin
    number: int
    seal: bytes
    total: int | None


@dataclass(frozen=True, slots=True)
class Loss:
    """Seals of one origin that the chain lacks, at least up to `until`, which was kept at `at`.

    `held` is the end of what the backup had of the log, if anything.
    """

    origin: Origin
    held: Segment | None
    until: int
    at: datetime
    entries: int | None
    next_epoch: int
    next_began: datetime

    @property
    def after(self) -> int:
        """The last seal that is not lost."""
        return self.held.last if self.held else 0

    @property
    def key(self) -> str:
        return f"{self.origin.epoch} {self.origin.cluster} {self.after} {self.until}"

    def __str__(self) -> str:
        many = f"At least {self.entries:,} entries" if self.entries else "Entries"
        held = (
            f"that ends with seal {self.held.last}, made on {_words(self.held.until)}"
            if self.held
            else "without any seal"
        )
        return (
            f"{many} sealed until {_words(self.at)} (up to seal {self.until} of epoch "
            f"{self.origin.epoch}, cluster {self.origin.cluster}) were lost by restoring a backup: "
            f"epoch {self.next_epoch} began on {_words(self.next_began)} with one {held}. If "
            "no such backup was restored then, the end of the log was removed."
        )


def find_losses(
    missed: Iterable[Head], chain: Sequence[Segment], began: dict[int, datetime], present: Origin
) -> tuple[list[Loss], list[Head]]:
    """Of heads that are not in the chain: the losses that a later epoch explains, and the rest.

    `began` says when each epoch of the database began.
    """
    newest: dict[Origin, Head] = {}
    unexplained = []
    for head in missed:
        if not _is_explained(head, chain, present):
            unexplained.append(head)
        elif head.origin not in newest or newest[head.origin].number < head.number:
            newest[head.origin] = head
    losses = [_loss(head, chain, began, present) for _, head in sorted(newest.items())]
    return losses, unexplained


def _is_explained(head: Head, chain: Sequence[Segment], present: Origin) -> bool:
    """Whether the log has gone on elsewhere since, and had not come as far as this head there."""
    if head.origin == present or head.origin.epoch > present.epoch:
        return False
    return all(head.number > each.last for each in chain if each.origin == head.origin)


def _loss(
    head: Head, chain: Sequence[Segment], began: dict[int, datetime], present: Origin
) -> Loss:
    held = _held(head.origin, chain)
    lost = (head.total or 0) - (held.total if held else 0)
    later = [number for number in began if number > head.origin.epoch]
    following = min(later, default=present.epoch)
    return Loss(
        head.origin,
        held,
        head.number,
        head.at,
        lost if lost > 0 else None,
        following,
        began[following],
    )


def _held(origin: Origin, chain: Sequence[Segment]) -> Segment | None:
    """The segment up to which this chain may be the one that was sealed at `origin`."""
    own = [each for each in chain if each.origin == origin]
    common = own or [each for each in chain if each.origin.epoch < origin.epoch]
    return common[-1] if common else None


def _words(at: datetime) -> str:
    return f"{at.astimezone(UTC):%-d %b %Y %H:%M} UTC"
