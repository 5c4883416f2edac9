"""The real bundles, and Hypothesis strategies for what other systems send."""

import os
import string
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from caredesk.wire.fhir.datatypes import (
    ADDRESS_TYPES,
    ADDRESS_USES,
    GENDERS,
    IDENTIFIER_USES,
    NAME_USES,
    TELECOM_SYSTEMS,
    TELECOM_USES,
    Address,
    AsSent,
    ContactPoint,
    HumanName,
    Identifier,
    Period,
    Reference,
)
from caredesk.wire.fhir.dates import Moment, PartialDate, Precision
from caredesk.wire.fhir.encounter import STATUSES, Encounter, EncounterParticipant
from caredesk.wire.fhir.organization import Organization
from caredesk.wire.fhir.patient import LINKS, Communication, Contact, Link, Patient
from caredesk.wire.fhir.practitioner import Practitioner

SYNTHEA = Path(__file__).with_name("synthea")


def real_bundles() -> list[Path]:
    """Synthea's bundles; CAREDESK_SAMPLES names a folder of other ones."""
    folder = Path(os.environ.get("CAREDESK_SAMPLES", SYNTHEA))
    return sorted(folder.glob("*.json.gz"))


PRECISIONS: tuple[Precision, ...] = ("year", "month", "day")
words = st.text(string.ascii_letters + "-'", min_size=1, max_size=12)
ids = st.text(string.ascii_letters + string.digits + "-.", min_size=1, max_size=12)
partial_dates = st.dates().flatmap(
    lambda day: st.sampled_from(PRECISIONS).map(lambda precision: PartialDate.of(day, precision))
)
offsets = st.integers(-12 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
_FIRST, _LAST = datetime(1900, 1, 1), datetime(2100, 1, 1)
instants = st.datetimes(min_value=_FIRST, max_value=_LAST, timezones=offsets)
moments: st.SearchStrategy[Moment] = partial_dates | instants


def _ordered(pair: tuple[Any, Any]) -> Period:
    start, end = sorted(pair)
    return Period(start, end)


periods = st.tuples(instants, instants).map(_ordered) | st.builds(Period, start=moments)
codings = st.fixed_dictionaries({"system": words, "code": words}, optional={"display": words})
concepts: st.SearchStrategy[AsSent] = st.fixed_dictionaries(
    {"coding": st.lists(codings, min_size=1, max_size=2)}, optional={"text": words}
)


def _some[T](each: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(each, max_size=2).map(tuple)


def _or_none(each: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | each


def _maybe(codes: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from(("", *codes))


identifiers = st.builds(
    Identifier,
    system=words,
    value=words,
    use=_maybe(IDENTIFIER_USES),
    type=_or_none(concepts),
    period=_or_none(periods),
)
names = st.builds(
    HumanName,
    family=words,
    given=_some(words),
    prefix=_some(words),
    suffix=_some(words),
    use=_maybe(NAME_USES),
    period=_or_none(periods),
)
telecom = st.builds(
    ContactPoint,
    system=st.sampled_from(TELECOM_SYSTEMS),
    value=words,
    use=_maybe(TELECOM_USES),
    rank=_or_none(st.integers(1, 9)),
    period=_or_none(periods),
)
addresses = st.builds(
    Address,
    lines=_some(words),
    city=words,
    postal_code=words,
    use=_maybe(ADDRESS_USES),
    type=_maybe(ADDRESS_TYPES),
)
references = st.builds(
    Reference, reference=words.map(lambda word: f"urn:uuid:{word}"), display=words
)
patients = st.builds(
    Patient,
    id=ids,
    names=st.lists(names, min_size=1, max_size=3).map(tuple),
    identifiers=_some(identifiers),
    active=_or_none(st.booleans()),
    telecom=_some(telecom),
    gender=_maybe(GENDERS),
    birth_date=_or_none(partial_dates),
    deceased=_or_none(st.booleans() | moments),
    addresses=_some(addresses),
    marital_status=_or_none(concepts),
    multiple_birth=_or_none(st.booleans() | st.integers(1, 9)),
    contacts=_some(
        st.builds(Contact, relationships=_some(concepts), name=names, telecom=_some(telecom))
    ),
    communications=_some(
        st.builds(Communication, language=concepts, preferred=_or_none(st.booleans()))
    ),
    links=_some(st.builds(Link, type=st.sampled_from(LINKS), other=references)),
    extensions=st.just(()),
)
practitioners = st.builds(
    Practitioner,
    id=ids,
    names=st.lists(names, min_size=1, max_size=2).map(tuple),
    identifiers=_some(identifiers),
    active=_or_none(st.booleans()),
    telecom=_some(telecom),
    addresses=_some(addresses),
    gender=_maybe(GENDERS),
    birth_date=_or_none(partial_dates),
)
organizations = st.builds(
    Organization,
    id=ids,
    name=words,
    identifiers=_some(identifiers),
    active=_or_none(st.booleans()),
    types=_some(concepts),
    telecom=_some(telecom),
    addresses=_some(addresses),
)
encounters = st.builds(
    Encounter,
    id=ids,
    status=st.sampled_from(STATUSES),
    subject=references,
    period=periods,
    identifiers=_some(identifiers),
    encounter_class=codings,
    types=_some(concepts),
    service_type=_or_none(concepts),
    priority=_or_none(concepts),
    reasons=_some(concepts),
    hospitalization=st.none(),
    participants=_some(
        st.builds(
            EncounterParticipant,
            individual=references,
            types=_some(concepts),
            period=_or_none(periods),
        )
    ),
    service_provider=_or_none(references),
)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
