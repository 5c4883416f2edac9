"""Restricted and hidden patients, against the real door: every address and every action."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.utils.html import escape
from tests import world as cast
from tests.addresses import addresses, arguments_of
from tests.planted import BORN, Secret, plant
from tests.world import World, signed_in

from caredesk.access.actions import add_user
from caredesk.access.models import Adaptation, User
from caredesk.access.rules import PERMISSIONS
from caredesk.audit.exporting import Part, lines
from caredesk.audit.models import Entry
from caredesk.desk.live import changed_days
from caredesk.kernel import clock, looks
from caredesk.kernel.action import all_actions, find_action, offered_actions
from caredesk.kernel.events import read_event
from caredesk.kernel.looks import seen
from caredesk.kernel.models import LoggedEvent
from caredesk.kernel.reactions import react
from caredesk.people.actions import add_identifier
from caredesk.people.models import BrokenGlass, Restriction
from caredesk.people.rules.restrictions import Level
from caredesk.tasks.models import Task

pytestmark = pytest.mark.django_db

LEVELS: tuple[Level, ...] = ("restricted", "hidden")
OUTSIDERS = ("ana", "mia")
PANEL = {"HX-Request": "true", "HX-Target": "section#panel"}

# What a restricted patient's address shows instead of the patient: the way to break the glass.
OFFERS_GLASS = {"people:patient", "people:glass"}


@pytest.fixture
def world() -> World:
    return cast.build()


@pytest.fixture(params=LEVELS)
def secret(request: pytest.FixtureRequest, world: World) -> Secret:
    return plant(world, request.param)


def level_of(secret: Secret) -> str:
    return secret.level


def told_of(secret: Secret, answer: Any) -> set[str]:
    """The planted words that stand in an answer, its headers and cookies included."""
    # A file is sent in parts.
    text = (
        answer.getvalue().decode(errors="replace") + str(answer.headers) + answer.cookies.output()
    )
    return {word for word in [*secret.words, *secret.mark] if escape(word) in text or word in text}


def without(address: str, secret: Secret) -> str:
    """The same address of somebody or something that is not there."""
    for id in secret.ids.values():
        address = address.replace(str(id), str(UUID(int=7)))
    return address


@pytest.mark.parametrize("name", OUTSIDERS)
def test_no_address_tells_an_outsider(world: World, secret: Secret, name: str) -> None:
    cast.book_everybody(world)
    client = signed_in(world, name)
    arguments = arguments_of(world, {"lupe": secret.ids["appointment"], "bill": secret.ids["step"]})
    arguments |= {key: value for key, value in secret.ids.items() if key in arguments}
    about = 0
    for address_name, address in addresses(arguments):
        is_about = any(str(id) in address for id in secret.ids.values())
        for headers in ({}, PANEL):
            for answer in (
                client.get(address, headers=headers),
                client.post(address, headers=headers),
            ):
                told = told_of(secret, answer)
                if level_of(secret) == "restricted" and address_name in OFFERS_GLASS:
                    assert answer.status_code in {200, 405, 422}
                    assert told <= set(secret.mark), address_name
                    continue
                if address_name == "people:all_restrictions":
                    # Who keeps restrictions sees which records have one: the number alone.
                    told.discard(secret.record_number)
                assert told == set(), address_name
                if is_about:
                    about += 1
                    if answer.status_code == 422:
                        # What was sent is judged first, whoever it is about, or nobody.
                        unknown = client.post(without(address, secret), headers=headers)
                        assert unknown.status_code == 422, address_name
                        continue
                    assert answer.status_code in {403, 404, 405}, address_name
    assert about > 40


# Forms that name a patient by a typed number, filled in as they would be, with what is refused.
NAMES_BY_NUMBER: dict[str, dict[str, str]] = {
    "/access/export/": {"since": "yesterday", "until": "today", "form": "ndjson"},
    "/access/colleagues/{user}/record/": {},
}


@pytest.mark.parametrize("name", OUTSIDERS)
@pytest.mark.parametrize("address", NAMES_BY_NUMBER)
def test_a_typed_number_of_theirs_is_one_that_is_not_there(
    world: World, secret: Secret, name: str, address: str
) -> None:
    client = signed_in(world, name)
    to = address.format(user=world.users["ben"].id)

    def answer(number: str) -> tuple[int, str]:
        said = client.post(to, {**NAMES_BY_NUMBER[address], "patient": number})
        return said.status_code, _same(said.content.decode()).replace(number, "CD-")

    assert answer(secret.record_number) == answer("CD-999999")
    assert answer(secret.record_number)[0] in {403, 404, 422}


def _same(page: str) -> str:
    """What is read on it: ids and tokens are another on each."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


