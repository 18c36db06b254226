"""What is done next, by whom, and what if it fails?

Kept: a key is worked on by one worker at a time; work whose worker died is taken over once its lease has run out; what
fails is tried again later; one key that always fails never stops the others. A clock that goes back ends the process:
all that it remembers by the hour would wait for as long, and the next one sets back what is in the database.
"""

from __future__ import annotations

import asyncio
import traceback
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

import structlog
from sqlalchemy import Connection

from app.clock import APART, Clock
from app.domain.delivery import NotDurable
from app.domain.ids import Key, TimerKey
from app.domain.lease import Lease, LeaseLost
from app.github.errors import NotAsked, RetryLater
from app.store import engines, work
from app.store.database import Database
from app.store.setting_back import set_back
from app.store.work import Claim

log = structlog.get_logger()

LEASE = timedelta(seconds=5)
RENEW_EVERY = 1.5  # seconds
IDLE = 0.2  # seconds between looks for work where there was none
IDLE_HEARING = 1.0  # where others tell of what somebody waits for
AT_ONCE = 5  # keys that one instance works on
LONGEST_WAIT = timedelta(minutes=15)
STEP = timedelta(minutes=1)  # what a clock may go back by while nobody waits for longer than that

Handler: TypeAlias = Callable[[Key, Lease], Awaitable[datetime | None]]  # → when to look at the key again, if ever


class ClockWentBack(Exception):
    """The machine's clock was set back by more than a moment."""


@dataclass(slots=True)
class HeldLease:
    """A claim that is being renewed while its work goes on."""

    claim: Claim
    until: datetime
    clock: Clock

    def check(self) -> None:
        if self.clock.now() >= self.until:
            raise LeaseLost("the lease has run out, so another instance may be working on this")


