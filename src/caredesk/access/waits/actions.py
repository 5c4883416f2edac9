"""A manager lets somebody in who waits because of what others, or the fingers, typed."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from pydantic import BaseModel

from caredesk.access.actions import get_user
from caredesk.access.factors.true_time import true_now
from caredesk.access.waits.gate import account_of
from caredesk.access.waits.models import LiftedWait
from caredesk.access.wider.checks import may_of, refuse_above
from caredesk.kernel.action import action
from caredesk.kernel.actor import Actor
from caredesk.kernel.changes import insert

# So long others may try what they like: the account's own limit is off, that of an address is not.
LIFTED_FOR = timedelta(minutes=30)


class WaitLifted(BaseModel):
    user: UUID
    until: datetime


@action("access.manage", no_undo="The wait begins again with the next wrong passwords.")
def lift_wait(user: UUID, *, by: Actor) -> WaitLifted:
    """Let somebody try again at once, and for half an hour whatever others try meanwhile."""
    found = get_user(user)
    refuse_above(may_of(user), by)
    until = true_now() + LIFTED_FOR
    insert(LiftedWait(user=found, lifted_by=by.id, until=until))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE access_failures SET failures = 0 WHERE account = %s",
            [account_of(found.username)],
        )
    return WaitLifted(user=found.id, until=until)
