"""Which rounds begin in this sweep, and when is each thing in them looked at?

In the transaction of the sweep. What is still to be looked at in a round is in the work set, so a restart or a ban ends
nothing, and a round that goes on is not begun again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Connection

from app.domain.ids import AdvisoryKey, Key, RepoName, RepositoryKey
from app.domain.tiers import ADVISORIES, NAMED, REST, Tier
from app.github.share import Pace
from app.store import freshness, rounds, work
from app.store.freshness import Round
from app.sweeping.pacing import DECLARED, LIST, Part, Turn, delays, turns

log = structlog.get_logger()

ADVISORY = 2  # requests for one advisory: itself, and who reads it
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What there is to look at in it. `named` are those that policy names, `owned` those whose switch is read too."""

    name: str
    named: Sequence[RepoName]
    rest: Sequence[RepoName]
    owned: frozenset[RepoName]
    advisories: Sequence[AdvisoryKey]


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """When it is: now, how fast this account may be asked, and how often sweeps come."""

    now: datetime
    pace: Pace
    beside: float  # requests a second that polls of its switches and lists of its repositories take
    hidden: float  # and those that open cases take
    sweep: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was so before this sweep: when things were looked at last, and what waits until when.

    `new` is listed, nobody looked at it yet, and nobody will as long as this sweep does not mark it.
    """

    looks: Mapping[RepoName, datetime]
    waiting: Mapping[RepoName, datetime | None]
    new: frozenset[RepoName]


def begin_rounds(conn: Connection, account: Account, known: Known, time: Time) -> None:
    """Mark what is looked at next in this account, the closest tier first."""
    parts = [_part(tier, names, account, known, time) for tier, names in _repositories(account, known)]
    found = _turns(parts, time)
    if account.advisories and any(turn.every > time.sweep for turn in found):
        # Whoever looks at a repository sees its advisories; where that takes long they are looked at by themselves.
        found = _turns([Part(tier=ADVISORIES, costs=(ADVISORY,) * len(account.advisories)), *parts], time)
    for turn in found:
        keys = _keys(turn.tier, account, known)
        _mark(conn, keys, turn.waits, time.now)
        if not turn.waits:
            left = sum(name in known.waiting for name in _of(turn.tier, account))
            log.info("sweep.goes_on", account=account.name, tier=turn.tier.name, repositories=len(keys), left=left)
            _mark_new(conn, account, turn.tier, known, time)
    slowest = max(found, key=lambda turn: turn.every)
    if slowest.waits:  # what is found in the course of it counts together, so a quick tier begins no other
        ends = time.now + max(wait for turn in found for wait in turn.waits)
        rounds.begin(conn, account.name, at=time.now, ends=ends)
    _note(conn, account, found, time)
    _note_openly(conn, account, _turns(parts, replace(time, hidden=0.0)), time)


def _repositories(account: Account, known: Known) -> Iterable[tuple[Tier, list[RepoName]]]:
    for tier in (NAMED, REST):
        if names := _of(tier, account):
            yield tier, sorted(names, key=lambda name: known.looks.get(name, _NEVER))


def _of(tier: Tier, account: Account) -> Sequence[RepoName]:
    return account.named if tier == NAMED else account.rest if tier == REST else ()


def _keys(tier: Tier, account: Account, known: Known) -> list[Key]:
    if tier == ADVISORIES:
        return list(account.advisories)
    return [RepositoryKey(name) for found, names in _repositories(account, known) if found == tier for name in names]


def _part(tier: Tier, names: Sequence[RepoName], account: Account, known: Known, time: Time) -> Part:
    soon = time.now + time.sweep
    waiting = (known.waiting[name] for name in names if name in known.waiting)
    # A named one may still wait in a round over the rest, for hours.
    goes_on = any(tier == REST or due is None or due <= soon for due in waiting)
    return Part(tier=tier, costs=tuple(_cost(name, account) for name in names), goes_on=goes_on)


def _cost(name: RepoName, account: Account) -> int:
    return DECLARED if name in account.owned else LIST


def _turns(parts: Sequence[Part], time: Time) -> tuple[Turn, ...]:
    pace = time.pace
    beside = time.beside + time.hidden
    return turns(parts, room=pace.room, per_second=pace.per_second, beside=beside, sweep=time.sweep)


def _mark(conn: Connection, keys: Sequence[Key], waits: Sequence[timedelta], now: datetime) -> None:
    due: dict[timedelta, list[Key]] = defaultdict(list)
    for key, wait in zip(keys, waits, strict=False):
        due[wait].append(key)
    for wait, together in due.items():
        work.mark(conn, together, due=now + wait)


def _mark_new(conn: Connection, account: Account, tier: Tier, known: Known, time: Time) -> None:
    """What is seen for the first time waits for no round."""
    new = [name for name in _of(tier, account) if name in known.new]
    costs = [_cost(name, account) for name in new]
    waits = delays(costs, room=max(time.pace.room, sum(costs[:50])), per_second=time.pace.per_second)
    _mark(conn, [RepositoryKey(name) for name in new], waits, time.now)


def _note(conn: Connection, account: Account, found: Sequence[Turn], time: Time) -> None:
    """How long rounds take."""
    planned = _planned(account, found)
    if account.advisories and ADVISORIES not in planned:
        planned[ADVISORIES] = Round(things=len(account.advisories), every=time.sweep)
    for tier in (ADVISORIES, NAMED, REST):
        freshness.note_round(conn, account.name, tier, planned.get(tier), time.now)


def _note_openly(conn: Connection, account: Account, found: Sequence[Turn], time: Time) -> None:
    """How long they would take if nothing were open, and the moment at which GitHub's limit turns out too small."""
    planned = _planned(account, found)
    for tier in (NAMED, REST):
        if freshness.note_round(conn, account.name, tier, planned.get(tier), time.now, openly=True):
            _tell(account.name, tier, planned[tier].every if tier in planned else timedelta(0))


def _planned(account: Account, found: Sequence[Turn]) -> dict[Tier, Round]:
    return {turn.tier: Round(things=_many(turn.tier, account), every=turn.every) for turn in found}


def _many(tier: Tier, account: Account) -> int:
    return len(account.advisories) if tier == ADVISORIES else len(_of(tier, account))


def _tell(account: str, tier: Tier, every: timedelta) -> None:
    about = {"account": account, "tier": tier.name, "every": str(every), "target": str(tier.target)}
    if every > tier.target:
        log.warning("tier.short", **about)
    else:
        log.info("tier.enough", **about)
