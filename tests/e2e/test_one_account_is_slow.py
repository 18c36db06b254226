"""A changed policy writes nothing before all that it declares was looked at. What if one account takes hours?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.store.notices import open_notices
from tests.e2e.policy_edits import edit_policy
from tests.e2e.projects import switched
from tests.e2e.scarce import Scarce
from tests.fake_github import FakeGitHub
from tests.harness import Bot

SLOW = "astral-sh"
MANY = 60


@pytest.fixture
def scarce(github: FakeGitHub) -> Scarce:
    """One account has many repositories, all as they should be. Ask for it before `bot`, which connects to it."""
    org = github.world.organization(SLOW)
    for number in range(MANY):
        github.world.add_repository(org, f"tool-{number}")
    github.checks_shapes = False
    github.transport = connection = Scarce(github.transport, SLOW)
    return connection


def _psrt_takes_all(content: dict[str, Any]) -> None:
    repositories = [f"{SLOW}/tool-{number}" for number in range(MANY)]
    tenure = {"from": "2024-01-01", "owner": "psrt"}
    content["tools"]["many"] = {"repositories": repositories, "report_owner": [tenure]}


def _other_clocks(content: dict[str, Any]) -> None:
    """Something else is said of all of them, so all are to be looked at before anything is mended."""
    content["report_owners"]["psrt"]["clocks"] = {"finish": "91d"}


async def _pass(bot: Bot, length: timedelta) -> None:
    end = bot.clock.now() + length
    while bot.clock.now() < end:
        await bot.later(minutes=2)


async def _told(bot: Bot) -> dict[str, str]:
    found = await bot.parts.database.read(open_notices)
    return {each.about: each.text for each in found if each.kind == "cannot-see"}


@pytest.mark.slow
@pytest.mark.usefixtures("scarce", "approved")
async def test_others_wait_for_a_slow_account_for_an_hour_and_people_hear_which_it_is(
    scarce: Scarce, github: FakeGitHub, bot: Bot
) -> None:
    """What policy declares there may be a mistake, so it is waited for; but not for ever."""
    await edit_policy(bot, _psrt_takes_all)
    await _pass(bot, timedelta(minutes=15))
    scarce.an_hour = 600
    await _pass(bot, timedelta(minutes=30))

    github.repo("pypa/pip").enable_private_reporting()
    github.repo("astral-sh/tool-7").enable_private_reporting()
    await edit_policy(bot, _other_clocks)
    began = bot.clock.now()
    await _pass(bot, timedelta(minutes=50))
    assert switched(github) == []
    assert await _told(bot) == {}
    [action] = (await bot.explain("pypa/pip#private-reporting"))["would_do"]
    assert action["gate"] == "looking"
    assert action["why_not"].endswith(f"still to be looked at in {SLOW}")

    await _pass(bot, timedelta(minutes=22))
    assert switched(github) == ["pypa/pip"]
    [text] = (await _told(bot)).values()
    assert f"of {SLOW} that policy speaks of were not looked at since {began:%Y-%m-%d %H:%M} UTC; what would" in text

    await _pass(bot, timedelta(hours=6))
    assert await _told(bot) == {}
