"""What was tried on GitHub without effect? It is not tried again until something changes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, delete, select

from app.domain.ids import Key, parse_key
from app.domain.records import Attempt
from app.store.prepared import Question, listed_as
from app.store.putting import put
from app.store.schema import attempts as table


def remember(conn: Connection, attempt: Attempt) -> None:
    """Write down how a write went; the latest attempt at the same thing replaces the one before."""
    said = {"outcome": attempt.outcome, "reason": attempt.reason, "at": attempt.at}
    put(conn, table, {"key": str(attempt.key), "fingerprint": attempt.fingerprint} | said)


def attempts(conn: Connection, *keys: Key) -> tuple[Attempt, ...]:
    """What was tried for these keys, oldest first?"""
    rows = _of_keys(conn, keys=list(map(str, keys)))
    return tuple(
        Attempt(key=parse_key(row.key), fingerprint=row.fingerprint, outcome=row.outcome, reason=row.reason, at=row.at)
        for row in rows
    )


@Question
def _of_keys(keys: int) -> Select[Any]:
    """Asked at every look: to make this each time would take longer than to run it."""
    asked = table.c.key.in_(listed_as("keys", keys))
    return select(table).where(asked).order_by(table.c.at, table.c.fingerprint)


def forget(conn: Connection, key: Key) -> None:
    """Something changed: whatever was in vain may be tried again."""
    conn.execute(delete(table).where(table.c.key == str(key)))
