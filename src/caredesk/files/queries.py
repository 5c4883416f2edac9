"""Reading files. Whoever opens one is on record as having looked at its subject."""

import logging
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Count

from caredesk.files import envelope
from caredesk.files.models import Attachment, Chunk, FileKey
from caredesk.files.rules.kinds import KINDS
from caredesk.files.rules.names import size_words
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Missing, Refused
from caredesk.kernel.looks import seen

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a list says of a file. `remarks` warn of what it does besides being read."""

    id: UUID
    name: str
    kind: str
    size: str
    remarks: list[str]
    scanned: bool
    kept_at: datetime
    kept_by: str


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file that may be read now, in parts: `read` never holds more than one chunk."""

    id: UUID
    name: str
    media_type: str
    size: int
    shown_inline: bool
    key: bytes

    def read(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to `end`, chunk by chunk."""
        end = self.size if end is None else min(end, self.size)
        last = envelope.chunks_of(self.size) - 1
        for number in range(start // envelope.CHUNK, max(0, end - 1) // envelope.CHUNK + 1):
            plain = self._chunk(number, is_last=number == last)
            at = number * envelope.CHUNK
            yield plain[max(0, start - at) : end - at]

    def _chunk(self, number: int, *, is_last: bool) -> bytes:
        rows = Chunk.objects.filter(attachment_id=self.id, number=number)
        sealed = rows.values_list("sealed", flat=True).first()
        if sealed is None:
            raise envelope.TamperedError(f"chunk {number} of {self.id} is not there")
        return envelope.open_chunk(self.key, self.id, number, bytes(sealed), last=is_last)


def open_file(viewer: Actor, id: UUID, about: UUID) -> OpenedFile:
    """A file about this subject. `Missing` where it is about another, or not there.

    Raises `TamperedError` where rows are not as they were written; refused where the key that
    opens it is missing.
    """
    row = Attachment.objects.filter(pk=id, about=about).first()
    if row is None:
        raise Missing("file")
    seen(viewer, [about])
    kind = KINDS.get(row.media_type)
    shown = kind is not None and kind.shown_inline and not row.remarks
    return OpenedFile(row.id, row.name, row.media_type, row.size, shown, _data_key(row))


def _data_key(row: Attachment) -> bytes:
    try:
        return _unwrapped(row)
    except LookupError:
        # Wrapped anew and the old key retired, between the two looks.
        return _unwrapped_or_refused(row)


def _unwrapped_or_refused(row: Attachment) -> bytes:
    """Refused where the key is not here: a backup was restored without the keys of its time."""
    try:
        return _unwrapped(row)
    except LookupError:
        held = FileKey.objects.get(pk=row.pk)
        log.error("file %s cannot be opened: key %s is missing", held.pk, held.wrapped_by)
        raise Refused(
            f"This file cannot be opened: its key {held.wrapped_by} is missing.",
            next_step="Ask your administrator to put it back into keys/files, from the backup of "
            "the keys.",
        ) from None


def _unwrapped(row: Attachment) -> bytes:
    held = FileKey.objects.get(pk=row.pk)
    wrapping = settings.CAREDESK_FILE_KEYS.get(held.wrapped_by)
    return envelope.unwrap(wrapping.secret, bytes(held.wrapped), row.bound)


def file_facts(viewer: Actor, ids: Collection[UUID]) -> dict[UUID, FileFacts]:
    """What lists say of these files. The room that shows them records the look at their subject."""
    return {
        row.id: FileFacts(
            id=row.id,
            name=row.name,
            kind=KINDS[row.media_type].name if row.media_type in KINDS else row.media_type,
            size=size_words(row.size),
            remarks=row.remarks,
            scanned=row.scanned,
            kept_at=row.kept_at,
            kept_by=row.kept_by_label,
        )
        for row in Attachment.objects.filter(id__in=list(ids))
    }


def uses_of_keys() -> dict[str, int]:
    """How many files each key holds."""
    counted = FileKey.objects.values_list("wrapped_by").annotate(Count("pk"))
    return {str(name): int(files) for name, files in counted.order_by("wrapped_by")}
