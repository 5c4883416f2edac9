"""An unusual patient, planted through every form and every action of a running Caredesk."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx

FAMILY, GIVEN = "Quaverleysohn", "Zebulonia"
PHONE, MAIL = "(602) 234-0187", "zebulonia@plantedmail.example"
BORN, BORN_TYPED = "1913-07-29", "7/29/1913"
NUMBER = "PLNT-99887766"
SAID = f"Plantedremark of {GIVEN} {FAMILY}"

# What must be nowhere, in small letters. The phone as it is typed, kept and read out.
NEVER = (
    *("quaverley", "zebuloni", "plantedmail", "plantedremark", "99887766"),
    *("234-0187", "2340187", "1913-07-29", "7/29/1913", "29 jul 1913", "datetime.date(1913"),
)


@dataclass
class Form:
    """A form of a page with its fields and what stands in them."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    draft: str = ""


class Forms(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            draft = has.get("data-draft-form", "")
            self.found.append(Form(has.get("action", ""), has.get("method", "get"), draft=draft))
        if not self.found:
            return
        form, name = self.found[-1], has.get("name", "")
        if tag in ("input", "textarea") and name:
            form.kinds[name] = has.get("type", "text")
            form.values.setdefault(name, has.get("value", ""))
        if tag == "select":
            self._select = name
            form.kinds[name] = "select"
        if tag == "option" and self._select and has.get("value"):
            form.values[self._select] = has["value"]


def planted(name: str) -> str:
    """What somebody would type into a field of this name."""
    for part, value in (
        ("birth", BORN_TYPED),
        ("phone", PHONE),
        ("number", PHONE),
        ("mail", MAIL),
        ("given", GIVEN),
        ("value", NUMBER),
        ("text", SAID),
        ("reason", SAID),
        ("dated", BORN_TYPED),
    ):
        if part in name:
            return value
    return FAMILY


@dataclass
class Desk:
    """Somebody signed in at a running Caredesk, by plain HTTP."""

    client: httpx.Client
    username: str
    password: str
    sent: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    known: set[tuple[str, frozenset[str]]] = field(default_factory=set)

    def sign_in(self) -> None:
        token = Forms(self.client.get("/sign-in/").text).found[0].values["csrfmiddlewaretoken"]
        answer = self.client.post(
            "/sign-in/",
            data={
                "csrfmiddlewaretoken": token,
                "username": self.username,
                "password": self.password,
            },
        )
        assert answer.status_code == 302, answer.text

    def post(self, address: str, **sent: Any) -> httpx.Response:
        """With a form's token; signed in again where the session was ended."""
        for _ in range(2):
            token = self._token()
            answer = self.client.post(address, headers={"X-CSRFToken": token}, **sent)
            if not self._is_out(answer):
                break
            self.sign_in()
        self.sent += 1
        self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
        return answer

    def get(self, address: str) -> httpx.Response:
        answer = self.client.get(address)
        if self._is_out(answer):
            self.sign_in()
            answer = self.client.get(address)
        return answer

    def is_new(self, to: str, form: Form) -> bool:
        """Whether no form with these fields was sent there: the bar's stand on every page."""
        same = (to.partition("?")[0], frozenset(form.kinds))
        is_new = same not in self.known
        self.known.add(same)
        return is_new

    def _is_out(self, answer: httpx.Response) -> bool:
        return answer.status_code == 401 or "/sign-in/" in answer.headers.get("Location", "")

    def _token(self) -> str:
        return next(
            (each.value or "" for each in self.client.cookies.jar if "csrf" in each.name), ""
        )


def variants(form: Form) -> Iterator[dict[str, str]]:
    """As it is meant, as it is not, and far too long."""
    typed = [name for name, kind in form.kinds.items() if kind not in ("hidden", "file")]
    free = [name for name in typed if form.kinds[name] != "select"]
    yield form.values | {name: planted(name) for name in free}
    yield form.values | dict.fromkeys(typed, f"{FAMILY} {BORN}")
    yield form.values | dict.fromkeys(typed, (SAID + " ") * 300)
    yield {name: SAID for name in form.values if name != "csrfmiddlewaretoken"}


def send_forms(desk: Desk, address: str, pdf: bytes) -> int:
    """Every form of the page that no page before had, in every variant. How many these were."""
    page = desk.get(address)
    if "text/html" not in page.headers.get("Content-Type", ""):
        return 0
    found = [
        each
        for each in Forms(page.text).found
        if "/sign-out/" not in each.action and desk.is_new(each.action or address, each)
    ]
    for form in found:
        to = form.action or address
        if form.method.lower() != "post":
            desk.get(f"{to}?{'&'.join(f'{name}={FAMILY}' for name in form.values)}")
            continue
        for sent in variants(form):
            desk.post(to, data=sent, files=_files(form, pdf))
        if form.draft:
            typed = {name: [planted(name)] for name in form.values}
            desk.post(
                "/drafts/typed/",
                data={"form": form.draft, "typed": json.dumps(typed), "edition": ""},
            )
            desk.post("/drafts/typed/", data={"form": SAID, "typed": SAID, "edition": SAID})
    return len(found)


def _files(form: Form, pdf: bytes) -> dict[str, Any] | None:
    name = next((name for name, kind in form.kinds.items() if kind == "file"), None)
    return {name: (f"{FAMILY}.pdf", pdf)} if name else None


def inputs(schema: dict[str, Any], known: dict[str, Any], ids: dict[str, str]) -> Any:
    """What an action might be sent, by its description."""
    if "$ref" in schema:
        return inputs(known[schema["$ref"].rpartition("/")[2]], known, ids)
    if "anyOf" in schema:
        return inputs(schema["anyOf"][0], known, ids)
    kind = schema.get("type")
    if kind == "object" and "properties" in schema:
        return {name: _value(name, each, known, ids) for name, each in schema["properties"].items()}
    if kind == "array":
        return [inputs(schema.get("items", {}), known, ids)]
    return _plain(schema, ids)


def _plain(schema: dict[str, Any], ids: dict[str, str]) -> Any:
    chosen = [*schema.get("enum", []), *([schema["const"]] if "const" in schema else [])]
    plain: dict[Any, Any] = {"integer": 1, "number": 1, "boolean": True, "object": {}}
    formats = {
        "uuid": next(iter(ids.values())),
        "date": BORN,
        "date-time": f"{BORN}T09:00:00Z",
        "time": "09:00",
    }
    if chosen:
        return chosen[0]
    return plain.get(schema.get("type"), formats.get(schema.get("format", ""), SAID))


def _value(name: str, schema: dict[str, Any], known: dict[str, Any], ids: dict[str, str]) -> Any:
    text = json.dumps(schema)
    if '"uuid"' in text and '"array"' not in text:
        return ids.get(name, next(iter(ids.values())))
    if '"string"' in text and not re.search(r'"(format|enum|\$ref|array)"', text):
        return planted(name)
    return inputs(schema, known, ids)


def bodies(description: dict[str, Any], ids: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    """Every action's address with what it is sent: fitting, not fitting, and no JSON at all."""
    known = description["components"]["schemas"]
    for address, offered in description["paths"].items():
        schema = offered["post"]["requestBody"]["content"]["application/json"]["schema"]
        fitting = inputs(schema, known, ids)
        yield address, json.dumps(fitting).encode()
        yield address, json.dumps(dict.fromkeys(fitting, SAID)).encode()
        yield address, json.dumps({**fitting, FAMILY: SAID}).encode()
        yield address, json.dumps({name: {FAMILY: [BORN]} for name in fitting}).encode()
        yield address, f'{{"family": "{FAMILY}", "born": {BORN}'.encode()
