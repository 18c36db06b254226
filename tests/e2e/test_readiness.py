"""Whatever an instance cannot do without is missed within five minutes of its break, and nobody is told of what."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from app.health.heartbeat import Heartbeat
from app.health.vitals import CHECKS
from app.sandbox.registering import HAND, WATCHER, _public_key, new_private_key
from app.sandbox.state.tokens import install
from app.store import moments
from app.sweeping.sweep import COMPLETE_SWEEP
from tests.clock import FakeClock
from tests.e2e.policy_edits import edit_policy
from tests.fake_github import FakeGitHub
from tests.harness import Bot

PROMISED = timedelta(minutes=5)


async def _readyz(bot: Bot) -> tuple[int, dict[str, Any]]:
    transport = httpx.ASGITransport(app=bot.parts.web)
    async with httpx.AsyncClient(transport=transport, base_url="http://greenroom.example") as client:
        answer = await client.get("/readyz")
    return answer.status_code, answer.json()


async def _minutes_of_running(bot: Bot, minutes: int) -> None:
    """What `serve` runs beside the worker, on a clock whose sleepers move the time."""
    until = bot.clock.now() + timedelta(minutes=minutes)
    running = asyncio.create_task(bot.parts.vitals.run())
    while bot.clock.now() < until:  # noqa: ASYNC110 - nobody but this clock knows that the time has come
        await asyncio.sleep(0)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def _key(github: FakeGitHub, _bot: Bot) -> None:
    """Somebody deletes the App's key on GitHub."""
    github.world.app(WATCHER).public_key = _public_key(new_private_key())


async def _hands_key(github: FakeGitHub, _bot: Bot) -> None:
    github.world.app(HAND).public_key = _public_key(new_private_key())


async def _clock(github: FakeGitHub, bot: Bot) -> None:
    """This machine's clock is ten minutes behind."""
    github.world.clock = _Ahead(bot.clock, timedelta(minutes=10))


async def _permission(github: FakeGitHub, _bot: Bot) -> None:
    del github.installation(WATCHER, "pypa").state.permissions["repository_advisories"]


async def _hands_permission(github: FakeGitHub, _bot: Bot) -> None:
    github.installation(HAND, "packaging-security").state.permissions["repository_advisories"] = "read"


async def _database(_github: FakeGitHub, bot: Bot) -> None:
    """A table of it is gone, as after a disk that failed."""
    _change(bot, "ALTER TABLE moments RENAME TO lost")


def _change(bot: Bot, statement: str) -> None:
    engine = create_engine(bot.place.url)
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


async def _suspended(github: FakeGitHub, _bot: Bot) -> None:
    """Whoever owns the coordination repository may do that by mistake."""
    github.installation(HAND, "packaging-security").suspend()


async def _uninstalled(github: FakeGitHub, _bot: Bot) -> None:
    """An owner of an organization that policy names removes the Watcher: nothing is seen there any more."""
    github.installation(WATCHER, "pypa").uninstall()


async def _hands_uninstalled(github: FakeGitHub, _bot: Bot) -> None:
    """Nothing can be written where mirrors are kept."""
    github.installation(HAND, "packaging-security").uninstall()


async def _watcher_suspended(github: FakeGitHub, _bot: Bot) -> None:
    github.installation(WATCHER, "pypa").suspend()


async def _mend(bot: Bot) -> None:
    """So that the questions which are asked after every story can be."""
    _change(bot, "ALTER TABLE lost RENAME TO moments")


async def _mended(github: FakeGitHub, bot: Bot) -> None:
    """Whatever of these broke is as it was."""
    for slug in (WATCHER, HAND):
        github.world.app(slug).public_key = _public_key(github.world.app(slug).private_key)
    github.world.clock = bot.clock
    for slug, org in ((WATCHER, "pypa"), (HAND, "packaging-security")):
        if not any((each.app.slug, each.account.login) == (slug, org) for each in github.world.installations.values()):
            install(github.world, github.world.app(slug), github.world.organization(org))
    github.installation(WATCHER, "pypa").grant("repository_advisories", "read").unsuspend()
    github.installation(HAND, "packaging-security").grant("repository_advisories", "write").unsuspend()
    with suppress(DBAPIError):  # it was not the table that was lost
        await _mend(bot)


class _Ahead(FakeClock):
    """A clock that goes ahead of another, or behind it."""

    def __init__(self, other: FakeClock, by: timedelta) -> None:
        super().__init__()
        self._other, self._by = other, by

    def now(self) -> Any:
        return self._other.now() + self._by


