"""What is forgotten once a day, because it is older than it has to be?

Whoever works first after the hour does it, in small batches, each a transaction of its own; what is left after so many
goes the next day. By a clock that is ahead everything is old, so nothing goes before GitHub's answers bear ours out.
The audit is never touched: a chain from which rows are missing would prove nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from app.clock import Clock
from app.domain.retention import TERMS, Retention
from app.holding import SILENT
from app.store import moments, retention, secrets_held
from app.store.database import Database

log = structlog.get_logger()

RETIRED = "what is old was forgotten"
EVERY = timedelta(days=1)
BATCHES = 200  # a day, of each kind: more than a year of anything


class Retiring:
    """Forgets what is old."""

    def __init__(self, *, database: Database, clock: Clock, terms: Retention) -> None:
        self._database, self._clock, self._terms = database, clock, terms
        self._done: datetime | None = None

    async def do(self, is_time_right: Callable[[], Awaitable[bool]]) -> None:
        """Forget what is old, unless that was done today. What goes wrong holds nothing else up.

        `is_time_right` is asked only where it is due, and again the next time where it says no.
        """
        now = self._clock.now()
        if self._done is not None and now - self._done < EVERY:
            return
        self._done = now
        try:
            last = await self._database.read(partial(moments.last, name=RETIRED))
            if last is not None and now - last < EVERY:
                return
            if last is not None and not await is_time_right():
                self._done = None
                return
            if last is not None and (gone := await self.forget()):
                log.info("retention", **{name: count for name, count in gone.items() if count})
            await self._database.write(partial(moments.note, name=RETIRED, at=now))
        except Exception as error:  # noqa: BLE001 - whatever it is, sweeps and polls must not wait for it
            self._done = None  # the next time, and not tomorrow
            log.error("retention.failed", error=type(error).__name__)  # noqa: TRY400

    async def forget(self) -> dict[str, int]:
        """Forget what is old, and say how much of each it was."""
        now = self._clock.now()
        await self._database.write(partial(secrets_held.forget_silent, before=now - SILENT))
        return {name: gone for name in TERMS if (gone := await self._forget(name, now - self._terms.term(name)))}

    async def _forget(self, name: str, before: datetime) -> int:
        gone = 0
        for _ in range(BATCHES):
            some = await self._database.write(partial(retention.forget, name=name, before=before))
            gone += some
            if some < retention.BATCH:
                break
        return gone
