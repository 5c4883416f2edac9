"""Identifiers that are forged, of another kind, of others or of another database: not there.

Whatever the address, the answer is the same 404 for what was never there and for what is not one's
own, so that nobody learns by asking what there is.
"""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import Phase, find
from hypothesis import settings as generation
from tests import world as cast
from tests.access_walk import AS_PANEL, Walk, browser, build
from tests.attacks.present import with_all, with_provider
from tests.test_hostile_json import Bodies

from caredesk.access.pages import Page, pages
from caredesk.audit.models import Entry
from caredesk.interfaces.actions.description import describe_actions
from caredesk.kernel import clock
from caredesk.kernel.action import offered_actions
from caredesk.kernel.ids import new_id

pytestmark = pytest.mark.django_db

# As another practice's database has them: made by the same function, at the same time.
FOREIGN = new_id()
FORGED = (FOREIGN, UUID(int=0))
A_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}")
# One kind by two names: a restricted piece is a visit, and shows its glass there; what was done and
# can be undone has the id of its entry.
SAME_KIND = {
    ("people:end_relative", "relative"),
    ("scheduling:appointment", "piece"),
    ("ui:undo", "entry"),
}
# Whoever could not sign in is nobody yet: their tries stand under this id.
LEADS_SOMEWHERE = {("privacy:colleague_log", UUID(int=0))}
# What a form would say, so that it is not refused for having said nothing.
SAID = {"state": "confirmed"}
# Who ends a restriction from outside its circle is asked why.
ENDS = {"why": "Her circle has left"}
PANEL = re.compile(r'<section class="panel".*?</section>\s*</main>', re.DOTALL)


@pytest.fixture(autouse=True)
def _still() -> Iterator[None]:
    """Pages say what time it is: here it stays the same."""
    with clock.stopped_at(clock.now()):
        yield


@pytest.fixture
def walk() -> Walk:
    return build()


@pytest.fixture
def everywhere(walk: Walk, settings: Any) -> Client:
    """Somebody who may open and do everything that staff can, and finds all that is asked for."""
    settings.SSO = with_provider()
    return with_all(walk)


def with_ids() -> list[Page]:
    return [page for page in pages() if set(ids_of(page))]


def ids_of(page: Page) -> list[str]:
    return [name for name in page.asks if f"<uuid:{name}>" in page.route]


def known(walk: Walk, page: Page) -> dict[str, Any]:
    own = walk.everybody["manager"]
    usual = {"draft": own.draft, "deed": own.deed, **walk.arguments[""]}
    return {each: {**usual, **walk.arguments.get(page.name, {})}[each] for each in page.asks}


def answers(
    client: Client, walk: Walk, page: Page, arguments: dict[str, Any], headers: Any = None
) -> dict[str, Any]:
    """By each method; whatever happened is taken back."""
    address = reverse(page.name, kwargs=arguments)
    found: dict[str, Any] = {}
    for method in ("GET", "POST"):
        with transaction.atomic():
            if method == "GET":
                found[method] = client.get(
                    address + walk.queries.get(page.name, ""), headers=headers
                )
            else:
                found[method] = client.post(
                    address, {**SAID, **walk.bodies.get(page.name, {})}, headers=headers
                )
            transaction.set_rollback(True)
    return found


def said(answer: Any) -> str:
    """What the answer says, without the ids asked for and without the day around it."""
    found = PANEL.search(answer.content.decode())
    assert found, "the page has no panel to say it in"
    return A_UUID.sub("id", found[0])


def test_a_forged_identifier_is_not_there_at_any_address(everywhere: Client, walk: Walk) -> None:
    asked = 0
    for page in with_ids():
        good = known(walk, page)
        methods = {
            method
            for method, answer in answers(everywhere, walk, page, good).items()
            if answer.status_code not in (404, 405)
        }
        assert methods, f"{page.name} opens for nobody: nothing would be tried"
        for name in ids_of(page):
            texts = set()
            for forged in FORGED:
                if (page.name, forged) in LEADS_SOMEWHERE:
                    continue
                tried = answers(everywhere, walk, page, {**good, name: forged})
                for method in methods:
                    asked += 1
                    where = f"{method} {page.name} with another {name}"
                    assert tried[method].status_code == 404, where
                    texts.add((method, said(tried[method])))
            assert sorted(texts) == sorted(dict(texts).items()), f"{page.name} tells {name} apart"
    assert asked > 60


