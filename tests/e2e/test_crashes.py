"""What does a process leave behind that ends because of something that nobody foresaw?"""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection

from app.demo.processes import free_port
from app.store.database import Database
from tests.e2e.running import WITHIN, alone, answers, process, until

pytestmark = pytest.mark.slow

WORDS = "a report under embargo"
RENEWING = "UPDATE OF lease_until ON work WHEN new.lease_owner = old.lease_owner"
LEAVING = "DELETE ON held_secrets"


@pytest.fixture
async def stalled() -> AsyncIterator[str]:
    """GitHub takes connections and never answers, so that there is always work under way."""

    async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(stall, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


async def test_a_worker_that_dies_leaves_one_line_and_ends_the_process(tmp_path: Path, stalled: str) -> None:
    """Whoever watches it starts it anew. The words of what it died of may hold anything, so they are nowhere."""
    url = await _database_that_fails_at(tmp_path, RENEWING, LEAVING)

    with process(tmp_path, "serve", environment=alone(stalled, url, free_port())) as started:
        assert await _code(started) == 1

    [line] = _said(tmp_path, "crashed")
    assert line["error"] == "IntegrityError"


async def test_a_database_that_fails_at_the_end_is_no_traceback(tmp_path: Path, stalled: str) -> None:
    """Somebody presses Ctrl+C, and that this instance ends cannot be written down any more."""
    url, port = await _database_that_fails_at(tmp_path, LEAVING), free_port()

    with process(tmp_path, "serve", environment=alone(stalled, url, port)) as started:
        async with httpx.AsyncClient() as http:
            await until("it listens", partial(answers, http, f"http://127.0.0.1:{port}/healthz"))
        started.send_signal(signal.SIGINT)
        assert await _code(started) == 0

    assert _said(tmp_path, "crashed") == []


async def _database_that_fails_at(folder: Path, *moments: str) -> str:
    url = f"sqlite:///{folder}/greenroom.db"
    database = await Database.open(url, migrate=True)
    await database.write(partial(_forbid, moments=moments))
    await database.close()
    return url


def _forbid(conn: Connection, moments: tuple[str, ...]) -> None:
    for number, moment in enumerate(moments):
        conn.exec_driver_sql(f"CREATE TRIGGER no{number} BEFORE {moment} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END")


async def _code(started: subprocess.Popen[bytes]) -> int:
    return await asyncio.to_thread(started.wait, WITHIN)


def _said(folder: Path, event: str) -> list[dict[str, Any]]:
    """Lines of that event. Every line is one event as JSON, and none has the words."""
    text = (folder / "serve.log").read_text(encoding="utf-8")
    assert WORDS not in text
    lines = [json.loads(line) for line in text.splitlines()]
    return [line for line in lines if line["event"] == event]
