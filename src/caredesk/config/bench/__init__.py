"""`caredesk bench NAME --size N --json`: how fast, in a database of its own, against the floor.

The floor is what bare psycopg reaches on the same machine in the same run: a share of it can be
compared between machines, a time cannot. docs/performance.md tells what each benchmark does.
"""

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator
from typing import IO

from caredesk.config.bench import machine, showing
from caredesk.config.bench.options import NAMES, OPERATIONS, PAGES, Options


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", choices=[*NAMES, "all"], help="what to measure")
    parser.add_argument(
        "--size",
        type=_positive,
        default=10_000,
        help="patients (search) or past appointments (the others); default 10,000. From 100,000 "
        "on, a hundredth of it is measured first and the growth is told",
    )
    parser.add_argument(
        "--clients", type=_positive, nargs="+", default=[1, 4, 16], help="default: 1 4 16"
    )
    parser.add_argument(
        "--operations",
        type=_positive,
        help=f"how many of each operation are measured; default {OPERATIONS:,}, of the day's pages "
        f"{PAGES:,}",
    )
    parser.add_argument(
        "--rounds",
        type=_positive,
        default=3,
        help="in how many turns product and floor are measured; default 3",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(arguments: argparse.Namespace) -> int:
    """Measure and print; 0 when every operation did what it should."""
    options = Options(
        size=arguments.size,
        clients=tuple(arguments.clients),
        asked=arguments.operations,
        rounds=arguments.rounds,
    )
    names = NAMES if arguments.name == "all" else [arguments.name]
    with _only_results() as out:
        show = showing.as_json if arguments.json else showing.as_table
        return 1 if show(machine.facts(), _measure(names, options), out) else 0


def _measure(names: list[str], options: Options) -> Iterator[showing.Line]:
    from caredesk.config.bench import calendar, peer, place, search

    with place.cluster() as cluster:
        if "search" in names:
            yield from search.measure(cluster, options)
        if of_calendar := [name for name in names if name in calendar.NAMES]:
            yield from calendar.measure(cluster, of_calendar, options)
        if "peer" in names:
            yield from peer.measure(cluster, options)


@contextlib.contextmanager
def _only_results() -> Iterator[IO[str]]:
    """What the database and the servers say goes to stderr: stdout holds the results alone."""
    sys.stdout.flush()
    with os.fdopen(os.dup(1), "w") as out:
        os.dup2(2, 1)
        try:
            yield out
        finally:
            out.flush()
            os.dup2(out.fileno(), 1)


def _positive(text: str) -> int:
    number = int(text.replace(",", "").replace("_", ""))
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
