"""How are security policies read so that a sweep asks once for each organization?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from app.domain.facts import CannotTell, Known
from app.domain.ids import RepoName
from app.github.asking import Asking
from app.github.client import Client
from app.github.credentials import AppCredentials
from app.github.errors import RetryLater
from app.github.policy_rounds import PolicyRounds
from app.github.registration import Registration
from app.github.security_policies import Found, SecurityPolicies
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.github.calls import may_write

PIP = RepoName("pypa", "pip")
WHEEL = RepoName("pypa", "wheel")
UV = RepoName("astral-sh", "uv")


@pytest.fixture
def github(clock: FakeClock) -> FakeGitHub:
    """Of pip and wheel there is one; of uv there is none."""
    github = FakeGitHub(clock=clock, world="few")
    github.repo("pypa/pip").write_file("SECURITY.md", "pip")
    github.repo("pypa/wheel").write_file("SECURITY.md", "wheel")
    return github


@pytest.fixture
async def rounds(github: FakeGitHub, clock: FakeClock) -> AsyncIterator[PolicyRounds]:
    async with Client(base_url=github.url, clock=clock, why_not_write=may_write, transport=github.transport) as client:
        signer = AppCredentials(github.watcher.app_id, github.watcher.private_key)
        registration = Registration(name="Greenroom", signers=[signer], client=client, clock=clock)
        yield PolicyRounds(SecurityPolicies(Asking(registration, clock), clock), clock)
    github.verify()


def text(found: Found) -> str | None:
    assert isinstance(found, Known), found
    return found.value.text if found.value else None


def everything(repo: RepoName) -> bool:
    return bool(repo)


def asked(github: FakeGitHub) -> int:
    return sum(each.path == "/graphql" for each in github.requests)


async def test_one_request_answers_for_all_that_were_expected(rounds: PolicyRounds, github: FakeGitHub) -> None:
    """A sweep looks at each repository by itself, one after the other or many at once."""
    rounds.expect("pypa", [PIP, WHEEL])
    rounds.expect("astral-sh", [UV])

    found = await asyncio.gather(*(rounds.policy(repo, everything) for repo in (PIP, WHEEL, UV, PIP)))

    assert [text(each) for each in found] == ["pip", "wheel", None, "pip"]
    assert asked(github) == 2


async def test_an_answer_serves_for_ten_minutes(rounds: PolicyRounds, github: FakeGitHub, clock: FakeClock) -> None:
    """It is as old as it says."""
    first = await rounds.policy(PIP, everything)
    github.repo("pypa/pip").write_file("SECURITY.md", "changed")

    clock.advance(minutes=9)
    assert await rounds.policy(PIP, everything) == first
    assert asked(github) == 1

    clock.advance(minutes=2)
    assert text(await rounds.policy(PIP, everything)) == "changed"
    assert asked(github) == 2


async def test_what_nobody_expected_is_asked_for_all_the_same(rounds: PolicyRounds, github: FakeGitHub) -> None:
    """A repository may be new since the last listing."""
    rounds.expect("pypa", [WHEEL])

    assert text(await rounds.policy(PIP, everything)) == "pip"
    assert text(await rounds.policy(WHEEL, everything)) == "wheel"
    assert asked(github) == 1


async def test_only_what_will_be_wanted_is_asked_for(rounds: PolicyRounds, github: FakeGitHub) -> None:
    """Of hundreds of repositories policy may declare something about two."""
    other = RepoName("pypa", "setuptools")
    rounds.expect("pypa", [PIP, WHEEL, other])

    await rounds.policy(PIP, lambda repo: repo == WHEEL)

    await rounds.policy(WHEEL, everything)
    assert asked(github) == 1
    await rounds.policy(other, everything)
    assert asked(github) == 2


async def test_what_could_not_be_told_is_asked_again(rounds: PolicyRounds, github: FakeGitHub) -> None:
    """Doubt is not kept for ten minutes; what is known of the others is."""
    gone = RepoName("pypa", "soon-there")
    rounds.expect("pypa", [PIP, gone])
    assert isinstance(await rounds.policy(gone, everything), CannotTell)

    github.world.add_repository(github.repo("pypa/pip").state.owner, "soon-there")
    github.repo("pypa/soon-there").write_file("SECURITY.md", "there")

    assert text(await rounds.policy(gone, everything)) == "there"
    assert text(await rounds.policy(PIP, everything)) == "pip"
    assert asked(github) == 2


async def test_what_only_people_can_change_is_remembered_like_an_answer(
    rounds: PolicyRounds, github: FakeGitHub
) -> None:
    """It was seen. Each policy and each command would otherwise ask for it again by itself."""
    github.repo("pypa/pip").write_file(".github/SECURITY.md", "another")

    first = await rounds.policy(PIP, everything)

    assert isinstance(first, CannotTell)
    assert await rounds.policy(PIP, everything) == first
    assert asked(github) == 1


async def test_an_outage_is_not_remembered(rounds: PolicyRounds, github: FakeGitHub) -> None:
    """The next one to ask may be luckier."""
    github.fail("POST", "/graphql", 502, times=3)
    with pytest.raises(RetryLater):
        await rounds.policy(PIP, everything)

    assert text(await rounds.policy(PIP, everything)) == "pip"


async def test_each_sweep_asks_anew(rounds: PolicyRounds, github: FakeGitHub) -> None:
    """What a sweep says is what it saw; and memory does not grow with every repository that ever was."""
    rounds.expect("pypa", [PIP, WHEEL])
    await rounds.policy(PIP, everything)
    github.repo("pypa/wheel").write_file("SECURITY.md", "changed")

    rounds.expect("pypa", [PIP, WHEEL])

    assert text(await rounds.policy(WHEEL, everything)) == "changed"
    assert text(await rounds.policy(PIP, everything)) == "pip"
    assert asked(github) == 2


async def test_nobody_asks_again_before_graphql_answers_again(
    rounds: PolicyRounds, github: FakeGitHub, clock: FakeClock
) -> None:
    """Its limit of an hour is its own, and is told with 200. Each look would ask for a hundred repositories again."""
    rounds.expect("pypa", [PIP, WHEEL])
    github.rate_limit("POST", "/graphql", seconds=1800, status=200)
    with pytest.raises(RetryLater) as first:
        await rounds.policy(PIP, everything)
    clock.advance(minutes=10)
    rounds.expect("pypa", [PIP, WHEEL])

    with pytest.raises(RetryLater) as second:
        await rounds.policy(WHEEL, everything)

    assert [each.value.after for each in (first, second)] == [timedelta(minutes=30), timedelta(minutes=20)]
    assert asked(github) == 1
    assert text(await rounds.policy(UV, everything)) is None  # the limit of another account
    clock.advance(minutes=20)
    assert text(await rounds.policy(WHEEL, everything)) == "wheel"
    assert github.inside_limits == []
