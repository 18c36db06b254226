"""Who answers for the advisories of a repository, and since when?

An owner is judged by what happened in its own time: an advisory that is older than its tenure begins with the tenure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from itertools import takewhile

from app.domain.findings import Verdict, unmanaged
from app.domain.ids import RepoName
from policies.config import PolicyFile, ReportOwner, Tenure


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Somebody takes the reports of a repository, from the first moment of a day (UTC)."""

    name: str
    owner: ReportOwner
    since: datetime


def in_charge(repo: RepoName, rules: PolicyFile, now: datetime) -> Charge | Verdict:
    """Who answers, or the verdict where nobody does. Mirrors are answered for by the people of their cases."""
    if rules.is_coordination(repo):
        return Verdict(state="not applicable", message="its advisories are mirrors, which follow their sources")
    declared, tool = rules.report_owner_of(repo, now), rules.tool_of(repo)
    if declared is None or tool is None:
        return unmanaged(f"nobody declared who takes the reports of {repo}")
    name, owner = declared
    return Charge(name=name, owner=owner, since=_since(rules.tools[tool].report_owner, name, now))


def _since(tenures: tuple[Tenure, ...], owner: str, now: datetime) -> datetime:
    """The first day of the present owner, whose tenure may be written in several pieces."""
    begun = (each for each in tenures if each.from_ <= now.astimezone(UTC).date())
    newest_first = sorted(begun, key=lambda tenure: tenure.from_, reverse=True)
    own = takewhile(lambda tenure: tenure.owner == owner, newest_first)
    return datetime.combine(min(tenure.from_ for tenure in own), time.min, UTC)
