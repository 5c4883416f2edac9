"""Who has no second factor when one is asked for from now on."""

from collections.abc import Collection
from uuid import UUID

from caredesk.access.factors.queries import users_with_factors
from caredesk.access.locking import state
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import note
from caredesk.kernel.errors import Refused


def sign_out_without_factor(users: Collection[UUID], by: Actor) -> None:
    """Within an action: their sessions end, so that the demand holds at once.

    Whoever asks for it keeps working, and is asked to have a factor first.
    """
    without = set(users) - users_with_factors()
    if by.id in without:
        raise Refused(
            "You have no second factor yourself yet, and this would sign you out.",
            next_step="Add a passkey or an authenticator app in your account first.",
        )
    for session, user, browser in state.end_of(without):
        note("access_session", session, was={"user_id": str(user), "browser": browser})
