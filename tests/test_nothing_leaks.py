"""What is typed about a patient is in the database and nowhere else.

A real `caredesk serve` (web, live, worker, its embedded database), an unusual patient through
every form and every action, errors forced where they hurt, and then a search of everything that
was written beside the tables: logs, the database's own log, jobs, temporary files.
"""

import json
import re
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import psycopg
import pytest
from tests import planting
from tests.addresses import addresses
from tests.planting import BORN, FAMILY, NEVER, SAID, Desk

from caredesk.access.demo import SIGN_INS
from caredesk.config.embedded import Addresses, Embedded
from caredesk.config.tests.test_serve import Serving, free_port
from caredesk.files.tests import samples

pytestmark = pytest.mark.processes

PDF = samples.PDF + f"% {FAMILY} {BORN}\n%%EOF\n".encode()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="caredesk-leaks-") as made:
        Path(made).chmod(0o711)
        yield Path(made)


@pytest.fixture(scope="module")
def serving(folder: Path) -> Iterator[Serving]:
    (folder / "tmp").mkdir()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TMPDIR", str(folder / "tmp"))
        # It sends in minutes what a desk sends in weeks; some forms end its session.
        unlimited = Serving(folder / "data", free_port(), demo="1", CAREDESK_LIMITS="off")
        started = unlimited.wait_until_ready()
    yield started
    started.end(signal.SIGKILL)


@pytest.fixture(scope="module")
def database(serving: Serving, folder: Path) -> Addresses:
    return Embedded(folder / "data").addresses()


@pytest.fixture(scope="module")
def desk(serving: Serving) -> Iterator[Desk]:
    """The manager, who may do everything."""
    tom = next(each for each in SIGN_INS if each.role == "manager")
    url = f"http://127.0.0.1:{serving.port}"
    with httpx.Client(base_url=url, timeout=60) as client:
        found = Desk(client, tom.username, tom.password)
        found.sign_in()
        yield found


def test_nothing_of_a_patient_is_anywhere_but_in_the_tables(
    serving: Serving, folder: Path, database: Addresses, desk: Desk
) -> None:
    ids = plant_one(desk, database)
    forms = plant_through_forms(desk, ids)
    actions = plant_through_actions(desk, ids)
    plant_through_addresses(desk)
    force_errors(desk, database, ids)
    assert forms > 40
    assert actions > 50
    assert desk.statuses[500] >= 4, desk.statuses
    assert desk.statuses[422] > 100, desk.statuses
    wait_for_the_worker(database)
    assert_planted(database)
    assert_no_core(serving)
    jobs = everything_of(database, "procrastinate_jobs", "procrastinate_events")
    assert serving.end(signal.SIGTERM) == 0
    output = "\n".join(serving.lines)
    assert "incident" in output
    written = {"output": output, "jobs": jobs, **files_of(folder)}
    server_log = next(text for name, text in written.items() if name.endswith("server.log"))
    assert "violates check constraint" in server_log
    assert "does not exist" in server_log
    hits = found_in(written)
    assert not hits, "\n".join(hits)


def test_the_search_finds_what_it_looks_for() -> None:
    for text in (f"Key (family)=({FAMILY.upper()})", "born 29 Jul 1913", "+16022340187"):
        assert found_in({"a log": text})


def plant_one(desk: Desk, database: Addresses) -> dict[str, str]:
    """The unusual patient with one of everything, and the ids that addresses ask for."""
    body = {
        "family": FAMILY,
        "given": planting.GIVEN,
        "birth_date": BORN,
        "phone": planting.PHONE,
    }
    answer = act(desk, "register_patient", body)
    assert answer.status_code == 200, answer.text
    patient = answer.json()["answer"]["patient"]
    relative = {"patient": patient, "name": SAID, "relationship": FAMILY}
    row = act(desk, "add_relative", relative).json()["answer"]["id"]
    sent = {"title": SAID, "kind": "form", "dated": planting.BORN_TYPED}
    added = desk.post(
        f"/patients/{patient}/documents/", data=sent, files={"file": (f"{FAMILY}.pdf", PDF)}
    )
    assert added.status_code == 303, added.text
    wanted = {
        "document": "SELECT id FROM people_document",
        "appointment": "SELECT id FROM scheduling_appointment ORDER BY starts_at DESC",
        "visit_type": "SELECT id FROM scheduling_visittype",
        "site": "SELECT id FROM practice_site",
        "resource": "SELECT id FROM scheduling_resource",
        "step": "SELECT id FROM scheduling_step",
        "hold": "SELECT id FROM scheduling_appointment",
        "cancellation": "SELECT id FROM scheduling_cancellation",
    }
    found = {"patient": patient, "relative": row, "row": row}
    with psycopg.connect(database.owner) as owner:
        for name, question in wanted.items():
            first = owner.execute(f"{question} LIMIT 1").fetchone()
            found[name] = str(first[0]) if first else patient
    return found


