"""Patients with their visits: matched, compared with last time, kept one by one."""

from collections import defaultdict
from dataclasses import replace
from uuid import UUID

from caredesk.interfaces.importing.actions import import_patient
from caredesk.interfaces.importing.actions.patients import PatientImported
from caredesk.interfaces.importing.context import (
    CANNOT_GO_ON,
    Context,
    digest_of,
    origin_of,
    path_of,
)
from caredesk.interfaces.importing.matching import Match, looks_like, match
from caredesk.interfaces.importing.report import Grade, Outcome
from caredesk.interfaces.importing.sources import Sent
from caredesk.interfaces.importing.visits import (
    Visits,
    count_kept,
    drop_refused,
    keep_visits,
    read_visits,
    refuse_visits,
)
from caredesk.kernel import clock
from caredesk.kernel.errors import Refused
from caredesk.people.actions.typed import read_mail
from caredesk.people.fhir import At, SentPatient, read_patient, states
from caredesk.people.rules.phones import read_phone
from caredesk.wire.fhir.datatypes import Reference
from caredesk.wire.fhir.element import Flaw
from caredesk.wire.fhir.encounter import Encounter
from caredesk.wire.fhir.patient import Patient
from caredesk.wire.fhir.references import Unresolved


def keep_patients(context: Context) -> None:
    """Keep each patient with all visits, and visits of patients who came before."""
    patients: list[Sent[Patient]] = context.sources.sent["Patient"]
    by_patient, of_known = _group(context)
    for number, sent in enumerate(patients):
        context.screen.progress("Patients", number, len(patients))
        with context.step():
            _keep_patient(context, sent, by_patient.pop(sent, []))
    for encounters in by_patient.values():
        for each in encounters:
            _refuse(context, each, "subject", "its patient was refused")
    for patient, encounters in of_known.items():
        with context.step():
            keep_visits(context, patient, read_visits(context, encounters))
    context.screen.progress("Patients", len(patients), len(patients))


def _group(
    context: Context,
) -> tuple[dict[Sent[Patient], list[Sent[Encounter]]], dict[UUID, list[Sent[Encounter]]]]:
    """Encounters by the patient in these files, or by the one who came in before."""
    here: defaultdict[Sent[Patient], list[Sent[Encounter]]] = defaultdict(list)
    before: defaultdict[UUID, list[Sent[Encounter]]] = defaultdict(list)
    for sent in context.sources.sent["Encounter"]:
        try:
            patient = context.follow(sent.resource.subject, sent)
            known = None if patient else context.row("Patient", sent.resource.subject)
        except Unresolved as error:
            _refuse(context, sent, "subject", str(error))
            continue
        if patient is not None and patient.kind == "Patient":
            here[patient].append(sent)
        elif known is not None:
            before[known].append(sent)
        else:
            _refuse(context, sent, "subject", _nobody(sent.resource.subject))
    return here, before


def _keep_patient(context: Context, sent: Sent[Patient], encounters: list[Sent[Encounter]]) -> None:
    at = At(clock.now(), context.zone)
    before, digest = context.before(sent), digest_of(sent, *states(sent.resource, at))
    visits = read_visits(context, encounters)
    if before is not None and before.digest == digest:
        context.report.count("Patient", Outcome.UNCHANGED)
        keep_visits(context, before.became, visits)
        return
    read = _without_bad_mail(context, sent, read_patient(sent.resource, at))
    found = match(
        context.by,
        read,
        sent.resource.identifiers,
        before.became if before else None,
        is_sure=before is not None and before.address == sent.addresses[0],
    )
    if found.conflict:
        context.report.refuse(
            "Patient", sent.place.file, [Flaw(path_of(sent.place, "identifiers"), found.conflict)]
        )
        refuse_visits(context, visits, "its patient was refused")
        return
    _import(context, sent, found, visits, digest)


def _import(
    context: Context, sent: Sent[Patient], found: Match, visits: Visits, digest: str
) -> None:
    likely = looks_like(context.by, found.sent) if found.patient is None else []
    try:
        answer = _at_once(context, sent, found, visits, digest)
    except CANNOT_GO_ON:
        raise
    except Exception as error:
        context.refuse(sent, error)
        refuse_visits(context, visits, "its patient was refused")
        return
    is_known = found.patient is not None or (context.dry and _foresee(context, sent, found, answer))
    context.report.count("Patient", Outcome.UPDATED if is_known else Outcome.ADDED)
    count_kept(context, visits, answer.visits)
    _tell(context, sent, found)
    for each in answer.kept_ours:
        context.tell(Grade.KEPT, sent, "was changed here and in the file; ours is kept", each)
    for other in likely:
        message = f"{answer.record_number} looks like {other.record_number}"
        context.tell(Grade.LOOKS_LIKE, sent, f"{message} ({', '.join(other.reasons)})")


def _foresee(context: Context, sent: Sent[Patient], found: Match, answer: PatientImported) -> bool:
    """Whether somebody new is one whom this dry run has taken in and taken back before."""
    foreseen, identifiers = context.foreseen, sent.resource.identifiers
    if foreseen.is_known(found.sent, identifiers):
        return True
    for met, likeness in foreseen.alike(found.sent):
        message = f"{answer.record_number} looks like {met.place}"
        context.tell(Grade.LOOKS_LIKE, sent, f"{message} ({', '.join(likeness.reasons)})")
    foreseen.remember(found.sent, identifiers, f"{sent.place.file}: {sent.place.path}")
    return False


def _at_once(
    context: Context, sent: Sent[Patient], found: Match, visits: Visits, digest: str
) -> PatientImported:
    """The patient and all visits in one transaction; without those visits that are refused."""
    while True:
        try:
            return import_patient(
                origin=origin_of(sent, digest),
                sent=found.sent,
                visits=visits.to_keep,
                patient=found.patient,
                by=context.by,
            )
        except Refused as error:
            if not drop_refused(context, visits, error):
                raise


def _tell(context: Context, sent: Sent[Patient], found: Match) -> None:
    for element, message in (*found.sent.remarks, *found.remarks):
        context.tell(Grade.WARNING, sent, message, element)
    for phone in found.sent.phones:
        read = read_phone(phone.number)
        if read.warning:
            message = f"'{read.as_typed[:60]}' is kept as it was typed. {read.warning}"
            context.tell(Grade.WARNING, sent, message, "phones")


def _without_bad_mail(context: Context, sent: Sent[Patient], read: SentPatient) -> SentPatient:
    good = []
    for address in read.emails:
        try:
            good.append(read_mail(address, field="emails"))
        except Refused as error:
            message = f"'{address[:60]}' is left out. {error.message}"
            context.tell(Grade.WARNING, sent, message, "emails")
    return replace(read, emails=tuple(good))


def _nobody(reference: Reference | None) -> str:
    if reference is None:
        return "a visit needs its patient"
    name = reference.reference or reference.display or "who it says"
    return f"'{name[:80]}' is neither in these files nor imported before"


def _refuse(context: Context, sent: Sent[Encounter], element: str, message: str) -> None:
    flaw = Flaw(path_of(sent.place, element), message)
    context.report.refuse("Encounter", sent.place.file, [flaw])
