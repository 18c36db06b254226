from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.store.database import Database
from tests.clock import START
from tests.places import Place
from tests.unfinished import unfinished
from tests.webhooks.deliveries import REPORTED, headers
from webhooks.endpoint import PATH

SERVER = str(Path(__file__).with_name("server.py"))
MIB = 1024 * 1024

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A process that serves the endpoint."""

    url: str
    port: int
    pid: int

    def memory(self) -> int:
        """Bytes that it has in memory now."""
        return self._status("VmRSS")

    def peak(self) -> int:
        """The most bytes that it ever had in memory."""
        return self._status("VmHWM")

    def _status(self, name: str) -> int:
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))

    async def deliver(self, guid: str) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(_head(headers(REPORTED, guid=guid) | {"content-length": str(len(REPORTED))}) + REPORTED)
        return await _status_of(reader, writer)

    async def pour(self, size: int, *, heeds_the_answer: bool) -> int:
        """Send that many bytes in chunks."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(_head(headers(REPORTED) | {"transfer-encoding": "chunked"}))
        answer = asyncio.ensure_future(reader.readuntil(b"\r\n"))
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        for _ in range(size // 0x10000):
            if heeds_the_answer and answer.done():
                break
            writer.write(chunk)
            await writer.drain()
        status = int((await answer).split()[1])
        writer.close()
        return status


@dataclass(frozen=True, slots=True, kw_only=True)
class StalledGitHub:
    """Where it listens, and what it was asked."""

    port: int
    asked: list[str]


def _head(sent: dict[str, str]) -> bytes:
    lines = [f"POST {PATH} HTTP/1.1", "host: greenroom.example", *(f"{name}: {value}" for name, value in sent.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def _status_of(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
    status = int((await reader.readuntil(b"\r\n")).split()[1])
    writer.close()
    return status


@pytest.fixture
async def stalled_github() -> AsyncIterator[StalledGitHub]:
    """A GitHub that takes connections and never answers, like one that is down badly."""
    asked: list[str] = []

    async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readline()).decode())
        await reader.read()
        writer.close()

    server = await asyncio.start_server(stall, "127.0.0.1", 0)
    yield StalledGitHub(port=server.sockets[0].getsockname()[1], asked=asked)
    server.close()
    await server.wait_closed()


@pytest.fixture
async def served(place: Place, stalled_github: StalledGitHub) -> AsyncIterator[Served]:
    """The endpoint, in a process whose every way out leads to a GitHub that stalls."""
    place.make()
    url = place.url
    out = f"http://127.0.0.1:{stalled_github.port}"
    ways_out = dict.fromkeys(("GREENROOM_GITHUB_URL", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), out)
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        command = [sys.executable, SERVER, url, str(listening.fileno())]
        process = subprocess.Popen(  # noqa: ASYNC220, S603 - our own script, at once
            command,
            pass_fds=[listening.fileno()],
            env=os.environ | ways_out,
        )
        server = Served(url=url, port=listening.getsockname()[1], pid=process.pid)
    await server.deliver("the-first-one")  # whatever is loaded late is loaded now
    yield server
    process.terminate()
    await asyncio.to_thread(process.wait, 20)


async def test_s3_200_megabytes_in_chunks_are_refused_in_little_memory(served: Served) -> None:
    """A stranger must not be able to fill our memory: 413, and less than 8 MiB more than before."""
    before = served.memory()

    assert await served.pour(200 * MIB, heeds_the_answer=False) == 413

    assert served.peak() - before < 8 * MIB


async def test_fifty_at_once_are_refused_in_little_memory(served: Served) -> None:
    """Nor may many strangers together: less than 64 MiB more than before, and GitHub still gets through."""
    before = served.memory()

    pouring = asyncio.gather(*(served.pour(200 * MIB, heeds_the_answer=True) for _ in range(50)))
    during = await served.deliver("while-they-pour")

    assert (set(await pouring), during) == ({413}, 202)
    assert served.peak() - before < 64 * MIB


async def test_deliveries_are_acknowledged_quickly_while_github_stalls(
    served: Served, stalled_github: StalledGitHub
) -> None:
    """At 50 deliveries a second p99 is at most 500 ms and the slowest 2 s, and GitHub is asked nothing.

    GitHub waits ten seconds and does not deliver again by itself, so its own trouble must not make us late.
    """
    loop, seconds, rate = asyncio.get_running_loop(), 4, 50

    async def timed(number: int, start: float) -> float:
        await asyncio.sleep(start + number / rate - loop.time())
        begun = loop.time()
        assert await served.deliver(f"delivery-{number}") == 202
        return loop.time() - begun

    start = loop.time()
    waits = sorted(await asyncio.gather(*(timed(number, start) for number in range(seconds * rate))))

    assert waits[int(len(waits) * 0.99)] <= 0.5
    assert waits[-1] <= 2
    assert stalled_github.asked == []
    database = await Database.open(served.url, migrate=False)
    assert len(await database.read(lambda conn: unfinished(conn, START.replace(year=2099)))) == 2
    await database.close()
