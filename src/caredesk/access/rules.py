"""What each role may do, and what a practice can make of it."""

from collections.abc import Iterable
from dataclasses import dataclass

ROLES: dict[str, str] = {
    "secretary": "Answers the telephone and the door: registers patients, books and moves visits.",
    "physician": "Sees patients, and can do all that the front desk can.",
    "nurse": "Receives patients and books what follows; registers nobody.",
    "biller": "Sees patients and visits in order to bill them; changes nothing.",
    "manager": "Runs the practice: the desk, the set-up, and who may do what.",
    "theatre_nurse": "Sees who is operated on and when; changes no visit.",
    "sterile_technician": "Sees when what is needed; no patient's record or contact.",
    "pharmacist": "Sees who a patient is; no visits.",
    "administrator": "Sets up the practice and lets people in; sees no patient and no visit.",
    "auditor": "Sees who may do what and who looked at whom, and says whether that was right.",
    "patient": "Is treated here: nothing at the desk.",
    "proxy": "Acts for a patient: nothing at the desk.",
}

# Those are not staff: whatever a practice adapts, they get nothing at the desk.
OUTSIDE = frozenset({"patient", "proxy"})
OF_ANYBODY = frozenset({"access.own_password", "access.own_factors", "access.own_session"})
STAFF = tuple(role for role in ROLES if role not in OUTSIDE)

_AT_WORK = OF_ANYBODY | {"desk.use", "kernel.undo", "tasks.work"}
# Who may not see patients has nothing to break the glass for.
_SEES_PATIENTS = frozenset({"people.view", "people.break_glass"})
_FRONT_DESK = (
    _AT_WORK
    | _SEES_PATIENTS
    | {
        "people.register",
        "people.change",
        "scheduling.view",
        "scheduling.book",
        "scheduling.overbook",
        "files.keep",
    }
)
_SET_UP = frozenset({"practice.setup", "workforce.setup", "scheduling.setup"})

_WATCHING = frozenset({"audit.view", "audit.export", "privacy.review"})

# Without all of these in one hand a practice could not be managed any more.
MANAGING = frozenset({"access.view", "access.manage", "access.roles"})

PERMISSIONS: dict[str, frozenset[str]] = {
    "secretary": _FRONT_DESK,
    "physician": _FRONT_DESK | {"people.restrict"},
    "nurse": _AT_WORK
    | _SEES_PATIENTS
    | {"people.change", "scheduling.view", "scheduling.book", "files.keep"},
    "biller": _AT_WORK | _SEES_PATIENTS | {"scheduling.view"},
    "manager": _FRONT_DESK
    | _SET_UP
    | MANAGING
    | _WATCHING
    | {
        "access.tokens",
        "people.restrict",
        "people.end_others_restrictions",
        "privacy.disclosures",
        "tasks.escalated",
        "import.run",
    },
    "theatre_nurse": _AT_WORK | _SEES_PATIENTS | {"scheduling.view"},
    "sterile_technician": _AT_WORK | {"scheduling.view"},
    "pharmacist": _AT_WORK | _SEES_PATIENTS,
    "administrator": _AT_WORK | _SET_UP | MANAGING | {"access.tokens"},
    "auditor": OF_ANYBODY | _WATCHING | {"desk.use", "access.view", "tasks.work"},
    "patient": OF_ANYBODY,
    "proxy": OF_ANYBODY,
}


@dataclass(frozen=True, slots=True)
class Adapted:
    """That this practice gives a role what it has not by itself, or takes what it has."""

    role: str
    permission: str
    is_given: bool


def role_words(role: str) -> str:
    """The role as one says it: theatre nurse."""
    return role.replace("_", " ")


def permissions_of(roles: Iterable[str], adapted: Iterable[Adapted] = ()) -> frozenset[str]:
    """Everything that any of the roles may do; an unknown role may do nothing.

    Who is a patient or acts for one has nothing of the staff's, whatever else is said.
    """
    held, known = set(roles), list(adapted)
    may = frozenset().union(*(of_role(role, known) for role in held))
    return may & OF_ANYBODY if held & OUTSIDE else may


def of_role(role: str, adapted: Iterable[Adapted] = ()) -> frozenset[str]:
    """What one role may do as this practice has it."""
    mine = [each for each in adapted if each.role == role]
    given = {each.permission for each in mine if each.is_given}
    taken = {each.permission for each in mine if not each.is_given}
    return (PERMISSIONS.get(role, frozenset()) | given) - taken


def manages(roles: Iterable[str], adapted: Iterable[Adapted] = ()) -> bool:
    """Whether somebody with these roles can let people in and out, and say what roles may do."""
    return permissions_of(roles, adapted) >= MANAGING


def mixes(roles: Iterable[str]) -> bool:
    """Whether these are roles of staff and of patients: two accounts, not one."""
    held = set(roles)
    return bool(held & OUTSIDE and held - OUTSIDE)
