"""What an import does, one thing at a time: each either whole or not at all."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from caredesk.interfaces.importing.models import Imported
from caredesk.kernel import clock
from caredesk.kernel.action import action
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert
from caredesk.practice.actions import IdentifierInput, keep_outside_organization
from caredesk.practice.fhir import OrganizationInput
from caredesk.workforce.actions import PractitionerIdentifierInput, keep_imported_practitioner
from caredesk.workforce.fhir import PractitionerInput

KEPT_AS_IT_CAME = "What came from outside is kept as it came."

type Location = Annotated[str, StringConstraints(max_length=2_500)]


class Origin(BaseModel):
    """Under what a thing is found again, and what was sent of it."""

    address: Annotated[str, StringConstraints(min_length=1, max_length=2_500)]
    full_url: Location = ""
    digest: Annotated[str, StringConstraints(min_length=64, max_length=64)]
    content: dict[str, Any] = Field(default_factory=dict)


class Became(BaseModel):
    """The row of ours that an imported thing became."""

    id: UUID


@action("import.run", no_undo=KEPT_AS_IT_CAME)
def import_organization(
    origin: Origin,
    organization: OrganizationInput,
    identifiers: list[IdentifierInput],
    *,
    by: Actor,
) -> Became:
    """Keep an organisation outside as it was sent."""
    kept = keep_outside_organization(
        name=organization.name,
        identifiers=identifiers,
        phone=organization.phone,
        line1=organization.line1,
        city=organization.city,
        state=organization.state,
        postal_code=organization.postal_code,
        by=by,
    )
    remember("Organization", origin, kept.id)
    return Became(id=kept.id)


@action("import.run", no_undo=KEPT_AS_IT_CAME)
def import_practitioner(
    origin: Origin,
    practitioner: PractitionerInput,
    identifiers: list[PractitionerIdentifierInput],
    outside_organization: UUID | None = None,
    *,
    by: Actor,
) -> Became:
    """Keep a practitioner as he or she was sent; without an organisation outside it is ours."""
    kept = keep_imported_practitioner(
        family=practitioner.family,
        identifiers=identifiers,
        given=practitioner.given,
        prefix=practitioner.prefix,
        suffix=practitioner.suffix,
        outside_organization=outside_organization,
        by=by,
    )
    remember("Practitioner", origin, kept.practitioner)
    return Became(id=kept.practitioner)


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
