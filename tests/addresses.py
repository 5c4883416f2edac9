"""Every address of the application, so that a new page cannot be forgotten by a test."""

from collections.abc import Iterator
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests import world as cast
from tests.world import World

from caredesk.kernel import clock

# These show nobody by their nature; every other address is opened below.
SHOWS_NOBODY = {
    "health",
    "access:sign_in",
    "access:sign_out",
    "ui:echo",
    "ui:undo",
    "ui:typed",
    "ui:end_draft",
    "interfaces:openapi",
    "interfaces:action",
}


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
        "piece": appointments["lupe"],
        "grant": appointments["bill"],
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
