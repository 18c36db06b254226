"""Which kinds of finding stood when an exemption came into force?

An exemption that names no kinds covers those, and no kind that comes later.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from app.domain.ids import RepoName
from app.store.database import insert
from app.store.schema_policy import accepted_kinds as table


def kinds(conn: Connection, repo: RepoName) -> Mapping[tuple[str, str], frozenset[str]]:
    """For each policy and exemption of a repository."""
    rows = conn.execute(select(table).where(table.c.repository == str(repo)))
    return {(row.policy, row.exemption): frozenset(row.kinds.split()) for row in rows}


def remember(
    conn: Connection, repo: RepoName, policy: str, exemption: str, found: tuple[str, ...], *, now: datetime
) -> None:
    """Write down what was found first. What is written down already stays."""
    statement = insert(conn.dialect.name, table).values(
        repository=str(repo), policy=policy, exemption=exemption, kinds=" ".join(sorted(found)), since=now
    )
    conn.execute(statement.on_conflict_do_nothing())
