"""Keeping organisations and practitioners from outside, each whole or not at all."""

from uuid import UUID

from pydantic import BaseModel

from caredesk.interfaces.importing.origins import Origin, remember
from caredesk.kernel.action import action
from caredesk.kernel.actor import Actor
from caredesk.practice.actions import IdentifierInput, keep_outside_organization
from caredesk.practice.fhir import OrganizationInput
from caredesk.workforce.actions import PractitionerIdentifierInput, keep_imported_practitioner
from caredesk.workforce.fhir import PractitionerInput

KEPT_AS_IT_CAME = "What came from outside is kept as it came."


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
