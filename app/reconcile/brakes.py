"""What holds a remedy back though policy enforces its kind and a coordinator approved it?

In this order: two sides undo each other · not everything was looked at yet · too many would be changed at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from app.domain.actions import (
    CASE_SCOPES,
    WIDENS,
    Action,
    MirrorAction,
    RelayComment,
    SetPrivateReporting,
    UpdateSource,
)
from app.domain.ids import CaseKey, Key, RepoName
from app.domain.records import Approval, Effect, Freeze

FEW = 3  # repositories that may always be changed at once, and cases that may be shown to more people
PERCENT = 5  # of those watched, or open, where that is more
WIDE_FOR = timedelta(days=1)
TIMES = 2  # writes of the same thing that took effect; where it is wrong again after them, others undo it
WITHIN = timedelta(days=1)

Brake = Literal["frozen", "looking", "capped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brakes:
    """What was read for one key before anything is decided.

    `standing` are the repositories that stand with a remedy of a scope, or the cases that it would show to more people,
    `written` those changed by one within the last sweep. `unlooked` counts those at which nobody looked under what
    policy says now, or in the sweep that is under way, `waits_for` are their accounts. `off` says why writes are off.
    """

    off: str | None = None
    standing: Mapping[str, frozenset[RepoName] | frozenset[CaseKey]] = field(default_factory=dict)
    written: Mapping[str, frozenset[RepoName] | frozenset[CaseKey]] = field(default_factory=dict)
    watched: int = 0
    unlooked: int = 0
    waits_for: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    freezes: tuple[Freeze, ...] = ()

    def reach(self, scope: str, about: RepoName | CaseKey) -> int:
        """How many would be changed at once, with this one?"""
        return len({*self.standing.get(scope, ()), *self.written.get(scope, ()), about})

    @property
    def limit(self) -> int:
        return limit_of(self.watched)


def limit_of(watched: int) -> int:
    """How many repositories may be changed at once, of so many that are watched?"""
    return max(FEW, watched * PERCENT // 100)


def counts(action: Action) -> RepoName | CaseKey | None:
    """As what is this counted? All mirrors are in one repository, so there it is cases, and only where more people

    are to read one. None: it is not counted.
    """
    if isinstance(action, MirrorAction | UpdateSource | RelayComment):
        return CaseKey(action.case) if action.kind in WIDENS else None
    return action.repo


def is_of_cases(scope: str) -> bool:
    """Does this kind of remedy reach cases, where others reach repositories?"""
    return scope in CASE_SCOPES


def share_of(scope: str, count: int, watched: int) -> str:
    """Of how many it is which part. `watched` are the repositories that we see, or the cases that are open."""
    if is_of_cases(scope):
        return f"of {max(count, watched)} that are open"
    return f"{count * 100 / watched:.0f} % of the {watched} watched" if watched else "none is watched yet"


def too_many(scope: str, count: int, watched: int) -> str:
    """What people are told where more would be changed than may be."""
    would = f"show {count} cases to more people" if is_of_cases(scope) else f"change {count} repositories"
    limit = limit_of(watched)
    return f"“{scope}” would {would} at once ({share_of(scope, count, watched)}); the limit is {limit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Yes:
    """A coordinator's yes, and under which policy and when it is looked at."""

    approval: Approval
    commit: str
    now: datetime

    def covers(self, about: RepoName | CaseKey) -> bool:
        """Was it said to this very one beside many others, under this very policy and not too long ago?"""
        given = self.approval
        is_fresh = given.policy_commit == self.commit and self.now - given.approved_at < WIDE_FOR
        return given.wide is not None and str(about).lower() in given.wide and is_fresh


def braked(action: Action, prints: tuple[str, ...], brakes: Brakes, yes: Yes) -> tuple[Brake, str] | None:
    """The first brake that holds this back, and why. `prints` are the action's fingerprints, the newest first."""
    if why := frozen(action, prints, brakes, yes.now):
        return "frozen", why
    if (about := counts(action)) is None:
        return None
    if brakes.unlooked:
        return "looking", _still_to_look_at(action.scope, brakes)
    count = brakes.reach(action.scope, about)
    if count > brakes.limit and not yes.covers(about):
        wider = "greenroom approve PLAN_ID --by LOGIN --wide"
        return "capped", f"{too_many(action.scope, count, brakes.watched)}; {wider} allows it"
    return None


def _still_to_look_at(scope: str, brakes: Brakes) -> str:
    if is_of_cases(scope):
        return f"{brakes.unlooked} of the repositories and cases are still to be looked at, which may show more"
    where = f" in {' and '.join(brakes.waits_for)}" if brakes.waits_for else ""
    return f"{brakes.unlooked} of the repositories that policy speaks of are still to be looked at{where}"


def frozen(action: Action, prints: tuple[str, ...], brakes: Brakes, now: datetime) -> str | None:
    """Why is this left alone: because others undid it each time? None where it is not."""
    things = _things(action, prints)
    since = next((each.since for each in brakes.freezes if each.thing in things), None)
    done = [
        each
        for each in brakes.effects
        if thing_of(each.kind, each.scope, each.fingerprint) in things and now - each.at < WITHIN
    ]
    if since is None and len(done) < TIMES:
        return None
    times = f"mended {len(done)} times within a day and undone each time" if len(done) >= TIMES else "undone each time"
    return f"it was {times}, so it is left alone until a coordinator runs greenroom thaw KEY --by LOGIN"


def thing_of(kind: str, scope: str, fingerprint: str) -> str:
    """What is the same thing? A switch is, whatever guards it; people are only where they are the same people."""
    return scope if kind == SetPrivateReporting.kind else fingerprint


def _things(action: Action, prints: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(thing_of(action.kind, action.scope, each) for each in prints)


def newly_frozen(key: Key, action: Action, prints: tuple[str, ...], brakes: Brakes, now: datetime) -> Freeze | None:
    """What has to be written down because it was undone once too often. None where that was done before."""
    newest, *_ = things = _things(action, prints)
    if any(each.thing in things for each in brakes.freezes):
        return None
    return Freeze(key=key, thing=newest, scope=action.scope, since=now)
