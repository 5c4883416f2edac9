"""Fields that no form shows and no action names change nothing, whoever sends them."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.access_walk import Walk, build
from tests.attacks.planting import Form, forms_of, taken_back
from tests.attacks.present import with_all
from tests.attacks.test_identifiers import describe, example_of
from tests.test_hostile_json import Bodies

from caredesk.access.pages import OPEN, pages
from caredesk.audit.models import Entry
from caredesk.kernel import clock
from caredesk.kernel.action import all_actions, offered_actions

pytestmark = pytest.mark.django_db

SOMEBODY = "00000000-0000-0000-0000-000000000007"
# What rows, actors and Django itself are made of, and what no form offers.
INTERNAL: dict[str, str] = {
    "id": SOMEBODY,
    "pk": SOMEBODY,
    "by": SOMEBODY,
    "by_label": "Nobody",
    "viewer": SOMEBODY,
    "actor": SOMEBODY,
    "on_behalf_of": SOMEBODY,
    "identity": SOMEBODY,
    "identity_id": SOMEBODY,
    "patient_id": SOMEBODY,
    "user_id": SOMEBODY,
    "owner": SOMEBODY,
    "number": "1",
    "record_number": "CD-000001",
    "is_active": "true",
    "is_staff": "true",
    "is_superuser": "true",
    "permissions": "access.manage",
    "granted_by": SOMEBODY,
    "granted_at": "2001-01-01T00:00:00Z",
    "added_by": SOMEBODY,
    "booked_by": SOMEBODY,
    "created": "2001-01-01T00:00:00Z",
    "created_at": "2001-01-01T00:00:00Z",
    "registered_at": "2001-01-01T00:00:00Z",
    "ended_at": "2001-01-01T00:00:00Z",
    "withdrawn_at": "2001-01-01T00:00:00Z",
    "released_at": "2001-01-01T00:00:00Z",
    "undone_at": "2001-01-01T00:00:00Z",
    "lane": "9",
    "demo": "true",
    "digest": "00",
    "session": SOMEBODY,
    "last_login": "2001-01-01T00:00:00Z",
    "__class__": "x",
    "_state": "x",
}
VARIES = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|CD-\d{6}")


@pytest.fixture
def walk() -> Walk:
    return build()


@pytest.fixture
def mia(walk: Walk) -> Client:
    """Somebody who may do everything that staff can: nothing is refused for who asks."""
    return with_all(walk)


def changes_after(number: int) -> list[Any]:
    """What was written since, without the ids that were made for it."""
    rows = Entry.objects.filter(kind="change").order_by("seq")[number:]
    return [(row.name, VARIES.sub("id", repr(row.changes))) for row in rows]


def outcome(client: Client, address: str, **sent: Any) -> tuple[int, list[Any]]:
    """The status and what was written; then it is taken back."""
    before = Entry.objects.filter(kind="change").count()
    with taken_back(client):
        status = client.post(address, **sent).status_code
        found = changes_after(before)
    return status, found


def test_a_field_that_an_action_does_not_name_is_refused(mia: Client, walk: Walk) -> None:
    bodies = Bodies({"patient": list(walk.world.patients.values())}, whole=True)
    tried = 0
    for action in offered_actions():
        body, known = example_of(bodies, action), set(describe(action).get("properties", {}))
        extras = {name: each for name, each in INTERNAL.items() if name not in known}
        before = Entry.objects.filter(kind="change").count()
        answer = mia.post(
            f"/api/actions/{action}", {**body, **extras}, content_type="application/json"
        )
        assert answer.status_code == 422, action
        refused = {each["field"] for each in answer.json()["problems"]}
        assert extras.keys() <= refused, f"{action} takes {extras.keys() - refused}"
        assert Entry.objects.filter(kind="change").count() == before
        tried += len(extras)
    assert tried > 1_000


def test_a_field_that_no_form_shows_changes_nothing(mia: Client, walk: Walk) -> None:
    written_by_forms, tried = set(), 0
    with clock.stopped_at(clock.now()):
        for form in all_forms(mia, walk):
            usual = filled(form)
            extras = {name: each for name, each in INTERNAL.items() if name not in usual}
            plain = outcome(mia, form.action, data=usual)
            forced = outcome(mia, form.action, data={**usual, **extras})
            tried += 1
            assert forced == plain, f"{form.action} of {form.page}"
            written_by_forms |= {name for name, _ in plain[1]}
    assert tried > 15
    assert len(written_by_forms) >= 8, written_by_forms


def all_forms(client: Client, walk: Walk) -> Iterator[Form]:
    """Each once, by where it is sent and what it holds."""
    known = set()
    for page in pages():
        if page.name in OPEN or page.name == "interfaces:openapi":
            continue
        address = walk.address(page.name, walk.everybody["manager"])
        answer = client.get(address)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        for form in forms_of(address, answer.content.decode()):
            same = (form.action.partition("?")[0], frozenset(form.kinds))
            if same not in known and form.action != reverse("access:sign_out"):
                known.add(same)
                yield form


def filled(form: Form) -> dict[str, Any]:
    """As it stands there, with something typed where nothing stands."""
    found: dict[str, Any] = dict(form.values)
    found.pop("key", None)
    for name in form.texts:
        if not any(found.get(name, [""])):
            found[name] = [typed(name)]
    return found


def typed(name: str) -> str:
    for part, value in (
        ("birth", "3/7/1974"),
        ("phone", "(602) 234-0188"),
        ("number", "(602) 234-0188"),
        ("mail", "ana@example.org"),
        ("postal", "85201"),
        ("state", "AZ"),
        ("day", "11/24/2026"),
        ("patients", ""),
        ("password", "correct horse battery"),
    ):
        if part in name:
            return value
    return "Anything"


def test_the_list_knows_what_rows_and_actions_are_made_of() -> None:
    """Some of it is in some table: the test would be of no worth with names that are nowhere."""
    from django.apps import apps

    columns = {
        field.attname for model in apps.get_models() for field in model._meta.concrete_fields
    }
    assert len(INTERNAL.keys() & columns) >= 20
    assert len(all_actions()) > 50
