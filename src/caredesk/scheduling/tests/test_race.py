"""The race, over HTTP: 64 clients want 100 times, each asks for 10 of them."""

import http.client
import json
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from threading import Barrier
from typing import Any, Protocol
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import get_random_string

from caredesk.access.actions import add_user
from caredesk.access.models import User
from caredesk.access.sessions import SessionStore
from caredesk.kernel import clock, looks
from caredesk.practice.actions import add_room, add_site
from caredesk.scheduling import actions
from caredesk.scheduling.actions.hours import HoursInput
from caredesk.scheduling.actions.visit_types import RequirementInput
from caredesk.scheduling.models import Appointment, Booking
from caredesk.scheduling.queries import masks_differ
from caredesk.scheduling.tests.world import ALL, actor, patient
from caredesk.workforce.actions import add_practitioner

pytestmark = pytest.mark.processes

CLIENTS, TIMES, EACH = 64, 100, 10
USERS = 4
PRACTITIONERS, ROOMS = 5, 6
MANAGER = actor("Mia", ALL | {"access.manage"})


class Server(Protocol):
    """What the fixture `server` gives."""

    url: str


@dataclass
class Morning:
    """What there is to be had: so many times with so many practitioners, in fewer rooms."""

    site: UUID
    visit_type: UUID
    wanted: list[tuple[UUID, datetime]]
    patients: list[UUID]
    cookies: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture
def morning(server: Server) -> Iterator[Morning]:
    with looks.collecting("race"):
        yield _morning()


def _morning() -> Morning:
    site = add_site("Main Street", "UTC", by=MANAGER).id
    for n in range(ROOMS):
        room = add_room(site, f"Exam {n}", "exam", by=MANAGER).id
        actions.add_room_resource(room, by=MANAGER)
    hours = [HoursInput(weekday=n, from_time=time(8), until_time=time(18)) for n in range(7)]
    people = [_practitioner(n, site, hours) for n in range(PRACTITIONERS)]
    needs = [
        RequirementInput(kind="practitioner"),
        RequirementInput(kind="room", feature="exam", with_setup=True),
    ]
    kind = actions.add_visit_type("Check-up", 15, needs, by=MANAGER).id
    tomorrow = clock.today("UTC") + timedelta(days=1)
    begin = datetime.combine(tomorrow, time(9), UTC)
    per_person = TIMES // PRACTITIONERS
    wanted = [
        (person, begin + timedelta(minutes=15 * n)) for person in people for n in range(per_person)
    ]
    world = Morning(site, kind, wanted, [patient(n) for n in range(1, CLIENTS + 1)])
    # Hashing a password is slow on purpose: the clients share a few users, each has a session.
    users = [_user(n) for n in range(USERS)]
    world.cookies = [_signed_in(users[n % USERS]) for n in range(CLIENTS)]
    return world


def _practitioner(number: int, site: UUID, hours: list[HoursInput]) -> UUID:
    person = add_practitioner(f"Chen{number}", "Mei", "Dr", by=MANAGER).practitioner
    resource = actions.add_practitioner_resource(person, by=MANAGER).id
    actions.set_availability(resource, site, clock.today("UTC"), hours, by=MANAGER)
    return resource


def _user(number: int) -> User:
    made = add_user(f"c{number}", f"Client {number}", "correct horse", ["secretary"], by=MANAGER)
    return User.objects.get(pk=made.user)


def _signed_in(user: User) -> dict[str, str]:
    """A session in the database, as the sign-in page leaves it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save(must_create=True)
    csrf = get_random_string(32)
    return {
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key};"
        f" {settings.CSRF_COOKIE_NAME}={csrf}",
        "X-CSRFToken": csrf,
        "Content-Type": "application/json",
    }


def test_a_hundred_times_for_sixty_four_clients(server: Server, morning: Morning) -> None:
    ready = Barrier(CLIENTS)

    def client(number: int) -> list[tuple[int, dict[str, Any]]]:
        chances = random.Random(number)
        mine = [morning.wanted[(number * EACH + n) % TIMES] for n in range(EACH)]
        chances.shuffle(mine)
        connection = http.client.HTTPConnection(str(urlsplit(server.url).netloc), timeout=120)
        ready.wait()
        answers = [_ask(connection, morning, number, *each) for each in mine]
        connection.close()
        return answers

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = [answer for each in pool.map(client, range(CLIENTS)) for answer in each]

    outcome = Counter((status, body.get("code", "booked")) for status, body in answers)
    assert outcome == {(200, "booked"): TIMES, (409, "busy"): CLIENTS * EACH - TIMES}
    refused = [body for status, body in answers if status == 409]
    assert {len(body["alternatives"]) for body in refused} == {3}
    assert all("is booked then, by Client" in body["detail"] for body in refused)
    assert Appointment.objects.count() == TIMES
    assert Booking.objects.filter(released_at__isnull=True).count() == 2 * TIMES
    assert masks_differ(MANAGER) == []


def _ask(
    connection: http.client.HTTPConnection,
    morning: Morning,
    number: int,
    practitioner: UUID,
    at: datetime,
) -> tuple[int, dict[str, Any]]:
    body = {
        "patient": str(morning.patients[number]),
        "visit_type": str(morning.visit_type),
        "starts_at": at.isoformat(),
        "resources": [str(practitioner)],
        "overlap_reason": "Whichever comes first",
    }
    headers = {**morning.cookies[number], "Idempotency-Key": get_random_string(16)}
    connection.request("POST", "/api/actions/book_appointment", json.dumps(body), headers)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())
