"""Who notices if nobody runs any more? Somebody else, who hears nothing.

A beat is sent only after a sweep listed everything, what it marked was looked at, GitHub told what it was asked there,
and nothing that this instance needs is broken. Where it goes is the operator's own choice (a dead man's switch);
nothing is told by it but that it came.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import httpx
import structlog

from app.clock import Clock
from app.health.self_watch import AUDIT_WHOLE
from app.health.vitals import Vitals
from app.store.database import Database
from app.store.health import Health, health
from app.sweeping.measuring import is_seen
from app.sweeping.sweep import COMPLETE_SWEEP
from policies.config import Policies

log = structlog.get_logger()

EVERY = timedelta(seconds=30)
KEEPS_UP = timedelta(minutes=5)  # what a sweep marked and nobody looked at for longer than this was not evaluated
SECONDS = 10.0


class Heartbeat:
    """Sends beats to one URL, and follows it nowhere else. The URL is a secret: whoever knows it can feign a beat."""

    def __init__(
        self,
        url: str,
        *,
        vitals: Vitals,
        database: Database,
        clock: Clock,
        policies: Callable[[], Policies],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._url, self._vitals, self._database, self._clock = url, vitals, database, clock
        self._policies, self._transport = policies, transport
        self._beaten: datetime | None = None  # for which sweep

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            try:
                await self.beat()
            except Exception as error:  # noqa: BLE001 - its URL may stand in the message; the beat is missed, as it should
                log.error("heartbeat.failed", error=type(error).__name__)  # noqa: TRY400
            await self._clock.sleep(EVERY.total_seconds())

    async def beat(self) -> bool:
        """Send one if there was a good sweep since the last. True where it arrived."""
        now = self._clock.now()
        state = await self._database.read(
            partial(health, complete_sweep=COMPLETE_SWEEP, audit_whole=AUDIT_WHOLE, now=now)
        )
        if state.swept_at is None or state.swept_at == self._beaten or not await self._is_well(state, now):
            return False
        rules, since = self._policies().file, state.swept_at - KEEPS_UP
        if not await self._database.read(partial(is_seen, rules=rules, since=since, now=now)):
            return False
        async with asyncio.timeout(SECONDS):
            async with httpx.AsyncClient(transport=self._transport, timeout=SECONDS) as client:
                answer = await client.post(self._url)
        if not answer.is_success:
            log.warning("heartbeat.refused", status=answer.status_code)
            return False
        self._beaten = state.swept_at
        return True

    async def _is_well(self, state: Health, now: datetime) -> bool:
        keeps_up = state.waits_since is None or now - state.waits_since <= KEEPS_UP
        checks = await self._vitals.checks()
        return keeps_up and not state.is_audit_broken and set(checks.values()) == {"ok"}
