"""Whatever is sent to whichever action: it is done or refused in words, and never goes wrong."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import world as cast
from tests.world import World

from caredesk.access.models import RoleGrant
from caredesk.access.rules import STAFF
from caredesk.interfaces.actions.description import describe_actions
from caredesk.kernel.action import offered_actions
from caredesk.kernel.ids import new_id

A_TIME = re.compile(r"\d{4}-\d\d-\d\d|\d\d:\d\d")
DEEP = "nested 2,000 levels"
HOSTILE: list[Any] = [
    None,
    True,
    "",
    " ",
    "x" * 5_000,
    "\x00",
    "a\x07b",
    "\ud800",
    "\u202e\ufeff",
    "%s {} \\ ' \" --",
    "𝒜́" * 60,
    0,
    -1,
    2**31,
    2**63,
    10**400,
    0.5,
    float("nan"),
    float("inf"),
    1e300,
    [],
    {},
    [[]],
    {"\x00": 1},
    {"\udfff": {"a": float("inf")}},
    DEEP,
    "00000000-0000-0000-0000-000000000000",
]
HOSTILE_TIMES = [
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "1850-01-01T00:00:00+14:00",
    "2200-12-31T23:59:59-14:00",
    "1850-01-01",
    "2200-12-31",
    "2026-03-08T02:30:00",
    "2026-11-01T01:30:00",
    "24:00",
    "00:00:00+14:00",
]
DAYS = st.sampled_from(["1850-01-01", "1974-03-07", "2026-11-24", "2199-12-31"])
CLOCKS = st.sampled_from(["00:00", "08:00:00", "23:55", "12:01:02.5", "09:00+14:00"])
TEXTS = st.sampled_from(["Ana", "0", "(602) 234-0142", "ana@example.org", "UTC", "manager", "sky"])


class Bodies:
    """Bodies that fit the description of an action, with ids that exist.

    A `whole` one leaves nothing out that could be said.
    """

    def __init__(self, ids: dict[str, list[UUID]], *, whole: bool = False) -> None:
        self.ids = ids
        self.whole = whole
        self.schemas = describe_actions()["components"]["schemas"]
        self.every = sorted({str(id) for known in ids.values() for id in known})

    def of(self, action: str) -> st.SearchStrategy[Any]:
        posted = describe_actions()["paths"][f"/api/actions/{action}"]["post"]
        return self.fitting(posted["requestBody"]["content"]["application/json"]["schema"], "")

    def fitting(self, schema: dict[str, Any], name: str) -> st.SearchStrategy[Any]:
        if "$ref" in schema:
            return self.fitting(self.schemas[schema["$ref"].rpartition("/")[2]], name)
        if "anyOf" in schema:
            possible = schema["anyOf"][: 1 if self.whole else None]
            return st.one_of([self.fitting(each, name) for each in possible])
        if "enum" in schema or "const" in schema:
            return st.sampled_from(schema.get("enum") or [schema["const"]])
        makers: dict[str, Callable[[dict[str, Any], str], st.SearchStrategy[Any]]] = {
            "object": self.object,
            "array": self.array,
            "string": self.text,
            "integer": lambda schema, _: st.integers(
                schema.get("minimum", -5), schema.get("maximum", 2_000)
            ),
            "boolean": lambda *_: st.booleans(),
            "null": lambda *_: st.none(),
        }
        return makers[schema["type"]](schema, name)

    def object(self, schema: dict[str, Any], name: str) -> st.SearchStrategy[Any]:
        if "properties" not in schema:
            return st.dictionaries(TEXTS, TEXTS, max_size=2)
        known = {each: self.fitting(inner, each) for each, inner in schema["properties"].items()}
        needed = set(known if self.whole else schema.get("required", ()))
        return st.fixed_dictionaries(
            {each: inner for each, inner in known.items() if each in needed},
            optional={each: inner for each, inner in known.items() if each not in needed},
        )

    def array(self, schema: dict[str, Any], name: str) -> st.SearchStrategy[Any]:
        least = schema.get("minItems", int(self.whole))
        if "prefixItems" in schema:
            return st.tuples(*[self.fitting(each, name) for each in schema["prefixItems"]])
        return st.lists(self.fitting(schema["items"], name), min_size=least, max_size=least + 2)

    def text(self, schema: dict[str, Any], name: str) -> st.SearchStrategy[Any]:
        match schema.get("format"):
            case "uuid":
                return st.sampled_from([str(id) for id in self.ids.get(name, ())] or self.every)
            case "date":
                return DAYS
            case "date-time":
                ends = st.sampled_from(["", "Z", "-05:00", "+14:00"])
                return st.builds("{}T{}{}".format, DAYS, CLOCKS.map(lambda at: at[:5]), ends)
            case "time":
                return CLOCKS
        return TEXTS


def spoiled(body: Any, random: Random) -> Iterator[Any]:
    """The body again and again, with something hostile in place of one thing in it."""
    if isinstance(body, dict) and body:
        for name, inner in body.items():
            yield from ({**body, name: each} for each in spoiled(inner, random))
    elif isinstance(body, list | tuple) and body:
        for place, inner in enumerate(body):
            for each in spoiled(inner, random):
                yield [*body[:place], each, *body[place + 1 :]]
    elif isinstance(body, str) and A_TIME.match(body):
        yield from HOSTILE_TIMES
    else:
        yield random.choice(HOSTILE)


def written(body: Any) -> str:
    return json.dumps(body).replace(json.dumps(DEEP), "[" * 2_000 + "]" * 2_000)


@pytest.fixture
def world(db: None) -> World:
    return cast.build()


@pytest.fixture
def client(world: World) -> Client:
    mia = world.users["mia"]
    for role in set(STAFF) - {"manager"}:
        RoleGrant.objects.create(user=mia, role=role)
    client = Client()
    client.force_login(mia)
    cast.has_just_proved(client)
    return client


@pytest.fixture
def bodies(world: World) -> Bodies:
    booked = list(cast.book_everybody(world).values())
    return Bodies(
        {
            "patient": list(world.patients.values()),
            "appointment": booked,
            "visit_type": list(world.visit_types.values()),
            "site": list(world.sites.values()),
            "resource": list(world.resources.values()),
            "resources": list(world.resources.values()),
            "user": [user.id for user in world.users.values()],
            "nobody": [new_id()],
        }
    )


def send_many(action: str, bodies: Bodies, send: Callable[[str, str], None]) -> None:
    """A few bodies that fit the action, and whole ones of which one thing each is spoiled."""

    @few(3)
    @given(body=bodies.of(action))
    def as_described(body: Any) -> None:
        send(action, written(body))

    @few(1)
    @given(body=Bodies(bodies.ids, whole=True).of(action), random=st.randoms())
    def as_nobody_should(body: Any, random: Random) -> None:
        for each in spoiled(body, random):
            send(action, written(each))

    as_described()
    as_nobody_should()


def few(examples: int) -> settings:
    return settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def test_no_input_of_any_action_makes_it_fail(client: Client, bodies: Bodies) -> None:
    answers: Counter[int] = Counter()
    failed: dict[str, str] = {}

    def send(action: str, body: str) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            # What the end of the transaction would find is found now; and then nothing happened.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            address = f"/api/actions/{action}"
            answer = client.post(address, body, content_type="application/json")
            transaction.set_rollback(True)
        answers[answer.status_code] += 1
        if answer.status_code >= 500:
            failed.setdefault(action, body[:300])

    for action in offered_actions():
        send_many(action, bodies, send)
    assert failed == {}
    assert answers.keys() <= {200, 404, 409, 422}
    assert answers[200] > 50


HOURS = [{"weekday": 0, "from_time": "08:00", "until_time": "12:00"}]
DEEP_CODE = {"a": DEEP}


@pytest.mark.parametrize(
    ("action", "wrong", "says"),
    [
        ("record_step", {"at": "0001-01-01T00:00:00Z"}, "out of reach"),
        ("record_step", {"at": "0001-01-01T00:00:00+14:00"}, "out of reach"),
        ("record_step", {"at": "1900-01-01T00:00:00Z"}, "was not booked until"),
        ("set_availability", {"valid_from": "9999-12-31"}, "out of reach"),
        ("add_exception", {"starts": "0001-01-01T00:00", "ends": "0001-01-02T00:00"}, "reach"),
        ("add_exception", {"starts": "9999-12-30T00:00", "ends": "9999-12-31T00:00"}, "reach"),
        ("record_past_visits", {"starts_at": "0001-01-01T00:00:00Z"}, "out of reach"),
        ("record_past_visits", {"codes": [{"a": "\x00"}]}, "cannot be shown"),
        ("record_past_visits", {"codes": [{"a": [{"b": float("nan")}]}]}, "no NaN"),
        ("record_past_visits", {"codes": [{"\ud800": 1}]}, "not JSON"),
        ("record_past_visits", {"codes": [{"\x07": 1}]}, "cannot be shown"),
        ("record_past_visits", {"codes": [DEEP_CODE]}, "nested too deeply"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(
    client: Client, world: World, bodies: Bodies, action: str, wrong: dict[str, Any], says: str
) -> None:
    visit = {
        "patient": str(world.patients["lupe"]),
        "starts_at": "2020-03-07T09:00:00-05:00",
        "identifiers": [{"system": "urn:visits", "value": "17"}],
    }
    whole: dict[str, dict[str, Any]] = {
        "record_step": {"appointment": str(bodies.ids["appointment"][0]), "state": "confirmed"},
        "set_availability": {
            "resource": str(world.resources["chen"]),
            "site": str(world.sites["main"]),
            "hours": HOURS,
        },
        "add_exception": {"kind": "holiday"},
        "record_past_visits": {"visits": [visit | wrong]},
    }
    body = whole[action] if action == "record_past_visits" else whole[action] | wrong
    address = f"/api/actions/{action}"
    answer = client.post(address, written(body), content_type="application/json")
    assert answer.status_code == 422
    assert says in answer.text
