"""What happened in a case, and when?"""

from __future__ import annotations

from sqlalchemy import Connection, select

from app.domain.cases import CaseEvent
from app.store.schema_cases import case_events


def add(conn: Connection, number: int, event: CaseEvent) -> None:
    """Write down one line. Nothing is ever changed or taken out."""
    row = {"case_number": number, "at": event.at, "what": event.what, "tool": event.tool}
    conn.execute(case_events.insert().values(row | {"detail": event.detail, "by": event.by}))


def events(conn: Connection, number: int) -> tuple[CaseEvent, ...]:
    """All of it, the oldest first."""
    query = select(case_events).where(case_events.c.case_number == number).order_by(case_events.c.at, case_events.c.id)
    return tuple(
        CaseEvent(at=row.at, what=row.what, tool=row.tool, detail=row.detail, by=row.by) for row in conn.execute(query)
    )
