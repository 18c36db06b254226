"""What do several stories begin with, and what does each of them end with?"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from app.main import Greenroom, assemble
from tests.e2e.answers import Twisted
from tests.e2e.issues import ISSUES
from tests.e2e.many import may_list_organizations
from tests.e2e.policy_repository import moved_in
from tests.e2e.rewriting import Rewriting
from tests.e2e.through import Through
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.harness import Bot


@pytest.fixture
async def approved(bot: Bot) -> None:
    """The coordinators approved everything, and the first sweep is over."""
    await bot.approve_everything()
    await bot.settle()


@pytest.fixture
def twisted_github(github: FakeGitHub) -> FakeGitHub:
    """A GitHub whose answers may also be well-formed nonsense. Ask for it before `bot`, which connects to it."""
    github.transport = Twisted(github.transport)
    return github


@pytest.fixture
def organization_lists(github: FakeGitHub) -> Rewriting:
    """The Watcher may list PyPA's advisories at once. Ask for it before `bot`, which connects to it."""
    may_list_organizations(github)
    github.transport = connection = Rewriting(github.transport)
    return connection


@pytest.fixture
def opening(github: FakeGitHub) -> Through:
    """Requests that open an issue. Ask for it before `bot`, which connects to it."""
    return Through(github, "POST", ISSUES)


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """What was written to both outputs since it was last asked for. It stays there for the look at leaks."""

    def read() -> str:
        captured = capfd.readouterr()
        text = captured.out + captured.err
        before.append(text)
        return text

    before: list[str] = []
    yield read
    print("".join(before))  # noqa: T201


@pytest.fixture
async def policy(github: FakeGitHub, bot: Bot) -> FakeRepo:
    """The repository of the policy file, whose rules are approved."""
    repo = await moved_in(github, bot)
    await bot.approve_everything()
    await bot.settle()
    return repo


@pytest.fixture
async def other(bot: Bot, github: FakeGitHub, policy: FakeRepo) -> AsyncIterator[Greenroom]:
    """A second instance on the same database, which has just started."""
    del policy
    async with assemble(bot.settings(), clock=bot.clock, transport=github.transport) as greenroom:
        yield greenroom


@pytest.fixture(autouse=True)
def _the_app_publishes_nothing(github: FakeGitHub) -> Iterator[None]:
    """Over every request of every story: whatever was published, people published it."""
    yield
    apps = {registration.bot.id for registration in github.world.registrations.values()}
    advisories = (each for repository in github.world.repositories.values() for each in repository.advisories.values())
    assert [each.ghsa for each in advisories if each.publisher in apps] == []
