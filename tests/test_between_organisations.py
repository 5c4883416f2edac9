"""Two organisations in one `caredesk serve`: with everything of one, nothing of the other is found.

Elm and Oak have the same kinds of things under the same usernames. Whatever a browser of the one
can hold (session, tokens, ids, links, cookies, idempotency keys, signed drafts) is carried to the
other's door, and whatever is known of the other is asked for at one's own.
"""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from django.core import signing
from pytest_django.plugin import DjangoDbBlocker
from tests import hosting
from tests.addresses import addresses
from tests.attacks.test_identifiers import example_of
from tests.hosting import PASSWORDS, PEOPLE, Installation, Tenant, as_json, raw, sign_in, whole
from tests.test_hostile_json import Bodies

from caredesk.desk.live import SESSION_SECONDS
from caredesk.kernel.action import offered_actions
from caredesk.kernel.models import LoggedEvent
from caredesk.ui.models import Draft

pytestmark = pytest.mark.processes

type Both = dict[str, Tenant]


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    with hosting.installation() as made:
        yield made


@pytest.fixture(scope="module")
def both(installation: Installation, django_db_blocker: DjangoDbBlocker) -> Both:
    for name in ("elm", "oak"):
        installation.add(name)
    installation.serve()
    made = {name: hosting.fill(name, installation, django_db_blocker) for name in ("elm", "oak")}
    shared = made["elm"].ids & made["oak"].ids
    for each in made.values():
        each.ids -= shared
    return made


@pytest.fixture(params=["elm", "oak"])
def asking(both: Both, request: pytest.FixtureRequest) -> Tenant:
    """Whose people ask."""
    return both[request.param]


@pytest.fixture
def other(both: Both, asking: Tenant) -> Tenant:
    """Whom they should find nothing of."""
    return both["oak" if asking.name == "elm" else "elm"]


def pages(of: Tenant) -> Iterator[tuple[str, str]]:
    return addresses(of.arguments)


def pages_of_nobody() -> Iterator[tuple[str, str]]:
    class Anything(dict[str, object]):
        def __missing__(self, key: str) -> object:
            return uuid4()

    return addresses(Anything(day=date(2026, 11, 24), kind="phones"))


def test_the_planted_is_found_where_it_belongs(asking: Tenant) -> None:
    """Otherwise nothing below would prove anything."""
    browser, shown = asking.signed_in(), ""
    for _, address in pages(asking):
        shown += whole(browser.get(address))
    families = {family for family, *_ in PEOPLE[asking.name].values()}
    assert families <= asking.found_in(shown)
    assert set(asking.world.record_numbers.values()) <= asking.found_in(shown)


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true", "HX-Target": "aside#panel"}])
def test_pages_with_the_others_ids(asking: Tenant, other: Tenant, headers: dict[str, str]) -> None:
    """What is there with the other is here like what is nowhere."""
    browser, unknown = asking.signed_in(), dict(pages_of_nobody())
    for name, address in pages(other):
        answer = browser.get(address, headers=headers)
        assert other.found_in(whole(answer), sent=address) == set(), name
        assert answer.status_code == browser.get(unknown[name], headers=headers).status_code, name
        for method in ("POST", "PUT", "DELETE"):
            answer = browser.request(method, address, headers=headers)
            assert answer.status_code < 500, name
            assert other.found_in(whole(answer), sent=address) == set(), name


def test_a_session_at_the_others_door_is_nobodys(asking: Tenant, other: Tenant) -> None:
    carried = asking.signed_in().cookies
    stranger = other.browser()
    for name, address in pages(other):
        theirs = httpx.get(
            f"{stranger.base_url}{address}", headers={"Host": other.host}, cookies=carried
        )
        nobodys = stranger.get(address)
        assert theirs.status_code == nobodys.status_code == 302, name
        assert theirs.headers["location"] == nobodys.headers["location"]
        assert other.found_in(whole(theirs), sent=address) == set(), name


def test_signing_in_with_the_others_name_and_password(asking: Tenant, other: Tenant) -> None:
    for who in ("ana", "mia", f"head-{asking.name}"):
        answer = sign_in(other.browser(), who, PASSWORDS[asking.name])
        assert answer.status_code == 422
        assert other.found_in(whole(answer)) == set()


