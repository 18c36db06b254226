"""What is done once a day, at a fixed hour: people are told what is open.

Whoever works first after that hour does it, however late that is, and only once: the hour is noted in the transaction
that makes the digests. An outage of GitHub holds up none, since they say what was seen last. Digests that could not be
made are a notice: who hears nothing takes it for peace.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import Connection

from app.clock import Clock
from app.domain.records import Notice
from app.reconcile.digests import Digests
from app.reconcile.reminders import Now, digests_for, hour_before
from app.store import found, moments, notices, outbox
from app.store.database import Database
from policies.config import Policies

log = structlog.get_logger()

DIGESTS = "digests"


class Daily:
    """Makes digests when their hour has come."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        policies: Callable[[], Policies],
        digests: Digests,
        tools: frozenset[str] = frozenset(),
    ) -> None:
        """`tools`: those whose people share a channel."""
        self._database, self._clock, self._policies, self._digests = database, clock, policies, digests
        self._tools = tools
        self._done: datetime | None = None

    async def do(self) -> None:
        """Make the digests of the last hour at which they are due, unless that was done."""
        now = self._clock.now()
        hour = hour_before(now)
        if self._done is not None and hour <= self._done:
            return
        made = partial(_make, policies=self._policies(), digests=self._digests, tools=self._tools, hour=hour, now=now)
        try:
            count = await self._database.write(made)
        except Exception as error:  # noqa: BLE001 - whatever it is, sweeps and polls must not wait for it
            log.error("digests.failed", error=type(error).__name__)  # noqa: TRY400
            await self._tell_of_failure(now)
            return
        self._done = hour
        if count:
            log.info("digests", made=count)

    async def _tell_of_failure(self, now: datetime) -> None:
        try:
            await self._database.write(partial(_settle, failed="no digest could be made", now=now))
        except Exception as error:  # noqa: BLE001 - as above; the database itself may be what fails
            log.error("digests.failed", error=type(error).__name__)  # noqa: TRY400


def _make(
    conn: Connection,
    *,
    policies: Policies,
    digests: Digests,
    tools: frozenset[str],
    hour: datetime,
    now: datetime,
) -> int:
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
    morning = digests_for(seen, digests, now, tools)
    for tool in sorted(tools - seen.rules.tools.keys()):
        log.warning("digests.no_such_tool", tool=tool)  # a channel that would stay silent for ever
    for error in morning.failed:
        log.error("digests.failed", error=error)
    count = len(morning.failed)
    _settle(conn, f"{count} of {count + len(morning.digests)} digests could not be made" if count else None, now)
    return outbox.put(conn, morning.digests)


def _settle(conn: Connection, failed: str | None, now: datetime) -> None:
    """A morning on which all could be made ends what was told of others."""
    notices.close(conn, "digests-failed", DIGESTS, now)
    if failed is not None:
        text = f"{failed} on {now:%Y-%m-%d}: whoever should have read them hears nothing. The log names the error"
        notices.tell(conn, Notice(kind="digests-failed", about=DIGESTS, severity="warning", text=text, since=now))
