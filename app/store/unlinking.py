"""How is an advisory taken out of a case?"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete

from app.domain.cases import DIRECTIONS, CaseEvent
from app.domain.ids import AdvisoryKey
from app.domain.talks import Way
from app.store import relays, timeline
from app.store.schema import case_links


def unlink(conn: Connection, number: int, advisory: AdvisoryKey, *, by: str, at: datetime) -> bool:
    """It belongs to the case no more, and no comments go between them. Gives whether it did belong to it."""
    theirs = case_links.c.case_number == number, case_links.c.ghsa == str(advisory.ghsa)
    if not conn.execute(delete(case_links).where(*theirs)).rowcount:
        return False
    for direction in DIRECTIONS:
        relays.end(conn, Way(case=number, ghsa=advisory.ghsa, direction=direction), by=by, at=at)
    timeline.add(conn, number, CaseEvent(at=at, what="unlinked", detail=str(advisory), by=by))
    return True
