"""Did this delivery reach us before, and is what it asks for on disk?

Deliveries that arrive while others are being written wait for each other and are then written together: one fsync and
two statements for all of them.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, Dialect, bindparam, select, update

from app.clock import Clock
from app.domain.delivery import Delivery, NotDurable
from app.domain.ids import Key, Person, RepoName
from app.domain.records import Heard
from app.store import hints, sessions
from app.store.columns import UtcTime
from app.store.database import Database
from app.store.engines import insert, listed
from app.store.prepared import Prepared, once
from app.store.schema import deliveries, repositories
from app.store.work import PROMPT, mark

PATIENCE = 7  # seconds; GitHub waits for ten, and an instance that stopped in the middle keeps others waiting for four


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
        self._waiting: deque[_Waiting] = deque()
        self._asked = False  # is there a write on its way that will take them along?
        self._writing: set[asyncio.Task[None]] = set()

    async def receive(self, delivery: Delivery, keys: frozenset[Key]) -> bool:
        """Write down the delivery and its work together; False if it was here before. Raises NotDurable."""
        waiting = _Waiting(delivery, keys, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if not self._asked:
            self._asked = True
            writing = asyncio.create_task(self._write())
            self._writing.add(writing)
            writing.add_done_callback(self._writing.discard)
        try:
            async with asyncio.timeout(PATIENCE):
                return await waiting.is_new
        except TimeoutError as error:  # once the database answers again it is written all the same
            raise NotDurable("the database did not answer in time") from error

    async def _write(self) -> None:
        together: list[_Waiting] = []
        try:
            new = await self._database.write(partial(self._receive, together=together))
        except Exception as error:  # noqa: BLE001 - each of them waits for an answer
            for waiting in together or self._take():
                _answer(waiting, error)
            return
        for waiting in together:
            _answer(waiting, waiting.delivery.guid in new)
            new.discard(waiting.delivery.guid)  # the same one again, within the group

    def _receive(self, conn: Connection, together: list[_Waiting]) -> set[str]:
        """Whatever waits when the transaction begins. This runs in the thread that writes, hence the order in _take."""
        together += self._take()
        asked = {waiting.delivery.guid: (waiting.delivery, waiting.keys) for waiting in reversed(together)}
        return receive(conn, asked.values(), self._clock.now())

    def _take(self) -> list[_Waiting]:
        self._asked = False  # first: whoever comes from now on asks for a write of their own
        return [self._waiting.popleft() for _ in range(len(self._waiting))]


def _answer(waiting: _Waiting, outcome: bool | Exception) -> None:  # noqa: FBT001 - the answer, not an option
    if waiting.is_new.done():  # its caller was cancelled
        return
    if isinstance(outcome, Exception):
        waiting.is_new.set_exception(outcome)
    else:
        waiting.is_new.set_result(outcome)


def receive(conn: Connection, asked: Collection[tuple[Delivery, frozenset[Key]]], now: datetime) -> set[str]:
    """Which deliveries are new? Their work is marked; one that is known already asks for nothing."""
    rows = json.dumps([(delivery.guid, delivery.event, delivery.action) for delivery, _ in asked])
    new = {guid for (guid,) in _remembering(conn.dialect).rows(conn, {"rows": rows, "received_at": now})}
    if deeds := [delivery for delivery, _ in asked if delivery.deed and delivery.guid in new]:  # very few have one
        _note_deeds(conn, deeds)
    marked = {key for delivery, keys in asked if delivery.guid in new for key in keys}
    if ids := {each for delivery, _ in asked if delivery.guid in new for each in delivery.ids}:
        marked |= hints.hint(conn, ids, now)
    for account in {each.left for each, _ in asked if each.left is not None and each.guid in new}:
        sessions.end_all_of(conn, account)
    mark(conn, marked, due=now, priority=PROMPT)
    return new


def heard(conn: Connection, repo: RepoName) -> tuple[Heard, ...]:
    """What did GitHub say of who did something to the repository that has this name? Oldest first."""
    its = deliveries.join(repositories, repositories.c.id == deliveries.c.repository_id)
    query = select(deliveries).select_from(its).where(deliveries.c.repository == str(repo))
    rows = conn.execute(query.where(repositories.c.name == str(repo)).order_by(deliveries.c.received_at))
    return tuple(
        Heard(
            repo=RepoName.parse(row.repository),
            event=row.event,
            action=row.action,
            sender=Person.parse(row.sender) if row.sender else None,
            happened_at=row.happened_at,
            received_at=row.received_at,
        )
        for row in rows
    )


def _note_deeds(conn: Connection, delivered: Iterable[Delivery]) -> None:
    for delivery in delivered:
        if (deed := delivery.deed) is not None:
            conn.execute(
                update(deliveries)
                .where(deliveries.c.guid == delivery.guid)
                .values(
                    sender=str(deed.sender) if deed.sender else None,
                    repository=str(deed.repo),
                    repository_id=deed.repository_id,
                    happened_at=deed.happened_at,
                )
            )


@once  # like marking work: once per process
def _remembering(dialect: Dialect) -> Prepared:
    """One statement for all, since each row that Python binds has to wait for the thread that reads requests."""
    names = ("guid", "event", "action")
    rows = listed(dialect.name, *names).add_columns(bindparam("received_at", type_=UtcTime))
    statement = insert(dialect.name, deliveries).from_select([*names, "received_at"], rows)
    new = statement.on_conflict_do_nothing(index_elements=[deliveries.c.guid]).returning(deliveries.c.guid)
    return Prepared(new, dialect)
