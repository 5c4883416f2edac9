"""Every form of every page, found as a browser finds it, with what stands in its fields."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from django.db import connection, transaction
from django.test import Client

import caredesk

_ASKED = re.compile(r"""GET(?:\.get|\.getlist)?[\[(]["'](\w+)["']""")
# Named in the code by a loop or a form, not by the text of their name.
_BY_LOOPS = {"family", "given", "birth_date", "phone", "visit_type", "time", "at", "resource"}


@cache
def query_names() -> frozenset[str]:
    """Every name that some page reads behind the question mark of its address."""
    source = Path(caredesk.__file__).parent
    texts = (path.read_text() for path in source.rglob("*.py") if "tests" not in path.parts)
    return frozenset(name for text in texts for name in _ASKED.findall(text)) | _BY_LOOPS


@dataclass
class Form:
    """Where it is sent, and what would be sent of the untouched form."""

    page: str
    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> list[str]:
        """The fields that somebody types into."""
        typed = {"text", "search", "tel", "email", "password", "textarea", "date", "time"}
        return [name for name, kind in self.kinds.items() if kind in typed]


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self._select = page, ""
        self.found: list[Form] = []
        self._form: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form" and has.get("method", "").lower() == "post":
            self._form = Form(self.page, has.get("action") or self.page)
            self.found.append(self._form)
        if self._form is None:
            return
        name = has.get("name", "")
        if tag in ("input", "textarea") and name:
            self._field(self._form, tag, name, has)
        if tag == "select":
            self._select = name
            self._form.kinds[name] = "select"
        if tag == "option" and self._select and self._is_chosen(self._form, has):
            self._form.values[self._select] = [has.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = ""

    def _is_chosen(self, form: Form, has: dict[str, str]) -> bool:
        return "selected" in has or self._select not in form.values

    def _field(self, form: Form, tag: str, name: str, has: dict[str, str]) -> None:
        kind = "textarea" if tag == "textarea" else has.get("type", "text")
        form.kinds[name] = kind
        is_pressed = kind in ("checkbox", "radio")
        if not is_pressed or "checked" in has:
            form.values.setdefault(name, []).append(has.get("value", "on" if is_pressed else ""))


def forms_of(address: str, page: str) -> Iterator[Form]:
    """The forms that are sent by POST."""
    reader = _Reader(address)
    reader.feed(page)
    yield from reader.found


@contextmanager
def taken_back(client: Client) -> Iterator[None]:
    """Whatever happens within has not happened; also the browser has the cookies it had.

    What the end of the transaction would find is found at once.
    """
    cookies = deepcopy(client.cookies)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield
        transaction.set_rollback(True)
    client.cookies = cookies
