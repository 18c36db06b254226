"""When could a look last tell all that it asked of GitHub about a repository, and when its reporting switch?

A repository counts from when it is first known that it is meant to be looked at, so one that was never seen grows old
like one that is not seen any more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Dialect, Select, bindparam, delete, func, select, update

from app.domain.ids import RepoName
from app.store.columns import UtcTime
from app.store.engines import insert
from app.store.prepared import Prepared, Question, once
from app.store.schema_running import good_looks as table


def expect(conn: Connection, names: Collection[RepoName], now: datetime) -> None:
    """These are meant to be looked at, and no others. What is new counts from now."""
    known = {str(each.repository).lower() for each in _all(conn)}
    wanted = {str(name).lower(): str(name) for name in names}
    if new := sorted(wanted.keys() - known):
        rows = [{"repository": wanted[each], "known_at": now} for each in new]
        conn.execute(insert(conn.dialect.name, table).on_conflict_do_nothing(), rows)
    for gone in sorted(known - wanted.keys()):
        conn.execute(delete(table).where(table.c.repository == gone))


def saw(conn: Connection, repo: RepoName, at: datetime, *, whole: bool, switch: bool) -> None:
    """A look told everything that it asked, or at least how the switch is."""
    if whole or switch:
        seen = {"of_repo": str(repo), "whole": at if whole else None, "switch": at if switch else None}
        _seeing(conn.dialect).each(conn, [seen])


@once
def _seeing(dialect: Dialect) -> Prepared:
    """Nearly every look says so: to make this each time would take longer than to run it."""
    seeing = update(table).where(table.c.repository == bindparam("of_repo"))
    latest = {
        table.c.whole_at: func.coalesce(bindparam("whole", type_=UtcTime), table.c.whole_at),
        table.c.switch_at: func.coalesce(bindparam("switch", type_=UtcTime), table.c.switch_at),
    }
    return Prepared(seeing.values(latest), dialect)


def saw_switches(conn: Connection, repos: Collection[RepoName], at: datetime) -> None:
    """A look at nothing but the switch told how it is."""
    names = [str(repo) for repo in repos]
    conn.execute(update(table).where(table.c.repository.in_(names)).values(switch_at=at))


def repositories(conn: Connection) -> Mapping[RepoName, datetime]:
    """At each that is meant to be looked at. Where no look could tell everything yet: since when it is known."""
    return {RepoName.parse(row.repository): row.whole_at or row.known_at for row in _all(conn)}


def switches(conn: Connection, names: Collection[RepoName]) -> Mapping[RepoName, datetime]:
    """At the reporting switch of these, as far as they are meant to be looked at."""
    wanted = {str(name).lower() for name in names}
    rows = (row for row in _all(conn) if row.repository.lower() in wanted)
    return {RepoName.parse(row.repository): row.switch_at or row.known_at for row in rows}


@Question
def _all() -> Select[Any]:
    return select(table)