BREAKS = {
    "the key": (_key, "key"),
    "the Hand's key": (_hands_key, "key"),
    "the clock": (_clock, "clock"),
    "a permission": (_permission, "permissions"),
    "a permission of the Hand": (_hands_permission, "permissions"),
    "the Hand's installation": (_suspended, "permissions"),
    "the Hand's installation is gone": (_hands_uninstalled, "permissions"),
    "the Watcher's installation is gone": (_uninstalled, "permissions"),
    "the Watcher's installation is suspended": (_watcher_suspended, "permissions"),
    "the database": (_database, "database"),
}


def _marks(name: str) -> list[pytest.MarkDecorator]:
    """A look that needs the lost table ends by what PostgreSQL says of it."""
    return [pytest.mark.looks_fail] if name == "the database" else []


@pytest.mark.parametrize(
    ("breaks", "check"), [pytest.param(*each, id=name, marks=_marks(name)) for name, each in BREAKS.items()]
)
async def test_it_is_not_ready_within_five_minutes_after_this_breaks(
    github: FakeGitHub, bot: Bot, breaks: Callable[[FakeGitHub, Bot], Awaitable[None]], check: str
) -> None:
    """No sweep comes in that time, and tokens made before still work: it has to be looked for."""
    await bot.settle()
    await _minutes_of_running(bot, 1)
    assert await _readyz(bot) == (200, {"ready": True, "checks": dict.fromkeys(CHECKS, "ok")})

    await breaks(github, bot)
    await _minutes_of_running(bot, 4)

    status, told = await _readyz(bot)
    assert (status, told["ready"]) == (503, False)
    assert told["checks"][check] == "problem"
    if breaks is _database:
        await _mend(bot)


@pytest.mark.parametrize(
    "breaks", [pytest.param(each[0], id=name, marks=_marks(name)) for name, each in BREAKS.items()]
)
async def test_it_is_ready_again_within_five_minutes_after_this_is_mended(
    github: FakeGitHub, bot: Bot, breaks: Callable[[FakeGitHub, Bot], Awaitable[None]]
) -> None:
    """Nobody has to start it anew; and beats come again with the next sweep."""
    listener = _Listener()
    heart = _heart(bot, listener)
    await bot.settle()
    await breaks(github, bot)
    await _minutes_of_running(bot, 2)
    assert (await _readyz(bot))[0] == 503
    broke_at = bot.clock.now()

    await _mended(github, bot)
    await _minutes_of_running(bot, 2)
    await bot.settle()

    assert bot.clock.now() - broke_at < PROMISED
    assert await _readyz(bot) == (200, {"ready": True, "checks": dict.fromkeys(CHECKS, "ok")})
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
    github.world.clock = _Ahead(bot.clock, timedelta(seconds=seconds))

    await bot.parts.vitals.look()

    assert (await _readyz(bot))[1]["checks"]["clock"] == state
    github.world.clock = bot.clock


@pytest.mark.parametrize("breaks", [_uninstalled, _watcher_suspended])
async def test_a_sweep_without_an_account_that_policy_names_is_not_complete(
    github: FakeGitHub, bot: Bot, breaks: Callable[[FakeGitHub, Bot], Awaitable[None]]
) -> None:
    """What was seen there is looked at by nobody, so `sweep` and every beat would say more than is true."""
    await bot.settle()
    before = await _swept(bot)
    await breaks(github, bot)

    await bot.later(minutes=10)
    assert await _swept(bot) == before

    await _mended(github, bot)
    await bot.later(minutes=10)
    assert await _swept(bot) == bot.clock.now()


async def test_an_account_that_policy_names_no_more_is_missed_by_nobody(github: FakeGitHub, bot: Bot) -> None:
    """That is how somebody says that the App left for good."""
    await bot.settle()
    await _uninstalled(github, bot)
    await bot.parts.vitals.look()
    assert (await _readyz(bot))[1]["checks"]["permissions"] == "problem"

    await edit_policy(bot, _without_pypa)
    await bot.later(minutes=10)
    await bot.parts.vitals.look()

    assert await _readyz(bot) == (200, {"ready": True, "checks": dict.fromkeys(CHECKS, "ok")})
    assert await _swept(bot) == bot.clock.now()


def _without_pypa(content: dict[str, Any]) -> None:
    tools = content["tools"].items()
    content["tools"] = {name: each for name, each in tools if not any("pypa/" in repo for repo in each["repositories"])}


