"""Which open advisories do we know of? Ids and states; their text stays on GitHub."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, select

from app.domain.ids import AdvisoryKey, Ghsa, RepoName
from app.domain.records import KnownAdvisory
from app.store.engines import insert
from app.store.prepared import Question
from app.store.schema import advisories as table
from app.store.schema import case_links


def remember(conn: Connection, advisory: KnownAdvisory) -> None:
    """Write down an open advisory. The first look's `first_seen` stays; an earlier look changes nothing."""
    statement = insert(conn.dialect.name, table).values(
        repository=str(advisory.repo),
        ghsa=str(advisory.ghsa),
        state=advisory.state,
        candidate=advisory.candidate,
        tools=",".join(sorted(advisory.tools)),
        first_seen=advisory.first_seen,
        observed_at=advisory.observed_at,
    )
    seen = statement.excluded
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=[table.c.repository, table.c.ghsa],
            set_={
                "state": seen.state,
                "candidate": seen.candidate,
                "tools": seen.tools,
                "observed_at": seen.observed_at,
            },
            where=table.c.observed_at <= seen.observed_at,
        ),
    )


def forget(conn: Connection, repo: RepoName, ghsa: Ghsa) -> None:
    """It is no longer open."""
    conn.execute(delete(table).where(table.c.repository == str(repo), table.c.ghsa == str(ghsa)))


def every_key(conn: Connection) -> list[AdvisoryKey]:
    """Those that are open, and those of cases, whether these are open or not."""
    both = select(table.c.repository, table.c.ghsa).union(select(case_links.c.repository, case_links.c.ghsa))
    return [AdvisoryKey(RepoName.parse(row.repository), Ghsa(row.ghsa)) for row in conn.execute(both)]


def open_advisories(conn: Connection) -> tuple[KnownAdvisory, ...]:
    """All open advisories that we know of."""
    return tuple(map(_advisory, conn.execute(select(table).order_by(table.c.repository, table.c.ghsa))))


def known_open(conn: Connection, repo: RepoName) -> tuple[KnownAdvisory, ...]:
    """The open advisories of one repository."""
    return tuple(map(_advisory, _of_repository(conn, of=str(repo))))


@Question
def _of_repository() -> Select[Any]:
    """Asked at every look: to make this each time would take longer than to run it."""
    return select(table).where(table.c.repository == bindparam("of")).order_by(table.c.ghsa)


def _advisory(row: Row[Any]) -> KnownAdvisory:
    return KnownAdvisory(
        repo=RepoName.parse(row.repository),
        ghsa=Ghsa(row.ghsa),
        state=row.state,
        candidate=row.candidate,
        tools=tuple(filter(None, row.tools.split(","))),
        first_seen=row.first_seen,
        observed_at=row.observed_at,
    )
