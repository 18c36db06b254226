"""What does a case take over from its mirror where the database is older than that?

A record that we signed is newer, so it is what holds; but what people said since that was noticed is newer still.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, update

from app.domain.cases import CaseEventKind, CveRequest, Participant, StoredCase
from app.store import cases, timeline, unlinking
from app.store.schema import cases as table
from app.store.schema import participants as tools
from app.store.schema_cases import cve_requests as requests

_FIELDS: dict[str, tuple[CaseEventKind, ...]] = {
    "embargo_until": ("embargo",),
    "coordinator": ("coordinator",),
    "disclosed_at": ("disclosed", "not-public"),
}


def catch_up(conn: Connection, newer: StoredCase, *, by: str, now: datetime) -> None:
    """Take over what the mirror of a case remembers. It is still to be confirmed."""
    number = newer.number
    known = cases.case(conn, number)
    since = known.unconfirmed_since or now
    said = {event.what for event in timeline.events(conn, number) if event.at >= since}
    _forget_answers(conn, known, newer, since)
    for link in known.links:
        if link not in newer.links and "linked" not in said:
            unlinking.unlink(conn, number, link, by=by, at=now)
    _forget_requests(conn, known, newer, since)
    cases.fill(conn, newer)
    row: dict[str, Any] = {"sequence": newer.sequence}
    for field, kinds in _FIELDS.items():
        if not said & {*kinds}:
            value = getattr(newer, field)
            row[field] = str(value) if value is not None and field == "coordinator" else value
    conn.execute(update(table).where(table.c.number == number).values(row))


def _forget_answers(conn: Connection, known: StoredCase, newer: StoredCase, since: datetime) -> None:
    """Who left before the backup was put back has left: `fill` writes down who is not here."""
    told = {each.tool for each in newer.participants}
    for each in known.participants:
        if each.tool in told and not _is_since(each, since):
            row = tools.c.case_number == known.number, tools.c.tool == each.tool
            conn.execute(delete(tools).where(*row))


def _is_since(each: Participant, since: datetime) -> bool:
    return any(hour is not None and hour >= since for hour in (each.answered_at, each.left_at))


def _forget_requests(conn: Connection, known: StoredCase, newer: StoredCase, since: datetime) -> None:
    """An id that was recorded or dropped before it was put back is so."""
    told = {(each.tool, each.asked_at) for each in newer.cves}
    for each in known.cves:
        if (each.tool, each.asked_at) in told and not _was_asked_since(each, since):
            conn.execute(delete(requests).where(requests.c.id == each.id))


def _was_asked_since(each: CveRequest, since: datetime) -> bool:
    hours = (each.asked_at, each.recorded_at, each.agreed_at, each.ended_at)
    return any(hour is not None and hour >= since for hour in hours)
