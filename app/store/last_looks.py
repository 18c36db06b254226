"""When was each thing looked at last? Of which repositories all could be told is another question (`good_looks`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, update

from app.domain.ids import AdvisoryKey, Ghsa, RepoName
from app.store.prepared import Question
from app.store.schema import advisories as _advisories
from app.store.schema import cases as _cases
from app.store.schema import standings

SWITCH = "private-reporting"  # is also looked at alone


def repositories(conn: Connection) -> dict[RepoName, datetime]:
    """At each repository as a whole. One at which nobody looked yet is left out."""
    return {RepoName.parse(row.repository): row.at for row in _seen(conn) if row.at is not None}


@Question
def _seen() -> Select[Any]:
    seen_at = func.max(standings.c.seen_at).label("at")
    whole = select(standings.c.repository, seen_at).where(standings.c.policy != SWITCH)
    return whole.group_by(standings.c.repository)


def open_cases(conn: Connection) -> dict[int, datetime]:
    """At each open case. Where nobody looked yet: when it was opened."""
    is_open = _cases.c.closed_at.is_(None)
    rows = conn.execute(select(_cases.c.number, _cases.c.looked_at, _cases.c.opened_at).where(is_open))
    return {row.number: row.looked_at or row.opened_at for row in rows}


def open_advisories(conn: Connection) -> dict[AdvisoryKey, datetime]:
    """At each advisory that was in triage or draft."""
    known = _advisories.c.repository, _advisories.c.ghsa, _advisories.c.observed_at
    rows = conn.execute(select(*known).where(_advisories.c.state.in_(("triage", "draft"))))
    return {AdvisoryKey(RepoName.parse(row.repository), Ghsa(row.ghsa)): row.observed_at for row in rows}


def looked_at_case(conn: Connection, number: int, at: datetime) -> None:
    """Somebody looked at a case, and GitHub told everything that was asked."""
    conn.execute(update(_cases).where(_cases.c.number == number).values(looked_at=at))
