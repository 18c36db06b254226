"""Which policy file was the last good one, and what came of the last look at it?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from app.domain.policy_files import KeptPolicy
from app.store.putting import put
from app.store.schema_policy import policy_files as table


def kept(conn: Connection, source: str) -> KeptPolicy | None:
    """All that is known of that file, None where nobody ever looked."""
    row = conn.execute(select(table).where(table.c.source == source)).one_or_none()
    return None if row is None else _kept(row)


def keep(conn: Connection, policy: KeptPolicy) -> None:
    """Write down what came of a look."""
    put(conn, table, {name: getattr(policy, name) for name in table.c.keys()})  # noqa: SIM118 - a collection, no mapping


def looked(conn: Connection, *, source: str, at: datetime) -> None:
    """Somebody looked, and everything is as it was."""
    conn.execute(update(table).where(table.c.source == source).values(looked_at=at))


def _kept(row: Row[Any]) -> KeptPolicy:
    return KeptPolicy(**row._mapping)  # noqa: SLF001 - how SQLAlchemy gives a row as a mapping
