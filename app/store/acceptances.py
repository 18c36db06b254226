"""What did coordinators accept? The newest of a (repository, policy) counts until its day is over; none is changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select

from app.domain.acceptances import Acceptance
from app.domain.ids import Person, RepoName
from app.store.prepared import Question
from app.store.schema import repositories
from app.store.schema_policy import acceptances as table


def accept(
    conn: Connection,
    *,
    repository: int,
    policy: str,
    kinds: tuple[str, ...],
    until: date,
    owner: Person,
    reason: str,
    at: datetime,
) -> Acceptance:
    """Write down what was accepted. It takes the place of what was accepted of the same before."""
    values = {
        "repository_id": repository,
        "policy": policy,
        "kinds": " ".join(sorted(kinds)),
        "until": until,
        "by": str(owner),
        "reason": reason,
        "at": at,
    }
    [number] = conn.execute(table.insert().values(values)).inserted_primary_key or (0,)
    return _acceptance(conn.execute(select(table).where(table.c.id == number)).one())


def in_force(conn: Connection, repo: RepoName, now: datetime) -> dict[str, Acceptance]:
    """What is accepted of the repository that has this name today, by policy."""
    newest = {row.policy: _acceptance(row) for row in _of_repository(conn, of=str(repo))}
    return {policy: each for policy, each in newest.items() if each.is_in_force(now)}


@Question
def _of_repository() -> Select[Any]:
    query = select(table).join(repositories, repositories.c.id == table.c.repository_id)
    return query.where(repositories.c.name == bindparam("of")).order_by(table.c.id)


def _acceptance(row: Row[Any]) -> Acceptance:
    return Acceptance(
        id=row.id,
        repository=row.repository_id,
        policy=row.policy,
        kinds=tuple(row.kinds.split()),
        until=row.until,
        owner=Person.parse(row.by),
        reason=row.reason,
        at=row.at,
    )
