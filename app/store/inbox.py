"""Did this delivery reach us before, and is what it asks for on disk?

Deliveries that arrive while others are being written wait for each other and are then written together: one fsync and
two statements for all of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, delete
from sqlalchemy.sql.dml import ReturningInsert

from app.clock import Clock
from app.domain.delivery import Delivery
from app.domain.ids import Key
from app.store.database import Database, insert
from app.store.schema import deliveries
from app.store.work import PROMPT, mark

TOGETHER = 64  # deliveries in one transaction


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    delivery: Delivery
    keys: frozenset[Key]
    is_new: asyncio.Future[bool]


class StoredInbox:
    """Takes deliveries in. What it accepted is durable before it answers."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def receive(self, delivery: Delivery, keys: frozenset[Key]) -> bool:
        """Write down the delivery and its work together; False if it was here before. Raises NotDurable."""
        waiting = _Waiting(delivery, keys, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await waiting.is_new

    async def _write(self) -> None:
        try:
            while self._waiting:
                together, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
                await self._write_together(together)
        finally:
            self._writing = None

    async def _write_together(self, together: list[_Waiting]) -> None:
        now = self._clock.now()
        asked = {waiting.delivery.guid: (waiting.delivery, waiting.keys) for waiting in together}
        try:
            new = await self._database.write(lambda conn: receive(conn, asked.values(), now))
        except Exception as error:  # noqa: BLE001 - each of them waits for an answer
            for waiting in together:
                _answer(waiting, error)
            return
        for waiting in together:
            _answer(waiting, waiting.delivery.guid in new)
            new.discard(waiting.delivery.guid)  # the same one again, within the group


def _answer(waiting: _Waiting, outcome: bool | Exception) -> None:  # noqa: FBT001 - the answer, not an option
    if waiting.is_new.done():  # its caller was cancelled
        return
    if isinstance(outcome, Exception):
        waiting.is_new.set_exception(outcome)
    else:
        waiting.is_new.set_result(outcome)


def receive(conn: Connection, asked: Collection[tuple[Delivery, frozenset[Key]]], now: datetime) -> set[str]:
    """Which deliveries are new? Their work is marked; one that is known already asks for nothing."""
    rows = [
        {"guid": delivery.guid, "event": delivery.event, "action": delivery.action, "received_at": now}
        for delivery, _ in asked
    ]
    new: set[str] = set(conn.execute(_remembering(conn.dialect.name), rows).scalars())
    mark(conn, {key for delivery, keys in asked if delivery.guid in new for key in keys}, due=now, priority=PROMPT)
    return new


def forget_deliveries(conn: Connection, before: datetime) -> int:
    """Forget deliveries from before then, and say how many. GitHub redelivers for three days; we keep seven."""
    return conn.execute(delete(deliveries).where(deliveries.c.received_at < before)).rowcount


@cache  # like marking work: once per process
def _remembering(dialect: str) -> ReturningInsert[str]:
    statement = insert(dialect, deliveries).on_conflict_do_nothing(index_elements=[deliveries.c.guid])
    return statement.returning(deliveries.c.guid)
