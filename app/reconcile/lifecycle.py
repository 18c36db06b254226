"""What becomes of a finding when somebody looks again? Pure.

What cannot be told ends nothing. What is only observed is no finding, except what people must see at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from app.domain.findings import State, Verdict
from app.domain.ids import Person, RepoName
from app.domain.records import Finding, FindingEventKind, FindingState
from policies.config import Mode

BACK_WITHIN = timedelta(days=1)  # what was gone for less goes on; otherwise each flapping would be news

_AT_REST: frozenset[State] = frozenset({"pass", "not applicable", "unmanaged"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict, and under which circumstances it was given. `first`: nothing is remembered of before."""

    repo: RepoName
    policy: str
    verdict: Verdict
    mode: Mode
    commit: str
    at: datetime
    first: bool
    accepted_by: Person | None = None
    accepted_until: date | None = None

    @property
    def is_told(self) -> bool:
        """Do people hear of it? What must be seen at once is told whatever the mode."""
        return self.mode != "observe" or self.verdict.pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The finding as it is from now on, and what happened to it; None: it is still so."""

    finding: Finding
    what: FindingEventKind | None
    message: str


def after(before: Finding | None, seen: Judgement) -> Change | None:
    """What follows for the finding of this policy at this repository? None: nothing, it stays as it was."""
    if seen.verdict.state == "cannot tell":
        return _hushed(before, seen)
    wanted = _wanted(seen)
    if before is None:
        return None if wanted == "resolved" else _first_time(seen, wanted)
    if wanted == "resolved":
        return None if before.state == "resolved" else _resolved(before, seen)
    found = _as_seen(before, seen, wanted)
    if before.state == wanted:
        return _still_so(before, found, seen)
    if wanted == "open" and _goes_on(before, seen):
        return Change(finding=found, what="reopened", message=seen.verdict.message)
    news: FindingEventKind = "accepted" if wanted == "accepted" else "reopened"
    return Change(finding=replace(found, since=seen.at, maybe_older=False), what=news, message=seen.verdict.message)


def ended(before: Finding, *, at: datetime, why: str) -> Change:
    """Nobody will look at it any more, such as when a repository is gone."""
    return Change(finding=replace(before, state="resolved", closed_at=at), what="resolved", message=why)


def _hushed(before: Finding | None, seen: Judgement) -> Change | None:
    """That it stays open, and does not end, would tell that there is an advisory."""
    if before is None or before.state == "resolved" or before.embargoed or not seen.verdict.embargoed:
        return None
    return Change(finding=replace(before, embargoed=True), what=None, message=seen.verdict.message)


def _wanted(seen: Judgement) -> FindingState:
    if seen.verdict.state in _AT_REST or not seen.is_told:
        return "resolved"
    return "accepted" if seen.verdict.state == "exempt" else "open"


def _first_time(seen: Judgement, wanted: FindingState) -> Change:
    found = Finding(
        id=None,
        repo=seen.repo,
        policy=seen.policy,
        state=wanted,
        verdict=seen.verdict.state,
        message=seen.verdict.message,
        kinds=_kinds(seen),
        pages=seen.verdict.pages,
        embargoed=seen.verdict.embargoed,
        mode=seen.mode,
        opened_at=seen.at,
        since=seen.at,
        maybe_older=seen.first,
        observed_at=seen.at,
        closed_at=None,
        accepted_by=_who(seen),
        accepted_until=seen.accepted_until,
        opened_commit=seen.commit,
        seen_commit=seen.commit,
    )
    return Change(finding=found, what="accepted" if wanted == "accepted" else "opened", message=seen.verdict.message)


def _as_seen(before: Finding, seen: Judgement, state: FindingState) -> Finding:
    return replace(
        before,
        repo=seen.repo,
        state=state,
        verdict=seen.verdict.state,
        message=seen.verdict.message,
        kinds=_kinds(seen) if state == "open" else before.kinds,
        pages=seen.verdict.pages,
        embargoed=seen.verdict.embargoed,
        mode=seen.mode,
        observed_at=seen.at,
        closed_at=None,
        accepted_by=_who(seen) if state == "accepted" else None,
        accepted_until=seen.accepted_until if state == "accepted" else None,
        seen_commit=seen.commit,
    )


def _resolved(before: Finding, seen: Judgement) -> Change:
    at_rest = seen.verdict.state in _AT_REST
    done = replace(before, observed_at=seen.at, mode=seen.mode, seen_commit=seen.commit)
    return ended(done, at=seen.at, why=seen.verdict.message if at_rest else "policy observes")


def _still_so(before: Finding, found: Finding, seen: Judgement) -> Change:
    """Only what it is counts: a message may hold an age, which would be news at each look."""
    about = [(each.verdict, each.kinds, each.accepted_by, each.accepted_until) for each in (before, found)]
    if about[0] == about[1]:
        return Change(finding=found, what=None, message=seen.verdict.message)
    what: FindingEventKind = "accepted" if found.state == "accepted" else "changed"
    return Change(finding=found, what=what, message=seen.verdict.message)


def _goes_on(before: Finding, seen: Judgement) -> bool:
    return before.closed_at is not None and seen.at - before.closed_at < BACK_WITHIN


def _kinds(seen: Judgement) -> tuple[str, ...]:
    return tuple(sorted(seen.verdict.kinds))


def _who(seen: Judgement) -> str | None:
    return seen.accepted_by.login if seen.accepted_by else None
