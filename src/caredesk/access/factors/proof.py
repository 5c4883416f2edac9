"""Who acts for somebody's own factors before anybody is signed in.

A session without a proven factor has no actor and opens nothing. What its one open page does (prove
a factor, set one up) it does as this actor, who may do that and nothing else.
"""

from django.http import HttpRequest

from caredesk.access.models import User
from caredesk.kernel.actor import Actor

OWN_FACTORS = "access.own_factors"


def own_actor(user: User, request: HttpRequest) -> Actor:
    return Actor(
        kind="user",
        id=user.id,
        label=user.name,
        permissions=frozenset({OWN_FACTORS}),
        address=request.META.get("REMOTE_ADDR", ""),
    )
