"""An install that observes changes nothing; once people agreed to enforce, pip is put right within a minute."""

from __future__ import annotations

from importlib import resources
from typing import Any

import pytest

from app import planning
from tests.e2e.policy_edits import edit_policy
from tests.e2e.projects import switched
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.as_shipped


def _enforces(content: dict[str, Any]) -> None:
    content["policies"]["private-reporting"]["mode"] = "enforce"


@pytest.mark.slow
async def test_seven_days_of_observing_write_nothing_and_enforcing_mends_within_a_minute(
    github: FakeGitHub, bot: Bot
) -> None:
    """The way in: the shipped policy, a week of looking, a reviewed change, a plan, a coordinator's yes."""
    bot.policy.write_text(resources.files("policies").joinpath("pypa.yml").read_text(), encoding="utf-8")
    await bot.restart()
    pip = github.repo("pypa/pip").enable_private_reporting()
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    for _ in range(7):
        await bot.later(days=1)
    assert github.writes == []

    await edit_policy(bot, _enforces)
    coordinator = f"coordinator-1:{github.person('coordinator-1').id}"
    await edit_policy(bot, lambda content: content.update({"coordinators": {"users": [coordinator]}}))
    await bot.later(minutes=11)
    assert github.writes == []  # a reviewed change is no coordinator's yes
    plan = await bot.plan()
    assert [(each["key"], each["gate"]) for each in plan["actions"]] == [("pypa/pip#private-reporting", "unapproved")]
    await planning.approve(bot.parts, plan["plan_id"], "coordinator-1")
    await bot.settle()
    assert not pip.private_reporting

    bot.clock.advance(hours=3)
    await bot.settle()
    pip.enable_private_reporting(by="pip-maintainer-1")
    await bot.later(seconds=31)
    await bot.later(seconds=29)

    assert not pip.private_reporting
    assert switched(github) == ["pypa/pip", "pypa/pip"]


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_repository_that_policy_does_not_speak_of_is_never_changed(github: FakeGitHub, bot: Bot) -> None:
    """Whatever happens there and whichever delivery arrives about it, its maintainers asked for nothing."""
    wheel = github.repo("pypa/wheel").disable_private_reporting()
    report = wheel.report("A matter", affects=["wheel"])
    await bot.deliver(report.reported())
    wheel.archive().unarchive().make_private().make_public()
    for delivery in github.deliveries:
        await bot.deliver(delivery)
        await bot.settle()
    wheel.enable_private_reporting()
    await bot.deliver(report.accept().publish().published())
    for _ in range(3):
        await bot.later(minutes=11)

    assert github.writes == []
    assert (await bot.standing("pypa/wheel", "private-reporting")).state == "unmanaged"
    assert report.collaborators == []
