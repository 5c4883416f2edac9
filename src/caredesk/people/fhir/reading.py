"""A patient from FHIR: what we keep of it, in our words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from caredesk.kernel.dates import Day, is_within_reach
from caredesk.people.actions.typed import AddressUse, PhoneUse, Sex
from caredesk.people.fhir.names import read_names
from caredesk.people.fhir.periods import At, State
from caredesk.people.fhir.remarks import Remarks, tell_state
from caredesk.people.rules.birthdates import BirthDate
from caredesk.people.rules.phones import read_phone
from caredesk.wire.fhir.datatypes import (
    Address,
    AsSent,
    ContactPoint,
    HumanName,
    Identifier,
    Period,
    first_code,
    words,
)
from caredesk.wire.fhir.dates import Moment, PartialDate
from caredesk.wire.fhir.patient import (
    GENDER_IDENTITY,
    INTERPRETER,
    PRONOUNS,
    Contact,
    Patient,
    preferred_language,
)

_PHONE_USES: dict[str, PhoneUse] = {"mobile": "mobile", "home": "home", "work": "work"}
_ADDRESS_USES: dict[str, AddressUse] = {
    "home": "home",
    "work": "work",
    "temp": "temporary",
    "billing": "billing",
    "old": "old",
}
_SEXES: dict[str, Sex] = {"female": "female", "male": "male", "other": "other"}
_GUARDIANS = ("GUARD", "guardian")
_YES = ("yes", "Y", "373066001")


@dataclass(frozen=True, slots=True)
class SentPhone:
    number: str
    use: PhoneUse


@dataclass(frozen=True, slots=True)
class SentAddress:
    line1: str
    line2: str
    city: str
    state: str
    postal_code: str
    country: str
    use: AddressUse


@dataclass(frozen=True, slots=True)
class SentIdentifier:
    system: str
    value: str
    type: str
    valid_from: Day | None
    valid_until: Day | None


@dataclass(frozen=True, slots=True)
class SentRelative:
    name: str
    relationship: str
    phone: str
    is_guardian: bool


@dataclass(frozen=True, slots=True)
class SentPatient:
    """A patient as another system sent it, in our words. `remarks` are (element, message)."""

    family: str
    given: str
    middle: str
    suffix: str
    preferred_name: str
    former_family: str
    birth: BirthDate | None
    sex: Sex
    gender_identity: str
    pronouns: str
    language: str
    interpreter_needed: bool
    deceased: bool
    deceased_on: BirthDate | None
    phones: tuple[SentPhone, ...]
    emails: tuple[str, ...]
    addresses: tuple[SentAddress, ...]
    identifiers: tuple[SentIdentifier, ...]
    relatives: tuple[SentRelative, ...]
    remarks: tuple[tuple[str, str], ...] = field(default=(), compare=False)


def read_patient(sent: Patient, at: At) -> SentPatient:
    """What we keep of a patient; what has no place here is told in the remarks.

    Kept is what holds then; the zone is ours, for instants that do not tell what the sender's
    clock showed.
    """
    remarks: Remarks = []
    name = read_names(sent.names, at, remarks)
    telecom = list(_holding(sent.telecom, "telecom", at, remarks))
    return SentPatient(
        family=name.family,
        given=name.given,
        middle=name.middle,
        suffix=name.suffix,
        preferred_name=name.preferred,
        former_family=name.former_family,
        birth=None if sent.birth_date is None else _as_birth_date(sent.birth_date),
        sex=_SEXES.get(sent.gender, "unknown"),
        gender_identity=_said(sent, GENDER_IDENTITY),
        pronouns=_said(sent, PRONOUNS),
        language=_read_language(sent, remarks),
        interpreter_needed=_needs_interpreter(sent),
        deceased=sent.deceased not in (None, False),
        deceased_on=_died(sent.deceased, at.zone),
        phones=_read_phones(telecom, remarks),
        emails=tuple(each.value for each in telecom if each.system == "email"),
        addresses=tuple(_read_addresses(sent.addresses, at, remarks)),
        identifiers=_read_identifiers(sent.identifiers, at.zone, remarks),
        relatives=_read_relatives(sent.contacts, at, remarks),
        remarks=(*remarks, *_activity(sent), *_links(sent)),
    )


def _holding(
    telecom: Iterable[ContactPoint], element: str, at: At, remarks: Remarks
) -> Iterator[ContactPoint]:
    """Those that hold; of the others, and of an end to come, it is told."""
    for each in telecom:
        state = "ended" if each.use == "old" else at.state(each.period)
        tell_state(f"'{each.value[:60]}'", element, state, each.period, remarks)
        if state == "holds":
            yield each


def _read_phones(telecom: Iterable[ContactPoint], remarks: Remarks) -> tuple[SentPhone, ...]:
    found: dict[object, SentPhone] = {}
    for each in sorted(telecom, key=lambda each: each.rank or 99):
        shown = f"'{each.value[:60]}'"
        if each.system in ("phone", "sms"):
            use = _PHONE_USES.get("mobile" if each.system == "sms" else each.use, "other")
            read = read_phone(each.value)
            key = (read.e164, read.extension) if read.e164 else read.as_typed
            if key in found and found[key].use != use:
                remarks.append(("telecom", f"{shown} is there twice; the second is left out"))
            found.setdefault(key, SentPhone(each.value, use))
        elif each.system != "email":
            remarks.append(("telecom", f"{shown} ({each.system}) has no place here"))
    return tuple(found.values())


def _read_addresses(
    addresses: Iterable[Address], at: At, remarks: Remarks
) -> Iterator[SentAddress]:
    """Those that hold, and as old ones those that have ended; the rest is told."""
    for number, each in enumerate(addresses):
        element, state = f"address[{number}]", at.state(each.period)
        if _is_place(each):
            said = filter(None, (*each.lines, each.text, each.city, each.postal_code))
            what = f"'{next(said)[:60]}'"
            if state != "ended":
                tell_state(what, element, state, each.period, remarks)
            if state != "later":
                yield _read_address(each, state)
        elif each != Address():
            remarks.append((element, "names no street, town or postal code; left out"))


def _read_address(address: Address, state: State) -> SentAddress:
    """An address; where only a place was sent, it stands in the first line of the envelope."""
    lines = address.lines or tuple(filter(None, (address.text[:200],)))
    return SentAddress(
        line1=lines[0] if lines else address.city or address.postal_code,
        line2=", ".join(lines[1:])[:200],
        city=address.city if lines else "",
        state=address.state,
        postal_code=address.postal_code,
        country=address.country or "US",
        use="old" if state == "ended" else _ADDRESS_USES.get(address.use, "home"),
    )


def _is_place(address: Address) -> bool:
    return bool(address.lines or address.text or address.city or address.postal_code)


def _read_language(sent: Patient, remarks: Remarks) -> str:
    spoken = preferred_language(sent.communications)
    if spoken is not None and not spoken.code:
        remarks.append(("communication", f"'{words(spoken.language)[:60]}' has no code; left out"))
    if spoken is None and sent.communications:
        remarks.append(("communication", "says of no language that it is preferred; left out"))
    return "" if spoken is None else spoken.code


def _read_identifiers(
    identifiers: Iterable[Identifier], zone: str, remarks: Remarks
) -> tuple[SentIdentifier, ...]:
    found: dict[tuple[str, str], SentIdentifier] = {}
    for each in identifiers:
        if not each.system:
            remarks.append(("identifier", f"'{each.value[:60]}' does not say whose it is"))
            continue
        period = each.period or Period()
        found[each.system, each.value] = SentIdentifier(
            each.system,
            each.value,
            each.type_code,
            _first_day(period.start, zone),
            _last_day(period.end, zone),
        )
    return tuple(found.values())


def _read_relatives(
    contacts: Iterable[Contact], at: At, remarks: Remarks
) -> tuple[SentRelative, ...]:
    found = []
    for number, contact in enumerate(contacts):
        element, state = f"contact[{number}]", at.state(contact.period)
        name = contact.name or HumanName()
        full = " ".join((*name.prefix, *name.given, name.family, *name.suffix)).strip()
        if not (full or name.text):
            remarks.append((element, "has no name; left out"))
            continue
        tell_state(f"'{(full or name.text)[:60]}'", element, state, contact.period, remarks)
        if state != "holds":
            continue
        found.append(
            SentRelative(
                name=(full or name.text)[:200],
                relationship=_relationship(contact.relationships),
                phone=_phone_of(contact, f"{element}.telecom", at, remarks),
                is_guardian=any(first_code(each) in _GUARDIANS for each in contact.relationships),
            )
        )
    return tuple(dict.fromkeys(found))


def _phone_of(contact: Contact, element: str, at: At, remarks: Remarks) -> str:
    """A relative has one telephone here."""
    telecom = list(_holding(contact.telecom, element, at, remarks))
    phones = [each for each in telecom if each.system == "phone"][:1]
    for each in telecom:
        if each not in phones:
            remarks.append((element, f"'{each.value[:60]}' ({each.system}) has no place here"))
    return phones[0].value if phones else ""


def _relationship(concepts: Iterable[AsSent]) -> str:
    return next((words(each) for each in concepts if words(each)), "contact")[:200]


def _activity(sent: Patient) -> Iterable[tuple[str, str]]:
    if sent.active is False:
        yield "active", "says that this record is no longer in use; it is kept all the same"


def _links(sent: Patient) -> Iterable[tuple[str, str]]:
    for number, link in enumerate(sent.links):
        other = "" if link.other is None else link.other.reference
        yield f"link[{number}]", f"says '{link.type} {other}'; records are not merged by an import"


def _said(sent: Patient, urls: tuple[str, ...]) -> str:
    """What an extension says in words; some nest the value one level down."""
    extension = sent.extension(*urls)
    if extension is None:
        return ""
    nested = [each for each in extension.as_sent.get("extension", []) if isinstance(each, dict)]
    inner = next((each for each in nested if each.get("url") == "value"), extension.as_sent)
    concept = inner.get("valueCodeableConcept")
    if isinstance(concept, dict):
        return words(concept)[:200]
    return str(inner.get("valueString") or inner.get("valueCode") or "")[:200]


def _needs_interpreter(sent: Patient) -> bool:
    extension = sent.extension(*INTERPRETER)
    value = None if extension is None else extension.value
    if isinstance(value, dict):
        value = value.get("code") or first_code(value)
    return value is True or value in _YES


def _as_birth_date(sent: PartialDate) -> BirthDate:
    return BirthDate(sent.first, sent.precision)


def _died(deceased: bool | Moment | None, zone: str) -> BirthDate | None:
    if isinstance(deceased, datetime):
        return BirthDate(_day_of(deceased, zone))
    return _as_birth_date(deceased) if isinstance(deceased, PartialDate) else None


def _first_day(moment: Moment | None, zone: str) -> date | None:
    if moment is None:
        return None
    return _reachable(moment.first if isinstance(moment, PartialDate) else _day_of(moment, zone))


def _last_day(moment: Moment | None, zone: str) -> date | None:
    if moment is None:
        return None
    return _reachable(moment.last if isinstance(moment, PartialDate) else _day_of(moment, zone))


def _reachable(day: date) -> date | None:
    """Systems say "always" by the year 1 and "without an end" by the year 9999."""
    return day if is_within_reach(day) else None


def _day_of(moment: datetime, zone: str) -> date:
    """The day on the sender's wall; of an instant in UTC, which hangs on no wall, on ours."""
    is_utc = moment.utcoffset() == timedelta()
    return (moment.astimezone(ZoneInfo(zone)) if is_utc else moment).date()
