"""What does an instance know that another one saw?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import httpx
import pytest

from app.domain.ids import SWEEP
from app.main import Greenroom, assemble
from app.store import work
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.usefixtures("approved")


@pytest.fixture
async def other(github: FakeGitHub, bot: Bot) -> AsyncIterator[Greenroom]:
    """A second instance on the same database, which has just started."""
    async with assemble(bot.settings(), clock=bot.clock, transport=github.transport) as greenroom:
        yield greenroom


async def _is_ready(greenroom: Greenroom) -> bool:
    await greenroom.vitals.look()
    transport = httpx.ASGITransport(app=greenroom.web.everything)
    async with httpx.AsyncClient(transport=transport, base_url="http://greenroom.example") as client:
        return (await client.get("/readyz")).is_success


async def test_an_instance_is_ready_when_another_one_swept(bot: Bot, other: Greenroom) -> None:
    """One of them takes the timer each time, so the others never sweep themselves."""
    assert await _is_ready(other)

    bot.clock.advance(minutes=21)

    assert not await _is_ready(other)
    await bot.settle()
    assert await _is_ready(other)


@pytest.mark.slow
async def test_a_new_name_that_another_instance_saw_is_followed(github: FakeGitHub, bot: Bot, other: Greenroom) -> None:
    """Whoever takes the next key works on it under the name of today."""
    pip = github.repo("pypa/pip").rename("pip-ng")
    await bot.later(minutes=11)
    pip.enable_private_reporting()
    bot.clock.advance(seconds=31)

    await other.worker.run_due()

    assert not pip.private_reporting
    assert (await bot.standing("pypa/pip-ng", "private-reporting")).state == "pass"


@pytest.mark.slow
async def test_two_sweeps_at_once_look_at_nothing_twice(github: FakeGitHub, bot: Bot, other: Greenroom) -> None:
    """A person sweeps by hand while the timer rings; what is marked twice is looked at once."""
    before = len(github.requests)
    await bot.sweep()
    await other.sweep.sweep()
    await bot.settle()

    lists = [each.path for each in github.requests[before:] if each.path == "/repos/pypa/wheel/security-advisories"]
    assert len(lists) == 1


async def test_one_instance_sweeps_when_the_timer_rings_for_two(github: FakeGitHub, bot: Bot, other: Greenroom) -> None:
    """The timer is a key like any other: one row, one lease."""
    before = len(github.requests)
    for greenroom in (bot.parts, other):
        await greenroom.database.write(partial(work.mark, keys=[SWEEP], due=bot.clock.now()))
    await bot.settle()
    await other.worker.run_due()

    listed = [each.path for each in github.requests[before:] if each.path == "/app/installations"]
    assert len(listed) == 2  # the Watcher's and the Hand's
