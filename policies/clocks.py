"""When is something due, and how late is it?

Everything is in UTC, where each day has 24 hours: Python adds days to a local time by the calendar, and a change to
summer time would then move a deadline by an hour. At the very moment when something is due its time is up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from app.domain.facts import Advisory, Known, RepositoryFacts
from app.domain.findings import Verdict, unclear
from policies.config import PolicyFile
from policies.tenure import Charge, in_charge


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """An owner gives itself so long, and these are the open advisories that it is for."""

    charge: Charge
    within: timedelta
    advisories: tuple[Advisory, ...]

    @property
    def promise(self) -> str:
        return f"{self.charge.name} gives itself {days(self.within)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What still has to be done within a time: how much, how much of it is late, and by how long at most.

    `undated`: GitHub does not say when it came in, so it can be neither late nor in time.
    """

    count: int
    late: int
    longest: timedelta
    undated: int

    @property
    def overdue(self) -> str:
        """For people. It changes daily, which makes no finding a new one."""
        by = days(self.longest) if self.longest >= timedelta(days=1) else "less than a day"
        return f"overdue by {by}" if self.late == 1 else f"overdue by up to {by}"


def running(
    facts: RepositoryFacts,
    rules: PolicyFile,
    now: datetime,
    *,
    which: Literal["coordinator", "triage", "finish"],
    purpose: str,
) -> Clock | Verdict:
    """The clock of a repository's report owner, or the verdict where none runs.

    Owners are autonomous: whoever gives itself no time is never late.
    """
    charge = in_charge(facts.name, rules, now)
    if isinstance(charge, Verdict):
        return charge
    within: timedelta | None = getattr(charge.owner.clocks, which)
    if within is None:
        return Verdict(state="not applicable", message=f"{charge.name} gives itself no time to {purpose}")
    if not isinstance(facts.advisories, Known):
        return unclear(facts.advisories)
    still_open = tuple(each for each in facts.advisories.value if each.is_open)
    return Clock(charge=charge, within=within, advisories=still_open)


def waiting(left: Iterable[Advisory], clock: Clock, now: datetime) -> Waiting:
    """Hold what is left to do against the clock."""
    since = [received(each, clock.charge) for each in left]
    moments = [due(each, clock.within) for each in since if each is not None]
    late = [now - moment for moment in moments if now >= moment]
    return Waiting(
        count=len(since), late=len(late), longest=max(late, default=timedelta(0)), undated=len(since) - len(moments)
    )


def due(since: datetime, within: timedelta) -> datetime:
    """The moment at which the time is up (UTC)."""
    return since.astimezone(UTC) + within


def received(advisory: Advisory, charge: Charge) -> datetime | None:
    """Since when its owner has had it (UTC). None where GitHub does not say when it came in."""
    if advisory.created_at is None:
        return None
    return max(advisory.created_at.astimezone(UTC), charge.since)


def undated(things: str) -> Verdict:
    return Verdict(state="cannot tell", message=f"GitHub does not say when {things} came in")


def days(length: timedelta) -> str:
    return counted(length.days, "day")


def counted(number: int, thing: str) -> str:
    """`1 open advisory`, `2 open advisories`."""
    if number == 1:
        return f"1 {thing}"
    return f"{number} {thing[:-1]}ies" if thing.endswith("ry") else f"{number} {thing}s"
