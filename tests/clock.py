"""How does time pass in a test? Only when the test, or whoever sleeps, says so."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


class FakeClock:
    """A clock whose sleepers are not kept waiting: sleeping moves the time instead."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def common(self) -> datetime:
        """Every instance of a story goes by it."""
        return self.now()

    async def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=max(0.0, seconds))
        await asyncio.sleep(0)  # others get their turn, as in a real sleep

    def advance(self, **amount: float) -> None:
        """Let time pass: `advance(minutes=5)`. Takes the arguments of timedelta."""
        self._now += timedelta(**amount)
