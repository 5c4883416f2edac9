"""The demo practice's patients: made up, always the same ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from caredesk.kernel import clock, looks
from caredesk.kernel.actor import Actor
from caredesk.people.actions import (
    add_address,
    add_alert,
    add_relative,
    record_deceased,
    register_patient,
    restrict_patient,
)
from caredesk.people.actions.typed import Severity, Sex, Told
from caredesk.people.demo_names import (
    CITIES,
    FAMILIES,
    MEN,
    SHARES,
    STREETS,
    WOMEN,
    WOMENS_FAMILIES,
)
from caredesk.people.rules.nicknames import nicknames

HOW_MANY = 300
_AREA_CODES = ("619", "858", "760", "602")
_LANGUAGES = {"es": "es", "vi": "vi", "tl": "tl", "zh": "zh", "ar": "ar", "so": "so", "ru": "ru"}
_ALERTS: tuple[tuple[str, Severity], ...] = (
    ("Hard of hearing: speak slowly, left ear.", "note"),
    ("Latex allergy.", "danger"),
    ("Needs the wheelchair ramp and Exam 1.", "important"),
    ("Faints at blood draws: lie down first.", "important"),
    ("Prefers a woman practitioner.", "note"),
    ("Balance of the last visit is open: ask kindly.", "note"),
    ("Penicillin allergy: anaphylaxis in 2019.", "danger"),
    ("Comes by paratransit: do not run late.", "important"),
    ("Court order: the father may not be told anything.", "danger"),
)


@dataclass(frozen=True, slots=True)
class DemoPatient:
    """A patient who was made, and whether it is a child."""

    id: UUID
    is_child: bool
    lives_in_phoenix: bool


@dataclass(frozen=True, slots=True)
class _Person:
    number: int
    origin: str
    sex: Sex
    given: str
    middle: str
    family: str
    preferred: str
    born: date
    phone: str
    household: tuple[str, str, str, str]


def make_patients(today: date, by: Actor) -> list[DemoPatient]:
    """Register them, over the years before `today`; those are returned who are alive."""
    random = Random("caredesk: patients")  # noqa: S311  always the same people, no secret
    made = []
    people = sorted(_people(today, random), key=lambda each: each[1])
    with looks.collecting("demo"):
        for person, registered in people:
            with clock.stopped_at(registered):
                made.append(_register(person, today, random, by))
        _die(made.pop(), today, by)
    return made


def restrict_staff(patients: Sequence[DemoPatient], by: Actor) -> None:
    """One of them works at the desk: only who treats sees a colleague's record."""
    colleague = next(each for each in reversed(patients) if not each.is_child)
    with looks.collecting("demo"):
        restrict_patient(colleague.id, "staff", "Works at the front desk of Old Town", by=by)


def _die(patient: DemoPatient, today: date, by: Actor) -> None:
    """One has died since: the desk must not call this household for a visit."""
    day = today - timedelta(days=16)
    with clock.stopped_at(datetime(day.year, day.month, day.day, 23, tzinfo=UTC)):
        record_deceased(patient=patient.id, deceased_on=day, by=by)


def _people(today: date, random: Random) -> Iterator[tuple[_Person, datetime]]:
    """Everybody with the day of registration; every fourth brings a child of the same household."""
    number = 0
    while number < HOW_MANY:
        number += 1
        adult = _adult(number, today, random)
        registered = _registered(today, random)
        yield adult, registered
        if number % 4 == 0 and number < HOW_MANY:
            number += 1
            child = _child(number, adult, today, random)
            newborn = datetime(child.born.year, child.born.month, child.born.day, 18, tzinfo=UTC)
            yield child, max(registered, newborn + timedelta(days=9)) + timedelta(minutes=12)


def _registered(today: date, random: Random) -> datetime:
    day = today - timedelta(days=random.randint(20, 2_400))
    return datetime(day.year, day.month, day.day, 16, tzinfo=UTC) + timedelta(
        minutes=5 * random.randint(0, 90)
    )


