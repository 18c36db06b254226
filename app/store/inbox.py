"""Did this delivery reach us before, and is what it asks for on disk?"""

from __future__ import annotations

from datetime import datetime
from functools import cache

from sqlalchemy import Connection, delete

from app.clock import Clock
from app.domain.delivery import Delivery
from app.domain.ids import Key
from app.store.database import Database, Insert, insert
from app.store.schema import deliveries
from app.store.work import PROMPT, mark


class StoredInbox:
    """Takes deliveries in. What it accepted is durable before it answers."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def receive(self, delivery: Delivery, keys: frozenset[Key]) -> bool:
        """Write down the delivery and its work together; False if it was here before. Raises NotDurable."""
        now = self._clock.now()
        return await self._database.write(lambda conn: receive(conn, delivery, keys, now))


def receive(conn: Connection, delivery: Delivery, keys: frozenset[Key], now: datetime) -> bool:
    """A delivery that is known already asks for nothing."""
    row = {"guid": delivery.guid, "event": delivery.event, "action": delivery.action, "received_at": now}
    if conn.execute(_remembering(conn.dialect.name), row).rowcount == 0:
        return False
    mark(conn, keys, due=now, priority=PROMPT)
    return True


def forget_deliveries(conn: Connection, before: datetime) -> int:
    """Forget deliveries from before then, and say how many. GitHub redelivers for three days; we keep seven."""
    return conn.execute(delete(deliveries).where(deliveries.c.received_at < before)).rowcount


@cache  # like marking work: once per process
def _remembering(dialect: str) -> Insert:
    return insert(dialect, deliveries).on_conflict_do_nothing(index_elements=[deliveries.c.guid])
