"""The one check of whatever gives, resets or ends somebody's access."""

from collections.abc import Set
from uuid import UUID

from caredesk.access.adaptations import in_force
from caredesk.access.events import AccessWidened
from caredesk.access.models import RoleGrant, User
from caredesk.access.rules import permissions_of
from caredesk.access.wider.models import WiderAccess
from caredesk.access.wider.rules import above, only_who
from caredesk.kernel import clock
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import insert
from caredesk.kernel.errors import Refused
from caredesk.kernel.events import publish
from caredesk.kernel.permissions import declared
from caredesk.kernel.under_way import under_way


def roles_of(user: UUID) -> list[str]:
    held = RoleGrant.objects.filter(user=user, ended_at__isnull=True).order_by("role")
    return list(held.values_list("role", flat=True))


def may_of(user: UUID, *more: str) -> frozenset[str]:
    """What somebody may do, or would with more roles, once their access has not ended."""
    return permissions_of([*roles_of(user), *more], in_force())


def beyond(may: Set[str], by: Actor) -> Set[str]:
    """What of it the actor may not. Who works at the server itself has all of it in hand.

    What anybody may do with what is their own is nobody's to give.
    """
    known = declared()
    others = {each for each in may - by.permissions if known[each].whose != "anybody"}
    return frozenset() if by.door == "command" else others


def why_above(may: Set[str], by: Actor) -> str:
    """Why the actor does not act on who may do this; empty where they may."""
    missing = above(beyond(may, by), by.permissions)
    known = declared()
    words = only_who([known[each].sentence for each in missing])
    return f"Only somebody who may {words} can do this." if missing else ""


def refuse_above(may: Set[str], by: Actor) -> None:
    """Nobody acts on who manages access in a way in which they may not."""
    if why := why_above(may, by):
        raise Refused(why, forbidden=True, next_step="Ask your practice manager.")


def give(may: Set[str], by: Actor, *, user: User | None = None, role: str = "") -> None:
    """The action under way gives access to who may do this: refused, or never silent."""
    refuse_above(may, by)
    if not (wider := beyond(may, by)):
        return
    row = WiderAccess(what=under_way().name, user=user, role=role, beyond=sorted(wider))
    row.by, row.by_label, row.at = by.id, by.label, clock.now()
    insert(row)
    publish(AccessWidened(given=row.id))
