"""Until when do open cases wait, and for whom?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from app.store.schema import cases, participants


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """An open case: the hour at which it becomes public (UTC), who takes part, and who is silent until which day."""

    case: int
    embargo_until: datetime | None
    tools: frozenset[str]
    silent: tuple[tuple[date, str], ...]


def of_open_cases(conn: Connection) -> tuple[Waits, ...]:
    """Every open case, by number."""
    open_ones = select(cases.c.number, cases.c.embargo_until).where(cases.c.state == "open").order_by(cases.c.number)
    hours = {row.number: row.embargo_until for row in conn.execute(open_ones)}
    present = select(participants).join(cases).where(cases.c.state == "open", participants.c.left_at.is_(None))
    tools: dict[int, list[tuple[str, date | None]]] = {number: [] for number in hours}
    for row in conn.execute(present.order_by(participants.c.tool)):
        tools[row.case_number].append((row.tool, row.rsvp if row.status == "unknown" else None))
    return tuple(
        Waits(
            case=number,
            embargo_until=hour,
            tools=frozenset(tool for tool, _ in tools[number]),
            silent=tuple(sorted((day, tool) for tool, day in tools[number] if day is not None)),
        )
        for number, hour in hours.items()
    )