@pytest.mark.parametrize("name", sorted(offered_actions()))
def test_actions_with_the_others_ids(both: Both, name: str) -> None:
    """Each changes nothing of the other's, and answers as it does to ids that are nowhere."""
    elm, oak = both["elm"], both["oak"]
    browser, before = _session(elm, "mia"), _rows_of(oak)
    body = json.loads(as_json(example_of(Bodies(_ids(oak), whole=True), name)))
    answer = browser.post(f"/api/actions/{name}", json=body)
    assert answer.status_code in {200, 404, 409, 422}
    assert oak.found_in(whole(answer), sent=as_json(body)) == set()
    nowhere = _with_other_ids(body)
    if nowhere != body:
        unknown = browser.post(f"/api/actions/{name}", json=nowhere)
        assert answer.status_code == unknown.status_code
    carried = httpx.post(
        f"{browser.base_url}/api/actions/{name}",
        json=body,
        cookies=browser.cookies,
        headers={"Host": oak.host, "X-CSRFToken": browser.cookies["caredesk_csrf"]},
    )
    assert carried.status_code == 401
    assert _rows_of(oak) == before


_sessions: dict[tuple[str, str], httpx.Client] = {}


def _session(of: Tenant, who: str = "ana") -> httpx.Client:
    """One session for the many tests that end none: hashing a password takes its time."""
    if (of.host, who) not in _sessions:
        _sessions[of.host, who] = of.signed_in(who)
    return _sessions[of.host, who]


def _ids(of: Tenant) -> dict[str, list[UUID]]:
    world = of.world
    resources = list(world.resources.values())
    return {
        "patient": list(world.patients.values()),
        "appointment": list(of.appointments.values()),
        "visit_type": list(world.visit_types.values()),
        "site": list(world.sites.values()),
        "resource": resources,
        "resources": resources,
        "user": [user.id for user in world.users.values()],
        "relative": [UUID(str(world.relative))],
        "deed": [_deed(of)],
    }


def _deed(of: Tenant) -> UUID:
    with psycopg.connect(of.installation.urls(of.name)[1]) as owner:
        row = owner.execute(
            "SELECT id FROM kernel_deed WHERE action = 'book_appointment' ORDER BY id LIMIT 1"
        ).fetchone()
    assert row is not None
    return UUID(str(row[0]))


def _with_other_ids(body: Any) -> Any:
    """The same with ids that are nowhere."""
    if isinstance(body, dict):
        return {name: _with_other_ids(each) for name, each in body.items()}
    if isinstance(body, list):
        return [_with_other_ids(each) for each in body]
    with contextlib.suppress(ValueError, AttributeError, TypeError):
        return str(uuid4()) if UUID(body) else body
    return body


def _rows_of(of: Tenant) -> tuple[Any, ...]:
    """How much was ever written there, but for looks and sessions, once its own jobs are done."""
    hosting.wait_for_jobs(of)
    with psycopg.connect(of.installation.urls(of.name)[1]) as owner:
        row = owner.execute(
            "SELECT (SELECT count(*) FROM kernel_deed), (SELECT count(*) FROM kernel_event), "
            "(SELECT count(*) FROM audit_entry WHERE kind = 'change'), "
            "(SELECT count(*) FROM ui_draft), (SELECT count(*) FROM people_patient), "
            "(SELECT count(*) FROM scheduling_appointment), (SELECT count(*) FROM access_user)"
        ).fetchone()
    assert row is not None
    return tuple(row)


def test_searches_for_the_others_people(asking: Tenant, other: Tenant) -> None:
    browser = asking.signed_in()
    words = [*(each for person in PEOPLE[other.name].values() for each in (*person[:2], person[3]))]
    words += [*other.world.record_numbers.values(), "q", "aco", "elm", "oak", "05/17/1963"]
    for text in words:
        for address in ("/patients/", "/find/options/", "/appointments/new/"):
            answer = browser.post(address, data={"text": text, "search": str(uuid4())})
            assert answer.status_code == 200
            assert other.found_in(whole(answer), sent=text) == set(), (address, text)
        answer = browser.get("/find/", params={"text": text})
        assert other.found_in(whole(answer), sent=text) == set()


