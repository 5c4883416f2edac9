"""Every address of the application, so that a new page cannot be forgotten by a test."""

from collections.abc import Iterator
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests import world as cast
from tests.world import World

from caredesk.audit.models import Entry
from caredesk.kernel import clock

# These show nobody by their nature; every other address is opened below.
SHOWS_NOBODY = {
    "health",
    "access:sign_in",
    "access:sign_in_passkey",
    "access:sign_in_passkey_options",
    "access:sign_in_factor",
    "access:sign_in_factor_passkey",
    "access:sign_in_factor_passkey_options",
    "access:sign_in_recovery",
    "access:sign_in_new_password",
    "access:sign_in_set_up",
    "access:sign_in_set_up_app",
    "access:sign_in_set_up_passkey",
    "access:sign_in_set_up_passkey_options",
    "access:sign_in_went_on",
    "access:sign_out",
    "access:sso_start",
    "access:sso_back",
    "access:user_sso",
    "access:end_sign_in_email",
    "access:end_identity",
    "access:locked",
    "access:unlock_passkey",
    "access:leave",
    "access:session",
    "access:active",
    "access:lock",
    "access:aside",
    "access:end_other_sessions",
    "access:end_session",
    "access:remove_pin",
    "access:end_user_sessions",
    "ui:content_policy",
    "ui:echo",
    "ui:undo",
    "ui:typed",
    "ui:end_draft",
    "interfaces:openapi",
    "interfaces:action",
    "privacy:prints",
    "privacy:colleagues",
    "privacy:export",
}

# These answer with a file, which is no page.
SENDS_FILES = {"people:document"}


def arguments_of(world: World, appointments: dict[str, UUID]) -> dict[str, object]:
    """What addresses ask for, by the name under which they do."""
    return {
        "day": clock.today(cast.ZONE),
        "patient": world.patients["lupe"],
        "appointment": appointments["lupe"],
        "relative": world.relative,
        "row": world.relative,
        "hold": appointments["bill"],
        "step": appointments["bill"],
        "cancellation": appointments["bill"],
        "kind": "phones",
        "user": world.users["ben"].id,
        "passkey": world.users["ben"].id,
        "role": "nurse",
        "finding": appointments["bill"],
        "disclosure": appointments["bill"],
        "entry": Entry.objects.filter(subjects__len__gt=0).order_by("-id")[0].id,
        "document": world.document,
        "permission": "people.view",
        "token": appointments["bill"],
        "piece": appointments["lupe"],
        "grant": appointments["bill"],
        "given": appointments["bill"],
        "restriction": appointments["bill"],
        "task": appointments["bill"],
    }


def addresses(arguments: dict[str, object]) -> Iterator[tuple[str, str]]:
    """Every address with its name. What an address asks for must be in `arguments`."""

    def walk(patterns: list[URLPattern | URLResolver], space: str) -> Iterator[tuple[str, str]]:
        for each in patterns:
            if isinstance(each, URLResolver):
                inner = f"{space}{each.namespace}:" if each.namespace else space
                yield from walk(each.url_patterns, inner)
            elif (name := f"{space}{each.name}") not in SHOWS_NOBODY:
                asked = {key: arguments[key] for key in each.pattern.converters}
                yield name, reverse(name, kwargs=asked)

    return walk(get_resolver().url_patterns, "")
