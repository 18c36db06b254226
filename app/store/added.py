"""Whom did we let into mirrors? Only they are ever taken out again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from app.domain.access import LetIn
from app.domain.ids import Person
from app.store.engines import insert
from app.store.putting import put
from app.store.schema import cases
from app.store.schema_cases import added as table


def announce(
    conn: Connection, case: int, people: Iterable[Person], *, tools: Mapping[int, tuple[str, ...]], at: datetime
) -> None:
    """We are about to add these, none of whom is inside."""
    for person in people:
        values = {"login": person.login, "tools": ",".join(tools.get(person.id, ())), "at": at}
        values |= {"seen_at": None, "removed_at": None}
        put(conn, table, {"case_number": case, "account": person.id} | values)


def unsent(conn: Connection, case: int, at: datetime, *, before: Iterable[LetIn]) -> None:
    """Nothing was sent of what was announced then. What was written down `before` of the same people holds again:

    an earlier request for them, whose answer was lost, may still take effect.
    """
    conn.execute(delete(table).where(table.c.case_number == case, table.c.at == at, table.c.seen_at.is_(None)))
    for row in before:
        values = {"case_number": row.case, "account": row.account, "login": row.login, "tools": ",".join(row.tools)}
        values |= {"at": row.at, "seen_at": row.seen_at, "removed_at": row.gone_at}
        conn.execute(insert(conn.dialect.name, table).values(values).on_conflict_do_nothing())


def seen(conn: Connection, case: int, accounts: Collection[int], at: datetime) -> None:
    """GitHub lists these, whom we added."""
    conn.execute(_of(case, accounts).where(table.c.seen_at.is_(None)).values(seen_at=at))


def gone(conn: Connection, case: int, accounts: Collection[int], at: datetime) -> None:
    """GitHub lists these no more, whoever took them out: if they are there again, somebody else let them in."""
    conn.execute(_of(case, accounts).where(table.c.removed_at.is_(None)).values(removed_at=at))


def of_case(conn: Connection, case: int) -> tuple[LetIn, ...]:
    """All that we ever added to the mirror of a case."""
    query = select(table).where(table.c.case_number == case).order_by(table.c.account)
    return tuple(map(_let_in, conn.execute(query)))


def of_open_cases(conn: Connection) -> tuple[LetIn, ...]:
    """All that we ever added to the mirrors of cases that are open."""
    query = select(table).join(cases, cases.c.number == table.c.case_number).where(cases.c.state == "open")
    return tuple(map(_let_in, conn.execute(query.order_by(table.c.case_number, table.c.account))))


def _of(case: int, accounts: Collection[int]) -> Any:
    return update(table).where(table.c.case_number == case, table.c.account.in_(list(accounts)))


def _let_in(row: Row[Any]) -> LetIn:
    return LetIn(
        case=row.case_number,
        account=row.account,
        login=row.login,
        tools=tuple(filter(None, row.tools.split(","))),
        at=row.at,
        seen_at=row.seen_at,
        gone_at=row.removed_at,
    )
