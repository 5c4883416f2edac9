"""The newest seal, kept once a day outside the database: what is cut off the log is missed there.

Beside the heads stand the losses that somebody who knows of the restored backup has accepted.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from caredesk.audit.models import Seal
from caredesk.audit.rules import Head, Loss, Origin
from caredesk.kernel import clock


def keep_head_outside() -> None:
    """Append the newest seal, with the time, to a file outside the database."""
    newest = Seal.objects.order_by("number").last()
    if newest is None:
        return
    seal = bytes(newest.seal).hex()
    _append(
        heads_file(),
        f"{clock.now().isoformat()} {newest.cluster} {newest.number} {seal} "
        f"{newest.epoch} {newest.total}",
    )


def heads_kept_outside() -> Iterator[Head]:
    """Every head kept outside, oldest first."""
    return map(_read, _lines(heads_file()))


def newest_epoch_outside() -> int:
    return max((head.origin.epoch for head in heads_kept_outside()), default=0)


def accept(loss: Loss) -> None:
    """This loss is known of. Any other is still told: one that reaches further back, too."""
    _append(_accepted_file(), f"{clock.now().isoformat()} {loss.key}")


def accepted() -> set[str]:
    """The keys of the losses that were accepted."""
    return {line.partition(" ")[2] for line in _lines(_accepted_file())}


def heads_file() -> Path:
    return Path(settings.CAREDESK_DATA) / "audit" / "heads"


def _accepted_file() -> Path:
    return Path(settings.CAREDESK_DATA) / "audit" / "accepted-losses"


def _read(line: str) -> Head:
    """A line of the file. Those of the first epoch may lack the last two words."""
    at, cluster, number, seal, *more = line.split(" ")
    epoch, total = map(int, more) if more else (1, None)
    origin = Origin(epoch, cluster)
    return Head(datetime.fromisoformat(at), origin, int(number), bytes.fromhex(seal), total)


def _append(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as file:
        file.write(line + "\n")


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="ascii").splitlines() if path.exists() else []
