"""Everything the desk knows of one patient."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import barred, refuse_barred
from caredesk.kernel.errors import Missing
from caredesk.kernel.looks import seen
from caredesk.people.models import (
    Address,
    Alert,
    Email,
    Patient,
    PatientIdentifier,
    Phone,
    Relative,
    Restriction,
    ToldApart,
)
from caredesk.people.rules.birthdates import BirthDate, age_words, life_words
from caredesk.people.rules.identifiers import Named, named
from caredesk.people.rules.names import display
from caredesk.people.rules.phones import show
from caredesk.people.rules.restrictions import kind_words
from caredesk.people.rules.telling import Telling
from caredesk.practice.queries import zone_of


@dataclass(frozen=True, slots=True)
class AlertLine:
    """A note that pops up, from and until these days."""

    id: UUID
    text: str
    severity: str
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """A number as it is read out; `e164` is empty where it cannot be called."""

    id: UUID
    shown: str
    e164: str
    use: str
    warning: str


@dataclass(frozen=True, slots=True)
class EmailLine:
    id: UUID
    address: str


@dataclass(frozen=True, slots=True)
class AddressLine:
    """An address; `lines` as on an envelope."""

    id: UUID
    use: str
    line1: str
    line2: str
    city: str
    state: str
    postal_code: str

    @property
    def lines(self) -> list[str]:
        place = " ".join(filter(None, [self.state, self.postal_code]))
        return [
            each
            for each in (self.line1, self.line2, ", ".join(filter(None, [self.city, place])))
            if each
        ]


@dataclass(frozen=True, slots=True)
class IdentifierLine:
    system: str
    value: str
    type: str

    @property
    def shown(self) -> Named:
        """As it may stand on a page, which holds the whole of some numbers never."""
        return named(self.system, self.value, self.type)


@dataclass(frozen=True, slots=True)
class RelativeLine:
    """Who belongs to the patient, and what may be told to them."""

    id: UUID
    name: str
    relationship: str
    phone: str
    is_guardian: bool
    may_be_told: list[str]
    """What was agreed; by now it may have run out: show `may_be_told_words`."""
    proof: str
    form_signed_on: date | None
    told_until: date | None
    has_code_word: bool
    may_be_told_words: str
    proof_words: str


@dataclass(frozen=True, slots=True)
class ToldApartLine:
    """That this is not the patient of another record, and why: said of the newer of the two."""

    other: UUID
    other_number: str
    reason: str
    told_at: datetime
    told_by_label: str


@dataclass(frozen=True, slots=True)
class PatientDetails:
    """A patient with all lists. `id` is the surviving record's, whichever was asked for."""

    id: UUID
    name: str
    family: str
    given: str
    middle: str
    suffix: str
    preferred_name: str
    former_family: str
    birth: BirthDate
    birth_date: str
    age: str
    sex: str
    gender_identity: str
    pronouns: str
    language: str
    interpreter_needed: bool
    preferred_channel: str
    deceased: bool
    deceased_words: str
    record_number: str
    is_withdrawn: bool
    restricted_as: list[str]
    """The kinds of her restrictions, for who is in the circle of each: others do not see her."""
    is_hidden: bool
    """Whether any of these hides her."""
    alerts: list[AlertLine]
    """Those that pop up today, the gravest first."""
    later_alerts: list[AlertLine]
    """Those that will, from a later day."""
    phones: list[PhoneLine]
    emails: list[EmailLine]
    addresses: list[AddressLine]
    identifiers: list[IdentifierLine]
    relatives: list[RelativeLine]


def get_patient(viewer: Actor, id: UUID) -> PatientDetails:
    """One patient; seven statements. Unknown, or not to be seen by `viewer`, is `Missing`."""
    refuse_barred(viewer, [id], "patient")
    asked = _with_restrictions().filter(pk=id).first()
    if asked is None:
        raise Missing("patient")
    found = asked.identity
    seen(viewer, [found.id])
    today = clock.today(zone_of(viewer))
    alerts = _alerts(found.id, today)
    return PatientDetails(
        id=found.id,
        name=display(found.name),
        family=found.family,
        given=found.given,
        middle=found.middle,
        suffix=found.suffix,
        preferred_name=found.preferred_name,
        former_family=found.former_family,
        birth=found.birth,
        birth_date=found.birth.words,
        age=age_words(found.birth, today),
        sex=found.sex,
        gender_identity=found.gender_identity,
        pronouns=found.pronouns,
        language=found.language,
        interpreter_needed=found.interpreter_needed,
        preferred_channel=found.preferred_channel,
        deceased=found.deceased,
        deceased_words=life_words(found.birth, found.death, today) if found.deceased else "",
        record_number=found.record_number,
        is_withdrawn=found.withdrawn_at is not None,
        restricted_as=_restricted_as(viewer, found.id, asked.restricted_as),
        is_hidden=asked.is_hidden,
        alerts=[each for each in alerts if each.since is None or each.since <= today],
        later_alerts=[each for each in alerts if each.since is not None and each.since > today],
        phones=_phones(found.id),
        emails=_emails(found.id),
        addresses=_addresses(found.id),
        identifiers=_identifiers(found.id),
        relatives=_relatives(found.id, today),
    )


