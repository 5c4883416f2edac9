"""What it costs a page to record who was shown on it: the same page with and without, in turns.

Nothing but this benchmark can leave the recording out, and it does so only in its own process.
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.test import Client

from caredesk.config.bench import product
from caredesk.config.bench.callers import mix
from caredesk.config.bench.day import PATH
from caredesk.config.bench.names import people
from caredesk.config.bench.numbers import Line, Times, rounded, share_of_time
from caredesk.config.bench.options import Options
from caredesk.config.bench.practice import TODAY, Practice
from caredesk.config.bench.watching import watching
from caredesk.kernel import looks
from caredesk.kernel.ids import new_id
from caredesk.kernel.looks import Looks

BOUND = 0.1
"""At most this share of a page's time goes into recording it."""

type How = Callable[[], contextlib.AbstractContextManager[None]]
type Ask = Callable[[Client, int], None]


def measure(
    practice: Practice, known: Sequence[UUID], size: int, options: Options
) -> Iterator[Line]:
    """A patient's page, a search in the bar, the day of a site."""
    texts = [each.text for each in mix(list(people(len(known), TODAY)), options.operations)]

    def patient(client: Client, turn: int) -> None:
        _answered(client.get(f"/patients/{known[turn % len(known)]}/"))

    def search(client: Client, turn: int) -> None:
        sent = {"text": texts[turn % len(texts)], "search": str(new_id())}
        csrf = {"X-CSRFToken": practice.who.csrf, "HX-Request": "true"}
        _answered(client.post("/find/options/", sent, headers=csrf))

    def day(client: Client, _: int) -> None:
        _answered(client.get(PATH))

    client = product.client(practice.who)
    for name, ask in (("patient", patient), ("search", search), ("day", day)):
        yield _compare(f"record_{name}", client, ask, size, options)


def _compare(name: str, client: Client, ask: Ask, size: int, options: Options) -> Line:
    """The two kinds take turns, and turns at being first: what warms up warms up both."""
    for turn in range(options.warm_up):
        ask(client, turn)
    recorded: list[float] = []
    plain: list[float] = []
    for turn in range(options.operations):
        pair: list[tuple[list[float], How]] = [
            (recorded, contextlib.nullcontext),
            (plain, unrecorded),
        ]
        for seconds, how in pair if turn % 2 else reversed(pair):
            with how():
                started = time.perf_counter()
                ask(client, turn)
                seconds.append(time.perf_counter() - started)
    with watching() as watched:
        ask(client, 0)
    share = share_of_time(recorded, plain)
    more = {"share": rounded(share), "bound": BOUND, "holds": share <= BOUND}
    return Line(name, size, 1, _times(recorded), _times(plain), watched.queries, more)


@contextlib.contextmanager
def unrecorded() -> Iterator[None]:
    """Pages of this process are shown and their looks forgotten."""
    written = looks._write
    looks._write = _forget
    try:
        yield
    finally:
        looks._write = written


def _forget(looks: Looks) -> None:
    """Instead of the row."""


def _times(seconds: Sequence[float]) -> Times:
    return Times(tuple(seconds), sum(seconds))


def _answered(response: Any) -> None:
    if response.status_code != 200:
        raise RuntimeError(f"a page was answered {response.status_code}")
