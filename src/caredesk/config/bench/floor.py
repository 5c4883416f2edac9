"""The floor: what the database itself can do, asked by bare psycopg.

One connection a client, each in a process of its own (threads of one process are slower from four
clients on: they share one interpreter), the same statements in one durable transaction each.
`python -m caredesk.config.bench.floor` is one such client: it reads its transactions from stdin,
says that it is ready, and starts when it is told.
"""

import pickle
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import IO, Any

import psycopg

from caredesk.config.bench.numbers import Times

type Values = Sequence[Any] | dict[str, Any] | None
type Statement = tuple[str, Values]
type Transaction = Sequence[Statement]


def run(url: str, transactions: Sequence[Transaction], clients: int) -> Times:
    """Carry out all transactions, shared among `clients` connections."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "caredesk.config.bench.floor"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(clients)
    ]
    try:
        for number, process in enumerate(processes):
            _tell(process.stdin, (url, transactions[number::clients]))
        for process in processes:
            _hear(process.stdout)
        started = time.perf_counter()
        for process in processes:
            _tell(process.stdin, "go")
        seconds = [each for process in processes for each in _hear(process.stdout)]
        return Times(tuple(seconds), time.perf_counter() - started)
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def _tell(pipe: IO[bytes] | None, what: Any) -> None:
    assert pipe is not None
    pickle.dump(what, pipe)
    pipe.flush()


def _hear(pipe: IO[bytes] | None) -> Any:
    assert pipe is not None
    return pickle.load(pipe)  # noqa: S301  from a process we started


def main() -> int:
    url, transactions = _hear(sys.stdin.buffer)
    with psycopg.connect(url, autocommit=True, prepare_threshold=2) as connection:
        connection.execute("SELECT 1")
        _tell(sys.stdout.buffer, "ready")
        _hear(sys.stdin.buffer)
        seconds = [_timed(connection, each) for each in transactions]
    _tell(sys.stdout.buffer, seconds)
    return 0


def _timed(connection: psycopg.Connection[Any], statements: Transaction) -> float:
    started = time.perf_counter()
    with connection.transaction():
        for text, values in statements:
            cursor = connection.execute(text, values)
            if cursor.description is not None:
                cursor.fetchall()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
