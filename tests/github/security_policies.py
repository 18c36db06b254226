"""The files of projects that have none yet, and what is read of them."""

from __future__ import annotations

from app.domain.facts import Fact, Known, SecurityPolicy
from app.domain.ids import RepoName
from app.github.security_policies import SecurityPolicies
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo

PIP = RepoName("pypa", "pip")
WHEEL = RepoName("pypa", "wheel")
UV = RepoName("astral-sh", "uv")
TEXT = "Report vulnerabilities to security@python.org.\n"
OTHER = "Report vulnerabilities on GitHub.\n"


def defaults(github: FakeGitHub, *, private: bool = False) -> FakeRepo:
    """The repository that holds the defaults of pypa."""
    github.world.add_repository(github.repo("pypa/pip").state.owner, ".github", private=private)
    return github.repo("pypa/.github")


async def of(policies: SecurityPolicies, repo: RepoName = PIP) -> Fact[SecurityPolicy | None]:
    return (await policies.of([repo]))[repo]


async def shown(policies: SecurityPolicies, repo: RepoName = PIP) -> SecurityPolicy | None:
    """What is known to be shown."""
    fact = await of(policies, repo)
    assert isinstance(fact, Known), fact
    return fact.value


def asked(github: FakeGitHub) -> int:
    return sum(each.path == "/graphql" for each in github.requests)
