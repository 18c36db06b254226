"""What GitHub sends nothing of, or what nobody can know, shows no webhook that was switched off."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.sandbox import people
from app.sandbox.registering import WATCHER
from tests.e2e.webhooks_switched_off import (
    HAPPENS,
    LOG,
    archived,
    made,
    minutes,
    published,
    switch,
    told,
    unarchived,
)
from tests.fake_github import FakeGitHub
from tests.harness import Bot


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
