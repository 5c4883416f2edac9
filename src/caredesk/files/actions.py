"""Keeping a file, and wrapping its key anew."""

from typing import Annotated
from uuid import UUID

from django.conf import settings
from django.db import connection
from pydantic import BaseModel, Field

from caredesk.files import envelope
from caredesk.files.examining import Examined
from caredesk.files.locks import keys_are_in_use
from caredesk.files.models import Attachment, FileKey
from caredesk.kernel import clock
from caredesk.kernel.action import about as tell_about
from caredesk.kernel.action import action
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert, note

_CHUNK = "INSERT INTO files_chunk (attachment_id, number, sealed) VALUES (%s, %s, %s)"


class KeptFile(BaseModel):
    """The file, as the room that asked points to it."""

    attachment: UUID


class Rewrapped(BaseModel):
    """How many data keys were wrapped anew."""

    files: int


@action(
    "files.keep",
    no_undo="A file is never removed: what points to it is taken back instead.",
    internal=True,
)
def keep_file(file: Examined, about: UUID, *, by: Actor) -> KeptFile:
    """Keep an examined file about a subject, encrypted under a key of its own."""
    keys_are_in_use()
    wrapping = settings.CAREDESK_FILE_KEYS.current()
    row = Attachment(
        about=about,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        remarks=list(file.remarks),
        scanned=file.scanned,
        kept_at=clock.now(),
        kept_by=by.id,
        kept_by_label=by.label,
    )
    insert(row)
    key = envelope.new_data_key()
    wrapped = envelope.wrap(wrapping.secret, key, row.bound)
    insert(FileKey(attachment=row, wrapped_by=wrapping.name, wrapped=wrapped))
    _insert_chunks(row, key, file)
    tell_about(about)
    return KeptFile(attachment=row.id)


def _insert_chunks(row: Attachment, key: bytes, file: Examined) -> None:
    """One statement a chunk: never more than one in memory."""
    number = -1
    with connection.cursor() as cursor:
        sealed = envelope.seal(key, row.id, file.spool.pieces(envelope.CHUNK))
        for number, chunk in enumerate(sealed):
            cursor.execute(_CHUNK, [row.id, number, chunk])
    note("files_chunk", row.id, now={"chunks": number + 1})


@action("files.rotate", no_undo="The key before is not used again.", internal=True)
def rewrap_keys(
    limit: Annotated[int, Field(ge=1, le=1000)] = 200,
    *,
    by: Actor,
) -> Rewrapped:
    """Wrap by the newest key the data keys of some files that an older one holds."""
    ring = settings.CAREDESK_FILE_KEYS
    newest = ring.current()
    rows = (
        FileKey.objects.select_for_update(of=("self",))
        .select_related("attachment")
        .exclude(wrapped_by=newest.name)
        .order_by("attachment_id")[:limit]
    )
    done = 0
    for row in rows:
        bound = row.attachment.bound
        key = envelope.unwrap(ring.get(row.wrapped_by).secret, bytes(row.wrapped), bound)
        wrapped = envelope.wrap(newest.secret, key, bound)
        amend(row, wrapped_by=newest.name, wrapped=wrapped)
        done += 1
    return Rewrapped(files=done)