def plant_through_forms(desk: Desk, ids: dict[str, str]) -> int:
    arguments: dict[str, object] = {**ids, "day": date(2026, 11, 26), "kind": "phones"}
    missing = KeyFiller(arguments, ids["patient"])
    return sum(planting.send_forms(desk, address, PDF) for _, address in addresses(missing))


class KeyFiller(dict[str, object]):
    """What an address of another room asks for, too: an id that is not there."""

    def __init__(self, known: dict[str, object], otherwise: object) -> None:
        super().__init__(known)
        self._otherwise = otherwise

    def __missing__(self, key: str) -> object:
        return self._otherwise


def plant_through_actions(desk: Desk, ids: dict[str, str]) -> int:
    description = desk.get("/api/openapi.json").json()
    for address, body in planting.bodies(description, ids):
        send_json(desk, address, body)
    return len(description["paths"])


def send_json(desk: Desk, address: str, body: bytes) -> httpx.Response:
    desk.client.headers["Content-Type"] = "application/json"
    try:
        return desk.post(address, content=body)
    finally:
        del desk.client.headers["Content-Type"]


def act(desk: Desk, name: str, body: Mapping[str, object]) -> httpx.Response:
    return send_json(desk, f"/api/actions/{name}", json.dumps(body).encode())


def plant_through_addresses(desk: Desk) -> None:
    """What is typed where no form asks for it: addresses, searches, sign-ins, reports."""
    url = str(desk.client.base_url).rstrip("/")
    for address in (
        f"/patients/{FAMILY}/",
        f"/patients/?text={quote(SAID)}",
        f"/day/{BORN}/?by={FAMILY}",
        f"/static/{FAMILY}.js",
        f"/api/actions/{FAMILY}",
        f"/documents/{quote(SAID)}/",
        f"/sign-in/?next=/patients/{FAMILY}/",
    ):
        desk.get(address)
        httpx.get(f"{url}{address}")
    for kind in ("birth", "day", "clock", FAMILY):
        for sent in ({}, {"left": "1"}):
            desk.post("/echo/", data={"kind": kind, "text": SAID, "zone": "UTC", **sent})
    for address in ("/find/options/", "/patients/", "/appointments/new/"):
        for text in (FAMILY, BORN, planting.PHONE, planting.MAIL):
            desk.post(address, data={"text": text, "search": FAMILY})
    with httpx.Client(base_url=desk.client.base_url) as stranger:
        stranger.headers.update({"User-Agent": SAID, "Referer": f"http://{FAMILY}.example/"})
        stranger.post("/sign-in/", data={"username": FAMILY, "password": SAID})
        token = planting.Forms(stranger.get("/sign-in/").text).found[0]
        stranger.post("/sign-in/", data={**token.values, "username": FAMILY, "password": SAID})
        stranger.get("/", headers={"Host": f"{FAMILY}.example"})
        stranger.get("/", headers={"Cookie": f"caredesk_session={FAMILY}; a={BORN}"})
        report = {"csp-report": {"document-uri": f"http://{SAID}", "violated-directive": FAMILY}}
        stranger.post("/csp-report/", json=report)
        stranger.post("/sign-in/", content=f"--{FAMILY}".encode(), headers=NO_BOUNDARY)
    port = desk.client.base_url.port or 0
    live = url.replace(str(port), str(port + 1))
    httpx.get(f"{live}/live/{FAMILY}?name={FAMILY}", headers={"Origin": f"http://{FAMILY}"})


NO_BOUNDARY = {"Content-Type": "multipart/form-data; boundary=" + FAMILY}


