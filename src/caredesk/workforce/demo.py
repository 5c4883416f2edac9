"""The demo practice's practitioners: nobody by these names works anywhere."""

from dataclasses import dataclass
from uuid import UUID

from caredesk.kernel.actor import Actor
from caredesk.workforce.actions import add_practitioner


@dataclass(frozen=True, slots=True)
class DemoPractitioner:
    """A practitioner; `username` where there is a sign-in."""

    key: str
    prefix: str
    given: str
    family: str
    suffix: str
    specialty: str
    username: str = ""


PRACTITIONERS = (
    DemoPractitioner("chen", "Dr.", "Mei", "Chen", "MD", "Family medicine", "chen"),
    DemoPractitioner("okafor", "Dr.", "Samuel", "Okafor", "MD", "Family medicine"),
    DemoPractitioner("ruiz", "Dr.", "Elena", "Ruiz", "MD", "Pediatrics"),
    DemoPractitioner("haddad", "Dr.", "Amir", "Haddad", "DO", "Internal medicine"),
    DemoPractitioner("lindholm", "", "Grace", "Lindholm", "NP", "Family medicine"),
    DemoPractitioner("nair", "Dr.", "Priya", "Nair", "MD", "Internal medicine"),
)


def make_practitioners(users: dict[str, Actor], by: Actor) -> dict[str, UUID]:
    """The practitioners by key."""
    return {
        each.key: add_practitioner(
            family=each.family,
            given=each.given,
            prefix=each.prefix,
            suffix=each.suffix,
            specialty=each.specialty,
            user=users[each.username].id if each.username else None,
            by=by,
        ).practitioner
        for each in PRACTITIONERS
    }