@pytest.mark.parametrize("form", ["ndjson", "bundle"])
def test_an_export_of_days_leaves_out_whom_one_may_not_see(
    world: World, secret: Secret, form: str
) -> None:
    cast.book_everybody(world)
    lupe = world.patients["lupe"]
    signed_in(world, "chen").get(f"/patients/{secret.patient}/")
    with looks.collecting("desk:day"):
        seen(world.actor("chen"), [secret.patient, lupe])
    both = Entry.objects.filter(name="desk:day").latest("id")
    of_her = Entry.objects.filter(subjects=[secret.patient]).count()
    days = {"since": "yesterday", "until": "today", "form": form}
    answer = signed_in(world, "mia").post("/access/export/", days)
    assert answer.status_code == 200
    assert told_of(secret, answer) == set()
    text = answer.content.decode()
    assert str(secret.patient) not in text
    said = list(resources(text, form))
    events = {each["id"]: each for each in said if each["resourceType"] == "AuditEvent"}
    assert f"Patient/{lupe}" in json.dumps(events[str(both.id)])
    assert events[str(both.id)]["subtype"][0]["code"] == "search", "more were on it"
    [outcome] = [each for each in said if each["resourceType"] == "OperationOutcome"]
    [issue] = outcome["issue"]
    assert issue["code"] == "suppressed"
    assert issue["diagnostics"].startswith(f"{of_her} entries are left out")
    on_record = Entry.objects.get(kind="export")
    assert lupe in on_record.subjects
    assert secret.patient not in on_record.subjects
    whole = list(lines(Part(), "ndjson"))
    assert sum(str(secret.patient) in each for each in whole) > of_her


def test_an_export_by_who_sees_everybody_is_whole_and_says_nothing(
    world: World, secret: Secret
) -> None:
    other = world.actor("mia").id
    Restriction.objects.filter(id=secret.restriction).update(ended_at=clock.now())
    signed_in(world, "chen").get(f"/patients/{secret.patient}/")
    sent = {"since": "yesterday", "until": "today", "form": "ndjson"}
    text = signed_in(world, "mia").post("/access/export/", sent).content.decode()
    assert str(secret.patient) in text
    assert "OperationOutcome" not in text
    assert secret.patient in Entry.objects.get(kind="export", actor=other).subjects


def resources(text: str, form: str) -> Iterator[Any]:
    if form == "ndjson":
        yield from map(json.loads, text.splitlines())
    else:
        yield from (each["resource"] for each in json.loads(text)["entry"])


@pytest.mark.parametrize("name", OUTSIDERS)
@pytest.mark.parametrize("by", ["practitioner", "room"])
def test_on_the_board_the_time_is_taken_and_nothing_is_said(
    world: World, secret: Secret, name: str, by: str
) -> None:
    site, day = world.sites["main"], clock.today(cast.ZONE)
    address = f"/day/{day}/?site={site}&by={by}"
    outside = signed_in(world, name).get(address)
    assert told_of(secret, outside) == set()
    assert str(secret.ids["appointment"]) not in outside.content.decode()
    if by == "practitioner":
        assert "Restricted" in outside.content.decode()
    inside = signed_in(world, "chen").get(address)
    assert by == "room" or secret.family in inside.content.decode()


