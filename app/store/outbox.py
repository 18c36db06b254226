"""What is each person told once a day? A digest is a row that is made once, and waits to be sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select

from app.domain.records import Digest
from app.store import sendings
from app.store.engines import insert
from app.store.schema import digests as table


def put(conn: Connection, digests: Iterable[Digest]) -> int:
    """Keep digests to be sent. Who has one for that day already gets no other. Gives how many are new."""
    return sum(_put(conn, each) for each in digests)


def take_back(conn: Connection, after: date) -> None:
    """Those of a day to come say nothing of that day, and nobody would get another one then."""
    conn.execute(delete(table).where(table.c.day > after))
    sendings.forget_the_gone(conn)


def latest(conn: Connection) -> tuple[Digest, ...]:
    """Those of the last day that has any, by recipient."""
    last = select(func.max(table.c.day)).scalar_subquery()
    rows = conn.execute(select(table).where(table.c.day == last).order_by(table.c.recipient))
    return tuple(map(_digest, rows))


def _put(conn: Connection, digest: Digest) -> int:
    statement = insert(conn.dialect.name, table).values(
        recipient=digest.recipient,
        day=digest.day,
        severity=digest.severity,
        text=digest.text,
        made_at=digest.made_at,
        hears_all=digest.hears_all,
    )
    new = statement.on_conflict_do_nothing(index_elements=[table.c.recipient, table.c.day]).returning(table.c.id)
    return len(conn.execute(new).all())


def _digest(row: Row[Any]) -> Digest:
    return Digest(
        recipient=row.recipient,
        day=row.day,
        severity=row.severity,
        text=row.text,
        made_at=row.made_at,
        hears_all=bool(row.hears_all),
    )
