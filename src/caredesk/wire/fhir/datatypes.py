"""The parts of which resources are made, each with `read_…` and `print_…`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from caredesk.wire.fhir.dates import Moment, is_before, print_moment
from caredesk.wire.fhir.element import LONGEST_URI, Element

type AsSent = Mapping[str, Any]

IDENTIFIER_USES = ("usual", "official", "temp", "secondary", "old")
NAME_USES = ("usual", "official", "temp", "nickname", "anonymous", "old", "maiden")
TELECOM_SYSTEMS = ("phone", "fax", "email", "pager", "url", "sms", "other")
TELECOM_USES = ("home", "work", "temp", "old", "mobile")
ADDRESS_USES = ("home", "work", "temp", "old", "billing")
ADDRESS_TYPES = ("postal", "physical", "both")
GENDERS = ("male", "female", "other", "unknown")


@dataclass(frozen=True, slots=True)
class Period:
    start: Moment | None = None
    end: Moment | None = None


@dataclass(frozen=True, slots=True)
class Identifier:
    """Under which a system knows something; `type` is kept as sent."""

    system: str
    value: str
    use: str = ""
    type: AsSent | None = None
    period: Period | None = None

    @property
    def type_code(self) -> str:
        """The code of HL7's table 0203 (MR, SS, DL …), or what was sent instead."""
        return first_code(self.type)


@dataclass(frozen=True, slots=True)
class Reference:
    """What points to another resource: an address, or an identifier."""

    reference: str = ""
    type: str = ""
    identifier: Identifier | None = None
    display: str = ""


