"""Boring values, so that a test of the pure middle names only what it is about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypeVar

from app.domain.cases import Participant, StoredCase
from app.domain.facts import (
    Advisory,
    CannotTell,
    Configuration,
    CoordinationRepository,
    Known,
    NotApplicable,
    Repository,
    RepositoryFacts,
    Roster,
    Vulnerability,
)
from app.domain.ids import AdvisoryKey, CaseKey, Ghsa, IssueNumber, Key, Person, RepoName
from app.domain.mirrors import Mirror
from app.domain.records import Approval, Attempt, Intent
from app.reconcile.brakes import Brakes
from app.reconcile.digests import Digests
from app.reconcile.gates import RULES_VERSION
from app.reconcile.snapshot import CaseSnapshot, Standpoint
from policies.config import Policies, PolicyFile
from policies.loading import load_policies
from policies.vendoring import Graph
from tests.clock import START

T = TypeVar("T")

NOW = START
CASES = RepoName("packaging-security", "cases")
PIP = RepoName("pypa", "pip")
WHEEL = RepoName("pypa", "wheel")
GHSA = Ghsa("GHSA-2222-3333-4444")
MIRROR = Ghsa("GHSA-6666-7777-8888")
ISSUE = IssueNumber(12)
PRIVATE_CASES = RepoName("packaging-security", "private-cases")
LINK = AdvisoryKey(WHEEL, GHSA)
ALICE, BOB, CAROL = Person("alice", 1), Person("bob", 2), Person("carol", 3)
HIDDEN = CannotTell("GitHub did not say")
DIGESTS = Digests.parse(f"2026:{'26' * 32}")
ROTATED = Digests.parse(f"2027:{'27' * 32}, 2026:{'26' * 32}")
OTHER_DIGESTS = Digests.parse(f"2027:{'27' * 32}")

POLICY = """\
version: 1
coordination: {repository: packaging-security/cases, mode: enforce}
coordinators: {users: ["carol:3"]}
report_owners:
  psrt: {takes_reports: email, contact: security@python.org, users: ["alice:1", "bob:2"]}
  maintainers: {takes_reports: github}
tools:
  pip: {repositories: [pypa/pip], packages: ["pip:pip"], report_owner: [{from: 2024-01-01, owner: psrt}]}
  uv:
    repositories: [astral-sh/uv]
    packages: ["pip:uv", "rust:uv"]
    report_owner: [{from: 2024-01-01, owner: maintainers}]
  wheel: {repositories: [pypa/wheel], packages: ["pip:wheel"]}
policies:
  private-reporting: {mode: enforce}
  coordination-private: {mode: report}
"""

AS_ISSUES = POLICY.replace(
    "packaging-security/cases, mode: enforce",
    'packaging-security/private-cases, store: issue, mode: enforce, always_readers: {users: ["alice:1", "carol:3"]}',
)


def known(value: T, *, ago: timedelta = timedelta(0)) -> Known[T]:
    return Known(value=value, observed_at=NOW - ago)


def policies(text: str = POLICY) -> Policies:
    return load_policies(text, "greenroom.yml")


def rules(text: str = POLICY) -> PolicyFile:
    return policies(text).file


def facts(repo: RepoName = PIP, **said: Any) -> RepositoryFacts:
    """A repository whose reporting is off, without configuration, without advisories."""
    quiet: dict[str, Any] = {
        "private_reporting": known(False),
        "configuration": known(None),
        "advisories": known(()),
        "owners_people": NotApplicable("no report came in on GitHub"),
    }
    return RepositoryFacts(name=repo, **(quiet | said))


def configuration(set_to: str = "disabled", *, enforced: bool = True) -> Configuration:
    return Configuration(id=7, name="PyPA baseline", enforced=enforced, private_vulnerability_reporting=set_to)  # type: ignore[arg-type]


def affects(*packages: str) -> tuple[Vulnerability, ...]:
    """`pip` or `rust:uv`."""
    named = (package if ":" in package else f"pip:{package}" for package in packages)
    return tuple(Vulnerability(ecosystem=name.split(":")[0], package=name.split(":")[1]) for name in named)


def advisory(**said: Any) -> Advisory:
    """A draft of wheel that names wheel and uv."""
    boring: dict[str, Any] = {
        "repo": WHEEL,
        "ghsa": GHSA,
        "state": "draft",
        "summary": "Path traversal",
        "description": "A wheel can write anywhere.",
        "severity": "high",
        "vulnerabilities": affects("wheel", "uv"),
    }
    return Advisory(**(boring | said))


def mirror_of(source: Advisory, **said: Any) -> Mirror:
    """A draft in the coordination repository that says what its source says, as far as fields go."""
    boring: dict[str, Any] = {
        "repo": CASES,
        "id": MIRROR,
        "state": "open",
        "summary": source.summary,
        "description": source.description,
        "severity": source.severity,
        "cvss_vector": source.cvss_vector,
        "cve_id": source.cve_id,
        "cwe_ids": source.cwe_ids,
        "vulnerabilities": source.vulnerabilities,
    }
    return Mirror(**(boring | said))


def report(**said: Any) -> Advisory:
    """A report that came to pip by GitHub's button, and that nobody accepted yet."""
    return advisory(**({"repo": PIP, "state": "triage", "reported_privately": True} | said))


