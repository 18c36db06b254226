"""What do all instances keep of GitHub's limits together? Moments are by the clock that they share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, or_, select

from app.store.engines import insert
from app.store.prepared import Question
from app.store.schema_running import lane_creations, lanes

KEPT = timedelta(hours=1)  # as far back as creations are counted
SOON = timedelta(minutes=1)  # nobody waits for their turn for longer


def closed(conn: Connection, now: datetime) -> Mapping[str, datetime]:
    """Where GitHub asked for nothing more, and until when."""
    return {row.name: row.closed_until for row in _closed(conn, now=now)}


def close(conn: Connection, lane: str, until: datetime) -> None:
    """GitHub asked for nothing more until then. What it asked for before stays."""
    statement = insert(conn.dialect.name, lanes).values(name=lane, closed_until=until)
    later = (lanes.c.closed_until.is_(None)) | (lanes.c.closed_until < statement.excluded.closed_until)
    renewed = {"closed_until": statement.excluded.closed_until}
    conn.execute(statement.on_conflict_do_update(index_elements=[lanes.c.name], set_=renewed, where=later))


def next_write(conn: Connection, lane: str, now: datetime) -> datetime:
    """When the next write may be sent there."""
    at: datetime | None = conn.execute(select(lanes.c.next_write).where(lanes.c.name == lane)).scalar()
    return at if at is not None and now < at <= now + SOON else now


def take_turn(conn: Connection, lane: str, *, following: datetime) -> None:
    """Somebody sends the next write; the one after it may be sent then."""
    statement = insert(conn.dialect.name, lanes).values(name=lane, next_write=following)
    renewed = {"next_write": statement.excluded.next_write}
    conn.execute(statement.on_conflict_do_update(index_elements=[lanes.c.name], set_=renewed))


def used(conn: Connection, lane: str) -> tuple[float, datetime] | None:
    """How many of the requests of looking around were used, and when that was so. None: none yet."""
    row = conn.execute(select(lanes.c.used, lanes.c.used_at).where(lanes.c.name == lane)).one_or_none()
    return None if row is None or row.used is None else (row.used, row.used_at)


def use(conn: Connection, lane: str, requests: float, now: datetime) -> None:
    """So many are used now."""
    statement = insert(conn.dialect.name, lanes).values(name=lane, used=requests, used_at=now)
    renewed = {"used": statement.excluded.used, "used_at": statement.excluded.used_at}
    conn.execute(statement.on_conflict_do_update(index_elements=[lanes.c.name], set_=renewed))


def forget_creations(conn: Connection, now: datetime) -> None:
    """What counts no more, and what a clock wrote that was ahead."""
    gone, to_come = lane_creations.c.at <= now - KEPT, lane_creations.c.at > now + SOON
    conn.execute(delete(lane_creations).where(or_(gone, to_come)))


def creations(conn: Connection, lane: str) -> tuple[datetime, ...]:
    """When something was created there within the last hour, or is about to be."""
    of = select(lane_creations.c.at).where(lane_creations.c.lane == lane)
    return tuple(conn.execute(of.order_by(lane_creations.c.at)).scalars())


def create(conn: Connection, lane: str, at: datetime) -> None:
    """Something is created there then."""
    conn.execute(insert(conn.dialect.name, lane_creations).values(lane=lane, at=at).on_conflict_do_nothing())


@Question
def _closed() -> Select[Any]:
    """Asked each second in which something is asked of GitHub."""
    return select(lanes.c.name, lanes.c.closed_until).where(
        lanes.c.closed_until > bindparam("now", type_=lanes.c.closed_until.type)
    )
