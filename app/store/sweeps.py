"""How often did sweeps begin lately, and how much did they list? Of all instances together, and after a restart too.

A sweep lists every repository. Where somebody can ask for one again and again, the lists alone would use GitHub's limit
up: out of turn there are no more of them than a few pages' worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, or_, select

from app.store.engines import insert
from app.store.schema_running import begun_sweeps

WITHIN = timedelta(minutes=10)
PAGES = 150  # of the largest account, in that time; an hour of these is less than a fifth of GitHub's usual limit


def begin(conn: Connection, *, pages: int, every: timedelta, now: datetime) -> timedelta:
    """Begin a sweep that lists so many pages of an account, unless it has to wait. Gives for how long; zero: it began.

    One whose time it is, `every` so often, waits for nothing. What is dated later than now was never so.
    """
    conn.execute(
        delete(begun_sweeps).where(or_(begun_sweeps.c.at <= now - max(WITHIN, every), begun_sweeps.c.at > now))
    )
    begun = [(row.at, row.pages) for row in conn.execute(select(begun_sweeps).order_by(begun_sweeps.c.at))]
    left = _left(begun, pages, every, now)
    if not left:
        _note(conn, pages, now)
    return left


def _left(begun: Sequence[tuple[datetime, int]], pages: int, every: timedelta, now: datetime) -> timedelta:
    if not begun:
        return timedelta(0)
    in_turn = begun[-1][0] + every
    lately = [(at, listed) for at, listed in begun if at > now - WITHIN]
    over, free = sum(listed for _, listed in lately) + pages - PAGES, now
    for at, listed in lately:
        if over <= 0:
            break
        over, free = over - listed, at + WITHIN
    return max(timedelta(0), min(in_turn, free) - now)


def _note(conn: Connection, pages: int, now: datetime) -> None:
    adding = insert(conn.dialect.name, begun_sweeps).values(at=now, pages=pages)
    more = {"pages": begun_sweeps.c.pages + adding.excluded.pages}
    conn.execute(adding.on_conflict_do_update(index_elements=[begun_sweeps.c.at], set_=more))
