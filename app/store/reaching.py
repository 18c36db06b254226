"""How many repositories stand with a remedy, and at how many did nobody look yet under what policy says now?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from app.domain.ids import RepoName, RepositoryKey, parse_key
from app.store.engines import insert
from app.store.prepared import Question
from app.store.schema import notices, repositories, standings, work


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaching:
    """By scope: who stands with a remedy of it. By account: how many were not judged under these terms."""

    of: Mapping[str, frozenset[RepoName]]
    unlooked: Mapping[str, int]


def reaching(conn: Connection, *, policy: str, declared: Mapping[RepoName, str]) -> Reaching:
    """Of the repositories that policy speaks of, each with its terms."""
    known = standings.c.repository, standings.c.terms, standings.c.scope
    unlooked, found = Counter(repo.owner.lower() for repo in declared), defaultdict[str, set[RepoName]](set)
    for row in conn.execute(select(*known).where(standings.c.policy == policy, standings.c.terms.is_not(None))):
        repo = RepoName.parse(row.repository)
        if declared.get(repo) != row.terms:
            continue
        unlooked[repo.owner.lower()] -= 1
        if row.scope is not None:
            found[row.scope].add(repo)
    return Reaching(of={scope: frozenset(repos) for scope, repos in found.items()}, unlooked=+unlooked)


def underway(conn: Connection, now: datetime) -> frozenset[RepoName]:
    """Which repositories are due to be looked at as a whole, or are looked at at this moment?"""
    due = or_(work.c.lease_owner.is_not(None), work.c.due_at <= now)
    keys = conn.execute(select(work.c.key).where(due, work.c.key.contains("/"), work.c.key.not_like("%#%"))).scalars()
    return frozenset(key.repo for text in keys if isinstance(key := parse_key(text), RepositoryKey))


def watched(conn: Connection, policy: str) -> int:
    """How many repositories are there that we still see and of which this policy could say something?"""
    applies = standings.c.policy == policy, standings.c.state != "not applicable"
    seen = standings.c.repository.in_(select(repositories.c.name))
    count: int = conn.execute(select(func.count()).select_from(standings).where(*applies, seen)).scalar_one()
    return count


def capped(conn: Connection) -> tuple[str, ...]:
    """For which scopes were people told that too many would be changed at once?"""
    return tuple(row.about for row in _capped(conn))


@Question
def _capped() -> Select[Any]:
    """Asked at every look: to make this each time would take longer than to run it."""
    query = select(notices.c.about).where(notices.c.kind == "capped", notices.c.closed_at.is_(None))
    return query.order_by(notices.c.about)


def tried(conn: Connection, repo: RepoName, terms: Mapping[str, str], *, at: datetime) -> None:
    """A look failed before it saw anything. `terms` are those of each policy."""
    for policy, said in terms.items():
        statement = insert(conn.dialect.name, standings).values(
            repository=str(repo),
            policy=policy,
            state="cannot tell",
            message="looking at it failed",
            since=at,
            observed_at=at,
            terms=said,
        )
        replaced = {"terms": said, "scope": None}
        conn.execute(
            statement.on_conflict_do_update(index_elements=[standings.c.repository, standings.c.policy], set_=replaced)
        )
