"""What is above somebody, what is beyond them, and how one says what they did."""

from collections.abc import Set

_ACCESS = "access."
_SAYS = {
    "add_user": "let {user} in",
    "restore_user": "gave {user} their access back",
    "grant_role": "gave {user} the role {role}",
    "set_password": "set another password for {user}",
    "reset_factors": "reset the second step of {user}",
    "link_identity": "linked {user} to a person of the provider",
    "note_sign_in_email": "noted the address by which {user} is recognised",
    "give_permission": "adapted the role {role}",
}


def above(may: Set[str], own: Set[str]) -> list[str]:
    """The permissions about access itself that are missing in `own`."""
    return sorted(each for each in may - own if each.startswith(_ACCESS))


def deed_words(what: str, user: str, role: str) -> str:
    """What was done: gave Ana Ruiz the role manager."""
    return _SAYS[what].format(user=user, role=role)


def only_who(sentences: list[str]) -> str:
    """Of what permissions say of themselves ("Let people in and out: users, ...")."""
    parts = [each.partition(":")[0].rstrip(".") for each in sentences]
    return " and ".join(f"{each[0].lower()}{each[1:]}" for each in parts)
