"""Who can sign in to the demo practice: only while it is served on loopback."""

from dataclasses import dataclass
from uuid import UUID

from caredesk.access.actions import add_user
from caredesk.access.rules import permissions_of
from caredesk.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class SignIn:
    """A demo user with the password that is shown at the start."""

    username: str
    password: str
    name: str
    role: str


SIGN_INS = (
    SignIn("rosa", "rosa at the front desk", "Rosa Medina", "secretary"),
    SignIn("chen", "chen sees patients", "Mei Chen", "physician"),
    SignIn("tom", "tom runs the practice", "Tom Hale", "manager"),
    SignIn("nia", "nia receives patients", "Nia Brooks", "nurse"),
    SignIn("lev", "lev writes the bills", "Lev Stern", "biller"),
    SignIn("ida", "ida sees who may what", "Ida Novak", "auditor"),
)


def make_users(by: Actor) -> dict[str, Actor]:
    """The users, each as the actor of what they did in the demo's history."""
    made = {}
    for each in SIGN_INS:
        user = add_user(
            username=each.username,
            name=each.name,
            password=each.password,
            roles=[each.role],
            demo=True,
            by=by,
        ).user
        made[each.username] = _actor(user, each)
    return made


def _actor(user: UUID, of: SignIn) -> Actor:
    return Actor(
        kind="user",
        id=user,
        label=of.name,
        roles=frozenset({of.role}),
        permissions=permissions_of([of.role]),
    )
