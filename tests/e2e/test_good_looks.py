"""Does everybody who is told how fresh it is hear of looks that told nothing?"""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.tiers import NAMED
from tests.e2e.answers import recover
from tests.e2e.beats import Listener, heart_of
from tests.e2e.fresh_told import age, doctor, metrics, minutes_pass, overview, planned
from tests.e2e.many import many
from tests.e2e.policy_edits import edit_policy, only_reports
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.slow

HOUR = 3600


async def test_an_organization_that_refuses_everything_for_hours_is_late_everywhere(
    github: FakeGitHub, bot: Bot
) -> None:
    """Policies that ask GitHub for nothing say what they always said, and looks happen: neither is seeing."""
    listener = Listener()
    heart = heart_of(bot, listener)
    await bot.settle()
    await minutes_pass(bot, 30)
    await bot.parts.vitals.look()
    assert await heart.beat()
    assert await age(bot) < 660
    assert await overview(bot) == "kept"
    github.refuse_permission("GET", "/repos/pypa/*", times=None)

    for _ in range(20):
        await bot.later(minutes=10)
        await bot.parts.vitals.look()
        await heart.beat()

    told = await metrics(bot)
    assert told["greenroom_last_look_age_seconds repositories"] > 3 * HOUR  # GreenroomLooksLate is about two hours
    assert told["greenroom_tier_p95_seconds named"] > told["greenroom_tier_target_seconds named"]  # GreenroomTierLate
    assert await overview(bot) == "later than that now"
    assert (await doctor(bot))[NAMED.of] == "problem"
    assert (await planned(bot))["named"]["says"] == "older than it was meant to be"
    assert len(listener.beats) == 1

    recover(github)
    await minutes_pass(bot, 30)
    await bot.parts.vitals.look()

    assert await age(bot) < 660
    assert await overview(bot) == "kept now, not all day"
    assert (await doctor(bot))[NAMED.of] == "ok"
    assert await heart.beat()


async def test_one_repository_that_is_not_seen_is_told_though_nineteen_of_twenty_are(
    github: FakeGitHub, bot: Bot
) -> None:
    """A tier is as it should be then, and that one is not."""
    many(github, 60)
    await edit_policy(bot, _many_repositories)
    await bot.settle()
    await minutes_pass(bot, 20)
    github.refuse_permission("GET", "/repos/pypa/pip/*", times=None)

    await minutes_pass(bot, 150)

    assert await age(bot) > 2 * HOUR
    named = (await planned(bot))["named"]
    assert named["p95"] <= named["target"] < 2 * HOUR < named["oldest"]
    assert named["says"] == "one is not seen"
    assert (await overview(bot)).startswith("kept, but for one not seen for 2.")
    assert (await doctor(bot))[NAMED.of] == "problem"

    recover(github)
    await minutes_pass(bot, 20)
    assert await age(bot) < 660
    assert (await doctor(bot))[NAMED.of] == "ok"


async def test_a_restart_makes_nothing_younger(github: FakeGitHub, bot: Bot) -> None:
    """How long something was not seen is in the database."""
    await bot.settle()
    github.refuse_permission("GET", "/repos/pypa/pip/*", times=None)
    await minutes_pass(bot, 60)
    before = await age(bot)

    await bot.restart()
    await bot.settle()

    assert await age(bot) >= before > 3000


async def test_after_an_outage_what_guards_a_switch_waits_for_no_turn(github: FakeGitHub, bot: Bot) -> None:
    """It is asked in turn while nothing hangs on it; what could not be told does."""
    many(github, 20)
    for number in range(12):
        github.repo(f"pypa/project-{number}").state.private_reporting = False  # as declared
    await edit_policy(bot, _a_dozen)
    await bot.settle()
    await minutes_pass(bot, 30)
    github.refuse_permission("GET", "/repos/pypa/*/code-security-configuration", times=None)
    await minutes_pass(bot, 120)
    assert await age(bot) > HOUR

    recover(github)
    await minutes_pass(bot, 10)

    assert await age(bot) < 660


def _many_repositories(content: dict[str, Any]) -> None:
    names = [f"pypa/project-{number}" for number in range(40)]
    content["tools"]["pip"]["repositories"] += names
    only_reports(content)


def _a_dozen(content: dict[str, Any]) -> None:
    content["tools"]["pip"]["repositories"] += [f"pypa/project-{number}" for number in range(12)]
