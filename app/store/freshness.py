"""How fresh was each tier, and how long do rounds over it take? Ages and counts, and never of what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select

from app.domain.tiers import TIERS, Freshness, Measured, Tier, measured, quantile, rounded_up
from app.store.engines import insert
from app.store.putting import put
from app.store.schema_running import tier_ages, tier_freshness, tier_rounds

DAY = timedelta(days=1)
OPENLY = ", openly"  # after a tier's name: how long its rounds would take if nothing were open
_FORGOTTEN = DAY + timedelta(hours=1)  # an hour is counted as a whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """How many things of an account are in a tier, and how long a round over them takes."""

    things: int
    every: timedelta


def note(conn: Connection, tier: Tier, ages: Collection[timedelta], at: datetime) -> None:
    """How old the last looks are now. Where a tier is empty, it has no age."""
    if not ages:
        conn.execute(delete(tier_freshness).where(tier_freshness.c.tier == tier.name))
        return
    found = measured(ages)
    seen = {
        "tier": tier.name,
        "at": at,
        "things": found.things,
        "p95": int(found.p95.total_seconds()),
        "oldest": int(found.oldest.total_seconds()),
    }
    put(conn, tier_freshness, seen)
    _count(conn, tier, ages, at)


def _count(conn: Connection, tier: Tier, ages: Collection[timedelta], at: datetime) -> None:
    hour = at.replace(minute=0, second=0, microsecond=0)
    counts = Counter(map(rounded_up, ages))
    rows = [
        {"hour": hour, "tier": tier.name, "at_most": at_most, "times": times}
        for at_most, times in sorted(counts.items())
    ]
    adding = insert(conn.dialect.name, tier_ages)
    key = [tier_ages.c.hour, tier_ages.c.tier, tier_ages.c.at_most]
    more = {"times": tier_ages.c.times + adding.excluded.times}
    conn.execute(adding.on_conflict_do_update(index_elements=key, set_=more), rows)


def forget(conn: Connection, now: datetime) -> None:
    """What was measured more than a day ago."""
    conn.execute(delete(tier_ages).where(tier_ages.c.hour < now - _FORGOTTEN))


def keep_rounds(conn: Connection, tiers: Iterable[Tier], accounts: Iterable[str]) -> None:
    """Forget the rounds over all other accounts."""
    others = tier_rounds.c.account.not_in(sorted(accounts))
    names = [name for tier in tiers for name in (tier.name, tier.name + OPENLY)]
    conn.execute(delete(tier_rounds).where(tier_rounds.c.tier.in_(names), others))


def note_round(
    conn: Connection, account: str, tier: Tier, found: Round | None, now: datetime, *, openly: bool = False
) -> bool:
    """A round was planned, or there is nothing to plan. Was what GitHub allows enough until now, and is not, or so?

    `openly`: as it would be if nothing were open, for whoever may not know that something is.
    """
    name = tier.name + OPENLY if openly else tier.name
    here = tier_rounds.c.account == account, tier_rounds.c.tier == name
    before = conn.execute(select(tier_rounds.c.seconds).where(*here)).scalar()
    if found is None:
        conn.execute(delete(tier_rounds).where(*here))
        return before is not None and before > tier.target.total_seconds()
    seconds = int(found.every.total_seconds())
    said = {"things": found.things, "seconds": seconds, "planned_at": now}
    put(conn, tier_rounds, {"account": account, "tier": name} | said)
    target = tier.target.total_seconds()
    return (before is not None and before > target) != (seconds > target)


def rounds(conn: Connection, *, openly: bool = False) -> dict[Tier, dict[str, Round]]:
    """Of each tier that there is something in: how long rounds take, by account. `openly`: if nothing were open."""
    told: dict[str, dict[str, Round]] = defaultdict(dict)
    for row in conn.execute(select(tier_rounds).order_by(tier_rounds.c.account)):
        told[row.tier][row.account] = Round(things=row.things, every=timedelta(seconds=row.seconds))

    def of(tier: Tier) -> dict[str, Round]:
        return told.get(tier.name, {}) | (told.get(tier.name + OPENLY, {}) if openly else {})

    return {tier: found for tier in TIERS if (found := of(tier))}


def freshness(conn: Connection, now: datetime, *, openly: bool = False) -> tuple[Freshness, ...]:
    """Of every tier, the closest first. `openly`: with rounds as long as if nothing were open."""
    planned, days = rounds(conn, openly=openly), _of_the_last_day(conn, now)
    latest = {row.tier: row for row in conn.execute(select(tier_freshness))}

    def of(tier: Tier) -> Freshness:
        slowest = max((each.every for each in planned.get(tier, {}).values()), default=None)
        day = quantile(days[tier.name], 0.95) if tier.name in days else None
        if (row := latest.get(tier.name)) is None:
            return Freshness(tier=tier, day=day, every=slowest)
        p95, oldest = timedelta(seconds=row.p95), timedelta(seconds=row.oldest)
        seen = Measured(things=row.things, p95=p95, oldest=oldest)
        return Freshness(tier=tier, at=row.at, now=seen, day=day, every=slowest)

    return tuple(map(of, TIERS))


def counts(conn: Connection, tier: Tier, now: datetime) -> Mapping[int, int]:
    """How often was a last look so old (seconds), in the last day?"""
    return _of_the_last_day(conn, now).get(tier.name, {})


def _of_the_last_day(conn: Connection, now: datetime) -> dict[str, dict[int, int]]:
    times = func.sum(tier_ages.c.times).label("times")
    query = select(tier_ages.c.tier, tier_ages.c.at_most, times).where(tier_ages.c.hour >= now - _FORGOTTEN)
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for row in conn.execute(query.group_by(tier_ages.c.tier, tier_ages.c.at_most)):
        found[row.tier][row.at_most] = int(row.times)
    return found
