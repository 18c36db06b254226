"""Which rows of the audit are about something, newest first?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from app.store.audit import Entry, entry_of
from app.store.schema import audit

MOST_KEYS = 5_000  # that one search can be about


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """Rows under these keys, of these kinds (None: of any), or of any but those."""

    keys: Collection[str]
    kinds: Collection[str] | None = None
    but: Collection[str] = ()

    def condition(self) -> ColumnElement[bool]:
        there = audit.c.key.in_(sorted(self.keys)[:MOST_KEYS])
        of = audit.c.kind.in_(sorted(self.kinds)) if self.kinds is not None else audit.c.kind.not_in(sorted(self.but))
        return and_(there, of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What somebody looks for; what is empty is not asked. `since` and `until` are UTC, `before` is a row."""

    who: str = ""
    kind: str = ""
    meant: tuple[Meant, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        asked: list[ColumnElement[bool] | None] = [
            audit.c.actor.icontains(self.who, autoescape=True) if self.who else None,
            audit.c.kind == self.kind if self.kind else None,
            or_(*(each.condition() for each in self.meant)) if self.meant is not None else None,
            audit.c.at >= self.since if self.since else None,
            audit.c.at < self.until if self.until else None,
            audit.c.id < self.before if self.before else None,
        ]
        return [each for each in asked if each is not None]


def search(conn: Connection, wanted: Search, limit: int) -> tuple[Entry, ...]:
    """The newest of those that are meant."""
    query = select(audit).where(*wanted.conditions()).order_by(audit.c.id.desc()).limit(limit)
    return tuple(map(entry_of, conn.execute(query)))


def keys(conn: Connection) -> tuple[str, ...]:
    """Every key that stands in it."""
    return tuple(conn.execute(select(audit.c.key).distinct()).scalars())


def kinds(conn: Connection) -> tuple[str, ...]:
    """Every kind of thing that was done."""
    return tuple(conn.execute(select(audit.c.kind).distinct().order_by(audit.c.kind)).scalars())


def many(conn: Connection) -> int:
    """How many rows are there?"""
    count: int = conn.execute(select(func.count()).select_from(audit)).scalar_one()
    return count
