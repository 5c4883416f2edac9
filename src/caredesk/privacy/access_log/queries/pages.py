"""Which pages are about somebody, read off the addresses: those that ask for an id."""

from collections.abc import Iterator
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import UUIDConverter

from caredesk.privacy.access_log.rules.words import is_list


@cache
def about_somebody() -> frozenset[str]:
    """The names of the pages that open one patient, or something of one patient's."""
    names = frozenset(_walk(get_resolver().url_patterns, ""))
    return frozenset(name for name in names if not is_list(name))


def _walk(patterns: list[URLPattern | URLResolver], space: str) -> Iterator[str]:
    for each in patterns:
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from _walk(each.url_patterns, inner)
        elif any(isinstance(one, UUIDConverter) for one in each.pattern.converters.values()):
            yield f"{space}{each.name}"
