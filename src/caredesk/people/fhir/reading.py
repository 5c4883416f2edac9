"""A patient from FHIR: what we keep of it, in our words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from caredesk.kernel.dates import Day, is_within_reach
from caredesk.people.actions.typed import AddressUse, PhoneUse, Sex
from caredesk.people.rules.birthdates import BirthDate
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

_LEGAL_FIRST = ("official", "usual", "", "temp", "nickname", "anonymous", "maiden", "old")
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


def read_patient(sent: Patient, zone: str) -> SentPatient:
    """What we keep of a patient; what has no place here is told in the remarks.

    `zone` is ours, for instants that do not tell what the sender's clock showed.
    """
    remarks: list[tuple[str, str]] = []
    legal = _legal_name(sent.names)
    family, given = _family_and_given(legal, remarks)
    language = preferred_language(sent.communications)
    return SentPatient(
        family=family,
        given=given[0] if given else "",
        middle=" ".join(given[1:]),
        suffix=" ".join(legal.suffix),
        preferred_name=_preferred_name(sent.names, legal),
        former_family=_former_family(sent.names, family),
        birth=None if sent.birth_date is None else _as_birth_date(sent.birth_date),
        sex=_SEXES.get(sent.gender, "unknown"),
        gender_identity=_said(sent, GENDER_IDENTITY),
        pronouns=_said(sent, PRONOUNS),
        language="" if language is None else language.code,
        interpreter_needed=_needs_interpreter(sent),
        deceased=sent.deceased not in (None, False),
        deceased_on=_died(sent.deceased, zone),
        phones=_read_phones(sent.telecom, remarks),
        emails=tuple(each.value for each in _current(sent.telecom) if each.system == "email"),
        addresses=tuple(_read_address(each) for each in sent.addresses if _is_place(each)),
        identifiers=_read_identifiers(sent.identifiers, zone, remarks),
        relatives=_read_relatives(sent.contacts, remarks),
        remarks=(*remarks, *_links(sent)),
    )


def _legal_name(names: Sequence[HumanName]) -> HumanName:
    """The official name that still holds, or else the next best."""
    named = [each for each in names if each.family or each.text] or list(names)
    return min(named, key=lambda each: (_has_ended(each.period), _LEGAL_FIRST.index(each.use)))


def _family_and_given(
    name: HumanName, remarks: list[tuple[str, str]]
) -> tuple[str, tuple[str, ...]]:
    if name.family:
        return name.family, name.given
    if not name.text:
        remarks.append(("name", "has no family name; the given name stands in its place"))
        return " ".join(name.given), ()
    remarks.append(("name", f"has no family name; read from '{name.text[:60]}'"))
    before, comma, after = name.text.partition(",")
    if comma:
        return before.strip(), tuple(after.split())
    parts = name.text.split()
    return parts[-1], tuple(parts[:-1])


def _preferred_name(names: Iterable[HumanName], legal: HumanName) -> str:
    called = [each for each in names if each.use == "nickname" and each.given]
    called += [each for each in names if each.use == "usual" and each.given and each is not legal]
    found = next((" ".join(each.given) for each in called if not _has_ended(each.period)), "")
    return "" if found == " ".join(legal.given) else found


def _former_family(names: Iterable[HumanName], family: str) -> str:
    former = [each for each in names if each.use in ("maiden", "old") or _has_ended(each.period)]
    former.sort(key=lambda each: each.use != "maiden")
    return next((each.family for each in former if each.family not in ("", family)), "")


def _read_phones(
    telecom: Iterable[ContactPoint], remarks: list[tuple[str, str]]
) -> tuple[SentPhone, ...]:
    found = []
    for each in sorted(_current(telecom), key=lambda each: each.rank or 99):
        if each.system in ("phone", "sms"):
            use = _PHONE_USES.get("mobile" if each.system == "sms" else each.use, "other")
            found.append(SentPhone(each.value, use))
        elif each.system != "email":
            remarks.append(("telecom", f"'{each.value[:60]}' ({each.system}) has no place here"))
    return tuple(dict.fromkeys(found))


def _read_address(address: Address) -> SentAddress:
    """An address; where only a place was sent, it stands in the first line of the envelope."""
    lines = address.lines or tuple(filter(None, (address.text[:200],)))
    return SentAddress(
        line1=lines[0] if lines else address.city or address.postal_code,
        line2=", ".join(lines[1:])[:200],
        city=address.city if lines else "",
        state=address.state,
        postal_code=address.postal_code,
        country=address.country or "US",
        use="old" if _has_ended(address.period) else _ADDRESS_USES.get(address.use, "home"),
    )


def _is_place(address: Address) -> bool:
    return bool(address.lines or address.text or address.city or address.postal_code)


def _read_identifiers(
    identifiers: Iterable[Identifier], zone: str, remarks: list[tuple[str, str]]
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
    contacts: Iterable[Contact], remarks: list[tuple[str, str]]
) -> tuple[SentRelative, ...]:
    found = []
    for number, contact in enumerate(contacts):
        name = contact.name or HumanName()
        full = " ".join((*name.prefix, *name.given, name.family, *name.suffix)).strip()
        if not (full or name.text):
            remarks.append((f"contact[{number}]", "has no name; left out"))
            continue
        phones = [each.value for each in _current(contact.telecom) if each.system == "phone"]
        found.append(
            SentRelative(
                name=(full or name.text)[:200],
                relationship=_relationship(contact.relationships),
                phone=phones[0] if phones else "",
                is_guardian=any(first_code(each) in _GUARDIANS for each in contact.relationships),
            )
        )
    return tuple(dict.fromkeys(found))


def _relationship(concepts: Iterable[AsSent]) -> str:
    return next((words(each) for each in concepts if words(each)), "contact")[:200]


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


def _current(telecom: Iterable[ContactPoint]) -> Iterable[ContactPoint]:
    return (each for each in telecom if each.use != "old" and not _has_ended(each.period))


def _has_ended(period: Period | None) -> bool:
    """An end that was sent: systems do not announce that a name will end one day."""
    return period is not None and period.end is not None


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
