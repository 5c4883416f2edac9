"""The findings of one day: every rule over everybody who opened a chart."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from caredesk.privacy.access_log.queries import viewings as known
from caredesk.privacy.access_log.queries.viewings import OnePatient, Viewing
from caredesk.privacy.access_log.rules.unusual import (
    Name,
    WorkDay,
    far_more_charts,
    outside_usual_hours,
    same_name,
    shares_family_name,
)


@dataclass(frozen=True, slots=True)
class Found:
    """What was unusual of somebody; of one patient, or of the whole day."""

    user: UUID
    patient: UUID | None
    rule: str
    first_entry: UUID
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DayOfUser:
    """Everything that somebody opened on a day."""

    user: UUID
    viewings: list[Viewing]

    @property
    def hours(self) -> frozenset[int]:
        return frozenset().union(*(each.hours for each in self.viewings))

    @property
    def first_entry(self) -> UUID:
        return min(each.first_entry for each in self.viewings)


def by_user(viewings: Iterable[Viewing]) -> list[DayOfUser]:
    found: dict[UUID, list[Viewing]] = {}
    for each in viewings:
        found.setdefault(each.user, []).append(each)
    return [DayOfUser(user, of_user) for user, of_user in found.items()]


def find_unusual(days: list[DayOfUser], day: date) -> Iterator[Found]:
    """What the rules find, the gravest of each pair only: who is a colleague is not a namesake."""
    earlier = known.earlier_days([each.user for each in days], day)
    staff = _Staff()
    opened = known.patients({one.patient for each in days for one in each.viewings})
    for each in days:
        yield from _of_the_day(each, day, earlier.get(each.user, []))
        for viewing in each.viewings:
            patient = opened.get(viewing.patient)
            rule = patient and staff.rule_for(viewing, patient)
            if rule:
                facts = {"times": viewing.times, "has_changed": viewing.has_changed}
                yield Found(each.user, viewing.patient, rule, viewing.first_entry, facts)


def _of_the_day(of: DayOfUser, day: date, earlier: list[WorkDay]) -> Iterator[Found]:
    many = far_more_charts(len(of.viewings), earlier)
    if many:
        facts = {"charts": many.charts, "usual": many.usual}
        yield Found(of.user, None, "many", of.first_entry, facts)
    if hours := outside_usual_hours(of.hours, day.weekday(), earlier):
        outside = [each for each in of.viewings if each.hours & set(hours)]
        of_day: dict[str, Any] = {"hours": hours, "charts": len(outside)}
        yield Found(of.user, None, "hours", min(each.first_entry for each in outside), of_day)


class _Staff:
    """Who works here, and what of them a patient may share."""

    def __init__(self) -> None:
        self.names = known.names_of_users()
        self.records = known.own_records()
        self.users = {record: user for user, record in self.records.items()}
        self.places = {
            id: one.addresses for id, one in known.patients(self.records.values()).items()
        }
        self.patients = known.count_patients()

    def rule_for(self, viewing: Viewing, patient: OnePatient) -> str:
        own = self.records.get(viewing.user)
        viewer = self.names.get(viewing.user, Name("", ""))
        if viewing.patient == own or (own is None and same_name(viewer, patient.name)):
            return "own_record"
        if viewing.patient in self.users or self._is_named_as_another(viewing.user, patient):
            return "colleague"
        if own is not None and self.places.get(own, frozenset()) & patient.addresses:
            return "address"
        if shares_family_name(viewer, patient.name, 0, self.patients) and shares_family_name(
            viewer, patient.name, known.bearers(patient.name.family), self.patients
        ):
            return "family_name"
        return ""

    def _is_named_as_another(self, user: UUID, patient: OnePatient) -> bool:
        """Of whom the own record is known, a namesake is another person."""
        return any(
            same_name(name, patient.name)
            for id, name in self.names.items()
            if id != user and id not in self.records
        )
