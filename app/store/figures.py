"""What is counted for whoever watches the app from outside? Numbers and ages, and never of what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from app.domain.ids import Key, RepoName
from app.domain.records import Notice
from app.domain.tiers import Freshness
from app.store import delivery_log, freezes, good_looks
from app.store.delivery_log import Counts
from app.store.freshness import freshness
from app.store.health import Health, health, waiting
from app.store.moments import last
from app.store.notices import open_notices
from app.store.schema import audit, deliveries, notices


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What of it is counted: neither these policies, advisories nor cases; such writes, notices and frozen things."""

    without: Collection[str]
    writes: Collection[str]
    notices: Callable[[Notice], bool]
    frozen: Callable[[Key], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All times UTC. `looked_at` by tier; `writes` and `undelivered` by outcome and by severity.

    What is `due` and `frozen`, `writes` and `open_notices` are counted without what is hidden.
    """

    health: Health
    due: int
    frozen: int
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
    log_read: str,
    repositories: Collection[RepoName],
    switches: Collection[RepoName],
    counted: Counted,
    now: datetime,
) -> Figures:
    """Three are names of moments; `repositories` are those whose looks count, `switches` where they are enforced."""
    tiers = {
        "sweep": last(conn, complete_sweep),
        "switches": min(good_looks.switches(conn, switches).values(), default=None),
        "repositories": _longest_unseen(conn, repositories),
    }
    is_open = notices.c.closed_at.is_(None)
    return Figures(
        health=health(conn, complete_sweep=complete_sweep, audit_whole=audit_whole, now=now),
        looked_at={tier: at for tier, at in tiers.items() if at is not None},
        delivered_at=conn.execute(select(func.max(deliveries.c.received_at))).scalar(),
        log_read_at=last(conn, log_read),
        missed=delivery_log.counts(conn),
        due=waiting(conn, now=now, without=counted.without, cases=False)[1],
        frozen=sum(counted.frozen(each.key) for each in freezes.freezes(conn)),
        writes=_counted(conn, audit.c.outcome, audit.c.phase == "conclude", audit.c.kind.in_(sorted(counted.writes))),
        open_notices=Counter(each.severity for each in open_notices(conn) if counted.notices(each)),
        undelivered=_counted(conn, notices.c.severity, is_open, notices.c.sent_at.is_(None)),
        freshness=freshness(conn, now, openly=True),
    )


def _longest_unseen(conn: Connection, names: Collection[RepoName]) -> datetime | None:
    """Since when could not all be told of the one of which that is so for longest? Also of one that was never seen."""
    return min((at for name, at in good_looks.repositories(conn).items() if name in names), default=None)


def _counted(conn: Connection, label: object, *where: object) -> Mapping[str, int]:
    query = select(label, func.count()).where(*where).group_by(label)  # type: ignore[call-overload]
    return {row[0]: row[1] for row in conn.execute(query) if row[0] is not None}
