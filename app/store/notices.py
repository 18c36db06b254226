"""What do people have to be told? An outbox: a notice is a row that stays open while what it tells is so.

It is written in the transaction of the look that found it, so it is neither lost nor told twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, select, update

from app.domain.records import Notice, NoticeKind
from app.store.prepared import Question, listed_as
from app.store.schema import notices as table


def tell(conn: Connection, notice: Notice) -> None:
    """Open a notice. One that is open keeps its time, and says from now on what is so now."""
    same = _is_open(notice.kind, notice.about)
    if conn.execute(update(table).where(same).values(severity=notice.severity, text=notice.text)).rowcount:
        return
    conn.execute(
        table.insert().values(
            at=notice.since, kind=notice.kind, about=notice.about, severity=notice.severity, text=notice.text
        )
    )


def close(conn: Connection, kind: NoticeKind, about: str, now: datetime) -> None:
    """It is no longer so."""
    conn.execute(update(table).where(_is_open(kind, about)).values(closed_at=now))


def close_all(conn: Connection, about: str, now: datetime, *, but: Collection[NoticeKind] = ()) -> None:
    """The thing itself is done with, and with it whatever was open about it, but for these kinds."""
    is_open = (table.c.about == about, table.c.closed_at.is_(None), table.c.kind.not_in(sorted(but)))
    conn.execute(update(table).where(*is_open).values(closed_at=now))


def rename(conn: Connection, names: Mapping[str, str], now: datetime) -> None:
    """What had these names has others now, in what was told of it, too. Of two that are open of one the older stays."""
    for row in conn.execute(select(table).order_by(table.c.at, table.c.id)).all():
        if (name := names.get(row.about)) is None:
            continue
        if row.closed_at is None:
            conn.execute(update(table).where(_is_open(row.kind, name)).values(closed_at=now))
        anew = {"about": name, "text": row.text.replace(row.about, name)}
        conn.execute(update(table).where(table.c.id == row.id).values(anew))


def open_notices(conn: Connection) -> tuple[Notice, ...]:
    """What is open, oldest first."""
    rows = conn.execute(select(table).where(table.c.closed_at.is_(None)).order_by(table.c.at, table.c.id))
    return tuple(map(_notice, rows))


def open_about(conn: Connection, about: Iterable[str]) -> frozenset[tuple[str, str]]:
    """What is open about these things: kinds, and the things in small letters."""
    found = _open_about(conn, about=sorted(about))
    return frozenset((row.kind, row.about.lower()) for row in found)


@Question
def _open_about(about: int) -> Select[Any]:
    """Asked at every look: to make this each time would take longer than to run it."""
    asked = table.c.about.in_(listed_as("about", about))
    return select(table.c.kind, table.c.about).where(asked, table.c.closed_at.is_(None))


def _is_open(kind: NoticeKind, about: str) -> ColumnElement[bool]:
    return and_(table.c.kind == kind, table.c.about == about, table.c.closed_at.is_(None))


def _notice(row: Row[Any]) -> Notice:
    return Notice(kind=row.kind, about=row.about, severity=row.severity, text=row.text, since=row.at)
