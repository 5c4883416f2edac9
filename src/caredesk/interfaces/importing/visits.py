"""The visits of a patient: read, compared with last time, refused one by one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from caredesk.interfaces.importing.actions import import_visits
from caredesk.interfaces.importing.actions.visits import ImportedVisit, VisitsKept
from caredesk.interfaces.importing.context import (
    CANNOT_GO_ON,
    Context,
    digest_of,
    flaws_of,
    origin_of,
    path_of,
)
from caredesk.interfaces.importing.known import Before
from caredesk.interfaces.importing.outside import identifiers_of
from caredesk.interfaces.importing.report import Grade, Outcome
from caredesk.interfaces.importing.sources import Sent
from caredesk.kernel import clock
from caredesk.kernel.errors import Problem, Refused
from caredesk.practice.queries import SiteLine
from caredesk.scheduling.actions.history import VisitIdentifier
from caredesk.scheduling.fhir import NotKept, read_visit
from caredesk.wire.fhir.element import Flaw
from caredesk.wire.fhir.encounter import Encounter

_OF_VISIT = re.compile(r"visits\.(\d+)(?:\.(.*))?")


@dataclass(slots=True)
class Visits:
    """The visits of one patient that are new or differ, each with what was sent."""

    changed: list[tuple[Sent[Encounter], ImportedVisit, Before | None]] = field(
        default_factory=list
    )

    @property
    def to_keep(self) -> list[ImportedVisit]:
        return [visit for _, visit, _ in self.changed]


def read_visits(context: Context, encounters: Iterable[Sent[Encounter]]) -> Visits:
    """What is new or differs; what becomes no visit is told, what is unchanged is counted."""
    found = Visits()
    now = clock.now()
    for sent in encounters:
        site, outside = _where(context, sent)
        practitioners = _who(context, sent)
        before, digest = context.before(sent), digest_of(sent, site, outside, *practitioners)
        if before is not None and before.digest == digest:
            context.report.count("Encounter", Outcome.UNCHANGED)
            continue
        try:
            read = read_visit(sent.resource, site.time_zone if site else context.zone, now)
        except NotKept as error:
            _tell_not_kept(context, sent, error)
            continue
        visit = ImportedVisit.model_construct(
            origin=origin_of(sent, digest),
            starts_at=read.starts_at,
            ends_at=read.ends_at,
            identifiers=[
                VisitIdentifier.model_construct(system=each.system, value=each.value)
                for each in identifiers_of(sent)
            ],
            state=read.state,
            site=site.id if site else None,
            outside_organization=outside,
            practitioners=practitioners,
            codes=list(read.codes),
            reason=read.reason,
            known=before and before.became,
        )
        found.changed.append((sent, visit, before))
    return found


def keep_visits(context: Context, patient: UUID, visits: Visits) -> None:
    """Keep visits of somebody whose own data are unchanged."""
    while visits.changed:
        try:
            answer = import_visits(patient=patient, visits=visits.to_keep, by=context.by)
        except CANNOT_GO_ON:
            raise
        except Exception as error:
            if isinstance(error, Refused) and drop_refused(context, visits, error):
                continue
            for sent, _, _ in visits.changed:
                context.refuse(sent, error)
            return
        count_kept(context, visits, answer.visits)
        return


def drop_refused(context: Context, visits: Visits, error: Refused) -> bool:
    """Refuse those visits that the error is about; False where it is about anything else."""
    problems: dict[int, list[Problem]] = {}
    for problem in error.problems:
        found = _OF_VISIT.fullmatch(problem.field)
        if found is None:
            return False
        told = Problem(found[2] or "", problem.message, problem.next_step)
        problems.setdefault(int(found[1]), []).append(told)
    for number, told_of in problems.items():
        sent = visits.changed[number][0]
        context.report.refuse(
            "Encounter", sent.place.file, flaws_of(Refused("", problems=told_of), sent.place)
        )
    visits.changed = [each for n, each in enumerate(visits.changed) if n not in problems]
    return bool(problems)


def refuse_visits(context: Context, visits: Visits, message: str) -> None:
    for sent, _, _ in visits.changed:
        context.report.refuse(
            "Encounter", sent.place.file, [Flaw(path_of(sent.place, "subject"), message)]
        )


def count_kept(context: Context, visits: Visits, kept: VisitsKept) -> None:
    """Count them, and tell of those with which it was not so simple."""
    for number, (sent, visit, before) in enumerate(visits.changed):
        if number in kept.of_others:
            context.tell(Grade.MOVED, sent, "was another patient's visit until now", "subject")
            context.report.count("Encounter", Outcome.MOVED)
        elif number in kept.left_out:
            message = "has the identifier of another visit; that one is kept"
            context.tell(Grade.LEFT_OUT, sent, message, "identifier")
            context.report.count("Encounter", Outcome.LEFT_OUT)
        else:
            context.count(sent, before, visit.origin.digest)


def _tell_not_kept(context: Context, sent: Sent[Encounter], error: NotKept) -> None:
    if error.wrong:
        flaw = Flaw(path_of(sent.place, error.element), error.message)
        context.report.refuse("Encounter", sent.place.file, [flaw])
        return
    context.tell(Grade.LEFT_OUT, sent, error.message, error.element)
    context.report.count("Encounter", Outcome.LEFT_OUT)


def _where(context: Context, sent: Sent[Encounter]) -> tuple[SiteLine | None, UUID | None]:
    """The site of ours, or the organisation outside, at which a visit was."""
    reference = sent.resource.service_provider
    if reference is None:
        return None, None
    site = context.site_at(reference, sent)
    if site is not None:
        return site, None
    return None, context.row_of(reference, sent, "serviceProvider", "Organization")


def _who(context: Context, sent: Sent[Encounter]) -> list[UUID]:
    found = []
    for number, each in enumerate(sent.resource.participants):
        if each.individual is None or _is_somebody_else(each.individual.reference):
            continue
        element = f"participant[{number}].individual"
        row = context.row_of(each.individual, sent, element, "Practitioner")
        if row is not None:
            found.append(row)
    return list(dict.fromkeys(found))


def _is_somebody_else(reference: str) -> bool:
    """Relatives take part in visits, too; they come with the patient, not with the visit."""
    return reference.startswith("RelatedPerson/")
