"""How is the app itself: does it look, does it keep up, and is anything holding it back?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from app.store import switches
from app.store.moments import last
from app.store.schema import notices, work
from app.store.schema_brakes import freezes
from app.store.sendings import ChannelState, notify_state
from app.store.switches import Switch
from app.store.uncovered import Uncovered, uncovered


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """All times UTC. `waits_since` is when what waits longest was due; `frozen` counts what others keep undoing.

    `audit_whole_at` is when it was verified last and was whole; over `silent` channels nothing could be sent lately.
    Of `uncovered` accounts repositories were selected one by one.
    """

    swept_at: datetime | None
    waits_since: datetime | None
    waiting: int
    switch: Switch | None
    frozen: int
    open_notices: int
    is_audit_broken: bool
    audit_whole_at: datetime | None
    silent: tuple[ChannelState, ...]
    uncovered: tuple[Uncovered, ...] = ()


def health(conn: Connection, *, complete_sweep: str, audit_whole: str, now: datetime) -> Health:
    """As the database knows it, so every instance says the same. Two are names of moments."""
    since, waits = waiting(conn, now=now)
    is_open = notices.c.closed_at.is_(None)
    broken = select(func.count()).select_from(notices).where(is_open, notices.c.kind == "audit-broken")
    frozen = select(func.count()).select_from(freezes).where(freezes.c.thawed_at.is_(None))
    return Health(
        swept_at=last(conn, complete_sweep),
        waits_since=since,
        waiting=waits,
        switch=switches.writes(conn),
        frozen=conn.execute(frozen).scalar_one(),
        open_notices=conn.execute(select(func.count()).select_from(notices).where(is_open)).scalar_one(),
        is_audit_broken=bool(conn.execute(broken).scalar_one()),
        audit_whole_at=last(conn, audit_whole),
        silent=tuple(each for each in notify_state(conn) if each.failures),
        uncovered=uncovered(conn),
    )


def waiting(
    conn: Connection, *, now: datetime, without: Collection[str] = (), cases: bool = True
) -> tuple[datetime | None, int]:
    """Since when does what waits longest wait, and how much is due? `without` advisories and these policies."""
    due = select(func.min(work.c.due_at).label("since"), func.count().label("many")).where(
        or_(work.c.lease_owner.is_(None), work.c.lease_until <= now), work.c.due_at <= now
    )
    if without:
        due = due.where(~work.c.key.contains("/GHSA-", autoescape=True))
    if not cases:
        due = due.where(work.c.key.not_like("case/%"))
    found = conn.execute(due.where(*(~work.c.key.endswith(f"#{policy}") for policy in sorted(without)))).one()
    return found.since, found.many
