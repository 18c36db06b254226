"""How do the instances that share a database keep GitHub's limits together?

Kept: a wait that GitHub asked one of them for is kept by all, writes of an installation are a second apart, and of
creations there are no more in a minute or an hour than one instance may make. The others hear of a wait before their
next write, and before their next read a second after it was asked for at the latest: so often one reads what the others
noted, and tries again to note what it could not. What looking around may use of an hour is one share for all: each
tells what it took every ten seconds, and before it ends. Not kept: each counts its own points of the minute.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from app.clock import Clock
from app.github.errors import RetryLater
from app.github.limits import ASKED_TO_WAIT, BETWEEN_WRITES, ENOUGH_CREATED, creations_of_all
from app.github.share import taken
from app.store import engines, lanes
from app.store.database import Database

log = structlog.get_logger()

EVERY = timedelta(seconds=1)
BETWEEN_TELLINGS = timedelta(seconds=10)
PATIENCE = 5  # seconds for the database to answer: whether GitHub can be asked does not depend on it


class Lanes:
    """All lanes of this instance."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._read_at: datetime | None = None
        self._closed: Mapping[str, datetime] = {}  # until when, by this machine's clock
        self._unheard: dict[str, datetime] = {}  # until when a wait lasts that could not be written down yet
        self._untold: dict[str, int] = defaultdict(int)  # requests
        self._hours: dict[str, float] = {}  # requests that looking around may make in an hour
        self._told_at: dict[str, datetime] = {}

    def of(self, name: str) -> _Shared:
        """What others know of the lane of that name."""
        return _Shared(self, name)

    async def closed_for(self, name: str) -> timedelta:
        now = self._clock.now()
        if self._read_at is None or not timedelta(0) <= now - self._read_at < EVERY:
            self._read_at = now
            if await self._read(now):
                await self._close_unheard(now)
        return max(timedelta(0), self._closed.get(name, now) - now)

    async def close_for(self, name: str, after: timedelta) -> None:
        now = self._clock.now()
        try:
            await self._write_down(name, now, after)
        except Exception as error:  # noqa: BLE001 - it is kept here all the same, whatever the database says
            # Who has to wait asks nothing there, so whichever lane is asked for next has it told.
            self._unheard[name] = now + after
            log.error("lanes.not_told", error=type(error).__name__)  # noqa: TRY400

    async def turn(self, name: str, *, creates: bool) -> timedelta:
        now = self._clock.now()
        return await self._database.write(partial(self._turn, name=name, now=now, creates=creates))

    async def took(self, name: str, *, an_hour: float | None) -> float | None:
        now = self._clock.now()
        self._untold[name] += 1
        told_at = self._told_at.get(name)
        if an_hour is None or (told_at is not None and timedelta(0) <= now - told_at < BETWEEN_TELLINGS):
            return None
        self._told_at[name], self._hours[name] = now, an_hour
        return await self._tell(name)

    async def tell_all(self) -> None:
        """What was not told yet, before this instance ends."""
        for name in self._hours:
            await self._tell(name)

    async def _tell(self, name: str) -> float | None:
        requests, now = self._untold.pop(name, 0), self._clock.now()
        use = partial(self._use, name=name, now=now, requests=requests, an_hour=self._hours[name])
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._database.write(use)
        except Exception as error:  # noqa: BLE001 - it is counted here
            if not isinstance(error, TimeoutError):  # it may still be written then, and would be told twice
                self._untold[name] += requests
            log.error("lanes.not_told", error=type(error).__name__)  # noqa: TRY400
            return None

    async def _read(self, now: datetime) -> bool:
        """Gives whether the database answered."""
        with suppress(Exception):  # what was known stays; the database is looked after elsewhere
            async with asyncio.timeout(PATIENCE):
                self._closed = await self._database.read(partial(self._all_closed, now=now))
                return True
        return False

    async def _close_unheard(self, now: datetime) -> None:
        """Told each second at most, until it is written down or over."""
        for name, until in list(self._unheard.items()):
            with suppress(Exception):
                if until > now:
                    await self._write_down(name, now, until - now)
                if self._unheard.get(name) == until:
                    del self._unheard[name]

    async def _write_down(self, name: str, now: datetime, after: timedelta) -> None:
        async with asyncio.timeout(PATIENCE):  # it may still be written then, and says the same if it is told twice
            await self._database.write(partial(self._close, name=name, now=now, after=after))

    def _all_closed(self, conn: Connection, now: datetime) -> Mapping[str, datetime]:
        ahead = engines.ahead(conn, now, self._clock)
        return {name: until + ahead for name, until in lanes.closed(conn, now - ahead).items()}

    def _close(self, conn: Connection, *, name: str, now: datetime, after: timedelta) -> None:
        lanes.close(conn, name, now - engines.ahead(conn, now, self._clock) + after)

    def _turn(self, conn: Connection, *, name: str, now: datetime, creates: bool) -> timedelta:
        common = now - engines.ahead(conn, now, self._clock)
        if (until := lanes.closed(conn, common).get(name)) is not None:
            raise RetryLater(ASKED_TO_WAIT, after=until - common)
        at = lanes.next_write(conn, name, common)
        if creates:
            lanes.forget_creations(conn, common)
            if wait := creations_of_all(lanes.creations(conn, name), at):
                raise RetryLater(ENOUGH_CREATED, after=wait)
            lanes.create(conn, name, at)
        lanes.take_turn(conn, name, following=at + BETWEEN_WRITES)
        return at - common

    def _use(self, conn: Connection, *, name: str, now: datetime, requests: int, an_hour: float) -> float:
        common = now - engines.ahead(conn, now, self._clock)
        before, at = lanes.used(conn, name) or (0.0, common)
        used = taken(before, at, requests, common, an_hour=an_hour)
        lanes.use(conn, name, used, common)
        return used


@dataclass(frozen=True, slots=True)
class _Shared:
    """One lane."""

    lanes: Lanes
    name: str

    async def closed_for(self) -> timedelta:
        return await self.lanes.closed_for(self.name)

    async def close_for(self, after: timedelta) -> None:
        await self.lanes.close_for(self.name, after)

    async def turn(self, *, creates: bool) -> timedelta:
        return await self.lanes.turn(self.name, creates=creates)

    async def took(self, *, an_hour: float | None) -> float | None:
        return await self.lanes.took(self.name, an_hour=an_hour)
