"""Is anything due or being worked on?"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, or_, select

from app.store.schema import work


def unfinished(conn: Connection, now: datetime) -> list[str]:
    """The keys that are due or in somebody's hands."""
    waiting = or_(work.c.lease_owner.is_not(None), work.c.due_at <= now)
    return list(conn.execute(select(work.c.key).where(waiting).order_by(work.c.key)).scalars())
