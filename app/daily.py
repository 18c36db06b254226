"""What is done once a day, at a fixed hour: people are told what is open.

Whoever works first after that hour does it, however late that is, and only once: the hour is noted in the transaction
that makes the digests. An outage of GitHub holds up none, since they say what was seen last.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from app.clock import Clock
from app.reconcile.digests import Digests
from app.reconcile.reminders import Now, digests_for, hour_before
from app.store import found, moments, notices, outbox
from app.store.database import Database
from policies.config import Policies

log = structlog.get_logger()

DIGESTS = "digests"
KEPT = timedelta(days=90)


class Daily:
    """Makes digests when their hour has come."""

    def __init__(self, *, database: Database, clock: Clock, policies: Callable[[], Policies], digests: Digests) -> None:
        self._database, self._clock, self._policies, self._digests = database, clock, policies, digests
        self._done: datetime | None = None

    async def do(self) -> None:
        """Make the digests of the last hour at which they are due, unless that was done."""
        now = self._clock.now()
        hour = hour_before(now)
        if self._done is not None and hour <= self._done:
            return
        made = partial(_make, policies=self._policies(), digests=self._digests, hour=hour, now=now)
        try:
            count = await self._database.write(made)
        except Exception as error:  # noqa: BLE001 - whatever it is, sweeps and polls must not wait for it
            log.error("digests.failed", error=type(error).__name__)  # noqa: TRY400
            return
        self._done = hour
        if count:
            log.info("digests", made=count)


def _make(conn: Connection, *, policies: Policies, digests: Digests, hour: datetime, now: datetime) -> int:
    last = moments.last(conn, DIGESTS)
    if last is not None and last >= hour:
        return 0
    moments.note(conn, name=DIGESTS, at=hour)
    if last is None:  # nobody has looked at anything yet
        return 0
    seen = Now(
        findings=found.all_findings(conn, ["open"]),
        notices=notices.open_notices(conn),
        rules=policies.file,
        last=last,
        at=hour,
    )
    outbox.forget(conn, (hour - KEPT).date())
    return outbox.put(conn, digests_for(seen, digests, now))
