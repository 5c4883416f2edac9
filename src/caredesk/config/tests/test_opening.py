"""A practice of one's own: opened by the real command, entered through the real sign-in."""

import os
import pty
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import httpx
import psycopg
import pytest

from caredesk.access.models import RoleGrant, User
from caredesk.access.queries import anybody_can_sign_in
from caredesk.audit.models import Entry
from caredesk.config import demo
from caredesk.config.embedded import Addresses
from caredesk.config.terminal import ADMINISTRATOR
from caredesk.config.testing import Server
from caredesk.practice.actions import name_organization
from caredesk.practice.models import Organization, Site

CREATE = ["practice", "create", "Elm Street", "--site", "Main", "--zone", "America/New_York"]
BY_MIA = ["--manager", "Mia", "--manager-name", "Mia Wolf"]
PASSWORD = "two  spaces, and a tab\there"


class Command:
    """Runs `caredesk` as an administrator would, on the test database."""

    def __init__(self, addresses: Addresses, folder: Path) -> None:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("DATABASE_", "CAREDESK_", "DJANGO_"))
        }
        address = {"DATABASE_URL": addresses.application, "CAREDESK_DATA": str(folder)}
        self.environment = {**kept, **address}

    def __call__(self, *words: str, typed: str = "") -> tuple[int, str]:
        """The exit code, and everything that was said."""
        done = subprocess.run(
            [sys.executable, "-m", "caredesk.config", *words],
            env=self.environment,
            input=typed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stdout
        return done.returncode, done.stdout

    def on_a_terminal(self, *words: str, typed: list[str]) -> tuple[int, str]:
        """The same with a terminal that answers each question; all that was seen on it."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "caredesk.config", *words],
            env=self.environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        seen = ""
        for answer in typed:
            seen += _read_until(ours, ": ")
            os.write(ours, f"{answer}\n".encode())
        seen += _read_until(ours, None)
        os.close(ours)
        return process.wait(120), seen


def _read_until(terminal: int, end: str | None) -> str:
    seen = ""
    while end is None or not seen.endswith(end):
        try:
            read = os.read(terminal, 4096).decode()
        except OSError:
            break
        if not read:
            break
        seen += read
    return seen


@pytest.fixture
def caredesk(addresses: Addresses, tmp_path: Path) -> Command:
    return Command(addresses, tmp_path)


def sees_the_day(server: Server, name: str, password: str) -> bool:
    """Through the page, as a browser sends it."""
    with httpx.Client(base_url=server.url, follow_redirects=True) as browser:
        page = browser.get("/sign-in/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token is not None
        sent = {"username": name, "password": password, "csrfmiddlewaretoken": token[1]}
        answer = browser.post("/sign-in/", data=sent, headers={"Referer": server.url})
        return answer.status_code == 200 and "/day/" in answer.url.path


def test_a_practice_is_opened_and_its_manager_signs_in(server: Server, caredesk: Command) -> None:
    code, said = caredesk(*CREATE, *BY_MIA, typed=f"{PASSWORD}\n")
    assert code == 0, said
    assert "Elm Street is open" in said
    assert PASSWORD not in said
    assert not Organization.objects.get().demo
    assert Site.objects.get().time_zone == "America/New_York"
    assert sees_the_day(server, "mia", PASSWORD)
    assert not sees_the_day(server, "mia", " ".join(PASSWORD.split()))
    assert anybody_can_sign_in()
    again, said = caredesk(*CREATE, *BY_MIA, typed=f"{PASSWORD}\n")
    assert again == 2
    assert "Elm Street is in this database already" in said


@pytest.mark.parametrize(
    ("words", "typed", "says"),
    [
        (CREATE, "short\n", "at least 8 characters"),
        (CREATE, "", "at least 8 characters"),
        ([*CREATE[:-1], "Mars/Olympus"], "long enough\n", "This is not a time zone."),
    ],
)
def test_what_cannot_be_opened_leaves_nothing(
    committed_db: None, caredesk: Command, words: list[str], typed: str, says: str
) -> None:
    code, said = caredesk(*words, *BY_MIA, typed=typed)
    assert code == 2
    assert says in said
    assert not Organization.objects.exists()
    assert not User.objects.exists()
    assert not anybody_can_sign_in()


def test_a_password_is_asked_twice_and_not_shown(committed_db: None, caredesk: Command) -> None:
    code, seen = caredesk.on_a_terminal(*CREATE, *BY_MIA, typed=["a long secret", "another one"])
    assert code == 2
    assert "The two are not the same" in seen
    assert not User.objects.exists()
    code, seen = caredesk.on_a_terminal(*CREATE, *BY_MIA, typed=["a long secret"] * 2)
    assert code == 0, seen
    assert "secret" not in seen
    assert User.objects.get().username == "mia"


def test_users_come_change_and_go(server: Server, caredesk: Command) -> None:
    caredesk(*CREATE, *BY_MIA, typed=f"{PASSWORD}\n")
    add = ["user", "add", "ana", "--name", "Ana Ruiz", "--role", "secretary"]
    assert caredesk(*add, typed="correct horse\n")[0] == 0
    assert sees_the_day(server, "ana", "correct horse")
    assert caredesk("user", "set-password", "ANA", typed="another horse\n")[0] == 0
    assert not sees_the_day(server, "ana", "correct horse")
    assert sees_the_day(server, "ana", "another horse")

    assert caredesk("user", "role", "ana", "--give", "manager")[0] == 0
    assert caredesk("user", "role", "ana", "--end", "secretary")[0] == 0
    ended = RoleGrant.objects.get(user__username="ana", role="secretary")
    assert ended.ended_at is not None
    code, listed = caredesk("user", "list")
    assert code == 0
    assert [line.split() for line in listed.splitlines()] == [
        ["ana", "manager", "Ana", "Ruiz"],
        ["mia", "manager", "Mia", "Wolf"],
    ]

    assert caredesk("user", "end", "ana")[0] == 0
    assert not sees_the_day(server, "ana", "another horse")
    code, said = caredesk("user", "end", "mia")
    assert code == 2
    assert "the only one who can add users" in said
    assert caredesk("user", "end", "nobody") == (
        2,
        "There is no such user. `caredesk user list` names them all.\n",
    )
    names = list(
        Entry.objects.filter(door="command").order_by("seq").values_list("name", flat=True)
    )
    assert names[-5:] == ["add_user", "set_password", "grant_role", "end_role", "end_user"]


def test_only_a_demo_practice_moves_the_clock_of_a_command(
    committed_db: None, caredesk: Command, addresses: Addresses, tmp_path: Path
) -> None:
    """And what a server of another time left behind in the folder moves nothing."""
    (tmp_path / "serving.json").write_text('{"url": "http://127.0.0.1:1", "clock_offset": -9e6}')
    name_organization(name="A real one", by=ADMINISTRATOR)
    _, said = caredesk("check")
    assert "The clocks of this machine and of the database agree" in said
    assert "demo practice's time" not in said
    with psycopg.connect(addresses.owner) as owner:
        owner.execute("UPDATE practice_organization SET demo = true")
    demo.start_clock()
    assert "demo practice's time" in caredesk("check")[1]


def test_a_database_that_is_not_ready_is_said_plainly(tmp_path: Path, addresses: Addresses) -> None:
    nowhere = replace(addresses, application="postgresql://nobody@127.0.0.1:1/nothing")
    code, said = Command(nowhere, tmp_path)("user", "list")
    assert code == 2
    assert said.startswith("The database does not answer (")
    empty = replace(addresses, application=addresses.superuser)
    for words in (["user", "list"], ["import", str(tmp_path)], ["audit", "verify"], ["worker"]):
        code, said = Command(empty, tmp_path)(*words)
        assert code == 2
        assert said.startswith("There is no practice in this database yet: `caredesk serve` makes")
        assert said.count("\n") == 1


@pytest.mark.parametrize("words", [["practice"], ["practice", "create"], ["user"], ["user", "add"]])
def test_help_is_there(caredesk: Command, words: list[str]) -> None:
    code, said = caredesk(*words, "--help")
    assert code == 0
    assert "usage: caredesk " + " ".join(words) in said
    assert "password" in said or words[-1] == "practice"