def test_her_circle_reads_on_the_patient_that_others_do_not_see_her(
    world: World, secret: Secret
) -> None:
    shown = signed_in(world, "chen").get(f"/patients/{secret.patient}/").content.decode()
    says = {"restricted": "<strong>Restricted:</strong>", "hidden": "<strong>Hidden:</strong>"}
    assert says[secret.level] in shown
    mia, lupe = signed_in(world, "mia"), f"/patients/{world.patients['lupe']}/"
    assert "<strong>Restricted:" not in mia.get(lupe).content.decode()
    if secret.level == "restricted":
        said = {"patient": str(secret.patient), "reason": "desk", "words": "At the desk"}
        assert post(mia, "break_glass", said).status_code == 200
        behind = mia.get(f"/patients/{secret.patient}/").content.decode()
        assert "You look behind the glass" in behind
        assert "<strong>Restricted:" not in behind


@pytest.mark.parametrize("level", LEVELS)
def test_whoever_restricts_is_told_how_strictly(world: World, level: str) -> None:
    mia, lupe = signed_in(world, "mia"), f"/patients/{world.patients['lupe']}/"
    said = {"kind": "vip", "level": level, "why": "Asked for it"}
    told = mia.post(f"{lupe}restrictions/", said, follow=True).content.decode()
    assert f"{level.capitalize()}." in told
    assert f"<strong>{level.capitalize()}:</strong>" in told


FINDING = ("/patients/", "/find/options/", "/find/", "/appointments/new/")


@pytest.mark.parametrize("address", FINDING)
def test_a_search_finds_by_name_birth_date_and_number_and_shows_no_more(
    world: World, secret: Secret, address: str
) -> None:
    ana = signed_in(world, "ana")
    born = BORN[level_of(secret)]
    plainly = [secret.family, f"zebedee {secret.family}", secret.record_number]
    plainly += [f"{secret.family} {born:%m/%d/%Y}", f"{born:%m/%d/%Y}"]
    for text in plainly:
        answer = ana.post(address, {"text": text})
        told = told_of(secret, answer)
        if level_of(secret) == "restricted":
            # The page says again what was typed, so the number is what tells.
            assert secret.record_number in told, text
            assert told <= set(secret.mark), text
            assert "restricted" in answer.content.decode()
            assert str(secret.patient) in answer.content.decode()
            assert f"/patients/{secret.patient}/appointments" not in answer.content.decode()
        else:
            assert str(secret.patient) not in answer.content.decode(), text
            assert told <= {secret.family} | {each for each in secret.mark if each in text}, text
    otherwise = [*secret.words[:5], secret.family[:4], "zebede", secret.words[5][-4:]]
    for text in otherwise:
        answer = ana.post(address, {"text": text})
        assert str(secret.patient) not in answer.content.decode(), text
        assert secret.record_number not in answer.content.decode(), text


def test_a_look_at_the_mark_is_on_record(world: World) -> None:
    secret = plant(world, "restricted")
    signed_in(world, "ana").get(f"/patients/{secret.patient}/")
    entry = Entry.objects.get(actor=world.users["ana"].id, kind="look")
    assert (entry.name, entry.subjects) == ("people:glass", [secret.patient])


def test_the_circle_sees_the_patient_as_ever(world: World, secret: Secret) -> None:
    chen = signed_in(world, "chen")
    answer = chen.get(f"/patients/{secret.patient}/")
    assert answer.status_code == 200
    assert secret.words[0] in answer.content.decode()
    assert "glass" not in answer.content.decode()
    found = chen.post("/patients/", {"text": secret.words[0]})
    assert secret.record_number in found.content.decode()


def test_registering_the_same_person_warns_by_the_mark_alone(world: World, secret: Secret) -> None:
    born = BORN[level_of(secret)]
    typed = {"family": secret.family, "given": "Zebedee", "birth_date": str(born)}
    answer = post(signed_in(world, "ana"), "register_patient", typed)
    if level_of(secret) == "hidden":
        assert answer.status_code == 200
        return
    assert answer.status_code == 409
    assert told_of(secret, answer) <= set(secret.mark)
    facts = answer.json()["facts"]["others"][0]
    assert (facts["phone"], facts["address"], facts["sex"]) == ("", "", "")


