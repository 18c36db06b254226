"""How do the repositories of one page stand, as far as somebody may see them?

What tells of an unpublished advisory counts for nobody who may not read it: neither in a row, nor in a filter, nor in a
number, since each of these would tell it as well.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select
from sqlalchemy.sql import FromClause

from app.store.schema import findings, repositories, standings

MAY_TELL = frozenset({"finding", "exempt", "blocked", "contested"})  # states that may be so because of an advisory


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What somebody may see: all rows, or those of the repositories that they administer (ids), with what is hidden.

    `hidden` are policies that find something only where an advisory is open.
    """

    all_rows: bool
    administers: frozenset[int]
    hidden: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A repository by its name of today. `id` is GitHub's; None where no installation ever listed it."""

    name: str
    id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """How it stands with one policy. `embargoed` as in `Standing`."""

    policy: str
    state: str
    observed_at: datetime
    seen_at: datetime | None
    embargoed: bool | None


def rows(conn: Connection, sight: Sight) -> list[Row]:
    """All that was ever looked at and that they may see, by name."""
    looked_at = select(standings.c.repository).distinct().subquery()
    query = select(looked_at.c.repository, repositories.c.id).select_from(_identified(looked_at))
    if not sight.all_rows:
        query = query.where(repositories.c.id.in_(sorted(sight.administers)))
    return [Row(name=row.repository, id=row.id) for row in conn.execute(query.order_by(looked_at.c.repository))]


def where_it_is(conn: Connection, sight: Sight, state: str) -> frozenset[str]:
    """Names (in small letters) of the repositories where some policy says this, as far as they may know."""
    says = standings.c.state == state
    if state == "pass":  # what is hidden from them is drawn so: see `app.dashboard.grid`
        says = or_(says, standings.c.embargoed.is_(True))
    elif state in MAY_TELL:
        says = and_(says, or_(standings.c.embargoed.is_(False), _administered(sight)))
    else:
        says = and_(says, or_(standings.c.embargoed.is_not(True), _administered(sight)))
    if state == "cannot tell":  # of rows of before it was kept, it is unknown whether they tell of an advisory
        says = or_(says, and_(standings.c.embargoed.is_(None), standings.c.state.in_(sorted(MAY_TELL)), _others(sight)))
    query = select(standings.c.repository).distinct().select_from(_identified(standings))
    return frozenset(name.lower() for name in conn.execute(query.where(says, _may_know(sight))).scalars())


def where_it_is_old(conn: Connection, sight: Sight, *, before: datetime, of: Mapping[str, datetime]) -> frozenset[str]:
    """Names of the repositories of which something was seen before then. Some accounts have a moment of their own."""
    query = select(standings.c.repository, func.min(standings.c.observed_at)).select_from(_identified(standings))
    may_be = standings.c.observed_at < max([before, *of.values()])  # most were seen lately, and need no counting
    found = conn.execute(query.where(_may_know(sight), may_be).group_by(standings.c.repository))
    old = ((name.lower(), at) for name, at in found)
    return frozenset(name for name, at in old if at < of.get(name.partition("/")[0], before))


def stands(conn: Connection, names: Collection[str]) -> dict[str, list[Stand]]:
    """How these repositories stand with every policy, by their names in small letters."""
    found: dict[str, list[Stand]] = {name.lower(): [] for name in names}
    query = select(standings).where(standings.c.repository.in_(sorted(names)))
    for row in conn.execute(query):
        stand = Stand(
            policy=row.policy,
            state=row.state,
            observed_at=row.observed_at,
            seen_at=row.seen_at,
            embargoed=row.embargoed,
        )
        found[row.repository.lower()].append(stand)
    return found


def open_findings(conn: Connection, sight: Sight) -> int:
    """How many findings are open, as far as they may know?"""
    told = or_(_administered(sight), and_(findings.c.policy.not_in(sorted(sight.hidden)), ~findings.c.embargoed))
    query = select(func.count()).select_from(_identified(findings)).where(findings.c.state == "open", told)
    if not sight.all_rows:
        query = query.where(_administered(sight))
    count: int = conn.execute(query).scalar_one()
    return count


def only_observed(conn: Connection, sight: Sight) -> int:
    """How often is it not as a policy says, and no finding as that one only observes? As far as they may know."""
    known = select(findings.c.id).where(
        findings.c.repository == standings.c.repository,
        findings.c.policy == standings.c.policy,
        findings.c.state != "resolved",
    )
    told = and_(_may_know(sight), or_(standings.c.embargoed.is_(False), _administered(sight)))
    query = select(func.count()).select_from(_identified(standings))
    query = query.where(standings.c.state == "finding", told, ~known.exists())
    if not sight.all_rows:
        query = query.where(_administered(sight))
    count: int = conn.execute(query).scalar_one()
    return count


def _identified(table: FromClause) -> FromClause:
    return table.outerjoin(repositories, repositories.c.name == table.c.repository)


def _may_know(sight: Sight) -> ColumnElement[bool]:
    return or_(standings.c.policy.not_in(sorted(sight.hidden)), _administered(sight))


def _administered(sight: Sight) -> ColumnElement[bool]:
    return repositories.c.id.in_(sorted(sight.administers))


def _others(sight: Sight) -> ColumnElement[bool]:
    return or_(repositories.c.id.is_(None), repositories.c.id.not_in(sorted(sight.administers)))
