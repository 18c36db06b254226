"""Is a key kept for as long as its work takes?"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from functools import partial

import httpx
import pytest

from app.domain.ids import CaseKey
from app.store import audit
from tests.clock import START, FakeClock
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.as_shipped


class Together(FakeClock):
    """A clock by which tasks that wait for GitHub let time pass, one after the other; the others wait until it has."""

    def __init__(self, now: datetime = START) -> None:
        super().__init__(now)
        self._leads = False
        self._leaders: set[asyncio.Task[object] | None] = set()
        self._turn = asyncio.Lock()
        self._sleepers: list[tuple[datetime, asyncio.Event]] = []
        self._asleep = asyncio.Event()

    def lead(self) -> None:
        """From now on time passes in tasks that spend it."""
        self._leads = True

    async def sleep(self, seconds: float) -> None:
        if not self._leads or asyncio.current_task() in self._leaders:
            await self.spend(seconds)
            return
        sleeper = (self.now() + timedelta(seconds=seconds), asyncio.Event())
        self._sleepers.append(sleeper)
        self._asleep.set()
        try:
            await sleeper[1].wait()
        finally:
            self._sleepers = [each for each in self._sleepers if each is not sleeper]

    async def spend(self, seconds: float) -> None:
        """Let time pass, and whoever wakes up meanwhile do what they woke up for."""
        self._leaders.add(asyncio.current_task())
        async with self._turn:
            await self._spend(seconds)

    async def _spend(self, seconds: float) -> None:
        end = self.now() + timedelta(seconds=max(0.0, seconds))
        while self._sleepers and min(self._sleepers, key=lambda each: each[0])[0] <= end:
            due, waking = min(self._sleepers, key=lambda each: each[0])
            self.advance(seconds=(due - self.now()).total_seconds())
            self._asleep.clear()
            waking.set()
            await self._asleep.wait()  # until it sleeps again
        self.advance(seconds=(end - self.now()).total_seconds())
        await asyncio.sleep(0)


class Slow(httpx.AsyncBaseTransport):
    """A connection on which every answer takes two seconds."""

    def __init__(self, inner: httpx.AsyncBaseTransport, clock: Together) -> None:
        self._inner, self._clock = inner, clock

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self._clock.spend(2)
        return await self._inner.handle_async_request(request)


@pytest.fixture
def clock() -> Together:
    return Together()


async def test_a_look_that_takes_long_keeps_its_key(github: FakeGitHub, bot: Bot, clock: Together) -> None:
    """A case needs a dozen requests, of 2 s each here, and a lease is good for 5 s: it is renewed while we work.

    So a command that works until nothing is left opens the mirror once, and ends.
    """
    await bot.approve_everything()
    await bot.settle()
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    fast, github.transport = github.transport, Slow(github.transport, clock)
    await bot.restart()
    clock.lead()
    await bot.sweep()

    try:
        async with asyncio.timeout(5):
            await bot.parts.worker.run_until_idle()
    finally:
        github.transport = fast
        await bot.restart()

    [mirror] = github.coordination.mirrors
    assert len(mirror.collaborators) == 4
    rows = await bot.parts.database.read(partial(audit.history, key=CaseKey(1)))
    opened = [(row.phase, row.outcome) for row in rows if row.kind == "open-mirror"]
    assert opened == [("intend", None), ("conclude", "done")]
    assert {row.outcome for row in rows if row.phase == "conclude"} == {"done"}
