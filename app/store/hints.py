"""Which cases have to be looked at because GitHub says that something is in its global advisory database?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Select, or_, select, update

from app.domain.ids import CaseKey
from app.store.schema import case_links, cases
from app.store.schema_cases import cve_requests


def hint(conn: Connection, ids: Iterable[str], now: datetime) -> frozenset[CaseKey]:
    """Of open cases to which one of these GHSA or CVE ids belongs. What was asked about them before is asked anew."""
    named = sorted(ids)
    linked = select(case_links.c.case_number).where(case_links.c.ghsa.in_(named))
    recorded = select(cve_requests.c.case_number).where(cve_requests.c.cve_id.in_(named))
    concerned = or_(cases.c.number.in_(linked), cases.c.number.in_(recorded))
    return _hint(conn, select(cases.c.number).where(cases.c.state == "open", concerned), now)


def hint_all(conn: Connection, now: datetime) -> frozenset[CaseKey]:
    """Something came into it, and nobody knows what: that may be of any open case."""
    return _hint(conn, select(cases.c.number).where(cases.c.state == "open"), now)


def _hint(conn: Connection, query: Select[int], now: datetime) -> frozenset[CaseKey]:
    found = conn.execute(query).scalars().all()
    conn.execute(update(cases).where(cases.c.number.in_(found)).values(hinted_at=now))
    return frozenset(map(CaseKey, found))
