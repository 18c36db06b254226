"""How do the verdicts of one look change the findings that are kept?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection

from app.domain.acceptances import Acceptance
from app.domain.findings import Verdict
from app.domain.ids import RepoName
from app.domain.records import Finding, FindingEvent
from app.reconcile.accepting import said_of
from app.reconcile.lifecycle import Change, Judgement, after, ended
from app.store import acceptances, findings, found
from policies.config import Exemption, Policies

_Before: TypeAlias = tuple[Mapping[str, Finding], Mapping[str, datetime]]  # what is known, when it was looked at


def keep(
    conn: Connection, verdicts: Iterable[tuple[RepoName, str, Verdict]], *, policies: Policies, now: datetime
) -> None:
    """Open, accept and resolve findings. To be called before the standings of this look are written down.

    What was seen earlier than what is written down changes nothing.
    """
    before: dict[RepoName, _Before] = {}
    for repo, policy, verdict in verdicts:
        known, looks = before[repo] = before.get(repo) or _before(conn, repo)
        if policy in looks and looks[policy] > now:
            continue
        by = _accepted(conn, repo, policy, verdict, policies=policies, now=now)
        seen = _judgement(repo, policy, verdict, by, policies=policies, now=now, first=policy not in looks)
        if change := after(known.get(policy), seen):
            _write(conn, change, commit=policies.commit, at=now)


def let_go(conn: Connection, is_watched: Callable[[Finding], bool], *, commit: str, now: datetime) -> None:
    """What nobody looks at any more would stay open for ever."""
    for finding in found.all_findings(conn, ("open", "accepted")):
        if not is_watched(finding):
            _write(conn, ended(finding, at=now, why="it is not watched any more"), commit=commit, at=now)


def _before(conn: Connection, repo: RepoName) -> _Before:
    return found.of_repository(conn, repo), {each.policy: each.observed_at for each in findings.standings(conn, repo)}


def _accepted(
    conn: Connection, repo: RepoName, policy: str, verdict: Verdict, *, policies: Policies, now: datetime
) -> Exemption | Acceptance | None:
    """By what is it exempt? The verdict names it."""
    if verdict.state != "exempt":
        return None
    taken = (policies.file.exemption(policy, repo, now), acceptances.in_force(conn, repo, now).get(policy))
    return next((each for each in taken if each is not None and said_of(each) == verdict.message), taken[0])


def _judgement(
    repo: RepoName,
    policy: str,
    verdict: Verdict,
    accepted: Exemption | Acceptance | None,
    *,
    policies: Policies,
    now: datetime,
    first: bool,
) -> Judgement:
    return Judgement(
        repo=repo,
        policy=policy,
        verdict=verdict,
        mode=policies.file.mode_of(policy),
        commit=policies.commit,
        at=now,
        first=first,
        accepted_by=accepted.owner if accepted else None,
        accepted_until=accepted.until if accepted else None,
    )


def _write(conn: Connection, change: Change, *, commit: str, at: datetime) -> None:
    number = found.keep(conn, change.finding)
    if change.what is not None:
        embargoed = change.finding.embargoed
        event = FindingEvent(at=at, what=change.what, commit=commit, message=change.message, embargoed=embargoed)
        found.note(conn, number, event)
