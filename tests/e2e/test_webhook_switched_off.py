"""A webhook that somebody switched off is found, though GitHub says nowhere that it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.domain.ids import RepoName
from app.sandbox import people
from app.sandbox.registering import WATCHER
from app.store import unheard
from tests.e2e.vital_breaks import readyz
from tests.fake_github import FakeGitHub
from tests.harness import Bot

CASES = "packaging-security/cases"
LOG = "/app/hook/deliveries"


async def told(bot: Bot) -> str | None:
    """What people are told of it."""
    standing = await bot.standing(CASES, "app-covers")
    return standing.message if standing.state == "finding" else None


async def minutes(bot: Bot, many: int) -> None:
    for _ in range(many):
        await bot.later(minutes=1)


def switch(github: FakeGitHub, *, on: bool) -> None:
    people.switch_webhook(github.world.app(WATCHER), on=on)


def deliver_nowhere(github: FakeGitHub) -> None:
    """Nobody takes what GitHub sends. Its log says so."""
    for each in github.world.deliveries:
        if each.installation.app.slug == WATCHER:
            github.delivery_log.failed(each)
    github.world.deliveries.clear()


def archived(github: FakeGitHub) -> None:
    github.repo("pypa/wheel").archive()


def unarchived(github: FakeGitHub) -> None:
    github.repo("pypa/wheel").unarchive()


def made_private(github: FakeGitHub) -> None:
    github.repo("pypa/wheel").make_private()


def renamed(github: FakeGitHub) -> None:
    github.repo("pypa/wheel").rename("wheels")


def made(github: FakeGitHub) -> None:
    owner = github.repo("pypa/wheel").owner
    people.create_repository(github.world, RepoName("pypa", "new"), by=owner)


def published(github: FakeGitHub) -> None:
    github.repo("pypa/wheel").draft("It was a draft").publish()


def suspended(github: FakeGitHub) -> None:
    github.installation(WATCHER, "astral-sh").suspend()


HAPPENS = (archived, made, published, made_private, renamed, suspended)


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


@pytest.mark.parametrize("status", [404, 403, 500])
async def test_while_the_log_cannot_be_read_nothing_is_said(github: FakeGitHub, bot: Bot, status: int) -> None:
    """Who cannot look cannot tell."""
    await bot.settle()
    await minutes(bot, 11)
    github.fail("GET", LOG, status, times=None)
    archived(github)

    await minutes(bot, 30)

    assert await told(bot) is None


def _reported(github: FakeGitHub) -> None:
    github.repo("pypa/wheel").report("How many are reported is nobody's business")


def _drafted(github: FakeGitHub) -> None:
    github.repo("pypa/wheel").draft("GitHub is silent about drafts").edit(severity="high")


def _switched(github: FakeGitHub) -> None:
    github.repo("pypa/pip").enable_private_reporting()


def _deleted(github: FakeGitHub) -> None:
    github.repo("pypa/wheel").delete()


def _temporary_fork(github: FakeGitHub) -> None:
    github.world.add_repository(github.repo("pypa/wheel").state.owner, "wheel-ghsa-2222-3333-4444", private=True)


def _forked(github: FakeGitHub) -> None:
    github.world.add_repository(github.repo("pypa/wheel").state.owner, "a-fork").fork = True


def _nothing(github: FakeGitHub) -> None:
    del github


@pytest.mark.parametrize(
    "happens",
    [_nothing, _reported, _drafted, _switched, _deleted, _temporary_fork, _forked],
    ids=lambda each: each.__name__,
)
async def test_what_github_says_nothing_of_shows_nothing(
    github: FakeGitHub, bot: Bot, happens: Callable[[FakeGitHub], None]
) -> None:
    """The webhook is off, and that cannot be told yet."""
    await bot.settle()
    await minutes(bot, 11)
    switch(github, on=False)
    happens(github)

    await minutes(bot, 30)

    assert await told(bot) is None


async def test_what_happened_before_we_began_to_look_is_not_waited_for(github: FakeGitHub, bot: Bot) -> None:
    """GitHub may have sent it elsewhere, or to nobody as the App was not installed."""
    switch(github, on=False)
    for happens in HAPPENS[:-1]:
        happens(github)
    bot.clock.advance(minutes=20)
    await bot.settle()

    await minutes(bot, 30)

    assert await told(bot) is None


async def test_what_happened_before_an_app_was_installed_is_not_waited_for(github: FakeGitHub, bot: Bot) -> None:
    """Its account is seen for the first time, with what was made and published a minute ago."""
    github.installation(WATCHER, "pypa").uninstall()
    await bot.settle()
    await minutes(bot, 11)
    github.world.deliveries.clear()
    made(github)
    published(github)
    await minutes(bot, 1)
    people.install_app(
        github.world, github.world.app(WATCHER), github.world.organization("pypa"), by=github.repo("pypa/pip").owner
    )
    github.world.deliveries.clear()
    github.delivery_log.line("installation", "created", outcome=202)

    await minutes(bot, 30)

    assert await told(bot) is None


async def test_an_event_to_which_the_app_does_not_subscribe_is_not_waited_for(github: FakeGitHub, bot: Bot) -> None:
    """The doctor says that. From when it does subscribe it counts."""
    events = github.world.app(WATCHER).events
    events.remove("repository")
    await bot.settle()
    await minutes(bot, 11)
    archived(github)
    await minutes(bot, 40)
    assert await told(bot) is None

    events.append("repository")
    await minutes(bot, 20)
    assert await told(bot) is None
    switch(github, on=False)
    unarchived(github)
    await minutes(bot, 20)

    assert "nothing for 1 change" in (await told(bot) or "")


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
