"""Booking through the HTTP door, against bare psycopg that writes the same rows."""

import itertools
import json
import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg

from caredesk.config.bench import floor, load, memory, product
from caredesk.config.bench.copies import Rows, ids_in, read_rows, replaced, together
from caredesk.config.bench.numbers import Line, Times, best_ratio, rounded
from caredesk.config.bench.numbers import together as all_rounds
from caredesk.config.bench.options import Options
from caredesk.config.bench.practice import Practice, Time, floor_days, product_days
from caredesk.config.bench.product import Product
from caredesk.config.bench.watching import watching
from caredesk.kernel.ids import new_id

PATH = "/api/actions/book_appointment"

_SESSION = """SELECT s.session_data, s.public_id, u.id, u.name, u.password FROM access_session s
JOIN access_user u ON u.id = s.user_id AND u.is_active
WHERE s.session_key = %s AND s.expire_date > now()"""
_JOBS = """SELECT args::text FROM procrastinate_jobs
WHERE args->>'event' IN (SELECT id::text FROM kernel_event WHERE deed = %s)"""
_DEFER = """SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('reactions', 'kernel.react', 0, NULL, NULL,
 %s::jsonb, NULL)]::procrastinate_job_to_defer_v1[])"""
_ROLES = "SELECT role FROM access_rolegrant WHERE user_id = %s AND ended_at IS NULL"


class Sample:
    """One real booking, made through the door, and what it left in the database."""

    def __init__(self, practice: Practice, time: Time, patient: UUID) -> None:
        self._practice, self._time = practice, time
        self.queries, answer = _book_in_process(practice, time, patient)
        self._appointment, self._deed = answer["answer"]["appointment"], answer["deed"]
        rooms = [one["id"] for one in answer["answer"]["resources"] if one["kind"] == "room"]
        self._room = rooms[0]
        with psycopg.connect(practice.place.addresses.owner) as owner:
            self.rows = self._read(owner)
            self.jobs = [args for (args,) in owner.execute(_JOBS, [self._deed]).fetchall()]

    def _read(self, owner: psycopg.Connection[Any]) -> list[Rows]:
        of = "appointment_id = %s"
        found = [
            read_rows(owner, "scheduling_appointment", "id = %s", [self._appointment]),
            read_rows(owner, "scheduling_participant", of, [self._appointment]),
            read_rows(owner, "scheduling_booking", of, [self._appointment]),
            read_rows(owner, "kernel_deed", "id = %s", [self._deed]),
            read_rows(owner, "audit_entry", "deed = %s", [self._deed]),
            read_rows(owner, "kernel_event", "deed = %s", [self._deed]),
        ]
        return [each for each in found if each]

    def like(self, time: Time) -> floor.Transaction:
        """What writes the same rows for another time, person and room."""
        others = {old: str(new_id()) for old in [*ids_in(self.rows), self._key()]}
        others |= {
            str(self._time.practitioner.resource): str(time.practitioner.resource),
            str(self._time.practitioner.person): str(time.practitioner.person),
            self._room: str(time.room),
        }
        later: timedelta = time.starts_at - self._time.starts_at
        written = [each.insertion(others, later) for each in self.rows]
        appointment, participants, *others_of_it = written
        return [
            (_SESSION, [self._practice.who.session_key]),
            (_ROLES, [self._practice.who.user]),
            together([appointment, participants]),
            *others_of_it,
            *((_DEFER, [replaced(args, others)]) for args in self.jobs),
        ]

    def _key(self) -> str:
        deed = next(each for each in self.rows if each.table == "kernel_deed")
        return str(deed.values[0][deed.columns.index("key")])