def test_an_idempotency_key_repeats_nothing_of_the_other(asking: Tenant, other: Tenant) -> None:
    key = str(uuid4())
    body = {"family": f"Same{key[:4]}", "given": "Both", "birth_date": "1980-01-02"}
    theirs, ours = other.signed_in(), asking.signed_in()
    answers = [
        browser.post("/api/actions/register_patient", json=body, headers={"Idempotency-Key": key})
        for browser in (theirs, ours, ours)
    ]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert "Idempotency-Replayed" not in answers[1].headers
    assert answers[1].json()["answer"]["patient"] != answers[0].json()["answer"]["patient"]
    assert answers[2].json() == answers[1].json()


def test_a_deed_of_the_other_cannot_be_undone(asking: Tenant, other: Tenant) -> None:
    deed, before, browser = _deed(other), _rows_of(other), asking.signed_in()
    page = browser.post(f"/deeds/{deed}/undo/", data={"key": str(uuid4()), "to": "/"})
    api = browser.post("/api/actions/undo", json={"deed": str(deed)})
    assert (page.status_code, api.status_code) == (404, 404)
    assert other.found_in(whole(page) + whole(api), sent=str(deed)) == set()
    assert _rows_of(other) == before


def test_a_draft_of_the_other_is_missing_and_its_signature_says_nothing_here(
    asking: Tenant, other: Tenant, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock(), other.open():
        draft = Draft.objects.get(name__startswith="details-").id
    browser = asking.signed_in()
    answer = browser.post(f"/drafts/{draft}/end/", data={"to": "/"})
    assert answer.status_code == 404
    said = {
        "owner": str(asking.world.users["ana"].id),
        "name": "register",
        "title": "Register a patient",
        "address": "/patients/new/",
        "subjects": [],
        "fields": ["given"],
    }
    sent = {"typed": json.dumps({"given": ["Tom"]}), "edition": ""}
    for tenant, wanted in ((other, 404), (asking, 200)):
        key = tenant.installation.folder / "organisations" / tenant.name / "keys" / "secret"
        form = signing.dumps(
            said, key=key.read_text().strip(), salt="caredesk.ui.drafts", compress=True
        )
        assert browser.post("/drafts/typed/", data={**sent, "form": form}).status_code == wanted


def test_a_page_of_the_other_cannot_send_forms_here(asking: Tenant, other: Tenant) -> None:
    browser = asking.signed_in()
    token = other.signed_in().cookies["caredesk_csrf"]
    for headers in (
        {"Origin": f"http://{other.host}"},
        {"Origin": "null"},
        {"X-CSRFToken": token},
    ):
        answer = browser.post("/sign-out/", headers=headers)
        assert answer.status_code == 403, headers
        assert other.found_in(whole(answer), sent=other.host) == set()
    assert browser.get("/patients/").status_code == 200


def test_the_live_channel_is_closed_to_the_others_session_and_silent_about_it(
    asking: Tenant, other: Tenant, django_db_blocker: DjangoDbBlocker
) -> None:
    browser, carried = asking.signed_in(), asking.signed_in().cookies
    address = f"{browser.base_url}/live/"
    assert httpx.get(address, headers={"Host": other.host}, cookies=carried).status_code == 401
    assert httpx.get(address, headers={"Host": "else.test"}, cookies=carried).status_code == 404
    with browser.stream("GET", "/live/") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "retry: 2000"
        for tenant in (other, asking):
            with django_db_blocker.unblock(), tenant.open():
                hosting.book_somebody_new(tenant)
        heard = ""
        while str(asking.world.sites["main"]) not in heard:
            heard += next(lines)
    assert other.found_in(heard) == set()


def test_a_stream_ends_only_with_its_own_session(asking: Tenant, other: Tenant) -> None:
    """The same key in the other's database would keep nothing open, and end nothing."""
    ours, theirs = asking.signed_in(), other.signed_in()
    with ours.stream("GET", "/live/") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "retry: 2000"
        theirs.post("/sign-out/")
        ended = threading.Event()

        def read() -> None:
            list(lines)
            ended.set()

        reader = threading.Thread(target=read)
        reader.start()
        assert not ended.wait(SESSION_SECONDS * 2)
        ours.post("/sign-out/")
        assert ended.wait(SESSION_SECONDS * 10)
        reader.join()


TRICKS = [
    "GET {path} HTTP/1.1\nHost: {ours}\nX-Forwarded-Host: {theirs}\n",
    "GET {path} HTTP/1.1\nHost: {ours}\nForwarded: host={theirs};for=10.1.1.1\n",
    "GET {path} HTTP/1.1\nHost: {ours}\nX-Forwarded-Server: {theirs}\nX-Host: {theirs}\n",
    "GET {path} HTTP/1.1\nHost: {ours}\nX-Original-URL: http://{theirs}{path}\n",
    "GET {path} HTTP/1.1\nHost: {ours}\nHost: {theirs}\n",
    "GET {path} HTTP/1.1\nHost: {theirs}\nHost: {ours}\n",
    "GET {path} HTTP/1.1\nHost: {ours}, {theirs}\n",
    "GET {path} HTTP/1.1\nHost: {ours} {theirs}\n",
    "GET {path} HTTP/1.1\nHost: {ours}\n {theirs}\n",
    "GET {path} HTTP/1.1\nHost : {theirs}\nHost: {ours}\n",
    "GET http://{theirs}{path} HTTP/1.1\nHost: {ours}\n",
    "GET http://{ours}{path} HTTP/1.1\nHost: {theirs}\n",
    "GET http://{ours}@{theirs}{path} HTTP/1.1\nHost: {ours}\n",
    "GET //{theirs}{path} HTTP/1.1\nHost: {ours}\n",
    "GET {path} HTTP/1.1\nHost: {theirs}\n",
    "GET {path} HTTP/1.1\nHost: {name}.test\n",
    "GET {path} HTTP/1.1\nHost: {upper}\n",
    "GET {path} HTTP/1.1\nHost: {name}.test.\n",
    "GET {path} HTTP/1.1\nHost: {name}.test.:80\n",
    "GET {path} HTTP/1.1\nHost: {name}.test:443\n",
    "GET {path} HTTP/1.1\nHost: x@{theirs}\n",
    "GET {path} HTTP/1.1\nHost: {theirs}/../{ours}\n",
    "GET {path} HTTP/1.1\nHost: {name}.test%00.{ours}\n",
    "GET {path} HTTP/1.1\nHost: x.{theirs}\n",
    "GET {path} HTTP/1.1\nHost:\n",
    "GET {path} HTTP/1.1\n",
    "GET {path} HTTP/1.0\n",
    "GET {path} HTTP/1.0\nHost: {theirs}\n",
]


@pytest.mark.parametrize("trick", TRICKS)
def test_host_names_that_are_not_what_they_seem(asking: Tenant, other: Tenant, trick: str) -> None:
    """With a session of ours: whichever door is opened, the other's shows nobody signed in."""
    cookies = "; ".join(f"{name}={value}" for name, value in _session(asking).cookies.items())
    theirs = str(other.world.patients["lupe"])
    for path in (f"/patients/{theirs}/", "/patients/", "/day/"):
        request = trick.format(
            path=path,
            ours=asking.host,
            theirs=other.host,
            name=other.name,
            upper=other.host.upper(),
        )
        request += f"Cookie: {cookies}\nConnection: close\n\n"
        answer = raw(asking.installation.port, request)
        assert answer.startswith("HTTP/1."), answer[:80]
        assert int(answer[9:12]) in {200, 302, 400, 404}, answer[:80]
        assert other.found_in(answer, sent=path) == set()


@pytest.mark.parametrize("host", ["else.test", "127.0.0.1", "localhost", "test", "elm", "*"])
def test_an_unknown_host_gets_no_hint(both: Both, host: str) -> None:
    answers = set()
    for path in ("/", "/sign-in/", "/health/", "/live/", "/static/ui/css/base.css", "/x"):
        answer = both["elm"].browser(host).get(path)
        answers.add((answer.status_code, answer.text))
        for each in both.values():
            assert each.found_in(whole(answer)) == set()
            assert each.name not in answer.text
    assert len(answers) == 1
    assert answers.pop()[0] in {400, 404}


def test_the_processes_of_one_refuse_the_others_name_themselves(both: Both) -> None:
    """Also if the front were wrong: asked directly at its socket."""
    installation = both["elm"].installation
    for kind in ("web", "live"):
        sockets = installation.of("elm", kind)[0].environ()["CAREDESK_SOCKETS"]
        transport = httpx.HTTPTransport(uds=f"{sockets}/{kind}")
        with httpx.Client(transport=transport, base_url="http://unix") as browser:
            path = {"web": "/sign-in/", "live": "/live/"}[kind]
            answers = {
                host: browser.get(path, headers={"Host": host})
                for host in ("elm.test", "oak.test", "127.0.0.1")
            }
        assert answers["elm.test"].status_code == {"web": 200, "live": 401}[kind]
        for host in ("oak.test", "127.0.0.1"):
            assert answers[host].status_code == {"web": 422, "live": 404}[kind]
            assert both["elm"].found_in(whole(answers[host])) == set()


def test_a_browser_cannot_say_from_where_it_asks(
    asking: Tenant, django_db_blocker: DjangoDbBlocker
) -> None:
    browser = asking.browser(**{"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9"})
    assert sign_in(browser, "ben", PASSWORDS[asking.name]).status_code == 302
    rows = asking.everything()
    assert "203.0.113.9" not in rows
    assert "127.0.0.1" in rows


def test_a_job_belongs_to_whose_queue_it_is_in(
    both: Both, django_db_blocker: DjangoDbBlocker
) -> None:
    """Put into Elm's queue with an event of Oak's, it finds nothing, and Oak stays as it was."""
    elm, oak = both["elm"], both["oak"]
    with django_db_blocker.unblock(), oak.open():
        event = LoggedEvent.objects.filter(name="AppointmentBooked").latest("seq")
    before = _rows_of(oak)
    # Ids that Oak's own people asked for in vain stand in its log of refusals.
    asked_in_vain = elm.found_in(oak.everything())
    with psycopg.connect(elm.installation.urls("elm")[1], autocommit=True) as owner:
        arguments = json.dumps({"task": "people.remember_the_patient", "event": str(event.id)})
        row = owner.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args) "
            "VALUES ('reactions', 'kernel.react', 0, %s) RETURNING id",
            [arguments],
        ).fetchone()
        assert row is not None
        asked = "SELECT status::text, attempts FROM procrastinate_jobs WHERE id = %s"
        deadline = time.monotonic() + 60
        state: Any = None
        while time.monotonic() < deadline and (state is None or state[1] < 1):
            state = owner.execute(asked, row).fetchone()
            time.sleep(0.1)
        assert state is not None
        assert state[1] >= 1
        assert state[0] != "succeeded"
        owner.execute("DELETE FROM procrastinate_events WHERE job_id = %s", row)
        owner.execute("DELETE FROM procrastinate_jobs WHERE id = %s", row)
    assert _rows_of(oak) == before
    assert elm.found_in(oak.everything()) == asked_in_vain


