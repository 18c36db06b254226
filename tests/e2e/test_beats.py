"""A beat for each good sweep, and none that says more than is true."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import httpx
import pytest
from sqlalchemy.exc import DBAPIError

from app.health.heartbeat import Heartbeat
from tests.e2e.beats import Listener, heart_of
from tests.e2e.vital_breaks import BREAKS, find_the_table, lose_a_table, marks
from tests.fake_github import FakeGitHub
from tests.harness import Bot


async def test_a_beat_is_sent_once_for_each_good_sweep_and_says_nothing(bot: Bot) -> None:
    """A dead man's switch hears it after everything was listed, looked at and written down."""
    listener = Listener()
    heart = heart_of(bot, listener)
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

    assert not await heart_of(bot, Listener()).beat()


@pytest.mark.parametrize("breaks", [pytest.param(each[0], id=name, marks=marks(name)) for name, each in BREAKS.items()])
async def test_the_beat_is_missed_within_a_quarter_of_an_hour_after_a_break(
    github: FakeGitHub, bot: Bot, breaks: Callable[[FakeGitHub, Bot], Awaitable[None]]
) -> None:
    """Beats come with sweeps, every ten minutes; the one that is due after the break does not."""
    listener = Listener()
    heart = heart_of(bot, listener)
    await bot.settle()
    await bot.parts.vitals.look()
    await heart.beat()
    await breaks(github, bot)

    for _ in range(15):
        bot.clock.advance(minutes=1)
        if breaks is not lose_a_table:
            await bot.settle()
        with suppress(DBAPIError):  # `run` logs it and goes on
            await bot.parts.vitals.look()
            await heart.beat()

    assert len(listener.beats) == 1
    if breaks is lose_a_table:
        await find_the_table(bot)


async def test_a_beat_that_was_refused_is_sent_again(bot: Bot) -> None:
    """Else a listener that restarts would page somebody for nothing."""
    listener = Listener()
    listener.status = 503
    heart = heart_of(bot, listener)
    await bot.settle()
    await bot.parts.vitals.look()
    assert not await heart.beat()

    listener.status = 200

    assert await heart.beat()


async def test_a_beat_goes_out_by_the_proxy_that_everything_else_takes(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no other way out all is well but the switch. Whoever runs the proxy learns the host alone."""
    heard: list[bytes] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    await bot.settle()
    await bot.parts.vitals.look()
    parts = bot.parts
    heart = Heartbeat(
        "https://beats.invalid/secret-1",
        vitals=parts.vitals,
        database=parts.database,
        clock=bot.clock,
        policies=parts.policy.current,
    )
    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}")
        with pytest.raises(httpx.TransportError):
            await heart.beat()

    [asked] = heard
    assert asked.startswith(b"CONNECT beats.invalid:443 ")
    assert b"secret-1" not in asked
