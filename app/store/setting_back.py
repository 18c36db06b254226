"""Did a clock that was ahead write here? Then what it noted is set back by as much as it was ahead.

Else nothing would be due, and nothing count as new, until the time comes that it showed. How far it was ahead is read
from what was noted last, as that is about now otherwise. What was truly to come meanwhile comes too early by as much,
and never in the past: a look too many does no harm. Leases are of seconds, and of those who may be at work now: one
is ended only where no clock that is right can have given it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, bindparam, func, select, update

from app.clock import Clock
from app.store import engines, outbox, rounds
from app.store.schema import moments, work
from app.store.schema_notices import channels
from app.store.schema_running import lanes

_WAITS: tuple[Column[Any], ...] = (work.c.due_at, channels.c.due_at)
_LEASES: tuple[Column[Any], ...] = (work.c.lease_until, channels.c.lease_until)


def set_back(conn: Connection, now: datetime, *, beyond: timedelta, clock: Clock) -> timedelta | None:
    """Set back what lies ahead, and say by how much. None: nothing is ahead by more than `beyond`.

    No lease is longer than that.
    """
    ahead = _ahead(conn, now)
    if ahead <= beyond:
        return None
    rounds.set_back(conn, now, by=ahead)
    _set_back(conn, moments.c.at, moments.c.name.not_in(rounds.ends(conn)), now=now, by=ahead)
    for column in _WAITS:
        _set_back(conn, column, now=now, by=ahead, not_before=now)
    common = now - engines.ahead(conn, now, clock)
    for lease in _LEASES:
        conn.execute(update(lease.table).where(lease > common + beyond).values({lease.name: common}))
    if (by := _ahead(conn, common)) > beyond:
        _set_back(conn, lanes.c.closed_until, now=common, by=by, not_before=common)
    outbox.take_back(conn, after=now.date())
    return ahead


def _ahead(conn: Connection, now: datetime) -> timedelta:
    """When a round ends is the only moment that may be to come."""
    last = select(func.max(moments.c.at)).where(moments.c.name.not_in(rounds.ends(conn)))
    at: datetime | None = conn.execute(last).scalar_one()
    return at - now if at is not None else timedelta(0)


def _set_back(
    conn: Connection, column: Column[Any], *which: Any, now: datetime, by: timedelta, not_before: datetime | None = None
) -> None:
    [key] = column.table.primary_key.columns
    later = conn.execute(select(key, column).where(column > now, *which)).all()
    setting = update(column.table).where(key == bindparam("of")).values({column.name: bindparam("to")})
    if later:
        conn.execute(setting, [{"of": name, "to": max(at - by, not_before or at - by)} for name, at in later])
