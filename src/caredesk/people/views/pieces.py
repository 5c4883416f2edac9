"""Where what is kept of a patient is opened: the rooms above have the pages."""

from uuid import UUID

from django.urls import resolve, reverse

from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import barred
from caredesk.ui.permitted import needed_by

# By the kind of piece.
PAGES = {"appointment": "scheduling:appointment"}


def address_of(viewer: Actor, name: str, id: UUID) -> str:
    """The page of this name about a patient or a piece; empty where `viewer` may not open it."""
    if id in barred(viewer):
        return ""
    address = reverse(name, args=[id])
    needed = needed_by(resolve(address).func)
    return address if needed is None or needed.allows(viewer) else ""