def _with_restrictions() -> QuerySet[Any]:
    """Patients with what stands on them, in the statement that reads them."""
    standing = Restriction.objects.filter(
        patient__identity=OuterRef("identity"), piece_id__isnull=True, ended_at__isnull=True
    )
    return Patient.objects.select_related("identity").annotate(
        restricted_as=ArraySubquery(standing.order_by("kind").values("kind").distinct()),
        is_hidden=Exists(standing.filter(level="hidden")),
    )


def _restricted_as(viewer: Actor, identity: UUID, kinds: list[str]) -> list[str]:
    """Nothing for who broke the glass: the strip says that already."""
    return [] if identity in barred(viewer).lifted else [kind_words(each) for each in kinds]


def _alerts(identity: UUID, today: date) -> list[AlertLine]:
    gravest_first = Case(
        When(severity="danger", then=Value(0)),
        When(severity="important", then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = Alert.objects.filter(
        Q(shown_until__isnull=True) | Q(shown_until__gte=today),
        patient__identity=identity,
        ended_at__isnull=True,
    ).order_by(gravest_first, "id")
    return [
        AlertLine(row.id, row.text, row.severity, row.shown_from, row.shown_until) for row in rows
    ]


def _phones(identity: UUID) -> list[PhoneLine]:
    rows = Phone.objects.filter(patient__identity=identity, ended_at__isnull=True).order_by("id")
    return [
        PhoneLine(
            row.id,
            show(row.e164, row.extension) if row.e164 else row.as_typed,
            row.e164,
            row.use,
            row.warning,
        )
        for row in rows
    ]


def _emails(identity: UUID) -> list[EmailLine]:
    rows = Email.objects.filter(patient__identity=identity, ended_at__isnull=True).order_by("id")
    return [EmailLine(row.id, row.address) for row in rows]


def _addresses(identity: UUID) -> list[AddressLine]:
    rows = Address.objects.filter(patient__identity=identity, ended_at__isnull=True)
    return [
        AddressLine(row.id, row.use, row.line1, row.line2, row.city, row.state, row.postal_code)
        for row in rows.order_by("id")
    ]


def _identifiers(identity: UUID) -> list[IdentifierLine]:
    rows = PatientIdentifier.objects.filter(patient__identity=identity, ended_at__isnull=True)
    return [
        IdentifierLine(row.system, row.value, row.type)
        for row in rows.order_by("type", "system", "id")
    ]


def _relatives(identity: UUID, today: date) -> list[RelativeLine]:
    rows = Relative.objects.filter(patient__identity=identity, ended_at__isnull=True)
    return [relative_line(row, today) for row in rows.order_by("-is_guardian", "id")]


def relative_line(row: Relative, today: date) -> RelativeLine:
    """A relative as the desk sees one; of the code word only that there is one."""
    telling = Telling(
        row.may_be_told, row.proof, row.form_signed_on, row.told_until, bool(row.code_word)
    )
    return RelativeLine(
        row.id,
        row.name,
        row.relationship,
        show(row.phone) if row.phone else row.phone_as_typed,
        row.is_guardian,
        row.may_be_told,
        row.proof,
        row.form_signed_on,
        row.told_until,
        telling.has_code_word,
        telling.words(today),
        telling.proof_words,
    )


def told_apart(viewer: Actor, patient: UUID) -> list[ToldApartLine]:
    """Whom a patient was told apart from. Of the other the number alone: nobody is looked at.

    Of one who may not be seen, nothing: not even why it is somebody else.
    """
    seen(viewer, [patient])
    unseen = barred(viewer)
    rows = ToldApart.objects.filter(patient__identity=patient).select_related("other")
    return [
        ToldApartLine(
            row.other_id, row.other.record_number, row.reason, row.told_at, row.told_by_label
        )
        for row in rows.order_by("told_at", "id")
        if row.other_id not in unseen
    ]
