"""A keeper, and files that wait to be kept."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.conf import settings

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


@pytest.fixture(autouse=True)
def own_keys(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from caredesk.config.keys import KeyRing

    monkeypatch.setattr(settings, "CAREDESK_FILE_KEYS", KeyRing(tmp_path / "keys"))  # type: ignore[operator]
    return
