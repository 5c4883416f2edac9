"""The resources in a FHIR document, each with its place and its address."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from caredesk.wire.fhir.element import Element, Flaw, Unusable

BUNDLE_TYPES = ("transaction", "batch", "collection", "searchset", "document", "message")
_BUNDLE = ("resourceType", "meta", "language", "identifier", "type", "timestamp", "total", "link")
_ENTRY = ("link", "fullUrl", "resource", "search", "request", "response")


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource as sent, where it stands, and the address it is known by ("" where none)."""

    kind: str
    resource: dict[str, Any]
    path: str
    full_url: str = ""

    def element(self) -> Element:
        return Element(self.resource, self.path)


def read_entries(document: Any, flaws: list[Flaw]) -> Iterator[Entry]:
    """The resources of a bundle, or the one resource that the document is.

    An entry that is none is noted in `flaws` and passed over. Unusable where the whole document
    is not FHIR.
    """
    if not isinstance(document, dict):
        raise _refused("$", "this is JSON, but not a FHIR resource: that is an object")
    kind = document.get("resourceType")
    if not isinstance(kind, str) or not kind:
        raise _refused("$", "this is JSON, but not FHIR: there is no resourceType")
    if kind == "Bundle":
        yield from _bundled(Element(document, "Bundle", flaws))
    else:
        yield Entry(kind, document, kind)


def _bundled(bundle: Element) -> Iterator[Entry]:
    bundle.knows_only((*_BUNDLE, "entry", "signature"))
    kind = bundle.value.get("type")
    if kind == "history":
        raise _refused("Bundle.type", "a history holds old versions; export the current ones")
    if kind not in BUNDLE_TYPES:
        raise _refused("Bundle.type", f"must be one of {', '.join(BUNDLE_TYPES)}")
    if not isinstance(bundle.value.get("entry", []), list):
        raise _refused("Bundle.entry", "must be a list")
    for element in bundle.children("entry"):
        entry = _read_entry(element)
        if entry is not None:
            yield entry


def _read_entry(element: Element) -> Entry | None:
    element.knows_only(_ENTRY)
    request, search = element.child("request"), element.child("search")
    method = request.text("method") if request else ""
    if method in ("DELETE", "GET", "HEAD", "PATCH"):
        element.odd("request.method", f"{method} is not carried out here; left out")
        return None
    if search and search.text("mode") == "outcome":
        return None
    resource = element.child("resource")
    if resource is None:
        if "resource" not in element.value:
            element.odd("resource", "is missing; this entry is left out")
        return None
    kind = resource.value.get("resourceType")
    if not isinstance(kind, str) or not kind:
        resource.wrong("resourceType", "is needed")
        return None
    return Entry(kind, resource.value, resource.path, element.text("fullUrl", longest=1_000))


def _refused(path: str, message: str) -> Unusable:
    return Unusable([Flaw(path, message)])
