"""Is everybody answered while the database answers nobody?

A server that is gone is an error at once. One whose processes stand still is none: the system below them goes on
confirming what is sent.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import httpx
import pytest
from sqlalchemy import create_engine, text

from tests.fake_github import FakeGitHub
from tests.harness import METRICS_TOKEN, Bot
from tests.rotation.instances import client, deliver
from tests.which_database import about_files, about_servers

LONGEST = 20  # seconds; it is answered after a tenth of one


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.inbox.PATIENCE", 0.1)
    monkeypatch.setattr("app.health.vitals.ANSWERS", 0.1)


async def _ready(to: httpx.AsyncClient) -> tuple[int, dict[str, str]]:
    answer = await to.get("/readyz", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
    return answer.status_code, answer.json()["checks"]


@asynccontextmanager
async def _threads_held(bot: Bot) -> AsyncIterator[None]:
    """Neither reading nor writing comes to an end."""
    over = threading.Event()
    asking = (bot.parts.database.write, bot.parts.database.read)
    held = [asyncio.create_task(ask(lambda _: over.wait())) for ask in asking]
    await asyncio.sleep(0)
    try:
        yield
    finally:
        over.set()
        await asyncio.gather(*held)


@contextmanager
def _server_stopped(bot: Bot) -> Iterator[None]:
    """The processes that serve this instance stand still."""
    engine = create_engine(bot.place.url)
    ours = "SELECT pid FROM pg_stat_activity WHERE application_name = 'greenroom' AND datname = current_database()"
    with engine.begin() as connection:
        pids = list(connection.execute(text(ours)).scalars())
    engine.dispose()
    assert pids
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@about_files
async def test_deliveries_and_readiness_are_answered_while_the_database_hangs(
    github: FakeGitHub, bot: Bot, impatient: None
) -> None:
    """GitHub waits for ten seconds and then counts a delivery as lost; whatever asks for readiness waits less."""
    del impatient
    await bot.sweep()
    await bot.parts.vitals.look()
    async with client(bot.parts) as here:
        assert await deliver(here, 1, github.webhook_secret) == 202
        async with _threads_held(bot), asyncio.timeout(LONGEST):
            assert await deliver(here, 2, github.webhook_secret) == 503
            status, checks = await _ready(here)
        assert (status, checks["database"], checks["sweep"]) == (503, "problem", "cannot tell")

        assert await deliver(here, 3, github.webhook_secret) == 202
        assert (await _ready(here))[1]["database"] == "ok"


@about_servers
async def test_a_server_that_stands_still_keeps_nobody_waiting(github: FakeGitHub, bot: Bot, impatient: None) -> None:
    """Its machine goes on confirming what is sent, so nothing below us notices."""
    del impatient
    await bot.sweep()
    await bot.parts.vitals.look()
    async with client(bot.parts) as here:
        await deliver(here, 1, github.webhook_secret)
        with _server_stopped(bot):
            async with asyncio.timeout(LONGEST):
                assert await deliver(here, 2, github.webhook_secret) == 503
                assert (await _ready(here))[1]["database"] == "problem"