def roster(*people: Person, unconfirmed: tuple[Person, ...] = ()) -> Known[Roster]:
    return known(Roster(people=people, unconfirmed=unconfirmed))


def coordination(*, commits: bool = False, reporting: bool = False, published: bool = False, **said: Any) -> Any:
    """The coordination repository: public and empty unless a test says otherwise."""
    boring: dict[str, Any] = {"id": 9, "name": CASES, "private": False}
    repository = Repository(**(boring | said))
    return CoordinationRepository(
        repository=repository, has_commits=commits, private_reporting=reporting, has_published_advisories=published
    )


def case(**said: Any) -> StoredCase:
    """Case 1: the draft of wheel, with uv; its mirror exists unless a test says otherwise."""
    boring: dict[str, Any] = {
        "number": 1,
        "state": "open",
        "opened_at": NOW,
        "closed_at": None,
        "mirror": MIRROR,
        "mirror_in": 9,
        "sequence": 1,
        "links": (LINK,),
        "participants": (
            Participant(tool="uv", why="named in the advisory"),
            Participant(tool="wheel", why="named in the advisory"),
        ),
    }
    return StoredCase(**(boring | said))


def case_snapshot(**said: Any) -> CaseSnapshot:
    """Case 1 without a mirror yet, everything known, nobody to invite."""
    boring: dict[str, Any] = {
        "key": CaseKey(1),
        "case": case(mirror=None, sequence=0),
        "sources": (known(advisory()),),
        "coordination": facts(CASES, coordination=known(coordination())),
        "mirror": known(None),
        "people": {},
        "baselines": {},
    }
    return CaseSnapshot(**(boring | said))


def approval(scope: str, rules_version: int = RULES_VERSION) -> Approval:
    return Approval(
        scope=scope,
        plan_id="seen",
        policy_commit="sha256:0",
        rules_version=rules_version,
        approved_by="carol",
        approved_at=NOW,
    )


SCOPES = ("private-reporting: off", "private-reporting: on", "mirror: open and keep in step")


def standpoint(**said: Any) -> Standpoint:
    """Everything is approved, and writes are on."""
    boring: dict[str, Any] = {
        "now": NOW,
        "policies": policies(),
        "approvals": {scope: approval(scope) for scope in SCOPES},
        "writes_enabled": True,
        "brakes": Brakes(watched=60),
        "vendoring": Graph(as_of=NOW.date(), lines=()),
        "watch_every": timedelta(minutes=2),
    }
    return Standpoint(**(boring | said))


def intent(
    key: Key, kind: str, fingerprint: str = "of something else", *, at: datetime = NOW, number: int = 5
) -> Intent:
    return Intent(id=number, at=at, key=key, kind=kind, scope="a scope", fingerprint=fingerprint)


def attempt(key: Key, fingerprint: str, reason: str = "GitHub said no") -> Attempt:
    return Attempt(key=key, fingerprint=fingerprint, outcome="refused", reason=reason, at=NOW)