def test_an_identifier_of_another_kind_is_not_there_either(everywhere: Client, walk: Walk) -> None:
    """A patient's where a visit's is asked for, a visit's where a patient's is, and so on."""
    kinds = {name: value for name, value in walk.arguments[""].items() if isinstance(value, UUID)}
    for page in with_ids():
        good = known(walk, page)
        for name in ids_of(page):
            for other, value in kinds.items():
                is_same_kind = (page.name, other) in SAME_KIND
                if other == name or value == good[name] or is_same_kind:
                    continue
                for method, answer in answers(
                    everywhere, walk, page, {**good, name: value}, AS_PANEL
                ).items():
                    where = f"{method} {page.name}: a {other} as {name}"
                    assert answer.status_code in (404, 405), where


def test_a_row_of_one_patient_is_not_there_under_another(everywhere: Client, walk: Walk) -> None:
    bill = walk.world.patients["bill"]
    tried = 0
    for page in with_ids():
        asked = ids_of(page)
        if "patient" in asked and len(asked) > 1:
            tried += 1
            arguments = {**known(walk, page), "patient": bill}
            for method, answer in answers(everywhere, walk, page, arguments).items():
                assert answer.status_code in (404, 405), f"{method} {page.name}"
    assert tried >= 1


@pytest.mark.parametrize("name", ["draft", "deed"])
def test_what_is_somebody_elses_looks_like_what_never_was(walk: Walk, name: str) -> None:
    """Half-typed forms and what one may undo are one's own."""
    ana, others = walk.everybody["secretary"], walk.everybody["physician"]
    client = browser(ana)
    tried = 0
    for page in with_ids():
        if name not in ids_of(page):
            continue
        tried += 1
        theirs, never = (
            answers(client, walk, page, {name: each})["POST"]
            for each in (getattr(others, name), FOREIGN)
        )
        assert theirs.status_code == never.status_code == 404, page.name
        assert said(theirs) == said(never)
    assert tried >= 1


def test_what_was_ended_is_ended_once(everywhere: Client, walk: Walk) -> None:
    """A form that is sent again, with the id of a row that has ended since."""
    for page in with_ids():
        if not page.name.startswith("people:end_"):
            continue
        address = reverse(page.name, kwargs=known(walk, page))
        assert everywhere.post(address, ENDS).status_code == 303, page.name
        before = Entry.objects.count()
        assert everywhere.post(address, ENDS).status_code in (404, 409, 422), page.name
        assert not Entry.objects.filter(kind="change")[before:].exists()


def test_no_action_takes_an_identifier_that_is_not_there(everywhere: Client, walk: Walk) -> None:
    """Each id of each action's input is replaced by one that is of no database here."""
    world = walk.world
    with cast.at_opening():
        with_them = cast.book_everybody(world)
    ids: dict[str, list[UUID]] = {
        "patient": list(world.patients.values()),
        "appointment": list(with_them.values()),
        "visit_type": list(world.visit_types.values()),
        "site": list(world.sites.values()),
        "resource": [world.resources["chen"]],
        "user": [world.users["ben"].id],
    }
    bodies = Bodies(ids, whole=True)
    tried = 0
    for action in offered_actions():
        body = example_of(bodies, action)
        for spoiled in with_one_id_replaced(describe(action), body):
            tried += 1
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                answer = everywhere.post(
                    f"/api/actions/{action}", spoiled, content_type="application/json"
                )
                transaction.set_rollback(True)
            assert answer.status_code in (404, 409, 422), (action, spoiled, answer.content)
    assert tried > 40


def describe(action: str) -> dict[str, Any]:
    posted = describe_actions()["paths"][f"/api/actions/{action}"]["post"]
    found: dict[str, Any] = posted["requestBody"]["content"]["application/json"]["schema"]
    schemas = describe_actions()["components"]["schemas"]
    return schemas[found["$ref"].rpartition("/")[2]] if "$ref" in found else found


def example_of(bodies: Bodies, action: str) -> Any:
    quiet = generation(database=None, derandomize=True, max_examples=1, phases=[Phase.generate])
    return find(bodies.of(action), lambda _: True, settings=quiet)


def with_one_id_replaced(schema: dict[str, Any], body: Any) -> Iterator[dict[str, Any]]:
    for name, inner in schema.get("properties", {}).items():
        value = body.get(name)
        if isinstance(value, str) and '"uuid"' in str(inner).replace("'", '"'):
            yield {**body, name: str(FOREIGN)}
        elif isinstance(value, list | tuple) and value and '"uuid"' in str(inner).replace("'", '"'):
            yield {**body, name: [str(FOREIGN)]}
