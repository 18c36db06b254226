"""How fast may we go, and when must we stop?

GitHub: "Rate limits for the REST API", "Best practices for using the REST API".
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from app.clock import Clock
from app.github.errors import RetryLater

CONCURRENT = 5
BETWEEN_WRITES = timedelta(seconds=1)
UNNAMED_WAIT = timedelta(seconds=60)  # "wait for at least one minute" where GitHub names no time


class Lane:
    """The way of one installation to GitHub: few at a time, writes apart, nothing while GitHub asks us to wait."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._slots = asyncio.Semaphore(CONCURRENT)
        self._writes = asyncio.Lock()
        self._next_write: datetime | None = None
        self._closed_until: datetime | None = None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        """A turn to send a read. Raises RetryLater while closed."""
        async with self._slots:
            self._check()
            yield

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """A turn to send a write, a second after the one before. Raises RetryLater while closed."""
        async with self._writes:
            await self._space()
            async with self._slots:
                self._check()
                try:
                    yield
                finally:
                    self._next_write = self._clock.now() + BETWEEN_WRITES

    def close_for(self, after: timedelta) -> None:
        """Send nothing more for that long: requests inside a limit make it longer."""
        until = self._clock.now() + after
        self._closed_until = max(until, self._closed_until or until)

    async def _space(self) -> None:
        if self._next_write is None:
            return
        await self._clock.sleep(max(0.0, (self._next_write - self._clock.now()).total_seconds()))

    def _check(self) -> None:
        now = self._clock.now()
        if self._closed_until is None or now >= self._closed_until:
            return
        raise RetryLater("GitHub asked this installation to wait; nothing was sent", after=self._closed_until - now)


def wait_of(status: int, headers: Mapping[str, str], message: str, now: datetime) -> timedelta | None:
    """How long does GitHub ask us to wait? None where the answer is not about a limit, such as a plain 403."""
    if status not in {403, 429}:
        return None
    if "retry-after" in headers:
        return retry_after(headers) or UNNAMED_WAIT
    if headers.get("x-ratelimit-remaining") == "0":
        return _until(headers.get("x-ratelimit-reset", ""), now)
    if status == 429 or "rate limit" in message.lower():  # noqa: PLR2004 - HTTP's "Too Many Requests"
        return UNNAMED_WAIT
    return None


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """The seconds GitHub names. None where it names none, or not as seconds."""
    seconds = headers.get("retry-after", "").strip()
    return timedelta(seconds=int(seconds)) if _is_number(seconds) else None


def _until(reset: str, now: datetime) -> timedelta:
    if not _is_number(reset):
        return UNNAMED_WAIT
    # At least a second: a reset that is past by our clock may not be past by GitHub's.
    return timedelta(seconds=max(1, math.ceil(int(reset) - now.timestamp())))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 12  # noqa: PLR2004 - more digits are no time of ours
