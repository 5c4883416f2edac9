"""What each role may do."""

from collections.abc import Iterable

ROLES = ("secretary", "physician", "manager")

_EVERYONE = frozenset(
    {
        "kernel.undo",
        "desk.use",
        "people.view",
        "scheduling.view",
        "access.own_password",
        "people.break_glass",
        "tasks.work",
    }
)
_FRONT_DESK = frozenset({"people.register", "people.change", "scheduling.book"})

PERMISSIONS: dict[str, frozenset[str]] = {
    "secretary": _EVERYONE | _FRONT_DESK | {"scheduling.overbook"},
    "physician": _EVERYONE | _FRONT_DESK | {"scheduling.overbook", "people.restrict"},
    "manager": _EVERYONE
    | _FRONT_DESK
    | {
        "scheduling.overbook",
        "scheduling.setup",
        "practice.setup",
        "workforce.setup",
        "access.manage",
        "audit.view",
        "import.run",
        "people.restrict",
        "privacy.review",
        "tasks.escalated",
    },
}


def permissions_of(roles: Iterable[str]) -> frozenset[str]:
    """Everything that any of the roles may do; an unknown role may do nothing."""
    return frozenset().union(*(PERMISSIONS.get(role, frozenset()) for role in roles))


def manages(roles: Iterable[str]) -> bool:
    """Whether somebody with these roles can let people in and out."""
    return "access.manage" in permissions_of(roles)
