"""When did something last happen that every instance has to know?"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from app.store.engines import insert
from app.store.schema import moments as table

CASES_REBUILT = "cases rebuilt"  # of all mirrors: from then on the database knows what their records do


def note(conn: Connection, *, name: str, at: datetime) -> None:
    """Write down that it happened. An earlier moment changes nothing."""
    statement = insert(conn.dialect.name, table).values(name=name, at=at)
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=[table.c.name], set_={"at": statement.excluded.at}, where=table.c.at < statement.excluded.at
        )
    )


def last(conn: Connection, name: str) -> datetime | None:
    """When did it last happen? None: never."""
    moment: datetime | None = conn.execute(select(table.c.at).where(table.c.name == name)).scalar()
    return moment


def forget(conn: Connection, name: str) -> None:
    """It has to happen anew."""
    conn.execute(delete(table).where(table.c.name == name))
