"""What a reference points to: in its own bundle first, then in any file that was read."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from caredesk.wire.fhir.datatypes import Identifier, Reference

_RELATIVE = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?")
_CONDITIONAL = re.compile(r"([A-Z][A-Za-z]+)\?identifier=(?:(.*)\|)?([^|&]+)")


class Unresolved(Exception):  # noqa: N818
    """A reference that leads nowhere, and why."""


@dataclass(frozen=True, slots=True)
class Address:
    """How a resource can be pointed to. `document` is the bundle it stands in."""

    document: str
    kind: str
    id: str = ""
    full_url: str = ""
    identifiers: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A reference taken apart: an address, or what the identifier must be."""

    kind: str = ""
    url: str = ""
    system: str = ""
    value: str = ""


class Index[T]:
    """All that was read, by every address it can be pointed to."""

    def __init__(self) -> None:
        self._here: dict[tuple[str, str], T] = {}
        self._anywhere: dict[str, list[T]] = defaultdict(list)

    def add(self, address: Address, thing: T) -> None:
        for name in _names(address):
            self._here.setdefault((address.document, name), thing)
            if not any(each is thing for each in self._anywhere[name]):
                self._anywhere[name].append(thing)

    def find(self, reference: Reference, document: str, full_url: str = "") -> T | None:
        """What a reference in a resource of `document` at `full_url` points to.

        None where nothing that was read answers to it; Unresolved where it cannot be followed,
        or more than one thing does.
        """
        for name in _wanted_names(take_apart(reference), full_url):
            here = self._here.get((document, name))
            if here is not None:
                return here
            anywhere = self._anywhere.get(name, [])
            if len(anywhere) > 1:
                raise Unresolved(f"'{name}' is found in several files with different content")
            if anywhere:
                return anywhere[0]
        return None


def take_apart(reference: Reference) -> Wanted:
    """What a reference asks for. Unresolved where it cannot be followed."""
    text = reference.reference
    if text.startswith("#"):
        raise Unresolved(f"'{text}' is inside the resource; contained resources are not read")
    conditional = _CONDITIONAL.fullmatch(text)
    if conditional:
        kind, system, value = conditional.groups()
        return Wanted(kind=kind, system=system or "", value=value)
    if text:
        relative = _RELATIVE.fullmatch(text)
        return Wanted(kind=relative[1] if relative else reference.type, url=_unversioned(text))
    if reference.identifier is not None:
        found = reference.identifier
        return Wanted(kind=reference.type, system=found.system, value=found.value)
    raise Unresolved("says neither where nor who")


def _names(address: Address) -> Iterable[str]:
    if address.full_url:
        yield _unversioned(address.full_url)
    if address.id:
        yield f"{address.kind}/{address.id}"
    for identifier in address.identifiers:
        yield _identified(address.kind, identifier.system, identifier.value)
        yield _identified("", identifier.system, identifier.value)


def _wanted_names(wanted: Wanted, full_url: str) -> Iterable[str]:
    if not wanted.url:
        yield _identified(wanted.kind, wanted.system, wanted.value)
        return
    base = _base(full_url)
    if base and _RELATIVE.fullmatch(wanted.url):
        yield base + wanted.url
    yield wanted.url


def _identified(kind: str, system: str, value: str) -> str:
    return f"{kind}?identifier={system}|{value}"


def _unversioned(url: str) -> str:
    return url.partition("/_history/")[0]


def _base(full_url: str) -> str:
    """The server of an absolute address: what a relative reference beside it is relative to."""
    if not full_url.startswith(("http://", "https://")):
        return ""
    return "/".join(full_url.split("/")[:-2]) + "/"
