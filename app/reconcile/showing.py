"""How many cases would be shown to more people at once, and may they be?

One wrong line of policy can make a case of every accepted advisory, or invite one tool's people into each that is open.
So cases are counted like repositories: those that stand wanting a mirror or an invitation, and those that got one
within a sweep. Nobody waits longer than a sweep for the others to be looked at; the count holds without that, too.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.domain.actions import WIDENS
from app.domain.ids import CaseKey
from app.reconcile.brakes import Brakes, limit_of
from app.reconcile.plan import Plan
from app.store import effects, reaching, widening, work
from policies.config import Policies


def wants(conn: Connection, plan: Plan, policies: Policies, now: datetime) -> None:
    """Write down what a look at a case found. What is blocked or left alone reaches nobody."""
    if not isinstance(plan.key, CaseKey):
        return
    steps = [step for step in plan.steps if step.action.kind in WIDENS and step.gate not in {"blocked", "frozen"}]
    if not steps and plan.cannot_tell:
        widening.tried(conn, plan.key, commit=policies.commit)
        return
    scope = steps[0].action.scope if steps else None
    waits = any(step.gate == "looking" for step in steps)
    widening.looked(conn, plan.key, commit=policies.commit, scope=scope, waits=waits, now=now)


def counted(
    conn: Connection,
    brakes: Brakes,
    key: CaseKey,
    policies: Policies,
    *,
    now: datetime,
    sweep_every: timedelta,
    waits: bool,
) -> Brakes:
    """These brakes, with all that would be shown beside this case. `waits`: for a sweep that may find more."""
    found = widening.widening(conn, commit=policies.commit)
    is_patient = now - found.since.get(key, now) < sweep_every
    unlooked: Collection[CaseKey] = found.unlooked - {key} if is_patient else ()
    unswept = _unswept(conn, policies, now) if waits and is_patient else 0
    return replace(
        brakes,
        standing=found.of,
        written=effects.widened(conn, now - sweep_every),
        watched=found.open,
        unlooked=len(unlooked) + unswept,
    )


def wake(conn: Connection, policies: Policies, now: datetime) -> None:
    """Was everything looked at by now? Then cases that wait for that are looked at again."""
    found = widening.widening(conn, commit=policies.commit)
    if found.waiting and not found.unlooked and not _unswept(conn, policies, now):
        work.mark(conn, found.waiting, due=now, priority=work.PROMPT)
        widening.woken(conn)


def is_capped(conn: Connection, scope: str, policies: Policies, *, now: datetime, sweep_every: timedelta) -> bool:
    """Are too many cases still to be shown to more people?"""
    found = widening.widening(conn, commit=policies.commit)
    standing = found.of.get(scope, frozenset())
    written = effects.widened(conn, now - sweep_every).get(scope, frozenset())
    return bool(standing) and len(standing | written) > limit_of(found.open)


def watched(conn: Connection) -> int:
    """How many cases are open?"""
    return widening.widening(conn, commit="").open


def _unswept(conn: Connection, policies: Policies, now: datetime) -> int:
    """How many repositories that can have cases does a sweep still have to look at? One that begins knows of none."""
    of_tools = [repo for repo in reaching.underway(conn, now) if policies.file.tool_of(repo)]
    return len(of_tools) + widening.is_sweeping(conn, now)
