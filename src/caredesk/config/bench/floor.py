"""The floor: what the database itself can do, asked by bare psycopg.

One connection a client, the same statements in one durable transaction each. There are as many
processes as cores, the clients share them as threads: faster than a process for each client, of
which too many stand in each other's way.
`python -m caredesk.config.bench.floor` is one such process: it reads the transactions of its
clients from stdin, says that it is ready, and starts when it is told.
"""

import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

import psycopg

from caredesk.config.bench.numbers import Times

_PROCESSES = os.cpu_count() or 1

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
        for _ in range(min(clients, _PROCESSES))
    ]
    shares = [transactions[number::clients] for number in range(clients)]
    try:
        for number, process in enumerate(processes):
            _tell(process.stdin, (url, shares[number::_PROCESSES]))
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
    url, shares = _hear(sys.stdin.buffer)
    ready = threading.Barrier(len(shares) + 1)
    with ThreadPoolExecutor(len(shares)) as clients:
        working = [clients.submit(_work, url, share, ready) for share in shares]
        ready.wait()
        _tell(sys.stdout.buffer, "ready")
        _hear(sys.stdin.buffer)
        ready.wait()
        _tell(sys.stdout.buffer, [each for one in working for each in one.result()])
    return 0


def _work(url: str, transactions: Sequence[Transaction], ready: threading.Barrier) -> list[float]:
    """One client."""
    with psycopg.connect(url, autocommit=True, prepare_threshold=2) as connection:
        connection.execute("SELECT 1")
        ready.wait()
        ready.wait()
        return [_timed(connection, each) for each in transactions]


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
