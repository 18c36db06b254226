"""Who else may be affected in a case, and what did a coordinator say to that?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from app.domain.cases import Answer, CaseEvent, CaseEventKind, Suggestion
from app.store import timeline
from app.store.engines import insert
from app.store.schema_cases import suggestions as table


class NotSuggested(LookupError):
    """A tool is no suggestion of a case. The message names those that are."""


def suggestions_of(conn: Connection, number: int) -> tuple[Suggestion, ...]:
    """All of them, by name; also those that were answered."""
    query = select(table).where(table.c.case_number == number).order_by(table.c.tool)
    return tuple(
        Suggestion(
            tool=row.tool,
            kind=row.kind,
            path=tuple(row.path),
            first_seen=row.first_seen,
            answer=row.answer,
            reason=row.reason,
            answered_by=row.answered_by,
            answered_at=row.answered_at,
        )
        for row in conn.execute(query)
    )


def declined(conn: Connection, number: int) -> tuple[Suggestion, ...]:
    """Those to whom a coordinator said no, by name."""
    return tuple(each for each in suggestions_of(conn, number) if each.answer == "no")


def restore(conn: Connection, number: int, told: Iterable[Suggestion]) -> None:
    """These come back from the mirror of a case. What was said meanwhile stands."""
    for each in told:
        statement = insert(conn.dialect.name, table).values(_row(number, each))
        conn.execute(statement.on_conflict_do_nothing(index_elements=[table.c.case_number, table.c.tool]))


def suggest(conn: Connection, number: int, wanted: Iterable[Suggestion], *, now: datetime) -> None:
    """From now on it is these. What is new, or came back by another way, stands in the timeline."""
    before = {each.tool: each for each in suggestions_of(conn, number)}
    wanted = tuple(wanted)
    for each in wanted:
        if each == before.get(each.tool):
            continue
        conn.execute(delete(table).where(table.c.case_number == number, table.c.tool == each.tool))
        conn.execute(table.insert().values(_row(number, each)))
        if each.answer is None:
            detail = ", ".join(each.path)
            timeline.add(conn, number, CaseEvent(at=now, what="suggested", tool=each.tool, detail=detail))
    for tool in before.keys() - {each.tool for each in wanted}:
        conn.execute(delete(table).where(table.c.case_number == number, table.c.tool == tool))


def answer(
    conn: Connection, number: int, tool: str, said: Answer, *, reason: str | None, by: str, at: datetime
) -> Suggestion:
    """Write down a yes or a no. Raises NotSuggested where it does not wait for one."""
    waiting = {each.tool: each for each in suggestions_of(conn, number) if each.answer is None}
    if tool not in waiting:
        named = ", ".join(waiting) or "nobody"
        raise NotSuggested(f"{tool} is no suggestion of case {number} that waits for an answer; {named} is")
    given = {"answer": said, "reason": reason, "answered_by": by, "answered_at": at}
    conn.execute(update(table).where(table.c.case_number == number, table.c.tool == tool).values(given))
    what: CaseEventKind = "confirmed" if said == "yes" else "declined"
    timeline.add(conn, number, CaseEvent(at=at, what=what, tool=tool, detail=reason or "", by=by))
    return waiting[tool]


def _row(number: int, each: Suggestion) -> dict[str, object]:
    row: dict[str, object] = {"case_number": number, "tool": each.tool, "kind": each.kind, "path": list(each.path)}
    row |= {"first_seen": each.first_seen, "answer": each.answer, "reason": each.reason}
    return row | {"answered_by": each.answered_by, "answered_at": each.answered_at}
