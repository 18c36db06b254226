"""How fast are deliveries taken? A process that sends them over connections that stay open, one at a time on each.

`load.py CORE` reads a `Load` as JSON from standard input and prints a `Measured` as JSON. A protocol on sockets instead
of an HTTP client, so that it can ask for much more than any server here can give; `peers/responder.py` shows how much.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from collections import Counter
from dataclasses import asdict, dataclass, field
from time import perf_counter
from typing import cast
from uuid import uuid1

import uvloop


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is sent where, and for how long. Each delivery has a GUID of its own."""

    port: int
    path: str
    status: int  # every answer has to have it
    headers: dict[str, str]
    body: str
    connections: int
    warm_up: float  # seconds, not measured
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """`acknowledged` counts the warm-up too; the rest is about the measured seconds."""

    acknowledged: int
    errors: dict[str, int]
    per_second: float
    p50_ms: float
    p99_ms: float


@dataclass(slots=True)
class _Run:
    """What the connections of one run share."""

    head: bytes
    tail: bytes
    wanted: int
    measure_from: float
    until: float
    open: int
    over: asyncio.Event = field(default_factory=asyncio.Event)
    acknowledged: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    taken: list[float] = field(default_factory=list)
    last: float = 0.0

    def next_request(self) -> bytes:
        return b"%b%b%b" % (self.head, str(uuid1()).encode(), self.tail)  # GitHub's are of version 1 too

    def count(self, status: int, sent_at: float) -> bool:
        """Take note of an answer, and say whether to go on."""
        now = perf_counter()
        if status != self.wanted:
            self.errors[str(status)] += 1
        else:
            self.acknowledged += 1
            if sent_at >= self.measure_from:
                self.taken.append(now - sent_at)
                self.last = now
        return now < self.until

    def lost(self, error: str | None) -> None:
        if error:
            self.errors[error] += 1
        self.open -= 1
        if not self.open:
            self.over.set()


class _Connection(asyncio.Protocol):
    def __init__(self, run: _Run) -> None:
        self._run = run
        self._answer = b""
        self._sent_at = 0.0
        self._waiting = False
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by name
        self._send()

    def _send(self) -> None:
        self._waiting = True
        request = self._run.next_request()
        self._sent_at = perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if not _is_whole(self._answer):
            return
        status, self._answer = int(self._answer[9:12]), b""
        self._waiting = False
        if self._run.count(status, self._sent_at):
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._run.lost(repr(exc) if self._waiting else None)


def _is_whole(answer: bytes) -> bool:
    head, found, body = answer.partition(b"\r\n\r\n")
    if not found:
        return False
    lowered = head.lower()
    _, found, length = lowered.partition(b"\r\ncontent-length:")
    if found:
        return len(body) >= int(length.partition(b"\r\n")[0])
    return body.endswith(b"0\r\n\r\n")  # chunked


async def measure(load: Load) -> Measured:
    """Send until the time is over; what is on its way then is waited for and counted as acknowledged."""
    loop = asyncio.get_running_loop()
    body = load.body.encode()
    lines = [f"POST {load.path} HTTP/1.1", *(f"{name}: {value}" for name, value in load.headers.items())]
    start = perf_counter() + load.warm_up
    run = _Run(
        head="\r\n".join([*lines, f"Content-Length: {len(body)}", "X-GitHub-Delivery: "]).encode(),
        tail=b"\r\n\r\n" + body,
        wanted=load.status,
        measure_from=start,
        until=start + load.seconds,
        open=load.connections,
    )
    for _ in range(load.connections):
        await loop.create_connection(lambda: _Connection(run), sock=_socket(load.port))
    await run.over.wait()
    return _measured(run)


def _socket(port: int) -> socket.socket:
    """One that names its protocol: without, the loop leaves Nagle's algorithm on, and requests wait for 40 ms."""
    connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.connect(("127.0.0.1", port))
    connection.setblocking(False)
    return connection


def _measured(run: _Run) -> Measured:
    taken = sorted(run.taken)
    return Measured(
        acknowledged=run.acknowledged,
        errors=dict(run.errors),
        per_second=len(taken) / (run.last - run.measure_from) if taken else 0.0,
        p50_ms=_quantile(taken, 0.50) * 1000,
        p99_ms=_quantile(taken, 0.99) * 1000,
    )


def _quantile(taken: list[float], share: float) -> float:
    return taken[min(int(len(taken) * share), len(taken) - 1)] if taken else 0.0


if __name__ == "__main__":
    os.sched_setaffinity(0, {int(sys.argv[1])})
    json.dump(asdict(uvloop.run(measure(Load(**json.load(sys.stdin))))), sys.stdout)
