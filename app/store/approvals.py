"""Which kinds of remedy did a coordinator approve, and on seeing which plan?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, select

from app.domain.records import Approval
from app.store import audit
from app.store.engines import insert
from app.store.prepared import Question
from app.store.putting import put
from app.store.schema import approvals as table
from app.store.schema_brakes import plans, wide_yeses

MOST = 500  # of each kind of thing that a plan shows beside its actions; nobody reads more of them later


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPlan:
    """A plan as it was shown: `actions` as JSON, and what stood `beside` them, without any text of an advisory."""

    id: str
    made_at: datetime
    policy_commit: str
    rules_version: int
    actions: tuple[dict[str, Any], ...]
    beside: Mapping[str, Any] = field(default_factory=dict)


def save_plan(conn: Connection, shown: StoredPlan) -> None:
    """Keep what was shown, so that it can be approved by its id. Shown again, it is as new as then."""
    row = {
        "id": shown.id,
        "made_at": shown.made_at,
        "policy_commit": shown.policy_commit,
        "rules_version": shown.rules_version,
        "actions": list(shown.actions),
        "beside": {name: each[:MOST] if isinstance(each, list) else each for name, each in shown.beside.items()},
    }
    statement = insert(conn.dialect.name, plans)
    latest = {name: statement.excluded[name] for name in ("made_at", "beside")}
    conn.execute(statement.on_conflict_do_update(index_elements=[plans.c.id], set_=latest), row)


def plan(conn: Connection, plan_id: str) -> StoredPlan | None:
    """What did the plan of that id say?"""
    row = conn.execute(select(plans).where(plans.c.id == plan_id)).one_or_none()
    return None if row is None else _plan(row)


def latest_plans(conn: Connection, limit: int) -> tuple[StoredPlan, ...]:
    """The plans that were made last, the newest first."""
    newest = select(plans).order_by(plans.c.made_at.desc(), plans.c.id).limit(limit)
    return tuple(map(_plan, conn.execute(newest)))


def _plan(row: Row[Any]) -> StoredPlan:
    return StoredPlan(
        id=row.id,
        made_at=row.made_at,
        policy_commit=row.policy_commit,
        rules_version=row.rules_version,
        actions=tuple(row.actions),
        beside=row.beside or {},
    )


def approve(conn: Connection, approval: Approval) -> None:
    """Write down a coordinator's yes, in the audit too; it replaces an earlier one of the same scope.

    Said again by the same person of the same plan it is no other yes, and as old as it was.
    """
    there = approvals(conn).get(approval.scope)
    if there and replace(there, approved_at=approval.approved_at) == approval:
        return
    audit.approved(conn, approval)
    yes = {
        "scope": approval.scope,
        "plan_id": approval.plan_id,
        "policy_commit": approval.policy_commit,
        "rules_version": approval.rules_version,
        "approved_by": approval.approved_by,
        "approved_at": approval.approved_at,
        "wide": len(approval.wide) if approval.wide else None,
    }
    put(conn, table, yes)
    conn.execute(delete(wide_yeses).where(wide_yeses.c.scope == approval.scope))
    for about in sorted(approval.wide or ()):
        conn.execute(wide_yeses.insert().values(scope=approval.scope, about=about))


def approvals(conn: Connection) -> dict[str, Approval]:
    """What is approved, by scope?"""
    wide = defaultdict[str, set[str]](set)
    for row in _wide(conn):
        wide[row.scope].add(row.about.lower())
    return {
        row.scope: Approval(
            scope=row.scope,
            plan_id=row.plan_id,
            policy_commit=row.policy_commit,
            rules_version=row.rules_version,
            approved_by=row.approved_by,
            approved_at=row.approved_at,
            wide=frozenset(wide[row.scope]) if row.scope in wide else None,
        )
        for row in _all(conn)
    }


@Question
def _wide() -> Select[Any]:
    """Asked at every look: to make this each time would take longer than to run it."""
    return select(wide_yeses)


@Question
def _all() -> Select[Any]:
    return select(table).order_by(table.c.scope)


def withdraw(conn: Connection, scope: str, *, by: str, at: datetime) -> None:
    """Take an approval back, and write down in the audit who did."""
    if (approval := approvals(conn).get(scope)) is None:
        return
    audit.withdrawn(conn, approval, by=by, at=at)
    conn.execute(delete(table).where(table.c.scope == scope))
    conn.execute(delete(wide_yeses).where(wide_yeses.c.scope == scope))
