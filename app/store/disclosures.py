"""What is written down once something of a case is public, and when is that settled?"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from app.domain.cases import CaseEvent, Disclosure
from app.domain.ids import CaseKey, Person
from app.store import cases, notices, timeline
from app.store.schema_cases import proposals

US = Person("greenroom", 0)  # who asks where nobody did: no account has this id


def disclose(conn: Connection, number: int, disclosure: Disclosure, *, proposed: datetime | None) -> None:
    """Write it down with the hour that is proposed to the others. The first time stays, and nothing is asked twice."""
    if not cases.disclose(conn, number, disclosure):
        return
    at = disclosure.seen_at
    if disclosure.by != "said":  # that was told when it was said
        timeline.add(conn, number, CaseEvent(at=at, what="disclosed", detail=disclosure.by))
    if proposed is None:
        return
    row = {"case_number": number, "what": "embargo", "value": f"{proposed:%Y-%m-%dT%H:%MZ}", "asked_by": str(US)}
    conn.execute(proposals.insert().values(row | {"asked_at": at, "state": "open"}))
    timeline.add(conn, number, CaseEvent(at=at, what="proposed", detail=f"embargo {row['value']}", by=str(US)))


def settle(conn: Connection, number: int, agreed: datetime | None, *, by: str, at: datetime) -> None:
    """A coordinator said what follows: nobody has to be paged any more, and what we proposed is answered."""
    notices.close(conn, "page", str(CaseKey(number)), at)
    ours = (proposals.c.case_number == number) & (proposals.c.asked_by == str(US)) & (proposals.c.state == "open")
    for row in conn.execute(select(proposals).where(ours)).all():
        answer = "confirmed" if agreed and row.value == f"{agreed:%Y-%m-%dT%H:%MZ}" else "declined"
        said = update(proposals).where(proposals.c.id == row.id)
        conn.execute(said.values(state=answer, settled_by=by, settled_at=at))
