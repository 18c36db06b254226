"""What was asked for that a coordinator has to confirm?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, select, update

from app.domain.cases import GREENROOM, CaseEvent, Proposal, Widening
from app.domain.ids import Person
from app.store import timeline
from app.store.schema_cases import proposals

MOST_WAITING = 20  # of a case; who floods a coordinator hides what matters
_FIRST_SECOND = datetime(2026, 1, 1, tzinfo=UTC)


class NoSuchProposal(LookupError):
    """There is none of that number in that case that waits. The message names those that do."""


class TooManyWait(RuntimeError):
    """People asked for so much in this case that a coordinator has to answer first."""


def propose(conn: Connection, number: int, what: Widening, value: str, *, by: Person, at: datetime) -> int:
    """Write down what somebody asks for, and give its number. What waits already is not asked for twice.

    Raises TooManyWait. What we propose ourselves is always written down.
    """
    waiting = open_ones(conn, number)
    for each in waiting:
        if (each.what, each.value) == (what, value):
            return each.id
    if by != GREENROOM and sum(each.asked_by != GREENROOM for each in waiting) >= MOST_WAITING:
        raise TooManyWait
    made = _next_number(conn, at)
    row = {"case_number": number, "what": what, "value": value, "asked_by": str(by), "asked_at": at, "state": "open"}
    conn.execute(proposals.insert().values(row | {"id": made}))
    timeline.add(conn, number, CaseEvent(at=at, what="proposed", detail=f"{made}: {what} {value}", by=str(by)))
    return made


def open_ones(conn: Connection, number: int) -> tuple[Proposal, ...]:
    """What waits for a coordinator in a case, the oldest first."""
    waits = proposals.c.case_number == number, proposals.c.state == "open"
    return tuple(map(_proposal, conn.execute(select(proposals).where(*waits).order_by(proposals.c.id))))


def open_one(conn: Connection, proposal: int) -> Proposal:
    """One that waits. Raises NoSuchProposal."""
    row = conn.execute(select(proposals).where(proposals.c.id == proposal)).one_or_none()
    if row is None:
        raise NoSuchProposal(f"there is no proposal {proposal}; greenroom case show N lists those of a case")
    if row.state != "open":
        raise NoSuchProposal(f"proposal {proposal} was {row.state} by {row.settled_by} already")
    return _proposal(row)


def settle(
    conn: Connection, proposal: int, state: Literal["confirmed", "declined"], *, by: str, at: datetime
) -> Proposal:
    """A coordinator said yes or no. Raises NoSuchProposal."""
    found = open_one(conn, proposal)
    values = {"state": state, "settled_by": by, "settled_at": at}
    conn.execute(update(proposals).where(proposals.c.id == proposal).values(values))
    detail = f"{proposal}: {found.what} {found.value}"
    timeline.add(conn, found.case, CaseEvent(at=at, what=state, detail=detail, by=by))
    return found


def _next_number(conn: Connection, at: datetime) -> int:
    """Never one that was given before, also not by a database that is lost: replies in mirrors still name its numbers.

    So it is the second in which it is asked for. That recurs only if more than one a second was asked for until then.
    """
    highest: int = conn.execute(select(func.coalesce(func.max(proposals.c.id), 0))).scalar_one()
    return max(highest + 1, int((at - _FIRST_SECOND).total_seconds()))


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(
        id=row.id,
        case=row.case_number,
        what=row.what,
        value=row.value,
        asked_by=GREENROOM if row.asked_by == str(GREENROOM) else Person.parse(row.asked_by),
        asked_at=row.asked_at,
        state=row.state,
        settled_by=row.settled_by,
        settled_at=row.settled_at,
    )