@dataclass(frozen=True, slots=True)
class HumanName:
    family: str = ""
    given: tuple[str, ...] = ()
    prefix: tuple[str, ...] = ()
    suffix: tuple[str, ...] = ()
    use: str = ""
    text: str = ""
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """A telephone, mail address or the like, as typed."""

    system: str
    value: str
    use: str = ""
    rank: int | None = None
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension that is kept as it was sent."""

    url: str
    as_sent: AsSent = field(hash=False)

    @property
    def value(self) -> Any:
        """Its value[x], whatever its type."""
        return next((v for name, v in self.as_sent.items() if name.startswith("value")), None)


@dataclass(frozen=True, slots=True)
class Address:
    lines: tuple[str, ...] = ()
    city: str = ""
    district: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    use: str = ""
    type: str = ""
    text: str = ""
    period: Period | None = None
    extensions: tuple[Extension, ...] = ()


def read_concept(element: Element, name: str) -> AsSent | None:
    """A CodeableConcept: its shape is checked, and it is kept as it came."""
    child = element.child(name)
    return _checked_concept(child) if child and element.can_be_kept(name) else None


def read_concepts(element: Element, name: str) -> tuple[AsSent, ...]:
    """Several of them."""
    if not element.can_be_kept(name):
        return ()
    return tuple(_checked_concept(child) for child in element.children(name))


def read_coding(element: Element, name: str) -> AsSent | None:
    """A Coding, kept as it came."""
    child = element.child(name)
    return _checked_coding(child) if child and element.can_be_kept(name) else None


def codings(concept: AsSent | None) -> list[AsSent]:
    """The codings of a concept that was read by `read_concept`."""
    return list((concept or {}).get("coding") or [])


def first_code(concept: AsSent | None) -> str:
    """The first code of a concept, whatever its system."""
    return next((str(each["code"]) for each in codings(concept) if each.get("code")), "")


def words(concept: AsSent | None) -> str:
    """A concept as its sender would read it out."""
    shown = [str(each["display"]) for each in codings(concept) if each.get("display")]
    said = str((concept or {}).get("text") or "")
    return " ".join((said or next(iter(shown), "") or first_code(concept)).split())


def _checked_concept(element: Element) -> AsSent:
    element.knows_only(("coding", "text"))
    for coding in element.children("coding"):
        _checked_coding(coding)
    element.text("text", longest=LONGEST_URI)
    return element.value


def _checked_coding(element: Element) -> AsSent:
    element.knows_only(("system", "version", "code", "display", "userSelected"))
    for name in ("system", "version", "code", "display"):
        element.text(name, longest=LONGEST_URI)
    return element.value


def read_period(element: Element) -> Period:
    element.knows_only(("start", "end"))
    start, end = element.moment("start"), element.moment("end")
    if start is not None and end is not None and is_before(end, start):
        element.wrong("end", f"'{print_moment(end)}' is before the start")
    return Period(start, end)


def print_period(period: Period | None) -> dict[str, Any] | None:
    if period is None:
        return None
    return without_empty(
        start=period.start and print_moment(period.start),
        end=period.end and print_moment(period.end),
    )


def read_identifier(element: Element) -> Identifier | None:
    """None where there is no value to keep."""
    element.knows_only(("use", "type", "system", "value", "period", "assigner"))
    value = element.text("value")
    found = Identifier(
        system=element.text("system", longest=LONGEST_URI),
        value=value,
        use=element.code("use", IDENTIFIER_USES),
        type=read_concept(element, "type"),
        period=_period_of(element),
    )
    if not value and element.is_usable:
        element.odd("value", "is missing; this identifier is left out")
    return found if value else None


def print_identifier(identifier: Identifier) -> dict[str, Any]:
    return without_empty(
        use=identifier.use,
        type=identifier.type,
        system=identifier.system,
        value=identifier.value,
        period=print_period(identifier.period),
    )


def read_reference(element: Element) -> Reference:
    element.knows_only(("reference", "type", "identifier", "display"))
    identifier = element.child("identifier")
    return Reference(
        reference=element.text("reference", longest=LONGEST_URI),
        type=element.text("type"),
        identifier=None if identifier is None else read_identifier(identifier),
        display=element.text("display", longest=LONGEST_URI),
    )


def print_reference(reference: Reference) -> dict[str, Any]:
    identifier = reference.identifier
    return without_empty(
        reference=reference.reference,
        type=reference.type,
        identifier=None if identifier is None else print_identifier(identifier),
        display=reference.display,
    )


def read_name(element: Element) -> HumanName:
    element.knows_only(("use", "text", "family", "given", "prefix", "suffix", "period"))
    return HumanName(
        family=element.text("family"),
        given=element.texts("given"),
        prefix=element.texts("prefix"),
        suffix=element.texts("suffix"),
        use=element.code("use", NAME_USES),
        text=element.text("text", longest=LONGEST_URI),
        period=_period_of(element),
    )


def print_name(name: HumanName) -> dict[str, Any]:
    return without_empty(
        use=name.use,
        text=name.text,
        family=name.family,
        given=list(name.given),
        prefix=list(name.prefix),
        suffix=list(name.suffix),
        period=print_period(name.period),
    )


def read_contact_point(element: Element) -> ContactPoint | None:
    """None where there is no value to keep."""
    element.knows_only(("system", "value", "use", "rank", "period"))
    value = element.text("value")
    system = element.code("system", TELECOM_SYSTEMS)
    found = ContactPoint(
        system=system,
        value=value,
        use=element.code("use", TELECOM_USES),
        rank=element.whole_number("rank"),
        period=_period_of(element),
    )
    if value and "system" not in element.value:
        element.wrong("system", "is needed where there is a value")
    return found if value else None


def print_contact_point(point: ContactPoint) -> dict[str, Any]:
    return without_empty(
        system=point.system,
        value=point.value,
        use=point.use,
        rank=point.rank,
        period=print_period(point.period),
    )


_ADDRESS = (
    "use",
    "type",
    "text",
    "line",
    "city",
    "district",
    "state",
    "postalCode",
    "country",
    "period",
)


def read_address(element: Element) -> Address:
    element.knows_only(_ADDRESS)
    return Address(
        lines=element.texts("line"),
        city=element.text("city"),
        district=element.text("district"),
        state=element.text("state"),
        postal_code=element.text("postalCode"),
        country=element.text("country"),
        use=element.code("use", ADDRESS_USES),
        type=element.code("type", ADDRESS_TYPES),
        text=element.text("text", longest=LONGEST_URI),
        period=_period_of(element),
        extensions=read_extensions(element),
    )


def print_address(address: Address) -> dict[str, Any]:
    return without_empty(
        use=address.use,
        type=address.type,
        text=address.text,
        line=list(address.lines),
        city=address.city,
        district=address.district,
        state=address.state,
        postalCode=address.postal_code,
        country=address.country,
        period=print_period(address.period),
        extension=print_extensions(address.extensions),
    )


def read_extensions(element: Element) -> tuple[Extension, ...]:
    if not element.can_be_kept("extension"):
        return ()
    return tuple(
        Extension(child.text("url", needed=True, longest=LONGEST_URI), child.value)
        for child in element.children("extension")
    )


def print_extensions(extensions: Iterable[Extension]) -> list[dict[str, Any]]:
    return [dict(each.as_sent) for each in extensions]


def without_empty(**elements: Any) -> dict[str, Any]:
    """FHIR has no empty elements: what is not there is left out."""
    return {name: value for name, value in elements.items() if not _is_empty(value)}


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value in ([], {})


def _period_of(element: Element) -> Period | None:
    child = element.child("period")
    return None if child is None else read_period(child)
