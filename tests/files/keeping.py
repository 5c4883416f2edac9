"""Keeping files and reading them again, as somebody who may."""

from uuid import UUID

from caredesk.files.actions import keep_file
from caredesk.files.models import Attachment
from caredesk.files.queries import open_file
from caredesk.files.tests.samples import examined
from caredesk.kernel import looks
from caredesk.kernel.actor import Actor
from caredesk.kernel.ids import new_id

KEEPER = Actor("user", UUID(int=7), "Ana Ruiz", permissions=frozenset({"files.keep"}))


def keep(data: bytes, name: str, about: UUID | None = None) -> Attachment:
    about = about or new_id()
    kept = keep_file(examined(data, name), about, by=KEEPER)
    return Attachment.objects.get(pk=kept.attachment)


def read(row: Attachment) -> bytes:
    with looks.collecting("test"):
        return b"".join(open_file(KEEPER, row.id, row.about).read())
