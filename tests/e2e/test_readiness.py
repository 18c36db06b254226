"""Whatever an instance cannot do without is missed within five minutes of its break, and nobody is told of what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from app.health.vitals import CHECKS
from app.store import moments
from app.sweeping.sweep import COMPLETE_SWEEP
from tests.e2e.beats import Listener, heart_of
from tests.e2e.policy_edits import edit_policy
from tests.e2e.vital_breaks import (
    BREAKS,
    Ahead,
    find_the_table,
    lose_a_permission,
    lose_a_table,
    marks,
    mend_all,
    minutes_of_running,
    readyz,
    suspend_hand,
    suspend_watcher,
    uninstall_watcher,
)
from tests.fake_github import FakeGitHub
from tests.harness import Bot

PROMISED = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("breaks", "check"), [pytest.param(*each, id=name, marks=marks(name)) for name, each in BREAKS.items()]
)
async def test_it_is_not_ready_within_five_minutes_after_this_breaks(
    github: FakeGitHub, bot: Bot, breaks: Callable[[FakeGitHub, Bot], Awaitable[None]], check: str
) -> None:
    """No sweep comes in that time, and tokens made before still work: it has to be looked for."""
    await bot.settle()
    await minutes_of_running(bot, 1)
    assert await readyz(bot) == (200, {"ready": True, "checks": dict.fromkeys(CHECKS, "ok")})

    await breaks(github, bot)
    await minutes_of_running(bot, 4)

    status, told = await readyz(bot)
    assert (status, told["ready"]) == (503, False)
    assert told["checks"][check] == "problem"
    if breaks is lose_a_table:
        await find_the_table(bot)


@pytest.mark.parametrize("breaks", [pytest.param(each[0], id=name, marks=marks(name)) for name, each in BREAKS.items()])
async def test_it_is_ready_again_within_five_minutes_after_this_is_mended(
    github: FakeGitHub, bot: Bot, breaks: Callable[[FakeGitHub, Bot], Awaitable[None]]
) -> None:
    """Nobody has to start it anew; and beats come again with the next sweep."""
    listener = Listener()
    heart = heart_of(bot, listener)
    await bot.settle()
    await breaks(github, bot)
    await minutes_of_running(bot, 2)
    assert (await readyz(bot))[0] == 503
    broke_at = bot.clock.now()

    await mend_all(github, bot)
    await minutes_of_running(bot, 2)
    await bot.settle()

    assert bot.clock.now() - broke_at < PROMISED
    assert await readyz(bot) == (200, {"ready": True, "checks": dict.fromkeys(CHECKS, "ok")})
    await bot.later(minutes=10)
    await bot.parts.vitals.look()
    assert await heart.beat()


@pytest.mark.parametrize(
    ("seconds", "state"),
    [(43, "ok"), (-43, "ok"), (47, "problem"), (-47, "problem"), (58, "problem"), (-58, "problem")],
)
async def test_a_clock_is_missed_before_github_refuses_what_it_signed(
    github: FakeGitHub, bot: Bot, seconds: int, state: str
) -> None:
    """GitHub takes what is signed up to a minute ahead; a quarter of that is left to mend it, and the limit is 45."""
    await bot.settle()
    github.world.clock = Ahead(bot.clock, timedelta(seconds=seconds))

    await bot.parts.vitals.look()

    assert (await readyz(bot))[1]["checks"]["clock"] == state
    github.world.clock = bot.clock


async def test_a_hand_that_was_suspended_before_anything_was_seen_is_missed(github: FakeGitHub, bot: Bot) -> None:
    """A new database knows of no account yet, and nothing could be written where mirrors are kept."""
    await suspend_hand(github, bot)

    await bot.parts.vitals.look()

    assert (await readyz(bot))[1]["checks"]["permissions"] == "problem"


@pytest.mark.parametrize("breaks", [uninstall_watcher, suspend_watcher])
async def test_a_sweep_without_an_account_that_policy_names_is_not_complete(
    github: FakeGitHub, bot: Bot, breaks: Callable[[FakeGitHub, Bot], Awaitable[None]]
) -> None:
    """What was seen there is looked at by nobody, so `sweep` and every beat would say more than is true."""
    await bot.settle()
    before = await _swept(bot)
    await breaks(github, bot)

    await bot.later(minutes=10)
    assert await _swept(bot) == before

    await mend_all(github, bot)
    await bot.later(minutes=10)
    assert await _swept(bot) == bot.clock.now()


async def test_an_account_that_policy_names_no_more_is_missed_by_nobody(github: FakeGitHub, bot: Bot) -> None:
    """That is how somebody says that the App left for good."""
    await bot.settle()
    await uninstall_watcher(github, bot)
    await bot.parts.vitals.look()
    assert (await readyz(bot))[1]["checks"]["permissions"] == "problem"

    await edit_policy(bot, _without_pypa)
    await bot.later(minutes=10)
    await bot.parts.vitals.look()

    assert await readyz(bot) == (200, {"ready": True, "checks": dict.fromkeys(CHECKS, "ok")})
    assert await _swept(bot) == bot.clock.now()


def _without_pypa(content: dict[str, Any]) -> None:
    tools = content["tools"].items()
    content["tools"] = {name: each for name, each in tools if not any("pypa/" in repo for repo in each["repositories"])}


async def _swept(bot: Bot) -> Any:
    return await bot.parts.database.read(partial(moments.last, name=COMPLETE_SWEEP))


async def test_what_nobody_looked_at_for_five_minutes_counts_for_nothing(bot: Bot) -> None:
    """The part that looks may be what hangs."""
    await bot.settle()
    await minutes_of_running(bot, 1)
    assert (await readyz(bot))[0] == 200

    bot.clock.advance(minutes=5)

    status, told = await readyz(bot)
    assert status == 503
    assert told["checks"]["key"] == "cannot tell"


async def test_github_is_away_for_two_minutes_and_it_stays_ready(github: FakeGitHub, bot: Bot) -> None:
    """That is no break of ours; for longer than five minutes it can do nothing either."""
    await bot.settle()
    await minutes_of_running(bot, 1)
    github.fail("GET", "/app/installations", 502, times=None)

    await minutes_of_running(bot, 2)
    assert (await readyz(bot))[0] == 200
    await minutes_of_running(bot, 3)

    assert (await readyz(bot))[1]["checks"]["key"] == "cannot tell"


async def test_readiness_names_checks_and_nothing_else(github: FakeGitHub, bot: Bot) -> None:
    """It answers whoever asks: no account, no path, no error of a library."""
    await bot.settle()
    await lose_a_permission(github, bot)
    await lose_a_table(github, bot)
    await minutes_of_running(bot, 2)

    _, told = await readyz(bot)

    await find_the_table(bot)
    assert set(told) == {"ready", "checks"}
    assert set(told["checks"]) == set(CHECKS)
    assert set(told["checks"].values()) <= {"ok", "problem", "cannot tell"}


@pytest.mark.parametrize("authorization", ["", "Bearer ", "Bearer somebody", "Basic somebody"])
async def test_strangers_are_told_that_it_is_not_ready_and_not_what_broke(
    github: FakeGitHub, bot: Bot, authorization: str
) -> None:
    """Whoever may attack it need not know that it reads nothing now. A load balancer needs the status alone."""
    await bot.settle()
    await minutes_of_running(bot, 1)
    assert await readyz(bot, authorization) == (200, {"ready": True})
    await lose_a_permission(github, bot)
    await minutes_of_running(bot, 4)

    assert await readyz(bot, authorization) == (503, {"ready": False})
    await mend_all(github, bot)
