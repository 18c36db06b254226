"""One repository of sixty that fails hides nothing about the others."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from app.store import findings
from policies.policy import all_policies
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
# No route of the repository tells these: see sources.py.
TOLD_ELSEWHERE = {"exemptions-fresh", "app-covers", "owner-reachable"}
SAID = {"pass", "finding", "blocked", "contested"}
RARER = ("404", "403 permission", "451", "timeout", "garbage")


@pytest.mark.alike
@pytest.mark.parametrize("answer", ["500", *(pytest.param(name, marks=pytest.mark.slow) for name in RARER)])
async def test_the_others_are_evaluated_in_the_same_sweep(github: FakeGitHub, bot: Bot, answer: str) -> None:
    """By every policy that one stands “cannot tell”, the others are seen in the very same sweep, nothing is written."""
    await bot.approve_everything()
    await edit_policy(bot, everybody_takes_reports)
    await edit_policy(bot, _everything_enforces)
    await bot.later(minutes=11)
    before, states = len(github.writes), await _states(bot)
    judged = {policy for (_, policy), state in states.items() if state in SAID}
    assert len(states) >= 60 * len(all_policies())
    assert sum(state in SAID for state in states.values()) >= 100, "the story needs repositories that are judged"
    named(answer).to(github, PIP)
    started = bot.clock.now()

    await bot.sweep()
    await bot.settle()

    during = await _states(bot)
    assert _of_others(during) == _of_others(states)
    own = {policy: during["pypa/pip", policy] for policy in judged if states["pypa/pip", policy] in SAID}
    assert set(own) >= {"private-reporting", "security-policy-routes", "reports-reach-owner", "finished-in-time"}
    assert {own[policy] for policy in own.keys() - TOLD_ELSEWHERE} == {"cannot tell"}
    assert await _not_looked_at_since(bot, started) == set()
    assert len(github.writes) == before

    recover(github)
    await bot.later(minutes=16)
    assert await _states(bot) == states


def _everything_enforces(content: dict[str, Any]) -> None:
    content["policies"] = {policy.name: {"mode": "enforce"} for policy in all_policies()}


async def _states(bot: Bot) -> dict[tuple[str, str], str]:
    """What is asked in turn becomes known one by one, whoever fails."""
    standings = await bot.parts.database.read(findings.standings)
    return {(str(each.repo), each.policy): each.state for each in standings if each.policy not in IN_TURN}


def _of_others(states: dict[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    return {where: state for where, state in states.items() if where[0] != "pypa/pip"}


async def _not_looked_at_since(bot: Bot, moment: datetime) -> set[str]:
    """Repositories that are alive and were not evaluated. What is asked in turn stands meanwhile as it stood."""
    standings = await bot.parts.database.read(findings.standings)
    return {str(each.repo) for each in standings if each.observed_at < moment and each.policy not in IN_TURN}
