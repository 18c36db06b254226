"""What is known of a fleet of repositories, so that every policy has something to judge?

Nine in ten are as they should be, and one in ten is wrong in everything that can be wrong at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.domain.facts import (
    Advisory,
    Configuration,
    CoordinationRepository,
    Coverage,
    Embargo,
    Known,
    NotApplicable,
    Presence,
    Public,
    Readers,
    Repository,
    RepositoryFacts,
    Roster,
    SecurityPolicy,
    Vulnerability,
    Webhook,
)
from app.domain.ids import Ghsa, Person, RepoName
from benchmarks import organization
from benchmarks.security_policies import good_text, wrong_text
from policies.config import Policies
from policies.loading import load_policies
from policies.permissions import HAND, WATCHER

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
TOOL = 40  # repositories of one
OPEN = 3  # advisories in each repository
PUBLISHED = 10
CONTACT = "security@project.example"
COORDINATION = RepoName(organization.LOGIN, "cases")

_OWNERS_PEOPLE = (Person("member-1", 1), Person("member-2", 2))
_REPORTER, _STRANGER = Person("reporter-1", 9), Person("stranger-1", 10)
_SEES = Presence(suspended=False, selected=False, permissions=tuple(WATCHER.items()), sees=True)
_WRITES = Presence(suspended=False, selected=False, permissions=tuple(HAND.items()), sees=None)


def facts(count: int) -> list[RepositoryFacts]:
    """Of so many repositories, the last of which holds mirrors."""
    repos = [RepoName(organization.LOGIN, name) for name in organization.names(count - 1)]
    known = [_facts(repo, number, wrong=_is_wrong(number)) for number, repo in enumerate(repos)]
    return [*known, _coordination()]


def policies(count: int) -> Policies:
    """A policy file that knows all of them, with clocks and exemptions."""
    names = organization.names(count - 1)
    groups = [names[start : start + TOOL] for start in range(0, len(names), TOOL)]
    tools = "\n".join(_tool(number, group) for number, group in enumerate(groups))
    people = ", ".join(f'"{person}"' for person in _OWNERS_PEOPLE)
    clocks = "clocks: {coordinator: 3d, triage: 14d, finish: 90d}"
    return load_policies(
        f"""\
version: 1
coordination: {{repository: {COORDINATION}}}
report_owners:
  psrt: {{takes_reports: email, contact: {CONTACT}, users: [{people}], escalation: the board, cna: PSF, {clocks}}}
  alone: {{takes_reports: email, contact: {CONTACT}, users: [{people}], cna: PSF, {clocks}}}
tools:
{tools}
policies:
  private-reporting: {{mode: enforce}}
  reports-reach-owner: {{mode: enforce}}
