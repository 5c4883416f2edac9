"""Results as one JSON object a line, or as a table for people."""

import json
from collections.abc import Iterable
from typing import IO, Any

from caredesk.config.bench.numbers import Line

__all__ = ["Line", "as_json", "as_table"]

_COLUMNS = {
    "name": 22,
    "size": 9,
    "clients": 7,
    "per_second": 10,
    "p50_ms": 9,
    "p95_ms": 9,
    "floor_per_second": 16,
    "floor_p95_ms": 12,
    "ratio": 6,
    "queries": 7,
}


def as_json(facts: dict[str, Any], lines: Iterable[Line], out: IO[str]) -> int:
    """Print as the results come; how many operations failed."""
    failed = 0
    for line in lines:
        print(json.dumps(line.as_dict()), file=out, flush=True)
        failed += line.times.failed
    return failed


def as_table(facts: dict[str, Any], lines: Iterable[Line], out: IO[str]) -> int:
    """The machine, a heading, and a row a result; how many operations failed."""
    print(", ".join(f"{name} {value}" for name, value in facts.items()), file=out)
    print(" ".join(f"{name:>{width}}" for name, width in _COLUMNS.items()), file=out, flush=True)
    failed = 0
    for line in lines:
        print(_row(line), file=out, flush=True)
        failed += line.times.failed
    return failed


def _row(line: Line) -> str:
    told = line.as_dict()
    cells = [f"{_cell(told[name]):>{width}}" for name, width in _COLUMNS.items()]
    more = ", ".join(f"{name} {_cell(value)}" for name, value in line.more.items())
    return " ".join(cells) + (f"  {more}" if more else "")


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int | float) else str(value)