def test_a_telephone_or_a_former_name_warns_of_nobody_restricted(
    world: World, secret: Secret
) -> None:
    typed = {
        "family": "Somebody",
        "given": "Zebedee",
        "birth_date": str(BORN[level_of(secret)]),
        "phone": "(602) 234-0831" if level_of(secret) == "restricted" else "(602) 234-0842",
    }
    assert post(signed_in(world, "ana"), "register_patient", typed).status_code == 200
    former = {"family": secret.words[1], "given": "Zebedee"}
    answer = post(signed_in(world, "ana"), "register_patient", {**typed, **former, "phone": ""})
    assert answer.status_code == 200


@pytest.mark.parametrize("door", ["add_identifier", "restore_identifier", "import_patient"])
def test_a_number_of_a_hidden_patient_tells_of_nobody(
    world: World, secret: Secret, door: str
) -> None:
    number = {"system": "urn:mrn", "value": "Z-77"}
    wei, mia = str(world.patients["wei"]), signed_in(world, "mia")
    adding = {"patient": wei, **number}
    identifier = post(mia, "add_identifier", adding).json()["answer"]["id"]
    assert post(mia, "end_identifier", {"identifier": identifier}).status_code == 200
    with looks.collecting("planting"):
        add_identifier(secret.patient, number["system"], number["value"], by=cast.FOUNDER)
    given = {
        "add_identifier": adding,
        "restore_identifier": {"identifier": identifier},
        "import_patient": sent_with(number),
    }[door]
    answer = post(mia, door, given)
    assert answer.status_code == 422, answer.content
    told = answer.content.decode()
    if level_of(secret) == "hidden":
        assert "This number cannot be kept here." in told
        assert "atient" not in told.replace("import_patient", "")
    else:
        assert "patient" in told
    assert told_of(secret, answer) == set()


def sent_with(number: dict[str, str]) -> dict[str, Any]:
    """Somebody new as another system sends her, with this number."""
    validity = {"type": "MR", "valid_from": None, "valid_until": None}
    words = ("middle", "suffix", "preferred_name", "former_family", "gender_identity")
    lists = ("phones", "emails", "addresses", "relatives")
    sent = {
        **dict.fromkeys((*words, "pronouns", "language"), ""),
        **{name: [] for name in lists},
        "family": "Newcomer",
        "given": "Nell",
        "birth": {"day": "1980-02-03", "precision": "day"},
        "sex": "unknown",
        "interpreter_needed": False,
        "deceased": False,
        "deceased_on": None,
        "identifiers": [{**number, **validity}],
    }
    return {"origin": {"address": "urn:1", "digest": "0" * 64}, "sent": sent, "visits": []}


# What of an action's input names something that hangs on a patient.
NAMED = {
    "patient": "patient",
    "appointment": "appointment",
    "moving": "appointment",
    "relative": "relative",
    "alert": "alert",
    "address": "address",
    "phone": "phone",
    "step": "step",
    "cancellation": "cancellation",
    "document": "document",
    "identifier": "identifier",
    "email": "email",
    "disclosure": "disclosure",
    "suspension": "suspension",
    "draft": "draft",
    "hold": "hold",
    "instead_of": "hold",
}
# May be about whom one does not see, and looks after it itself; tested on its own below.
PAST_THE_GATE = {
    "break_glass",
    "end_glass",
    "end_own_record",
    "end_restriction",
    "reopen_unusual_access",
    "restore_restriction",
    "review_glass",
    "settle_unusual_access",
    "withdraw_review",
}


def test_only_these_actions_are_past_the_gate() -> None:
    assert {name for name, each in all_actions().items() if each.past_the_gate} == PAST_THE_GATE


