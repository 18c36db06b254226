"""What could the last looks not tell, and since when?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, or_, select

from app.domain.ids import Key, PolicyKey, RepositoryKey
from app.domain.records import Unseen
from app.store.engines import insert
from app.store.prepared import Question
from app.store.schema import unseen as table


def could_not_tell(conn: Connection, key: Key, now: datetime) -> None:
    """Count one more look that told nothing. `since` is that of the first in a row."""
    first = insert(conn.dialect.name, table).values(key=str(key), since=now, looks=1)
    conn.execute(first.on_conflict_do_update(index_elements=[table.c.key], set_={"looks": table.c.looks + 1}))


def could_tell(conn: Connection, key: Key) -> None:
    """A look told everything. A look at a whole repository holds every policy against it, so it ends theirs too."""
    conn.execute(delete(table).where(_of(key) if isinstance(key, RepositoryKey) else table.c.key == str(key)))


def unseen(conn: Connection, key: Key) -> tuple[Unseen, ...]:
    """The looks in a row that told nothing; for a repository or one of its policies those of all its keys."""
    whole = RepositoryKey(key.repo) if isinstance(key, PolicyKey) else key
    below = "#%" if isinstance(whole, RepositoryKey) else ""
    rows = _unseen(conn, of=str(whole), below=f"{str(whole).translate(_ESCAPED)}{below}")
    return tuple(Unseen(since=row.since, looks=row.looks) for row in rows)


@Question
def _unseen() -> Select[Any]:
    of_policies = table.c.key.like(bindparam("below"), escape="/")
    return select(table).where(or_(table.c.key == bindparam("of"), of_policies)).order_by(table.c.key)


_ESCAPED = str.maketrans({each: f"/{each}" for each in "/%_"})


def _of(key: Key) -> ColumnElement[bool]:
    if not isinstance(key, RepositoryKey):
        return table.c.key == str(key)
    return or_(table.c.key == str(key), table.c.key.startswith(f"{key}#", autoescape=True))
