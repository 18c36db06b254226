"""What is older than it has to be, and how does it go? A few rows at a time, so that deliveries never wait for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, delete, func, select, tuple_

from app.store import sendings
from app.store.schema import audit, cases, deliveries, digests, finding_events, findings, notices
from app.store.schema_brakes import breaches, plans
from app.store.schema_running import used_secrets
from app.store.schema_sign_in import sessions, sign_ins

BATCH = 1_000  # rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """How much there is, since when, and how much of it is older than it has to be."""

    rows: int
    since: datetime | None
    old: int


@dataclass(frozen=True, slots=True)
class _Rule:
    """By which moment a row is old, and which rows stay whatever their age."""

    at: Column[Any]
    stays: ColumnElement[bool] | None = None

    def is_old(self, before: datetime) -> ColumnElement[bool]:
        old = self.at < before  # what has no such moment yet is not old
        return old if self.stays is None else old & ~self.stays


# Who did what is wrong has to be known as long as it is.
_wrong = select(breaches.c.repository).where(breaches.c.over_at.is_(None))
_open = select(findings.c.id).where(findings.c.state != "resolved")
_RULES: Mapping[str, tuple[_Rule, ...]] = MappingProxyType(
    {
        "deliveries": (
            _Rule(
                deliveries.c.received_at,
                deliveries.c.repository.is_not(None) & deliveries.c.repository.in_(_wrong),
            ),
        ),
        "plans": (_Rule(plans.c.made_at),),
        "notices": (_Rule(notices.c.closed_at),),
        "digests": (_Rule(digests.c.made_at),),
        "findings": (_Rule(finding_events.c.at, finding_events.c.finding_id.in_(_open)),),
        "breaches": (_Rule(breaches.c.over_at),),
        "sessions": (_Rule(sessions.c.expires_at), _Rule(sign_ins.c.expires_at)),
        "secrets": (_Rule(used_secrets.c.last_at),),
    }
)
_FOR_EVER: Mapping[str, Column[Any]] = MappingProxyType({"audit": audit.c.at, "cases": cases.c.opened_at})


def stock(conn: Connection, name: str, before: datetime) -> Stock:
    """What there is of something."""
    found = [_stock(conn, each, before) for each in _RULES[name]]
    since = min((each.since for each in found if each.since is not None), default=None)
    return Stock(rows=sum(each.rows for each in found), since=since, old=sum(each.old for each in found))


def kept_for_ever(conn: Connection, name: str) -> Stock:
    """What there is of something that never goes."""
    column = _FOR_EVER[name]
    row = conn.execute(select(func.count(), func.min(column)).select_from(column.table)).one()
    return Stock(rows=row[0], since=row[1], old=0)


def forget(conn: Connection, name: str, before: datetime, limit: int = BATCH) -> int:
    """Forget so many rows that are older, at most, and say how many they were."""
    return sum(_forget(conn, each, before, limit) for each in _RULES[name])


def _stock(conn: Connection, rule: _Rule, before: datetime) -> Stock:
    counted = select(func.count(), func.min(rule.at)).select_from(rule.at.table)
    row = conn.execute(counted).one()
    old = conn.execute(select(func.count()).select_from(rule.at.table).where(rule.is_old(before))).scalar_one()
    return Stock(rows=row[0], since=row[1], old=old)


def _forget(conn: Connection, rule: _Rule, before: datetime, limit: int) -> int:
    table = rule.at.table
    keys = list(table.primary_key.columns)
    some = select(*keys).where(rule.is_old(before)).order_by(rule.at).limit(limit)
    gone = conn.execute(delete(table).where(tuple_(*keys).in_(some))).rowcount
    if gone and table in (notices, digests):
        sendings.forget_the_gone(conn)
    return gone
