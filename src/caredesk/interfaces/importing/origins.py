"""Under what an imported thing is found again, and what was sent of it."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from caredesk.interfaces.importing.models import Imported
from caredesk.kernel import clock
from caredesk.kernel.changes import amend, insert
from caredesk.kernel.sent import AsSent

type Location = Annotated[str, StringConstraints(max_length=2_500)]


class Origin(BaseModel):
    """Under what a thing is found again, and what was sent of it."""

    address: Annotated[str, StringConstraints(min_length=1, max_length=2_500)]
    full_url: Location = ""
    digest: Annotated[str, StringConstraints(min_length=64, max_length=64)]
    content: AsSent = Field(default_factory=dict)


def remember(kind: str, origin: Origin, became: UUID) -> None:
    """Note what was sent, for the next time."""
    row = find_origin(kind, origin)
    values = {
        "address": origin.address,
        "full_url": origin.full_url,
        "became": became,
        "digest": origin.digest,
        "content": origin.content,
    }
    if row is None:
        insert(Imported(kind=kind, at=clock.now(), **values))
    else:
        amend(row, at=clock.now(), **values)


def find_origin(kind: str, origin: Origin) -> Imported | None:
    """The same thing as it was sent last: by its address, or else by where it stood."""
    rows = Imported.objects.select_for_update(no_key=True).filter(kind=kind)
    found = rows.filter(address=origin.address).first()
    if found is None and origin.full_url:
        found = rows.filter(full_url=origin.full_url).first()
    return found