async def _swept(bot: Bot) -> Any:
    return await bot.parts.database.read(partial(moments.last, name=COMPLETE_SWEEP))


async def test_what_nobody_looked_at_for_five_minutes_counts_for_nothing(bot: Bot) -> None:
    """The part that looks may be what hangs."""
    await bot.settle()
    await _minutes_of_running(bot, 1)
    assert (await _readyz(bot))[0] == 200

    bot.clock.advance(minutes=5)

    status, told = await _readyz(bot)
    assert status == 503
    assert told["checks"]["key"] == "cannot tell"


async def test_github_is_away_for_two_minutes_and_it_stays_ready(github: FakeGitHub, bot: Bot) -> None:
    """That is no break of ours; for longer than five minutes it can do nothing either."""
    await bot.settle()
    await _minutes_of_running(bot, 1)
    github.fail("GET", "/app/installations", 502, times=None)

    await _minutes_of_running(bot, 2)
    assert (await _readyz(bot))[0] == 200
    await _minutes_of_running(bot, 3)

    assert (await _readyz(bot))[1]["checks"]["key"] == "cannot tell"


async def test_readiness_names_checks_and_nothing_else(github: FakeGitHub, bot: Bot) -> None:
    """It answers whoever asks: no account, no path, no error of a library."""
    await bot.settle()
    await _permission(github, bot)
    await _database(github, bot)
    await _minutes_of_running(bot, 2)

    _, told = await _readyz(bot)

    await _mend(bot)
    assert set(told) == {"ready", "checks"}
    assert set(told["checks"]) == set(CHECKS)
    assert set(told["checks"].values()) <= {"ok", "problem", "cannot tell"}


class _Listener:
    """Who hears beats."""

    def __init__(self) -> None:
        self.beats: list[str] = []
        self.status = 200

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.beats.append(f"{request.method} {request.url} {request.content!r}")
        return httpx.Response(self.status)


def _heart(bot: Bot, listener: _Listener) -> Heartbeat:
    return Heartbeat(
        "https://beats.example/secret-1",
        vitals=bot.parts.vitals,
        database=bot.parts.database,
        clock=bot.clock,
        transport=httpx.MockTransport(listener),
    )


async def test_a_beat_is_sent_once_for_each_good_sweep_and_says_nothing(bot: Bot) -> None:
    """A dead man's switch hears it after everything was listed, looked at and written down."""
    listener = _Listener()
    heart = _heart(bot, listener)
    await bot.settle()
    await bot.parts.vitals.look()

    assert [await heart.beat(), await heart.beat()] == [True, False]
    await bot.later(minutes=10)
    await bot.parts.vitals.look()
    assert await heart.beat()

    assert listener.beats == ["POST https://beats.example/secret-1 b''"] * 2


async def test_no_beat_before_what_the_sweep_marked_was_looked_at(bot: Bot) -> None:
    """Listing alone finds nothing."""
    await bot.settle()
    await bot.parts.vitals.look()
    await bot.parts.watch.sweep()
    bot.clock.advance(minutes=6)
    await bot.parts.vitals.look()

    assert not await _heart(bot, _Listener()).beat()


@pytest.mark.parametrize(
    "breaks", [pytest.param(each[0], id=name, marks=_marks(name)) for name, each in BREAKS.items()]
)
async def test_the_beat_is_missed_within_a_quarter_of_an_hour_after_a_break(
    github: FakeGitHub, bot: Bot, breaks: Callable[[FakeGitHub, Bot], Awaitable[None]]
) -> None:
    """Beats come with sweeps, every ten minutes; the one that is due after the break does not."""
    listener = _Listener()
    heart = _heart(bot, listener)
    await bot.settle()
    await bot.parts.vitals.look()
    await heart.beat()
    await breaks(github, bot)

    for _ in range(15):
        bot.clock.advance(minutes=1)
        if breaks is not _database:
            await bot.settle()
        with suppress(DBAPIError):  # `run` logs it and goes on
            await bot.parts.vitals.look()
            await heart.beat()

    assert len(listener.beats) == 1
    if breaks is _database:
        await _mend(bot)


async def test_a_beat_that_was_refused_is_sent_again(bot: Bot) -> None:
    """Else a listener that restarts would page somebody for nothing."""
    listener = _Listener()
    listener.status = 503
    heart = _heart(bot, listener)
    await bot.settle()
    await bot.parts.vitals.look()
    assert not await heart.beat()

    listener.status = 200

    assert await heart.beat()
