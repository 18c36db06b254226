"""A round over hundreds of repositories takes hours. What it changes meanwhile counts together, as in a short one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import planning
from app.store.notices import open_notices
from tests.clock import FakeClock
from tests.e2e.policy_edits import edit_policy
from tests.e2e.projects import project, projects, psrt_takes, switched
from tests.fake_github import FakeGitHub
from tests.harness import Bot

MANY = 200
LIMIT = 10  # 5 % of those watched
WRONG = range(0, MANY, 8)


@pytest.fixture
def github(clock: FakeClock) -> FakeGitHub:
    return FakeGitHub(clock=clock, world="few", checks_shapes=False)


async def _pass(bot: Bot, length: timedelta) -> None:
    end = bot.clock.now() + length
    while bot.clock.now() < end:
        await bot.later(minutes=1)


async def _capped(bot: Bot) -> list[str]:
    return [each.text for each in await bot.parts.database.read(open_notices) if each.kind == "capped"]


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_wave_that_is_found_over_an_hour_is_mended_up_to_the_limit_and_then_people_are_asked(
    github: FakeGitHub, bot: Bot
) -> None:
    """Found one by one, each would pass below the limit, and nobody would ever be asked."""
    projects(github, MANY)
    for number in range(MANY):
        github.repo(project(number)).disable_private_reporting()
    await edit_policy(bot, psrt_takes(MANY))
    await _pass(bot, timedelta(minutes=30))  # everything was looked at, and a longer round begins

    for number in WRONG:
        github.repo(project(number)).enable_private_reporting()
    await _pass(bot, timedelta(minutes=80))
    assert len(switched(github)) == LIMIT
    [told] = await _capped(bot)
    assert f"the limit is {LIMIT}; " in told

    plan = await bot.plan()
    assert len(plan["actions"]) == len(WRONG) - LIMIT
    await planning.approve(bot.parts, plan["plan_id"], "coordinator-1", wide=True)
    await _pass(bot, timedelta(minutes=5))

    assert sorted(switched(github)) == sorted(map(project, WRONG))
    assert await _capped(bot) == []
