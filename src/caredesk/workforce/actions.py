"""Keeping the list of practitioners."""

from uuid import UUID

from pydantic import BaseModel

from caredesk.kernel.action import action
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import amend, insert, insert_many
from caredesk.kernel.text import Line, OptionalLine
from caredesk.workforce.models import Practitioner, PractitionerIdentifier


class PractitionerKept(BaseModel):
    """The practitioner added or found again."""

    practitioner: UUID
    label: str


class PractitionerIdentifierInput(BaseModel):
    """Under which a system knows a practitioner."""

    system: Line
    value: Line


@action("workforce.setup", no_undo="End the practitioner's availability instead.")
def add_practitioner(
    family: Line,
    given: OptionalLine = "",
    prefix: OptionalLine = "",
    suffix: OptionalLine = "",
    specialty: OptionalLine = "",
    user: UUID | None = None,
    identifiers: list[PractitionerIdentifierInput] | None = None,
    *,
    by: Actor,
) -> PractitionerKept:
    """Add a practitioner of ours."""
    person = Practitioner(
        family=family,
        given=given,
        prefix=prefix,
        suffix=suffix,
        specialty=specialty,
        user_id=user,
    )
    insert(person)
    _add_identifiers(person, identifiers or [])
    return PractitionerKept(practitioner=person.id, label=person.label)


@action("import.run", no_undo="What came from outside is kept as it came.")
def keep_imported_practitioner(
    family: Line,
    identifiers: list[PractitionerIdentifierInput],
    given: OptionalLine = "",
    prefix: OptionalLine = "",
    suffix: OptionalLine = "",
    outside_organization: UUID | None = None,
    *,
    by: Actor,
) -> PractitionerKept:
    """Add a practitioner from outside, or find the one known under these identifiers."""
    wanted = {(each.system, each.value) for each in identifiers}
    rows = PractitionerIdentifier.objects.select_related("practitioner").filter(
        system__in={each.system for each in identifiers},
        value__in={each.value for each in identifiers},
    )
    known = {(row.system, row.value): row for row in rows if (row.system, row.value) in wanted}
    person = next((row.practitioner for row in known.values()), None)
    if person is None:
        person = Practitioner(
            family=family,
            given=given,
            prefix=prefix,
            suffix=suffix,
            outside_organization_id=outside_organization,
        )
        insert(person)
    elif person.outside_organization_id is not None:
        amend(person, family=family, given=given, prefix=prefix, suffix=suffix)
    new = [each for each in identifiers if (each.system, each.value) not in known]
    _add_identifiers(person, new)
    return PractitionerKept(practitioner=person.id, label=person.label)


def _add_identifiers(person: Practitioner, identifiers: list[PractitionerIdentifierInput]) -> None:
    rows = [
        PractitionerIdentifier(practitioner=person, system=each.system, value=each.value)
        for each in identifiers
    ]
    insert_many(rows)
