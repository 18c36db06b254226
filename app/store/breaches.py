"""Between which looks did something go wrong, and since when is it right again?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache, partial

from sqlalchemy import Connection, Dialect, bindparam, select, update

from app.domain.ids import RepoName
from app.domain.records import Breach
from app.store.prepared import Prepared, listed_as, once
from app.store.schema import standings
from app.store.schema_brakes import breaches as table


def begin(conn: Connection, repo: RepoName, policy: str, first_bad: datetime, kinds: Iterable[str] = ()) -> None:
    """A look found it wrong. While it stays wrong nothing changes. To be called before the standing is recorded."""
    here = table.c.repository == str(repo), table.c.policy == policy
    if conn.execute(select(table.c.id).where(*here, table.c.over_at.is_(None))).first():
        return
    last_good = conn.execute(
        select(standings.c.good_at).where(standings.c.repository == str(repo), standings.c.policy == policy)
    ).scalar()
    said = " ".join(kinds) or None
    conn.execute(
        table.insert().values(repository=str(repo), policy=policy, last_good=last_good, first_bad=first_bad, kinds=said)
    )


def end(conn: Connection, right: Iterable[tuple[RepoName, str]], at: datetime) -> None:
    """It is right again, or nobody minds any more."""
    policies: dict[RepoName, list[str]] = {}
    for repo, policy in right:
        policies.setdefault(repo, []).append(policy)
    for repo, theirs in policies.items():
        listed = {f"policy_{place}": policy for place, policy in enumerate(theirs)}
        _ending(len(theirs))(conn.dialect).each(conn, [{"of_repo": str(repo), "over_at": at, **listed}])


@cache
def _ending(policies: int) -> Callable[[Dialect], Prepared]:
    """Every look says so of nearly every policy: to make this each time would take longer than to run it."""
    here = table.c.repository == bindparam("of_repo"), table.c.policy.in_(listed_as("policy", policies))
    statement = update(table).where(*here, table.c.over_at.is_(None)).values(over_at=bindparam("over_at"))
    return once(partial(Prepared, statement))


def still_good(conn: Connection, repos: Iterable[RepoName], policy: str, at: datetime) -> None:
    """A look at nothing but the switch found it as it should be."""
    names = [str(repo) for repo in repos]
    here = standings.c.repository.in_(names), standings.c.policy == policy, standings.c.state == "pass"
    conn.execute(update(standings).where(*here).values(good_at=at))


def breaches(conn: Connection, repo: RepoName, since: datetime) -> tuple[Breach, ...]:
    """What went wrong for a repository since then or is wrong still, oldest first?"""
    recent = (table.c.first_bad >= since) | table.c.over_at.is_(None)
    rows = conn.execute(select(table).where(table.c.repository == str(repo), recent).order_by(table.c.id))
    return tuple(
        Breach(
            repo=RepoName.parse(row.repository),
            policy=row.policy,
            last_good=row.last_good,
            first_bad=row.first_bad,
            over_at=row.over_at,
            kinds=tuple((row.kinds or "").split()),
        )
        for row in rows
    )
