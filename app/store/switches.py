"""May anything be written to GitHub at all? A row that every instance reads just before each request that writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from app.store import audit
from app.store.prepared import Question
from app.store.putting import put
from app.store.schema_brakes import switches as table

WRITES = "writes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """How writes were switched last, by whom and when (UTC)."""

    is_on: bool
    set_by: str
    set_at: datetime


def writes(conn: Connection) -> Switch | None:
    """How were writes switched last? None: nobody ever did, so they are on."""
    row = _writes.one(conn)
    return Switch(is_on=row.is_on, set_by=row.set_by, set_at=row.set_at) if row else None


@Question
def _writes() -> Select[Any]:
    """Asked at every look: to make this each time would take longer than to run it."""
    return select(table).where(table.c.name == WRITES)


def why_off(conn: Connection) -> str | None:
    """Why may nothing be written now? None where it may."""
    switch = writes(conn)
    if switch is None or switch.is_on:
        return None
    when = f"{switch.set_at:%Y-%m-%d %H:%M} UTC"
    return f"{switch.set_by} switched writes off at {when}; greenroom writes on --by LOGIN ends it"


def switch_writes(conn: Connection, *, is_on: bool, by: str, at: datetime) -> None:
    """Switch writes, and write down in the audit who did."""
    audit.switched(conn, is_on=is_on, by=by, at=at)
    put(conn, table, {"name": WRITES, "is_on": is_on, "set_by": by, "set_at": at})
