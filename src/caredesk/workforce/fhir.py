"""Practitioners, to and from FHIR."""

from collections.abc import Iterable
from dataclasses import dataclass

from caredesk.wire.fhir.datatypes import HumanName, Identifier
from caredesk.wire.fhir.practitioner import Practitioner as SentPractitioner
from caredesk.workforce.models import Practitioner, PractitionerIdentifier

_BEST_FIRST = ("official", "usual", "", "temp", "nickname", "maiden", "old", "anonymous")


@dataclass(frozen=True, slots=True)
class PractitionerInput:
    """What `keep_imported_practitioner` takes, but for identifiers and organisation."""

    family: str
    given: str = ""
    prefix: str = ""
    suffix: str = ""


def read_practitioner(sent: SentPractitioner) -> PractitionerInput:
    name = min(
        (each for each in sent.names if each.family or each.text),
        key=lambda each: _BEST_FIRST.index(each.use),
    )
    return PractitionerInput(
        family=(name.family or name.text)[:200],
        given=" ".join(name.given)[:200],
        prefix=" ".join(name.prefix)[:200],
        suffix=" ".join(name.suffix)[:200],
    )


def print_practitioner(
    kept: Practitioner, identifiers: Iterable[PractitionerIdentifier]
) -> SentPractitioner:
    name = HumanName(
        family=kept.family,
        given=(kept.given,) if kept.given else (),
        prefix=(kept.prefix,) if kept.prefix else (),
        suffix=(kept.suffix,) if kept.suffix else (),
        use="official",
    )
    return SentPractitioner(
        id=str(kept.id),
        names=(name,),
        identifiers=tuple(Identifier(each.system, each.value) for each in identifiers),
        active=kept.is_active,
    )
