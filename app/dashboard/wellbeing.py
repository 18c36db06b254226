"""Is the app well, in a few words for those who rely on it? Pure.

Coordinators see all of it. Others see what tells them how far to trust the page: what holds the app back elsewhere is
not theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from app.clock import APART
from app.dashboard.times import ago, date_and_hour
from app.domain.viewers import Viewer
from app.health.self_watch import AUDITED_EVERY
from app.store.health import Health
from app.store.uncovered import Uncovered, told

LISTED_LATELY = timedelta(hours=2)  # a long list is read once an hour
KEEPS_UP = timedelta(minutes=5)  # what is due for longer than this waits for something
Look: TypeAlias = Literal["good", "bad", "unsure", "stale", "held", ""]
DATABASES = {"sqlite": "SQLite, in a file", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One line: what it is about, how it is (a class of the sheet), and a detail."""

    name: str
    look: Look
    word: str
    detail: str = ""


def signs(
    health: Health,
    viewer: Viewer,
    *,
    policy: tuple[str, str | None],
    writes: bool,
    sweep: timedelta,
    database: str,
    now: datetime,
) -> tuple[Sign, ...]:
    """`policy` is the commit in force, and why the file as it is now is not; `writes` what the setting says."""
    swept = _swept(health, sweep, now)
    told = [swept, _policy(policy, viewer), _writes(health, setting=writes, viewer=viewer)]
    if viewer.is_lead:
        told += _for_leads(health, database, now, nothing=swept.look)
    return tuple(told)


def _swept(health: Health, sweep: timedelta, now: datetime) -> Sign:
    at = health.swept_at
    if at is None:
        return Sign(name="Last full sweep", look="unsure", word="none yet")
    is_old = not -APART <= now - at <= 2 * sweep  # a time to come is of a clock that was ahead
    return Sign(name="Last full sweep", look="stale" if is_old else "good", word=ago(at, now), detail=date_and_hour(at))


def _policy(policy: tuple[str, str | None], viewer: Viewer) -> Sign:
    commit, mistakes = policy
    in_force = f"in force: {commit[:12]}"
    if mistakes is None:
        return Sign(name="Policy", look="good", word="valid", detail=in_force)
    why = f"{in_force}. {mistakes}" if viewer.is_lead else f"{in_force}, the last good one"
    return Sign(name="Policy", look="bad", word="as it is now, not valid", detail=why)


def _writes(health: Health, *, setting: bool, viewer: Viewer) -> Sign:
    if not setting:
        return Sign(name="Writes to GitHub", look="held", word="off", detail="by the setting of this process")
    switch = health.switch
    if switch is None or switch.is_on:
        return Sign(name="Writes to GitHub", look="good", word="on")
    by = f"by {switch.set_by}, " if viewer.is_lead else "since "
    return Sign(name="Writes to GitHub", look="held", word="off", detail=f"{by}{date_and_hour(switch.set_at)}")


def _for_leads(health: Health, database: str, now: datetime, *, nothing: Look) -> Iterator[Sign]:
    """Where nobody looked lately nothing is found either, so `nothing` is drawn as the last sweep is."""
    yield _queue(health, now)
    if health.frozen:
        yield Sign(name="Frozen", look="held", word=str(health.frozen), detail="others keep undoing it; see Plans")
    else:
        yield Sign(name="Frozen", look=nothing, word="nothing")
    yield _audit(health, now)
    yield _notices(health, nothing)
    yield from (_uncovered(each, now) for each in health.uncovered)
    yield Sign(name="Database", look="", word=DATABASES.get(database, database))


def _uncovered(found: Uncovered, now: datetime) -> Sign:
    """Which repositories are selected is for the owners of an organization to say, so it is neither good nor bad."""
    name = f"Public repositories of {found.account}"
    if found.many is None:
        return Sign(name=name, look="unsure", word="cannot tell", detail=found.why_not)
    look: Look = "" if -APART <= now - found.listed_at <= LISTED_LATELY else "stale"
    detail = f"{told(found)}, as of {ago(found.listed_at, now)}"
    return Sign(name=name, look=look, word=f"{len(found.names)} not covered", detail=detail)


def _audit(health: Health, now: datetime) -> Sign:
    at = health.audit_whole_at
    if health.is_audit_broken:
        return Sign(name="Audit", look="bad", word="not whole", detail="a row is not as it was written, or is missing")
    if at is None:
        return Sign(name="Audit", look="unsure", word="not verified yet", detail="that is done daily")
    look: Look = "good" if -APART <= now - at <= 2 * AUDITED_EVERY else "stale"
    return Sign(name="Audit", look=look, word="whole", detail=f"when it was verified, {ago(at, now)}")


def _notices(health: Health, nothing: Look) -> Sign:
    told = f"{health.open_notices} open" if health.open_notices else "none open"
    if not health.silent:
        return Sign(name="Notices", look="unsure" if health.open_notices else nothing, word=told)
    names = ", ".join(each.name for each in health.silent)
    since = date_and_hour(min((each.failing_since for each in health.silent if each.failing_since), default=None))
    detail = f"{told}; nothing could be sent to {names} since {since}. It is tried again"
    return Sign(name="Notices", look="bad", word="not delivered", detail=detail)


def _queue(health: Health, now: datetime) -> Sign:
    since = health.waits_since
    if since is None:
        return Sign(name="Queue", look="good", word="nothing waits")
    keeps_up = now - since <= KEEPS_UP
    detail = f"{health.waiting} due, the oldest {ago(since, now)}"
    return Sign(
        name="Queue", look="good" if keeps_up else "unsure", word="keeps up" if keeps_up else "waits", detail=detail
    )
