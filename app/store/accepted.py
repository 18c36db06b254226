"""What was found when an exemption came into force?

That is settled by the first look under it that could tell, and stays, whatever is found later.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, update

from app.domain.findings import TakenUp
from app.domain.ids import RepoName
from app.store.engines import insert
from app.store.prepared import Question
from app.store.schema_policy import accepted_kinds as table


def taken_up(conn: Connection, repo: RepoName) -> Mapping[tuple[str, str], TakenUp]:
    """For each policy and exemption of a repository."""
    rows = _of_repository(conn, of=str(repo))
    return {
        (row.policy, row.exemption): TakenUp(
            since=row.since,
            kinds=frozenset(row.kinds.split()),
            accounts=frozenset((key, digest) for key, _, digest in map(_split, (row.accounts or "").split())),
        )
        for row in rows
    }


@Question
def _of_repository() -> Select[Any]:
    """Asked at every look: to make this each time would take longer than to run it."""
    return select(table).where(table.c.repository == bindparam("of"))


def remember(conn: Connection, repo: RepoName, policy: str, exemption: str, found: TakenUp) -> None:
    """Write down what was found first. What is written down already stays."""
    statement = insert(conn.dialect.name, table).values(
        repository=str(repo),
        policy=policy,
        exemption=exemption,
        kinds=" ".join(sorted(found.kinds)),
        accounts=" ".join(sorted(f"{key}:{digest}" for key, digest in found.accounts)),
        since=found.since,
    )
    conn.execute(statement.on_conflict_do_nothing())


def renew(conn: Connection, repo: RepoName, policy: str, exemption: str, found: TakenUp) -> None:
    """The same accounts, under other digests."""
    row = (table.c.repository == str(repo), table.c.policy == policy, table.c.exemption == exemption)
    accounts = " ".join(sorted(f"{key}:{digest}" for key, digest in found.accounts))
    conn.execute(update(table).where(*row).values(accounts=accounts))


def _split(written: str) -> tuple[str, str, str]:
    return written.partition(":")
