"""Which tools take part in a case, what did their people answer, and until when were they asked?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from app.domain.cases import CaseEvent, Justification, Participant, Status
from app.store import timeline
from app.store.engines import insert
from app.store.schema import participants


class NotInIt(LookupError):
    """A tool takes no part in a case. The message names those that do."""


def participants_of(conn: Connection, number: int) -> tuple[Participant, ...]:
    """All that ever took part, by name."""
    query = select(participants).where(participants.c.case_number == number).order_by(participants.c.tool)
    return tuple(
        Participant(
            tool=row.tool,
            why=row.why,
            status=row.status,
            justification=row.justification,
            rsvp=row.rsvp,
            answered_at=row.answered_at,
            answered_by=row.answered_by,
            left_at=row.left_at,
        )
        for row in conn.execute(query)
    )


def invite(conn: Connection, number: int, participant: Participant) -> bool:
    """Add a tool, or let one that left come back. One that is there stays, for the reason that it came for.

    Gives whether anything changed.
    """
    row = {"case_number": number, "tool": participant.tool, "why": participant.why, "status": participant.status}
    row |= {"justification": participant.justification, "rsvp": participant.rsvp}
    row |= {"answered_at": participant.answered_at, "answered_by": participant.answered_by}
    row |= {"left_at": participant.left_at}
    added = (
        insert(conn.dialect.name, participants)
        .values(row)
        .on_conflict_do_nothing(index_elements=[participants.c.case_number, participants.c.tool])
        .returning(participants.c.tool)  # an INSERT's rowcount is not known on PostgreSQL
    )
    if conn.execute(added).first():
        return True
    gone = participants.c.left_at.is_not(None)
    return bool(conn.execute(_row(number, participant.tool).where(gone).values(left_at=None)).rowcount)


def answer(
    conn: Connection,
    number: int,
    tool: str,
    status: Status,
    *,
    justification: Justification | None,
    by: str,
    at: datetime,
) -> bool:
    """Write down what a tool's people say. Gives whether it is news. Raises NotInIt."""
    was = _present(conn, number, tool)
    if (was.status, was.justification) == (status, justification):
        return False
    said = {"status": status, "justification": justification, "answered_at": at, "answered_by": by}
    conn.execute(_row(number, tool).values(said))
    detail = f"{status} ({justification})" if justification else status
    timeline.add(conn, number, CaseEvent(at=at, what="answered", tool=tool, detail=detail, by=by))
    return True


def ask_until(conn: Connection, number: int, tool: str, day: date | None) -> None:
    """Until which day (UTC) an answer is asked for. Raises NotInIt."""
    _present(conn, number, tool)
    conn.execute(_row(number, tool).values(rsvp=day))


def leave(conn: Connection, number: int, tool: str, *, by: str, at: datetime) -> None:
    """A tool takes no part any more; what it answered stays. Raises NotInIt."""
    _present(conn, number, tool)
    conn.execute(_row(number, tool).values(left_at=at))
    timeline.add(conn, number, CaseEvent(at=at, what="left", tool=tool, by=by))


def _present(conn: Connection, number: int, tool: str) -> Participant:
    there: Mapping[str, Participant] = {
        each.tool: each for each in participants_of(conn, number) if each.left_at is None
    }
    if tool not in there:
        raise NotInIt(f"{tool} takes no part in case {number}; {', '.join(there) or 'nobody'} does")
    return there[tool]


def _row(number: int, tool: str) -> Any:
    return update(participants).where(participants.c.case_number == number, participants.c.tool == tool)
