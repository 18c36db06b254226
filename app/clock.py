"""What time is it, and how do we wait?"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Protocol

APART = timedelta(minutes=2)  # as far as the clocks of instances may be apart: GitHub vouches for each within a minute


class Clock(Protocol):
    """Time as an argument, so that tests can advance it."""

    def now(self) -> datetime:
        """The time in UTC."""
        ...

    def common(self) -> datetime | None:
        """The time by which all instances go, where this clock tells it. None: it is that of one machine."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait that many seconds."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def common(self) -> None:
        """Another machine's may be ahead or behind."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
