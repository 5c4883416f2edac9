"""Organisations and practitioners: outside ones, unless they are mapped to sites of ours."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from caredesk.interfaces.importing.actions import import_organization, import_practitioner
from caredesk.interfaces.importing.context import Context, digest_of, origin_of
from caredesk.interfaces.importing.report import Outcome
from caredesk.interfaces.importing.sources import Sent, identifies
from caredesk.practice.actions import IdentifierInput, keep_outside_organization, map_site
from caredesk.practice.fhir import read_organization
from caredesk.practice.queries import SiteLine
from caredesk.wire.fhir.datatypes import Identifier, Reference
from caredesk.wire.fhir.organization import Organization
from caredesk.wire.fhir.practitioner import Practitioner
from caredesk.wire.fhir.references import Unresolved
from caredesk.workforce.actions import PractitionerIdentifierInput
from caredesk.workforce.fhir import read_practitioner

URL = "urn:ietf:rfc:3986"
_NOT_STATED = IdentifierInput(system="urn:caredesk:outside", value="not-stated")


def keep_organizations(context: Context) -> None:
    """Keep each organisation, but those that are sites of ours."""
    organizations: list[Sent[Organization]] = context.sources.sent["Organization"]
    for number, sent in enumerate(organizations):
        context.screen.progress("Organisations", number, len(organizations))
        with context.step():
            _keep_or_map(context, sent)


def keep_practitioners(context: Context) -> None:
    """Keep each practitioner, with the organisation that most of what was sent speaks for."""
    practitioners: list[Sent[Practitioner]] = context.sources.sent["Practitioner"]
    if not practitioners:
        return
    employers = _employers(context)
    for number, sent in enumerate(practitioners):
        context.screen.progress("Practitioners", number, len(practitioners))
        with context.step():
            _keep_practitioner(context, sent, employers.get(sent))


def _keep_or_map(context: Context, sent: Sent[Organization]) -> None:
    site = _map_to_site(context, sent)
    if site is None:
        _keep_organization(context, sent)
    else:
        context.site_of[sent] = site
        context.report.count("Organization", Outcome.OURS)


def _map_to_site(context: Context, sent: Sent[Organization]) -> SiteLine | None:
    """The site that an organisation is, because it was said now or before."""
    names = {*sent.addresses, *(each.value for each in sent.resource.identifiers)}
    said = next((site for name, site in context.said.items() if name in names), None)
    if said is None:
        return context.mapped_site(sent.addresses)
    for identifier in identifiers_of(sent):
        name = f"{identifier.system}|{identifier.value}"
        if context.mapped.get(name) != said:
            map_site(site=said.id, identifier=identifier, by=context.by)
            context.mapped[name] = said
    return said


def _keep_organization(context: Context, sent: Sent[Organization]) -> None:
    before, digest = context.before(sent), digest_of(sent)
    if before is None or before.digest != digest:
        kept = context.attempt(
            sent,
            lambda: import_organization(
                origin=origin_of(sent, digest),
                organization=read_organization(sent.resource),
                identifiers=identifiers_of(sent),
                by=context.by,
            ),
        )
        if kept is None:
            return
        context.became[sent] = kept.id
    else:
        context.became[sent] = before.became
    context.count(sent, before, digest)


def _keep_practitioner(
    context: Context, sent: Sent[Practitioner], employer: Sent[Organization] | None
) -> None:
    ours = employer in context.site_of
    outside = None if ours or employer is None else context.became.get(employer)
    before, digest = context.before(sent), digest_of(sent, ours)
    if before is None or before.digest != digest:
        kept = context.attempt(
            sent,
            lambda: import_practitioner(
                origin=origin_of(sent, digest),
                practitioner=read_practitioner(sent.resource),
                identifiers=[
                    PractitionerIdentifierInput(system=each.system, value=each.value)
                    for each in identifiers_of(sent)
                ],
                outside_organization=None if ours else outside or _not_stated(context),
                by=context.by,
            ),
        )
        if kept is None:
            return
        context.became[sent] = kept.id
    else:
        context.became[sent] = before.became
    context.count(sent, before, digest)


def _not_stated(context: Context) -> UUID:
    """Where nothing says for whom somebody works, it is not for us."""
    name = "Organisation not stated"
    return keep_outside_organization(name=name, identifiers=[_NOT_STATED], by=context.by).id


def identifiers_of(sent: Sent[Any]) -> list[IdentifierInput]:
    """What it is known by; where that is nothing, the place where it stood."""
    own: Iterable[Identifier] = sent.resource.identifiers
    found = [IdentifierInput(system=e.system, value=e.value) for e in own if identifies(e)]
    return found or [IdentifierInput(system=URL, value=sent.addresses[0])]


def _employers(context: Context) -> dict[Sent[Any], Sent[Any]]:
    """For whom each practitioner works: by role, or else where most of the visits were."""
    found: defaultdict[Sent[Any], Counter[Sent[Any]]] = defaultdict(Counter)
    for role in context.sources.sent["PractitionerRole"]:
        _speak(context, role, role.resource.practitioner, role.resource.organization, found, 10**6)
    for visit in context.sources.sent["Encounter"]:
        for each in visit.resource.participants:
            provider = visit.resource.service_provider
            _speak(context, visit, each.individual, provider, found, 1)
    return {who: counted.most_common(1)[0][0] for who, counted in found.items()}


def _speak(
    context: Context,
    sent: Sent[Any],
    who: Reference | None,
    where: Reference | None,
    found: defaultdict[Sent[Any], Counter[Sent[Any]]],
    weight: int,
) -> None:
    try:
        person, place = context.follow(who, sent), context.follow(where, sent)
        if person is not None and person.kind == "PractitionerRole":
            person = context.follow(person.resource.practitioner, person)
    except Unresolved:
        return
    if person is not None and place is not None and place.kind == "Organization":
        found[person][place] += weight
