"""How fast may we go, and when must we stop?

Kept, for each installation: 20 creations in any minute and 100 in any hour, a second between writes, and none at all
while GitHub asks us to wait, also where several processes send there (`neighbours`); and by each process at most 300
points in any minute, and five requests at once. What is under way by then cannot be called back. What looking around
may use of an hour is counted here, for all of them together, and kept by who may wait (`share.py`).
GitHub: "Rate limits for the REST API", "Best practices for using the REST API".
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.clock import Clock
from app.github.errors import RetryLater
from app.github.neighbours import NOBODY, Neighbours
from app.github.share import Pace, Share

CONCURRENT = 5
POINTS_A_MINUTE = 300  # GitHub allows 900; a GET is one, what may write is five
CREATIONS_A_MINUTE = 20  # GitHub allows 80
CREATIONS_AN_HOUR = 100  # GitHub allows 500
BETWEEN_WRITES = timedelta(seconds=1)
UNNAMED_WAIT = timedelta(seconds=60)  # "wait for at least one minute" where GitHub names no time, doubled if repeated
LONGEST_UNNAMED_WAIT = timedelta(hours=1)
POINTS_OF_A_LOOK = 30  # tokens included; a look that needs more waits in the lane for the rest

ASKED_TO_WAIT = "GitHub asked this installation to wait; nothing was sent"
ENOUGH_CREATED = "enough was created in this installation for now; nothing was sent"

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """GitHub sends us away, for so long or without naming a time."""

    after: timedelta | None


class Lane:
    """The way of one installation to GitHub. `neighbours` send in it, too."""

    def __init__(self, clock: Clock, neighbours: Neighbours = NOBODY) -> None:
        self._clock, self._neighbours = clock, neighbours
        self._slots = asyncio.Semaphore(CONCURRENT)
        self._writes = asyncio.Lock()
        self._next_write: datetime | None = None
        self._queue = asyncio.Lock()
        self._points = Window(POINTS_A_MINUTE, _MINUTE)
        self._creations = (Window(CREATIONS_A_MINUTE, _MINUTE), Window(CREATIONS_AN_HOUR, _HOUR))
        self._share = Share(clock.now())
        self._closed_until: datetime | None = None
        self._told_until: datetime | None = None
        self._unnamed = 0  # limits in a row for which GitHub named no time

    @asynccontextmanager
    async def reading(self, method: str = "GET") -> AsyncIterator[None]:
        """A turn to send a read, or a request that changes nothing of the world. Raises RetryLater while closed."""
        async with self._slots:
            await self._take(1 if method in _READS else 5)
            yield

    @asynccontextmanager
    async def writing(self, *, creates: bool) -> AsyncIterator[None]:
        """A turn to send a write, a second after the one before. Raises RetryLater while closed.

        What would create something beyond the budget is turned away too: it may take an hour until there is room.
        """
        async with self._writes:
            self._check(creates=creates)
            await self._space()
            async with self._slots:
                await self._take(5, creates=creates)
                await self._turn(creates=creates)
                try:
                    yield
                finally:
                    self._next_write = self._clock.now() + BETWEEN_WRITES

    def close(self, limit: Limit) -> timedelta:
        """Send nothing more while GitHub asks us to wait, since that would make it longer. Says for how long."""
        now = self._clock.now()
        after = limit.after
        if after is None:
            if self._closed_until is None or now >= self._closed_until:  # else it is about the same burst of requests
                self._unnamed += 1
            after = min(UNNAMED_WAIT * 2 ** min(self._unnamed - 1, 10), LONGEST_UNNAMED_WAIT)
        return self._close_until(now + after)

    def learn(self, headers: Mapping[str, str]) -> None:
        """What an answer that was given says of the hourly limit. When nothing is left, we need not be told twice."""
        self._unnamed = 0
        if headers.get("x-ratelimit-resource", "core") != "core":
            return
        limit = headers.get("x-ratelimit-limit", "")
        if _is_number(limit) and int(limit):
            self._share.tell(int(limit))
        if headers.get("x-ratelimit-remaining") == "0":
            now = self._clock.now()
            self._close_until(now + (_until(headers, now) or UNNAMED_WAIT))

    async def tell(self) -> None:
        """Others who send in this lane have to wait, too, where we have."""
        until = self._closed_until
        if until is not None and until != self._told_until:
            self._told_until = until
            await self._neighbours.close_for(until - self._clock.now())

    def pace(self) -> Pace:
        """How much routine work may send now. Nothing is held up by it: who may wait asks."""
        now = self._clock.now()
        return replace(self._share.pace(now), wait=self._points.wait(POINTS_OF_A_LOOK, now))

    async def _take(self, points: int, *, creates: bool = False) -> None:
        """Wait until the points are there, in the order of coming. Raises RetryLater where the lane is closed."""
        async with self._queue:
            await self._hear()
            self._check(creates=creates)
            while wait := self._points.wait(points, self._clock.now()):
                await self._clock.sleep(wait.total_seconds())
                await self._hear()
                self._check(creates=creates)  # it may have been closed while we waited
            now = self._clock.now()
            self._points.take(points, now)
            self._share.take(now)
            if (used := await self._neighbours.took(an_hour=self._share.told)) is not None:
                self._share.all_used(used, self._clock.now())
            for window in self._creations if creates else ():
                window.take(1, now)

    async def _turn(self, *, creates: bool) -> None:
        if wait := await self._neighbours.turn(creates=creates):
            await self._clock.sleep(wait.total_seconds())
            await self._hear()
            self._check(creates=False)  # what is created now was counted

    async def _hear(self) -> None:
        if after := await self._neighbours.closed_for():
            self._told_until = self._close_at(self._clock.now() + after)

    async def _space(self) -> None:
        if self._next_write is None:
            return
        await self._clock.sleep(max(0.0, (self._next_write - self._clock.now()).total_seconds()))

    def _check(self, *, creates: bool) -> None:
        now = self._clock.now()
        if self._closed_until is not None and now < self._closed_until:
            after = self._closed_until - now
            raise RetryLater(ASKED_TO_WAIT, after=after)
        if creates and (wait := max(window.wait(1, now) for window in self._creations)):
            raise RetryLater(ENOUGH_CREATED, after=wait)

    def _close_until(self, until: datetime) -> timedelta:
        return self._close_at(until) - self._clock.now()

    def _close_at(self, until: datetime) -> datetime:
        self._closed_until = max(until, self._closed_until or until)
        return self._closed_until


class Window:
    """At most so much in any stretch of time of that length."""

    def __init__(self, most: int, length: timedelta) -> None:
        self._most, self._length = most, length
        self._taken: deque[tuple[datetime, int]] = deque()
        self._sum = 0

    def wait(self, amount: int, now: datetime) -> timedelta:
        """How long until that much fits in. Zero where it does."""
        while self._taken and self._taken[0][0] + self._length <= now:
            self._sum -= self._taken.popleft()[1]
        free, until = self._most - self._sum, now
        for at, taken in self._taken:
            if free >= amount:
                break
            free, until = free + taken, at + self._length
        return until - now

    def take(self, amount: int, now: datetime) -> None:
        self._taken.append((now, amount))
        self._sum += amount


def creations_of_all(created: Collection[datetime], at: datetime) -> timedelta:
    """How long after that moment until one more may be created, if those were created when?"""
    windows = Window(CREATIONS_A_MINUTE, _MINUTE), Window(CREATIONS_AN_HOUR, _HOUR)
    for window in windows:
        for each in created:
            window.take(1, each)
    return max(window.wait(1, at) for window in windows)


def limit_of(status: int, headers: Mapping[str, str], message: str, now: datetime) -> Limit | None:
    """Does GitHub send us away for a while? None where the answer is not about a limit, such as a plain 403."""
    if status not in {403, 429}:
        return None
    if "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0":
        return Limit(after=wait_of(headers, now))
    if status == 429 or "rate limit" in message.lower():  # noqa: PLR2004 - HTTP's "Too Many Requests"
        return Limit(after=None)
    return None


def wait_of(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long may no more of its kind be asked for, by an answer of any status? None where it names no time."""
    if "retry-after" in headers:
        return retry_after(headers) or None
    return _until(headers, now) if headers.get("x-ratelimit-remaining") == "0" else None


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """The seconds GitHub names. None where it names none, or not as seconds."""
    seconds = headers.get("retry-after", "").strip()
    return timedelta(seconds=int(seconds)) if _is_number(seconds) else None


def _until(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    reset = headers.get("x-ratelimit-reset", "")
    if not _is_number(reset):
        return None
    # At least a second: a reset that is past by our clock may not be past by GitHub's.
    return timedelta(seconds=max(1, math.ceil(int(reset) - now.timestamp())))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10  # noqa: PLR2004 - more digits are no time of ours
