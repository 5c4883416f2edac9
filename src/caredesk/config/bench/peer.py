"""What the best Python peer was measured at, measured here: the same operations, eight clients."""

import itertools
import random
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode
from uuid import UUID

from caredesk.config.bench import book, load, patients, practice, product
from caredesk.config.bench.history import History
from caredesk.config.bench.memory import pss_mb
from caredesk.config.bench.names import people
from caredesk.config.bench.numbers import Line, Times, together
from caredesk.config.bench.options import Options
from caredesk.config.bench.place import Cluster
from caredesk.config.bench.practice import TODAY, Practice
from caredesk.config.bench.product import Product
from caredesk.kernel.ids import new_id
from caredesk.people.rules.names import fold

CLIENTS = 8
PATIENTS = 20_000
TOGETHER = 16
LONGEST_HISTORY = 100_000
ALL = ("web", "live", "worker")

_INTO_PANEL = {"HX-Request": "true", "HX-Target": "section#panel"}


def measure(cluster: Cluster, options: Options) -> Iterator[Line]:
    """Everything runs that `caredesk serve` runs; memory is that of all processes."""
    with cluster.database("peer") as place:
        made = practice.set_up(place, practice.SITES if options.is_serious else practice.FEW)
        known = patients.load(min(PATIENTS, max(options.size, 200)))
        bookings = book.Bookings(made, list(known))
        history = History(made)
        history.book_ahead()
        history.fill_up(min(options.size, LONGEST_HISTORY))
        with product.running(place, ALL) as running:
            leaders = [*running.processes.values(), place.database_process]
            idle = pss_mb(leaders)
            requests = _Requests(made, running, bookings, known, options)
            for name, made_of in requests.kinds().items():
                yield _line(name, running, made_of, options)
            yield _race(made, running, known, options)
            yield _memory(options, idle, pss_mb(leaders))


class _Requests:
    """Endless requests of each kind."""

    def __init__(
        self,
        made: Practice,
        running: Product,
        bookings: book.Bookings,
        known: Sequence[UUID],
        options: Options,
    ) -> None:
        self._made, self._running, self._bookings = made, running, bookings
        self._known = known
        self._chance = random.Random(8)  # noqa: S311  repeatable, nothing secret
        self._families = [fold(each.family) for each in people(len(known), TODAY)]

    def kinds(self) -> dict[str, Iterator[bytes]]:
        return {
            "peer_search": self._searches(),
            "peer_patient": self._patients(),
            "peer_day": self._days(),
            "peer_book": self._books(),
        }

    def _searches(self) -> Iterator[bytes]:
        """Part of the family name, in the bar."""
        while True:
            text = self._chance.choice(self._families)[: self._chance.choice((3, 4, 5))]
            form = urlencode({"text": text, "search": str(new_id())}).encode()
            yield self._running.submit(self._made.who, "/find/options/", form)

    def _patients(self) -> Iterator[bytes]:
        """The panel, as one opens it beside the board."""
        while True:
            path = f"/patients/{self._chance.choice(self._known)}/"
            yield self._running.get(self._made.who, path, **_INTO_PANEL)

    def _days(self) -> Iterator[bytes]:
        """The day of one physician with twenty-one visits, the whole page."""
        path = f"/day/{TODAY.isoformat()}/?site={self._made.sites[-1]}"
        return itertools.repeat(self._running.get(self._made.who, path))

    def _books(self) -> Iterator[bytes]:
        while True:
            yield from self._bookings.requests(self._running, 1)


def _line(name: str, running: Product, made_of: Iterator[bytes], options: Options) -> Line:
    load.run(running.address, list(itertools.islice(made_of, options.warm_up)), CLIENTS)
    rounds: list[Times] = []
    for _ in range(options.rounds):
        requests = list(itertools.islice(made_of, options.a_round))
        rounds.append(load.run(running.address, requests, CLIENTS).times)
    return Line(name, options.size, CLIENTS, together(rounds))


def _race(made: Practice, running: Product, known: Sequence[UUID], options: Options) -> Line:
    """So many book one time at the same moment: one may win."""
    # The last of all: the bookings that were measured began with the first.
    *_, time = made.free_times(practice.workdays(380, 386))
    requests = [
        running.book(made.who, book.PATH, book.body_of(made, time, patient))
        for patient in known[:TOGETHER]
    ]
    loaded = load.run(running.address, requests, TOGETHER)
    answered = {"booked": loaded.statuses.get("200", 0), "busy": loaded.statuses.get("409", 0)}
    won = Times(loaded.times.seconds, loaded.times.lasted, TOGETHER - sum(answered.values()))
    return Line("peer_race", options.size, TOGETHER, won, more=answered)


def _memory(options: Options, idle: float, loaded: float) -> Line:
    more = {"idle_pss_mb": idle, "loaded_pss_mb": loaded}
    return Line("memory", options.size, CLIENTS, Times((), 0.0), more=more)
