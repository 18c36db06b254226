"""Which comments held commands, what became of them, and which of them were answered?

A command runs once: whoever writes its row runs it. Ids and words of closed lists are kept, never what was said.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Update, func, select, update

from app.domain.comments import Discussion, Handled, Line
from app.store.engines import insert
from app.store.schema import cases
from app.store.schema_cases import case_events, commands

NO_REPLY = 0


def remembered(conn: Connection, number: int) -> Discussion:
    """What is known of a case before anybody asks GitHub."""
    rows = conn.execute(select(commands).where(commands.c.case_number == number).order_by(commands.c.seen_at)).all()
    return Discussion(
        handled=tuple(
            Handled(
                comment=row.comment,
                outcome=tuple(tuple(line) for line in json.loads(row.outcome)),
                reply=row.reply,
                seen_at=row.seen_at,
            )
            for row in rows
        ),
        since=_since(conn, number),
    )


def begin(conn: Connection, number: int, comment: int, *, at: datetime) -> bool:
    """May the commands of this comment run now? Never twice."""
    row = {"case_number": number, "comment": comment, "outcome": "[]", "seen_at": at}
    keys = [commands.c.case_number, commands.c.comment]
    added = insert(conn.dialect.name, commands).values(row).on_conflict_do_nothing(index_elements=keys)
    # Not its rowcount: of an INSERT it is not known on PostgreSQL.
    return conn.execute(added.returning(commands.c.comment)).first() is not None


def finish(conn: Connection, number: int, comment: int, outcome: tuple[Line, ...], *, silently: bool) -> None:
    """Write down what they led to, and whether that is to be answered."""
    values = {"outcome": json.dumps(outcome), "reply": NO_REPLY if silently else None}
    conn.execute(_of(number, comment, values))


def answered(conn: Connection, number: int, comment: int, reply: int) -> None:
    """This comment of ours answers it. The first one stays."""
    conn.execute(_of(number, comment, {"reply": reply}).where(commands.c.reply.is_(None)))


def _of(number: int, comment: int, values: Mapping[str, Any]) -> Update:
    return update(commands).where(commands.c.case_number == number, commands.c.comment == comment).values(values)


def _since(conn: Connection, number: int) -> datetime | None:
    """When the case came back from its mirror, or else began: what was said until then may have run already."""
    came_back = case_events.c.case_number == number, case_events.c.what == "rebuilt"
    rebuilt: datetime | None = conn.execute(select(func.max(case_events.c.at)).where(*came_back)).scalar()
    if rebuilt is not None:
        return rebuilt
    began: datetime | None = conn.execute(select(cases.c.opened_at).where(cases.c.number == number)).scalar()
    return began
