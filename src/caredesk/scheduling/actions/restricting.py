"""Restricting one visit: a piece of what is kept of a patient."""

from uuid import UUID

from caredesk.kernel.action import about, action, undo_with
from caredesk.kernel.actor import Actor
from caredesk.kernel.errors import Refused
from caredesk.kernel.events import publish
from caredesk.kernel.text import Line
from caredesk.people.actions import restrict_piece
from caredesk.people.actions.restrictions import Restricted
from caredesk.people.rules.restrictions import Kind, Level
from caredesk.scheduling.confidential import PIECE
from caredesk.scheduling.events import AppointmentRestricted
from caredesk.scheduling.kept import day_of, get_appointment


@action(permission="people.restrict")
def restrict_visit(
    appointment: UUID,
    kind: Kind,
    why: Line,
    level: Level = "restricted",
    users: list[UUID] | None = None,
    roles: list[str] | None = None,
    *,
    by: Actor,
) -> Restricted:
    """Let only some see a visit: these users, whoever has one of these roles, and oneself."""
    found = get_appointment(appointment)
    if not found.patients:
        raise Refused("Nobody comes to this visit.", field="appointment")
    made = restrict_piece(
        patient=found.patients[0],
        piece_kind=PIECE,
        piece=found.id,
        kind=kind,
        why=why,
        level=level,
        users=users,
        roles=roles,
        by=by,
    )
    about(*found.patients)
    # Colleagues have the day open; an imported visit stands on no board.
    if found.row.site_id is not None:
        publish(AppointmentRestricted(found.id, found.row.site_id, day_of(found)))
    undo_with("end_restriction", restriction=made.restriction)
    return made
