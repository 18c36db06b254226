"""What did two sides keep undoing, so that it is left alone until a person thaws it?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select, update

from app.domain.ids import Key, parse_key
from app.domain.records import Freeze
from app.store import audit
from app.store.engines import insert
from app.store.prepared import Question, listed_as
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
    if keys is None:
        return tuple(map(_freeze, conn.execute(_frozen())))
    return tuple(map(_freeze, _frozen_of(conn, keys=[str(key) for key in keys])))


def _frozen() -> Select[Any]:
    return select(table).where(table.c.thawed_at.is_(None)).order_by(table.c.since, table.c.key, table.c.thing)


@Question
def _frozen_of(keys: int) -> Select[Any]:
    """Asked at every look: to make this each time would take longer than to run it."""
    return _frozen().where(table.c.key.in_(listed_as("keys", keys)))


def thawed(conn: Connection, key: Key) -> dict[str, datetime]:
    """When were the things of this key thawed last?"""
    return {row.thing: row.thawed_at for row in _thawed(conn, of=str(key))}


@Question
def _thawed() -> Select[Any]:
    """Asked at every look: to make this each time would take longer than to run it."""
    return select(table).where(table.c.key == bindparam("of"), table.c.thawed_at.is_not(None))


def _freeze(row: Row[tuple[str, str, str, datetime, datetime | None]]) -> Freeze:
    return Freeze(key=parse_key(row.key), thing=row.thing, scope=row.scope, since=row.since)
