"""The whole import: everything that was read, kept one by one, each failure told and passed over.

Organisations first, then practitioners, then each patient with all visits: what comes later points
to what came before.
"""

from dataclasses import replace
from itertools import chain

from caredesk.interfaces.importing.context import Context
from caredesk.interfaces.importing.known import Known
from caredesk.interfaces.importing.outside import keep_organizations, keep_practitioners
from caredesk.interfaces.importing.patients import keep_patients
from caredesk.interfaces.importing.screen import Screen
from caredesk.interfaces.importing.sources import Sources
from caredesk.kernel.actor import Actor
from caredesk.practice.models import OutsideIdentifier
from caredesk.practice.queries import SiteLine, sites, zone_of


def keep_everything(
    sources: Sources, by: Actor, screen: Screen, said: dict[str, SiteLine], *, dry: bool = False
) -> None:
    """Keep what was read; `said` are sites of ours by the identifiers of organisations.

    A `dry` run does everything and takes each thing back at once.
    """
    here = sites(by)
    by = replace(by, zone=zone_of(by))
    context = Context(
        sources=sources,
        by=by,
        screen=screen,
        known=Known.of(chain.from_iterable(sources.sent.values())),
        zone=by.zone,
        dry=dry,
        said=said,
        mapped=_mapped_before(here),
    )
    keep_organizations(context)
    keep_practitioners(context)
    keep_patients(context)


def _mapped_before(here: list[SiteLine]) -> dict[str, SiteLine]:
    by_id = {site.id: site for site in here}
    rows = OutsideIdentifier.objects.filter(site__isnull=False)
    return {
        f"{system}|{value}": by_id[site]
        for system, value, site in rows.values_list("system", "value", "site")
    }
