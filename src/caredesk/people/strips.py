"""The quiet strip on every page of a patient whose glass one has broken, with the time left."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from uuid import UUID

from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import barred
from caredesk.kernel.ids import new_id
from caredesk.practice.queries import zone_of
from caredesk.ui import registry, times


@dataclass(frozen=True, slots=True)
class GlassStrip:
    """Until when one looks. It reads nothing: the door has read it with the session."""

    grant: UUID
    until: datetime
    left: str
    seconds_left: int
    zone: str
    template: str = "people/glass_strip.html"
    key: UUID = field(default_factory=new_id)


def glass_strips(viewer: Actor, about: Iterable[UUID]) -> list[GlassStrip]:
    lifted = barred(viewer).lifted if viewer.barred is not None else {}
    found = {lifted[id].grant: lifted[id] for id in about if id in lifted}
    now = clock.now()
    return [
        GlassStrip(
            each.grant,
            each.until,
            times.wait_words(each.until - now),
            ceil((each.until - now).total_seconds()),
            zone_of(viewer),
        )
        for each in found.values()
    ]


registry.add_strip(glass_strips)
