"""How many mirrors may have been opened for a case?"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, or_, select

from app.domain.ids import CaseKey
from app.store.prepared import Question
from app.store.schema import audit


def openings(conn: Connection, number: int, *, kind: str) -> int:
    """Of all that was announced for it under that kind, what reached GitHub or may have, however late."""
    return int(_announced.one(conn, key=str(CaseKey(number)), kind=kind).openings)


@Question
def _announced() -> Select[Any]:
    nothing_came_of_it = or_(audit.c.outcome == "not sent", audit.c.outcome == "refused")
    in_vain = select(audit.c.intent_id).where(audit.c.intent_id.is_not(None), nothing_came_of_it)
    announced = audit.c.key == bindparam("key"), audit.c.kind == bindparam("kind"), audit.c.phase == "intend"
    return select(func.count().label("openings")).where(*announced, audit.c.id.not_in(in_vain))