class Bookings:
    """Hands out times and patients, each time once."""

    def __init__(self, practice: Practice, patients: list[UUID]) -> None:
        self.practice = practice
        self._times = practice.free_times(product_days())
        self._floor_times = practice.free_times(floor_days())
        chance = random.Random(4)  # noqa: S311  repeatable, nothing secret
        chance.shuffle(patients)
        self._patients = itertools.cycle(patients)
        self.sample = Sample(practice, next(self._times), next(self._patients))

    def requests(self, running: Product, count: int) -> list[bytes]:
        return [
            running.book(self.practice.who, PATH, body_of(self.practice, time, patient))
            for time, patient in zip(
                itertools.islice(self._times, count), self._patients, strict=False
            )
        ]

    def transactions(self, count: int) -> list[floor.Transaction]:
        return [self.sample.like(time) for time in itertools.islice(self._floor_times, count)]


def body_of(practice: Practice, time: Time, patient: UUID) -> dict[str, object]:
    """What the desk sends: the practitioner is chosen, the room is left to Caredesk."""
    return {
        "patient": str(patient),
        "visit_type": str(practice.visit_type),
        "starts_at": time.starts_at.isoformat(),
        "site": str(time.practitioner.site),
        "resources": [str(time.practitioner.resource)],
        "reason": "Check-up",
        "asked_by": "the patient",
    }


def _book_in_process(practice: Practice, time: Time, patient: UUID) -> tuple[int, Any]:
    """Through all the middleware, counting the statements."""
    client = product.client(practice.who)
    with watching() as watched:
        response = client.post(
            PATH,
            json.dumps(body_of(practice, time, patient)),
            content_type="application/json",
            headers={"Idempotency-Key": str(new_id()), "X-CSRFToken": practice.who.csrf},
        )
    if response.status_code != 200:
        raise RuntimeError(f"a booking was answered {response.status_code}: {response.content!r}")
    return watched.queries, response.json()


def measure(bookings: Bookings, size: int, options: Options) -> list[Line]:
    """At each number of clients the product and the floor in turns."""
    place = bookings.practice.place
    with product.running(place) as running:
        load.run(running.address, bookings.requests(running, options.warm_up), 8)
        lines = [_at(bookings, running, size, clients, options) for clients in options.clients]
    best = rounded(best_ratio(lines))
    for line in lines:
        line.more["best_ratio"] = best
    return lines


def _at(bookings: Bookings, running: Product, size: int, clients: int, options: Options) -> Line:
    reached: list[Times] = []
    floors: list[Times] = []
    used = _Used(running, bookings.practice.place.database_process)
    for _ in range(options.rounds):
        requests = bookings.requests(running, options.a_round)
        transactions = bookings.transactions(options.a_round)
        with used:
            loaded = load.run(running.address, requests, clients)
        reached.append(loaded.times)
        used.statuses.append(loaded.statuses)
        floors.append(
            floor.run(bookings.practice.place.addresses.application, transactions, clients)
        )
    count = len(used.statuses) * options.a_round
    return Line(
        "book",
        size,
        clients,
        all_rounds(reached),
        all_rounds(floors),
        bookings.sample.queries,
        {"web_cpu_ms": used.web_ms(count), "database_cpu_ms": used.database_ms(count)},
    )


class _Used:
    """Processor time of the web server and the database, while the block ran."""

    def __init__(self, running: Product, database: int) -> None:
        self._web, self._database = [running.processes["web"]], [database]
        self.statuses: list[dict[str, int]] = []
        self._seconds = [0.0, 0.0]

    def __enter__(self) -> None:
        self._before = self._now()

    def __exit__(self, *_: object) -> None:
        for n, (before, now) in enumerate(zip(self._before, self._now(), strict=True)):
            self._seconds[n] += now - before

    def _now(self) -> list[float]:
        return [memory.cpu_seconds(self._web), memory.cpu_seconds(self._database)]

    def web_ms(self, count: int) -> float:
        return round(1000 * self._seconds[0] / count, 2)

    def database_ms(self, count: int) -> float:
        return round(1000 * self._seconds[1] / count, 2)
