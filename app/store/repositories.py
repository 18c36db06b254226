"""Under which name did we last see a repository? GitHub's id stays when it is renamed or transferred."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from app.domain.ids import RepoName
from app.store.database import insert
from app.store.schema import repositories as table


def remember(conn: Connection, *, number: int, name: RepoName, now: datetime) -> None:
    """Write down what a repository is called now."""
    statement = insert(conn.dialect.name, table).values(id=number, name=str(name), observed_at=now)
    seen = statement.excluded
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=[table.c.id],
            set_={"name": seen.name, "observed_at": seen.observed_at},
            where=table.c.observed_at <= seen.observed_at,
        ),
    )


def repositories(conn: Connection) -> dict[int, RepoName]:
    """Every repository that we ever saw, by GitHub's id."""
    rows = conn.execute(select(table.c.id, table.c.name).order_by(table.c.id))
    return {row.id: RepoName.parse(row.name) for row in rows}
