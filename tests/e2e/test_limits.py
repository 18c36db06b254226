"""How much does Greenroom ask of a GitHub that is down, and what does it say of itself meanwhile?"""

from __future__ import annotations

from collections import Counter

import httpx
import pytest

from app.github.client import READ_ATTEMPTS as TRIES
from tests.e2e.answers import named, recover
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.slow

LISTED = "/installation/repositories"


async def _readyz(bot: Bot) -> int:
    transport = httpx.ASGITransport(app=bot.parts.web)
    async with httpx.AsyncClient(transport=transport, base_url="http://greenroom.example") as client:
        return (await client.get("/readyz")).status_code


async def test_an_outage_is_not_hammered_at_and_ends_within_a_sweep(github: FakeGitHub, bot: Bot) -> None:
    """Ten minutes of 502 for everything about repositories: each key backs off, and then all is as it was."""
    await bot.approve_everything()
    await bot.settle()
    github.fail("GET", "/repos/*", 502, times=None)
    before = len(github.requests)

    await bot.sweep()
    for _ in range(60):
        await bot.later(seconds=10)

    asked = Counter(each.path for each in github.requests[before:])
    lists = {path: count for path, count in asked.items() if path.endswith("/security-advisories")}
    assert len(lists) == 7
    assert max(lists.values()) <= 8 * TRIES  # at most eight looks each; without waiting longer each time it were forty
    assert asked.total() < 600  # a fifth of it are polls of the two switches that policy enforces
    assert (await bot.standing("pypa/pip", "private-reporting")).state == "cannot tell"
    recover(github)
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")
    await bot.later(minutes=10)
    assert not github.repo("pypa/pip").private_reporting
    assert (await bot.standing("pypa/pip", "private-reporting")).state == "pass"


async def test_it_is_ready_after_a_sweep_that_listed_everything(github: FakeGitHub, bot: Bot) -> None:
    """And not before: whoever asks wants to know whether it sees anything."""
    assert await _readyz(bot) == 503

    await bot.settle()

    assert await _readyz(bot) == 200
    assert github.writes == []


async def test_it_is_not_ready_while_one_installation_cannot_be_listed(github: FakeGitHub, bot: Bot) -> None:
    """Its repositories may be the very ones that are reported to."""
    await bot.settle()

    for _ in range(4):
        github.refuse_permission("GET", LISTED)
        await bot.later(minutes=10)
    assert await _readyz(bot) == 503

    await bot.later(minutes=10)
    assert await _readyz(bot) == 200


@pytest.mark.parametrize("answer", ["403 permission", "502", "garbage"])
async def test_it_is_not_ready_while_it_cannot_see_what_there_is(github: FakeGitHub, bot: Bot, answer: str) -> None:
    """Nothing is readable: the sweep has nothing to look at, and nothing is not peace."""
    await bot.settle()
    named(answer).to(github, LISTED)

    for _ in range(4):
        await bot.later(minutes=10)
    assert await _readyz(bot) == 503

    recover(github)
    await bot.later(minutes=15)
    assert await _readyz(bot) == 200


async def test_it_is_not_ready_while_it_is_installed_nowhere(github: FakeGitHub, bot: Bot) -> None:
    """Every owner suspended it: a sweep goes well and sees nothing."""
    await bot.settle()
    watched = [each for each in github.world.installations.values() if each.app.slug == github.watcher.slug]
    for each in watched:
        github.installation(github.watcher.slug, each.account.login).suspend()

    for _ in range(4):
        await bot.later(minutes=10)
    assert await _readyz(bot) == 503

    for each in watched:
        github.installation(github.watcher.slug, each.account.login).unsuspend()
    await bot.later(minutes=15)
    assert await _readyz(bot) == 200
