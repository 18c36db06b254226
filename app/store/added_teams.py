"""Which teams did we let into mirrors? Only they are ever taken out again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from app.domain.access import TeamLetIn
from app.store.engines import insert
from app.store.putting import put
from app.store.schema_cases import added_teams as table


def announce(conn: Connection, case: int, slug: str, *, tools: Iterable[str], at: datetime) -> None:
    """We are about to add this one, which is not inside."""
    values = {"tools": ",".join(tools), "at": at, "seen_at": None, "removed_at": None}
    put(conn, table, {"case_number": case, "slug": slug} | values)


def unsent(conn: Connection, case: int, slug: str, at: datetime, *, before: Iterable[TeamLetIn]) -> None:
    """Nothing was sent of what was announced then. What was written down `before` of that team holds again:

    an earlier request for it, whose answer was lost, may still take effect.
    """
    announced = (table.c.case_number == case, table.c.slug == slug, table.c.at == at, table.c.seen_at.is_(None))
    conn.execute(delete(table).where(*announced))
    for row in (each for each in before if each.slug == slug):
        values = {"case_number": row.case, "slug": row.slug, "tools": ",".join(row.tools)}
        values |= {"at": row.at, "seen_at": row.seen_at, "removed_at": row.gone_at}
        conn.execute(insert(conn.dialect.name, table).values(values).on_conflict_do_nothing())


def seen(conn: Connection, case: int, slugs: Collection[str], at: datetime) -> None:
    """GitHub lists these, which we added."""
    conn.execute(_of(case, slugs).where(table.c.seen_at.is_(None)).values(seen_at=at))


def gone(conn: Connection, case: int, slugs: Collection[str], at: datetime) -> None:
    """GitHub lists these no more, whoever took them out: if they are there again, somebody else let them in."""
    conn.execute(_of(case, slugs).where(table.c.removed_at.is_(None)).values(removed_at=at))


def of_case(conn: Connection, case: int) -> tuple[TeamLetIn, ...]:
    """All that we ever added to the mirror of a case."""
    query = select(table).where(table.c.case_number == case).order_by(table.c.slug)
    return tuple(map(_let_in, conn.execute(query)))


def _of(case: int, slugs: Collection[str]) -> Any:
    return update(table).where(table.c.case_number == case, table.c.slug.in_(list(slugs)))


def _let_in(row: Row[Any]) -> TeamLetIn:
    return TeamLetIn(
        case=row.case_number,
        slug=row.slug,
        tools=tuple(filter(None, row.tools.split(","))),
        at=row.at,
        seen_at=row.seen_at,
        gone_at=row.removed_at,
    )
