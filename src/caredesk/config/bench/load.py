"""The load generator: a process of its own that keeps some connections busy, closed loop.

`python -m caredesk.config.bench.load` reads a plan (JSON) from stdin and prints what it saw. One
thread, a selector and requests made beforehand: it takes little of the machine it measures, and
says how much.
"""

import json
import resource
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from caredesk.config.bench.numbers import Times

_END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a run saw: times of what was answered as hoped, answers by status, own CPU."""

    times: Times
    statuses: dict[str, int]
    cpu_share: float
    samples: dict[str, str]


@dataclass(slots=True)
class Client:
    """One connection: at any time at most one request is under way."""

    socket: socket.socket
    received: bytearray = field(default_factory=bytearray)
    sent_at: float = 0.0


def request(
    method: str, path: str, host: str, headers: dict[str, str], body: bytes | None = None
) -> bytes:
    """A whole HTTP/1.1 request, ready to be sent."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + _END_OF_HEAD + (body or b"")


def run(
    address: tuple[str, int], requests: Sequence[bytes], clients: int, hoped: str = "200"
) -> Loaded:
    """Send all requests from a process of its own, over `clients` connections."""
    plan = {
        "address": address,
        "requests": [each.decode() for each in requests],
        "clients": clients,
    }
    done = subprocess.run(
        [sys.executable, "-m", "caredesk.config.bench.load"],
        input=json.dumps(plan).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return _read(json.loads(done.stdout), hoped)


def _read(seen: dict[str, Any], hoped: str) -> Loaded:
    seconds = tuple(each for status, each in seen["times"] if status == hoped)
    statuses = Counter(status for status, _ in seen["times"])
    times = Times(seconds, seen["lasted"], failed=statuses.total() - len(seconds))
    return Loaded(times, dict(statuses), seen["cpu"] / seen["lasted"], seen["samples"])


class Generator:
    """Sends each request once, the next one as soon as a connection is free."""

    def __init__(self, address: tuple[str, int], requests: Sequence[bytes], clients: int) -> None:
        self._waiting: Iterator[bytes] = iter(requests)
        self._left = len(requests)
        self._selector = selectors.DefaultSelector()
        self._clients = [Client(_connected(address)) for _ in range(clients)]
        self.times: list[tuple[str, float]] = []
        self.samples: dict[str, str] = {}

    def run(self) -> float:
        """Until every answer has come; how long that took."""
        for client in self._clients:
            self._selector.register(client.socket, selectors.EVENT_READ, client)
        started = time.perf_counter()
        for client in self._clients:
            self._send(client)
        while len(self.times) < self._left:
            ready = self._selector.select(timeout=60)
            if not ready:
                raise RuntimeError("the server has not answered for a minute")
            for key, _ in ready:
                self._receive(key.data)
        lasted = time.perf_counter() - started
        for client in self._clients:
            client.socket.close()
        return lasted

    def _send(self, client: Client) -> None:
        following = next(self._waiting, None)
        if following is None:
            return
        client.received.clear()
        client.sent_at = time.perf_counter()
        client.socket.sendall(following)

    def _receive(self, client: Client) -> None:
        got = client.socket.recv(262_144)
        if not got:
            raise RuntimeError("the server closed a connection")
        client.received += got
        if not _is_complete(client.received):
            return
        took = time.perf_counter() - client.sent_at
        status = client.received[9:12].decode()
        self.times.append((status, took))
        if status not in self.samples:
            self.samples[status] = client.received[-2000:].decode(errors="replace")
        self._send(client)


def _connected(address: tuple[str, int]) -> socket.socket:
    made = socket.create_connection(address, timeout=60)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def _is_complete(received: bytearray) -> bool:
    """Whether the head and as many bytes as it announces (or the last chunk) are there."""
    end = received.find(_END_OF_HEAD)
    if end < 0:
        return False
    head = bytes(received[:end]).lower()
    if b"transfer-encoding: chunked" in head:
        return received.endswith(b"\r\n0\r\n\r\n")
    at = head.find(b"content-length:")
    if at < 0:
        return True
    length = int(head[at + 15 :].split(b"\r\n", 1)[0])
    return len(received) >= end + 4 + length


def main() -> int:
    plan = json.load(sys.stdin)
    host, port = plan["address"]
    requests = [each.encode() for each in plan["requests"]]
    generator = Generator((host, port), requests, plan["clients"])
    before = _cpu()
    lasted = generator.run()
    seen = {
        "times": generator.times,
        "lasted": lasted,
        "cpu": _cpu() - before,
        "samples": generator.samples,
    }
    json.dump(seen, sys.stdout)
    return 0


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
