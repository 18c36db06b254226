"""The machine's clock was ahead for a while, and goes back: what it left behind stops nothing and loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import httpx
import pytest

from app.store import moments, retention
from app.sweeping.sweep import COMPLETE_SWEEP
from app.worker import ClockWentBack
from tests.clock import FakeClock
from tests.e2e.mornings import switched_on, told_to, until
from tests.fake_github import FakeGitHub
from tests.harness import METRICS_TOKEN, Bot

pytestmark = [pytest.mark.as_shipped, pytest.mark.usefixtures("approved")]


class _Right(FakeClock):
    """GitHub's clock: right, and so far behind the machine's as that is ahead."""

    def __init__(self, machine: FakeClock, ahead: timedelta) -> None:
        super().__init__()
        self._machine, self._ahead = machine, ahead

    def now(self) -> datetime:
        return self._machine.now() - self._ahead


async def _ahead_for_a_minute(github: FakeGitHub, bot: Bot, days: int) -> None:
    """Somebody corrects it then, and the process that notices ends and is started again."""
    bot.clock.advance(days=days)
    github.world.clock = _Right(bot.clock, timedelta(days=days))
    await bot.settle()
    await bot.parts.vitals.look()
    await bot.later(minutes=1)
    github.world.clock = bot.clock
    bot.clock.advance(days=-days)
    with pytest.raises(ClockWentBack):
        await bot.settle()
    await bot.restart()
    await bot.settle()


async def test_looks_go_on_after_the_clock_was_set_back(github: FakeGitHub, bot: Bot) -> None:
    """By what the database says nothing would be due for six hours, and nobody would be told."""
    await bot.later(minutes=10)
    await bot.parts.vitals.look()
    bot.clock.advance(hours=-6)

    with pytest.raises(ClockWentBack):
        await bot.settle()
    await bot.restart()
    github.repo("pypa/pip").enable_private_reporting()
    report = github.repo("pypa/pip").report("A report that slipped in")
    await bot.later(minutes=1)
    await bot.later(minutes=10)

    assert github.world.repository("pypa/pip").private_reporting is False
    assert len(report.collaborators) == 2


async def test_a_clock_that_goes_back_by_a_moment_ends_nothing(bot: Bot) -> None:
    """Clocks are set by seconds every day."""
    await bot.later(minutes=10)
    bot.clock.advance(seconds=-40)

    await bot.settle()

    await bot.later(minutes=1)


async def test_what_was_seen_at_a_time_to_come_is_not_fresh(bot: Bot) -> None:
    """Else readiness would say yes for as long as the clock was ahead, whatever became of sweeps."""
    await bot.later(minutes=10)
    await bot.parts.vitals.look()
    assert set((await bot.parts.vitals.checks()).values()) == {"ok"}

    bot.clock.advance(hours=-6)

    assert (await bot.parts.vitals.checks())["sweep"] == "problem"
    assert (await bot.parts.vitals.checks())["key"] == "cannot tell"
    assert await _age_of_the_sweep(bot) == "+Inf"  # more than any limit in a rule for alerts
    bot.clock.advance(hours=6)


async def _age_of_the_sweep(bot: Bot) -> str:
    transport = httpx.ASGITransport(app=bot.parts.web)
    headers = {"authorization": f"Bearer {METRICS_TOKEN}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://greenroom.example", headers=headers) as client:
        lines = (await client.get("/metrics")).text.splitlines()
    [age] = [line for line in lines if line.startswith('greenroom_last_look_age_seconds{tier="sweep"}')]
    return age.split()[1]


async def test_a_sweep_of_a_clock_that_was_ahead_is_as_old_as_it_is(github: FakeGitHub, bot: Bot) -> None:
    """Three hours without another one is not ready, though the last one was noted for tomorrow."""
    await bot.later(minutes=10)
    await _ahead_for_a_minute(github, bot, days=1)
    github.fail("GET", "/installation/repositories", 502, times=None)

    for _ in range(18):
        await bot.later(minutes=10)
    await bot.parts.vitals.look()

    assert (await bot.parts.vitals.checks())["sweep"] == "problem"
    github.clear_faults()


async def test_digests_go_on_after_the_clock_was_ahead(github: FakeGitHub, bot: Bot) -> None:
    """For one minute it was six weeks later. The next morning somebody is told what is open."""
    await switched_on(github, bot)
    await until(bot, 2, hour=8)
    assert list(await told_to(bot, "coordinator-1")) == ["2026-12-02"]

    await _ahead_for_a_minute(github, bot, days=40)
    for day in range(3, 6):
        await until(bot, day, hour=8)

    assert list(await told_to(bot, "coordinator-1")) == ["2026-12-02", "2026-12-03", "2026-12-05"]


async def _kept(bot: Bot) -> int:
    stock = await bot.parts.database.read(partial(retention.stock, name="deliveries", before=bot.clock.now()))
    return stock.rows


def _refuses(github: FakeGitHub, _bot: Bot, _ahead: timedelta) -> None:
    """GitHub takes nothing that is signed for another time."""
    github.fail("GET", "/app/installations", 401, times=None)


def _tells_its_time(github: FakeGitHub, bot: Bot, ahead: timedelta) -> None:
    github.world.clock = _Right(bot.clock, ahead)


def _is_away(github: FakeGitHub, _bot: Bot, _ahead: timedelta) -> None:
    github.fail("GET", "/app/installations", 502, times=None)


@pytest.mark.parametrize("github_then", [_refuses, _tells_its_time, _is_away])
async def test_nothing_is_forgotten_by_a_clock_that_github_does_not_bear_out(
    github: FakeGitHub, bot: Bot, github_then: Callable[[FakeGitHub, Bot, timedelta], None]
) -> None:
    """Four years ahead all of it would be old, and gone for good before anybody sets it right."""
    await bot.deliver(github.repo("pypa/pip").report("A report that slipped in").reported())
    await bot.later(minutes=1)
    await bot.parts.vitals.look()
    years = timedelta(days=1_500)
    bot.clock.advance(days=years.days)
    github_then(github, bot, years)

    await bot.settle()
    await bot.later(minutes=1)

    assert await _kept(bot) == 1
    github.world.clock = bot.clock
    github.clear_faults()
    await bot.later(minutes=10)
    assert await _kept(bot) == 0, "it was four years, as GitHub says, too"


async def test_what_was_noted_ahead_is_set_back_by_as_much(bot: Bot) -> None:
    """A sweep of noon that was noted for the evening was at noon."""
    await bot.later(minutes=10)
    bot.clock.advance(hours=6)
    await bot.settle()
    await bot.parts.vitals.look()
    bot.clock.advance(hours=-6)

    await bot.restart()

    swept = await bot.parts.database.read(partial(moments.last, name=COMPLETE_SWEEP))
    assert swept == bot.clock.now()
