"""Which pages are about somebody, read off the addresses: those that ask for an id."""

from collections.abc import Iterator
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import UUIDConverter

from caredesk.kernel.action import all_actions
from caredesk.privacy.access_log.rules.words import is_list, is_mark

# Who reviews, discloses or works off a task has opened no chart.
_BESIDE_THE_CHART = {"privacy", "tasks"}


@cache
def about_somebody() -> frozenset[str]:
    """The names of the pages that open one patient, or something of one patient's."""
    names = frozenset(_walk(get_resolver().url_patterns, ""))
    return frozenset(name for name in names if not is_list(name))


@cache
def of_the_chart() -> frozenset[str]:
    """Those of them that open the chart itself: not its mark, nor what is on record of it."""
    return frozenset(
        name
        for name in about_somebody()
        if name.partition(":")[0] not in _BESIDE_THE_CHART and not is_mark(name)
    )


@cache
def done_beside_the_chart() -> frozenset[str]:
    """The names of the actions that are about somebody and no work at the chart."""
    beside = {name for name, each in all_actions().items() if each.room in _BESIDE_THE_CHART}
    # What was undone has a row of its own, under the name of the inverse.
    return frozenset({*beside, "undo"})


def _walk(patterns: list[URLPattern | URLResolver], space: str) -> Iterator[str]:
    for each in patterns:
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from _walk(each.url_patterns, inner)
        elif any(isinstance(one, UUIDConverter) for one in each.pattern.converters.values()):
            yield f"{space}{each.name}"
