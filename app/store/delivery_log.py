"""How far did we read GitHub's log of deliveries, and which did we make up for?

Kept: what a page asks for is marked in the transaction that says where the next one begins, so that nothing is lost and
nothing asked for twice, whenever the process is killed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from app.domain.delivery import Logged
from app.store.engines import insert
from app.store.schema import deliveries
from app.store.schema_deliveries import delivery_log as table
from app.store.schema_deliveries import recovered_deliveries as recovered

LOG_READ = "delivery log was read"  # from the newest line to what was known: when that began
_APP = "watcher"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """All that GitHub delivered until `read_to` was seen. None: nothing ever was.

    A pass that is under way has a `cursor`, read `pages` since `began_at`, and is about what came until `head`.
    """

    read_to: datetime | None = None
    head: datetime | None = None
    cursor: str | None = None
    pages: int = 0
    began_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Of deliveries that did not reach us, since there is this database."""

    recovered: int = 0
    ignored: int = 0


def progress(conn: Connection) -> Progress:
    """How far did we come?"""
    row = conn.execute(select(table).where(table.c.name == _APP)).one_or_none()
    if row is None:
        return Progress()
    return Progress(read_to=row.read_to, head=row.head, cursor=row.cursor, pages=row.pages, began_at=row.began_at)


def note(conn: Connection, now_at: Progress) -> None:
    """Write down how far we came."""
    place = {
        "read_to": now_at.read_to,
        "head": now_at.head,
        "cursor": now_at.cursor,
        "pages": now_at.pages,
        "began_at": now_at.began_at,
    }
    statement = insert(conn.dialect.name, table).values(name=_APP, recovered=0, ignored=0, **place)
    conn.execute(statement.on_conflict_do_update(index_elements=[table.c.name], set_=place))


def counts(conn: Connection) -> Counts:
    """How many did not reach us?"""
    row = conn.execute(select(table.c.recovered, table.c.ignored).where(table.c.name == _APP)).one_or_none()
    return Counts(recovered=row.recovered, ignored=row.ignored) if row else Counts()


def count(conn: Connection, *, recovered: int, ignored: int) -> None:
    """So many more. There has to be some progress."""
    more = {"recovered": table.c.recovered + recovered, "ignored": table.c.ignored + ignored}
    conn.execute(update(table).where(table.c.name == _APP).values(more))


def taken(conn: Connection, guids: Collection[str]) -> frozenset[str]:
    """Which of these were taken in, or made up for?"""
    arrived = select(deliveries.c.guid).where(deliveries.c.guid.in_(sorted(guids)))
    made_up = select(recovered.c.guid).where(recovered.c.guid.in_(sorted(guids)))
    return frozenset(conn.execute(arrived.union(made_up)).scalars())


def remember(conn: Connection, lines: Iterable[Logged], now: datetime) -> None:
    """These were made up for."""
    rows = [
        {"guid": line.guid, "event": line.event, "action": line.action, "recovered_at": now}
        for line in sorted(lines, key=lambda line: line.guid)
    ]
    if rows:
        conn.execute(insert(conn.dialect.name, recovered).on_conflict_do_nothing(), rows)


def forget(conn: Connection, before: datetime) -> int:
    """Forget those that were made up for before then, and say how many. GitHub's log is shorter than that."""
    return conn.execute(delete(recovered).where(recovered.c.recovered_at < before)).rowcount
