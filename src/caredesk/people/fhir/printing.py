"""A patient of ours for another system."""

from collections.abc import Iterable
from datetime import date

from caredesk.people import models
from caredesk.people.rules.birthdates import BirthDate
from caredesk.wire.fhir.datatypes import (
    Address,
    AsSent,
    ContactPoint,
    Extension,
    HumanName,
    Identifier,
    Period,
)
from caredesk.wire.fhir.dates import Moment, PartialDate
from caredesk.wire.fhir.patient import (
    GENDER_IDENTITY,
    INTERPRETER,
    PRONOUNS,
    Communication,
    Contact,
    Patient,
)

RECORD_NUMBERS = "urn:caredesk:record-number"
_TYPES = "http://terminology.hl7.org/CodeSystem/v2-0203"


def print_patient(
    kept: models.Patient,
    phones: Iterable[models.Phone] = (),
    emails: Iterable[models.Email] = (),
    addresses: Iterable[models.Address] = (),
    identifiers: Iterable[models.PatientIdentifier] = (),
    relatives: Iterable[models.Relative] = (),
) -> Patient:
    """A patient of ours for another system; the record number is the first identifier."""
    return Patient(
        id=str(kept.id),
        names=_print_names(kept),
        identifiers=tuple(_print_identifiers(kept, identifiers)),
        active=kept.withdrawn_at is None,
        telecom=(
            *(ContactPoint("phone", each.e164 or each.as_typed, _use(each)) for each in phones),
            *(ContactPoint("email", each.address) for each in emails),
        ),
        gender=kept.sex,
        birth_date=_as_partial(kept.birth),
        deceased=_print_deceased(kept),
        addresses=tuple(_print_address(each) for each in addresses),
        contacts=tuple(_print_relative(each) for each in relatives),
        communications=_print_language(kept),
        extensions=tuple(_print_extensions(kept)),
    )


def _print_names(kept: models.Patient) -> tuple[HumanName, ...]:
    given = tuple(filter(None, (kept.given, *kept.middle.split())))
    suffix = (kept.suffix,) if kept.suffix else ()
    found = [HumanName(kept.family, given, suffix=suffix, use="official")]
    if kept.preferred_name:
        found.append(HumanName(given=(kept.preferred_name,), use="nickname"))
    if kept.former_family:
        found.append(HumanName(kept.former_family, use="maiden"))
    return tuple(found)


def _print_identifiers(
    kept: models.Patient, identifiers: Iterable[models.PatientIdentifier]
) -> Iterable[Identifier]:
    yield Identifier(RECORD_NUMBERS, kept.record_number, "usual", _identifier_type("MR"))
    for each in identifiers:
        period = Period(_day(each.valid_from), _day(each.valid_until))
        yield Identifier(
            each.system,
            each.value,
            type=_identifier_type(each.type) if each.type else None,
            period=None if period == Period() else period,
        )


def _identifier_type(code: str) -> AsSent:
    return {"coding": [{"system": _TYPES, "code": code}]}


def _use(phone: models.Phone) -> str:
    return "" if phone.use == "other" else phone.use


def _print_address(address: models.Address) -> Address:
    return Address(
        lines=tuple(filter(None, (address.line1, address.line2))),
        city=address.city,
        state=address.state,
        postal_code=address.postal_code,
        country=address.country,
        use="temp" if address.use == "temporary" else address.use,
    )


def _print_relative(relative: models.Relative) -> Contact:
    phone = relative.phone or relative.phone_as_typed
    concept: dict[str, object] = {"text": relative.relationship}
    if relative.is_guardian:
        system = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
        concept |= {"coding": [{"system": system, "code": "GUARD"}]}
    return Contact(
        relationships=(concept,),
        name=HumanName(text=relative.name),
        telecom=(ContactPoint("phone", phone),) if phone else (),
    )


def _print_language(kept: models.Patient) -> tuple[Communication, ...]:
    if not kept.language:
        return ()
    coding = {"system": "urn:ietf:bcp:47", "code": kept.language}
    return (Communication({"coding": [coding]}, preferred=True),)


def _print_extensions(kept: models.Patient) -> Iterable[Extension]:
    for said, urls in ((kept.gender_identity, GENDER_IDENTITY), (kept.pronouns, PRONOUNS)):
        if said:
            yield Extension(urls[0], {"url": urls[0], "valueCodeableConcept": {"text": said}})
    if kept.interpreter_needed:
        url = INTERPRETER[0]
        yield Extension(url, {"url": url, "valueBoolean": True})


def _print_deceased(kept: models.Patient) -> bool | Moment | None:
    if kept.death is None:
        return None
    return _as_partial(kept.death.on) if kept.death.on else True


def _day(day: date | None) -> PartialDate | None:
    return None if day is None else PartialDate.of(day)


def _as_partial(birth: BirthDate) -> PartialDate:
    return PartialDate.of(birth.day, birth.precision)
