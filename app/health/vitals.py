"""Can this instance do its work now: with its key, by its clock, with its database, with what it was granted?

Looked at each minute, since the tokens of an hour ago still work after a key was taken away, and a sweep comes every
ten. What was not looked at lately is *cannot tell*, which is not ready either. Names of checks and three words are all
that is told, and to strangers only whether all are ok: `/readyz` answers whoever asks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Literal, TypeAlias

import structlog

from app.clock import APART, Clock
from app.github.client import Client, Unauthenticated
from app.github.errors import RetryLater
from app.github.installations import Installation, lost
from app.github.registration import Registration
from app.github.roles import roles
from app.health.rights import Rights
from app.store import moments, repositories
from app.store.database import Database
from app.sweeping.sweep import COMPLETE_SWEEP
from policies.config import Policies
from policies.permissions import HAND, WATCHER, both, lacking

log = structlog.get_logger()

State: TypeAlias = Literal["ok", "problem", "cannot tell"]
CHECKS = ("key", "clock", "database", "permissions", "sweep")
EVERY = timedelta(minutes=1)
SERVES = timedelta(minutes=4)  # a minute less than is promised, as the next look may take that long
SKEW = timedelta(seconds=45)  # GitHub refuses what was signed a minute later than it is there
PATIENCE = 30  # seconds for the database to write one row
ANSWERS = 5  # seconds for it to read one: whoever asks how we are waits for no longer
WRITTEN = "database was written"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What was true when it was looked at. `at` is when the answer came."""

    state: State
    at: datetime


class Vitals:
    """Looks, and says what it saw. Each instance has its own: it may be the only one whose key is gone."""

    def __init__(
        self,
        *,
        watcher: Registration,
        hand: Registration,
        client: Client,
        database: Database,
        clock: Clock,
        policies: Callable[[], Policies],
        sweep_every: timedelta,
    ) -> None:
        self._watcher, self._hand, self._client = watcher, hand, client
        self._database, self._clock, self._policies = database, clock, policies
        self._sweep_every = sweep_every
        self._rights = Rights(watcher=watcher, hand=hand, database=database, clock=clock)
        self._seen: dict[str, _Seen] = {}
        self._told: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - whatever it is, what it says grows old and then counts for nothing
                log.error("vitals.failed", error=type(error).__name__)  # noqa: TRY400
            await self._clock.sleep(EVERY.total_seconds())

    async def look(self) -> None:
        """Ask GitHub where the Apps are, and write a row."""
        self._see("database", await self._writes())
        found = await self._ask()
        await self._see_permissions(found)
        await self._tell()
        await self._rights.look(self._policies())

    async def is_time_right(self) -> bool:
        """Does GitHub take what we sign now, by our clock? It is asked where nobody asked lately."""
        if self._state("key") == "cannot tell" or self._state("clock") == "cannot tell":
            await self._ask()
        return self._state("key") == self._state("clock") == "ok"

    async def checks(self) -> Mapping[str, State]:
        """How is each, by what was seen lately?"""
        states = {check: self._state(check) for check in CHECKS}
        try:
            async with asyncio.timeout(ANSWERS):
                last = await self._database.read(partial(moments.last, name=COMPLETE_SWEEP))
        except Exception:  # noqa: BLE001 - whatever it is, also that there is no answer: nothing can be read
            return states | {"database": "problem", "sweep": "cannot tell"}
        return states | {"sweep": "ok" if last and self._is_since(last, 2 * self._sweep_every) else "problem"}

    def _state(self, check: str) -> State:
        seen = self._seen.get(check)
        return seen.state if seen and self._is_since(seen.at, SERVES) else "cannot tell"

    def _is_since(self, at: datetime, longest: timedelta) -> bool:
        """What was seen at a time to come was seen by a clock that was ahead, nobody knows when."""
        return -APART <= self._clock.now() - at <= longest

    async def _ask(self) -> Mapping[Registration, tuple[Installation, ...] | RetryLater]:
        found = {app: await self._list(app) for app in {self._watcher, self._hand}}
        answers = set(found.values())
        if any(isinstance(answer, Unauthenticated) for answer in answers):
            self._see("key", "problem")
        elif not any(isinstance(answer, RetryLater) for answer in answers):
            self._see("key", "ok")
        self._see_clock()
        return found

    async def _writes(self) -> State:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._database.write(partial(moments.note, name=WRITTEN, at=self._clock.now()))
        except Exception:  # noqa: BLE001 - full, locked, gone: nothing can be kept
            return "problem"
        return "ok"

    async def _list(self, app: Registration) -> tuple[Installation, ...] | RetryLater:
        try:
            return await app.installations()
        except RetryLater as error:
            return error

    def _see_clock(self) -> None:
        """Where GitHub says no time, a key that it accepts proves that ours is not far off."""
        skew = self._client.skew
        if skew is not None:
            self._see("clock", "ok" if abs(skew) <= SKEW else "problem")
        elif (key := self._seen.get("key")) is not None and key.state == "ok":
            self._seen["clock"] = key

    async def _see_permissions(self, found: Mapping[Registration, tuple[Installation, ...] | RetryLater]) -> None:
        seen = await self._accounts()
        lacks, is_known = False, seen is not None
        for app, listed in found.items():
            if isinstance(listed, RetryLater):
                is_known = False
            else:
                lacks |= any(self._lacks(app, listed))
                lacks |= bool(lost(listed, needed=self._needed(app), seen=seen or ()))
        if lacks:
            self._see("permissions", "problem")
        elif is_known:
            self._see("permissions", "ok")

    async def _accounts(self) -> frozenset[str] | None:
        """Where anything was ever seen. None where nothing can be read."""
        try:
            return await self._database.read(repositories.accounts)
        except Exception:  # noqa: BLE001 - whatever it is, the database says so for itself
            return None

    def _needed(self, app: Registration) -> tuple[str, ...]:
        file = self._policies().file
        if app is self._watcher:
            return file.accounts()
        return (file.coordination.repository.owner.lower(),) if file.coordination else ()

    def _lacks(self, app: Registration, listed: tuple[Installation, ...]) -> Iterator[bool]:
        policies = self._policies()
        kept = policies.file.coordination
        home = kept.repository.owner.lower() if kept else None
        is_both = roles(self._watcher, self._hand) == "one for both"
        for each in listed:
            is_home = each.account.lower() == home
            if each.suspended:
                yield is_home and app is self._hand  # also where it was never seen; elsewhere `lost` tells
                continue
            if not policies.concerns(each.account):
                continue
            if app is self._watcher:
                asked = both() if is_home and is_both else WATCHER
                yield bool(lacking(each.permissions, asked))
            elif is_home:
                yield bool(lacking(each.permissions, HAND))

    def _see(self, check: str, state: State) -> None:
        self._seen[check] = _Seen(state=state, at=self._clock.now())

    async def _tell(self) -> None:
        """Once for each change: a log of every minute is read by nobody."""
        wrong = frozenset(check for check, state in (await self.checks()).items() if state != "ok")
        if wrong != self._told:
            log.warning("readiness", not_ok=sorted(wrong)) if wrong else log.info("readiness", not_ok=[])
            self._told = wrong
