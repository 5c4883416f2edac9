"""Every benchmark at a size at which it takes seconds: that it runs, and what it prints.

Times are asserted nowhere: they are for benchmarks, as shares of a floor of the same run.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from caredesk.config.bench.tests.test_numbers import COMMON_FIELDS

pytestmark = pytest.mark.processes

SIZE = 60


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """`caredesk bench all` as it is called; its standard output holds JSON and nothing else."""
    return bench(tmp_path_factory.mktemp("bench"))


def bench(data: Path) -> list[dict[str, Any]]:
    words = f"all --size {SIZE} --operations 12 --rounds 2 --clients 1 3 --json".split()
    done = subprocess.run(
        [sys.executable, "-m", "caredesk.config", "bench", *words],
        env={**os.environ, "CAREDESK_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def named(lines: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [line for line in lines if line["name"] == name]


def test_every_line_has_the_common_fields(lines: list[dict[str, Any]]) -> None:
    assert all(list(line)[: len(COMMON_FIELDS)] == COMMON_FIELDS for line in lines)
    assert {line["size"] for line in lines} == {SIZE}


@pytest.mark.parametrize(
    ("name", "clients"),
    [("search", [1]), ("day_query", [1]), ("day", [1, 3]), ("find", [1]), ("book", [1, 3])],
)
def test_each_benchmark_tells_of_each_number_of_clients(
    lines: list[dict[str, Any]], name: str, clients: list[int]
) -> None:
    found = named(lines, name)
    assert [line["clients"] for line in found] == clients
    for line in found:
        assert line["p50_ms"] <= line["p95_ms"]
        assert line["per_second"] > 0
        assert line["ratio"] == pytest.approx(
            line["per_second"] / line["floor_per_second"], rel=0.1
        )


def test_the_number_of_statements_is_small_and_known(lines: list[dict[str, Any]]) -> None:
    """The session, the work itself, and the audit row of what was shown or done.

    A whole page asks for what was left open and for what waits, too.
    """
    queries = {line["name"]: line["queries"] for line in lines}
    assert queries["search"] <= 6
    assert queries["day_query"] <= 6
    assert queries["day"] <= 11
    assert queries["find"] <= 5
    assert queries["book"] <= 8


def test_no_query_must_read_a_whole_table(lines: list[dict[str, Any]]) -> None:
    """But for the list of all sites, which is asked for as a whole."""
    read = {line["name"]: line["read_whole"] for line in lines if "read_whole" in line}
    assert set(read) == {"search", "day_query", "find"}
    assert {table for tables in read.values() for table in tables} <= {"practice_site"}


def test_one_of_sixteen_gets_the_time(lines: list[dict[str, Any]]) -> None:
    (race,) = named(lines, "peer_race")
    assert (race["booked"], race["busy"]) == (1, 15)


def test_names_with_one_error_are_forgiven(lines: list[dict[str, Any]]) -> None:
    (search,) = named(lines, "search")
    assert search["one_error_found_of_those"] >= 0.9


def test_memory_is_that_of_real_processes(lines: list[dict[str, Any]]) -> None:
    (memory,) = named(lines, "memory")
    assert 50 < memory["idle_pss_mb"] < 5_000


def test_recording_is_told_with_and_without(lines: list[dict[str, Any]]) -> None:
    found = {line["name"]: line for line in lines if line["name"].startswith("record_")}
    assert set(found) == {"record_patient", "record_search", "record_day"}
    for line in found.values():
        assert line["bound"] == 0.1
        assert line["share"] < 1
        assert line["holds"] is (line["share"] <= line["bound"])


def test_one_spoilt_row_is_named_among_all(lines: list[dict[str, Any]]) -> None:
    """A run in which it is not fails as a whole."""
    for how in ("altered", "removed", "inserted"):
        (line,) = named(lines, f"audit_verify_{how}")
        assert f" was {how}" in line["said"]
        assert "seal 1" in line["said"]
    assert len(named(lines, "audit_verify")) == 2
