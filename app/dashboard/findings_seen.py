"""Which findings does somebody see, and how much of each? Pure.

Whoever administers a repository sees all that was found there. Coordinators see what was found anywhere, but for what
tells that there is an unpublished advisory: such a finding is not there for them, and of one that told so before they
see what has happened since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from app.accepting import as_seen
from app.domain.findings import Standing
from app.domain.ids import RepoName
from app.domain.records import Finding, FindingEvent
from app.shown.finding_rows import row
from app.shown.terminal import Json
from policies.policy import about_advisories

Group = Literal["", "repository", "policy"]

SIGNS = {"blocked": ("bad", "blocked"), "contested": ("bad", "contested"), "finding": ("bad", "open")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seer:
    """Who looks: `theirs` are the repositories that they administer."""

    is_lead: bool
    theirs: frozenset[RepoName]

    def sees(self, finding: Finding) -> bool:
        if finding.repo in self.theirs:
            return True
        return self.is_lead and not finding.embargoed and finding.policy not in about_advisories()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Of which findings is it asked? What is empty is not asked."""

    states: frozenset[str]
    policy: str = ""
    repository: str = ""
    mode: str = ""

    def has(self, finding: Finding) -> bool:
        return (
            finding.state in self.states
            and self.policy in {"", finding.policy}
            and self.mode in {"", finding.mode}
            and self.repository.lower() in str(finding.repo).lower()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One finding as a page tells it. `data` is what an export says of it; `history` is oldest first;

    `seen` stands for what was found, see `app.accepting`.
    """

    finding: Finding
    data: Json
    history: tuple[FindingEvent, ...]
    sign: tuple[str, str]
    is_stale: bool
    can_be_accepted: bool
    seen: str


def shown(
    finding: Finding, stands: Standing | None, history: tuple[FindingEvent, ...], *, seer: Seer, oldest: datetime
) -> Shown:
    """One finding, without what is not theirs to know. What was looked at before `oldest` is stale."""
    if finding.repo not in seer.theirs:
        finding, history = _veiled(finding, history)
    sign = SIGNS.get(finding.verdict, ("bad", "open")) if finding.state == "open" else _SETTLED[finding.state]
    return Shown(
        finding=finding,
        data=row(finding, stands, history),
        history=history,
        sign=sign,
        is_stale=stands is None or stands.observed_at < oldest,
        can_be_accepted=seer.is_lead and finding.state == "open" and not finding.pages,
        seen=as_seen(finding),
    )


_SETTLED = {"accepted": ("held", "accepted"), "resolved": ("good", "resolved")}


def _veiled(finding: Finding, history: tuple[FindingEvent, ...]) -> tuple[Finding, tuple[FindingEvent, ...]]:
    """Without anything from the time in which it told of an advisory; an end may still say what else was there."""
    told_so = [number for number, event in enumerate(history) if event.embargoed]
    left = [replace(each, message="") if each.what == "resolved" else each for each in history]
    if not told_so:
        return finding, tuple(left)
    left = left[told_so[-1] + 1 :]
    if not left:
        return finding, ()
    first = left[0] if left[0].what in {"resolved", "accepted"} else replace(left[0], what="opened")
    since = max(finding.since, first.at)
    return replace(finding, opened_at=first.at, since=since, maybe_older=False), (first, *left[1:])


def ordered(findings: Iterable[Finding], group: Group) -> list[Finding]:
    """What needs somebody first, inside of its group."""
    states = ("open", "accepted", "resolved")

    def place(each: Finding) -> tuple[object, ...]:
        together = {"repository": str(each.repo).lower(), "policy": each.policy, "": ""}[group]
        urgency = (not each.pages, states.index(each.state), -each.since.timestamp())
        return (together, *urgency, str(each.repo).lower(), each.policy)

    return sorted(findings, key=place)


def grouped(found: Iterable[Shown], group: Group) -> Mapping[str, list[Shown]]:
    """By the name of the group, in the order in which they come."""
    together: dict[str, list[Shown]] = {}
    for each in found:
        name = {"repository": str(each.finding.repo), "policy": each.finding.policy, "": ""}[group]
        together.setdefault(name, []).append(each)
    return together
