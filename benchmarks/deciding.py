"""What does deciding cost, once everything was observed?

Prepared snapshots of repositories whose reports are somebody's, with private reporting switched on against policy and
open reports that the owner's people cannot see: every policy has something to say.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from app.domain.facts import Advisory, Known, RepositoryFacts, Roster
from app.domain.ids import Ghsa, Person, RepoName, RepositoryKey
from app.reconcile.brakes import Brakes
from app.reconcile.decide import decide
from app.reconcile.digests import Digests
from app.reconcile.snapshot import RepositorySnapshot, Standpoint
from benchmarks import organization
from benchmarks.extent import Extent
from benchmarks.figures import spread, table
from policies.config import Policies
from policies.loading import load_policies
from policies.policy import Policy, all_policies

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
TOOL = 40  # repositories of one
REPORTS = 3  # open ones in each repository
OWNERS_PEOPLE = (Person("member-1", 1), Person("member-2", 2))
HEAD = """### Deciding

{evaluations:,} evaluations of (repository, policy) on prepared snapshots in memory, {reports} open reports in each of
{repositories:,} repositories, all policies; medians (least–most) of {rounds} rounds.
"""


def run(extent: Extent) -> str:
    """The section of the figures."""
    count = extent.evaluations // len(all_policies())
    snapshots = [_snapshot(RepoName(organization.LOGIN, name)) for name in organization.names(count)]
    at, digests = _standpoint(count), Digests.parse(f"bench:{'be' * 32}")
    evaluations = count * len(all_policies())
    rows = [("whole plans, all policies", *_timed(extent.rounds, evaluations, partial(_plan, snapshots, at, digests)))]
    for policy in all_policies():
        took = _timed(extent.rounds, count, partial(_check, policy, snapshots, at))
        rows.append((f"`{policy.name}` alone", *took))
    head = HEAD.format(evaluations=evaluations, reports=REPORTS, repositories=count, rounds=extent.rounds)
    return f"{head}\n{table(('what', 'evaluations', 'seconds', 'µs each'), rows)}"


def _plan(snapshots: list[RepositorySnapshot], at: Standpoint, digests: Digests) -> None:
    for each in snapshots:
        decide(each, at, digests)


def _check(policy: Policy, snapshots: list[RepositorySnapshot], at: Standpoint) -> None:
    for each in snapshots:
        policy.check(each.facts, at.policies.file, at.now)


def _timed(rounds: int, count: int, work: Callable[[], object]) -> tuple[str, str, str]:
    took = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        took.append(time.perf_counter() - started)
    return f"{count:,}", spread(took, 3), spread((each / count * 1e6 for each in took), 1)


def _standpoint(repositories: int) -> Standpoint:
    return Standpoint(
        now=NOW,
        policies=_policies(repositories),
        approvals={},
        writes_enabled=True,
        brakes=Brakes(),
        watch_every=timedelta(seconds=90),
    )


def _policies(repositories: int) -> Policies:
    people = "".join(f'"{person}", ' for person in OWNERS_PEOPLE)
    names = organization.names(repositories)
    tools = "\n".join(
        f"  {first}: {{repositories: [{', '.join(f'{organization.LOGIN}/{name}' for name in together)}],"
        f" packages: ['pip:{first}'], report_owner: [{{from: 2024-01-01, owner: psrt}}]}}"
        for together in (names[start : start + TOOL] for start in range(0, len(names), TOOL))
        for first in together[:1]
    )
    owner = f"psrt: {{takes_reports: email, contact: security@example.org, users: [{people}]}}"
    return load_policies(f"version: 1\nreport_owners:\n  {owner}\ntools:\n{tools}\n", "greenroom.yml")


def _snapshot(repo: RepoName) -> RepositorySnapshot:
    reports = tuple(
        Advisory(
            repo=repo,
            ghsa=Ghsa(f"GHSA-2222-3333-444{2 + number}"),
            state="triage",
            summary="A report",
            description="What is wrong. " * 100,
            reported_privately=True,
            people=(Person("reporter-1", 9),),
        )
        for number in range(REPORTS)
    )
    facts = RepositoryFacts(
        name=repo,
        private_reporting=Known(value=True, observed_at=NOW),
        configuration=Known(value=None, observed_at=NOW),
        advisories=Known(value=reports, observed_at=NOW),
        owners_people=Known(value=Roster(people=OWNERS_PEOPLE), observed_at=NOW),
    )
    return RepositorySnapshot(key=RepositoryKey(repo), facts=facts)
