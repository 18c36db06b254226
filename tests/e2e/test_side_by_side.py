"""Two Greenrooms on one database file, in one process, taking turns at every request."""

from __future__ import annotations

import asyncio
import random

import pytest

from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.harness import Bot, running

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", [7, 42])
async def test_two_that_work_side_by_side_do_each_thing_once(
    github: FakeGitHub, bot: Bot, clock: FakeClock, seed: int
) -> None:
    """Every delivery reaches both, both sweep, and both work at the same time. Each mirror is opened once."""
    dice = random.Random(seed)  # noqa: S311 - a game, not a key
    await bot.approve_everything()
    await bot.settle()
    wheel, mirrors = github.repo("pypa/wheel"), 0
    async with running(github, clock, bot.folder) as other:
        for number in range(6):
            advisory = wheel.report(f"Matter {number}", affects=["wheel", "rust:uv"])
            advisory.accept()
            mirrors += 1
            statuses = [await each.deliver(advisory.reported()) for each in dice.sample((bot, other), 2)]
            assert sorted(statuses) == [200, 202]
            if dice.random() < 0.5:
                await dice.choice((bot, other)).sweep()
            await asyncio.gather(bot.settle(), other.settle())
            clock.advance(seconds=dice.choice((1, 31, 95)))

        await asyncio.gather(bot.settle(), other.settle())
        await bot.later(minutes=11)

    assert len(github.coordination.mirrors) == mirrors
    assert all(len(mirror.collaborators) == 4 for mirror in github.coordination.drafts)
    assert len(github.writes) == 3 * mirrors  # opened, signed with its own id, its people added; nothing twice


@pytest.mark.parametrize("seed", [3, 8])
async def test_two_that_find_five_drafts_at_once_open_none_of_them_side_by_side(
    github: FakeGitHub, bot: Bot, clock: FakeClock, seed: int
) -> None:
    """Each of them alone sees too many, and neither may count before the other has looked."""
    dice = random.Random(seed)  # noqa: S311 - a game, not a key
    await bot.approve_everything()
    await bot.settle()
    for number in range(5):
        github.repo("pypa/wheel").draft(f"Matter {number}", affects=["wheel", "rust:uv"])

    async with running(github, clock, bot.folder) as other:
        for _ in range(8):
            await asyncio.gather(*(each.sweep() for each in dice.sample((bot, other), 2)))
            await asyncio.gather(bot.settle(), other.settle())
            clock.advance(seconds=dice.choice((1, 31, 95)))
            assert github.coordination.mirrors == []
        await bot.later(minutes=11)

    assert github.coordination.mirrors == []
