"""Which cases are whose, the newest first?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select

from app.domain.cases import StoredCase
from app.store.cases import case
from app.store.schema import cases, participants
from app.store.schema_cases import proposals, suggestions


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A case, and how much of it waits for a coordinator."""

    case: StoredCase
    waiting: int


def count(conn: Connection, *, tools: Collection[str] | None, state: str) -> int:
    """How many are there? `tools`: only those in which one of these takes part and did not leave; None: all."""
    number: int = conn.execute(_numbers(tools, state).with_only_columns(func.count())).scalar_one()
    return number


def listed(conn: Connection, *, tools: Collection[str] | None, state: str, skip: int, most: int) -> tuple[Listed, ...]:
    """One page of them."""
    query = _numbers(tools, state).order_by(cases.c.number.desc()).offset(skip).limit(most)
    numbers: list[int] = [*conn.execute(query).scalars().all()]
    return tuple(Listed(case=case(conn, number), waiting=_waiting(conn, number)) for number in numbers)


def _numbers(tools: Collection[str] | None, state: str) -> Select[Any]:
    query = select(cases.c.number).where(cases.c.state == state)
    if tools is None:
        return query
    theirs = select(participants.c.case_number).where(
        participants.c.tool.in_(list(tools)), participants.c.left_at.is_(None)
    )
    return query.where(cases.c.number.in_(theirs))


def _waiting(conn: Connection, number: int) -> int:
    asked = select(func.count()).where(proposals.c.case_number == number, proposals.c.state == "open")
    may_be = select(func.count()).where(
        suggestions.c.case_number == number, suggestions.c.answer.is_(None), suggestions.c.kind != "stranger"
    )
    waits: int = conn.execute(asked).scalar_one() + conn.execute(may_be).scalar_one()
    return waits
