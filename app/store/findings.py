"""How does each repository stand with each policy, and since when?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Dialect, Select, bindparam, case, func, select, update

from app.domain.findings import Standing
from app.domain.ids import RepoName
from app.store.engines import insert
from app.store.prepared import Prepared, Question, once
from app.store.schema import standings as table


def record(conn: Connection, *seen: Standing) -> None:
    """Write down how it stands. `since` stays while the state does; what was seen earlier changes nothing.

    A look that cannot tell is a look, and leaves the last one that could where it was.
    """
    if rows := [_row(each) for each in seen]:
        _recording(conn.dialect).each(conn, rows)


def not_applicable(conn: Connection, names: Iterable[RepoName], *, message: str, now: datetime) -> None:
    """Nothing of what is known of them is so any more, nor that somebody looked at them; one statement for each."""
    rows = [{"of": str(name)} for name in names]
    since = case((table.c.state == "not applicable", table.c.since), else_=now)
    values = {"state": "not applicable", "message": message, "since": since, "observed_at": now}
    gone = update(table).where(table.c.repository == bindparam("of"))
    if rows:
        conn.execute(gone.values(**values, seen_at=None, good_at=None, embargoed=None), rows)


def _row(standing: Standing) -> dict[str, Any]:
    return {
        "repository": str(standing.repo),
        "policy": standing.policy,
        "state": standing.state,
        "message": standing.message,
        "since": standing.since,
        "observed_at": standing.observed_at,
        "seen_at": standing.seen_at,
        "good_at": standing.good_at,
        "policy_commit": standing.commit,
        "terms": standing.terms,
        "scope": standing.scope,
        "embargoed": standing.embargoed,
    }


@once
def _recording(dialect: Dialect) -> Prepared:
    """Every look records every policy: to make this each time would take longer than to run it."""
    statement = insert(dialect.name, table)
    seen = statement.excluded
    recording = statement.on_conflict_do_update(
        index_elements=[table.c.repository, table.c.policy],
        set_={
            "repository": seen.repository,
            "state": seen.state,
            "message": seen.message,
            "since": case((table.c.state == seen.state, table.c.since), else_=seen.since),
            "observed_at": seen.observed_at,
            "seen_at": func.coalesce(seen.seen_at, table.c.seen_at),
            "good_at": func.coalesce(seen.good_at, table.c.good_at),
            "policy_commit": seen.policy_commit,
            "terms": seen.terms,
            "scope": seen.scope,
            "embargoed": seen.embargoed,
        },
        where=table.c.observed_at <= seen.observed_at,
    )
    return Prepared(recording, dialect, columns=table.columns.keys())


def standings(conn: Connection, repo: RepoName | None = None) -> tuple[Standing, ...]:
    """How does it stand, everywhere or for one repository?"""
    rows = conn.execute(_standings()) if repo is None else _of_repository(conn, of=str(repo))
    return tuple(
        Standing(
            repo=RepoName.parse(row.repository),
            policy=row.policy,
            state=row.state,
            message=row.message,
            since=row.since,
            observed_at=row.observed_at,
            seen_at=row.seen_at,
            good_at=row.good_at,
            commit=row.policy_commit,
            terms=row.terms,
            scope=row.scope,
            embargoed=row.embargoed,
        )
        for row in rows
    )


def _standings() -> Select[Any]:
    return select(table).order_by(table.c.repository, table.c.policy)


@Question
def _of_repository() -> Select[Any]:
    return _standings().where(table.c.repository == bindparam("of"))