def force_errors(desk: Desk, database: Addresses, ids: dict[str, str]) -> None:
    """Where PostgreSQL's messages quote whole rows, and where an action breaks in its middle."""
    patient = ids["patient"]
    broken = {
        "people_email": ("ADD CONSTRAINT never CHECK (false) NOT VALID", "DROP CONSTRAINT never"),
        "people_alert": ("RENAME TO people_alert_away", ""),
        "people_searchline": ("ADD CONSTRAINT never CHECK (false) NOT VALID", ""),
    }
    with psycopg.connect(database.owner, autocommit=True) as owner:
        for table, (breaking, _) in broken.items():
            owner.execute(f"ALTER TABLE {table} {breaking}")
        for name, body in (
            ("add_email", {"patient": patient, "address": planting.MAIL}),
            ("add_alert", {"patient": patient, "text": SAID}),
            ("change_patient", {"patient": patient, "family": f"{FAMILY}son"}),
        ):
            assert act(desk, name, body).status_code == 500, name
        for kind in ("emails", "alerts"):
            answer = desk.post(
                f"/patients/{patient}/{kind}/",
                data={"address": planting.MAIL, "text": SAID, "severity": "note"},
            )
            assert answer.status_code == 500
        owner.execute("ALTER TABLE people_email DROP CONSTRAINT never")
        owner.execute("ALTER TABLE people_alert_away RENAME TO people_alert")
        act(desk, "record_deceased", {"patient": patient, "deceased": False})
        # And a job fails: whoever is seen is indexed anew, which the broken table refuses.
        book(desk, ids)
        wait_for_a_failed_job(owner)
        owner.execute("ALTER TABLE people_searchline DROP CONSTRAINT never")
        # The owner himself makes a mistake at the prompt, in words.
        for statement in (
            f"SELECT '{SAID}' FROM nowhere",
            f"INSERT INTO people_patient (family) VALUES ('{FAMILY}')",
        ):
            with pytest.raises(psycopg.Error):
                owner.execute(statement)


def book(desk: Desk, ids: dict[str, str]) -> None:
    """A visit of the patient, so that a reaction runs."""
    reasons = ("availability_reason", "overlap_reason", "overbook_reason", "note", "asked_by")
    body = {
        "patient": ids["patient"],
        "visit_type": ids["visit_type"],
        "site": ids["site"],
        "starts_at": (datetime.now(UTC) + timedelta(days=40))
        .replace(second=0, microsecond=0)
        .isoformat(),
        **dict.fromkeys(reasons, SAID),
    }
    answer = act(desk, "book_appointment", body)
    assert answer.status_code == 200, answer.text


def wait_for_a_failed_job(owner: "psycopg.Connection[tuple[object, ...]]") -> None:
    deadline = time.monotonic() + 30
    question = "SELECT count(*) FROM procrastinate_jobs WHERE attempts > 0 AND status <> 'doing'"
    while owner.execute(question).fetchone() == (0,) and time.monotonic() < deadline:
        time.sleep(0.1)


def wait_for_the_worker(database: Addresses) -> None:
    question = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    deadline = time.monotonic() + 60
    with psycopg.connect(database.owner, autocommit=True) as owner:
        while owner.execute(question).fetchone() != (0,):
            assert time.monotonic() < deadline
            time.sleep(0.1)


def assert_planted(database: Addresses) -> None:
    """It all was there to be found."""
    question = "SELECT count(*) FROM people_{} WHERE {} ILIKE %s"
    with psycopg.connect(database.owner) as owner:
        for table, column, value in (
            ("patient", "family", f"%{FAMILY}%"),
            ("phone", "as_typed", f"%{planting.PHONE}%"),
            ("alert", "text", f"%{SAID}%"),
            ("relative", "name", f"%{FAMILY}%"),
            ("document", "title", f"%{SAID}%"),
        ):
            found = owner.execute(question.format(table, column), [value]).fetchone()
            assert found is not None
            assert found[0] > 0, table


def assert_no_core(serving: Serving) -> None:
    for process in serving.processes():
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        assert re.search(r"Max core file size\s+0\s+0\s", limits), process.name()


def everything_of(database: Addresses, *tables: str) -> str:
    with psycopg.connect(database.owner) as owner:
        rows = [
            row
            for table in tables
            for row in owner.execute(f"SELECT t::text FROM {table} t").fetchall()
        ]
    assert rows
    return "\n".join(str(row[0]) for row in rows)


def files_of(folder: Path) -> dict[str, str]:
    """Everything that was written, but the tables themselves and the keys."""
    found = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).as_posix()
        is_table = re.search(r"postgres/data/(base|global|pg_wal|pg_xact|pg_)", inside)
        if path.is_file() and not is_table and "/static/" not in inside:
            found[inside] = path.read_bytes().decode("utf-8", "replace")
    home = Embedded(folder / "data").home
    found["server.log"] = (home / "server.log").read_text(errors="replace")
    return found


def found_in(written: dict[str, str]) -> list[str]:
    """Each place where something of the patient stands, with a little around it."""
    hits = []
    for name, text in written.items():
        for each in NEVER:
            at = text.lower().find(each)
            if at >= 0:
                hits.append(f"{name}: {text[max(0, at - 120) : at + 60]!r}")
    return hits