class Worker:
    """Takes keys from the work set and gives them to the handler."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        handler: Handler,
        owner: str,
        name_of: Callable[[Key], str],
        when_done: Callable[[Connection, Key], None],
    ) -> None:
        """`when_done` is called in the transaction that ends the work on a key, however it went."""
        self._database, self._clock, self._handler = database, clock, handler
        self._owner, self._name_of, self._when_done = owner, name_of, when_done
        self._held: dict[str, HeldLease] = {}
        self._latest = clock.now()

    async def begin(self) -> None:
        """All timers go off. What a clock that was ahead noted is set back first."""
        now = self._clock.now()
        ahead = await self._database.write(partial(set_back, now=now, beyond=APART, clock=self._clock))
        if ahead is not None:
            log.warning("clock.was_ahead", seconds=round(ahead.total_seconds()))
        await self._database.write(partial(work.start_timers, now=now))

    async def run(self) -> None:
        """Work until cancelled. Raises ClockWentBack, in a group."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_leases())
            group.create_task(self._database.calls.listen())
            for number in range(AT_ONCE):
                group.create_task(self._run_one(number))

    async def run_until_idle(self) -> int:
        """Work as `run` does until nothing is due any more; the number of looks that took."""
        keeping = asyncio.create_task(self._keep_leases())
        total = 0
        try:
            while done := sum(await self._side_by_side()):  # what one of them marked last may be left
                total += done
        finally:
            keeping.cancel()
        return total

    async def run_due(self, number: int = 0) -> int:
        """Work until nothing is due any more, one key after the other; the number of looks that took.

        Whoever does so at the same time has another number: no lease of theirs is taken for one's own.
        """
        owner, count = f"{self._owner}/{number}", 0
        while await self._next(owner):
            count += 1
        return count

    async def _side_by_side(self) -> list[int]:
        tasks = [asyncio.create_task(self.run_due(number)) for number in range(AT_ONCE)]
        try:
            return await asyncio.gather(*tasks)
        finally:
            for task in tasks:  # where one failed, the others end too
                task.cancel()

    async def _run_one(self, number: int) -> None:
        while True:
            call = self._database.calls.next()  # before looking: what is marked meanwhile is heard of
            try:
                await self.run_due(number)
            except ClockWentBack:
                raise
            except Exception as error:  # noqa: BLE001 - the lease runs out, and the work is taken up again
                log.error("worker", error=type(error).__name__)  # noqa: TRY400
            await self._rest(call)

    async def _rest(self, call: asyncio.Event) -> None:
        if not self._database.calls.hears:
            await self._clock.sleep(IDLE)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(IDLE_HEARING):
                await call.wait()

    async def _next(self, owner: str) -> bool:
        now = self._now()
        claim = await self._database.write(partial(self._claim, owner=owner, now=now), alone=False)
        if claim is None:
            return False
        lease = self._held[owner] = HeldLease(claim, claim.until, self._clock)
        try:
            await self._do(claim, lease)
        finally:
            del self._held[owner]
        return True

    def _claim(self, conn: Connection, *, owner: str, now: datetime) -> Claim | None:
        ahead = engines.ahead(conn, now, self._clock)
        return work.claim(conn, owner=owner, now=now, until=now + LEASE, ahead=ahead)

    async def _do(self, claim: Claim, lease: Lease) -> None:
        try:
            again = await self._handler(claim.key, lease)
        except RetryLater as error:
            # What was asked can tell that a repository has an open advisory: its people are asked for only then.
            reason = str(error) if isinstance(claim.key, TimerKey) else ""
            failed = not isinstance(error, NotAsked)
            log.warning("retry_later", key=self._name_of(claim.key), reason=reason, attempts=claim.attempts + failed)
            due = self._clock.now() + (error.after or _backoff(claim))
            await self._postpone(claim, due, "retry later" if failed else None)
        except LeaseLost:
            log.warning("lease_lost", key=self._name_of(claim.key))
        except Exception as error:  # noqa: BLE001 - it ends this item, not the process
            # Its message and its values may hold text under embargo; its kind and place do not.
            where = traceback.extract_tb(error.__traceback__)[-1]
            kind, place = type(error).__name__, f"{where.name}:{where.lineno}"
            log.error("failed", key=self._name_of(claim.key), error=kind, at=place)  # noqa: TRY400
            due = self._clock.now() + _backoff(claim)
            await self._postpone(claim, due, kind)
        else:
            await self._finish(claim, again)

    async def _postpone(self, claim: Claim, due: datetime, kind: str | None) -> None:
        def write(conn: Connection) -> None:
            work.postpone(conn, claim, due=due, error_kind=kind)
            self._when_done(conn, claim.key)

        await self._database.write(write)

    async def _finish(self, claim: Claim, again: datetime | None) -> None:
        def write(conn: Connection) -> None:
            work.finish(conn, claim)
            if again is not None:
                work.mark(conn, [claim.key], due=again)
            self._when_done(conn, claim.key)

        await self._database.write(write)

    def _now(self) -> datetime:
        now = self._clock.now()
        if self._latest - now > STEP:
            log.error("clock.went_back", seconds=round((self._latest - now).total_seconds()))
            raise ClockWentBack
        self._latest = max(self._latest, now)
        return now

    async def _keep_leases(self) -> None:
        while True:
            await self._clock.sleep(RENEW_EVERY)
            self._now()  # whoever waits for GitHub's budget asks for no work
            for lease in tuple(self._held.values()):
                with suppress(NotDurable):  # a lease that was not renewed simply runs out
                    await self._keep(lease)

    async def _keep(self, lease: HeldLease) -> None:
        until = self._clock.now() + LEASE
        kept = await self._database.write(partial(self._renew, claim=lease.claim, until=until))
        lease.until = until if kept else self._clock.now()

    def _renew(self, conn: Connection, *, claim: Claim, until: datetime) -> bool:
        return work.renew(conn, claim, until, ahead=engines.ahead(conn, until - LEASE, self._clock))


def _backoff(claim: Claim) -> timedelta:
    """15 seconds, doubled with each attempt, spread by ± 20 % so that keys that failed together come back apart."""
    spread = 0.8 + 0.4 * (zlib.crc32(f"{claim.key}{claim.attempts}".encode()) / 2**32)
    return min(LONGEST_WAIT, timedelta(seconds=15 * 2 ** min(claim.attempts, 8))) * spread
