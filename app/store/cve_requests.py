"""Who asked a CNA for an id, what proved that they may, and where did the id go?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from app.domain.cases import CaseEvent, CveRequest
from app.domain.ids import Ghsa, Person
from app.store import timeline
from app.store.schema_cases import cve_requests as table


def requests_of(conn: Connection, number: int) -> tuple[CveRequest, ...]:
    """All of a case, the oldest first."""
    query = select(table).where(table.c.case_number == number).order_by(table.c.id)
    return tuple(map(_request, conn.execute(query)))


def case_with(conn: Connection, cve_id: str) -> int | None:
    """To which case does an id belong?"""
    return conn.execute(select(table.c.case_number).where(table.c.cve_id == cve_id)).scalar_one_or_none()


def ask(conn: Connection, number: int, *, tool: str, cna: str, by: Person, proof: str, at: datetime) -> None:
    """Write down that somebody asked, and why they may."""
    row = {"case_number": number, "tool": tool, "cna": cna, "asked_by": str(by), "proof": proof, "asked_at": at}
    conn.execute(table.insert().values(row))
    timeline.add(conn, number, CaseEvent(at=at, what="cve", tool=tool, detail=f"asked {cna}", by=str(by)))


def record(conn: Connection, request: CveRequest, cve_id: str, *, by: str, at: datetime) -> None:
    """Write down which id was assigned, before it is written anywhere else."""
    conn.execute(_row(request.id).values(cve_id=cve_id, recorded_at=at))
    _tell(conn, request, f"recorded {cve_id}", by=by, at=at)


def agree(conn: Connection, request: CveRequest, ghsa: Ghsa, *, by: str, at: datetime) -> None:
    """Write down that somebody who speaks for the tool wants the id in this advisory."""
    conn.execute(_row(request.id).values(ghsa=str(ghsa), agreed_by=by, agreed_at=at))
    _tell(conn, request, "to be written", by=by, at=at)


def written(conn: Connection, request: CveRequest, ghsa: Ghsa, *, at: datetime) -> None:
    """Write down that the advisory shows it. The first time stays."""
    there = _row(request.id).where(table.c.written_at.is_(None)).values(ghsa=str(ghsa), written_at=at)
    if conn.execute(there).rowcount:
        _tell(conn, request, "written", by=None, at=at)


def end(conn: Connection, request: CveRequest, why: str, *, by: str, at: datetime) -> None:
    """Write down why the id is not to be used here."""
    conn.execute(_row(request.id).values(ended_at=at, ended_why=why))
    _tell(conn, request, why, by=by, at=at)


def restore(conn: Connection, number: int, requests: Iterable[CveRequest]) -> None:
    """Write down those that come back from a mirror and are not here, but for ids that belong to a case by now."""
    known = {(each.tool, each.asked_at) for each in requests_of(conn, number)}
    for each in requests:
        if (each.tool, each.asked_at) in known:
            continue
        if each.cve_id is not None and case_with(conn, each.cve_id) is not None:
            continue
        row: dict[str, Any] = {"case_number": number, "tool": each.tool, "cna": each.cna}
        row |= {"asked_by": str(each.asked_by), "proof": each.proof, "asked_at": each.asked_at}
        row |= {"cve_id": each.cve_id, "recorded_at": each.recorded_at}
        row |= {"ghsa": str(each.ghsa) if each.ghsa else None, "agreed_by": each.agreed_by}
        row |= {"agreed_at": each.agreed_at, "written_at": each.written_at}
        conn.execute(table.insert().values(row | {"ended_at": each.ended_at, "ended_why": each.ended_why}))


def _tell(conn: Connection, request: CveRequest, detail: str, *, by: str | None, at: datetime) -> None:
    timeline.add(conn, request.case, CaseEvent(at=at, what="cve", tool=request.tool, detail=detail, by=by))


def _row(request: int) -> Any:
    return update(table).where(table.c.id == request)


def _request(row: Row[Any]) -> CveRequest:
    return CveRequest(
        id=row.id,
        case=row.case_number,
        tool=row.tool,
        cna=row.cna,
        asked_by=Person.parse(row.asked_by),
        proof=row.proof,
        asked_at=row.asked_at,
        cve_id=row.cve_id,
        recorded_at=row.recorded_at,
        ghsa=Ghsa(row.ghsa) if row.ghsa else None,
        agreed_by=row.agreed_by,
        agreed_at=row.agreed_at,
        written_at=row.written_at,
        ended_at=row.ended_at,
        ended_why=row.ended_why,
    )