def test_an_import_lands_where_the_command_says_whatever_the_file_says(
    both: Both, tmp_path: Any
) -> None:
    elm, oak = both["elm"], both["oak"]
    family, given, born, _ = PEOPLE["oak"]["lupe"]
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {
                "fullUrl": f"http://{oak.host}/Patient/{oak.world.patients['lupe']}",
                "resource": {
                    "resourceType": "Patient",
                    "id": str(oak.world.patients["lupe"]),
                    "meta": {"source": f"http://{oak.host}/"},
                    "identifier": [
                        {"system": "urn:caredesk", "value": oak.world.record_numbers["lupe"]}
                    ],
                    "managingOrganization": {"display": hosting.PRACTICES["oak"]},
                    "name": [{"family": "Importedhere", "given": [given]}],
                    "birthDate": born.isoformat(),
                },
            }
        ],
    }
    path = tmp_path / "oak.json"
    path.write_text(json.dumps(bundle))
    before = _rows_of(oak)
    code, said = elm.installation.command("import", "--organisation", "elm", str(path))
    assert code == 0, said
    assert family not in said
    assert _rows_of(oak) == before
    assert "Importedhere" in elm.everything()
    assert "Importedhere" not in oak.everything()


def test_commands_are_about_exactly_one(both: Both) -> None:
    installation = both["elm"].installation
    for words in (["user", "list"], ["check"], ["audit", "verify"], ["migrate"], ["worker"]):
        code, said = installation.command(*words)
        assert code == 2
        assert "say which with --organisation (elm, oak)" in said
    for name, other in (("elm", "oak"), ("oak", "elm")):
        for words in (["user", "list"], ["audit", "verify"], ["check"]):
            code, said = installation.command(*words, "--organisation", name)
            assert code == 0, said
            assert both[other].found_in(said) == set()
        users = installation.command("user", "list", "--organisation", name)
        assert users == installation.command("user", "list", CAREDESK_ORGANISATION=name)
    code, said = installation.command("user", "list", "--organisation", "ash")
    assert (code, "There is no organisation ash here" in said) == (2, True)


