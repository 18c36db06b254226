"""Are people told that nothing that GitHub sends arrives, where no Prometheus tells them?"""

from __future__ import annotations

import pytest

from app.store import notices
from tests.e2e.logged import LOG
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.usefixtures("approved")


async def _told(bot: Bot) -> list[str]:
    found = await bot.parts.database.read(notices.open_notices)
    return [each.text for each in found if each.kind == "deliveries-fail"]


async def _fail(github: FakeGitHub, bot: Bot, hours: int) -> None:
    """Each hour GitHub sends something that is not taken, as with a wrong secret."""
    for _ in range(hours):
        github.delivery_log.line("push", None, about="pypa/pip", outcome="no connection")
        await bot.later(minutes=30)
        await bot.later(minutes=30)


@pytest.mark.slow
async def test_deliveries_that_all_fail_for_hours_are_told_until_one_is_taken(github: FakeGitHub, bot: Bot) -> None:
    """The secret is wrong, or a proxy is broken: the log is read and made up for, and it all looks well."""
    await bot.later(minutes=5)
    began = bot.clock.now()
    await _fail(github, bot, hours=6)
    assert await _told(bot) == []

    await _fail(github, bot, hours=2)
    [text] = await _told(bot)
    assert (
        text == f"each delivery that GitHub sent since {began:%Y-%m-%d %H:%M} UTC failed; looks find everything later"
    )

    await bot.deliver(github.repo("pypa/pip").report("Path traversal").reported())
    await bot.later(minutes=10)
    assert await _told(bot) == []


@pytest.mark.slow
async def test_an_outage_of_ours_is_none_of_what_github_sends(github: FakeGitHub, bot: Bot) -> None:
    """Nobody was there for a day. What came then is made up for, and the next delivery may be taken."""
    await bot.later(minutes=5)
    await bot.stop()
    for _ in range(12):
        github.delivery_log.line("push", None, about="pypa/pip")
        bot.clock.advance(hours=2)

    await bot.start()
    await bot.settle()
    await bot.later(minutes=10)
    assert await _told(bot) == []


@pytest.mark.slow
async def test_a_log_that_github_does_not_show_for_hours_is_told_until_it_does(github: FakeGitHub, bot: Bot) -> None:
    """What is missed is not made up for meanwhile. A few bad answers are nothing that anybody has to know."""
    await bot.later(minutes=5)
    github.refuse_permission("GET", LOG, times=None)
    for _ in range(4):
        await bot.later(hours=1)
    assert await _told(bot) == []

    for _ in range(3):
        await bot.later(hours=1)
    [text] = await _told(bot)
    assert text.startswith("GitHub does not show its log of deliveries since ")

    github.clear_faults()
    await bot.later(minutes=10)
    assert await _told(bot) == []
