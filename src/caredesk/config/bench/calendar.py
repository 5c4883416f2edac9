"""The benchmarks of the calendar: one practice, in which history grows from size to size."""

from collections.abc import Callable, Iterator, Sequence

from caredesk.config.bench import book, day, find, patients, practice
from caredesk.config.bench.history import History
from caredesk.config.bench.numbers import Line, Times, growth, rounded
from caredesk.config.bench.options import Options
from caredesk.config.bench.place import Cluster

NAMES = ("day", "find", "book")


def measure(cluster: Cluster, names: Sequence[str], options: Options) -> Iterator[Line]:
    """Set the practice up, then measure at each size."""
    with cluster.database("calendar") as place:
        made = practice.set_up(place, practice.SITES if options.is_serious else practice.FEW)
        known = patients.load(max(options.size // 5, 5 * options.operations, 200))
        bookings = book.Bookings(made, known)
        history = History(made)
        history.book_ahead()
        before: dict[tuple[str, int], Times] = {}
        for size in options.sizes:
            history.fill_up(size)
            for line in _measure_at(bookings, names, size, options):
                told = before.setdefault((line.name, line.clients), line.times)
                if told is not line.times:
                    line.more["growth"] = rounded(growth(told, line.times))
                yield line


def _measure_at(
    bookings: book.Bookings, names: Sequence[str], size: int, options: Options
) -> Iterator[Line]:
    measures: dict[str, Callable[[], list[Line]]] = {
        "day": lambda: day.measure(bookings.practice, size, options.of_pages),
        "find": lambda: find.measure(bookings.practice, size, options),
        "book": lambda: book.measure(bookings, size, options),
    }
    for name in NAMES:
        if name in names:
            yield from measures[name]()