exemptions:
{_exemptions(names)}
""",
        "greenroom.yml",
    )


def _is_wrong(number: int) -> bool:
    return number % 10 == 0


def _tool(number: int, repositories: list[str]) -> str:
    named = ", ".join(f"{organization.LOGIN}/{name}" for name in repositories)
    owner = "alone" if _is_wrong(number) else "psrt"  # names nobody to turn to
    declared = f"[{{from: 2024-01-01, owner: {owner}}}]"
    return f"  tool-{number}: {{repositories: [{named}], packages: ['pip:tool-{number}'], report_owner: {declared}}}"


def _exemptions(names: list[str]) -> str:
    """For each twentieth; each other one of them ends too late to be in force."""
    return "\n".join(
        f"  - {{policy: configuration-agrees, repository: {organization.LOGIN}/{name}, owner: '{_OWNERS_PEOPLE[0]}',"
        f" reason: moving, until: {'2036-01-01' if number % 2 else '2027-01-01'}}}"
        for number, name in enumerate(names[::20])
    )


def _facts(repo: RepoName, number: int, *, wrong: bool) -> RepositoryFacts:
    text = wrong_text(number) if wrong else good_text(number, CONTACT)
    roster = Roster(people=_OWNERS_PEOPLE)
    return RepositoryFacts(
        name=repo,
        private_reporting=_known(wrong),
        configuration=_known(_configuration("enabled" if wrong else "disabled")),
        advisories=_known(tuple(_open_advisory(repo, each, wrong=wrong) for each in range(OPEN))),
        published=_known(tuple(_published_advisory(repo, each, wrong=wrong) for each in range(PUBLISHED))),
        owners_people=_known(roster),
        owners_roster=_known(roster),
        security_policy=_known(SecurityPolicy(path="SECURITY.md", text=text)),
        coverage=_known(_coverage(wrong=wrong)),
        readers=_known((_readers(wrong=wrong),) * OPEN),
        embargoes=_known((_embargo(number, wrong=wrong),)),
    )


def _coordination() -> RepositoryFacts:
    repository = Repository(id=1, name=COORDINATION, private=True)
    found = CoordinationRepository(
        repository=repository, has_commits=False, private_reporting=False, has_published_advisories=False
    )
    return replace(
        _facts(COORDINATION, 1, wrong=False),
        coordination=_known(found),
        embargoes=NotApplicable("it holds mirrors"),
    )


def _open_advisory(repo: RepoName, number: int, *, wrong: bool) -> Advisory:
    """Complete, seen by those who should and in time; or a bare report that lies there."""
    boring = _Written(repo=repo, number=number, at=NOW - timedelta(days=200 if wrong else 1))
    if wrong:
        return boring.advisory(state="draft" if number else "triage", people=(_REPORTER,))
    return boring.advisory(
        state="draft" if number else "triage",
        people=(_REPORTER, *_OWNERS_PEOPLE),
        credits=((_OWNERS_PEOPLE[0].login, "coordinator"),),
        **boring.complete,
    )


def _published_advisory(repo: RepoName, number: int, *, wrong: bool) -> Advisory:
    written = _Written(repo=repo, number=OPEN + number, at=NOW - timedelta(days=100 + number))
    said = {} if wrong else written.complete
    return written.advisory(state="published", published_at=written.at + timedelta(days=30), **said)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """What every advisory says, and what one that can be published says beyond that."""

    repo: RepoName
    number: int
    at: datetime

    def advisory(self, **said: Any) -> Advisory:
        return Advisory(
            repo=self.repo,
            ghsa=Ghsa(f"GHSA-2222-3333-44{'23456789cfghjmpq'[self.number]}4"),
            summary="What is wrong, in a few words",
            description="What is wrong, and how to see it. " * 100,
            reported_privately=True,
            created_at=self.at,
            updated_at=self.at,
            **said,
        )

    @property
    def complete(self) -> dict[str, Any]:
        return {
            "severity": "high",
            "cvss_vector": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
            "cwe_ids": ("CWE-22",),
            "cve_id": "CVE-2026-12345",
            "vulnerabilities": tuple(
                Vulnerability(
                    ecosystem="pip",
                    package=f"{self.repo.name}-{part}",
                    vulnerable_version_range="< 2.0",
                    patched_versions="2.0",
                )
                for part in ("core", "extras")
            ),
        }


def _configuration(set_to: Any) -> Configuration:
    return Configuration(id=7, name="Baseline", enforced=True, private_vulnerability_reporting=set_to)


def _coverage(*, wrong: bool) -> Coverage:
    hook = _known(Webhook(url="https://greenroom.example/webhooks/github", verifies=True))
    watcher = replace(_SEES, selected=True, sees=False) if wrong else _SEES
    return Coverage(watcher=watcher, hand=_known(_WRITES), webhook=hook)


def _readers(*, wrong: bool) -> Readers:
    people = (_REPORTER, *_OWNERS_PEOPLE, *((_STRANGER,) if wrong else ()))
    return Readers(people=people, teams=(), named=frozenset(each.id for each in (_REPORTER, *_OWNERS_PEOPLE)))


def _embargo(case: int, *, wrong: bool) -> Embargo:
    public = Public(since=NOW - timedelta(hours=1)) if wrong else None
    return Embargo(case=case, until=NOW + timedelta(days=1), public=_known(public))


def _known(value: Any) -> Known[Any]:
    return Known(value=value, observed_at=NOW)
