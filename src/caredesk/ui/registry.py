"""What higher rooms put on the pages: rail entries, commands of the bar, sections of panels.

A room registers in its `AppConfig.ready`:

    registry.add_rail(RailEntry("Patients", "people:list", icon="patients", key="p", ...))
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from caredesk.kernel.actor import Actor
from caredesk.ui.permitted import may_open


@cache
def _address_of(url: str) -> str:
    return reverse(url)


@dataclass(frozen=True, slots=True)
class RailEntry:
    """A place of its own, at the left of every page. `url` is a URL's name."""

    name: str
    url: str
    icon: str
    permission: str
    key: str = ""
    position: int = 50
    counts: str | None = None
    """What is counted beside its name ("glass"; "" for all), by `count_rail_with`."""

    @property
    def address(self) -> str:
        return _address_of(self.url)


@dataclass(frozen=True, slots=True)
class Command:
    """Something to do, found in the bar by its name or by other `words` one would say."""

    name: str
    url: str
    permission: str
    words: tuple[str, ...] = ()
    key: str = ""

    @property
    def address(self) -> str:
        return _address_of(self.url)


@dataclass(frozen=True, slots=True)
class Section:
    """A room's share of a panel about something ("patient").

    `facts` reads what the template shows; None leaves the section out. A page shows its own
    facts in the middle: positions below 50 come before them.
    """

    panel: str
    title: str
    template: str
    facts: Callable[[Actor, UUID], Mapping[str, Any] | None]
    permission: str
    position: int = 50


@dataclass(frozen=True, slots=True)
class ShownSection:
    title: str
    template: str
    facts: Mapping[str, Any]
    position: int = 50


def _nothing(_: HttpRequest) -> str:
    return ""


def _finds_nobody(_: Actor) -> str:
    return "Say what to do"


@dataclass(slots=True)
class Home:
    """What higher rooms put around every panel: the practice's name, the day in the middle, and the
    cover of a locked screen. `bar` is what the bar invites to.
    """

    practice: Callable[[HttpRequest], str] = _nothing
    middle: Callable[[HttpRequest], str] = _nothing
    cover: Callable[[HttpRequest], str] = _nothing
    bar: Callable[[Actor], str] = _finds_nobody


home = Home()
_rail: dict[str, RailEntry] = {}
_commands: dict[str, Command] = {}
_sections: dict[tuple[str, str], Section] = {}


type Counts = Callable[[Actor], Mapping[str, int]]
_counts: list[Counts] = []


def count_rail_with(counts: Counts) -> None:
    """How many of what stand for a viewer, for the rail; one statement a whole page."""
    _counts[:] = [counts]


def rail_counts(viewer: Actor) -> Mapping[str, int]:
    is_counted = any(entry.counts is not None for entry in rail_for(viewer))
    return _counts[0](viewer) if _counts and is_counted else {}


class Strip(Protocol):
    """A line under the head of a panel; its template reads it as `strip`."""

    @property
    def template(self) -> str: ...


type Strips = Callable[[Actor, Sequence[UUID]], Sequence[Strip]]
_strips: dict[str, Strips] = {}


def add_strip(strips: Strips) -> None:
    """What stands under the head of every panel about some ids, where there is anything to say."""
    _strips[f"{strips.__module__}.{strips.__name__}"] = strips


def strips_for(viewer: Actor, about: Sequence[UUID]) -> list[Strip]:
    return [each for strips in _strips.values() for each in strips(viewer, about)] if about else []


def add_rail(entry: RailEntry) -> None:
    _rail[entry.name] = entry


def add_command(command: Command) -> None:
    _commands[command.name] = command


def add_section(section: Section) -> None:
    _sections[section.panel, section.title] = section


def rail_for(viewer: Actor) -> list[RailEntry]:
    allowed = [entry for entry in _rail.values() if _is_offered(viewer, entry)]
    return sorted(allowed, key=lambda entry: (entry.position, entry.name))


def commands_for(viewer: Actor) -> list[Command]:
    allowed = [command for command in _commands.values() if _is_offered(viewer, command)]
    return sorted(allowed, key=lambda command: command.name)


def _is_offered(viewer: Actor, place: RailEntry | Command) -> bool:
    """By its own permission, and by that of the page to which it leads."""
    return viewer.may(place.permission) and may_open(viewer, place.url)


def places() -> list[tuple[str, str]]:
    """Everything registered here, with the permission it names."""
    return [
        *[(f"The rail's entry {name}", each.permission) for name, each in _rail.items()],
        *[(f"The command {name}", each.permission) for name, each in _commands.items()],
        *[(f"The section {name}", each.permission) for (_, name), each in _sections.items()],
    ]


def find_commands(viewer: Actor, text: str) -> list[Command]:
    """The commands of which every typed word begins a word; those by their name first."""
    typed = text.lower().split()
    if not typed:
        return []
    named = [each for each in commands_for(viewer) if _fits(typed, each.name)]
    said = [each for each in commands_for(viewer) if _fits(typed, " ".join(each.words))]
    return list(dict.fromkeys(named + said))


def _fits(typed: Sequence[str], words: str) -> bool:
    known = words.lower().split()
    return all(any(word.startswith(each) for word in known) for each in typed)


def sections_of(panel: str, viewer: Actor, id: UUID) -> list[ShownSection]:
    """The sections of a panel in their order, each read by its own room."""
    wanted = [
        section
        for section in _sections.values()
        if section.panel == panel and viewer.may(section.permission)
    ]
    wanted.sort(key=lambda section: (section.position, section.title))
    read = [(section, section.facts(viewer, id)) for section in wanted]
    return [
        ShownSection(section.title, section.template, facts, section.position)
        for section, facts in read
        if facts is not None
    ]
