"""Do several instances keep what GitHub asks of one installation?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest

from app.domain.ids import RepoName, RepositoryKey
from app.store import work
from tests.fake_github import FakeGitHub
from tests.harness import Bot
from tests.instances import Instance, several_instances
from tests.which_database import on_both

pytestmark = [on_both, pytest.mark.usefixtures("approved")]
LIST_OF_WHEEL = "/repos/pypa/wheel/security-advisories"


@pytest.fixture
async def three(bot: Bot) -> AsyncIterator[list[Instance]]:
    async with several_instances(bot, 3) as instances:
        yield instances


async def _mark(bot: Bot, *repos: str) -> None:
    keys = [RepositoryKey(RepoName.parse(repo)) for repo in repos]
    await bot.parts.database.write(partial(work.mark, keys=keys, due=bot.clock.now(), priority=work.PROMPT))


@pytest.mark.parametrize("secondary", [True, pytest.param(False, marks=pytest.mark.slow)])
async def test_nobody_asks_until_the_second_that_one_was_told(
    github: FakeGitHub, bot: Bot, three: list[Instance], *, secondary: bool
) -> None:
    """Those who did not hear it would ask on, which GitHub forbids to an installation and not to a process."""
    await bot.settle()
    for each in three:  # they know where everything is, and have their tokens
        await _mark(bot, "pypa/wheel", "astral-sh/uv")
        await each.finish()
    github.rate_limit("GET", LIST_OF_WHEEL, seconds=90, secondary=secondary)
    await _mark(bot, "pypa/wheel")
    await three[0].finish()
    told = len(github.requests)

    for each, seconds in zip(three, (1, 44, 44), strict=True):
        bot.clock.advance(seconds=seconds)
        await _mark(bot, "pypa/wheel", "pypa/pip", "astral-sh/uv")
        await each.finish()

    asked = {each.account for each in github.requests[told:]}
    assert "pypa" not in asked
    assert "astral-sh" in asked  # other installations go on meanwhile
    assert github.inside_limits == []
    bot.clock.advance(seconds=1)
    await _mark(bot, "pypa/wheel")
    await three[2].finish()
    assert LIST_OF_WHEEL in {each.path for each in github.requests[told:]}


async def test_writes_of_three_instances_are_a_second_apart(
    github: FakeGitHub, bot: Bot, three: list[Instance]
) -> None:
    """All mirrors are in one installation, so each of three instances waits for what another wrote there just before.

    One after another: where they sleep side by side, each would move this clock for all.
    """
    await bot.settle()
    for each, (name, other) in zip(three, (("wheel", "rust:uv"), ("pip", "poetry"), ("get-pip", "wheel")), strict=True):
        github.repo(f"pypa/{name}").draft(f"A flaw in {name}", affects=[name, other])
        await _mark(bot, f"pypa/{name}")
        await each.finish()

    assert len(github.coordination.drafts) == 3
    sent = [each.at for each in github.writes if each.path.startswith(github.mirrors_path)]
    assert min(later - earlier for earlier, later in pairwise(sent)) >= timedelta(seconds=1)
