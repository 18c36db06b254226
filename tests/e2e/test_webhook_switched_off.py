"""A webhook that somebody switched off is found, though GitHub says nowhere that it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.store import unheard
from tests.e2e.mornings import COORDINATOR, PIP_MAINTAINER, told_to, until
from tests.e2e.vital_breaks import readyz
from tests.e2e.webhooks_switched_off import (
    HAPPENS,
    LOG,
    archived,
    deliver_nowhere,
    minutes,
    published,
    renamed,
    switch,
    told,
    unarchived,
)
from tests.fake_github import FakeGitHub
from tests.harness import Bot


@pytest.mark.parametrize("phase", [0, 2, 5, 7, 9])
async def test_it_is_found_within_a_quarter_of_an_hour_after_something_happened(
    github: FakeGitHub, bot: Bot, phase: int
) -> None:
    """Whenever that was between two sweeps: GitHub's log lists nothing of it."""
    await bot.settle()
    await minutes(bot, 11 + phase)
    switch(github, on=False)
    happened = github.world.now()
    archived(github)

    await minutes(bot, 15)

    assert await told(bot) == (
        f"GitHub sent nothing for 1 change that it sends deliveries for, since {happened:%Y-%m-%d %H:%M} UTC: "
        "is the App's webhook switched off?"
    )
    await bot.parts.vitals.look()
    assert (await readyz(bot))[0] == 200, "it works without deliveries"


@pytest.mark.parametrize("happens", HAPPENS)
async def test_whatever_github_sends_a_delivery_of_shows_it(
    github: FakeGitHub, bot: Bot, happens: Callable[[FakeGitHub], None]
) -> None:
    """By what is listed anyway: this costs no request."""
    await bot.settle()
    await minutes(bot, 11)
    switch(github, on=False)
    happens(github)

    await minutes(bot, 25)

    assert "is the App's webhook switched off?" in (await told(bot) or "")


@pytest.mark.slow
async def test_the_next_morning_the_coordinators_are_told_until_it_is_heard_again(github: FakeGitHub, bot: Bot) -> None:
    """No maintainer of a tool can switch it on."""
    await bot.settle()
    await minutes(bot, 11)
    switch(github, on=False)
    archived(github)
    await minutes(bot, 15)
    await until(bot, 2)
    assert await told_to(bot, COORDINATOR) == {}

    await until(bot, 2, hour=7)
    [text] = (await told_to(bot, COORDINATOR)).values()
    switch(github, on=True)
    unarchived(github)
    deliver_nowhere(github)
    await minutes(bot, 15)
    await until(bot, 9, hour=7)

    assert "app-covers" in text
    assert "packaging-security/cases (new)" in text
    assert len(await told_to(bot, COORDINATOR)) == 1
    assert await told_to(bot, PIP_MAINTAINER) == {}


@pytest.mark.parametrize("happens", HAPPENS)
async def test_a_delivery_that_github_sent_is_enough_though_nobody_took_it(
    github: FakeGitHub, bot: Bot, happens: Callable[[FakeGitHub], None]
) -> None:
    """That we do not answer is told elsewhere."""
    await bot.settle()
    await minutes(bot, 11)
    happens(github)
    deliver_nowhere(github)

    await minutes(bot, 30)

    assert await told(bot) is None
    assert await bot.parts.database.read(unheard.changes) == ()


async def test_any_delivery_since_then_is_enough(github: FakeGitHub, bot: Bot) -> None:
    """That GitHub lost a single one is no silence."""
    await bot.settle()
    await minutes(bot, 11)
    archived(github)
    await minutes(bot, 3)
    github.delivery_log.line("security_advisory", "updated", outcome=202)

    await minutes(bot, 30)

    assert await told(bot) is None


async def test_a_delivery_that_comes_minutes_late_is_waited_for(github: FakeGitHub, bot: Bot) -> None:
    """GitHub: deliveries take minutes to appear in the log, and to be sent."""
    await bot.settle()
    await minutes(bot, 11)
    archived(github)
    for _ in range(9):
        await bot.later(minutes=1)
        assert await told(bot) is None
    deliver_nowhere(github)

    for _ in range(20):
        await bot.later(minutes=1)
        assert await told(bot) is None


async def test_it_is_over_as_soon_as_github_sends_something(github: FakeGitHub, bot: Bot) -> None:
    """Nobody has to say that it is switched on again. Meanwhile what happens is counted."""
    await bot.settle()
    await minutes(bot, 11)
    switch(github, on=False)
    archived(github)
    await minutes(bot, 30)
    unarchived(github)
    await minutes(bot, 30)
    assert "nothing for 2 changes" in (await told(bot) or "")

    switch(github, on=True)
    archived(github)
    deliver_nowhere(github)
    await minutes(bot, 6)

    assert await told(bot) is None


async def test_it_stays_told_while_the_log_cannot_be_read_and_after_a_restart(github: FakeGitHub, bot: Bot) -> None:
    """Neither says that anything was sent."""
    await bot.settle()
    await minutes(bot, 11)
    switch(github, on=False)
    archived(github)
    await minutes(bot, 25)
    first = await told(bot)
    assert first is not None

    github.fail("GET", LOG, 404, times=None)
    await minutes(bot, 30)
    await bot.restart()
    await minutes(bot, 30)

    assert await told(bot) == first


@pytest.mark.parametrize("away", [timedelta(hours=5), timedelta(days=2), timedelta(days=5)])
async def test_what_happened_while_we_were_away_is_in_the_log_or_forgotten(
    github: FakeGitHub, bot: Bot, away: timedelta
) -> None:
    """GitHub keeps three days. What it sent before is gone from the log, and was sent all the same."""
    await bot.settle()
    await minutes(bot, 11)
    for happens in (archived, published, renamed):
        happens(github)
    deliver_nowhere(github)
    bot.clock.advance(hours=away.total_seconds() / 3600)
    await bot.settle()

    await minutes(bot, 30)

    assert await told(bot) is None
