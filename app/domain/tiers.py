"""What is looked at how often? Tiers, the closest first, and how old the last look at anything in them may be.

A limit of GitHub that is too small for all of them makes the last ones wait first.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

UNSEEN = 8  # how many times as old as it may be: two hours for what policy names
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """`target`: 19 of 20 looks are to be no older. `quiet` is what tells, by being there, that something is open."""

    name: str
    of: str
    target: timedelta
    quiet: bool = False


SWITCHES = Tier(name="switches", of="reporting switches that policy enforces", target=_MINUTE)
CASES = Tier(name="cases", of="open cases", target=2 * _MINUTE, quiet=True)
ADVISORIES = Tier(name="advisories", of="open advisories", target=15 * _MINUTE, quiet=True)
NAMED = Tier(name="named", of="repositories that policy names", target=15 * _MINUTE)
REST = Tier(name="rest", of="all other repositories", target=12 * 60 * _MINUTE)
TIERS = (SWITCHES, CASES, ADVISORIES, NAMED, REST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How old the last looks were: of 19 of 20, and the oldest."""

    things: int
    p95: timedelta
    oldest: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How fresh a tier is: when it was measured last (UTC), and over the last day.

    `every` is how long GitHub's limit makes a round over the slowest account take. None: nothing of it was seen yet.
    """

    tier: Tier
    at: datetime | None = None
    now: Measured | None = None
    day: timedelta | None = None
    every: timedelta | None = None

    @property
    def is_short(self) -> bool:
        """Is GitHub's limit too small for what was meant to be?"""
        return self.every is not None and self.every > self.tier.target

    @property
    def is_late(self) -> bool:
        """Is one of twenty looks older than it was meant to be, now?"""
        return self.now is not None and self.now.p95 > self.tier.target

    @property
    def allows(self) -> timedelta:
        """How old a look may be: as it was meant, or, where GitHub's limit is too small for that, two rounds."""
        return 2 * self.every if self.is_short and self.every is not None else self.tier.target

    @property
    def is_missing_one(self) -> bool:
        """Is at least one thing not seen for so long that it is no delay?"""
        return self.now is not None and self.now.oldest > UNSEEN * self.allows


def in_words(length: timedelta) -> str:
    """As `45 s`, `15 min` or `4.3 h`."""
    seconds = length.total_seconds()
    for size, unit in ((7200, "h"), (120, "min")):
        if seconds >= size:
            amount = seconds / (3600 if unit == "h" else 60)
            return f"{round(amount, 1):g} {unit}"
    return f"{round(seconds)} s"


def _steps() -> tuple[int, ...]:
    """Seconds, each a fifth more than the one before, up to weeks; targets are among them, so they are told exactly."""
    grown = {math.ceil(5 * 1.2**power) for power in range(72)}
    return tuple(sorted(grown | {int(tier.target.total_seconds()) for tier in TIERS}))


_STEPS = _steps()


def rounded_up(age: timedelta) -> int:
    """An age in seconds, as it is counted: never as less than it was."""
    seconds = age.total_seconds()
    return next((step for step in _STEPS if seconds <= step), _STEPS[-1])


def quantile(counts: Mapping[int, int], share: float) -> timedelta:
    """The least age that this share of what was counted does not exceed. `counts` is not empty."""
    needed, reached = share * sum(counts.values()), 0
    for age in sorted(counts):
        reached += counts[age]
        if reached >= needed:
            return timedelta(seconds=age)
    return timedelta(seconds=max(counts))


def measured(ages: Iterable[timedelta]) -> Measured:
    """Of all that there is. `ages` is not empty."""
    ordered = sorted(ages)
    return Measured(things=len(ordered), p95=ordered[math.ceil(0.95 * len(ordered)) - 1], oldest=ordered[-1])
