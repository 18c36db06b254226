"""What did two sides keep undoing, so that it is left alone until a person thaws it?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Row, select, update

from app.domain.ids import Key, parse_key
from app.domain.records import Freeze
from app.store import audit
from app.store.database import insert
from app.store.schema_brakes import freezes as table


def freeze(conn: Connection, freeze: Freeze) -> None:
    """Leave it alone from now on. What is frozen already keeps its time."""
    statement = insert(conn.dialect.name, table).values(
        key=str(freeze.key), thing=freeze.thing, scope=freeze.scope, since=freeze.since
    )
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=[table.c.key, table.c.thing],
            set_={"since": statement.excluded.since, "thawed_at": None},
            where=table.c.thawed_at.is_not(None),
        )
    )


def thaw(conn: Connection, key: Key, *, by: str, at: datetime) -> tuple[Freeze, ...]:
    """Let it be mended again; whatever was done before counts no more. Gives what was frozen."""
    found = freezes(conn, [key])
    for each in found:
        audit.thawed(conn, each, by=by, at=at)
    conn.execute(update(table).where(table.c.key == str(key), table.c.thawed_at.is_(None)).values(thawed_at=at))
    return found


def freezes(conn: Connection, keys: Iterable[Key] | None = None) -> tuple[Freeze, ...]:
    """What is frozen now, of these keys or of all, oldest first?"""
    query = select(table).where(table.c.thawed_at.is_(None)).order_by(table.c.since, table.c.key, table.c.thing)
    if keys is not None:
        query = query.where(table.c.key.in_([str(key) for key in keys]))
    return tuple(map(_freeze, conn.execute(query)))


def thawed(conn: Connection, key: Key) -> dict[str, datetime]:
    """When were the things of this key thawed last?"""
    rows = conn.execute(select(table).where(table.c.key == str(key), table.c.thawed_at.is_not(None)))
    return {row.thing: row.thawed_at for row in rows}


def _freeze(row: Row[tuple[str, str, str, datetime, datetime | None]]) -> Freeze:
    return Freeze(key=parse_key(row.key), thing=row.thing, scope=row.scope, since=row.since)
