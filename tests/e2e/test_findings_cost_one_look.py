"""What does it cost to watch something that is wrong, where nobody wants it mended?"""

from __future__ import annotations

import pytest

from tests.e2e.policy_edits import edit_policy, only_observes, only_reports
from tests.fake_github import FakeGitHub
from tests.harness import Bot

SWITCH = "/repos/pypa/pip/private-vulnerability-reporting"


@pytest.mark.parametrize("mode", [only_observes, only_reports])
async def test_what_is_only_told_is_asked_once_in_a_sweep_and_planned_all_the_same(
    github: FakeGitHub, bot: Bot, mode: object
) -> None:
    """A second look under the policy's own key is for mending; in a world that fails it would treble every sweep."""
    await edit_policy(bot, mode)  # type: ignore[arg-type]
    await bot.settle()
    github.repo("pypa/pip").enable_private_reporting()
    await bot.later(minutes=10)
    before = len(github.requests)

    await bot.later(minutes=10)

    assert (await bot.standing("pypa/pip", "private-reporting")).state == "finding"
    assert [each.path for each in github.requests[before:]].count(SWITCH) == 1
    assert [each["key"] for each in (await bot.plan())["would"]] == ["pypa/pip#private-reporting"]


async def test_what_is_enforced_later_is_mended_though_nobody_looked_under_its_key(
    github: FakeGitHub, bot: Bot
) -> None:
    """From the change of the policy on, what was only told is acted on."""
    await bot.approve_everything()
    await edit_policy(bot, only_reports)
    pip = github.repo("pypa/pip").enable_private_reporting()
    await bot.later(minutes=10)
    assert pip.private_reporting

    await edit_policy(bot, lambda content: content["policies"].update({"private-reporting": {"mode": "enforce"}}))
    await bot.later(seconds=30)

    assert not pip.private_reporting
