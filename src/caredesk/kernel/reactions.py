"""When an event happened, do something: a job of its own, once, on behalf of who caused it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID, uuid5

from django.db import transaction
from procrastinate.contrib.django import app

from caredesk.kernel import looks
from caredesk.kernel.actor import Actor
from caredesk.kernel.barred import NOBODY
from caredesk.kernel.events import Event, read_event
from caredesk.kernel.models import LoggedEvent, Reacted

_REACTIONS = UUID("5f6f0c9e-3d1c-4d55-9a55-0f0b5b1f8d11")


@dataclass(frozen=True, slots=True)
class Reaction:
    """A function that follows an event. `task` is its name in the queue."""

    task: str
    event: str
    may: frozenset[str]
    function: Callable[[Any, Actor], None]

    def actor(self, logged: LoggedEvent) -> Actor:
        return Actor(
            kind="reaction",
            id=uuid5(_REACTIONS, self.task),
            label=self.task,
            permissions=self.may,
            on_behalf_of=logged.actor,
            door="job",
            barred=NOBODY,
        )


_by_event: dict[str, list[Reaction]] = {}
_by_task: dict[str, Reaction] = {}


def reaction[E: Event](
    event: type[E], *, may: set[str]
) -> Callable[[Callable[[E, Actor], None]], Callable[[E, Actor], None]]:
    """Register `function(event, by)` as a reaction with exactly the permissions in `may`."""

    def register(function: Callable[[E, Actor], None]) -> Callable[[E, Actor], None]:
        room = function.__module__.removeprefix("caredesk.").partition(".")[0]
        task = f"{room}.{function.__name__}"
        found = Reaction(
            task, event.__name__, frozenset(may), cast(Callable[[Any, Actor], None], function)
        )
        _by_event.setdefault(event.__name__, []).append(found)
        _by_task[task] = found
        return function

    return register


def tasks_for(event: Event) -> list[str]:
    return [each.task for each in _by_event.get(event.name, [])]


@app.task(name="kernel.react", queue="reactions", retry=5)
def react(task: str, event: str) -> None:
    """Run one reaction to one event; doing it again does nothing."""
    found = _by_task[task]
    logged = LoggedEvent.objects.get(pk=event)
    with transaction.atomic(), looks.collecting(task):
        _, is_first = Reacted.objects.get_or_create(event=logged.id, task=task)
        if is_first:
            happened = read_event(logged.name, logged.version, logged.body)
            found.function(happened, found.actor(logged))
