"""From an upload to something that may be kept: only this makes an `Examined`."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from pydantic_core import core_schema

from caredesk.files import scanning
from caredesk.files.refusing import NotKept
from caredesk.files.rules import kinds
from caredesk.files.rules.names import clean_name, size_words
from caredesk.files.rules.unfit import UnfitError
from caredesk.files.spool import Spool

_TOKEN = object()


@dataclass(frozen=True, slots=True)
class Examined:
    """A file whose type, size and content were checked, waiting encrypted to be kept.

    `fingerprint` tells the same file sent again from another; it is kept nowhere.
    """

    name: str
    media_type: str
    size: int
    remarks: tuple[str, ...]
    scanned: bool
    spool: Spool
    fingerprint: str
    made_by: object

    def __post_init__(self) -> None:
        if self.made_by is not _TOKEN:
            raise TypeError("a file is examined before it is kept: use `examine`")

    @classmethod
    def __get_pydantic_core_schema__(cls, *_: Any) -> core_schema.CoreSchema:
        """As the input of an action it is itself, and by its fingerprint when it is compared."""
        return core_schema.is_instance_schema(
            cls,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda each: each.fingerprint
            ),
        )


def examine(spool: Spool, name: str) -> Examined:
    """Check what was sent; `NotKept` (field `file`) says what is wrong and what to do instead."""
    limit = settings.CAREDESK_LARGEST_FILE
    if spool.size > limit:
        raise NotKept(
            f"A file may have at most {size_words(limit)}; this has {size_words(spool.size)}.",
            field="file",
            next_step="Scan it in grey or at 200 dpi, or send it in parts.",
            why="too large",
        )
    try:
        found = kinds.examine(spool, spool.size, name)  # type: ignore[arg-type]
    except UnfitError as unfit:
        raise NotKept(
            unfit.message, field="file", next_step=unfit.next_step, why=unfit.why
        ) from None
    return Examined(
        name=clean_name(name, found.kind.extension),
        media_type=found.kind.media_type,
        size=spool.size,
        remarks=tuple(found.remarks),
        scanned=scanning.refuse_malware(spool.pieces(64 * 1024)),
        spool=spool,
        fingerprint=spool.fingerprint(),
        made_by=_TOKEN,
    )
