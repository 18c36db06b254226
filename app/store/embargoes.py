"""Until when is nothing of a case to be public, who said so, and which cases have to be watched for it?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, or_, select, update

from app.domain.cases import CaseEvent, StoredCase
from app.domain.ids import CaseKey, RepoName
from app.store import audit, disclosures, timeline
from app.store.cases import case
from app.store.prepared import Question
from app.store.schema import case_links, cases


def agree(conn: Connection, number: int, until: datetime | None, *, by: str, at: datetime) -> StoredCase:
    """Write down the hour that was agreed on, None where none is any more, and who says so. Raises NoSuchCase."""
    case(conn, number)
    conn.execute(update(cases).where(cases.c.number == number).values(embargo_until=until))
    scope = f"nothing is public before {until:%Y-%m-%dT%H:%MZ}" if until else "no hour is agreed"
    audit.decided(conn, CaseKey(number), kind="embargo", scope=scope, by=by, at=at)
    timeline.add(conn, number, CaseEvent(at=at, what="embargo", detail=scope, by=by))
    disclosures.settle(conn, number, until, by=by, at=at)
    return case(conn, number)


def disclose(conn: Connection, number: int, *, by: str, at: datetime) -> StoredCase:
    """Write down that somebody says it is public. The first time is kept. Raises NoSuchCase."""
    if case(conn, number).disclosed_at is None:
        conn.execute(update(cases).where(cases.c.number == number).values(disclosed_at=at))
        audit.decided(conn, CaseKey(number), kind="embargo", scope="it is public", by=by, at=at)
        timeline.add(conn, number, CaseEvent(at=at, what="disclosed", by=by))
    return case(conn, number)


def under_embargo(conn: Connection, repo: RepoName, *, since: datetime) -> tuple[StoredCase, ...]:
    """The cases that have advisories in a repository: open ones, and closed ones whose hour was not before `since`."""
    return tuple(case(conn, row.number) for row in _under_embargo(conn, of=str(repo), since=since))


@Question
def _under_embargo() -> Select[Any]:
    """Asked at every look: to make this each time would take longer than to run it."""
    return (
        select(cases.c.number)
        .join(case_links, case_links.c.case_number == cases.c.number)
        .where(case_links.c.repository == bindparam("of"))
        .where(or_(cases.c.state == "open", cases.c.embargo_until >= bindparam("since")))
        .distinct()
        .order_by(cases.c.number)
    )


def promised(conn: Connection, *, since: datetime) -> frozenset[RepoName]:
    """The repositories with an advisory of a case whose hour is agreed, and was not before `since`."""
    query = (
        select(case_links.c.repository)
        .join(cases, case_links.c.case_number == cases.c.number)
        .where(cases.c.embargo_until.is_not(None))
        .where(or_(cases.c.state == "open", cases.c.embargo_until >= since))
        .distinct()
    )
    return frozenset(map(RepoName.parse, conn.execute(query).scalars()))
