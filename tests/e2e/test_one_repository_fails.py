"""One repository of sixty that fails hides nothing about the others."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.store import findings
from tests.clock import FakeClock
from tests.e2e.answers import named, recover
from tests.e2e.policy_edits import edit_policy, everybody_takes_reports
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.slow

PIP = "/repos/pypa/pip/*"


@pytest.fixture
def github(clock: FakeClock) -> FakeGitHub:
    """All of PyPA and the tools around it."""
    return FakeGitHub(clock=clock, world="pypa")


IN_TURN = {"configuration-agrees", "published-properly"}
RARER = ("404", "403 permission", "451", "timeout", "garbage")


@pytest.mark.parametrize("answer", ["500", *(pytest.param(name, marks=pytest.mark.slow) for name in RARER)])
async def test_the_others_are_evaluated_in_the_same_sweep(github: FakeGitHub, bot: Bot, answer: str) -> None:
    """That one stands “cannot tell”, the other repositories are seen in the very same sweep, nothing is written."""
    await bot.approve_everything()
    await edit_policy(bot, everybody_takes_reports)
    await bot.later(minutes=11)
    before, states = len(github.writes), await _states(bot)
    assert sum(state == "pass" for state in states.values()) >= 10, "the story needs repositories that are judged"
    named(answer).to(github, PIP)
    started = bot.clock.now()

    await bot.sweep()
    await bot.settle()

    assert await _states(bot) == states | {"pypa/pip": "cannot tell"}
    assert await _not_looked_at_since(bot, started) == set()
    assert len(github.writes) == before

    recover(github)
    await bot.later(minutes=16)
    assert await _states(bot) == states


async def _states(bot: Bot) -> dict[str, str]:
    standings = await bot.parts.database.read(findings.standings)
    return {str(each.repo): each.state for each in standings if each.policy == "private-reporting"}


async def _not_looked_at_since(bot: Bot, moment: datetime) -> set[str]:
    """Repositories that are alive and were not evaluated. What is asked in turn stands meanwhile as it stood."""
    standings = await bot.parts.database.read(findings.standings)
    return {str(each.repo) for each in standings if each.observed_at < moment and each.policy not in IN_TURN}