def test_a_role_of_one_cannot_connect_to_any_other_database(both: Both) -> None:
    installation = both["elm"].installation
    for name, other in (("elm", "oak"), ("oak", "elm")):
        for url in installation.urls(name):
            for database in (f"caredesk_{other}", "caredesk", "postgres", "template1"):
                elsewhere = url.replace(f"/caredesk_{name}?", f"/{database}?")
                assert elsewhere != url
                with pytest.raises(psycopg.OperationalError, match="permission denied"):
                    psycopg.connect(elsewhere)
        assert installation.urls(name)[0] != installation.urls(other)[0]


def test_no_process_of_one_knows_or_reaches_anything_of_the_other(both: Both) -> None:
    """Its environment, and the other ends of its connections as the database server has them."""
    installation = both["elm"].installation
    secrets = {
        name: {
            secret
            for path in (installation.folder / "organisations" / name / "keys").rglob("*")
            if path.is_file() and (secret := path.read_text().strip())
        }
        for name in both
    }
    with psycopg.connect(installation.addresses().superuser) as superuser:
        sessions = superuser.execute(
            "SELECT client_port, datname, usename FROM pg_stat_activity WHERE client_port > 0"
        ).fetchall()
    for name, other in (("elm", "oak"), ("oak", "elm")):
        processes = installation.of(name)
        assert {each.cmdline()[-1] for each in processes} == {"web", "live", "worker"}
        ports = set()
        for each in processes:
            told = "\n".join(f"{key}={value}" for key, value in each.environ().items())
            assert not any(secret in told for secret in secrets[other])
            assert f"{other}.test" not in told
            assert f"caredesk_{other}" not in told
            assert "DATABASE_OWNER_URL" not in told
            ports |= {
                found.laddr.port
                for found in each.net_connections("tcp")
                if found.status != "LISTEN"
            }
        reached = {(database, role) for port, database, role in sessions if port in ports}
        assert reached == {(f"caredesk_{name}", f"caredesk_{name}_app")}
    assert secrets["elm"].isdisjoint(secrets["oak"])