def actions_about(world: World, secret: Secret) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every action a program can call that names something of a patient, with such an input."""
    known = {name: str(secret.ids[of]) for name, of in NAMED.items()}
    known["visit_type"] = str(world.visit_types["follow_up"])
    for name, action in offered_actions().items():
        schema = action.input.model_json_schema()
        fields = schema["properties"]
        about = {field for field in fields if field in NAMED and _is_id(fields[field])}
        if about and name not in PAST_THE_GATE:
            wanted = about | set(schema.get("required", []))
            least = Least(schema.get("$defs", {}), known)
            yield name, {field: least.of(field, fields[field]) for field in wanted}


class Least:
    """The least value that is read for a part of an input, with ids that are known by name."""

    def __init__(self, definitions: dict[str, Any], known: dict[str, str]) -> None:
        self.definitions, self.known = definitions, known

    def of(self, name: str, schema: dict[str, Any]) -> Any:
        if name in self.known and _is_id(schema):
            return self.known[name]
        if "$ref" in schema:
            return self.of(name, self.definitions[schema["$ref"].rpartition("/")[2]])
        for several in ("anyOf", "oneOf"):
            if several in schema:
                return self.of(name, schema[several][0])
        return schema["enum"][0] if "enum" in schema else self._plain(schema)

    def _plain(self, schema: dict[str, Any]) -> Any:
        if schema.get("type") == "object":
            properties = schema.get("properties", {})
            return {each: self.of(each, properties[each]) for each in schema.get("required", [])}
        if schema.get("type") == "array":
            return [self.of("", schema["items"])] if schema.get("minItems") else []
        formats = {"uuid": self.known["patient"], "date": "2030-01-07", "time": "09:00:00"}
        # Such that a visit can be booked then.
        formats["date-time"] = f"{clock.today(cast.ZONE) + timedelta(days=1)}T15:00:00Z"
        kinds = {"integer": schema.get("minimum", 20), "boolean": True}
        return kinds.get(str(schema.get("type")), formats.get(str(schema.get("format")), "x"))


def _is_id(schema: dict[str, Any]) -> bool:
    return "uuid" in json.dumps(schema)


def post(client: Client, action: str, body: dict[str, Any]) -> Any:
    return client.post(f"/api/actions/{action}", json.dumps(body), content_type="application/json")


@pytest.mark.parametrize("name", OUTSIDERS)
def test_no_action_touches_or_tells_what_its_actor_may_not_see(
    world: World, secret: Secret, name: str
) -> None:
    client = signed_in(world, name)
    refused = {}
    for action, given in actions_about(world, secret):
        answer = post(client, action, given)
        assert told_of(secret, answer) == set(), action
        refused[action] = answer.status_code
    # What is sent of a patient by an import is a record of its own: the least is none.
    refused.pop("import_patient")
    assert {action for action, status in refused.items() if status not in {403, 404}} == set()
    if name == "mia":
        assert set(refused.values()) == {404}
    assert len(refused) >= 25


@pytest.mark.parametrize("name", OUTSIDERS)
def test_the_answer_is_the_one_for_who_is_not_there(
    world: World, secret: Secret, name: str
) -> None:
    client = signed_in(world, name)
    different = {}
    for action, given in actions_about(world, secret):
        required = find_action(action).input.model_json_schema().get("required", [])
        about = [field for field in given if NAMED.get(field)]
        for field in about:
            # One thing is named that is barred, or that is not there; whose it is, is seen.
            others = {other: given[other] for other in given if other not in about}
            if "patient" in required:
                others["patient"] = str(world.patients["lupe"])
            others = {x: given[x] for x in about if x in required} | others
            barred = post(client, action, {**others, field: given[field]})
            with transaction.atomic():
                unknown = post(client, action, {**others, field: str(UUID(int=7))})
                transaction.set_rollback(True)
            if barred.json() != unknown.json():
                told = barred.json()["detail"], unknown.json().get("detail")
                different[f"{action} {field}"] = told
    assert different == {}


def test_the_glass_opens_one_patient_for_a_time_and_closes_by_the_clock(world: World) -> None:
    secret, other = plant(world, "restricted"), plant(world, "hidden")
    ana, ben = signed_in(world, "ana"), signed_in(world, "ben")
    address = f"/patients/{secret.patient}/"
    offered = ana.get(address).content.decode()
    assert "Open for a limited time" in offered
    empty = ana.post(f"{address}glass/", {"reason": "desk", "words": "", "minutes": "60"})
    assert empty.status_code == 422
    said = {"reason": "desk", "words": "She stands before me", "minutes": "60"}
    opened = ana.post(f"{address}glass/", said)
    assert (opened.status_code, opened["Location"]) == (303, address)
    shown = ana.get(address).content.decode()
    assert secret.words[0] in shown
    assert "behind the glass" in shown
    assert "left." in shown
    assert "behind the glass" in ana.get(f"{address}details/").content.decode()
    visit = ana.get(f"/appointments/{secret.ids['appointment']}/").content.decode()
    assert "behind the glass" in visit
    assert secret.words[0] not in ben.get(address).content.decode()
    assert ana.get(f"/patients/{other.patient}/").status_code == 404
    with clock.stopped_at(clock.now() + timedelta(minutes=61)):
        lapsed = ana.get(address).content.decode()
        assert secret.words[0] not in lapsed
        assert ana.get(f"{address}details/").status_code == 404


def test_the_glass_can_be_made_whole_early_and_only_by_who_broke_it(world: World) -> None:
    secret = plant(world, "restricted")
    ana, ben = signed_in(world, "ana"), signed_in(world, "ben")
    body = {"patient": str(secret.patient), "reason": "emergency", "words": "Collapsed"}
    grant = post(ana, "break_glass", body).json()["answer"]["grant"]
    assert ben.post(f"/glass/{grant}/end/").status_code == 404
    assert ana.post(f"/glass/{grant}/end/").status_code == 303
    assert ana.get(f"/patients/{secret.patient}/details/").status_code == 404
    assert BrokenGlass.objects.get().ended_at is not None


def test_nobody_breaks_what_is_hidden_or_open(world: World) -> None:
    hidden = plant(world, "hidden")
    ana = signed_in(world, "ana")
    body = {"patient": str(hidden.patient), "reason": "emergency", "words": "Collapsed"}
    assert post(ana, "break_glass", body).status_code == 404
    unknown = {**body, "patient": str(UUID(int=7))}
    assert post(ana, "break_glass", body).json() == post(ana, "break_glass", unknown).json()
    in_sight = {**body, "patient": str(world.patients["lupe"])}
    assert post(ana, "break_glass", in_sight).status_code == 422
    assert not BrokenGlass.objects.exists()


def test_a_restriction_set_after_the_glass_was_broken_is_not_lifted(world: World) -> None:
    secret = plant(world, "restricted")
    ana, chen = signed_in(world, "ana"), signed_in(world, "chen")
    body = {"patient": str(secret.patient), "reason": "emergency", "words": "Collapsed"}
    post(ana, "break_glass", body)
    assert ana.get(f"/patients/{secret.patient}/details/").status_code == 200
    again = {"patient": str(secret.patient), "kind": "own_request", "why": "Asked for it"}
    assert post(chen, "restrict_patient", again).status_code == 200
    assert ana.get(f"/patients/{secret.patient}/details/").status_code == 404


def test_the_list_tells_an_outsider_that_there_is_one_and_records_who_was_told(
    world: World, secret: Secret
) -> None:
    dora, mia = in_role(world, "physician"), signed_in(world, "mia")
    is_hidden = level_of(secret) == "hidden"
    for client, is_told in ((dora, not is_hidden), (mia, True)):
        before = Entry.objects.filter(name="people:all_restrictions").count()
        listed = client.get("/restrictions/", headers=PANEL).content.decode()
        assert (secret.record_number in listed) == is_told
        told = {
            "Staff member",
            "Mei Chen",
            "Founder",
            "<strong>Hidden",
            "· hidden",
            str(secret.patient),
        }
        assert not any(each in listed for each in [*told, *secret.words, secret.family])
        assert f"/restrictions/{secret.restriction}/end/" in listed or client is dora
        entries = Entry.objects.filter(name="people:all_restrictions")
        assert [each.subjects for each in entries[before:]] == [[secret.patient]] * is_told
    assert "/end/" not in dora.get("/restrictions/", headers=PANEL).content.decode()
    in_circle = signed_in(world, "chen").get("/restrictions/", headers=PANEL).content.decode()
    assert "Staff member" in in_circle
    assert f"/patients/{secret.patient}/" in in_circle


def test_a_physician_outside_the_circle_ends_nothing(world: World, secret: Secret) -> None:
    dora = in_role(world, "physician")
    said = {"why": "I want to see her"}
    body = {"restriction": str(secret.restriction), **said}
    unknown = post(dora, "end_restriction", {**body, "restriction": str(UUID(int=7))})
    refused = post(dora, "end_restriction", body)
    assert (refused.status_code, refused.json()) == (404, unknown.json())
    assert dora.post(f"/restrictions/{secret.restriction}/end/", said).status_code == 404
    assert Restriction.objects.get(pk=secret.restriction).ended_at is None
    chen = signed_in(world, "chen")
    assert chen.post(f"/restrictions/{secret.restriction}/end/").status_code == 303
    assert not BrokenGlass.objects.exists()


def test_behind_the_glass_a_restriction_is_still_not_ones_own(world: World) -> None:
    secret, dora = plant(world, "restricted"), in_role(world, "physician")
    body = {"patient": str(secret.patient), "reason": "emergency", "words": "Collapsed"}
    assert post(dora, "break_glass", body).status_code == 200
    shown = dora.get(f"/patients/{secret.patient}/restrictions/", headers=PANEL).content.decode()
    assert "You are not in its circle" in shown
    assert "Seen by" not in shown
    assert "Xwhyrestricted" not in shown
    assert (
        post(dora, "end_restriction", {"restriction": str(secret.restriction)}).status_code == 404
    )


def test_a_manager_outside_says_why_and_is_reviewed(world: World, secret: Secret) -> None:
    mia, ana = signed_in(world, "mia"), signed_in(world, "ana")
    address = f"/restrictions/{secret.restriction}/end/"
    asked = mia.post(address, headers=PANEL)
    assert asked.status_code == 409
    assert "You are outside the circle" in asked.content.decode()
    assert mia.post(address, {"why": ""}, headers=PANEL).status_code == 409
    assert mia.post(address, {"why": "Her circle has left"}, headers=PANEL).status_code == 303
    assert ana.get(f"/patients/{secret.patient}/").status_code == 200
    passed = BrokenGlass.objects.get()
    assert (passed.reason, passed.words) == ("ended", "Her circle has left")
    event = LoggedEvent.objects.get(name="RestrictionEnded")
    for _ in range(2):
        react(task="privacy.ask_why_it_was_ended", event=str(event.id))
    title = "Mia Wolf ended a restriction from outside its circle"
    assert [each.title for each in Task.objects.filter(pool="privacy.review")] == [
        f"Review: {title}"
    ]
    review = mia.get(f"/reviews/{passed.id}/").content.decode()
    assert "Somebody else must review" in review
    assert title in review
    # It opens nothing once the restriction holds again.
    assert post(mia, "undo", {"deed": str(deed_of("end_restriction"))}).status_code == 200
    assert mia.get(f"/patients/{secret.patient}/details/").status_code == 404


def deed_of(action: str) -> UUID:
    found = Entry.objects.filter(name=action).latest("at").deed
    assert found is not None
    return found


def test_an_ended_restriction_shows_the_patient_and_can_be_undone(world: World) -> None:
    secret = plant(world, "hidden")
    ana, mia = signed_in(world, "ana"), signed_in(world, "mia")
    ended = post(
        mia, "end_restriction", {"restriction": str(secret.restriction), "why": "All have left"}
    )
    assert ended.status_code == 200
    assert ana.get(f"/patients/{secret.patient}/").status_code == 200
    undone = post(mia, "undo", {"deed": ended.json()["deed"]})
    assert undone.status_code == 200
    assert ana.get(f"/patients/{secret.patient}/").status_code == 404


def test_the_list_tells_a_visit_from_a_patient_and_leads_where_one_may_look(world: World) -> None:
    plant(world, "restricted")
    visit = cast.book_tomorrow(world, "lupe")
    chen, mia = signed_in(world, "chen"), signed_in(world, "mia")
    body = {"appointment": str(visit), "kind": "own_request", "why": "Xwhy asked for it"}
    assert post(chen, "restrict_visit", body).status_code == 200
    leads, to_visit = "one visit</a>", f'href="/appointments/{visit}/"'
    to_patient = f'href="/patients/{world.patients["lupe"]}/"'
    for client, is_seen in ((chen, True), (mia, False)):
        listed = client.get("/restrictions/", headers=PANEL).content.decode()
        assert listed.count("one visit") == is_seen  # the other is on a patient
        assert listed.count("A piece of the record") == (not is_seen)
        assert (leads in listed, to_visit in listed) == (is_seen, is_seen)
        assert (to_patient in listed) == is_seen
        assert "one appointment" not in listed
        # Who plants is a program.
        assert ("Seen by Dr Mei Chen, Founder." in listed) == is_seen
        assert "Xwhy" not in listed
    on_patient = chen.get(f"/patients/{world.patients['lupe']}/restrictions/").content.decode()
    assert to_visit in on_patient
    assert "Xwhy" in on_patient
    not_hers = mia.get(f"/patients/{world.patients['lupe']}/restrictions/").content.decode()
    assert "Set by" not in not_hers


def test_what_was_done_before_cannot_be_undone_by_who_is_outside_now(world: World) -> None:
    ana, mia = signed_in(world, "ana"), signed_in(world, "mia")
    lupe = str(world.patients["lupe"])
    added = post(ana, "add_alert", {"patient": lupe, "text": "Mind the step"}).json()
    restrict = {"patient": lupe, "kind": "vip", "why": "Mayor", "level": "restricted"}
    assert post(mia, "restrict_patient", restrict).status_code == 200
    assert post(ana, "undo", {"deed": added["deed"]}).status_code == 404
    cast_draft = ana.get("/patients/").content.decode()
    assert "Fernández-Ortiz" not in cast_draft


def test_live_messages_name_days_and_nobody(world: World, secret: Secret) -> None:
    rows = LoggedEvent.objects.order_by("seq")
    told = " ".join(changed_days([read_event(r.name, r.version, r.body) for r in rows]))
    assert str(clock.today(cast.ZONE)) in told
    assert not any(word in told for word in [*secret.words, *secret.mark])
    assert not any(str(id) in told for id in secret.ids.values())


NO_PATIENTS = ("administrator", "sterile_technician")


def test_whoever_sees_no_patients_breaks_no_glass(world: World) -> None:
    secret = plant(world, "restricted")
    assert all("people.view" in may for may in PERMISSIONS.values() if "people.break_glass" in may)
    body = {"patient": str(secret.patient), "reason": "emergency", "words": "Collapsed"}
    now = clock.now()
    adapted = {"by": UUID(int=1), "by_label": "Somebody", "since": now}
    for role in NO_PATIENTS:
        # A practice that gives the permission gives nothing to open.
        Adaptation.objects.create(
            role=role, permission="people.break_glass", is_given=True, **adapted
        )
        client = in_role(world, role)
        assert post(client, "break_glass", body).status_code == 403
        assert client.get(f"/patients/{secret.patient}/glass/").status_code == 404
    assert not BrokenGlass.objects.exists()


def test_whoever_sees_no_visits_breaks_no_glass_before_one(world: World) -> None:
    visit = cast.book_tomorrow(world, "lupe")
    restricted = {"appointment": str(visit), "kind": "own_request", "why": "Asked for it"}
    assert post(signed_in(world, "chen"), "restrict_visit", restricted).status_code == 200
    body = {"piece": str(visit), "reason": "emergency", "words": "Collapsed"}
    pharmacist = in_role(world, "pharmacist")
    assert pharmacist.get(f"/pieces/{visit}/glass/").status_code == 404
    assert post(pharmacist, "break_glass", body).status_code == 404
    assert in_role(world, "biller").get(f"/pieces/{visit}/glass/").status_code == 200


def in_role(world: World, role: str) -> Client:
    made = add_user(role, role.title(), cast.PASSWORD, [role], by=cast.FOUNDER)
    client = Client()
    client.force_login(User.objects.get(pk=made.user))
    return client


def test_who_may_see_changes_and_every_browser_looks_anew(world: World, secret: Secret) -> None:
    assert (
        post(
            signed_in(world, "chen"), "end_restriction", {"restriction": str(secret.restriction)}
        ).status_code
        == 200
    )
    for name in ("RestrictionSet", "RestrictionEnded"):
        row = LoggedEvent.objects.get(name=name)
        assert changed_days([read_event(row.name, row.version, row.body)]) == ["{}"]
