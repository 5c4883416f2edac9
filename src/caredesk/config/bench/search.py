"""Finding a patient among very many by whatever the caller says."""

import random
from collections.abc import Iterator, Sequence
from uuid import UUID

from caredesk.config.bench import floor, patients
from caredesk.config.bench.callers import Query, mix, slips
from caredesk.config.bench.find import timed
from caredesk.config.bench.names import people
from caredesk.config.bench.numbers import Line, Times, percentile
from caredesk.config.bench.options import Options
from caredesk.config.bench.place import Cluster
from caredesk.config.bench.practice import TODAY
from caredesk.config.bench.product import actor_of, set_up_by, sign_in
from caredesk.config.bench.watching import Watched, plain_scans
from caredesk.kernel import looks
from caredesk.kernel.actor import Actor
from caredesk.people.models import Patient
from caredesk.people.queries import find_patients
from caredesk.people.rules.record_numbers import record_number

_TEN_ROWS = "SELECT * FROM people_patient WHERE id = ANY(%s)"


def measure(cluster: Cluster, options: Options) -> Iterator[Line]:
    """p95 is the sum of the statements' times; the whole time is told beside it."""
    with cluster.database("search") as place:
        known = patients.load(options.size)
        place.vacuum()
        viewer = actor_of(sign_in("ana", "secretary", set_up_by()))
        asked = _asked(options, known)
        for query in asked[: options.warm_up]:
            _find(viewer, query.text)
        watched, whole = timed(lambda query: _find(viewer, query.text), asked)
        times = Times(tuple(each.seconds for each in watched), whole.lasted)
        lowest = floor.run(place.addresses.application, _ten_rows(known, options), 1)
        more = {
            "whole_p95_ms": round(whole.p95_ms, 3),
            "p95_ms_by_kind": _by_kind(asked, watched),
            **_found_share(viewer, known, options),
            "read_whole": plain_scans([one for each in watched for one in each.statements]),
        }
        most = max(each.queries for each in watched)
        yield Line("search", options.size, 1, times, lowest, most, more)


def _find(viewer: Actor, text: str) -> list[UUID]:
    """The statements of the search alone: the look is written when the typing has settled."""
    with looks.collecting("bench") as collected:
        found = [each.id for each in find_patients(viewer, text, limit=10)]
        collected.subjects.clear()
    return found


def _asked(options: Options, known: Sequence[UUID]) -> list[Query]:
    """Every tenth is a record number, whole or the beginning of one."""
    drawn = list(people(options.size, TODAY))
    queries = mix(drawn, options.operations)
    chance = random.Random(6)  # noqa: S311  repeatable, nothing secret
    wanted = [chance.randrange(len(known)) for _ in range(len(queries) // 10)]
    numbers = dict(
        Patient.objects.filter(id__in=[known[n] for n in wanted]).values_list("id", "number")
    )
    for place, n in enumerate(wanted):
        text = record_number(numbers[known[n]])
        shown = text if chance.random() < 0.5 else text[:-1]
        queries[place * 10] = Query("record number", shown, n)
    return queries


def _ten_rows(known: Sequence[UUID], options: Options) -> list[floor.Transaction]:
    """The cheapest read there can be of as many patients."""
    chance = random.Random(7)  # noqa: S311  repeatable, nothing secret
    return [[(_TEN_ROWS, [chance.choices(known, k=10)])] for _ in range(options.operations)]


def _by_kind(asked: Sequence[Query], watched: Sequence[Watched]) -> dict[str, float]:
    by_kind: dict[str, list[float]] = {}
    for query, each in zip(asked, watched, strict=True):
        by_kind.setdefault(query.kind, []).append(each.seconds)
    return {kind: round(1000 * percentile(each, 95), 3) for kind, each in by_kind.items()}


def _found_share(viewer: Actor, known: Sequence[UUID], options: Options) -> dict[str, float]:
    """The share of names with one error that find the right person among the first ten.

    A name that even written correctly finds ten others first tells nothing of forgiveness: the
    share among those that can be found is told as well.
    """
    asked = slips(list(people(options.size, TODAY)), min(1_000, options.operations))
    found = findable = found_of_those = 0
    for query in asked:
        is_found = known[query.wanted] in _find(viewer, query.text)
        can_be = known[query.wanted] in _find(viewer, query.correct)
        found += is_found
        findable += can_be
        found_of_those += is_found and can_be
    return {
        "one_error_found": round(found / len(asked), 3),
        "found_when_correct": round(findable / len(asked), 3),
        "one_error_found_of_those": round(found_of_those / findable, 3) if findable else 0.0,
    }