def _adult(number: int, today: date, random: Random) -> _Person:
    origin = random.choices(list(SHARES), weights=list(SHARES.values()))[0]
    sex: Sex = "female" if random.random() < 0.54 else "male"
    born = today - timedelta(days=int(365.25 * random.triangular(19, 94, 52)))
    city, state, codes = random.choice(CITIES)
    street = f"{random.randint(1, 2400)} {random.choice(STREETS)} {_kind_of_street(random)}"
    return _Person(
        number=number,
        origin=origin,
        sex=sex,
        given=(given := _given(origin, sex, random)),
        middle=_given(origin, sex, random) if random.random() < 0.3 else "",
        family=_family(origin, sex, random),
        preferred=_called(given, random),
        born=born,
        phone=_phone(number),
        household=(street, city, state, random.choice(codes)),
    )


def _child(number: int, parent: _Person, today: date, random: Random) -> _Person:
    sex: Sex = random.choice(("female", "male"))
    given = _given(parent.origin, sex, random)
    return _Person(
        number=number,
        origin=parent.origin,
        sex=sex,
        given=given,
        middle="",
        family=parent.family,
        preferred=_called(given, random),
        born=today - timedelta(days=random.randint(40, 17 * 365)),
        phone=parent.phone,
        household=parent.household,
    )


def _register(person: _Person, today: date, random: Random, by: Actor) -> DemoPatient:
    language = _LANGUAGES.get(person.origin, "") if random.random() < 0.7 else ""
    is_child = (today - person.born).days < 18 * 365
    patient = register_patient(
        family=person.family,
        given=person.given,
        middle=person.middle,
        preferred_name=person.preferred,
        birth_date=person.born,
        sex=person.sex,
        phone=person.phone,
        phone_use="home" if is_child else "mobile",
        email=_mail(person) if random.random() < 0.6 and not is_child else "",
        language=language or "en",
        interpreter_needed=bool(language) and random.random() < 0.4,
        preferred_channel=random.choice(("phone", "text", "text", "mail")),
        duplicate_reason="Another person: asked at registration.",
        by=by,
    ).patient
    line1, city, state, postal_code = person.household
    add_address(
        patient=patient, line1=line1, city=city, state=state, postal_code=postal_code, by=by
    )
    if is_child or random.random() < 0.25:
        _add_relative(patient, person, is_child, random, by)
    if person.number % 11 == 0:
        text, severity = _ALERTS[person.number // 11 % len(_ALERTS)]
        add_alert(patient=patient, text=text, severity=severity, by=by)
    return DemoPatient(patient, is_child, state == "AZ")


def _add_relative(
    patient: UUID, person: _Person, is_child: bool, random: Random, by: Actor
) -> None:
    sex: Sex = random.choice(("female", "male"))
    parent = "mother" if sex == "female" else "father"
    relationship = parent if is_child else random.choice(("spouse", "daughter", "son", "neighbor"))
    may_be_told: list[Told] = ["times", "clinical", "billing"] if is_child else ["times"]
    add_relative(
        patient=patient,
        name=f"{_given(person.origin, sex, random)} {person.family}",
        relationship=relationship,
        phone=person.phone,
        is_guardian=is_child,
        may_be_told=may_be_told,
        proof="parent, by birth certificate" if is_child else "form signed at registration",
        by=by,
    )


def _given(origin: str, sex: Sex, random: Random) -> str:
    return random.choice((WOMEN if sex == "female" else MEN)[origin].split())


def _family(origin: str, sex: Sex, random: Random) -> str:
    family = random.choice(FAMILIES[origin].split())
    if origin == "es" and random.random() < 0.4:
        return f"{family} {random.choice(FAMILIES[origin].split())}"
    if origin in WOMENS_FAMILIES and sex == "male":
        return family.removesuffix("a")
    return family


def _called(given: str, random: Random) -> str:
    """A short form that some go by."""
    short = sorted(each for each in nicknames(given.casefold()) if len(each) < len(given))
    return random.choice(short).capitalize() if short and random.random() < 0.3 else ""


def _phone(number: int) -> str:
    """A number of the range that is kept for made-up people (555-0100 to 555-0199)."""
    return f"({_AREA_CODES[number % len(_AREA_CODES)]}) 555-01{number // len(_AREA_CODES) % 100:02}"


def _mail(person: _Person) -> str:
    letters = "".join(each for each in person.given.casefold() if "a" <= each <= "z") or "mail"
    return f"{letters}.{person.number}@example.org"


def _kind_of_street(random: Random) -> str:
    return random.choice(("Street", "Avenue", "Drive", "Lane", "Court", "Way"))
