"""What is counted for whoever watches the app from outside? Numbers and ages, and never of what."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from app.domain.ids import RepoName
from app.domain.tiers import Freshness
from app.store import delivery_log
from app.store.delivery_log import Counts
from app.store.freshness import freshness
from app.store.health import Health, health
from app.store.moments import last
from app.store.schema import audit, deliveries, notices, standings


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All times UTC. `looked_at` by tier; `writes` and `undelivered` by outcome and by severity."""

    health: Health
    looked_at: Mapping[str, datetime]
    delivered_at: datetime | None
    log_read_at: datetime | None
    missed: Counts
    writes: Mapping[str, int]
    open_notices: Mapping[str, int]
    undelivered: Mapping[str, int]
    freshness: tuple[Freshness, ...]


def figures(
    conn: Connection,
    *,
    complete_sweep: str,
    audit_whole: str,
    switches_read: str,
    log_read: str,
    repositories: Collection[RepoName],
    now: datetime,
) -> Figures:
    """Four are names of moments; `repositories` are those whose looks count."""
    tiers = {
        "sweep": last(conn, complete_sweep),
        "switches": last(conn, switches_read),
        "repositories": _longest_unseen(conn, {str(each).lower() for each in repositories}),
    }
    is_open = notices.c.closed_at.is_(None)
    return Figures(
        health=health(conn, complete_sweep=complete_sweep, audit_whole=audit_whole, now=now),
        looked_at={tier: at for tier, at in tiers.items() if at is not None},
        delivered_at=conn.execute(select(func.max(deliveries.c.received_at))).scalar(),
        log_read_at=last(conn, log_read),
        missed=delivery_log.counts(conn),
        writes=_counted(conn, audit.c.outcome, audit.c.phase == "conclude"),
        open_notices=_counted(conn, notices.c.severity, is_open),
        undelivered=_counted(conn, notices.c.severity, is_open, notices.c.sent_at.is_(None)),
        freshness=freshness(conn, now),
    )


def _longest_unseen(conn: Connection, names: Collection[str]) -> datetime | None:
    """When was the one looked at that was not looked at for longest? Only looks that could tell something count."""
    seen = select(standings.c.repository, func.max(standings.c.seen_at).label("at")).group_by(standings.c.repository)
    moments = [row.at for row in conn.execute(seen) if row.at is not None and row.repository.lower() in names]
    return min(moments, default=None)


def _counted(conn: Connection, label: object, *where: object) -> Mapping[str, int]:
    query = select(label, func.count()).where(*where).group_by(label)  # type: ignore[call-overload]
    return {row[0]: row[1] for row in conn.execute(query) if row[0] is not None}