def test_nothing_of_one_was_written_down_with_the_other(both: Both) -> None:
    """After all of the above: the databases, and what else lies in the folders."""
    for one, other in ((both["elm"], both["oak"]), (both["oak"], both["elm"])):
        names = {word for person in PEOPLE[other.name].values() for word in person[:1]}
        found = {name for name in names if name in one.everything()}
        assert found == set()
        folder = one.installation.folder / "organisations" / one.name
        for path in folder.rglob("*"):
            if path.is_file():
                assert other.found_in(path.read_text(errors="replace")) == set(), path


@pytest.mark.parametrize("kind", ["web", "live", "worker"])
def test_what_dies_of_one_comes_back_and_the_other_goes_on(both: Both, kind: str) -> None:
    elm, oak = both["elm"], both["oak"]
    ours, theirs = elm.signed_in(), oak.signed_in()
    before = {each.pid for each in oak.installation.of("oak")}
    with theirs.stream("GET", "/live/") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "retry: 2000"
        for each in elm.installation.of("elm", kind):
            with contextlib.suppress(Exception):
                each.kill()
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            assert theirs.get("/patients/").status_code == 200
            running = {each.cmdline()[-1] for each in elm.installation.of("elm")}
            if running == {"web", "live", "worker"} and _is_up(elm, kind):
                break
            time.sleep(0.2)
        assert ours.get("/patients/").status_code == 200
    assert {each.pid for each in oak.installation.of("oak")} == before


def _is_up(of: Tenant, kind: str) -> bool:
    said = f"{of.name}: the {kind} process has ended by itself; starting again."
    return said in of.installation.lines and of.browser().get("/health/").status_code == 200


def test_killed_itself_nothing_is_left_and_the_next_start_has_everything(both: Both) -> None:
    installation = both["elm"].installation
    assert installation.process is not None
    sessions = {name: each.signed_in() for name, each in both.items()}
    processes = [each for each in installation.processes() if each.name() != "postgres"]
    installation.process.kill()
    installation.process.wait(60)
    deadline = time.monotonic() + 60
    while any(each.is_running() and each.status() != "zombie" for each in processes):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    installation.serve()
    for name, browser in sessions.items():
        other = both["oak" if name == "elm" else "elm"]
        answer = browser.get("/patients/")
        assert answer.status_code == 200
        assert other.found_in(whole(answer)) == set()
        assert both[name].signed_in().get("/patients/").status_code == 200
